use atrium_model::organization::{FeatureSet, Organization, OrganizationalUnit};
use atrium_model::{OrganizationId, OrganizationalUnitId};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::OrganizationTreeTx;
use crate::tx::{SqlTx, values};

/// The units in a path column; none above an account in the root.
pub(super) fn path(text: Option<&str>) -> Result<Vec<OrganizationalUnitId>, StoreError> {
    text.unwrap_or("")
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().map_err(StoreError::corrupt))
        .collect()
}

fn read_unit(row: &Row<'_>) -> Result<OrganizationalUnit, StoreError> {
    Ok(OrganizationalUnit {
        organization: row.parsed(0)?,
        id: row.parsed(1)?,
        parent: row.parsed(2)?,
        name: row.text(3)?,
        path: path(Some(&row.text(4)?))?,
    })
}

impl OrganizationTreeTx for SqlTx<'_> {
    fn organization(&mut self, id: &OrganizationId) -> Result<Option<Organization>, StoreError> {
        self.row(
            "SELECT id, management, root, feature_set, created_at FROM organization WHERE id = $1",
            values![id.as_str()],
            |row| {
                Ok(Organization {
                    id: row.parsed(0)?,
                    management: row.parsed(1)?,
                    root: row.parsed(2)?,
                    feature_set: row.parsed(3)?,
                    created_at: row.time(4)?,
                })
            },
        )
    }

    fn insert_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        self.insert(
            "organization id, root or management account",
            "INSERT INTO organization (id, management, root, feature_set, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
            values![
                organization.id.as_str(),
                organization.management.as_str(),
                organization.root.as_str(),
                organization.feature_set.as_str(),
                organization.created_at
            ],
        )
    }

    fn set_feature_set(
        &mut self,
        id: &OrganizationId,
        feature_set: FeatureSet,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE organization SET feature_set = $2 WHERE id = $1",
            values![id.as_str(), feature_set.as_str()],
        )?;
        Ok(())
    }

    fn delete_organization(&mut self, id: &OrganizationId) -> Result<(), StoreError> {
        for sql in [
            "UPDATE account SET organization = NULL, parent = NULL, joined_at = NULL, joined_method = NULL
             WHERE organization = $1",
            "DELETE FROM organizational_unit WHERE organization = $1",
            "DELETE FROM create_account_status WHERE organization = $1",
            "DELETE FROM organization_policy_type WHERE organization = $1",
            "DELETE FROM organization_policy WHERE organization = $1",
            "DELETE FROM organization_policy_attachment WHERE organization = $1",
            "DELETE FROM trusted_service WHERE organization = $1",
            "DELETE FROM delegated_administrator WHERE organization = $1",
            "DELETE FROM organization_tag WHERE organization = $1",
            "DELETE FROM organization_resource_policy WHERE organization = $1",
            "DELETE FROM handshake WHERE organization = $1",
            "DELETE FROM responsibility_transfer WHERE organization = $1",
            "DELETE FROM organization WHERE id = $1",
        ] {
            self.execute(sql, values![id.as_str()])?;
        }
        Ok(())
    }

    fn organizational_unit(
        &mut self,
        organization: &OrganizationId,
        id: &OrganizationalUnitId,
    ) -> Result<Option<OrganizationalUnit>, StoreError> {
        self.row(
            "SELECT organization, id, parent, name, path FROM organizational_unit
             WHERE organization = $1 AND id = $2",
            values![organization.as_str(), id.as_str()],
            read_unit,
        )
    }

    fn insert_organizational_unit(&mut self, unit: &OrganizationalUnit) -> Result<(), StoreError> {
        let path: Vec<&str> = unit.path.iter().map(OrganizationalUnitId::as_str).collect();
        self.insert(
            "organizational unit name",
            "INSERT INTO organizational_unit (organization, id, parent, name, path) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
            values![
                unit.organization.as_str(),
                unit.id.as_str(),
                unit.parent.as_str(),
                &unit.name,
                &path.join("/")
            ],
        )
    }

    fn rename_organizational_unit(
        &mut self,
        organization: &OrganizationId,
        id: &OrganizationalUnitId,
        name: &str,
    ) -> Result<(), StoreError> {
        // An UPDATE can't skip a conflict, and on PostgreSQL a failed one ends the transaction: so it looks first.
        // Both engines run at a level at which the look still holds when the change is committed.
        let changed = self.execute(
            "UPDATE organizational_unit SET name = $3 WHERE organization = $1 AND id = $2
             AND NOT EXISTS (SELECT 1 FROM organizational_unit s WHERE s.organization = $1 AND s.name = $3
             AND s.parent = organizational_unit.parent AND s.id <> $2)",
            values![organization.as_str(), id.as_str(), name],
        )?;
        match changed {
            0 => Err(StoreError::Duplicate("organizational unit name")),
            _ => Ok(()),
        }
    }

    fn delete_organizational_unit(
        &mut self,
        organization: &OrganizationId,
        id: &OrganizationalUnitId,
    ) -> Result<(), StoreError> {
        for sql in [
            "DELETE FROM organization_tag WHERE organization = $1 AND resource = $2",
            "DELETE FROM organization_policy_attachment WHERE organization = $1 AND target = $2",
            "DELETE FROM organizational_unit WHERE organization = $1 AND id = $2",
        ] {
            self.execute(sql, values![organization.as_str(), id.as_str()])?;
        }
        Ok(())
    }

    fn organizational_units(
        &mut self,
        organization: &OrganizationId,
        parent: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<OrganizationalUnit>, StoreError> {
        self.rows(
            "SELECT organization, id, parent, name, path FROM organizational_unit
             WHERE organization = $1 AND parent = $2 AND id > $3 ORDER BY id LIMIT $4",
            values![organization.as_str(), parent, after.unwrap_or(""), limit],
            read_unit,
        )
    }

    fn count_organizational_units(
        &mut self,
        organization: &OrganizationId,
    ) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM organizational_unit WHERE organization = $1",
            values![organization.as_str()],
        )
    }

    fn has_children(
        &mut self,
        organization: &OrganizationId,
        parent: &str,
    ) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT id FROM account WHERE organization = $1 AND parent = $2
             UNION ALL SELECT id FROM organizational_unit WHERE organization = $1 AND parent = $2 LIMIT 1",
            values![organization.as_str(), parent],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }
}
