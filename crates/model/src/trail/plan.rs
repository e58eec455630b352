use serde::{Deserialize, Serialize};

use super::TrailSettings;
use crate::{AccountId, Region, Timestamp};

/// What a trail does with events, at one time of its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailPlan {
    /// The trail's home Region.
    pub region: Region,
    /// The trail's name.
    pub name: String,
    /// Whether it takes any.
    pub logging: bool,
    /// The request that made it cease to take any: the last whose event it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_request: Option<String>,
    /// What it is set to.
    pub settings: TrailSettings,
}

/// From when on a trail followed a plan: until its next version, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailVersion {
    /// Who owns the trail.
    pub account: AccountId,
    /// The trail's id.
    pub trail: String,
    /// When the plan began to hold.
    pub since: Timestamp,
    /// The plan.
    pub plan: TrailPlan,
}

/// A log file that was cut: its bytes are kept, and it is placed in its bucket as soon as that can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailFile {
    /// Who owns the trail.
    pub account: AccountId,
    /// The trail's id.
    pub trail: String,
    /// Where it goes.
    pub bucket: String,
    /// Its key there.
    pub name: String,
    /// Whose events it holds.
    pub recipient: AccountId,
    /// Of which Region.
    pub region: Region,
    /// The name of its bytes in the object store.
    pub segment: String,
    /// Their length, compressed.
    pub size: i64,
    /// Their MD5, in hexadecimal.
    pub md5: String,
    /// The SHA-256 of its content before compression, in hexadecimal.
    pub hash: String,
    /// The time of its oldest event.
    pub oldest: Timestamp,
    /// The time of its newest event.
    pub newest: Timestamp,
    /// When it was cut.
    pub cut: Timestamp,
    /// The digests that shall tell of it, if any.
    pub chain: Option<TrailPlan>,
    /// The ARN of the topic that is to be told of it, if any.
    pub topic: Option<String>,
    /// How often placing it failed.
    pub tries: i64,
}

/// Digests of the files of one trail, recipient account and Region, each pointing to the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestChain {
    /// Who owns the trail.
    pub account: AccountId,
    /// The trail's id.
    pub trail: String,
    /// Whose events its files hold.
    pub recipient: AccountId,
    /// Of which Region.
    pub region: Region,
    /// The trail's plan when it was last seen.
    pub plan: TrailPlan,
    /// When the next digest's time begins.
    pub start: Timestamp,
    /// When the next digest is to be made.
    pub due: Timestamp,
    /// The last digest, if there is one.
    pub previous: Option<PreviousDigest>,
}

/// What a digest tells of the one before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousDigest {
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub name: String,
    /// The SHA-256 of its content before compression, in hexadecimal.
    pub hash: String,
    /// Its signature, in hexadecimal.
    pub signature: String,
}

/// A pair of keys that signs the digests of a Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestKey {
    /// Where it signs.
    pub region: Region,
    /// Tells it from others: 32 hexadecimal digits.
    pub fingerprint: String,
    /// The public key in PKCS#1, DER.
    pub public: Vec<u8>,
    /// The private key, sealed.
    pub sealed: Vec<u8>,
    /// When it began to sign.
    pub since: Timestamp,
    /// When it ceases to.
    pub until: Timestamp,
}
