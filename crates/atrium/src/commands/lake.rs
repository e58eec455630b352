//! `atrium lake`: SQL over event data stores, of Atrium or of AWS.

use std::io::Read as _;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::types::QueryStatus;
use clap::{Args, Subcommand};

use crate::cli::{Bar, ClientOptions, OutputFormat, Run, Table, refused};

/// The shortest and the longest time between two looks at whether the answer is there.
const LOOKS: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(2)];
/// How many rows are fetched at once.
const PAGE: i32 = 1_000;

/// Ask event data stores in SQL.
#[derive(Args, Debug)]
#[command(arg_required_else_help = true)]
pub(crate) struct LakeArgs {
    #[command(subcommand)]
    command: LakeCommand,
}

#[derive(Debug, Subcommand)]
enum LakeCommand {
    /// Run one SELECT over event data stores and print its rows.
    Query(QueryArgs),
}

#[derive(Args, Debug)]
struct QueryArgs {
    /// The SELECT; `FROM` is followed by the id of an event data store. `-` reads it from standard input.
    #[arg(value_name = "SELECT")]
    statement: String,

    /// Put the rows as CSV into this bucket too, with a signed list of what was put there.
    #[arg(long, value_name = "s3://BUCKET/PREFIX")]
    delivery: Option<String>,

    /// How to print the rows.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,

    #[command(flatten)]
    client: ClientOptions,
}

/// Runs `atrium lake`.
pub(crate) async fn run(args: LakeArgs) -> Run {
    match args.command {
        LakeCommand::Query(args) => query(args).await,
    }
}

async fn query(args: QueryArgs) -> Run {
    let statement = match args.statement.as_str() {
        "-" => read_statement()?,
        statement => statement.to_owned(),
    };
    let client = Client::new(&args.client.connect().await?);
    let started = client
        .start_query()
        .query_statement(statement)
        .set_delivery_s3_uri(args.delivery)
        .send()
        .await
        .map_err(|error| refused("StartQuery", &error))?;
    let id = started
        .query_id
        .context("StartQuery: the answer has no QueryId")?;
    let bar = Bar::new(0, "rows");
    let done = finished(&client, &id, &bar).await;
    let rows = match done {
        Ok(()) => rows(&client, &id, &bar).await,
        Err(error) => Err(error),
    };
    bar.clear();
    print(rows?, args.output)?;
    Ok(0)
}

fn read_statement() -> anyhow::Result<String> {
    let mut statement = String::new();
    std::io::stdin()
        .read_to_string(&mut statement)
        .context("could not read the statement from standard input")?;
    Ok(statement)
}

/// Waits until a query has its answer.
async fn finished(client: &Client, id: &str, bar: &Bar) -> anyhow::Result<()> {
    let [mut pause, longest] = LOOKS;
    loop {
        let found = client
            .describe_query()
            .query_id(id)
            .send()
            .await
            .map_err(|error| refused("DescribeQuery", &error))?;
        let why = found.error_message.unwrap_or_default();
        match found.query_status {
            Some(QueryStatus::Finished) => return Ok(()),
            Some(QueryStatus::Queued | QueryStatus::Running) => {}
            Some(status) if why.is_empty() => return Err(anyhow!("the query is {status}")),
            Some(_) => return Err(anyhow!("the query failed: {why}")),
            None => return Err(anyhow!("DescribeQuery: the answer has no QueryStatus")),
        }
        bar.doing("the query is running");
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(longest);
    }
}

/// A row: the columns' names and values, in their order.
type Row = Vec<(String, String)>;

async fn rows(client: &Client, id: &str, bar: &Bar) -> anyhow::Result<Vec<Row>> {
    let (mut all, mut token) = (Vec::new(), None);
    loop {
        let page = client
            .get_query_results()
            .query_id(id)
            .max_query_results(PAGE)
            .set_next_token(token)
            .send()
            .await
            .map_err(|error| refused("GetQueryResults", &error))?;
        let total = page
            .query_statistics
            .and_then(|known| known.total_results_count);
        bar.total(total.and_then(|many| u64::try_from(many).ok()).unwrap_or(0));
        for row in page.query_result_rows.unwrap_or_default() {
            all.push(row.into_iter().flatten().collect());
            bar.advance();
        }
        token = page.next_token;
        if token.is_none() {
            return Ok(all);
        }
    }
}

fn print(rows: Vec<Row>, output: OutputFormat) -> anyhow::Result<()> {
    let first = rows.first().map(Vec::as_slice).unwrap_or_default();
    let names: Vec<String> = first.iter().map(|(name, _)| name.clone()).collect();
    let mut table = Table::with_columns(names);
    for row in rows {
        table.push(row.into_iter().map(|(_, value)| value).collect());
    }
    table.print(output)
}
