//! The command line.

mod cluster;
mod convert;
mod ocsf;
mod print;
mod query;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The command itself could not do its work.
pub const FAILED: u8 = 1;

/// CloudTrail records as Parquet, and SQL over them.
///
/// Without a command, one request is read from standard input: that is how Atrium's service runs it.
#[derive(Debug, Parser)]
#[command(name = "atrium-lake", version)]
pub struct Command {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Answer a SELECT over folders of Parquet files
    Query(query::QueryCommand),
    /// Convert CloudTrail files to Parquet, a folder a day
    Convert(convert::ConvertCommand),
    /// Turn CloudTrail records into OCSF events, as JSON lines or as Parquet laid out for Security Lake
    Ocsf(ocsf::OcsfCommand),
    Scheduler(cluster::SchedulerCommand),
    Executor(cluster::ExecutorCommand),
}

impl Command {
    /// Does what was asked.
    pub async fn run(self) -> ExitCode {
        let done = match self.what {
            Some(What::Query(command)) => command.run().await,
            Some(What::Convert(command)) => command.run().await,
            Some(What::Ocsf(command)) => command.run().await,
            Some(What::Scheduler(command)) => command.run().await,
            Some(What::Executor(command)) => command.run().await,
            None => serve::serve().await,
        };
        done.unwrap_or_else(|error| failed(&error))
    }
}

/// Says why, with all that led to it.
pub fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("atrium-lake: {error:#}");
    ExitCode::from(FAILED)
}
