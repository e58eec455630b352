//! The auditor against an AWS that lives in the test's own memory, and its reports against
//! expectations written down or worked out another way.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

mod brute;
mod collecting;
mod fake;
mod pace;
mod policies;
mod property;
mod reports;
mod samples;
mod sockets;
mod world;
