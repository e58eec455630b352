use std::future::Future;

use crate::{Database, Options, Server};

/// Runs an async piece of a test to its end.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// Runs a test against a fresh server on SQLite.
pub fn on_sqlite<F: Future<Output = ()>>(options: Options, test: impl FnOnce(Server) -> F) {
    let database = Database::sqlite();
    wait(async { test(Server::start(database, options).await).await });
}

/// Runs a test against a fresh server on PostgreSQL, if there is one to be had.
///
/// Without one it says so loudly, and fails where `CI` is set.
pub fn on_postgres<F: Future<Output = ()>>(options: Options, test: impl FnOnce(Server) -> F) {
    let Some((database, keep)) = Database::postgres() else {
        return;
    };
    wait(async { test(Server::start(database, options).await).await });
    drop(keep);
}

/// Runs each `async fn test(server: Server)` on both engines: `on_both_engines!(options; test_a, test_b);`.
#[macro_export]
macro_rules! on_both_engines {
    ($options:expr; $($test:ident),* $(,)?) => {
        mod on_sqlite {
            #[allow(unused_imports, reason = "the options may need nothing")]
            use super::*;
            $(#[test] fn $test() { $crate::on_sqlite($options, super::$test); })*
        }
        mod on_postgres {
            #[allow(unused_imports, reason = "the options may need nothing")]
            use super::*;
            $(#[test] fn $test() { $crate::on_postgres($options, super::$test); })*
        }
    };
}
