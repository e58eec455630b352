use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use atrium_store::Store;
use rusqlite::types::ValueRef;

/// Where the tests' PostgreSQL is, as `postgres://…` of a database in which schemas may be made.
pub const POSTGRES_URL: &str = "ATRIUM_TEST_POSTGRES_URL";

/// A fresh database, with a look at its rows from outside.
pub struct Database {
    pub(crate) store: Store,
    rows: Arc<Rows>,
    /// Lives as long as the database.
    folder: tempfile::TempDir,
}

/// Connections that may not be closed on a thread that runs async code: kept until no such code runs any more.
pub(crate) struct Keep {
    store: Option<Store>,
    rows: Arc<Rows>,
    schema: String,
}

impl Drop for Keep {
    fn drop(&mut self) {
        self.store = None;
        if let Rows::Postgres(client) = &*self.rows
            && let Ok(mut client) = client.lock()
        {
            // Whoever looks for what a failed test left finds its name in the output.
            if std::thread::panicking() {
                eprintln!("the rows are still in the schema {}", self.schema);
            } else {
                let _ = client.batch_execute(&format!("DROP SCHEMA {} CASCADE", self.schema));
            }
        }
    }
}

enum Rows {
    Sqlite(PathBuf),
    Postgres(Box<Mutex<postgres::Client>>),
}

impl Database {
    /// A SQLite database in a folder of its own.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("atrium.db");
        let store = Store::open_sqlite(&file).unwrap();
        Self {
            store,
            rows: Arc::new(Rows::Sqlite(file)),
            folder,
        }
    }

    /// A PostgreSQL database in a schema of its own; none if there is no server. Not for async code.
    pub(crate) fn postgres() -> Option<(Self, Keep)> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let Ok(url) = std::env::var(POSTGRES_URL) else {
            assert!(
                std::env::var_os("CI").is_none(),
                "{POSTGRES_URL} must be set in CI"
            );
            eprintln!("SKIPPED on PostgreSQL: {POSTGRES_URL} is not set");
            return None;
        };
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let schema = format!("kit{}_{number}", std::process::id());
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        let fresh = format!(
            "DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}; SET search_path TO {schema}"
        );
        client.batch_execute(&fresh).unwrap();
        let join = if url.contains('?') { '&' } else { '?' };
        let store = Store::open(&format!("{url}{join}options=-csearch_path%3D{schema}")).unwrap();
        let rows = Arc::new(Rows::Postgres(Box::new(Mutex::new(client))));
        let keep = Keep {
            store: Some(store.clone()),
            rows: Arc::clone(&rows),
            schema,
        };
        let folder = tempfile::tempdir().unwrap();
        Some((
            Self {
                store,
                rows,
                folder,
            },
            keep,
        ))
    }

    /// A folder that goes with the database.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Every row of every table but the audit log and the epoch of policies, without when keys were used, as text
    /// that begins with the table's name. Nothing of the code under test reads them.
    pub fn rows(&self) -> BTreeSet<String> {
        match &*self.rows {
            Rows::Sqlite(file) => sqlite_rows(file),
            Rows::Postgres(client) => std::thread::scope(|scope| {
                let read = || postgres_rows(&mut client.lock().unwrap());
                scope.spawn(read).join().unwrap()
            }),
        }
    }
}

/// When a key was last used is noted some time after its use.
const USES: [&str; 3] = ["used", "used_service", "used_region"];

/// The log and its index grow with every call, and the epoch tells nobody anything.
fn is_state(table: &str) -> bool {
    !matches!(
        table,
        "event" | "event_resource" | "policy_epoch" | "schema_version"
    )
}

fn sqlite_rows(file: &PathBuf) -> BTreeSet<String> {
    let connection = rusqlite::Connection::open(file).unwrap();
    let text = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let mut statement = connection.prepare(text).unwrap();
    let tables: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut found = BTreeSet::new();
    for table in tables.iter().filter(|table| is_state(table)) {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .unwrap();
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let mut line = table.clone();
            for (n, column) in columns.iter().enumerate() {
                if USES.contains(&column.as_str()) {
                    continue;
                }
                let value = match row.get_ref(n).unwrap() {
                    ValueRef::Null => "null".to_owned(),
                    ValueRef::Integer(number) => number.to_string(),
                    ValueRef::Real(number) => number.to_string(),
                    ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                    ValueRef::Blob(bytes) => format!("{bytes:02x?}"),
                };
                line.push_str(&format!(" {column}={value}"));
            }
            found.insert(line);
        }
    }
    found
}

fn postgres_rows(client: &mut postgres::Client) -> BTreeSet<String> {
    let text = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1";
    let tables = client.query(text, &[]).unwrap();
    let tables = tables.iter().map(|row| row.get::<_, String>(0));
    let uses = USES.join("', '");
    let parts: Vec<String> = tables
        .filter(|table| is_state(table))
        .map(|table| {
            format!("SELECT '{table} ' || (to_jsonb(t) - ARRAY['{uses}'])::text FROM \"{table}\" t")
        })
        .collect();
    let rows = client.query(&parts.join(" UNION ALL "), &[]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
