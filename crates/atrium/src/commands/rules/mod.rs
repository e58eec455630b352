//! `atrium rules`: the file of rules, looked at and tried out, and what could not be sent.

mod dead_letters;
mod file;
mod try_out;

use std::path::PathBuf;

use anyhow::Context as _;
use atrium_trail::rules::ReadyMade;
use clap::{Args, Subcommand};

use crate::cli::{Failure, OutputFormat, Run, Table};
pub(crate) use file::{RulesFile, TargetPlan};

/// Check and try out rules, which send events to targets, and see what could not be sent.
#[derive(Args, Debug)]
#[command(arg_required_else_help = true)]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    command: RulesCommand,
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// Read a file of rules and print what it says.
    Check(CheckArgs),
    /// Print which rules of a file pick an event.
    Test(try_out::TestArgs),
    /// List the rules that need no pattern of one's own, or print the pattern of one.
    ReadyMade(ReadyMadeArgs),
    /// List what was given up because its target did not take it; send it again, or forget it.
    DeadLetters(dead_letters::DeadLetterArgs),
}

#[derive(Args, Debug)]
struct CheckArgs {
    /// The file of rules.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// How to print the rules.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

#[derive(Args, Debug)]
struct ReadyMadeArgs {
    /// The rule whose pattern to print.
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// How to print the list.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Runs `atrium rules`.
pub(crate) fn run(args: RulesArgs) -> Run {
    match args.command {
        RulesCommand::Check(args) => check(&args)?,
        RulesCommand::Test(args) => try_out::run(&args)?,
        RulesCommand::ReadyMade(args) => ready_made(&args)?,
        RulesCommand::DeadLetters(args) => dead_letters::run(&args)?,
    }
    Ok(0)
}

fn check(args: &CheckArgs) -> Result<(), Failure> {
    let file = RulesFile::read(&args.file)?;
    let mut table = Table::new(&[
        "Rule",
        "Picks",
        "Reads",
        "Enabled",
        "Targets",
        "Description",
    ]);
    let yes = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
    for one in &file.rules {
        let targets = one.rule.targets.iter().map(|name| {
            let kind = file.targets.get(name).map(|(plan, _)| plan.kind());
            format!("{name} ({})", kind.unwrap_or_default())
        });
        table.push(vec![
            one.rule.name.clone(),
            one.ready_made.unwrap_or("a pattern of its own").to_owned(),
            yes(one.rule.all_management_events),
            yes(one.enabled),
            targets.collect::<Vec<_>>().join(", "),
            one.rule.description.clone().unwrap_or_default(),
        ]);
    }
    Ok(table.print(args.output)?)
}

fn ready_made(args: &ReadyMadeArgs) -> Result<(), Failure> {
    let Some(name) = &args.name else {
        let mut table = Table::new(&["Name", "Description"]);
        for known in ReadyMade::ALL {
            table.push(vec![
                known.name().to_owned(),
                known.description().to_owned(),
            ]);
        }
        return Ok(table.print(args.output)?);
    };
    let known = ReadyMade::named(name).ok_or_else(|| {
        Failure::Usage(format!(
            "there is no ready-made rule `{name}`: `atrium rules ready-made` lists them"
        ))
    })?;
    let pattern = serde_json::to_string_pretty(&known.json()).context("could not print")?;
    println!("{pattern}");
    Ok(())
}
