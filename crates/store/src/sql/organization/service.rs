use atrium_model::organization::{DelegatedAdministrator, OrganizationTag, TrustedService};
use atrium_model::{AccountId, OrganizationId, Timestamp};

use super::account;
use crate::StoreError;
use crate::connection::Row;
use crate::ports::{OrganizationTagTx, TrustedServiceTx};
use crate::tx::{SqlTx, values};

fn read(row: &Row<'_>) -> Result<TrustedService, StoreError> {
    Ok(TrustedService {
        principal: row.text(0)?,
        since: row.time(1)?,
    })
}

impl TrustedServiceTx for SqlTx<'_> {
    fn trusted_services(
        &mut self,
        organization: &OrganizationId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<TrustedService>, StoreError> {
        self.rows(
            "SELECT principal, since FROM trusted_service WHERE organization = $1 AND principal > $2
             ORDER BY principal LIMIT $3",
            values![organization.as_str(), after.unwrap_or(""), limit],
            read,
        )
    }

    fn is_trusted_service(
        &mut self,
        organization: &OrganizationId,
        principal: &str,
    ) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT principal FROM trusted_service WHERE organization = $1 AND principal = $2",
            values![organization.as_str(), principal],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    fn trust_service(
        &mut self,
        organization: &OrganizationId,
        principal: &str,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO trusted_service (organization, principal, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            values![organization.as_str(), principal, since],
        )?;
        Ok(())
    }

    fn distrust_service(
        &mut self,
        organization: &OrganizationId,
        principal: &str,
    ) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM trusted_service WHERE organization = $1 AND principal = $2",
            values![organization.as_str(), principal],
        )?;
        Ok(())
    }

    fn register_delegated_administrator(
        &mut self,
        organization: &OrganizationId,
        account: &AccountId,
        principal: &str,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        self.insert(
            "delegated administrator",
            "INSERT INTO delegated_administrator (organization, account, principal, since) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
            values![organization.as_str(), account.as_str(), principal, since],
        )
    }

    fn deregister_delegated_administrator(
        &mut self,
        organization: &OrganizationId,
        account: &AccountId,
        principal: &str,
    ) -> Result<bool, StoreError> {
        let changed = self.execute(
            "DELETE FROM delegated_administrator WHERE organization = $1 AND account = $2 AND principal = $3",
            values![organization.as_str(), account.as_str(), principal],
        )?;
        Ok(changed > 0)
    }

    fn count_delegated_administrators(
        &mut self,
        organization: &OrganizationId,
        principal: &str,
    ) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM delegated_administrator WHERE organization = $1 AND principal = $2",
            values![organization.as_str(), principal],
        )
    }

    fn delegated_administrators(
        &mut self,
        organization: &OrganizationId,
        principal: Option<&str>,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<DelegatedAdministrator>, StoreError> {
        self.rows(
            concat!(
                "SELECT ",
                account::columns!(),
                ", MIN(d.since) FROM delegated_administrator d
                 JOIN account a ON a.id = d.account AND a.organization = d.organization
                 WHERE d.organization = $1 AND ($2 = '' OR d.principal = $2) AND d.account > $3
                 GROUP BY a.id ORDER BY a.id LIMIT $4"
            ),
            values![
                organization.as_str(),
                principal.unwrap_or(""),
                after.unwrap_or(""),
                limit
            ],
            |row| {
                Ok(DelegatedAdministrator {
                    account: account::read(row)?,
                    since: row.time(10)?,
                })
            },
        )
    }

    fn delegated_services(
        &mut self,
        organization: &OrganizationId,
        account: &AccountId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<TrustedService>, StoreError> {
        self.rows(
            "SELECT principal, since FROM delegated_administrator
             WHERE organization = $1 AND account = $2 AND principal > $3 ORDER BY principal LIMIT $4",
            values![organization.as_str(), account.as_str(), after.unwrap_or(""), limit],
            read,
        )
    }
}

impl OrganizationTagTx for SqlTx<'_> {
    fn organization_tags(
        &mut self,
        organization: &OrganizationId,
        resource: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<OrganizationTag>, StoreError> {
        self.rows(
            "SELECT tag_key, tag_value FROM organization_tag
             WHERE organization = $1 AND resource = $2 AND tag_key > $3 ORDER BY tag_key LIMIT $4",
            values![organization.as_str(), resource, after.unwrap_or(""), limit],
            |row| {
                Ok(OrganizationTag {
                    key: row.text(0)?,
                    value: row.text(1)?,
                })
            },
        )
    }

    fn put_organization_tag(
        &mut self,
        organization: &OrganizationId,
        resource: &str,
        tag: &OrganizationTag,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO organization_tag (organization, resource, tag_key, tag_value) VALUES ($1, $2, $3, $4)
             ON CONFLICT (organization, resource, tag_key) DO UPDATE SET tag_value = excluded.tag_value",
            values![organization.as_str(), resource, &tag.key, &tag.value],
        )?;
        Ok(())
    }

    fn delete_organization_tag(
        &mut self,
        organization: &OrganizationId,
        resource: &str,
        key: &str,
    ) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM organization_tag WHERE organization = $1 AND resource = $2 AND tag_key = $3",
            values![organization.as_str(), resource, key],
        )?;
        Ok(())
    }

    fn count_organization_tags(
        &mut self,
        organization: &OrganizationId,
        resource: &str,
    ) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM organization_tag WHERE organization = $1 AND resource = $2",
            values![organization.as_str(), resource],
        )
    }
}
