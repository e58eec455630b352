//! A table, and how it becomes CSV.

use std::borrow::Cow;

use super::ReportFile;

/// Rows under a header, for CSV and HTML alike.
pub(super) struct Table {
    pub(super) file: &'static str,
    pub(super) title: &'static str,
    pub(super) header: &'static [&'static str],
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// RFC 4180 with CRLF, UTF-8, a header row.
    pub(super) fn to_csv(&self) -> ReportFile {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        let in_memory = "writing to memory does not fail, and every row has the header's length";
        writer.write_record(self.header).expect(in_memory);
        for row in &self.rows {
            debug_assert_eq!(row.len(), self.header.len(), "{}", self.file);
            writer
                .write_record(row.iter().map(|cell| guarded(cell)))
                .expect(in_memory);
        }
        let bytes = writer.into_inner().expect(in_memory);
        ReportFile {
            name: self.file,
            content_type: "text/csv; charset=utf-8",
            bytes,
        }
    }
}

/// Keeps a spreadsheet from running a cell as a formula: names come from people, and `=…` in a
/// display name must not become code on the machine of whoever reviews the report. Such a cell gets
/// a leading `'`, as OWASP advises.
fn guarded(cell: &str) -> Cow<'_, [u8]> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}").into_bytes().into()
    } else {
        cell.as_bytes().into()
    }
}

/// The text of an optional value; empty when it is not known.
pub(super) fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

/// A count of what is in a list; empty when the list is not known.
pub(super) fn count<T>(list: Option<&Vec<T>>) -> String {
    list.map(|list| list.len().to_string()).unwrap_or_default()
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_guarded() {
        let rows = [
            "plain",
            "a,b",
            "say \"x\"",
            "=1+1",
            "+44",
            "-1",
            "@x",
            "\tx",
            "ünï",
        ]
        .map(|cell| vec![cell.to_owned(), String::new()]);
        let table = Table {
            file: "x.csv",
            title: "X",
            header: &["A", "B"],
            rows: rows.to_vec(),
        };
        let want = "A,B\r\nplain,\r\n\"a,b\",\r\n\"say \"\"x\"\"\",\r\n'=1+1,\r\n'+44,\r\n'-1,\r\n'@x,\r\n'\tx,\r\nünï,\r\n";
        assert_eq!(String::from_utf8(table.to_csv().bytes).unwrap(), want);
    }
}
