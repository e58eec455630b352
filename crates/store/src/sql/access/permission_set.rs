use atrium_model::access::PermissionSet;
use atrium_model::{InstanceId, PermissionSetId};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::PermissionSetTx;
use crate::tx::{SqlTx, values};

/// The query for permission sets, with the condition that selects them.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT instance, id, name, description, session_duration, relay_state, policies, revision, created
             FROM permission_set WHERE instance = $1 AND ",
            $condition
        )
    };
}

fn read(row: &Row<'_>) -> Result<PermissionSet, StoreError> {
    Ok(PermissionSet {
        instance: row.parsed(0)?,
        id: row.parsed(1)?,
        name: row.text(2)?,
        description: row.opt_text(3)?,
        session_duration: row.text(4)?,
        relay_state: row.opt_text(5)?,
        policies: row.json(6)?,
        revision: row.int(7)?,
        created: row.time(8)?,
    })
}

fn policies(set: &PermissionSet) -> Result<String, StoreError> {
    serde_json::to_string(&set.policies).map_err(StoreError::corrupt)
}

impl PermissionSetTx for SqlTx<'_> {
    fn insert_permission_set(&mut self, set: &PermissionSet) -> Result<(), StoreError> {
        self.insert(
            "permission set name",
            "INSERT INTO permission_set (instance, id, name, description, session_duration, relay_state, policies,
             revision, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
            values![
                set.instance.as_str(),
                set.id.as_str(),
                &set.name,
                set.description.as_ref(),
                &set.session_duration,
                set.relay_state.as_ref(),
                &policies(set)?,
                set.revision,
                set.created,
            ],
        )
    }

    fn permission_set(
        &mut self,
        instance: &InstanceId,
        id: &PermissionSetId,
    ) -> Result<Option<PermissionSet>, StoreError> {
        self.row(
            select!("id = $2"),
            values![instance.as_str(), id.as_str()],
            read,
        )
    }

    fn update_permission_set(&mut self, set: &PermissionSet) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE permission_set SET description = $3, session_duration = $4, relay_state = $5, policies = $6,
             revision = $7 WHERE instance = $1 AND id = $2",
            values![
                set.instance.as_str(),
                set.id.as_str(),
                set.description.as_ref(),
                &set.session_duration,
                set.relay_state.as_ref(),
                &policies(set)?,
                set.revision,
            ],
        )?;
        Ok(changed > 0)
    }

    fn delete_permission_set(
        &mut self,
        instance: &InstanceId,
        id: &PermissionSetId,
    ) -> Result<bool, StoreError> {
        let gone = self.execute(
            "DELETE FROM permission_set WHERE instance = $1 AND id = $2",
            values![instance.as_str(), id.as_str()],
        )?;
        Ok(gone > 0)
    }

    fn permission_sets(
        &mut self,
        instance: &InstanceId,
        after: Option<&PermissionSetId>,
        limit: i64,
    ) -> Result<Vec<PermissionSet>, StoreError> {
        self.rows(
            select!("id > $2 ORDER BY id LIMIT $3"),
            values![
                instance.as_str(),
                after.map_or("", PermissionSetId::as_str),
                limit
            ],
            read,
        )
    }

    fn count_permission_sets(&mut self, instance: &InstanceId) -> Result<i64, StoreError> {
        self.number(
            "SELECT COUNT(*) FROM permission_set WHERE instance = $1",
            values![instance.as_str()],
        )
    }
}
