//! `atrium-lake query`.

use std::collections::BTreeMap;
use std::io;
use std::process::ExitCode;

use anyhow::Result;
use atrium_lake::process::{LimitsRequest, QueryRequest, TableRequest, query};
use clap::{Args, ValueEnum};

use super::FAILED;
use super::print::{Csv, Json, Print, Table};

/// Answer a SELECT over folders of Parquet files.
#[derive(Debug, Args)]
pub struct QueryCommand {
    /// The statement, in CloudTrail Lake's SQL
    statement: String,
    /// A table and the folder or file of its Parquet files, by path or URL (file:, s3:); may be given several times
    #[arg(long = "table", value_name = "NAME=FOLDER", required = true, value_parser = named)]
    tables: Vec<(String, String)>,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Output::Table)]
    output: Output,
    /// Seconds until the query is stopped
    #[arg(long, default_value_t = 3600.0)]
    seconds: f64,
    /// Mebibytes of memory that the query may hold before it writes to disk
    #[arg(long, default_value_t = 1024)]
    memory: usize,
    /// Rows to answer at most
    #[arg(long, default_value_t = u64::MAX, hide_default_value = true)]
    rows: u64,
    /// Have it run by the executors of a scheduler, such as http://lake.internal:50050 (see `atrium-lake scheduler`)
    #[arg(long, value_name = "URL")]
    scheduler: Option<String>,
    /// Say on standard error what was read and how long it took
    #[arg(long)]
    statistics: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    Table,
    Json,
    Csv,
}

fn named(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, folder)) if !name.is_empty() && !folder.is_empty() => {
            Ok((name.to_owned(), folder.to_owned()))
        }
        _ => Err("expected NAME=FOLDER".to_owned()),
    }
}

impl QueryCommand {
    pub async fn run(self) -> Result<ExitCode> {
        let mut tables: BTreeMap<String, TableRequest> = BTreeMap::new();
        for (name, folder) in self.tables {
            tables.entry(name).or_default().folders.push(folder);
        }
        let limits = LimitsRequest {
            seconds: Some(self.seconds),
            memory: Some(self.memory << 20),
            rows: Some(self.rows),
            scheduler: self.scheduler,
            ..LimitsRequest::default()
        };
        let request = QueryRequest {
            statement: self.statement,
            tables,
            limits,
        };
        let out = io::BufWriter::new(io::stdout().lock());
        let mut printer: Box<dyn Print> = match self.output {
            Output::Table => Box::new(Table::new(out)),
            Output::Json => Box::new(Json::new(out)),
            Output::Csv => Box::new(Csv::new(out)),
        };
        let outcome = query(request, printer.rows()).await?;
        printer.end()?;
        if self.statistics {
            let cost = outcome.statistics;
            let (rows, read, bytes, time) = (
                cost.rows,
                cost.rows_scanned,
                cost.bytes_scanned,
                cost.milliseconds,
            );
            eprintln!("{rows} rows of {read} read ({bytes} bytes) in {time} ms");
        }
        Ok(match outcome.error {
            None => ExitCode::SUCCESS,
            Some(error) => {
                eprintln!("atrium-lake: {error}");
                ExitCode::from(FAILED)
            }
        })
    }
}
