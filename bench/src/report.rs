use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;

use crate::audit::Audit;
use crate::cases::{Outcome, Row};
use crate::ingest::Ingest;
use crate::machine::Machine;
use crate::policies::Decision;
use crate::start_up::StartUp;

/// Everything that one run measured.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    /// `2026-07-01`, UTC.
    pub(crate) date: String,
    pub(crate) machine: Machine,
    /// How long each case was measured, in seconds.
    pub(crate) case_seconds: f64,
    /// Rows have an outcome for each, in this order. moto, if it is there, is last.
    pub(crate) servers: Vec<&'static str>,
    pub(crate) rows: Vec<Row>,
    pub(crate) start_up: Vec<StartUp>,
    pub(crate) memory: Vec<Memory>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) ingest: Option<Ingest>,
    pub(crate) audit: Option<Audit>,
}

/// The memory of a server after the cases that change nothing.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Memory {
    pub(crate) server: &'static str,
    /// In its identity store.
    pub(crate) users: u64,
    /// Where the system tells it.
    pub(crate) kib: Option<u64>,
}

impl Report {
    /// A report that nothing is in yet.
    pub(crate) fn new(machine: Machine, servers: Vec<&'static str>, case: Duration) -> Self {
        Self {
            date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
            machine,
            case_seconds: case.as_secs_f64(),
            servers,
            rows: Vec::new(),
            start_up: Vec::new(),
            memory: Vec::new(),
            decisions: Vec::new(),
            ingest: None,
            audit: None,
        }
    }
}

/// Writes `<date>.md` and `<date>.json`.
pub(crate) fn write(report: &Report, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let json = serde_json::to_string_pretty(report)? + "\n";
    for (ending, text) in [("md", markdown(report)), ("json", json)] {
        let file = folder.join(format!("{}.{ending}", report.date));
        fs::write(&file, text).with_context(|| format!("could not write {}", file.display()))?;
        eprintln!("wrote {}", file.display());
    }
    Ok(())
}

/// The report as people read it.
pub(crate) fn markdown(report: &Report) -> String {
    let mut text = format!(
        "# Measured {}\n\n{}, {} processors, {}; keeping 4 KiB on the disk takes {} µs. Each case ran {} s.\n",
        report.date,
        report.machine.processor,
        report.machine.processors,
        report.machine.system,
        report.machine.flush_us,
        report.case_seconds,
    );
    rates(report, &mut text);
    start_up(report, &mut text);
    decisions(report, &mut text);
    if let Some(ingest) = &report.ingest {
        let _ = write!(
            text,
            "\n## Events from elsewhere\n\n| events | connections | events of a PutAuditEvents | taken in a second | counted by a query after |\n\
             | ---: | ---: | ---: | ---: | ---: |\n\
             | {} | {} | {} | {:.0} | {:.1} s |\n",
            ingest.events,
            ingest.connections,
            ingest.events_per_call,
            ingest.rate(),
            ingest.asked_after_seconds,
        );
    }
    if let Some(audit) = &report.audit {
        let _ = write!(
            text,
            "\n## Audit\n\n| accounts | accounts × Regions | calls | in flight | answers after | bound | audit | audit / bound | loading it |\n\
             | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n\
             | {} | {} | {} | {} | {} ms | {:.1} s | {:.1} s | {:.2} | {:.1} s |\n",
            audit.accounts,
            audit.account_regions,
            audit.calls,
            audit.concurrency,
            audit.delay_ms,
            audit.bound_seconds,
            audit.seconds,
            audit.seconds / audit.bound_seconds,
            audit.load_seconds,
        );
    }
    text
}

fn rates(report: &Report, text: &mut String) {
    if report.rows.is_empty() {
        return;
    }
    text.push_str("\n## Requests a second\n\n| case | connections |");
    for server in &report.servers {
        let _ = write!(text, " {server} | p50, p99 | processor |");
    }
    // Everything is compared with moto.
    let compared = if report.servers.last() == Some(&"moto") {
        report.servers.len() - 1
    } else {
        0
    };
    for server in &report.servers[..compared] {
        let _ = write!(text, " {server} / moto |");
    }
    text.push_str("\n| --- | ---: |");
    text.push_str(&" ---: |".repeat(report.servers.len() * 3 + compared));
    text.push('\n');
    let mut notes = Vec::new();
    for row in &report.rows {
        let _ = write!(text, "| {} | {} |", row.case, row.connections);
        for (server, outcome) in report.servers.iter().zip(&row.outcomes) {
            match outcome {
                Outcome::Measured(measured) => {
                    let _ = write!(
                        text,
                        " {} | {}, {} | {} |",
                        rate(measured.requests_per_second),
                        time(measured.p50_us),
                        time(measured.p99_us),
                        measured
                            .processor_us
                            .map_or_else(String::new, |us| time(us as u32)),
                    );
                }
                Outcome::Failed(reason) => {
                    text.push_str(" failed | | |");
                    notes.push(format!("{server}, {}, failed: {reason}", row.case));
                }
                Outcome::Skipped(reason) => {
                    text.push_str(" skipped | | |");
                    notes.push(format!("{server}, {}, skipped: {reason}", row.case));
                }
            }
        }
        for outcome in &row.outcomes[..compared.min(row.outcomes.len())] {
            match (outcome, row.outcomes.last()) {
                (Outcome::Measured(ours), Some(Outcome::Measured(moto))) => {
                    let ratio = ours.requests_per_second / moto.requests_per_second;
                    let _ = write!(text, " {ratio:.1} |");
                }
                _ => text.push_str(" |"),
            }
        }
        text.push('\n');
    }
    if !notes.is_empty() {
        text.push('\n');
    }
    for note in notes {
        let _ = writeln!(text, "- {}", note.replace('\n', " "));
    }
}

fn start_up(report: &Report, text: &mut String) {
    if !report.start_up.is_empty() {
        text.push_str(
            "\n## Start-up\n\n| server | first start, median | later start, median | starts | idle memory | program |\n\
             | --- | ---: | ---: | ---: | ---: | ---: |\n",
        );
    }
    for one in &report.start_up {
        let program = one
            .program_bytes
            .map_or_else(String::new, |bytes| mib(bytes / 1024));
        let _ = writeln!(
            text,
            "| {} | {:.0} ms | {:.0} ms | {} | {} | {program} |",
            one.server,
            one.first_ms,
            one.later_ms,
            one.starts,
            one.idle_kib.map_or_else(String::new, mib),
        );
    }
    if !report.memory.is_empty() {
        text.push_str(
            "\n## Memory after the reads\n\n| server | users | memory |\n| --- | ---: | ---: |\n",
        );
    }
    for one in &report.memory {
        let memory = one.kib.map_or_else(String::new, mib);
        let _ = writeln!(text, "| {} | {} | {memory} |", one.server, one.users);
    }
}

fn decisions(report: &Report, text: &mut String) {
    if !report.decisions.is_empty() {
        text.push_str(
            "\n## Decisions of the policy language\n\n| identity policies | cached | cold |\n| ---: | ---: | ---: |\n",
        );
    }
    for one in &report.decisions {
        let _ = writeln!(
            text,
            "| {} | {:.0} ns | {:.0} ns |",
            one.policies, one.cached_ns, one.cold_ns
        );
    }
}

fn rate(per_second: f64) -> String {
    if per_second < 100.0 {
        format!("{per_second:.1}")
    } else {
        format!("{per_second:.0}")
    }
}

fn time(us: u32) -> String {
    if us < 1000 {
        format!("{us} µs")
    } else {
        format!("{:.1} ms", f64::from(us) / 1000.0)
    }
}

fn mib(kib: u64) -> String {
    format!("{:.1} MiB", kib as f64 / 1024.0)
}
