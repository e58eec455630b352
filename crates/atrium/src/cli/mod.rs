//! The command line: what can be said, where else it can be said, and how a run ends.
//!
//! A value comes from the flag, else from the flag's environment variable, else from the
//! configuration file, else it is the documented default. The variables are named by
//! [`environment`], the file is read by [`file`]; both work on the command tree alone, so a new
//! command or flag has its variable and its key without a line written for it.

mod client;
mod environment;
mod failure;
mod file;
mod logging;
mod output;
mod progress;
mod setting;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

pub(crate) use client::ClientOptions;
pub(crate) use failure::{Failure, Run, refused, retriable_code};
pub(crate) use output::{OutputFormat, Table};
pub(crate) use progress::Bar;

use crate::commands::{audit, demo, instance, lake, rules, serve};

/// IAM Identity Center that anyone can run, and the auditor of every instance in an organization.
#[derive(Debug, Parser)]
#[command(
    name = "atrium",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Every flag has a variable (ATRIUM_…) and a key in atrium.toml. A flag outweighs the variable, \
                  the variable outweighs the file.\n\n\
                  Exit status: 0 clean, 1 failed, 2 called wrongly, 3 findings at or above --fail-on, \
                  4 incomplete coverage, 5 drift against --against."
)]
struct Cli {
    /// Configuration file [default: ./atrium.toml, if there is one].
    #[arg(long, global = true, value_name = "FILE", env = "ATRIUM_CONFIG")]
    config: Option<PathBuf>,

    /// What to log on standard error, such as `info` or `atrium_audit=debug`.
    #[arg(
        long,
        global = true,
        value_name = "FILTER",
        default_value = "warn,aws_config=error",
        env = "ATRIUM_LOG"
    )]
    log: String,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Audit(audit::AuditArgs),
    Demo(demo::DemoArgs),
    Instance(instance::InstanceArgs),
    Lake(lake::LakeArgs),
    Rules(rules::RulesArgs),
    Serve(Box<serve::ServeArgs>),
}

impl Command {
    fn run(self) -> Run {
        match self {
            Self::Audit(args) => block_on(audit::run(args)),
            Self::Demo(args) => block_on(demo::run(args)),
            Self::Instance(args) => block_on(instance::run(args)),
            Self::Lake(args) => block_on(lake::run(args)),
            Self::Rules(args) => rules::run(args),
            Self::Serve(args) => serve::run(*args),
        }
    }
}

/// Runs the command that the process was started with.
pub(crate) fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let matches = match matches(&arguments) {
        Ok(matches) => matches,
        Err(failure) => return failure.report(),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return Failure::from(error).report(),
    };
    match logging::start(&cli.log).and_then(|()| cli.command.run()) {
        Ok(status) => ExitCode::from(status),
        Err(failure) => failure.report(),
    }
}

/// Reads the arguments, with the values of the configuration file as defaults.
fn matches(arguments: &[OsString]) -> Result<ArgMatches, Failure> {
    let mut command = Cli::command();
    if let Some(file) = file::ConfigFile::find(arguments)? {
        command = file.apply(command)?;
    }
    let command = environment::name_variables(command);
    Ok(command.try_get_matches_from(arguments)?)
}

fn block_on(run: impl Future<Output = Run>) -> Run {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| anyhow::Error::new(error).context("could not start"))?;
    runtime.block_on(async {
        tokio::select! {
            ended = run => ended,
            _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted").into()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_tree_holds_together() {
        environment::name_variables(Cli::command()).debug_assert();
    }
}
