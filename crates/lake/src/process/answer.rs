//! Answering a statement, within its limits.

use std::io::{self, Write};
use std::time::Instant;

use arrow::array::RecordBatch;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use super::alarm::Alarm;
use super::request::QueryRequest;
use super::tables::{locate, register};
use crate::sql::{Kind, Limits, SqlError, Statistics, context, parse, plan, text_of};
use crate::stores::Stores;

/// What takes the rows of an answer.
pub trait Rows {
    /// What the columns are called; comes first, and once.
    fn columns(&mut self, columns: &[String]) -> io::Result<()>;
    /// A row, in the order of the columns.
    fn row(&mut self, values: Vec<Option<String>>) -> io::Result<()>;
}

/// How a run ended. The rows that came before an error are good.
#[derive(Debug)]
pub struct Outcome {
    /// What it cost.
    pub statistics: Statistics,
    /// Why it ended early, if it did.
    pub error: Option<SqlError>,
}

enum Message {
    Columns(Vec<String>),
    Batch(RecordBatch, (u64, u64)),
    Done((u64, u64)),
    Failed(SqlError),
}

/// Answers a statement. The rows are made by tasks of their own, so that the time is kept even while they are busy.
pub async fn query(request: QueryRequest, rows: &mut dyn Rows) -> io::Result<Outcome> {
    let begin = Instant::now();
    let (limits, _folder) = request.limits.clone().with_folder()?;
    let mut alarm = Alarm::after(limits.time)?;
    let (sender, mut receiver) = mpsc::channel(2);
    let work = tokio::spawn({
        let limits = limits.clone();
        async move {
            if let Err(error) = produce(request, &limits, &sender).await {
                // Nobody listens any more if this fails.
                let _ = sender.send(Message::Failed(error)).await;
            }
        }
    });
    let mut statistics = Statistics::default();
    let mut error = None;
    loop {
        let message = tokio::select! {
            message = receiver.recv() => message,
            () = alarm.rings() => {
                let seconds = limits.time.as_secs_f64();
                error = Some(SqlError::new(
                    Kind::TimedOut,
                    format!("the query ran for more than {seconds} s"),
                ));
                break;
            }
        };
        match message {
            Some(Message::Columns(columns)) => rows.columns(&columns)?,
            Some(Message::Batch(batch, scanned)) => {
                (statistics.rows_scanned, statistics.bytes_scanned) = scanned;
                let left = limits.rows - statistics.rows;
                let wanted = usize::try_from(left)
                    .unwrap_or(usize::MAX)
                    .min(batch.num_rows());
                hand_over(&batch, wanted, rows)?;
                statistics.rows += wanted as u64;
                if wanted < batch.num_rows() {
                    error = Some(SqlError::new(
                        Kind::TooManyRows,
                        format!("the answer has more than {} rows", limits.rows),
                    ));
                    break;
                }
            }
            Some(Message::Done(scanned)) => {
                (statistics.rows_scanned, statistics.bytes_scanned) = scanned;
                break;
            }
            Some(Message::Failed(failure)) => {
                error = Some(failure);
                break;
            }
            None => {
                error = Some(SqlError::new(
                    Kind::Internal,
                    "the query ended without an answer",
                ));
                break;
            }
        }
    }
    work.abort();
    statistics.milliseconds = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Outcome { statistics, error })
}

async fn produce(
    request: QueryRequest,
    limits: &Limits,
    sender: &mpsc::Sender<Message>,
) -> Result<(), SqlError> {
    let parsed = parse(&request.statement)?;
    let wanted = parsed.tables();
    let mut stores = Stores::default();
    let mut located = Vec::new();
    for (name, table) in &request.tables {
        if wanted.contains(&name.to_lowercase()) {
            located.push((name, table, locate(table, &mut stores).await?));
        }
    }
    let context = context(limits, &stores)?;
    for (name, table, files) in located {
        register(&context, name, table, files, limits.scheduler.is_some()).await?;
    }
    let gone = |_| SqlError::new(Kind::Internal, "nobody takes the answer");
    let planned = plan(&context, parsed).await?;
    let columns = planned.columns.clone();
    let mut running = planned.run(&context, limits.scheduler.as_deref()).await?;
    sender.send(Message::Columns(columns)).await.map_err(gone)?;
    while let Some(batch) = running.next().await {
        let batch = Message::Batch(batch?, running.scanned());
        sender.send(batch).await.map_err(gone)?;
    }
    sender
        .send(Message::Done(running.scanned()))
        .await
        .map_err(gone)
}

fn hand_over(batch: &RecordBatch, count: usize, rows: &mut dyn Rows) -> io::Result<()> {
    for row in 0..count {
        let values = batch
            .columns()
            .iter()
            .map(|column| text_of(column.as_ref(), row));
        rows.row(values.collect::<Result<_, _>>().map_err(io::Error::other)?)?;
    }
    Ok(())
}

/// Answers as lines of JSON: `{"columns":[…]}`, each row as a list of maps with one key each, as GetQueryResults has it,
/// and at the end `{"statistics":{…}}` and, if something went wrong, `{"error":{…}}`.
#[derive(Debug)]
pub struct Lines<W> {
    out: W,
    columns: Vec<String>,
}

impl<W: Write> Lines<W> {
    /// Lines to a writer.
    pub const fn new(out: W) -> Self {
        Self {
            out,
            columns: Vec::new(),
        }
    }

    /// Any other line.
    pub fn line(&mut self, value: &Value) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, value)?;
        self.out.write_all(b"\n")
    }

    /// Hands everything over.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Ends the answer.
    pub fn end(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.line(&json!({ "statistics": outcome.statistics }))?;
        if let Some(error) = &outcome.error {
            self.line(&json!({ "error": error }))?;
        }
        self.out.flush()
    }
}

impl<W: Write> Rows for Lines<W> {
    fn columns(&mut self, columns: &[String]) -> io::Result<()> {
        self.columns = columns.to_vec();
        self.line(&json!({ "columns": columns }))?;
        // The query is planned, and whoever waits may know.
        self.out.flush()
    }

    fn row(&mut self, values: Vec<Option<String>>) -> io::Result<()> {
        let cells = self.columns.iter().zip(values);
        let row = cells.map(|(column, value)| {
            let cell = (column.clone(), value.map_or(Value::Null, Value::String));
            Value::Object(Map::from_iter([cell]))
        });
        let row = Value::Array(row.collect());
        self.line(&row)
    }
}
