//! Databases for the suite: a SQLite file, and a PostgreSQL schema where a server is given.

use std::sync::atomic::{AtomicU64, Ordering};

use atrium_store::Store;

/// Where the test's PostgreSQL is, as `postgres://…` of a database in which schemas may be made.
pub const POSTGRES_URL: &str = "ATRIUM_TEST_POSTGRES_URL";

/// A fresh SQLite database; it lives as long as the folder.
pub fn sqlite() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open_sqlite(&folder.path().join("atrium.db")).expect("a database");
    (store, folder)
}

/// A fresh PostgreSQL database in a schema of its own.
pub fn postgres() -> Option<Store> {
    postgres_url().map(|url| Store::open(&url).expect("a database"))
}

/// Where a fresh PostgreSQL database is, in a schema of its own.
///
/// Without a server the suite's PostgreSQL half says so loudly, and fails where `CI` is set.
pub fn postgres_url() -> Option<String> {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let Ok(url) = std::env::var(POSTGRES_URL) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "{POSTGRES_URL} must be set in CI"
        );
        eprintln!("SKIPPED on PostgreSQL: {POSTGRES_URL} is not set");
        return None;
    };
    let schema = format!(
        "t{}_{}",
        std::process::id(),
        MADE.fetch_add(1, Ordering::Relaxed)
    );
    let mut client = postgres::Client::connect(&url, postgres::NoTls).expect("PostgreSQL");
    client
        .batch_execute(&format!(
            "DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"
        ))
        .expect("a schema");
    let join = if url.contains('?') { '&' } else { '?' };
    Some(format!("{url}{join}options=-csearch_path%3D{schema}"))
}

/// Runs each test of the suite on both engines: `store_conformance!(area: test_a, test_b);` for tests that are
/// `fn test_a(store: &Store)`.
#[macro_export]
macro_rules! store_conformance {
    ($($test:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[test] fn $test() {
                let (store, _folder) = $crate::engines::sqlite();
                super::$test(&store);
            })*
        }
        mod on_postgres {
            $(#[test] fn $test() {
                if let Some(store) = $crate::engines::postgres() {
                    super::$test(&store);
                }
            })*
        }
    };
}

/// Runs an async piece of a test to its end.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}
