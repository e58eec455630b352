//! Requests.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::WorkFolder;
use crate::sql::Limits;

/// What the process is asked, as one line of JSON.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Answer a statement.
    Query(QueryRequest),
    /// Write records into files of their days.
    Write(WriteRequest),
    /// Merge files of a day.
    Compact(CompactRequest),
}

/// A statement over tables.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryRequest {
    /// One SELECT.
    pub statement: String,
    /// The tables by name: ids of event data stores, or names.
    pub tables: BTreeMap<String, TableRequest>,
    /// What it may use.
    #[serde(default)]
    pub limits: LimitsRequest,
}

/// A table: events, unless it has columns of its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TableRequest {
    /// Parquet files, by path or URL.
    pub files: Vec<String>,
    /// Folders whose Parquet files belong to the table, by path or URL.
    pub folders: Vec<String>,
    /// Files of JSON lines, of this machine: of events, records that are in no Parquet file yet.
    pub lines: Vec<PathBuf>,
    /// Name and type (Trino's, such as `varchar`) of each column of a table that isn't one of events.
    pub columns: Vec<(String, String)>,
}

/// What a query may use; what isn't told is the default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsRequest {
    /// Seconds until it is stopped.
    pub seconds: Option<f64>,
    /// Bytes of memory.
    pub memory: Option<usize>,
    /// Rows answered.
    pub rows: Option<u64>,
    /// A folder for what doesn't fit into memory.
    pub spill: Option<PathBuf>,
    /// Bytes in that folder.
    pub spill_bytes: Option<u64>,
    /// Parts of the data worked on at once.
    pub threads: Option<usize>,
    /// The URL of a scheduler whose executors run it.
    pub scheduler: Option<String>,
}

/// Files of the records that follow the request, one a line.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteRequest {
    /// The folder of the day folders, by path or URL.
    pub output: String,
    /// What the files' names begin with: chosen by the caller, who must not choose one twice.
    pub name: String,
}

/// Files to merge.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompactRequest {
    /// The files, all of one store.
    pub files: Vec<String>,
    /// The file to write, in the same store.
    pub output: String,
    /// What it may use.
    #[serde(default)]
    pub limits: LimitsRequest,
}

impl LimitsRequest {
    /// The limits, and a folder for what doesn't fit into memory, unless one is given. It must stay until the work is done.
    pub(super) fn with_folder(mut self) -> io::Result<(Limits, Option<WorkFolder>)> {
        let folder = match self.spill {
            Some(_) => None,
            None => Some(WorkFolder::within(None)?),
        };
        if let Some(folder) = &folder {
            self.spill = Some(folder.path().to_owned());
        }
        Ok((self.into(), folder))
    }
}

impl From<LimitsRequest> for Limits {
    fn from(asked: LimitsRequest) -> Self {
        let usual = Self::default();
        let time = asked
            .seconds
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        Self {
            time: time.unwrap_or(usual.time),
            memory: asked.memory.unwrap_or(usual.memory),
            rows: asked.rows.unwrap_or(usual.rows),
            spill: asked.spill.unwrap_or(usual.spill),
            spill_bytes: asked.spill_bytes.unwrap_or(usual.spill_bytes),
            threads: asked.threads.unwrap_or(usual.threads),
            scheduler: asked.scheduler,
        }
    }
}
