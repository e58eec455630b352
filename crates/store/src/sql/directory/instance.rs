use atrium_model::directory::Instance;
use atrium_model::{AccountId, IdentityStoreId, InstanceId, OrganizationId, Timestamp};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::{InstanceListing, InstanceTx};
use crate::tx::{SqlTx, values};

fn read(row: &Row<'_>) -> Result<Instance, StoreError> {
    Ok(Instance {
        id: row.parsed(0)?,
        kind: row.parsed(1)?,
        owner: row.parsed(2)?,
        region: row.parsed(3)?,
        organization: row.opt_parsed(4)?,
        identity_store: row.parsed(5)?,
        name: row.opt_text(6)?,
        status: row.parsed(7)?,
        status_reason: row.opt_text(8)?,
        created: row.time(9)?,
        kms_key_arn: row.opt_text(10)?,
        account_instances_allowed: row.flag(11)?,
        permission_sets_enabled: row.flag(12)?,
        encryption_settled: row.opt_time(13)?,
    })
}

/// The query for instances, with the condition that selects them.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT instance_id, kind, owner, region, organization, store_id, name, status, status_reason, created,
             kms_key_arn, account_instances, permission_sets, encryption_settled FROM instance WHERE ",
            $condition
        )
    };
}

/// The tables whose rows belong to an identity store.
const STORE_TABLES: [&str; 5] = [
    "DELETE FROM group_membership WHERE store_id = $1",
    "DELETE FROM directory_key WHERE store_id = $1",
    "DELETE FROM directory_count WHERE store_id = $1",
    "DELETE FROM directory_user WHERE store_id = $1",
    "DELETE FROM directory_group WHERE store_id = $1",
];

impl InstanceTx for SqlTx<'_> {
    fn instance(&mut self, id: &InstanceId) -> Result<Option<Instance>, StoreError> {
        self.row(select!("instance_id = $1"), values![id.as_str()], read)
    }

    fn instance_of_store(
        &mut self,
        store: &IdentityStoreId,
    ) -> Result<Option<Instance>, StoreError> {
        self.row(select!("store_id = $1"), values![store.as_str()], read)
    }

    fn instance_of_owner(&mut self, owner: &AccountId) -> Result<Option<Instance>, StoreError> {
        self.row(select!("owner = $1"), values![owner.as_str()], read)
    }

    fn instance_of_organization(
        &mut self,
        organization: &OrganizationId,
    ) -> Result<Option<Instance>, StoreError> {
        self.row(
            select!("organization = $1"),
            values![organization.as_str()],
            read,
        )
    }

    fn instances(&mut self, listing: &InstanceListing<'_>) -> Result<Vec<Instance>, StoreError> {
        let organization = listing.organization.map_or("", OrganizationId::as_str);
        let region = listing.region.map_or("", |region| region.as_str());
        let after = listing.after.map_or("", InstanceId::as_str);
        self.rows(
            select!(
                "(owner = $1 OR organization = $2) AND instance_id > $4 AND ($3 = '' OR region = $3 OR EXISTS (
                     SELECT 1 FROM instance_region r WHERE r.instance_id = instance.instance_id
                     AND r.region = $3 AND r.active_at <= $6 AND r.removed_at IS NULL))
                 ORDER BY instance_id LIMIT $5"
            ),
            values![
                listing.owner.as_str(),
                organization,
                region,
                after,
                listing.limit,
                listing.now
            ],
            read,
        )
    }

    fn insert_instance(&mut self, instance: &Instance) -> Result<(), StoreError> {
        let inserted = self.execute(
            "INSERT INTO instance (instance_id, kind, owner, region, organization, store_id, name, status,
             status_reason, created, kms_key_arn, account_instances, permission_sets, encryption_settled)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING",
            values![
                instance.id.as_str(),
                instance.kind.as_str(),
                instance.owner.as_str(),
                instance.region.as_str(),
                instance.organization.as_ref().map(OrganizationId::as_str),
                instance.identity_store.as_str(),
                instance.name.as_ref(),
                instance.status.as_str(),
                instance.status_reason.as_ref(),
                instance.created,
                instance.kms_key_arn.as_ref(),
                instance.account_instances_allowed,
                instance.permission_sets_enabled,
                instance.encryption_settled,
            ],
        )?;
        if inserted > 0 {
            return Ok(());
        }
        // The unique indexes have decided; this only finds out which of them.
        let key = if self.instance_of_owner(&instance.owner)?.is_some() {
            "owner"
        } else if let Some(organization) = &instance.organization
            && self.instance_of_organization(organization)?.is_some()
        {
            "organization"
        } else {
            "id"
        };
        Err(StoreError::Duplicate(key))
    }

    fn update_instance(&mut self, instance: &Instance) -> Result<(), StoreError> {
        self.execute(
            "UPDATE instance SET name = $2, status = $3, status_reason = $4, kms_key_arn = $5, account_instances = $6,
             permission_sets = $7, encryption_settled = $8 WHERE instance_id = $1",
            values![
                instance.id.as_str(),
                instance.name.as_ref(),
                instance.status.as_str(),
                instance.status_reason.as_ref(),
                instance.kms_key_arn.as_ref(),
                instance.account_instances_allowed,
                instance.permission_sets_enabled,
                instance.encryption_settled,
            ],
        )?;
        Ok(())
    }

    fn delete_instance(&mut self, instance: &Instance, now: Timestamp) -> Result<(), StoreError> {
        self.keep_gone_instance(&instance.id, &instance.identity_store, now)?;
        for sql in STORE_TABLES {
            self.execute(sql, values![instance.identity_store.as_str()])?;
        }
        let id = instance.id.as_str();
        self.execute(
            "DELETE FROM instance_tag WHERE instance_id = $1",
            values![id],
        )?;
        self.execute("DELETE FROM instance WHERE instance_id = $1", values![id])?;
        Ok(())
    }
}
