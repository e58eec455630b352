use atrium_model::organization::Membership;
use atrium_model::{AccountId, OrganizationId};
use atrium_policy::{Context, Level, PolicyKind};
use atrium_store::{StoreError, Tx};

use crate::authority::{CompiledLevels, compile_levels};

/// The resource control policies that bind the resources of one account, and where the account is, for condition keys.
///
/// Whoever calls asks first whether the action is one that they bind: [`atrium_policy::is_resource_controlled`].
#[derive(Clone)]
pub(crate) struct ResourceControls {
    account: AccountId,
    place: Option<(OrganizationId, String)>,
    levels: CompiledLevels,
}

impl ResourceControls {
    /// Gathers what binds the resources of `account`, which is a member as `membership` says.
    pub(crate) fn gather(
        tx: &mut dyn Tx,
        account: &AccountId,
        membership: Option<&Membership>,
    ) -> Result<Self, StoreError> {
        let levels = match membership {
            Some(_) => tx.rcp_levels(account)?.unwrap_or_default(),
            None => Vec::new(),
        };
        Ok(Self {
            account: account.clone(),
            place: membership.map(|found| (found.organization.clone(), found.entity_path())),
            levels: compile_levels(account, membership, levels, PolicyKind::ResourceControl)?,
        })
    }

    /// Nothing binds the resources of `account`.
    pub(crate) fn none(account: AccountId) -> Self {
        Self {
            account,
            place: None,
            levels: Vec::new(),
        }
    }

    /// The account that owns the resources.
    pub(crate) fn account(&self) -> &AccountId {
        &self.account
    }

    /// The organization that the account is in.
    pub(crate) fn organization(&self) -> Option<&OrganizationId> {
        self.place.as_ref().map(|(organization, _)| organization)
    }

    /// The levels, for [`atrium_policy::PolicySet::rcp_levels`].
    pub(crate) fn levels(&self) -> Vec<Level<'_>> {
        self.levels
            .iter()
            .map(|(target, policies)| Level { target, policies })
            .collect()
    }

    /// Tells a request whose resource it is about (IAM User Guide, "AWS global condition context keys").
    pub(crate) fn describe<'a>(&'a self, context: &mut Context<'a>) {
        context.set("aws:ResourceAccount", self.account.as_str());
        if let Some((organization, path)) = &self.place {
            context.set("aws:ResourceOrgID", organization.as_str());
            context.set_all("aws:ResourceOrgPaths", [path.as_str()]);
        }
    }
}
