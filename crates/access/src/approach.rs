use atrium_model::directory::Instance;
use atrium_model::{AccountId, PermissionSetId};
use atrium_store::{AccessTx, StoreError};

/// How a caller comes to an instance's permission sets. Nobody but owner and delegated administrator comes this far.
#[derive(Clone, Copy, Debug)]
pub struct Approach<'a> {
    /// The organization's instance; its owner is the management account.
    pub instance: &'a Instance,
    /// Whether the caller is the delegated administrator, not the owner.
    pub delegated: bool,
}

/// A delegated administrator has no say in the management account (user guide, "Delegated administration").
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The account or the permission set is the management account's business.
    #[error("a delegated administrator can't change what the management account has")]
    Management,
    /// The store failed.
    #[error("could not read the permission set's accounts")]
    Store(#[from] StoreError),
}

impl Approach<'_> {
    /// Refuses to let a delegated administrator change a permission set that the management account has.
    pub(crate) fn may_change(
        self,
        tx: &mut (impl AccessTx + ?Sized),
        set: &PermissionSetId,
    ) -> Result<(), Refused> {
        let instance = self.instance;
        if self.delegated
            && tx
                .provisioned(&instance.id, &instance.owner, set)?
                .is_some()
        {
            return Err(Refused::Management);
        }
        Ok(())
    }

    /// Refuses a delegated administrator who wants something done in the management account.
    pub(crate) fn may_enter(self, account: &AccountId) -> Result<(), Refused> {
        match self.delegated && *account == self.instance.owner {
            true => Err(Refused::Management),
            false => Ok(()),
        }
    }
}
