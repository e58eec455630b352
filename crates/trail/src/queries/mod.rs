//! The rules of queries over event data stores.

mod cancel;
mod delivery;
mod error;
mod find;
mod start;
mod statement;

pub use cancel::cancel_query;
pub use delivery::{DeliveryPlace, delivery_place, place_results, sign_results};
pub use error::QueryRuleError;
pub use find::{KEPT, QueryFilter, find_query, list_queries};
pub use start::{NewQuery, start_query};
pub use statement::stores_of;
