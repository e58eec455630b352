//! What has changed since an earlier run: `diff.json`.
//!
//! The earlier run is read from its CSV files, by the names of their columns, so that reports of
//! older versions can be compared as long as those columns are there.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::report::ReportFile;

/// The files that are compared, and the columns that make a row the same row.
const COMPARED: &[(&str, &[&str])] = &[
    ("identity_center_instances.csv", &["InstanceArn"]),
    (
        "duplicated_users.csv",
        &["User_email", "IdentityStoreId", "MatchKind"],
    ),
    (
        "application_assignment.csv",
        &["ApplicationArn", "PrincipalType", "PrincipalId", "UserId"],
    ),
    (
        "access.csv",
        &[
            "UserId",
            "InstanceArn",
            "AccountId",
            "PermissionSetArn",
            "PrincipalId",
        ],
    ),
    ("findings.csv", &["Uid"]),
];

type Rows = BTreeMap<&'static str, BTreeSet<Vec<String>>>;

/// Why two reports cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum DriftError {
    /// A file of the earlier report could not be read.
    #[error("could not read `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// The folder has none of the files that are compared.
    #[error("`{0}` does not hold a report with CSV files")]
    NoReport(PathBuf),
    /// A file is not what a report holds.
    #[error("`{file}` cannot be compared: {why}")]
    Content {
        /// The file's name.
        file: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

/// The report of an earlier run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous(Rows);

impl Previous {
    /// Reads the report in a folder. Fails if a file cannot be read or has other columns, as those
    /// that a run for AWS's sample writes.
    pub fn read(folder: &Path) -> Result<Self, DriftError> {
        let mut rows = Rows::new();
        for (file, columns) in COMPARED {
            let path = folder.join(file);
            match std::fs::read(&path) {
                Ok(bytes) => {
                    rows.insert(file, keys(file, columns, &bytes)?);
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(source) => return Err(DriftError::Read { path, source }),
            }
        }
        if rows.is_empty() {
            return Err(DriftError::NoReport(folder.to_owned()));
        }
        Ok(Self(rows))
    }
}

/// The changes of one file: rows by their key columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Change {
    /// The columns that the keys are made of.
    pub key: Vec<&'static str>,
    /// Rows that were not there.
    pub added: Vec<Vec<String>>,
    /// Rows that are no longer there.
    pub removed: Vec<Vec<String>>,
}

/// What has changed, by file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Drift(pub BTreeMap<&'static str, Change>);

impl Drift {
    /// The number of rows that are new.
    pub fn added(&self) -> usize {
        self.0.values().map(|change| change.added.len()).sum()
    }

    /// The number of rows that are gone.
    pub fn removed(&self) -> usize {
        self.0.values().map(|change| change.removed.len()).sum()
    }

    /// Compares the CSV files of a new report with an earlier one. A file that the earlier report
    /// does not have is not compared.
    pub(crate) fn between(previous: &Previous, files: &[ReportFile]) -> Result<Self, DriftError> {
        let mut drift = Self::default();
        for (file, columns) in COMPARED {
            let Some(before) = previous.0.get(file) else {
                continue;
            };
            let Some(now) = files.iter().find(|made| made.name == *file) else {
                continue;
            };
            let now = keys(file, columns, &now.bytes)?;
            let change = Change {
                key: columns.to_vec(),
                added: now.difference(before).cloned().collect(),
                removed: before.difference(&now).cloned().collect(),
            };
            drift.0.insert(file, change);
        }
        Ok(drift)
    }
}

fn keys(
    file: &'static str,
    columns: &[&str],
    bytes: &[u8],
) -> Result<BTreeSet<Vec<String>>, DriftError> {
    let wrong = |why: String| DriftError::Content { file, why };
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader
        .headers()
        .map_err(|error| wrong(error.to_string()))?
        .clone();
    let places: Vec<usize> = columns
        .iter()
        .map(|column| {
            let place = header.iter().position(|name| name == *column);
            place.ok_or_else(|| wrong(format!("there is no column {column}")))
        })
        .collect::<Result<_, _>>()?;
    reader
        .records()
        .map(|row| {
            let row = row.map_err(|error| wrong(error.to_string()))?;
            let cell = |place: &usize| row.get(*place).unwrap_or_default().to_owned();
            Ok(places.iter().map(cell).collect())
        })
        .collect()
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]
mod tests {
    use super::*;

    fn findings(text: &str) -> ReportFile {
        ReportFile {
            name: "findings.csv",
            content_type: "text/csv",
            bytes: text.into(),
        }
    }

    #[test]
    fn rows_are_compared_by_their_keys() {
        let folder = tempfile::tempdir().unwrap();
        let before = "Severity,Uid\r\nlow,a\r\nlow,b\r\n";
        std::fs::write(folder.path().join("findings.csv"), before).unwrap();
        let previous = Previous::read(folder.path()).unwrap();
        let drift = |text| Drift::between(&previous, &[findings(text)]).unwrap();
        // Other columns, and another severity, are no change of the row.
        assert_eq!(drift("Uid,Severity\r\na,low\r\nb,high\r\n").added(), 0);
        let changed = drift("Uid\r\nb\r\nc\r\nd\r\n");
        assert_eq!((changed.added(), changed.removed()), (2, 1));
        assert_eq!(
            changed.0["findings.csv"].removed,
            [["a".to_owned()].to_vec()]
        );
    }

    #[test]
    fn what_is_no_report_is_said() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(
            Previous::read(folder.path()),
            Err(DriftError::NoReport(_))
        ));
        let sample = "accountId,IdentityCenterInstance\r\n";
        std::fs::write(folder.path().join("identity_center_instances.csv"), sample).unwrap();
        assert!(matches!(
            Previous::read(folder.path()),
            Err(DriftError::Content { .. })
        ));
    }
}
