use atrium_model::AccountId;
use atrium_model::iam::Tag;
use atrium_policy::{Policy, PolicyError, PolicyKind, SESSION_MAX};
use atrium_store::{StoreError, Tx};

use crate::tags::same;

/// Policies passed with a call for temporary credentials.
#[derive(Clone, Debug, Default)]
pub struct SessionPolicies {
    /// A document.
    pub inline: Option<String>,
    /// ARNs of managed policies.
    pub arns: Vec<String>,
}

impl SessionPolicies {
    /// Whether any were passed.
    pub fn any(&self) -> bool {
        self.inline.is_some() || !self.arns.is_empty()
    }
}

/// Why no temporary credentials are given.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SessionError {
    /// The session policy is refused.
    #[error("the session policy is refused")]
    Malformed(#[from] PolicyError),
    /// The session policy has more characters than it may.
    #[error("the session policy has more than {0} characters")]
    PolicyTooLong(usize),
    /// More managed session policies than may be passed.
    #[error("more than {0} managed session policies")]
    TooManyPolicies(usize),
    /// A managed session policy is not there.
    #[error("`{0}` is not a managed policy of this account or of AWS")]
    UnknownPolicy(String),
    /// Policies and tags together are too large; the share of the space they would take, in percent.
    #[error("policies and tags take {0} % of the space they have")]
    PackedTooLarge(i64),
    /// A tag key is given twice.
    #[error("a tag key is given twice")]
    DuplicateTagKeys,
    /// A transitive tag key names no tag of this call.
    #[error("a transitive tag key names no tag")]
    UnknownTransitiveKey,
    /// A tag would change one that comes from the calling session.
    #[error("a tag conflicts with a transitive tag of the calling session")]
    TransitiveConflict,
    /// Role chaining gives sessions of an hour at most.
    #[error("a chained session lasts an hour at most")]
    ChainTooLong,
    /// Longer than the role allows.
    #[error("the role's sessions are shorter")]
    LongerThanRole,
    /// The calling session has another source identity.
    #[error("the source identity can't be changed")]
    SourceIdentityChanged,
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// Managed session policies that may be passed.
const MOST_ARNS: usize = 10;
/// Bytes that policies and tags may take. AWS packs them in a way it does not tell; this is near what it allows.
const SPACE: usize = 4096;

/// Checks the policies and tags of a session in `account`.
///
/// # Errors
///
/// Each rule of [`SessionError`] about policies, and [`SessionError::DuplicateTagKeys`].
pub fn check_session_policies(
    tx: &mut dyn Tx,
    account: &AccountId,
    policies: &SessionPolicies,
    tags: &[Tag],
) -> Result<(), SessionError> {
    if let Some(document) = &policies.inline {
        if document.chars().count() > SESSION_MAX {
            return Err(SessionError::PolicyTooLong(SESSION_MAX));
        }
        Policy::parse(document, PolicyKind::Session)?;
    }
    if policies.arns.len() > MOST_ARNS {
        return Err(SessionError::TooManyPolicies(MOST_ARNS));
    }
    for arn in &policies.arns {
        if tx.policy_document(account, arn)?.is_none() {
            return Err(SessionError::UnknownPolicy(arn.clone()));
        }
    }
    for (at, tag) in tags.iter().enumerate() {
        if tags[..at].iter().any(|other| same(&other.key, &tag.key)) {
            return Err(SessionError::DuplicateTagKeys);
        }
    }
    match packed_size(policies, tags) {
        Some(percent) if percent > 100 => Err(SessionError::PackedTooLarge(percent)),
        _ => Ok(()),
    }
}

/// How much of their space policies and tags take, in percent; none if there are none.
pub fn packed_size(policies: &SessionPolicies, tags: &[Tag]) -> Option<i64> {
    if !policies.any() && tags.is_empty() {
        return None;
    }
    let texts = policies
        .inline
        .iter()
        .chain(&policies.arns)
        .map(String::len)
        .sum::<usize>();
    let tags = tags
        .iter()
        .map(|tag| tag.key.len() + tag.value.len())
        .sum::<usize>();
    i64::try_from(((texts + tags) * 100).div_ceil(SPACE)).ok()
}
