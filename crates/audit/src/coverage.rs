//! What was looked at, and what was not: the part that other tools leave out.

use std::collections::BTreeMap;

use serde::Serialize;

/// What became of one account, Region or call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Looked at.
    Examined,
    /// Left out by design: the account is not active, or the filter leaves it out.
    Skipped,
    /// The Region is not enabled in the account, so nothing can be there.
    Disabled,
    /// The service at the endpoint has no such operation.
    Unsupported,
    /// Throttled until the retries ran out.
    Throttled,
    /// Failed in another way, such as a network that does not answer.
    Failed,
    /// Refused.
    Denied,
}

impl Outcome {
    /// Whether something that exists may be missing in the report because of it.
    pub fn is_incomplete(self) -> bool {
        matches!(self, Self::Throttled | Self::Failed | Self::Denied)
    }

    /// The word for it in the files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Examined => "examined",
            Self::Skipped => "skipped",
            Self::Disabled => "disabled",
            Self::Unsupported => "unsupported",
            Self::Throttled => "throttled",
            Self::Failed => "failed",
            Self::Denied => "denied",
        }
    }
}

/// Where the list of an account's Regions comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegionSource {
    /// `account:ListRegions` in the account.
    ListRegions,
    /// The caller named them.
    Options,
    /// The list built in here, as `account:ListRegions` was refused.
    BuiltIn,
}

/// One Region of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RegionCoverage {
    /// What became of it.
    pub outcome: Outcome,
    /// Why, unless it was examined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountCoverage {
    /// What became of the account as a whole: examined, or why none of its Regions was.
    pub outcome: Outcome,
    /// Why, unless it was examined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where the list of Regions comes from, if the run got that far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_source: Option<RegionSource>,
    /// Its Regions.
    pub regions: BTreeMap<String, RegionCoverage>,
}

/// One call about an instance that gave no answer, so that a part of the instance is unknown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Gap {
    /// The account the call was made in.
    pub account_id: String,
    /// The Region the call was made in.
    pub region: String,
    /// The operation, such as `sso:ListApplications`.
    pub operation: String,
    /// What was asked about.
    pub resource: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What AWS said.
    pub message: String,
}

/// What a run looked at and what it did not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Coverage {
    /// Every account, by id.
    pub accounts: BTreeMap<String, AccountCoverage>,
    /// The parts of instances that gave no answer, in order.
    pub gaps: Vec<Gap>,
    /// What else a reader should know, such as an unknown path of organizational units.
    pub notes: Vec<String>,
    /// Calls made, by operation, repetitions included.
    pub api_calls: BTreeMap<String, u64>,
}

impl Coverage {
    /// Whether everything that should be looked at was.
    pub fn is_complete(&self) -> bool {
        let outcomes = self.accounts.values().flat_map(|account| {
            std::iter::once(account.outcome)
                .chain(account.regions.values().map(|region| region.outcome))
        });
        !outcomes
            .chain(self.gaps.iter().map(|gap| gap.outcome))
            .any(Outcome::is_incomplete)
    }

    /// The number of calls made.
    pub fn total_calls(&self) -> u64 {
        self.api_calls.values().sum()
    }
}
