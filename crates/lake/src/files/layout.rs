//! Where files stand: a folder a day, in the form that Hive, Trino, Athena, Spark and DuckDB read as a partition.

use jiff::civil::Date;

const KEY: &str = "eventday=";

/// The folder of a day's files.
#[must_use]
pub fn folder_of(day: Date) -> String {
    format!("{KEY}{day}")
}

/// The day of a file, if its path has one.
#[must_use]
pub fn day_of(path: &str) -> Option<Date> {
    path.rsplit('/')
        .find_map(|part| part.strip_prefix(KEY)?.parse().ok())
}
