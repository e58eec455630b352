use atrium_model::access::{PermissionSet, ProvisionedPermissionSet};
use atrium_model::{AccountId, PermissionSetId};

use crate::StoreError;
use crate::ports::{PermissionSetTx as _, Person, PersonAccessTx, ProvisioningTx as _};
use crate::tx::{SqlTx, values};

/// Whether assignment `a` is the person's, themselves or through a group: `$2` is the identity store, `$3` the user.
macro_rules! held {
    () => {
        "(a.principal_kind, a.principal_id) IN (
             SELECT 'USER', CAST($3 AS TEXT) UNION ALL
             SELECT 'GROUP', group_id FROM group_membership WHERE store_id = $2 AND user_id = $3)"
    };
}

impl PersonAccessTx for SqlTx<'_> {
    fn accounts_of_person(
        &mut self,
        person: Person<'_>,
        after: Option<&AccountId>,
        limit: i64,
    ) -> Result<Vec<AccountId>, StoreError> {
        self.rows(
            concat!(
                "SELECT DISTINCT a.account FROM account_assignment a
             JOIN provisioned_permission_set p ON p.instance = a.instance AND p.account = a.account
                 AND p.permission_set = a.permission_set
             WHERE a.instance = $1 AND ",
                held!(),
                "
             AND a.account > $4 ORDER BY a.account LIMIT $5"
            ),
            values![
                person.instance.as_str(),
                person.store.as_str(),
                person.user.as_str(),
                after.map_or("", AccountId::as_str),
                limit
            ],
            |row| row.parsed(0),
        )
    }

    fn permission_sets_of_person(
        &mut self,
        person: Person<'_>,
        account: &AccountId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        self.rows(
            concat!(
                "SELECT DISTINCT s.name FROM account_assignment a
             JOIN provisioned_permission_set p ON p.instance = a.instance AND p.account = a.account
                 AND p.permission_set = a.permission_set
             JOIN permission_set s ON s.instance = a.instance AND s.id = a.permission_set
             WHERE a.instance = $1 AND ",
                held!(),
                "
             AND a.account = $4 AND s.name > $5 ORDER BY s.name LIMIT $6"
            ),
            values![
                person.instance.as_str(),
                person.store.as_str(),
                person.user.as_str(),
                account.as_str(),
                after.unwrap_or_default(),
                limit
            ],
            |row| row.text(0),
        )
    }

    fn permission_set_of_person(
        &mut self,
        person: Person<'_>,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<(PermissionSet, ProvisionedPermissionSet)>, StoreError> {
        let id: Option<PermissionSetId> = self.row(
            concat!(
                "SELECT s.id FROM permission_set s
             JOIN account_assignment a ON a.instance = s.instance AND a.permission_set = s.id
             WHERE s.instance = $1 AND s.name = $5 AND a.account = $4
             AND ",
                held!(),
                "
             LIMIT 1"
            ),
            values![
                person.instance.as_str(),
                person.store.as_str(),
                person.user.as_str(),
                account.as_str(),
                name
            ],
            |row| row.parsed(0),
        )?;
        let Some(id) = id else { return Ok(None) };
        let set = self.permission_set(person.instance, &id)?;
        let role = self.provisioned(person.instance, account, &id)?;
        Ok(set.zip(role))
    }
}
