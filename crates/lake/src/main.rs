//! `atrium-lake`: a process of the service's, and a command for people.

mod command;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Each thread's: plans of long conditions are deep.
const STACK: usize = 64 << 20;

fn main() -> ExitCode {
    let command = command::Command::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK)
        .build();
    match runtime {
        Ok(runtime) => {
            let status = runtime.block_on(command.run());
            // A query that was stopped may still be busy; the process needn't wait for it.
            runtime.shutdown_background();
            status
        }
        Err(error) => command::failed(&error.into()),
    }
}
