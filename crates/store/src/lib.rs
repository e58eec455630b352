//! Storage: what the areas may ask of it (the ports), and the two engines that answer, SQLite and PostgreSQL.
//!
//! All work is a closure over a transaction: [`Store::read`] and [`Store::write`]. A write that returned `Ok` is on
//! disk. Closures may run again after a serialization failure, so nothing but the transaction changes in them.
//!
//! This crate knows nothing of HTTP and of the rules of any area. Which engine is in use is known here alone.

mod connection;
mod error;
mod migrate;
mod page_token;
mod ports;
mod postgres;
mod sql;
mod sqlite;
mod store;
mod tx;
mod vault;

pub use error::{OpenError, StoreError};
pub use page_token::{PageTokenError, PageTokens};
pub use ports::*;
pub use store::{EngineKind, Store};
pub use tx::Tx;
pub use vault::{Vault, VaultError};
