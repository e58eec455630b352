use std::borrow::Cow;

use atrium_model::directory::{UniqueKey, User, UserStatus};
use atrium_model::{IdentityStoreId, Timestamp, UserId};
use sha2::{Digest, Sha256};

use crate::StoreError;
use crate::connection::Row;
use crate::ports::{DirectoryCount, UserTx};
use crate::sql::json;
use crate::tx::{SqlTx, values};

fn read(row: &Row<'_>) -> Result<User, StoreError> {
    let enabled = row.flag(3)?;
    Ok(User {
        store: row.parsed(0)?,
        id: row.parsed(1)?,
        revision: row.int(2)?,
        status: if enabled {
            UserStatus::Enabled
        } else {
            UserStatus::Disabled
        },
        profile: row.json(4)?,
        external_ids: row.json(5)?,
        created_at: row.time(6)?,
        created_by: row.text(7)?,
        updated_at: row.time(8)?,
        updated_by: row.text(9)?,
    })
}

/// The query for users, with the condition that selects them.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT store_id, user_id, revision, enabled, profile, external_ids, created_at, created_by, updated_at,
             updated_by FROM directory_user WHERE store_id = $1 AND ",
            $condition
        )
    };
}

/// The longest value that is kept as it is: PostgreSQL's indexes refuse entries above 2,704 bytes.
const LONGEST_KEY: usize = 1024;

/// A unique value as it is kept. Long ones are kept as their hash.
fn kept(key: &UniqueKey) -> Cow<'static, str> {
    let value = key.value();
    Cow::Owned(if value.len() <= LONGEST_KEY {
        format!("={value}")
    } else {
        let hash = Sha256::digest(value.as_bytes());
        hash.iter().fold(String::from("#"), |text, byte| {
            text + &format!("{byte:02x}")
        })
    })
}

fn kind(what: DirectoryCount) -> &'static str {
    match what {
        DirectoryCount::Users => "users",
        DirectoryCount::Groups => "groups",
    }
}

/// Into how many parts a count is split.
const PARTS: i64 = 16;

impl UserTx for SqlTx<'_> {
    fn user(&mut self, store: &IdentityStoreId, id: &UserId) -> Result<Option<User>, StoreError> {
        self.row(
            select!("user_id = $2"),
            values![store.as_str(), id.as_str()],
            read,
        )
    }

    fn users(
        &mut self,
        store: &IdentityStoreId,
        after: Option<&UserId>,
        limit: i64,
    ) -> Result<Vec<User>, StoreError> {
        self.rows(
            select!("user_id > $2 ORDER BY user_id LIMIT $3"),
            values![store.as_str(), after.map_or("", UserId::as_str), limit],
            read,
        )
    }

    fn insert_user(&mut self, user: &User) -> Result<(), StoreError> {
        self.insert(
            "user id",
            "INSERT INTO directory_user (store_id, user_id, revision, enabled, profile, external_ids, created_at,
             created_by, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT DO NOTHING",
            values![
                user.store.as_str(),
                user.id.as_str(),
                user.revision,
                user.status == UserStatus::Enabled,
                &json(&user.profile)?,
                &json(&user.external_ids)?,
                user.created_at,
                &user.created_by,
                user.updated_at,
                &user.updated_by,
            ],
        )
    }

    fn update_user(&mut self, user: &User) -> Result<(), StoreError> {
        self.execute(
            "UPDATE directory_user SET revision = $3, enabled = $4, profile = $5, external_ids = $6, updated_at = $7,
             updated_by = $8 WHERE store_id = $1 AND user_id = $2",
            values![
                user.store.as_str(),
                user.id.as_str(),
                user.revision,
                user.status == UserStatus::Enabled,
                &json(&user.profile)?,
                &json(&user.external_ids)?,
                user.updated_at,
                &user.updated_by,
            ],
        )?;
        Ok(())
    }

    fn delete_user(
        &mut self,
        store: &IdentityStoreId,
        id: &UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.keep_gone_user(store, id, now)?;
        let values = values![store.as_str(), id.as_str()];
        self.execute(
            "DELETE FROM group_membership WHERE store_id = $1 AND user_id = $2",
            values,
        )?;
        let sql = "DELETE FROM directory_user WHERE store_id = $1 AND user_id = $2";
        Ok(self.execute(sql, values)? > 0)
    }

    fn claim_key(
        &mut self,
        store: &IdentityStoreId,
        key: &UniqueKey,
        owner: &str,
    ) -> Result<(), StoreError> {
        let (name, value) = (key.attribute.as_str(), kept(key));
        self.insert(
            name,
            "INSERT INTO directory_key (store_id, kind, value, owner) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            values![store.as_str(), name, value.as_ref(), owner],
        )
    }

    fn release_key(&mut self, store: &IdentityStoreId, key: &UniqueKey) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM directory_key WHERE store_id = $1 AND kind = $2 AND value = $3",
            values![store.as_str(), key.attribute.as_str(), kept(key).as_ref()],
        )?;
        Ok(())
    }

    fn key_owner(
        &mut self,
        store: &IdentityStoreId,
        key: &UniqueKey,
    ) -> Result<Option<String>, StoreError> {
        self.row(
            "SELECT owner FROM directory_key WHERE store_id = $1 AND kind = $2 AND value = $3",
            values![store.as_str(), key.attribute.as_str(), kept(key).as_ref()],
            |row| row.text(0),
        )
    }

    fn count_entry(
        &mut self,
        store: &IdentityStoreId,
        what: DirectoryCount,
        id: &str,
        by: i64,
        limit: i64,
    ) -> Result<bool, StoreError> {
        let part = id
            .bytes()
            .fold(0, |sum, byte| (sum * 31 + i64::from(byte)) % PARTS);
        let entries = self.number(
            "INSERT INTO directory_count (store_id, kind, part, entries) VALUES ($1, $2, $3, $4)
             ON CONFLICT (store_id, kind, part) DO UPDATE SET entries = directory_count.entries + excluded.entries
             RETURNING entries",
            values![store.as_str(), kind(what), part, by],
        )?;
        // Ids spread evenly: a part below half of its share cannot belong to a full store.
        Ok(by > 0 && entries >= limit / (2 * PARTS) && self.entry_count(store, what)? > limit)
    }

    fn entry_count(
        &mut self,
        store: &IdentityStoreId,
        what: DirectoryCount,
    ) -> Result<i64, StoreError> {
        // PostgreSQL's SUM of BIGINT is NUMERIC.
        self.number(
            "SELECT CAST(COALESCE(SUM(entries), 0) AS BIGINT) FROM directory_count WHERE store_id = $1 AND kind = $2",
            values![store.as_str(), kind(what)],
        )
    }
}
