//! Records as CloudTrail writes them, and look-ups over a real store.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

mod callers;
mod cut;
mod digest;
mod imports;
mod ingest;
mod lookup;
mod patterns;
mod plans;
mod ready_made;
mod records;
mod rules;
mod trails;
