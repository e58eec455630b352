//! Chores of this repository that need more than a shell line: `cargo xtask <chore>`.
//!
//! `models` refreshes `models/*.json` from the pinned botocore package. Nothing here is part of a release.

mod models;
mod strip;

use std::process::ExitCode;

fn main() -> ExitCode {
    let chore = std::env::args().nth(1);
    let done = match chore.as_deref() {
        Some("models") => models::refresh(),
        _ => Err("usage: cargo xtask models".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
