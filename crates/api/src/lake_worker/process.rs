//! One run of `atrium-lake`: a request, records, and its answer line by line.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;

use super::LakeError;

/// The longest line of an answer.
const LONGEST: u64 = 64 << 20;

/// How long writing or merging files may take.
const PATIENCE: Duration = Duration::from_secs(900);

/// A running program. It is killed when this is dropped.
pub(super) struct Process {
    child: Child,
    answer: BufReader<ChildStdout>,
    feeding: JoinHandle<()>,
}

/// A line of an answer.
#[derive(Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all lines are rows, and each is looked at once"
)]
pub(super) enum Line {
    /// A row, as text.
    Row(String),
    /// Anything else.
    Told(Told),
    /// More than a line may be.
    TooLong,
}

/// What else a line tells.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Told {
    /// What the columns are called.
    pub(super) columns: Option<Vec<String>>,
    /// What it took.
    pub(super) statistics: Option<Statistics>,
    /// A file that was written.
    pub(super) file: Option<File>,
    /// The file's day.
    pub(super) day: Option<String>,
    /// A record that was refused.
    pub(super) refused: Option<Value>,
    /// Why it ended early.
    pub(super) error: Option<Failure>,
}

/// What a query took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub(super) struct Statistics {
    pub(super) rows: i64,
    pub(super) rows_scanned: i64,
    pub(super) bytes_scanned: i64,
    pub(super) milliseconds: i64,
}

/// A file that was written.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(super) struct File {
    pub(super) url: String,
    pub(super) rows: i64,
    pub(super) bytes: i64,
}

/// Why the program ended early.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Failure {
    /// One of the program's kinds of trouble.
    pub(super) kind: String,
    /// The line in the statement, from 1.
    pub(super) line: Option<u64>,
    /// The character in the line, from 1.
    pub(super) column: Option<u64>,
    /// What is wrong.
    pub(super) message: String,
}

impl Process {
    /// Starts the program with a request and records, one a line.
    pub(super) fn start(
        program: &Path,
        request: &Value,
        records: Vec<String>,
    ) -> Result<Self, LakeError> {
        let failed = |error| LakeError::Program(format!("`{}`: {error}", program.display()));
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (mut stdin, stdout) =
            pipes.ok_or_else(|| LakeError::Program("it has no input or output".to_owned()))?;
        let first = request.to_string();
        let feeding = tokio::spawn(async move {
            // Whoever ends early reads no more: what it says is read all the same.
            for line in std::iter::once(first).chain(records) {
                if stdin.write_all(line.as_bytes()).await.is_err()
                    || stdin.write_all(b"\n").await.is_err()
                {
                    return;
                }
            }
            let _ = stdin.shutdown().await;
        });
        Ok(Self {
            child,
            answer: BufReader::new(stdout),
            feeding,
        })
    }

    /// The next line of the answer; none at its end. Nothing is lost when the wait for it is given up and taken up
    /// again, if `begun` is the same.
    pub(super) async fn next(&mut self, begun: &mut Vec<u8>) -> Result<Option<Line>, LakeError> {
        let left = LONGEST.saturating_sub(begun.len() as u64);
        let mut bounded = (&mut self.answer).take(left);
        bounded.read_until(b'\n', begun).await?;
        if begun.is_empty() {
            return Ok(None);
        }
        let bytes = std::mem::take(begun);
        match bytes.last() {
            Some(b'\n') => line(bytes).map(Some),
            _ if bytes.len() as u64 >= LONGEST => Ok(Some(Line::TooLong)),
            // It was killed in the middle of a line.
            _ => Ok(None),
        }
    }

    /// The lines of an answer that tells of no rows. An answer that tells of an error is one.
    pub(super) async fn told(self) -> Result<Vec<Told>, LakeError> {
        self.told_unless_refused(usize::MAX).await
    }

    /// The same, but once so many records were refused the program is ended and no more is told.
    pub(super) async fn told_unless_refused(self, most: usize) -> Result<Vec<Told>, LakeError> {
        match tokio::time::timeout(PATIENCE, self.all_told(most)).await {
            Ok(told) => told,
            Err(_) => Err(LakeError::Program("it took too long".to_owned())),
        }
    }

    async fn all_told(mut self, most: usize) -> Result<Vec<Told>, LakeError> {
        let (mut all, mut begun, mut refused) = (Vec::new(), Vec::new(), 0);
        while let Some(line) = self.next(&mut begun).await? {
            match line {
                Line::Told(Told {
                    error: Some(error), ..
                }) => return Err(LakeError::Program(error.message)),
                Line::Told(told) => {
                    refused += usize::from(told.refused.is_some());
                    all.push(told);
                }
                Line::Row(_) | Line::TooLong => {}
            }
            if refused >= most {
                return Ok(all);
            }
        }
        match self.end().await? {
            true => Ok(all),
            false => Err(LakeError::Program("it ended with a failure".to_owned())),
        }
    }

    /// Waits for the end, and tells whether it was a good one.
    pub(super) async fn end(mut self) -> Result<bool, LakeError> {
        Ok(self.child.wait().await?.success())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.feeding.abort();
    }
}

fn line(bytes: Vec<u8>) -> Result<Line, LakeError> {
    let strange = |error: String| LakeError::Program(format!("its answer can't be read: {error}"));
    let mut text = String::from_utf8(bytes).map_err(|error| strange(error.to_string()))?;
    text.truncate(text.trim_end().len());
    if text.starts_with('[') {
        return Ok(Line::Row(text));
    }
    let told = serde_json::from_str(&text).map_err(|error| strange(error.to_string()))?;
    Ok(Line::Told(told))
}
