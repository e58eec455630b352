use atrium_model::organization::{Handshake, HandshakeAction, HandshakeState};
use atrium_model::{HandshakeId, OrganizationId, Timestamp};

use crate::StoreError;

/// A page of handshakes.
#[derive(Clone, Debug, Default)]
pub struct HandshakeQuery {
    /// Only handshakes about this.
    pub action: Option<HandshakeAction>,
    /// Only parts of this handshake.
    pub parent: Option<HandshakeId>,
    /// Handshakes that finished long before this moment are left out.
    pub now: Timestamp,
    /// Begin after this id.
    pub after: Option<String>,
    /// The most handshakes to answer.
    pub limit: i64,
}

/// Handshakes.
pub trait HandshakeTx {
    /// A handshake.
    fn handshake(&mut self, id: &HandshakeId) -> Result<Option<Handshake>, StoreError>;

    /// Keeps a new handshake, to be listed until a moment.
    ///
    /// [`StoreError::Duplicate`] if one about the same thing is pending between the same parties.
    fn insert_handshake(
        &mut self,
        handshake: &Handshake,
        listed_until: Timestamp,
    ) -> Result<(), StoreError>;

    /// Changes the state of a pending handshake; false if it isn't pending.
    fn finish_handshake(
        &mut self,
        id: &HandshakeId,
        state: HandshakeState,
        listed_until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Marks an organization's handshakes as expired whose time is over.
    fn expire_handshakes(
        &mut self,
        organization: &OrganizationId,
        now: Timestamp,
    ) -> Result<u64, StoreError>;

    /// The handshakes that an organization began.
    fn handshakes_of_organization(
        &mut self,
        organization: &OrganizationId,
        query: &HandshakeQuery,
    ) -> Result<Vec<Handshake>, StoreError>;

    /// The handshakes whose target is one of two keys: an account's id and its e-mail address in lower case.
    fn handshakes_of_target(
        &mut self,
        keys: [&str; 2],
        query: &HandshakeQuery,
    ) -> Result<Vec<Handshake>, StoreError>;

    /// How many handshakes of an action an organization began since a moment.
    fn count_handshakes_since(
        &mut self,
        organization: &OrganizationId,
        action: HandshakeAction,
        since: Timestamp,
    ) -> Result<i64, StoreError>;

    /// How many parts of a handshake are still pending.
    fn count_pending_parts(
        &mut self,
        organization: &OrganizationId,
        parent: &HandshakeId,
    ) -> Result<i64, StoreError>;
}
