use atrium_model::access::{ProvisionedPermissionSet, ProvisioningStatus};
use atrium_model::{AccountId, InstanceId, PermissionSetId};

use crate::StoreError;
use crate::ports::ProvisioningTx;
use crate::tx::{SqlTx, values};

/// The status as the queries compare it; empty for any.
fn word(status: Option<ProvisioningStatus>) -> &'static str {
    match status {
        None => "",
        Some(ProvisioningStatus::Latest) => "latest",
        Some(ProvisioningStatus::NotLatest) => "not latest",
    }
}

impl ProvisioningTx for SqlTx<'_> {
    fn provisioned(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
        set: &PermissionSetId,
    ) -> Result<Option<ProvisionedPermissionSet>, StoreError> {
        self.row(
            "SELECT instance, account, permission_set, revision, role_id, role_name, provisioned
             FROM provisioned_permission_set WHERE instance = $1 AND account = $2 AND permission_set = $3",
            values![instance.as_str(), account.as_str(), set.as_str()],
            |row| {
                Ok(ProvisionedPermissionSet {
                    instance: row.parsed(0)?,
                    account: row.parsed(1)?,
                    permission_set: row.parsed(2)?,
                    revision: row.int(3)?,
                    role_id: row.text(4)?,
                    role_name: row.text(5)?,
                    provisioned: row.time(6)?,
                })
            },
        )
    }

    fn put_provisioned(
        &mut self,
        provisioned: &ProvisionedPermissionSet,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO provisioned_permission_set (instance, account, permission_set, revision, role_id, role_name,
             provisioned) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (instance, account, permission_set) DO UPDATE SET revision = excluded.revision,
             role_id = excluded.role_id, role_name = excluded.role_name, provisioned = excluded.provisioned",
            values![
                provisioned.instance.as_str(),
                provisioned.account.as_str(),
                provisioned.permission_set.as_str(),
                provisioned.revision,
                &provisioned.role_id,
                &provisioned.role_name,
                provisioned.provisioned,
            ],
        )?;
        Ok(())
    }

    fn delete_provisioned(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
        set: &PermissionSetId,
    ) -> Result<bool, StoreError> {
        let gone = self.execute(
            "DELETE FROM provisioned_permission_set WHERE instance = $1 AND account = $2 AND permission_set = $3",
            values![instance.as_str(), account.as_str(), set.as_str()],
        )?;
        Ok(gone > 0)
    }

    fn accounts_of_permission_set(
        &mut self,
        instance: &InstanceId,
        set: &PermissionSetId,
        status: Option<ProvisioningStatus>,
        after: Option<&AccountId>,
        limit: i64,
    ) -> Result<Vec<AccountId>, StoreError> {
        self.rows(
            "SELECT p.account FROM provisioned_permission_set p
             JOIN permission_set s ON s.instance = p.instance AND s.id = p.permission_set
             WHERE p.instance = $1 AND p.permission_set = $2 AND p.account > $3
             AND ($4 = '' OR ($4 = 'latest' AND p.revision = s.revision)
                 OR ($4 = 'not latest' AND p.revision <> s.revision))
             ORDER BY p.account LIMIT $5",
            values![
                instance.as_str(),
                set.as_str(),
                after.map_or("", AccountId::as_str),
                word(status),
                limit
            ],
            |row| row.parsed(0),
        )
    }

    fn permission_sets_of_account(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
        status: Option<ProvisioningStatus>,
        after: Option<&PermissionSetId>,
        limit: i64,
    ) -> Result<Vec<PermissionSetId>, StoreError> {
        self.rows(
            "SELECT p.permission_set FROM provisioned_permission_set p
             JOIN permission_set s ON s.instance = p.instance AND s.id = p.permission_set
             WHERE p.instance = $1 AND p.account = $2 AND p.permission_set > $3
             AND ($4 = '' OR ($4 = 'latest' AND p.revision = s.revision)
                 OR ($4 = 'not latest' AND p.revision <> s.revision))
             ORDER BY p.permission_set LIMIT $5",
            values![
                instance.as_str(),
                account.as_str(),
                after.map_or("", PermissionSetId::as_str),
                word(status),
                limit
            ],
            |row| row.parsed(0),
        )
    }

    fn count_provisioned(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
    ) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM provisioned_permission_set WHERE instance = $1 AND account = $2",
            values![instance.as_str(), account.as_str()],
        )
    }

    fn access_provider(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
    ) -> Result<Option<String>, StoreError> {
        self.row(
            "SELECT name FROM access_provider WHERE instance = $1 AND account = $2",
            values![instance.as_str(), account.as_str()],
            |row| row.text(0),
        )
    }

    fn insert_access_provider(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
        name: &str,
    ) -> Result<(), StoreError> {
        self.insert(
            "access provider",
            "INSERT INTO access_provider (instance, account, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            values![instance.as_str(), account.as_str(), name],
        )
    }
}
