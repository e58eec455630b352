//! CloudTrail Lake's SQL: one SELECT in Trino's dialect, over the tables that are given and nothing else.
//!
//! A statement goes through `ids` (event data stores' ids become names), the parser, `gate` and `doubled` (is it allowed?), `names`
//! (what are the columns called?), `calls` and `unnest` (Trino's words in DataFusion's); DataFusion plans it, `once`, `late` and
//! `implied` move and add conditions, and DataFusion runs it.

mod calls;
mod checked;
mod conditions;
mod dialect;
mod doubled;
mod engine;
mod error;
mod fold;
mod functions;
mod gate;
mod ids;
mod implied;
mod kinds;
mod late;
mod look;
mod moments;
mod names;
mod nested_loops;
mod once;
mod outer;
mod patterns;
mod query;
mod seen;
mod shapes;
mod table;
mod text;
mod unnest;
mod whole_side;
mod windows;
mod words;

pub use engine::{Limits, context};
pub(crate) use engine::{config, state};
pub use error::{Kind, SqlError};
pub use gate::MAX_LENGTH;
pub use kinds::field_of;
pub use query::{Parsed, Planned, Running, Statistics, parse, plan};
pub use table::Events;
pub use text::text_of;
pub(crate) use whole_side::WholeSideExec;
