use atrium_model::directory::{
    End, NamedGroup, NamedInstance, NamedMembership, NamedUser, Profile, UserNames, Version,
};
use atrium_model::lake::PeopleSource;
use atrium_model::{
    AccountId, GroupId, IdentityStoreId, InstanceId, MembershipId, Timestamp, UserId,
};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::{NameAge, NamePage, PeopleTx};
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

/// The present names of a source, after an id.
macro_rules! present {
    ($columns:literal, $table:literal, $id:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM ",
            $table,
            " JOIN instance i ON i.store_id = t.store_id
             WHERE t.store_id = $3 AND i.owner = $1 AND i.instance_id = $2 AND ",
            $id,
            " > $4 ORDER BY ",
            $id,
            " LIMIT $5"
        )
    };
}

/// The former names of a source, after an id and a number.
macro_rules! former {
    ($columns:literal, $table:literal, $id:literal, $number:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM ",
            $table,
            " WHERE owner = $1 AND instance_id = $2 AND (",
            $id,
            ", ",
            $number,
            ") > ($3, CAST($4 AS BIGINT)) ORDER BY ",
            $id,
            ", ",
            $number,
            " LIMIT $5"
        )
    };
}

/// Forgets what ended before a moment. Of each table at most so many rows.
macro_rules! forget {
    ($table:literal, $key:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE (",
            $key,
            ") IN (SELECT ",
            $key,
            " FROM ",
            $table,
            " WHERE valid_until < $1 ORDER BY valid_until LIMIT $2)"
        )
    };
}

const FORGET: [&str; 4] = [
    forget!("former_user", "owner, instance_id, user_id, revision"),
    forget!("former_group", "owner, instance_id, group_id, revision"),
    forget!("former_membership", "owner, instance_id, membership_id"),
    forget!("former_instance", "owner, instance_id, number"),
];

/// How a version of before ended, told by two columns.
fn ended(row: &Row<'_>, until: usize, is_last: usize) -> Result<Option<End>, StoreError> {
    let until = row.time(until)?;
    Ok(Some(match row.flag(is_last)? {
        true => End::Gone(until),
        false => End::Changed(until),
    }))
}

fn present_user(row: &Row<'_>) -> Result<Version<NamedUser>, StoreError> {
    Ok(Version {
        value: NamedUser {
            id: row.parsed(0)?,
            names: row.json::<Profile>(2)?.names(),
        },
        number: row.int(1)?,
        from: row.time(3)?,
        ended: None,
    })
}

fn former_user(row: &Row<'_>) -> Result<Version<NamedUser>, StoreError> {
    Ok(Version {
        value: NamedUser {
            id: row.parsed(0)?,
            names: UserNames {
                user_name: row.text(2)?,
                display_name: row.text(3)?,
                given_name: row.text(4)?,
                family_name: row.text(5)?,
                email: row.opt_text(6)?,
            },
        },
        number: row.int(1)?,
        from: row.time(7)?,
        ended: ended(row, 8, 9)?,
    })
}

/// A version of a group; of a former one, two more columns are there.
fn group(row: &Row<'_>, age: NameAge) -> Result<Version<NamedGroup>, StoreError> {
    Ok(Version {
        value: NamedGroup {
            id: row.parsed(0)?,
            display_name: row.text(2)?,
            description: row.opt_text(3)?,
        },
        number: row.int(1)?,
        from: row.time(4)?,
        ended: match age {
            NameAge::Present => None,
            NameAge::Former => ended(row, 5, 6)?,
        },
    })
}

fn membership(row: &Row<'_>, age: NameAge) -> Result<Version<NamedMembership>, StoreError> {
    Ok(Version {
        value: NamedMembership {
            id: row.parsed(0)?,
            group: row.parsed(1)?,
            user: row.parsed(2)?,
        },
        number: 1,
        from: row.time(3)?,
        ended: match age {
            NameAge::Present => None,
            NameAge::Former => Some(End::Gone(row.time(4)?)),
        },
    })
}

fn instance(row: &Row<'_>, age: NameAge) -> Result<Version<NamedInstance>, StoreError> {
    Ok(Version {
        value: NamedInstance {
            kind: row.parsed(1)?,
            region: row.parsed(2)?,
            name: row.opt_text(3)?,
        },
        number: row.int(0)?,
        from: row.time(4)?,
        ended: match age {
            NameAge::Present => None,
            NameAge::Former => ended(row, 5, 6)?,
        },
    })
}

impl SqlTx<'_> {
    /// Keeps how a user who is about to be deleted is called, and the groups that the user is in.
    pub(super) fn keep_gone_user(
        &mut self,
        store: &IdentityStoreId,
        id: &UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (store, id) = (store.as_str(), id.as_str());
        self.execute(
            copy_memberships!(" AND m.user_id = $3"),
            values![store, now, id],
        )?;
        self.execute(
            copy_users!(" AND u.user_id = $4"),
            values![store, now, true, id],
        )?;
        Ok(())
    }

    /// Keeps how a group that is about to be deleted is called, and who is in it.
    pub(super) fn keep_gone_group(
        &mut self,
        store: &IdentityStoreId,
        id: &GroupId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (store, id) = (store.as_str(), id.as_str());
        self.execute(
            copy_memberships!(" AND m.group_id = $3"),
            values![store, now, id],
        )?;
        self.execute(
            copy_groups!(" AND g.group_id = $4"),
            values![store, now, true, id],
        )?;
        Ok(())
    }

    /// Keeps a membership that is about to end.
    pub(super) fn keep_gone_membership(
        &mut self,
        store: &IdentityStoreId,
        id: &MembershipId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            copy_memberships!(" AND m.membership_id = $3"),
            values![store.as_str(), now, id.as_str()],
        )?;
        Ok(())
    }

    /// Keeps how an instance that is about to be deleted is called, with all that is in its identity store.
    pub(super) fn keep_gone_instance(
        &mut self,
        id: &InstanceId,
        store: &IdentityStoreId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let store = store.as_str();
        self.execute(copy_memberships!(""), values![store, now])?;
        self.execute(copy_users!(""), values![store, now, true])?;
        self.execute(copy_groups!(""), values![store, now, true])?;
        self.execute(COPY_INSTANCE, values![id.as_str(), now, true])?;
        Ok(())
    }

    /// A page of names of one of two statements, both with the same parameters but for the store's id or a number.
    fn named<T>(
        &mut self,
        page: &NamePage<'_>,
        sql: [&'static str; 2],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let (owner, instance) = (page.source.owner.as_str(), page.source.instance.as_str());
        let store = page.source.identity_store.as_str();
        let ((id, number), limit) = (page.after, page.limit);
        match page.age {
            NameAge::Present => self.rows(sql[0], values![owner, instance, store, id, limit], read),
            NameAge::Former => self.rows(sql[1], values![owner, instance, id, number, limit], read),
        }
    }
}

impl PeopleTx for SqlTx<'_> {
    fn end_user_names(
        &mut self,
        store: &IdentityStoreId,
        id: &UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (store, id) = (store.as_str(), id.as_str());
        self.execute(
            copy_users!(" AND u.user_id = $4"),
            values![store, now, false, id],
        )?;
        self.execute(
            "UPDATE directory_user SET named_at = $3 WHERE store_id = $1 AND user_id = $2",
            values![store, id, now],
        )?;
        Ok(())
    }

    fn end_group_names(
        &mut self,
        store: &IdentityStoreId,
        id: &GroupId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (store, id) = (store.as_str(), id.as_str());
        self.execute(
            copy_groups!(" AND g.group_id = $4"),
            values![store, now, false, id],
        )?;
        self.execute(
            "UPDATE directory_group SET named_at = $3 WHERE store_id = $1 AND group_id = $2",
            values![store, id, now],
        )?;
        Ok(())
    }

    fn end_instance_name(&mut self, id: &InstanceId, now: Timestamp) -> Result<(), StoreError> {
        self.execute(COPY_INSTANCE, values![id.as_str(), now, false])?;
        self.execute(
            "UPDATE instance SET named_at = $2 WHERE instance_id = $1",
            values![id.as_str(), now],
        )?;
        Ok(())
    }

    fn former_sources(
        &mut self,
        owner: &AccountId,
        limit: i64,
    ) -> Result<Vec<PeopleSource>, StoreError> {
        self.rows(
            "SELECT owner, instance_id, store_id FROM former_instance WHERE owner = $1 AND is_last = 1
             ORDER BY valid_until DESC, instance_id LIMIT $2",
            values![owner.as_str(), limit],
            |row| {
                Ok(PeopleSource {
                    owner: row.parsed(0)?,
                    instance: row.parsed(1)?,
                    identity_store: row.parsed(2)?,
                })
            },
        )
    }

    fn named_users(&mut self, page: &NamePage<'_>) -> Result<Vec<Version<NamedUser>>, StoreError> {
        let sql = [
            present!(
                "t.user_id, t.revision, t.profile, COALESCE(t.named_at, t.created_at)",
                "directory_user t",
                "t.user_id"
            ),
            former!(
                "user_id, revision, user_name, display_name, given_name, family_name, email, valid_from, valid_until,
                 is_last",
                "former_user",
                "user_id",
                "revision"
            ),
        ];
        let read = match page.age {
            NameAge::Present => present_user,
            NameAge::Former => former_user,
        };
        self.named(page, sql, read)
    }

    fn named_groups(
        &mut self,
        page: &NamePage<'_>,
    ) -> Result<Vec<Version<NamedGroup>>, StoreError> {
        let sql = [
            present!(
                "t.group_id, t.revision, t.display_name, t.description, COALESCE(t.named_at, t.created_at)",
                "directory_group t",
                "t.group_id"
            ),
            former!(
                "group_id, revision, display_name, description, valid_from, valid_until, is_last",
                "former_group",
                "group_id",
                "revision"
            ),
        ];
        self.named(page, sql, |row| group(row, page.age))
    }

    fn named_memberships(
        &mut self,
        page: &NamePage<'_>,
    ) -> Result<Vec<Version<NamedMembership>>, StoreError> {
        let sql = [
            present!(
                "t.membership_id, t.group_id, t.user_id, t.created_at",
                "group_membership t",
                "t.membership_id"
            ),
            former!(
                "membership_id, group_id, user_id, valid_from, valid_until",
                "former_membership",
                "membership_id",
                "1"
            ),
        ];
        self.named(page, sql, |row| membership(row, page.age))
    }

    fn named_instances(
        &mut self,
        page: &NamePage<'_>,
    ) -> Result<Vec<Version<NamedInstance>>, StoreError> {
        let sql = [
            // There is one; its number is above all former ones.
            "SELECT CAST(9223372036854775807 AS BIGINT), kind, region, name, COALESCE(named_at, created) FROM instance
             WHERE owner = $1 AND instance_id = $2 AND store_id = $3 AND instance_id > $4 LIMIT $5",
            former!(
                "number, kind, region, name, valid_from, valid_until, is_last",
                "former_instance",
                "instance_id",
                "number"
            ),
        ];
        self.named(page, sql, |row| instance(row, page.age))
    }

    fn has_names_before(&mut self, before: Timestamp) -> Result<bool, StoreError> {
        let found = self.number(
            "SELECT COUNT(*) WHERE EXISTS (SELECT 1 FROM former_user WHERE valid_until < $1)
             OR EXISTS (SELECT 1 FROM former_group WHERE valid_until < $1)
             OR EXISTS (SELECT 1 FROM former_membership WHERE valid_until < $1)
             OR EXISTS (SELECT 1 FROM former_instance WHERE valid_until < $1)",
            values![before],
        )?;
        Ok(found > 0)
    }

    fn forget_names(&mut self, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        for sql in FORGET {
            forgotten += self.execute(sql, values![before, limit])?;
        }
        Ok(forgotten)
    }
}
