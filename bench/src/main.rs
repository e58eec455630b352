//! `atrium-bench`: measures `atrium serve` and moto's server in one run, on one machine, with the same requests.
//!
//! It starts both programs itself, calls them over loopback, and prints a table of rates and their ratios. It asserts
//! nothing about time: numbers are for people to read. `docs/performance.md` says what each case is.

mod api;
mod arguments;
mod assignments;
mod audit;
mod cases;
mod connection;
mod fixture;
mod ingest;
mod load;
mod lookups;
mod machine;
#[cfg(test)]
mod page;
mod policies;
mod report;
mod run;
mod server;
mod sign;
mod start_up;

use clap::Parser as _;

fn main() -> anyhow::Result<()> {
    let arguments = arguments::Arguments::parse();
    // One thread: the generator must leave the processors to the servers.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let report = runtime.block_on(run::run(&arguments))?;
    print!("\n{}", report::markdown(&report));
    if let Some(folder) = &arguments.write {
        report::write(&report, folder)?;
    }
    Ok(())
}
