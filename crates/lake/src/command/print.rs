//! Answers for people and their tools.

use std::io::{self, Write};

use atrium_lake::process::Rows;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use serde_json::{Map, Value};

/// Something that prints an answer.
pub trait Print {
    /// Where the rows go.
    fn rows(&mut self) -> &mut dyn Rows;
    /// After the last row.
    fn end(&mut self) -> io::Result<()>;
}

/// A table with lines around it. It is printed at the end, when all widths are known.
pub struct Table<W> {
    out: W,
    table: Option<comfy_table::Table>,
}

impl<W: Write> Table<W> {
    pub const fn new(out: W) -> Self {
        Self { out, table: None }
    }
}

impl<W: Write> Rows for Table<W> {
    fn columns(&mut self, columns: &[String]) -> io::Result<()> {
        let mut table = comfy_table::Table::new();
        table.load_preset(UTF8_FULL_CONDENSED).set_header(columns);
        self.table = Some(table);
        Ok(())
    }

    fn row(&mut self, values: Vec<Option<String>>) -> io::Result<()> {
        // What a caller of an API wrote must not steer a terminal.
        let shown = values
            .into_iter()
            .map(|value| value.unwrap_or_default().replace(char::is_control, " "));
        if let Some(table) = &mut self.table {
            table.add_row(shown);
        }
        Ok(())
    }
}

impl<W: Write> Print for Table<W> {
    fn rows(&mut self) -> &mut dyn Rows {
        self
    }

    fn end(&mut self) -> io::Result<()> {
        if let Some(table) = &self.table {
            writeln!(self.out, "{table}")?;
        }
        self.out.flush()
    }
}

/// A list of objects, one on a line.
pub struct Json<W> {
    out: W,
    columns: Vec<String>,
    rows: u64,
}

impl<W: Write> Json<W> {
    pub const fn new(out: W) -> Self {
        Self {
            out,
            columns: Vec::new(),
            rows: 0,
        }
    }
}

impl<W: Write> Rows for Json<W> {
    fn columns(&mut self, columns: &[String]) -> io::Result<()> {
        self.columns = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, values: Vec<Option<String>>) -> io::Result<()> {
        let cells = self
            .columns
            .iter()
            .cloned()
            .zip(values.into_iter().map(Value::from));
        self.out
            .write_all(if self.rows == 0 { b"[\n" } else { b",\n" })?;
        self.rows += 1;
        Ok(serde_json::to_writer(
            &mut self.out,
            &Map::from_iter(cells),
        )?)
    }
}

impl<W: Write> Print for Json<W> {
    fn rows(&mut self) -> &mut dyn Rows {
        self
    }

    fn end(&mut self) -> io::Result<()> {
        self.out
            .write_all(if self.rows == 0 { b"[]\n" } else { b"\n]\n" })?;
        self.out.flush()
    }
}

/// RFC 4180 with a header; NULL is an empty field.
pub struct Csv<W: Write>(csv::Writer<W>);

impl<W: Write> Csv<W> {
    pub fn new(out: W) -> Self {
        Self(
            csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .from_writer(out),
        )
    }
}

impl<W: Write> Rows for Csv<W> {
    fn columns(&mut self, columns: &[String]) -> io::Result<()> {
        Ok(self.0.write_record(columns)?)
    }

    fn row(&mut self, values: Vec<Option<String>>) -> io::Result<()> {
        Ok(self.0.write_record(
            values
                .iter()
                .map(|value| value.as_deref().unwrap_or_default()),
        )?)
    }
}

impl<W: Write> Print for Csv<W> {
    fn rows(&mut self) -> &mut dyn Rows {
        self
    }

    fn end(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
