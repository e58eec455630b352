use atrium_model::token::BearerToken;
use atrium_model::{InstanceId, Timestamp, UserId};

use crate::StoreError;

/// The tokens that people of an instance are known by. Those of an application or instance go with it.
pub trait TokenTx {
    /// Keeps a new token. [`StoreError::Duplicate`] if there is one with this hash.
    fn insert_bearer_token(&mut self, token: &BearerToken) -> Result<(), StoreError>;

    /// The token with this hash, expired or not.
    fn bearer_token(
        &mut self,
        instance: &InstanceId,
        hash: &str,
    ) -> Result<Option<BearerToken>, StoreError>;

    /// Ends all tokens that come of one sign-in.
    fn delete_bearer_tokens_of_session(
        &mut self,
        instance: &InstanceId,
        session: &str,
    ) -> Result<(), StoreError>;

    /// Ends all tokens of a person.
    fn delete_bearer_tokens_of_user(
        &mut self,
        instance: &InstanceId,
        user: &UserId,
    ) -> Result<(), StoreError>;

    /// Forgets up to `limit` expired tokens and tells how many there were.
    fn forget_bearer_tokens(&mut self, now: Timestamp, limit: i64) -> Result<u64, StoreError>;
}
