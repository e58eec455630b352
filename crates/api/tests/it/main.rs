//! The whole edge over HTTP, on both databases: proofs that walk every operation, and hostile input.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

mod buckets;
mod channels;
mod closed;
mod conformance;
mod contents;
mod control;
mod dev;
mod events;
mod federation;
mod guarded;
mod hostile;
mod imports;
mod input;
mod isolation;
mod lake;
mod limits;
mod nobody;
mod operations;
mod people;
mod records;
mod rules;
mod sessions;
mod signatures;
mod stateful;
mod tokens;
mod trails;
mod transfers;
mod world;
