use atrium_model::organization::{
    Account, AccountStatus, CreateAccountState, CreateAccountStatus, Joined,
};
use atrium_model::{AccountId, CreateAccountRequestId, OrganizationId, Region, Timestamp};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::{AccountTx, CreateAccountTx};
use crate::tx::{SqlTx, values};

/// The columns that [`read`] reads, of a table called `a`.
macro_rules! columns {
    () => {
        "a.id, a.email, a.name, a.status, a.created_at, a.closed_at, a.organization, a.parent, a.joined_at,
         a.joined_method"
    };
}
pub(super) use columns;

pub(super) fn read(row: &Row<'_>) -> Result<Account, StoreError> {
    let joined = match row.opt_parsed(6)? {
        None => None,
        Some(organization) => Some(Joined {
            organization,
            parent: row.parsed(7)?,
            at: row.time(8)?,
            method: row.parsed(9)?,
        }),
    };
    Ok(Account {
        id: row.parsed(0)?,
        email: row.text(1)?,
        name: row.text(2)?,
        status: row.parsed(3)?,
        created_at: row.time(4)?,
        closed_at: row.opt_time(5)?,
        joined,
    })
}

fn read_status(row: &Row<'_>) -> Result<CreateAccountStatus, StoreError> {
    Ok(CreateAccountStatus {
        organization: row.parsed(0)?,
        id: row.parsed(1)?,
        account_name: row.text(2)?,
        state: row.parsed(3)?,
        requested_at: row.time(4)?,
        completed_at: row.opt_time(5)?,
        account: row.opt_parsed(6)?,
        failure_reason: row.opt_parsed(7)?,
    })
}

impl AccountTx for SqlTx<'_> {
    fn account(&mut self, id: &AccountId) -> Result<Option<Account>, StoreError> {
        self.row(
            concat!("SELECT ", columns!(), " FROM account a WHERE a.id = $1"),
            values![id.as_str()],
            read,
        )
    }

    fn account_by_email(&mut self, email: &str) -> Result<Option<Account>, StoreError> {
        self.row(
            concat!(
                "SELECT ",
                columns!(),
                " FROM account a WHERE a.email_key = $1"
            ),
            values![&email.to_lowercase()],
            read,
        )
    }

    fn insert_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let joined = account.joined.as_ref();
        self.insert(
            "account id or e-mail address",
            "INSERT INTO account (id, email, email_key, name, status, created_at, closed_at, organization, parent,
             joined_at, joined_method) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
            values![
                account.id.as_str(),
                &account.email,
                &account.email.to_lowercase(),
                &account.name,
                account.status.as_str(),
                account.created_at,
                account.closed_at,
                joined.map(|joined| joined.organization.as_str()),
                joined.map(|joined| joined.parent.as_str()),
                joined.map(|joined| joined.at),
                joined.map(|joined| joined.method.as_str()),
            ],
        )
    }

    fn set_account_name(&mut self, id: &AccountId, name: &str) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE account SET name = $2 WHERE id = $1",
            values![id.as_str(), name],
        )?;
        Ok(changed > 0)
    }

    fn close_account(&mut self, id: &AccountId, at: Timestamp) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE account SET status = $2, closed_at = $3 WHERE id = $1 AND status = $4",
            values![
                id.as_str(),
                AccountStatus::Suspended.as_str(),
                at,
                AccountStatus::Active.as_str()
            ],
        )?;
        Ok(changed > 0)
    }

    fn place_account(&mut self, id: &AccountId, joined: Option<&Joined>) -> Result<(), StoreError> {
        if joined.is_none() {
            for sql in [
                "DELETE FROM organization_tag
                 WHERE organization = (SELECT organization FROM account WHERE id = $1) AND resource = $1",
                "DELETE FROM organization_policy_attachment
                 WHERE organization = (SELECT organization FROM account WHERE id = $1) AND target = $1",
                "DELETE FROM delegated_administrator
                 WHERE organization = (SELECT organization FROM account WHERE id = $1) AND account = $1",
            ] {
                self.execute(sql, values![id.as_str()])?;
            }
        }
        self.execute(
            "UPDATE account SET organization = $2, parent = $3, joined_at = $4, joined_method = $5 WHERE id = $1",
            values![
                id.as_str(),
                joined.map(|joined| joined.organization.as_str()),
                joined.map(|joined| joined.parent.as_str()),
                joined.map(|joined| joined.at),
                joined.map(|joined| joined.method.as_str()),
            ],
        )?;
        Ok(())
    }

    fn accounts_of_organization(
        &mut self,
        organization: &OrganizationId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<Account>, StoreError> {
        self.rows(
            concat!(
                "SELECT ",
                columns!(),
                " FROM account a WHERE a.organization = $1 AND a.id > $2 ORDER BY a.id LIMIT $3"
            ),
            values![organization.as_str(), after.unwrap_or(""), limit],
            read,
        )
    }

    fn accounts_of_parent(
        &mut self,
        organization: &OrganizationId,
        parent: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<Account>, StoreError> {
        self.rows(
            concat!(
                "SELECT ",
                columns!(),
                " FROM account a WHERE a.organization = $1 AND a.parent = $2 AND a.id > $3 ORDER BY a.id LIMIT $4"
            ),
            values![organization.as_str(), parent, after.unwrap_or(""), limit],
            read,
        )
    }

    fn count_accounts(&mut self, organization: &OrganizationId) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM account WHERE organization = $1",
            values![organization.as_str()],
        )
    }

    fn count_closed_accounts(
        &mut self,
        organization: &OrganizationId,
        since: Timestamp,
    ) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM account WHERE organization = $1 AND closed_at > $2",
            values![organization.as_str(), since],
        )
    }

    fn account_regions(&mut self, account: &AccountId) -> Result<Vec<Region>, StoreError> {
        self.rows(
            "SELECT region FROM account_region WHERE account = $1 ORDER BY region LIMIT 1000",
            values![account.as_str()],
            |row| row.parsed(0),
        )
    }

    fn set_account_region(
        &mut self,
        account: &AccountId,
        region: &Region,
        enabled: bool,
    ) -> Result<bool, StoreError> {
        let sql = match enabled {
            true => {
                "INSERT INTO account_region (account, region) VALUES ($1, $2) ON CONFLICT DO NOTHING"
            }
            false => "DELETE FROM account_region WHERE account = $1 AND region = $2",
        };
        Ok(self.execute(sql, values![account.as_str(), region.as_str()])? > 0)
    }
}

impl CreateAccountTx for SqlTx<'_> {
    fn insert_create_account_status(
        &mut self,
        status: &CreateAccountStatus,
    ) -> Result<(), StoreError> {
        self.insert(
            "create account request id",
            "INSERT INTO create_account_status (organization, id, account_name, state, requested_at, completed_at,
             account, failure_reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
            values![
                status.organization.as_str(),
                status.id.as_str(),
                &status.account_name,
                status.state.as_str(),
                status.requested_at,
                status.completed_at,
                status.account.as_ref().map(AccountId::as_str),
                status.failure_reason.map(|reason| reason.as_str()),
            ],
        )
    }

    fn create_account_status(
        &mut self,
        organization: &OrganizationId,
        id: &CreateAccountRequestId,
    ) -> Result<Option<CreateAccountStatus>, StoreError> {
        self.row(
            "SELECT organization, id, account_name, state, requested_at, completed_at, account, failure_reason
             FROM create_account_status WHERE organization = $1 AND id = $2",
            values![organization.as_str(), id.as_str()],
            read_status,
        )
    }

    fn create_account_statuses(
        &mut self,
        organization: &OrganizationId,
        states: &[CreateAccountState],
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<CreateAccountStatus>, StoreError> {
        let wanted = |state: CreateAccountState| match states.is_empty() || states.contains(&state)
        {
            true => state.as_str(),
            false => "",
        };
        self.rows(
            "SELECT organization, id, account_name, state, requested_at, completed_at, account, failure_reason
             FROM create_account_status
             WHERE organization = $1 AND state IN ($2, $3, $4) AND id > $5 ORDER BY id LIMIT $6",
            values![
                organization.as_str(),
                wanted(CreateAccountState::InProgress),
                wanted(CreateAccountState::Succeeded),
                wanted(CreateAccountState::Failed),
                after.unwrap_or(""),
                limit
            ],
            read_status,
        )
    }
}
