//! Records in, events out, held against the schema as its authors publish it.

#![expect(
    clippy::unwrap_used,
    reason = "what a test can't go on without fails it"
)]

mod classes;
mod fields;
mod judge;
mod operations;
mod properties;
mod records;
mod scim;
mod sent;
mod sign_in;
mod targets;
