use atrium_model::Timestamp;

use crate::StoreError;

/// What the service keeps about itself: settings, the epoch of its policies, and answers to repeated requests.
pub trait MetaTx {
    /// A setting of this database, such as its administrator's account.
    fn setting(&mut self, name: &str) -> Result<Option<String>, StoreError>;

    /// Keeps a setting.
    fn put_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError>;

    /// A number that changes whenever anything that decides an authorization changes.
    ///
    /// Decisions may be cached as long as it stays the same.
    fn policy_epoch(&mut self) -> Result<i64, StoreError>;

    /// Makes every cached decision stale. Called with each change of principals, keys, policies or the tree of an
    /// organization.
    fn bump_policy_epoch(&mut self) -> Result<(), StoreError>;

    /// The answer already given for a client token, with the hash of the request it was given to.
    ///
    /// `scope` names account, operation and token. Expired answers are not found.
    fn idempotent_answer(
        &mut self,
        scope: &str,
        now: Timestamp,
    ) -> Result<Option<IdempotentAnswer>, StoreError>;

    /// Remembers the answer for a client token until `expires`.
    fn put_idempotent_answer(
        &mut self,
        scope: &str,
        answer: &IdempotentAnswer,
        expires: Timestamp,
    ) -> Result<(), StoreError>;

    /// Forgets up to `limit` expired answers and tells how many there were.
    fn forget_idempotent_answers(&mut self, now: Timestamp, limit: i64) -> Result<u64, StoreError>;
}

/// The first answer to a request with a client token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotentAnswer {
    /// SHA-256 of the request, in hexadecimal.
    pub request_hash: String,
    /// The answer, as JSON.
    pub answer: String,
}
