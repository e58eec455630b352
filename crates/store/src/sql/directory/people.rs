mod keep;
mod rows;

use atrium_model::directory::{NamedGroup, NamedInstance, NamedMembership, NamedUser, Version};
use atrium_model::lake::PeopleSource;
use atrium_model::{AccountId, GroupId, IdentityStoreId, InstanceId, Timestamp, UserId};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::{NameAge, NamePage, PeopleTx};
use crate::tx::{SqlTx, values};

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

impl SqlTx<'_> {
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
        self.keep_user(store, id, now, false)?;
        self.execute(
            "UPDATE directory_user SET named_at = $3 WHERE store_id = $1 AND user_id = $2",
            values![store.as_str(), id.as_str(), now],
        )?;
        Ok(())
    }

    fn end_group_names(
        &mut self,
        store: &IdentityStoreId,
        id: &GroupId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.keep_group(store, id, now, false)?;
        self.execute(
            "UPDATE directory_group SET named_at = $3 WHERE store_id = $1 AND group_id = $2",
            values![store.as_str(), id.as_str(), now],
        )?;
        Ok(())
    }

    fn end_instance_name(&mut self, id: &InstanceId, now: Timestamp) -> Result<(), StoreError> {
        self.keep_instance(id, now, false)?;
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
            NameAge::Present => rows::present_user,
            NameAge::Former => rows::former_user,
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
        self.named(page, sql, |row| rows::group(row, page.age))
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
        self.named(page, sql, |row| rows::membership(row, page.age))
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
        self.named(page, sql, |row| rows::instance(row, page.age))
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
