mod assignment;
mod permission_set;
mod person;
mod provisioning;
mod request;

use atrium_model::{AccountId, InstanceId};

use crate::StoreError;
use crate::ports::AccessTx;
use crate::tx::{SqlTx, values};

impl AccessTx for SqlTx<'_> {
    fn withdraw_account(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
    ) -> Result<(), StoreError> {
        let (instance, account) = (instance.as_str(), account.as_str());
        self.execute(
            "INSERT INTO access_request (instance, kind, permission_set, account, created, status, attempts, lease_until)
             SELECT instance, 'TIDY', permission_set, account, 0, 'IN_PROGRESS', 0, 0
             FROM provisioned_permission_set WHERE instance = $1 AND account = $2 ORDER BY permission_set",
            values![instance, account],
        )?;
        self.execute(
            "DELETE FROM account_assignment WHERE instance = $1 AND account = $2",
            values![instance, account],
        )?;
        self.execute(
            "DELETE FROM access_provider WHERE instance = $1 AND account = $2",
            values![instance, account],
        )?;
        Ok(())
    }

    fn delete_access_of_instance(&mut self, instance: &InstanceId) -> Result<(), StoreError> {
        const TABLES: [&str; 4] = [
            "DELETE FROM access_request WHERE instance = $1",
            "DELETE FROM account_assignment WHERE instance = $1",
            "DELETE FROM permission_set WHERE instance = $1",
            "DELETE FROM access_provider WHERE instance = $1",
        ];
        for sql in TABLES {
            self.execute(sql, values![instance.as_str()])?;
        }
        self.execute(
            "INSERT INTO access_request (instance, kind, permission_set, account, created, status, attempts, lease_until)
             SELECT instance, 'TIDY', permission_set, account, 0, 'IN_PROGRESS', 0, 0
             FROM provisioned_permission_set WHERE instance = $1 ORDER BY account, permission_set",
            values![instance.as_str()],
        )?;
        Ok(())
    }
}
