mod account;
mod handshake;
mod policy;
mod service;
mod transfer;
mod tree;

use atrium_model::AccountId;
use atrium_model::organization::{AttachedPolicy, Membership, PolicyType, TargetId};

use crate::StoreError;
use crate::ports::{OrganizationPolicyTx, OrganizationTx};
use crate::tx::{SqlTx, values};

impl SqlTx<'_> {
    /// The policies of a type above and at a member account, level by level.
    fn levels(
        &mut self,
        id: &AccountId,
        kind: PolicyType,
    ) -> Result<Option<Vec<Vec<AttachedPolicy>>>, StoreError> {
        let Some(membership) = self.membership(id)? else {
            return Ok(None);
        };
        let organization = &membership.organization;
        if membership.is_management(id) || !self.policy_types(organization)?.contains(&kind) {
            return Ok(None);
        }
        let root = std::iter::once(TargetId::Root(membership.root));
        let units = membership.path.into_iter().map(TargetId::Unit);
        root.chain(units)
            .chain(std::iter::once(TargetId::Account(id.clone())))
            .map(|target| self.attached_policies(organization, kind, &target))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

impl OrganizationTx for SqlTx<'_> {
    fn membership(&mut self, id: &AccountId) -> Result<Option<Membership>, StoreError> {
        self.row(
            "SELECT o.id, o.management, o.root, u.path, a.joined_at, a.joined_method, o.feature_set
             FROM account a JOIN organization o ON o.id = a.organization
             LEFT JOIN organizational_unit u ON u.organization = a.organization AND u.id = a.parent
             WHERE a.id = $1",
            values![id.as_str()],
            |row| {
                Ok(Membership {
                    organization: row.parsed(0)?,
                    management: row.parsed(1)?,
                    root: row.parsed(2)?,
                    path: tree::path(row.opt_text(3)?.as_deref())?,
                    joined_at: row.time(4)?,
                    joined_method: row.parsed(5)?,
                    feature_set: row.parsed(6)?,
                })
            },
        )
    }

    fn scp_levels(
        &mut self,
        id: &AccountId,
    ) -> Result<Option<Vec<Vec<AttachedPolicy>>>, StoreError> {
        self.levels(id, PolicyType::ServiceControlPolicy)
    }

    fn rcp_levels(
        &mut self,
        id: &AccountId,
    ) -> Result<Option<Vec<Vec<AttachedPolicy>>>, StoreError> {
        self.levels(id, PolicyType::ResourceControlPolicy)
    }

    fn is_delegated_administrator(
        &mut self,
        account: &AccountId,
        service_principal: &str,
    ) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT 1 FROM account a JOIN delegated_administrator d
             ON d.organization = a.organization AND d.account = a.id AND d.principal = $2
             WHERE a.id = $1",
            values![account.as_str(), service_principal],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }
}
