//! Brings a database's schema up to date: numbered scripts, each run once, in order, in one transaction.

use crate::connection::Connection;
use crate::postgres::Pool;
use crate::sqlite::SqliteConnection;
use crate::{OpenError, StoreError, postgres, sqlite};

/// The scripts, oldest first. A script that has been released never changes; a new one is added instead.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_meta.sql"),
    include_str!("../migrations/0002_organization.sql"),
    include_str!("../migrations/0003_iam.sql"),
    include_str!("../migrations/0004_directory.sql"),
    include_str!("../migrations/0005_application.sql"),
    include_str!("../migrations/0006_access.sql"),
    include_str!("../migrations/0007_control.sql"),
    include_str!("../migrations/0008_identity_providers.sql"),
    include_str!("../migrations/0009_tokens.sql"),
    include_str!("../migrations/0010_organization_rest.sql"),
    include_str!("../migrations/0011_people_together.sql"),
    include_str!("../migrations/0012_assignments_together.sql"),
    include_str!("../migrations/0013_trail.sql"),
    include_str!("../migrations/0014_lake.sql"),
    include_str!("../migrations/0015_lookup.sql"),
    include_str!("../migrations/0016_notices.sql"),
    include_str!("../migrations/0017_lake_from_elsewhere.sql"),
    include_str!("../migrations/0018_people.sql"),
    include_str!("../migrations/0019_active_queries.sql"),
];

const VERSIONS: &str = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)";
const NEWEST: &str = "SELECT COALESCE(MAX(version), 0) FROM schema_version";

/// The scripts that a database at version `found` still needs, each with its number.
fn missing(found: i64) -> Result<impl Iterator<Item = (usize, &'static str)>, OpenError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    match usize::try_from(found) {
        Ok(done) if found <= known => Ok(MIGRATIONS
            .iter()
            .enumerate()
            .skip(done)
            .map(|(at, sql)| (at + 1, *sql))),
        _ => Err(OpenError::TooNew { found, known }),
    }
}

fn newest(connection: &mut dyn Connection) -> Result<i64, StoreError> {
    let mut version = 0;
    connection.query(NEWEST, &[], &mut |row| {
        version = row.int(0)?;
        Ok(())
    })?;
    Ok(version)
}

pub(crate) fn sqlite(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    connection.script(VERSIONS)?;
    for (number, sql) in missing(newest(connection)?)? {
        let sql = sqlite::dialect(sql);
        connection.script(&format!(
            "BEGIN IMMEDIATE; {sql}; INSERT INTO schema_version (version) VALUES ({number}); COMMIT;"
        ))?;
    }
    Ok(())
}

pub(crate) fn postgres(pool: &Pool) -> Result<(), OpenError> {
    // Replicas start together; the advisory lock lets one of them migrate while the others wait.
    const LOCK: &str = "SELECT pg_advisory_xact_lock(4080202611)";
    pool.script(&format!("BEGIN; {LOCK}; {VERSIONS}; COMMIT;"))?;
    let found = pool.read(|connection| newest(connection))?;
    for (number, sql) in missing(found)? {
        let sql = postgres::dialect(sql);
        // A replica that waited finds the version taken and stops there.
        let script = format!(
            "BEGIN; {LOCK}; INSERT INTO schema_version (version) VALUES ({number}); {sql}; COMMIT;"
        );
        if let Err(error) = pool.script(&script) {
            pool.script("ROLLBACK")?;
            let found = pool.read(|connection| newest(connection))?;
            if usize::try_from(found).unwrap_or(0) < number {
                return Err(error.into());
            }
        }
    }
    pool.script(&format!("BEGIN; {LOCK}; {SET_BACK}; COMMIT;"))?;
    Ok(())
}

/// Events are read in the order of their transactions' numbers, which a server of PostgreSQL counts for itself. A database
/// that was brought from another server may hold numbers that this one has yet to count to: they are set back below zero,
/// all by as much, or new events would stand before what was read long ago.
const SET_BACK: &str = "DO $$
DECLARE newest BIGINT;
BEGIN
    SELECT GREATEST((SELECT MAX(txid) FROM event), (SELECT MAX(txid) FROM event_reader)) INTO newest;
    IF newest >= pg_current_xact_id()::text::bigint THEN
        UPDATE event SET txid = txid - newest - 1;
        UPDATE lake_pending SET txid = txid - newest - 1;
        -- Whoever has read nothing yet stands before all of them.
        UPDATE event_reader SET txid = txid - newest - 1 WHERE txid > -9223372036854775808;
    END IF;
END $$";
