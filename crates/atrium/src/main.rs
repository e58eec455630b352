//! The `atrium` binary: the service, and the commands that are clients of it and of AWS.
//!
//! Here are the command line, its configuration and its exit statuses. What the commands do stands
//! in [`commands`], and what the auditor knows in the `atrium-audit` crate.

mod cli;
mod commands;

use std::process::ExitCode;

// Requests make many small allocations on several threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
