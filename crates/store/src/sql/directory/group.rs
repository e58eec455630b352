use atrium_model::directory::{Group, GroupMembership};
use atrium_model::{GroupId, IdentityStoreId, MembershipId, Timestamp, UserId};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::GroupTx;
use crate::sql::json;
use crate::tx::{SqlTx, values};

fn read(row: &Row<'_>) -> Result<Group, StoreError> {
    Ok(Group {
        store: row.parsed(0)?,
        id: row.parsed(1)?,
        revision: row.int(2)?,
        display_name: row.text(3)?,
        description: row.opt_text(4)?,
        external_ids: row.json(5)?,
        created_at: row.time(6)?,
        created_by: row.text(7)?,
        updated_at: row.time(8)?,
        updated_by: row.text(9)?,
    })
}

fn read_membership(row: &Row<'_>) -> Result<GroupMembership, StoreError> {
    Ok(GroupMembership {
        store: row.parsed(0)?,
        id: row.parsed(1)?,
        group: row.parsed(2)?,
        user: row.parsed(3)?,
        created_at: row.time(4)?,
        created_by: row.text(5)?,
    })
}

/// The query for groups, with the condition that selects them.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT store_id, group_id, revision, display_name, description, external_ids, created_at, created_by,
             updated_at, updated_by FROM directory_group WHERE store_id = $1 AND ",
            $condition
        )
    };
}

/// The query for memberships, with the condition that selects them.
macro_rules! select_memberships {
    ($condition:literal) => {
        concat!(
            "SELECT store_id, membership_id, group_id, user_id, created_at, created_by FROM group_membership
             WHERE store_id = $1 AND ",
            $condition
        )
    };
}

impl GroupTx for SqlTx<'_> {
    fn group(
        &mut self,
        store: &IdentityStoreId,
        id: &GroupId,
    ) -> Result<Option<Group>, StoreError> {
        self.row(
            select!("group_id = $2"),
            values![store.as_str(), id.as_str()],
            read,
        )
    }

    fn groups(
        &mut self,
        store: &IdentityStoreId,
        after: Option<&GroupId>,
        limit: i64,
    ) -> Result<Vec<Group>, StoreError> {
        self.rows(
            select!("group_id > $2 ORDER BY group_id LIMIT $3"),
            values![store.as_str(), after.map_or("", GroupId::as_str), limit],
            read,
        )
    }

    fn insert_group(&mut self, group: &Group) -> Result<(), StoreError> {
        self.insert(
            "group id",
            "INSERT INTO directory_group (store_id, group_id, revision, display_name, description, external_ids,
             created_at, created_by, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT DO NOTHING",
            values![
                group.store.as_str(),
                group.id.as_str(),
                group.revision,
                &group.display_name,
                group.description.as_ref(),
                &json(&group.external_ids)?,
                group.created_at,
                &group.created_by,
                group.updated_at,
                &group.updated_by,
            ],
        )
    }

    fn update_group(&mut self, group: &Group) -> Result<(), StoreError> {
        self.execute(
            "UPDATE directory_group SET revision = $3, display_name = $4, description = $5, external_ids = $6,
             updated_at = $7, updated_by = $8 WHERE store_id = $1 AND group_id = $2",
            values![
                group.store.as_str(),
                group.id.as_str(),
                group.revision,
                &group.display_name,
                group.description.as_ref(),
                &json(&group.external_ids)?,
                group.updated_at,
                &group.updated_by,
            ],
        )?;
        Ok(())
    }

    fn delete_group(
        &mut self,
        store: &IdentityStoreId,
        id: &GroupId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.keep_gone_group(store, id, now)?;
        let values = values![store.as_str(), id.as_str()];
        self.execute(
            "DELETE FROM group_membership WHERE store_id = $1 AND group_id = $2",
            values,
        )?;
        let sql = "DELETE FROM directory_group WHERE store_id = $1 AND group_id = $2";
        Ok(self.execute(sql, values)? > 0)
    }

    fn group_membership(
        &mut self,
        store: &IdentityStoreId,
        id: &MembershipId,
    ) -> Result<Option<GroupMembership>, StoreError> {
        self.row(
            select_memberships!("membership_id = $2"),
            values![store.as_str(), id.as_str()],
            read_membership,
        )
    }

    fn membership_between(
        &mut self,
        store: &IdentityStoreId,
        group: &GroupId,
        user: &UserId,
    ) -> Result<Option<GroupMembership>, StoreError> {
        self.row(
            select_memberships!("group_id = $2 AND user_id = $3"),
            values![store.as_str(), group.as_str(), user.as_str()],
            read_membership,
        )
    }

    fn members_of_group(
        &mut self,
        store: &IdentityStoreId,
        group: &GroupId,
        after: Option<&UserId>,
        limit: i64,
    ) -> Result<Vec<GroupMembership>, StoreError> {
        let after = after.map_or("", UserId::as_str);
        self.rows(
            select_memberships!("group_id = $2 AND user_id > $3 ORDER BY user_id LIMIT $4"),
            values![store.as_str(), group.as_str(), after, limit],
            read_membership,
        )
    }

    fn groups_of_user(
        &mut self,
        store: &IdentityStoreId,
        user: &UserId,
        after: Option<&GroupId>,
        limit: i64,
    ) -> Result<Vec<GroupMembership>, StoreError> {
        let after = after.map_or("", GroupId::as_str);
        self.rows(
            select_memberships!("user_id = $2 AND group_id > $3 ORDER BY group_id LIMIT $4"),
            values![store.as_str(), user.as_str(), after, limit],
            read_membership,
        )
    }

    fn insert_membership(&mut self, membership: &GroupMembership) -> Result<(), StoreError> {
        self.insert(
            "membership",
            "INSERT INTO group_membership (store_id, membership_id, group_id, user_id, created_at, created_by)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            values![
                membership.store.as_str(),
                membership.id.as_str(),
                membership.group.as_str(),
                membership.user.as_str(),
                membership.created_at,
                &membership.created_by,
            ],
        )
    }

    fn delete_membership(
        &mut self,
        store: &IdentityStoreId,
        id: &MembershipId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.keep_gone_membership(store, id, now)?;
        let sql = "DELETE FROM group_membership WHERE store_id = $1 AND membership_id = $2";
        Ok(self.execute(sql, values![store.as_str(), id.as_str()])? > 0)
    }
}
