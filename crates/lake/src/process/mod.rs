//! What the process does for the service: one request on standard input, answers as lines of JSON on standard output.

mod alarm;
mod answer;
mod keep;
mod request;
mod source;
mod tables;

pub use answer::{Lines, Outcome, Rows, query};
pub(crate) use keep::line;
pub use keep::{KeepError, ROOM, compact, write};
pub use request::{
    CompactRequest, LimitsRequest, QueryRequest, Request, TableRequest, WriteRequest,
};
pub use source::{SourceError, read};
