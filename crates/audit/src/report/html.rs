//! `report.html`: the tables on one page that works from disk, without a network.
//!
//! The rows stand in the page as data and are drawn a hundred at a time. Of a very long table the page holds the
//! beginning, and says so: a page of a hundred megabytes helps nobody.

use std::fmt::Write;

use serde::Serialize;

use super::ReportFile;
use super::table::Table;
use crate::inventory::Inventory;
use crate::summary::Summary;

const PAGE: &str = include_str!("page.html");

/// The most rows of one table that are in the page. All are in its CSV file.
const ROWS: usize = 10_000;

/// A table as the page's script reads it.
#[derive(Serialize)]
struct Shown<'a> {
    title: &'a str,
    file: &'a str,
    header: &'a [&'a str],
    rows: &'a [Vec<String>],
    /// How many rows the table has.
    all: usize,
}

impl<'a> Shown<'a> {
    fn of(table: &'a Table) -> Self {
        Self {
            title: table.title,
            file: table.file,
            header: table.header,
            rows: table.rows.get(..ROWS).unwrap_or(&table.rows),
            all: table.rows.len(),
        }
    }
}

pub(super) fn file(tables: &[Table], inventory: &Inventory, summary: &Summary) -> ReportFile {
    let data: Vec<_> = tables.iter().map(Shown::of).collect();
    // A `</script>` in somebody's display name must not end the element it stands in.
    let data = serde_json::to_string(&data)
        .expect("texts and numbers become JSON")
        .replace('<', "\\u003c");
    let about = inventory.organization.as_ref().map_or_else(
        || format!("account {}", inventory.caller.account_id),
        |organization| format!("organization {}", organization.id),
    );
    // The data goes in last: whatever it holds is not looked at for places to fill.
    let page = PAGE
        .replace("{{about}}", &escaped(&about))
        .replace("{{facts}}", &facts(summary));
    let (before, after) = page
        .split_once("{{data}}")
        .expect("the page has a place for the data");
    let bytes = [before, &data, after].concat().into_bytes();
    ReportFile {
        name: "report.html",
        content_type: "text/html; charset=utf-8",
        bytes,
    }
}

fn facts(summary: &Summary) -> String {
    let complete = if summary.complete {
        "complete"
    } else {
        "incomplete – see coverage.json"
    };
    let findings: usize = summary.findings.values().sum();
    let facts = [
        ("Coverage", complete.to_owned()),
        (
            "Accounts examined",
            format!("{} of {}", summary.accounts_examined, summary.accounts),
        ),
        (
            "Organization instances",
            summary.organization_instances.to_string(),
        ),
        ("Account instances", summary.account_instances.to_string()),
        ("Users", summary.users.to_string()),
        (
            "People in several instances",
            summary.duplicated_users.to_string(),
        ),
        ("Applications", summary.applications.to_string()),
        ("Findings", findings.to_string()),
    ];
    let mut html = String::new();
    for (name, value) in facts {
        // Writing to a string does not fail.
        let _ = write!(
            html,
            "<div><dt>{name}</dt><dd>{}</dd></div>",
            escaped(&value)
        );
    }
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_very_long_table_is_cut_and_says_so() {
        for (rows, here) in [(3, 3), (ROWS, ROWS), (ROWS + 1, ROWS)] {
            let table = Table {
                file: "access.csv",
                title: "Access",
                header: &["User"],
                rows: vec![vec!["</script>".to_owned()]; rows],
            };
            let page = file(&[table], &Inventory::default(), &Summary::default());
            let page = String::from_utf8_lossy(&page.bytes).into_owned();
            assert_eq!(page.matches(r#"["\u003c/script>"]"#).count(), here);
            assert!(page.contains(&format!(r#""all":{rows}"#)), "{rows}");
        }
    }
}
