//! The binary as a shell sees it: arguments, variables, the configuration file, exit statuses.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

mod command_line;
mod console;
mod demo;
mod property_audit;
mod run;
