//! Copies names to those of before, when they end.

use atrium_model::{GroupId, IdentityStoreId, InstanceId, MembershipId, Timestamp, UserId};

use crate::StoreError;
use crate::tx::{SqlTx, values};

/// Copies names of users to those of before. `$2` is when they end, `$3` whether the users are no more.
macro_rules! copy_users {
    ($condition:literal) => {
        concat!(
            "INSERT INTO former_user (owner, instance_id, user_id, revision, user_name, display_name, given_name,
             family_name, email, valid_from, valid_until, is_last)
             SELECT i.owner, i.instance_id, u.user_id, u.revision, json(u.profile) ->> 'userName',
             json(u.profile) ->> 'displayName', json(u.profile) -> 'name' ->> 'givenName',
             json(u.profile) -> 'name' ->> 'familyName', json(u.profile) -> 'emails' -> 0 ->> 'value',
             COALESCE(u.named_at, u.created_at), CAST($2 AS BIGINT), CAST($3 AS BIGINT)
             FROM directory_user u JOIN instance i ON i.store_id = u.store_id WHERE u.store_id = $1",
            $condition
        )
    };
}

/// The same for groups.
macro_rules! copy_groups {
    ($condition:literal) => {
        concat!(
            "INSERT INTO former_group (owner, instance_id, group_id, revision, display_name, description, valid_from,
             valid_until, is_last)
             SELECT i.owner, i.instance_id, g.group_id, g.revision, g.display_name, g.description,
             COALESCE(g.named_at, g.created_at), CAST($2 AS BIGINT), CAST($3 AS BIGINT)
             FROM directory_group g JOIN instance i ON i.store_id = g.store_id WHERE g.store_id = $1",
            $condition
        )
    };
}

/// The same for memberships, which end at `$2`.
macro_rules! copy_memberships {
    ($condition:literal) => {
        concat!(
            "INSERT INTO former_membership (owner, instance_id, membership_id, group_id, user_id, valid_from,
             valid_until)
             SELECT i.owner, i.instance_id, m.membership_id, m.group_id, m.user_id, m.created_at, CAST($2 AS BIGINT)
             FROM group_membership m JOIN instance i ON i.store_id = m.store_id WHERE m.store_id = $1",
            $condition
        )
    };
}

/// Copies the name of an instance to those of before.
const COPY_INSTANCE: &str = "INSERT INTO former_instance (owner, instance_id, number, store_id, kind, region, name,
     valid_from, valid_until, is_last)
     SELECT i.owner, i.instance_id, (SELECT COALESCE(MAX(f.number), 0) + 1 FROM former_instance f
     WHERE f.owner = i.owner AND f.instance_id = i.instance_id), i.store_id, i.kind, i.region, i.name,
     COALESCE(i.named_at, i.created), CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM instance i WHERE i.instance_id = $1";

impl SqlTx<'_> {
    /// Keeps how a user is called until now.
    pub(super) fn keep_user(
        &mut self,
        store: &IdentityStoreId,
        id: &UserId,
        now: Timestamp,
        is_last: bool,
    ) -> Result<(), StoreError> {
        let sql = copy_users!(" AND u.user_id = $4");
        self.execute(sql, values![store.as_str(), now, is_last, id.as_str()])?;
        Ok(())
    }

    /// Keeps how a group is called until now.
    pub(super) fn keep_group(
        &mut self,
        store: &IdentityStoreId,
        id: &GroupId,
        now: Timestamp,
        is_last: bool,
    ) -> Result<(), StoreError> {
        let sql = copy_groups!(" AND g.group_id = $4");
        self.execute(sql, values![store.as_str(), now, is_last, id.as_str()])?;
        Ok(())
    }

    /// Keeps how an instance is called until now.
    pub(super) fn keep_instance(
        &mut self,
        id: &InstanceId,
        now: Timestamp,
        is_last: bool,
    ) -> Result<(), StoreError> {
        self.execute(COPY_INSTANCE, values![id.as_str(), now, is_last])?;
        Ok(())
    }

    /// Keeps how a user who is about to be deleted is called, and the groups that the user is in.
    pub(in crate::sql::directory) fn keep_gone_user(
        &mut self,
        store: &IdentityStoreId,
        id: &UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = copy_memberships!(" AND m.user_id = $3");
        self.execute(sql, values![store.as_str(), now, id.as_str()])?;
        self.keep_user(store, id, now, true)
    }

    /// Keeps how a group that is about to be deleted is called, and who is in it.
    pub(in crate::sql::directory) fn keep_gone_group(
        &mut self,
        store: &IdentityStoreId,
        id: &GroupId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = copy_memberships!(" AND m.group_id = $3");
        self.execute(sql, values![store.as_str(), now, id.as_str()])?;
        self.keep_group(store, id, now, true)
    }

    /// Keeps a membership that is about to end.
    pub(in crate::sql::directory) fn keep_gone_membership(
        &mut self,
        store: &IdentityStoreId,
        id: &MembershipId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = copy_memberships!(" AND m.membership_id = $3");
        self.execute(sql, values![store.as_str(), now, id.as_str()])?;
        Ok(())
    }

    /// Keeps how an instance that is about to be deleted is called, with all that is in its identity store.
    pub(in crate::sql::directory) fn keep_gone_instance(
        &mut self,
        id: &InstanceId,
        store: &IdentityStoreId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let store = store.as_str();
        self.execute(copy_memberships!(""), values![store, now])?;
        self.execute(copy_users!(""), values![store, now, true])?;
        self.execute(copy_groups!(""), values![store, now, true])?;
        self.keep_instance(id, now, true)
    }
}
