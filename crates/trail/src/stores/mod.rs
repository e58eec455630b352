//! The rules of event data stores: what may be asked of them, and what each change leaves for those who fill them.

mod access;
mod change;
mod create;
mod error;
mod life;
mod name;
mod quotas;
mod selectors;
mod settings;
mod tags;
mod update;

pub use access::{find_store, governed, list_stores, store_to_change};
pub use create::{NewStore, create_store};
pub use error::StoreRuleError;
pub use life::{DELETION, delete_store, restore_store, start_ingestion, stop_ingestion};
pub use name::StoreName;
pub(crate) use name::is_store_id;
pub use quotas::Quotas;
pub use tags::{add_store_tags, remove_store_tags};
pub use update::{StoreUpdate, update_store};
