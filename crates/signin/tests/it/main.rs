//! The rules of tokens, each against a database.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

mod exchanges;
mod world;
