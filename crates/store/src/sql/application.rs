use atrium_model::application::{Application, ApplicationAssignment, AssignedPrincipal};
use atrium_model::{ApplicationId, IdentityStoreId, InstanceId, UserId};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::{ApplicationFilter, ApplicationPart, ApplicationPartKind, ApplicationTx};
use crate::tx::{SqlTx, values};

/// A query for applications, in the order of columns that [`read`] expects.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT a.instance, a.id, a.account, a.provider, a.name, a.description, a.status, a.portal,
             a.assignment_required, a.background_sessions, a.created, a.created_from FROM application a ",
            $rest
        )
    };
}

fn read(row: &Row<'_>) -> Result<Application, StoreError> {
    Ok(Application {
        instance: row.parsed(0)?,
        id: row.parsed(1)?,
        account: row.parsed(2)?,
        provider: row.text(3)?,
        name: row.text(4)?,
        description: row.opt_text(5)?,
        status: row.parsed(6)?,
        portal: row.json(7)?,
        assignment_required: row.flag(8)?,
        background_sessions: row.opt_parsed(9)?,
        created: row.time(10)?,
        created_from: row.text(11)?,
    })
}

fn portal(application: &Application) -> Result<String, StoreError> {
    serde_json::to_string(&application.portal).map_err(StoreError::corrupt)
}

fn read_assignment(row: &Row<'_>) -> Result<ApplicationAssignment, StoreError> {
    Ok(ApplicationAssignment {
        instance: row.parsed(0)?,
        application: row.parsed(1)?,
        principal: AssignedPrincipal::new(&row.text(2)?, &row.text(3)?)
            .map_err(StoreError::corrupt)?,
        created: row.time(4)?,
    })
}

impl ApplicationTx for SqlTx<'_> {
    fn insert_application(&mut self, application: &Application) -> Result<(), StoreError> {
        self.insert(
            "application id",
            "INSERT INTO application (instance, id, account, provider, name, description, status, portal,
             assignment_required, background_sessions, created, created_from)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
            values![
                application.instance.as_str(),
                application.id.as_str(),
                application.account.as_str(),
                &application.provider,
                &application.name,
                application.description.as_ref(),
                application.status.as_str(),
                &portal(application)?,
                application.assignment_required,
                application.background_sessions.map(|status| status.as_str()),
                application.created,
                &application.created_from
            ],
        )
    }

    fn application(
        &mut self,
        instance: &InstanceId,
        id: &ApplicationId,
    ) -> Result<Option<Application>, StoreError> {
        self.row(
            select!("WHERE a.instance = $1 AND a.id = $2"),
            values![instance.as_str(), id.as_str()],
            read,
        )
    }

    fn update_application(&mut self, application: &Application) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE application SET name = $3, description = $4, status = $5, portal = $6, assignment_required = $7,
             background_sessions = $8 WHERE instance = $1 AND id = $2",
            values![
                application.instance.as_str(),
                application.id.as_str(),
                &application.name,
                application.description.as_ref(),
                application.status.as_str(),
                &portal(application)?,
                application.assignment_required,
                application.background_sessions.map(|status| status.as_str()),
            ],
        )?;
        Ok(changed > 0)
    }

    fn delete_application(
        &mut self,
        instance: &InstanceId,
        id: &ApplicationId,
    ) -> Result<bool, StoreError> {
        let key = values![instance.as_str(), id.as_str()];
        self.execute(
            "DELETE FROM application_assignment WHERE instance = $1 AND application = $2",
            key,
        )?;
        self.execute(
            "DELETE FROM application_part WHERE instance = $1 AND application = $2",
            key,
        )?;
        self.execute(
            "DELETE FROM bearer_token WHERE instance = $1 AND application = $2",
            key,
        )?;
        let gone = self.execute(
            "DELETE FROM application WHERE instance = $1 AND id = $2",
            key,
        )?;
        Ok(gone > 0)
    }

    fn applications(
        &mut self,
        instance: &InstanceId,
        filter: &ApplicationFilter,
        after: Option<&ApplicationId>,
        limit: i64,
    ) -> Result<Vec<Application>, StoreError> {
        let instance = instance.as_str();
        let after = after.map_or("", ApplicationId::as_str);
        match (&filter.account, &filter.provider) {
            (None, None) => self.rows(
                select!("WHERE a.instance = $1 AND a.id > $2 ORDER BY a.id LIMIT $3"),
                values![instance, after, limit],
                read,
            ),
            (Some(account), None) => self.rows(
                select!(
                    "WHERE a.instance = $1 AND a.account = $4 AND a.id > $2 ORDER BY a.id LIMIT $3"
                ),
                values![instance, after, limit, account.as_str()],
                read,
            ),
            (None, Some(provider)) => self.rows(
                select!(
                    "WHERE a.instance = $1 AND a.provider = $4 AND a.id > $2 ORDER BY a.id LIMIT $3"
                ),
                values![instance, after, limit, provider],
                read,
            ),
            (Some(account), Some(provider)) => self.rows(
                select!(
                    "WHERE a.instance = $1 AND a.account = $4 AND a.provider = $5 AND a.id > $2
                     ORDER BY a.id LIMIT $3"
                ),
                values![instance, after, limit, account.as_str(), provider],
                read,
            ),
        }
    }

    fn count_applications(&mut self, instance: &InstanceId) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM application WHERE instance = $1",
            values![instance.as_str()],
        )
    }

    fn delete_applications_of_instance(&mut self, instance: &InstanceId) -> Result<(), StoreError> {
        let key = values![instance.as_str()];
        self.execute(
            "DELETE FROM application_assignment WHERE instance = $1",
            key,
        )?;
        self.execute("DELETE FROM application_part WHERE instance = $1", key)?;
        self.execute("DELETE FROM bearer_token WHERE instance = $1", key)?;
        self.execute("DELETE FROM application WHERE instance = $1", key)?;
        Ok(())
    }

    fn insert_application_assignment(
        &mut self,
        assignment: &ApplicationAssignment,
    ) -> Result<(), StoreError> {
        self.insert(
            "application assignment",
            "INSERT INTO application_assignment (instance, application, principal_kind, principal_id, created)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            values![
                assignment.instance.as_str(),
                assignment.application.as_str(),
                assignment.principal.kind(),
                assignment.principal.id(),
                assignment.created
            ],
        )
    }

    fn application_assignment(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        principal: &AssignedPrincipal,
    ) -> Result<Option<ApplicationAssignment>, StoreError> {
        self.row(
            "SELECT instance, application, principal_kind, principal_id, created FROM application_assignment
             WHERE instance = $1 AND application = $2 AND principal_kind = $3 AND principal_id = $4",
            values![instance.as_str(), application.as_str(), principal.kind(), principal.id()],
            read_assignment,
        )
    }

    fn delete_application_assignment(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        principal: &AssignedPrincipal,
    ) -> Result<bool, StoreError> {
        let gone = self.execute(
            "DELETE FROM application_assignment
             WHERE instance = $1 AND application = $2 AND principal_kind = $3 AND principal_id = $4",
            values![instance.as_str(), application.as_str(), principal.kind(), principal.id()],
        )?;
        Ok(gone > 0)
    }

    fn application_assignments(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        after: Option<&AssignedPrincipal>,
        limit: i64,
    ) -> Result<Vec<ApplicationAssignment>, StoreError> {
        let (kind, id) = after.map_or(("", ""), |principal| (principal.kind(), principal.id()));
        self.rows(
            "SELECT instance, application, principal_kind, principal_id, created FROM application_assignment
             WHERE instance = $1 AND application = $2 AND (principal_kind, principal_id) > ($3, $4)
             ORDER BY principal_kind, principal_id LIMIT $5",
            values![instance.as_str(), application.as_str(), kind, id, limit],
            read_assignment,
        )
    }

    fn is_assigned_to_application(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        store: &IdentityStoreId,
        user: &UserId,
    ) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT application FROM application_assignment
             WHERE instance = $1 AND application = $2 AND (principal_kind, principal_id) IN (
                 SELECT 'USER', CAST($4 AS TEXT) UNION ALL
                 SELECT 'GROUP', group_id FROM group_membership WHERE store_id = $3 AND user_id = $4)
             LIMIT 1",
            values![
                instance.as_str(),
                application.as_str(),
                store.as_str(),
                user.as_str()
            ],
            |row| row.text(0),
        )?;
        Ok(found.is_some())
    }

    fn applications_of_principal(
        &mut self,
        instance: &InstanceId,
        principal: &AssignedPrincipal,
        after: Option<&ApplicationId>,
        limit: i64,
    ) -> Result<Vec<Application>, StoreError> {
        self.rows(
            select!(
                "JOIN application_assignment s ON s.instance = a.instance AND s.application = a.id
                 WHERE s.instance = $1 AND s.principal_kind = $2 AND s.principal_id = $3 AND s.application > $4
                 ORDER BY s.application LIMIT $5"
            ),
            values![
                instance.as_str(),
                principal.kind(),
                principal.id(),
                after.map_or("", ApplicationId::as_str),
                limit
            ],
            read,
        )
    }

    fn delete_assignments_of_principal(
        &mut self,
        instance: &InstanceId,
        principal_kind: &str,
        principal_id: &str,
    ) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM application_assignment
             WHERE instance = $1 AND principal_kind = $2 AND principal_id = $3",
            values![instance.as_str(), principal_kind, principal_id],
        )?;
        Ok(())
    }

    fn put_application_part(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        part: &ApplicationPart,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO application_part (instance, application, kind, name, content) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (instance, application, kind, name) DO UPDATE SET content = excluded.content",
            values![
                instance.as_str(),
                application.as_str(),
                part.kind.as_str(),
                &part.name,
                &part.content
            ],
        )?;
        Ok(())
    }

    fn application_parts(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        kind: ApplicationPartKind,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ApplicationPart>, StoreError> {
        self.rows(
            "SELECT name, content FROM application_part
             WHERE instance = $1 AND application = $2 AND kind = $3 AND name > $4 ORDER BY name LIMIT $5",
            values![
                instance.as_str(),
                application.as_str(),
                kind.as_str(),
                after.unwrap_or_default(),
                limit
            ],
            |row| Ok(ApplicationPart { kind, name: row.text(0)?, content: row.text(1)? }),
        )
    }

    fn application_part(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        kind: ApplicationPartKind,
        name: &str,
    ) -> Result<Option<ApplicationPart>, StoreError> {
        self.row(
            "SELECT name, content FROM application_part
             WHERE instance = $1 AND application = $2 AND kind = $3 AND name = $4",
            values![instance.as_str(), application.as_str(), kind.as_str(), name],
            |row| {
                Ok(ApplicationPart {
                    kind,
                    name: row.text(0)?,
                    content: row.text(1)?,
                })
            },
        )
    }

    fn delete_application_part(
        &mut self,
        instance: &InstanceId,
        application: &ApplicationId,
        kind: ApplicationPartKind,
        name: &str,
    ) -> Result<bool, StoreError> {
        let gone = self.execute(
            "DELETE FROM application_part WHERE instance = $1 AND application = $2 AND kind = $3 AND name = $4",
            values![instance.as_str(), application.as_str(), kind.as_str(), name],
        )?;
        Ok(gone > 0)
    }
}
