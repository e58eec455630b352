//! Tables on standard output: for people, for `jq`, for spreadsheets.

use std::io::{self, IsTerminal, Write};

use anyhow::Context;
use clap::ValueEnum;
use comfy_table::presets::{ASCII_BORDERS_ONLY_CONDENSED, UTF8_FULL_CONDENSED};
use serde_json::{Map, Value};

/// How a command prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// A table for people.
    #[default]
    Table,
    /// A JSON list of objects.
    Json,
    /// CSV with a header row (RFC 4180).
    Csv,
}

/// Rows of text under a header.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(header: &[&str]) -> Self {
        Self::with_columns(header.iter().map(|name| (*name).to_owned()).collect())
    }

    /// A table without rows, whose columns are known only now.
    pub(crate) fn with_columns(header: Vec<String>) -> Self {
        Self {
            header,
            rows: Vec::new(),
        }
    }

    /// Adds a row, one cell for each column.
    pub(crate) fn push(&mut self, row: Vec<String>) {
        debug_assert_eq!(row.len(), self.header.len());
        self.rows.push(row);
    }

    /// Writes the table to standard output. A reader that has gone away is no failure.
    pub(crate) fn print(&self, format: OutputFormat) -> anyhow::Result<()> {
        let text = match format {
            OutputFormat::Table => self.drawn(io::stdout().is_terminal()),
            OutputFormat::Json => self.json()?,
            OutputFormat::Csv => self.csv()?,
        };
        match io::stdout().lock().write_all(text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(error).context("could not write to standard output")
            }
            _ => Ok(()),
        }
    }

    fn drawn(&self, terminal: bool) -> String {
        let mut table = comfy_table::Table::new();
        let preset = if terminal {
            UTF8_FULL_CONDENSED
        } else {
            ASCII_BORDERS_ONLY_CONDENSED
        };
        table
            .load_preset(preset)
            .set_header(self.header.iter().map(|name| printable(name)));
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| printable(cell)));
        }
        format!("{table}\n")
    }

    fn json(&self) -> anyhow::Result<String> {
        let object = |row: &Vec<String>| -> Value {
            let members = self.header.iter().zip(row);
            members
                .map(|(name, cell)| (name.clone(), Value::from(cell.as_str())))
                .collect::<Map<_, _>>()
                .into()
        };
        let list: Vec<Value> = self.rows.iter().map(object).collect();
        Ok(serde_json::to_string_pretty(&list)? + "\n")
    }

    fn csv(&self) -> anyhow::Result<String> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        writer.write_record(&self.header)?;
        for row in &self.rows {
            writer.write_record(row)?;
        }
        Ok(String::from_utf8(writer.into_inner()?)?)
    }
}

/// Without control characters: a name must not move the cursor of whoever lists it.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]
mod tests {
    use super::*;

    #[test]
    fn one_table_in_three_formats() {
        let mut table = Table::new(&["Name", "Region"]);
        table.push(vec!["a\u{1b}[2J, \"b\"".into(), "eu-west-1".into()]);
        assert_eq!(
            table.csv().unwrap(),
            "Name,Region\r\n\"a\u{1b}[2J, \"\"b\"\"\",eu-west-1\r\n"
        );
        let value: Value = serde_json::from_str(&table.json().unwrap()).unwrap();
        assert_eq!(value[0]["Region"], "eu-west-1");
        assert!(!table.drawn(false).contains('\u{1b}'));
    }
}
