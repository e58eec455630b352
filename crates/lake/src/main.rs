//! `atrium-lake`: a process of the service's, and a command for people.

mod command;
mod threads;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command = command::Command::parse();
    match threads::runtime() {
        Ok(runtime) => {
            let status = runtime.block_on(command.run());
            // A query that was stopped may still be busy; the process needn't wait for it.
            runtime.shutdown_background();
            status
        }
        Err(error) => command::failed(&error.into()),
    }
}
