//! The rules of queries over event data stores.

mod cancel;
mod delivery;
mod error;
mod find;
mod people;
mod start;
mod statement;

pub use cancel::cancel_query;
pub use delivery::{DeliveryPlace, delivery_place, place_results, sign_results};
pub use error::QueryRuleError;
pub use find::{KEPT, QueryFilter, find_query, list_queries};
pub use people::{PEOPLE_KEPT, forget_people, may_forget_people, people_columns, people_rows};
pub use start::{NewQuery, start_query};
pub use statement::{people_tables_of, stores_of};
