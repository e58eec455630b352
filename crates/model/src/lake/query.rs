use serde::{Deserialize, Serialize};

use super::{QueryPeople, UnknownWord};
use crate::{AccountId, Region, Timestamp};

/// A query: what was asked, how far it has come, and where its answer lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Who asked.
    pub account: AccountId,
    /// A UUID.
    pub id: String,
    /// Where.
    pub region: Region,
    /// The SELECT.
    pub statement: String,
    /// The event data stores that it reads, each with its owner.
    pub stores: Vec<(AccountId, String)>,
    /// The people that it reads, if it names a table of theirs.
    pub people: Option<QueryPeople>,
    /// How far it has come.
    pub status: QueryStatus,
    /// When it was asked.
    pub created: Timestamp,
    /// How often a server has begun to answer it.
    pub runs: i64,
    /// The answer, in parts, once there is one.
    pub results: Vec<ResultPart>,
    /// What it took.
    pub costs: QueryCosts,
    /// Why it failed.
    pub error: Option<String>,
    /// Where the answer is to be put besides: `s3://BUCKET[/PREFIX]`.
    pub delivery: Option<String>,
    /// How far that has come.
    pub delivery_status: Option<DeliveryStatus>,
}

/// What a query took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryCosts {
    /// Rows of the answer.
    pub rows: i64,
    /// Records that were read.
    pub scanned: i64,
    /// Bytes that were read.
    pub bytes: i64,
    /// How long it took.
    pub milliseconds: i64,
}

/// Some rows of an answer: a segment of the object store with a line of JSON each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultPart {
    /// The segment.
    pub segment: String,
    /// Its length in bytes.
    pub size: u64,
    /// How many rows.
    pub rows: i64,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($(#[$each])* $variant,)* }

        impl $name {
            /// As the API spells it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(UnknownWord(text.to_owned())),
                }
            }
        }
    };
}
pub(super) use words;

words! {
    /// How far a query has come; CloudTrail API model, `QueryStatus`.
    QueryStatus {
        /// It waits for its turn.
        Queued = "QUEUED",
        /// A server is answering it.
        Running = "RUNNING",
        /// The answer is there.
        Finished = "FINISHED",
        /// There is no answer.
        Failed = "FAILED",
        /// Nobody wants the answer any more.
        Cancelled = "CANCELLED",
        /// It took too long; part of the answer is there.
        TimedOut = "TIMED_OUT",
    }
}

words! {
    /// How far putting an answer into a bucket has come; CloudTrail API model, `DeliveryStatus`.
    DeliveryStatus {
        /// It is to be put there.
        Pending = "PENDING",
        /// It is there.
        Success = "SUCCESS",
        /// It could not be put there.
        Failed = "FAILED",
        /// It could not be signed.
        FailedSigningFile = "FAILED_SIGNING_FILE",
        /// The bucket is gone.
        ResourceNotFound = "RESOURCE_NOT_FOUND",
        /// The bucket is another account's.
        AccessDenied = "ACCESS_DENIED",
        /// Nobody wants it any more.
        Cancelled = "CANCELLED",
    }
}

impl QueryStatus {
    /// Whether there is something to wait for.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}
