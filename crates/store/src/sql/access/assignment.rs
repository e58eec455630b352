use atrium_model::access::AccountAssignment;
use atrium_model::application::AssignedPrincipal;
use atrium_model::{AccountId, InstanceId, PermissionSetId};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::{AccountAssignmentTx, PrincipalAssignments};
use crate::tx::{SqlTx, values};

fn read(row: &Row<'_>) -> Result<AccountAssignment, StoreError> {
    Ok(AccountAssignment {
        instance: row.parsed(0)?,
        account: row.parsed(1)?,
        permission_set: row.parsed(2)?,
        principal: AssignedPrincipal::new(&row.text(3)?, &row.text(4)?)
            .map_err(StoreError::corrupt)?,
        created: row.time(5)?,
    })
}

impl AccountAssignmentTx for SqlTx<'_> {
    fn insert_account_assignment(
        &mut self,
        assignment: &AccountAssignment,
    ) -> Result<(), StoreError> {
        self.insert(
            "account assignment",
            "INSERT INTO account_assignment (instance, account, permission_set, principal_kind, principal_id, created)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            values![
                assignment.instance.as_str(),
                assignment.account.as_str(),
                assignment.permission_set.as_str(),
                assignment.principal.kind(),
                assignment.principal.id(),
                assignment.created,
            ],
        )
    }

    fn delete_account_assignment(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
        set: &PermissionSetId,
        principal: &AssignedPrincipal,
    ) -> Result<bool, StoreError> {
        let gone = self.execute(
            "DELETE FROM account_assignment WHERE instance = $1 AND account = $2 AND permission_set = $3
             AND principal_kind = $4 AND principal_id = $5",
            values![
                instance.as_str(),
                account.as_str(),
                set.as_str(),
                principal.kind(),
                principal.id()
            ],
        )?;
        Ok(gone > 0)
    }

    fn account_assignments(
        &mut self,
        instance: &InstanceId,
        account: &AccountId,
        set: &PermissionSetId,
        after: Option<&AssignedPrincipal>,
        limit: i64,
    ) -> Result<Vec<AccountAssignment>, StoreError> {
        let (kind, id) = after.map_or(("", ""), |after| (after.kind(), after.id()));
        self.rows(
            "SELECT instance, account, permission_set, principal_kind, principal_id, created FROM account_assignment
             WHERE instance = $1 AND account = $2 AND permission_set = $3
             AND (principal_kind, principal_id) > ($4, $5) ORDER BY principal_kind, principal_id LIMIT $6",
            values![
                instance.as_str(),
                account.as_str(),
                set.as_str(),
                kind,
                id,
                limit
            ],
            read,
        )
    }

    fn account_assignments_of(
        &mut self,
        listing: PrincipalAssignments<'_>,
    ) -> Result<Vec<AccountAssignment>, StoreError> {
        let (account, set, kind, id) =
            listing
                .after
                .map_or(("", "", "", ""), |(account, set, principal)| {
                    (
                        account.as_str(),
                        set.as_str(),
                        principal.kind(),
                        principal.id(),
                    )
                });
        self.rows(
            "SELECT instance, account, permission_set, principal_kind, principal_id, created FROM account_assignment
             WHERE instance = $1 AND (principal_kind, principal_id) IN (
                 SELECT CAST($2 AS TEXT), CAST($3 AS TEXT) UNION ALL
                 SELECT 'GROUP', group_id FROM group_membership WHERE store_id = $4 AND user_id = $3 AND $2 = 'USER')
             AND ($5 = '' OR account = $5)
             AND (account, permission_set, principal_kind, principal_id) > ($6, $7, $8, $9)
             ORDER BY account, permission_set, principal_kind, principal_id LIMIT $10",
            values![
                listing.instance.as_str(),
                listing.principal.kind(),
                listing.principal.id(),
                listing.store.as_str(),
                listing.account.map_or("", AccountId::as_str),
                account,
                set,
                kind,
                id,
                listing.limit,
            ],
            read,
        )
    }

    fn is_permission_set_assigned(
        &mut self,
        instance: &InstanceId,
        set: &PermissionSetId,
    ) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT account FROM account_assignment WHERE instance = $1 AND permission_set = $2 LIMIT 1",
            values![instance.as_str(), set.as_str()],
            |row| row.text(0),
        )?;
        Ok(found.is_some())
    }
}
