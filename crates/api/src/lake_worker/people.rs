//! The tables of people that a query reads: files of JSON lines with columns of their own.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use atrium_model::lake::{PeopleTable, QueryPeople};
use atrium_store::{StoreError, Tx};
use atrium_trail::queries::{people_columns, people_rows};
use serde_json::{Value, json};

use super::LakeError;

/// The most bytes of people that a query takes with it: some millions of names.
const MOST: usize = 2 << 30;

/// Writes the tables of people that a query reads into the folder `work`, as they are in the transaction; false if there is
/// too much of them.
pub(super) fn write(tx: &mut dyn Tx, people: &QueryPeople, work: &Path) -> Result<bool, LakeError> {
    let mut left = MOST;
    for table in &people.tables {
        let mut lines = BufWriter::new(File::create(path(*table, work))?);
        let written = people_rows(tx, *table, &people.sources, |row| {
            let row = row.to_string();
            left = left.checked_sub(row.len() + 1).ok_or(Ended::TooMuch)?;
            lines.write_all(row.as_bytes())?;
            lines.write_all(b"\n")?;
            Ok(())
        });
        match written {
            Ok(()) => lines.flush()?,
            Err(Ended::TooMuch) => return Ok(false),
            Err(Ended::Failed(error)) => return Err(error),
        }
    }
    Ok(true)
}

/// The tables as the program is told of them, by name.
pub(super) fn tables(people: &QueryPeople, work: &Path) -> impl Iterator<Item = (String, Value)> {
    people.tables.iter().map(|table| {
        let told = json!({"columns": people_columns(*table), "lines": [path(*table, work)]});
        (table.name().to_owned(), told)
    })
}

fn path(table: PeopleTable, work: &Path) -> PathBuf {
    work.join(format!("{}.jsonl", table.name()))
}

/// Why writing ended early.
enum Ended {
    TooMuch,
    Failed(LakeError),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.into())
    }
}
