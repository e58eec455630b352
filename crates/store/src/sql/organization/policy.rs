use atrium_model::organization::{
    AttachedPolicy, OrganizationPolicy, PolicySummary, PolicyTarget, PolicyType, ResourcePolicy,
    TargetId,
};
use atrium_model::{OrganizationId, PolicyId};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::OrganizationPolicyTx;
use crate::tx::{SqlTx, values};

fn summary(row: &Row<'_>) -> Result<PolicySummary, StoreError> {
    Ok(PolicySummary {
        organization: row.parsed(0)?,
        id: row.parsed(1)?,
        kind: row.parsed(2)?,
        name: row.text(3)?,
        description: row.text(4)?,
        aws_managed: row.flag(5)?,
    })
}

impl OrganizationPolicyTx for SqlTx<'_> {
    fn organization_policy(
        &mut self,
        organization: &OrganizationId,
        id: &PolicyId,
    ) -> Result<Option<OrganizationPolicy>, StoreError> {
        self.row(
            "SELECT organization, id, kind, name, description, aws_managed, content, created_at,
             COALESCE(updated_at, created_at) FROM organization_policy WHERE organization = $1 AND id = $2",
            values![organization.as_str(), id.as_str()],
            |row| {
                Ok(OrganizationPolicy {
                    summary: summary(row)?,
                    content: row.text(6)?,
                    created_at: row.time(7)?,
                    updated_at: row.time(8)?,
                })
            },
        )
    }

    fn insert_organization_policy(
        &mut self,
        policy: &OrganizationPolicy,
    ) -> Result<(), StoreError> {
        let summary = &policy.summary;
        self.insert(
            "policy name",
            "INSERT INTO organization_policy (organization, id, kind, name, description, aws_managed, content,
             created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
            values![
                summary.organization.as_str(),
                summary.id.as_str(),
                summary.kind.as_str(),
                &summary.name,
                &summary.description,
                summary.aws_managed,
                &policy.content,
                policy.created_at,
                policy.updated_at
            ],
        )
    }

    fn update_organization_policy(
        &mut self,
        policy: &OrganizationPolicy,
    ) -> Result<(), StoreError> {
        let summary = &policy.summary;
        // As with the names of organizational units: an UPDATE can't skip a conflict.
        let changed = self.execute(
            "UPDATE organization_policy SET name = $4, description = $5, content = $6, updated_at = $7
             WHERE organization = $1 AND id = $2
             AND NOT EXISTS (SELECT 1 FROM organization_policy s WHERE s.organization = $1 AND s.kind = $3
             AND s.name = $4 AND s.id <> $2)",
            values![
                summary.organization.as_str(),
                summary.id.as_str(),
                summary.kind.as_str(),
                &summary.name,
                &summary.description,
                &policy.content,
                policy.updated_at
            ],
        )?;
        match changed {
            0 => Err(StoreError::Duplicate("policy name")),
            _ => Ok(()),
        }
    }

    fn delete_organization_policy(
        &mut self,
        organization: &OrganizationId,
        id: &PolicyId,
    ) -> Result<(), StoreError> {
        for sql in [
            "DELETE FROM organization_tag WHERE organization = $1 AND resource = $2",
            "DELETE FROM organization_policy WHERE organization = $1 AND id = $2",
        ] {
            self.execute(sql, values![organization.as_str(), id.as_str()])?;
        }
        Ok(())
    }

    fn organization_policies(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<PolicySummary>, StoreError> {
        self.rows(
            "SELECT organization, id, kind, name, description, aws_managed FROM organization_policy
             WHERE organization = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4",
            values![
                organization.as_str(),
                kind.as_str(),
                after.unwrap_or(""),
                limit
            ],
            summary,
        )
    }

    fn count_organization_policies(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
    ) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM organization_policy WHERE organization = $1 AND kind = $2 AND aws_managed = 0",
            values![organization.as_str(), kind.as_str()],
        )
    }

    fn policy_types(
        &mut self,
        organization: &OrganizationId,
    ) -> Result<Vec<PolicyType>, StoreError> {
        self.rows(
            "SELECT kind FROM organization_policy_type WHERE organization = $1 ORDER BY kind LIMIT 100",
            values![organization.as_str()],
            |row| row.parsed(0),
        )
    }

    fn enable_policy_type(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
    ) -> Result<(), StoreError> {
        self.insert(
            "policy type",
            "INSERT INTO organization_policy_type (organization, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            values![organization.as_str(), kind.as_str()],
        )
    }

    fn disable_policy_type(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
    ) -> Result<bool, StoreError> {
        self.execute(
            "DELETE FROM organization_policy_attachment WHERE organization = $1 AND kind = $2",
            values![organization.as_str(), kind.as_str()],
        )?;
        let changed = self.execute(
            "DELETE FROM organization_policy_type WHERE organization = $1 AND kind = $2",
            values![organization.as_str(), kind.as_str()],
        )?;
        Ok(changed > 0)
    }

    fn attach_policy(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        policy: &PolicyId,
        target: &TargetId,
    ) -> Result<(), StoreError> {
        self.insert(
            "policy attachment",
            "INSERT INTO organization_policy_attachment (organization, target, kind, policy, position)
             VALUES ($1, $2, $3, $4, (
                 SELECT COALESCE(MAX(position), 0) + 1 FROM organization_policy_attachment
                 WHERE organization = $1 AND target = $2 AND kind = $3))
             ON CONFLICT DO NOTHING",
            values![organization.as_str(), target.as_str(), kind.as_str(), policy.as_str()],
        )
    }

    fn attach_policy_everywhere(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        policy: &PolicyId,
    ) -> Result<(), StoreError> {
        for sql in [
            "INSERT INTO organization_policy_attachment (organization, target, kind, policy)
             SELECT p.organization, o.root, p.kind, p.id
             FROM organization_policy p JOIN organization o ON o.id = p.organization
             WHERE p.organization = $1 AND p.kind = $2 AND p.id = $3 ON CONFLICT DO NOTHING",
            "INSERT INTO organization_policy_attachment (organization, target, kind, policy)
             SELECT p.organization, u.id, p.kind, p.id
             FROM organization_policy p JOIN organizational_unit u ON u.organization = p.organization
             WHERE p.organization = $1 AND p.kind = $2 AND p.id = $3 ON CONFLICT DO NOTHING",
            "INSERT INTO organization_policy_attachment (organization, target, kind, policy)
             SELECT p.organization, a.id, p.kind, p.id
             FROM organization_policy p JOIN account a ON a.organization = p.organization
             WHERE p.organization = $1 AND p.kind = $2 AND p.id = $3 ON CONFLICT DO NOTHING",
        ] {
            self.execute(
                sql,
                values![organization.as_str(), kind.as_str(), policy.as_str()],
            )?;
        }
        Ok(())
    }

    fn detach_policy(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        policy: &PolicyId,
        target: &TargetId,
    ) -> Result<bool, StoreError> {
        let changed = self.execute(
            "DELETE FROM organization_policy_attachment
             WHERE organization = $1 AND target = $2 AND kind = $3 AND policy = $4",
            values![
                organization.as_str(),
                target.as_str(),
                kind.as_str(),
                policy.as_str()
            ],
        )?;
        Ok(changed > 0)
    }

    fn count_attached_policies(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        target: &TargetId,
    ) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM organization_policy_attachment
             WHERE organization = $1 AND target = $2 AND kind = $3",
            values![organization.as_str(), target.as_str(), kind.as_str()],
        )
    }

    fn is_policy_attached(
        &mut self,
        organization: &OrganizationId,
        policy: &PolicyId,
    ) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT target FROM organization_policy_attachment WHERE organization = $1 AND policy = $2 LIMIT 1",
            values![organization.as_str(), policy.as_str()],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    fn policies_of_target(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        target: &TargetId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<PolicySummary>, StoreError> {
        self.rows(
            "SELECT p.organization, p.id, p.kind, p.name, p.description, p.aws_managed
             FROM organization_policy_attachment t
             JOIN organization_policy p ON p.organization = t.organization AND p.id = t.policy
             WHERE t.organization = $1 AND t.target = $2 AND t.kind = $3 AND t.policy > $4
             ORDER BY t.policy LIMIT $5",
            values![
                organization.as_str(),
                target.as_str(),
                kind.as_str(),
                after.unwrap_or(""),
                limit
            ],
            summary,
        )
    }

    fn attached_policies(
        &mut self,
        organization: &OrganizationId,
        kind: PolicyType,
        target: &TargetId,
    ) -> Result<Vec<AttachedPolicy>, StoreError> {
        self.rows(
            "SELECT p.id, p.name, p.content, COALESCE(p.updated_at, p.created_at) FROM organization_policy_attachment t
             JOIN organization_policy p ON p.organization = t.organization AND p.id = t.policy
             WHERE t.organization = $1 AND t.target = $2 AND t.kind = $3 ORDER BY t.position, t.policy LIMIT 1000",
            values![organization.as_str(), target.as_str(), kind.as_str()],
            |row| {
                Ok(AttachedPolicy {
                    id: row.parsed(0)?,
                    name: row.text(1)?,
                    content: row.text(2)?,
                    updated_at: row.time(3)?,
                })
            },
        )
    }

    fn targets_of_policy(
        &mut self,
        organization: &OrganizationId,
        policy: &PolicyId,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<PolicyTarget>, StoreError> {
        self.rows(
            "SELECT t.target, COALESCE(a.name, u.name, 'Root') FROM organization_policy_attachment t
             LEFT JOIN account a ON a.id = t.target
             LEFT JOIN organizational_unit u ON u.organization = t.organization AND u.id = t.target
             WHERE t.organization = $1 AND t.policy = $2 AND t.target > $3 ORDER BY t.target LIMIT $4",
            values![
                organization.as_str(),
                policy.as_str(),
                after.unwrap_or(""),
                limit
            ],
            |row| {
                Ok(PolicyTarget {
                    id: row.parsed(0)?,
                    name: row.text(1)?,
                })
            },
        )
    }

    fn resource_policy(
        &mut self,
        organization: &OrganizationId,
    ) -> Result<Option<ResourcePolicy>, StoreError> {
        self.row(
            "SELECT id, content FROM organization_resource_policy WHERE organization = $1",
            values![organization.as_str()],
            |row| {
                Ok(ResourcePolicy {
                    id: row.text(0)?,
                    content: row.text(1)?,
                })
            },
        )
    }

    fn put_resource_policy(
        &mut self,
        organization: &OrganizationId,
        policy: &ResourcePolicy,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO organization_resource_policy (organization, id, content) VALUES ($1, $2, $3)
             ON CONFLICT (organization) DO UPDATE SET content = excluded.content",
            values![organization.as_str(), &policy.id, &policy.content],
        )?;
        Ok(())
    }

    fn delete_resource_policy(
        &mut self,
        organization: &OrganizationId,
    ) -> Result<bool, StoreError> {
        self.execute(
            "DELETE FROM organization_tag WHERE organization = $1 AND resource =
             (SELECT id FROM organization_resource_policy WHERE organization = $1)",
            values![organization.as_str()],
        )?;
        let changed = self.execute(
            "DELETE FROM organization_resource_policy WHERE organization = $1",
            values![organization.as_str()],
        )?;
        Ok(changed > 0)
    }
}
