//! A lake of a few records, to ask.

use std::io;
use std::path::Path;

use atrium_lake::files::{Settings, folder_of, write};
use atrium_lake::process::{LimitsRequest, Outcome, QueryRequest, Rows, TableRequest, query};
use atrium_lake::record;
use atrium_lake::sql::SqlError;
use object_store::local::LocalFileSystem;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The event data store of all tests.
pub const STORE: &str = "9c0f0f2b-6a1d-4b5e-8d3a-001e4f6a7b8c";

pub type Row = Vec<Option<String>>;

pub struct Lake {
    pub folder: TempDir,
}

#[derive(Default)]
pub struct Answer {
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

impl Rows for Answer {
    fn columns(&mut self, columns: &[String]) -> io::Result<()> {
        self.columns = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, values: Row) -> io::Result<()> {
        self.rows.push(values);
        Ok(())
    }
}

impl Lake {
    /// A lake of records, a file for each day.
    pub async fn of(records: impl IntoIterator<Item = Value>) -> Self {
        let lake = Self {
            folder: TempDir::new().unwrap(),
        };
        let texts: Vec<String> = records
            .into_iter()
            .map(|record| record.to_string())
            .collect();
        lake.keep("part", texts.iter().map(String::as_str)).await;
        lake
    }

    /// A lake of made records.
    pub async fn made(seed: u64, count: usize) -> Self {
        let mut trail = super::fixture::Trail::new(seed);
        Self::of((0..count).map(|_| trail.value())).await
    }

    pub async fn keep<'a>(&self, name: &str, texts: impl IntoIterator<Item = &'a str>) {
        let mut days = std::collections::BTreeMap::<_, record::Rows>::new();
        for text in texts {
            let record = record::Record::read(text).unwrap();
            days.entry(record.day()).or_default().push(&record);
        }
        let store = LocalFileSystem::new_with_prefix(self.folder.path()).unwrap();
        for (day, rows) in days {
            let path = format!("{}/{name}.parquet", folder_of(day));
            write(
                &store,
                &path.into(),
                &[rows.finish().unwrap()],
                &Settings::FRESH,
            )
            .await
            .unwrap();
        }
    }

    pub fn table(&self) -> TableRequest {
        TableRequest {
            folders: vec![text(self.folder.path())],
            ..TableRequest::default()
        }
    }

    pub async fn ask(&self, statement: &str, limits: LimitsRequest) -> (Answer, Outcome) {
        let tables = [(STORE.to_owned(), self.table())].into();
        let request = QueryRequest {
            statement: statement.replace("$EDS", STORE),
            tables,
            limits,
        };
        ask(request).await
    }

    /// The rows of a statement over `$EDS`.
    pub async fn rows(&self, statement: &str) -> Vec<Row> {
        let (answer, outcome) = self.ask(statement, LimitsRequest::default()).await;
        assert_eq!(outcome.error, None, "{statement}");
        answer.rows
    }

    /// The only value of the only row.
    pub async fn value(&self, statement: &str) -> Option<String> {
        let mut rows = self.rows(statement).await;
        assert_eq!(rows.len(), 1, "{statement}");
        let mut row = rows.remove(0);
        assert_eq!(row.len(), 1, "{statement}");
        row.remove(0)
    }

    pub async fn columns(&self, statement: &str) -> Vec<String> {
        let (answer, outcome) = self.ask(statement, LimitsRequest::default()).await;
        assert_eq!(outcome.error, None, "{statement}");
        answer.columns
    }

    pub async fn error(&self, statement: &str) -> SqlError {
        let (_, outcome) = self.ask(statement, LimitsRequest::default()).await;
        outcome
            .error
            .unwrap_or_else(|| panic!("no error: {statement}"))
    }
}

pub async fn ask(request: QueryRequest) -> (Answer, Outcome) {
    let mut answer = Answer::default();
    let outcome = query(request, &mut answer).await.unwrap();
    (answer, outcome)
}

pub fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// A record with only what must be there, and what is given.
pub fn record(id: &str, time: &str, more: Value) -> Value {
    let mut record = json!({
        "eventVersion": "1.11", "eventTime": time, "eventID": id,
        "eventSource": "sso.amazonaws.com", "eventName": "ListInstances",
    });
    record
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    record
}

/// Cells as text, NULL as `-`.
pub fn shown(rows: &[Row]) -> Vec<String> {
    rows.iter()
        .map(|row| {
            row.iter()
                .map(|cell| cell.as_deref().unwrap_or("-"))
                .collect::<Vec<_>>()
                .join(" | ")
        })
        .collect()
}
