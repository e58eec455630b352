mod delivery;
mod digest;

use atrium_model::trail::{Trail, TrailStatus};
use atrium_model::{AccountId, OrganizationId, Region};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::TrailTx;
use crate::sql::json;
use crate::tx::{SqlTx, values};

fn trail(row: &Row<'_>) -> Result<Trail, StoreError> {
    Ok(Trail {
        account: row.parsed(0)?,
        region: row.parsed(1)?,
        name: row.text(2)?,
        id: row.text(3)?,
        settings: row.json(4)?,
        logging: row.flag(5)?,
        started: row.opt_time(6)?,
        stopped: row.opt_time(7)?,
        tags: row.json(8)?,
        created: row.time(9)?,
    })
}

impl TrailTx for SqlTx<'_> {
    fn insert_trail(&mut self, trail: &Trail) -> Result<(), StoreError> {
        let settings = &trail.settings;
        self.insert(
            "trail name",
            "INSERT INTO trail (account, region, name, id, organization, multi_region, settings, logging, started,
             stopped, tags, created, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '{}')
             ON CONFLICT DO NOTHING",
            values![
                trail.account.as_str(),
                trail.region.as_str(),
                &trail.name,
                &trail.id,
                settings.organization.as_ref().map(OrganizationId::as_str),
                settings.multi_region,
                &json(settings)?,
                trail.logging,
                trail.started,
                trail.stopped,
                &json(&trail.tags)?,
                trail.created
            ],
        )
    }

    fn trail(
        &mut self,
        account: &AccountId,
        region: &Region,
        name: &str,
    ) -> Result<Option<Trail>, StoreError> {
        self.row(
            "SELECT account, region, name, id, settings, logging, started, stopped, tags, created
             FROM trail WHERE account = $1 AND region = $2 AND name = $3",
            values![account.as_str(), region.as_str(), name],
            trail,
        )
    }

    fn update_trail(&mut self, trail: &Trail) -> Result<bool, StoreError> {
        let settings = &trail.settings;
        let changed = self.execute(
            "UPDATE trail SET organization = $4, multi_region = $5, settings = $6, logging = $7, started = $8,
             stopped = $9, tags = $10 WHERE account = $1 AND region = $2 AND name = $3",
            values![
                trail.account.as_str(),
                trail.region.as_str(),
                &trail.name,
                settings.organization.as_ref().map(OrganizationId::as_str),
                settings.multi_region,
                &json(settings)?,
                trail.logging,
                trail.started,
                trail.stopped,
                &json(&trail.tags)?
            ],
        )?;
        Ok(changed > 0)
    }

    fn delete_trail(&mut self, trail: &Trail) -> Result<bool, StoreError> {
        let gone = self.execute(
            "DELETE FROM trail WHERE account = $1 AND region = $2 AND name = $3",
            values![trail.account.as_str(), trail.region.as_str(), &trail.name],
        )?;
        Ok(gone > 0)
    }

    fn trails(
        &mut self,
        account: &AccountId,
        after: (&str, &str),
        limit: i64,
    ) -> Result<Vec<Trail>, StoreError> {
        self.rows(
            "SELECT account, region, name, id, settings, logging, started, stopped, tags, created
             FROM trail WHERE account = $1 AND (region, name) > ($2, $3) ORDER BY region, name LIMIT $4",
            values![account.as_str(), after.0, after.1, limit],
            trail,
        )
    }

    fn organization_trails(
        &mut self,
        organization: &OrganizationId,
        after: (&str, &str),
        limit: i64,
    ) -> Result<Vec<Trail>, StoreError> {
        self.rows(
            "SELECT account, region, name, id, settings, logging, started, stopped, tags, created
             FROM trail WHERE organization = $1 AND (region, name) > ($2, $3) ORDER BY region, name LIMIT $4",
            values![organization.as_str(), after.0, after.1, limit],
            trail,
        )
    }

    fn count_trails(&mut self, account: &AccountId, region: &Region) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM trail WHERE account = $1 AND (region = $2 OR multi_region = 1)",
            values![account.as_str(), region.as_str()],
        )
    }

    fn trail_status(
        &mut self,
        account: &AccountId,
        trail: &str,
    ) -> Result<TrailStatus, StoreError> {
        let found = self.row(
            "SELECT status FROM trail WHERE id = $2 AND account = $1",
            values![account.as_str(), trail],
            |row| row.json(0),
        )?;
        Ok(found.unwrap_or_default())
    }

    fn put_trail_status(
        &mut self,
        account: &AccountId,
        trail: &str,
        status: &TrailStatus,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE trail SET status = $3 WHERE id = $2 AND account = $1",
            values![account.as_str(), trail, &json(status)?],
        )?;
        Ok(())
    }
}
