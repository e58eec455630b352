//! `docs/performance.md`: what was aimed at, what the newest results say of it, and those results.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

const INTRODUCTION: &str = "\
# Performance

Measured by `bench/`: Atrium beside moto's server, what it does with ten million events, and the lake beside DuckDB, each pair in one
run on one machine, each while the other is idle. The raw figures are in [bench/results](../bench/results).

```sh
scripts/bench --seconds 3 --moto-load-seconds 60 --write
scripts/bench --seconds 3 --parts lookups,ingest --write bench/results/events
scripts/bench-lake --write
```

Figures of other machines and other runs are not to be compared with these; ratios travel better than rates. Client and server share
the processors. Each case sends the requests it is named after over so many connections, one at a time on each. Cases that ask for one
user ask for another each time. A read's event is on disk a tenth of a second later at the latest; what CreateUser and AssumeRole
answer is on disk with its event before they answer, so AssumeRole counts among the writes. moto keeps what it knows in memory.
";

/// The page for the results in `<date>.json` and `<date>.md`.
fn page([service, events, lake]: &[Results; 3]) -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str("\n| aim | measured |\n| --- | ---: |\n");
    let aims = [
        aims(&service.json),
        aims_among_events(&events.json),
        aims_of_the_lake(&lake.json),
    ];
    for (aim, measured) in aims.into_iter().flatten() {
        let _ = writeln!(text, "| {aim} | {measured} |");
    }
    for results in [service, events, lake] {
        // Its title becomes a section of the page.
        text.push_str("\n#");
        text.push_str(&results.markdown.replace("\n## ", "\n### "));
    }
    text
}

/// The results of a run.
struct Results {
    json: Value,
    markdown: String,
}

fn aims(json: &Value) -> Vec<(&'static str, String)> {
    let (start, idle) = (&json["start_up"][0], "idle memory: below 40 MB");
    let reads: Vec<f64> = rows(json)
        .filter(|(case, _)| {
            let name = case.split([',', ' ']).next().unwrap_or_default();
            ["ListInstances", "DescribeUser", "GetUserId", "ListUsers"].contains(&name)
        })
        .filter_map(|(_, row)| ratio(row))
        .collect();
    let span = |all: &[f64]| {
        let least = all.iter().copied().fold(f64::INFINITY, f64::min);
        let most = all.iter().copied().fold(0.0, f64::max);
        format!("{least:.1} to {most:.1} times")
    };
    let times = |case: &str| {
        let found = rows(json).find(|(name, _)| *name == case);
        let ratio = found.and_then(|(_, row)| ratio(row));
        ratio.map_or_else(String::new, |ratio| format!("{ratio:.1} times"))
    };
    let pages: Vec<f64> = rows(json)
        .filter(|(case, _)| case.starts_with("ListUsers"))
        .filter_map(|(_, row)| rate(&row["outcomes"][0]))
        .collect();
    let slower = pages
        .first()
        .zip(pages.last())
        .map(|(few, many)| few / many);
    let among = |count: &str| {
        let case = format!("ListAccountAssignments, pages of 10, {count} assignments");
        let found = rows(json).find(|(name, _)| *name == case);
        found.and_then(|(_, row)| rate(&row["outcomes"][0]))
    };
    let longer = among("10")
        .zip(among("100000"))
        .map(|(few, many)| few / many);
    let lists: Vec<f64> = rows(json)
        .filter(|(case, _)| {
            case.starts_with("ListAccountAssignments") || case.starts_with("ListPermissionSets")
        })
        .filter_map(|(_, row)| ratio(row))
        .collect();
    let audit = &json["audit"];
    let bound = number(&audit["seconds"]) / number(&audit["bound_seconds"]);
    vec![
        (
            "reads of instances and users: at least 30 times moto's rate",
            span(&reads),
        ),
        (
            "durable creates over 8 connections: at least 10 times moto's rate",
            times("CreateUser, 8 connections"),
        ),
        ("AssumeRole, durable as well", times("AssumeRole")),
        (
            "a page of 100 users among 100,000: at most 1.5 times the time among 1,000",
            slower.map_or_else(String::new, |slower| format!("{slower:.2} times")),
        ),
        (
            "a page of 10 assignments among 100,000: what it costs among 10",
            longer.map_or_else(String::new, |longer| format!("{longer:.2} times")),
        ),
        (
            "lists of assignments and permission sets, to moto's rate",
            span(&lists),
        ),
        (
            "CreateAccountAssignment, durable, to moto's rate",
            times("CreateAccountAssignment"),
        ),
        (
            "the same, until all have succeeded",
            times("CreateAccountAssignment, until all have succeeded"),
        ),
        (
            "a decision under 1 identity policy, and under 50",
            decided(json),
        ),
        (
            "start-up: below 100 ms",
            format!(
                "{:.0} ms, later {:.0} ms",
                number(&start["first_ms"]),
                number(&start["later_ms"])
            ),
        ),
        (
            idle,
            format!("{:.1} MB", number(&start["idle_kib"]) * 1024.0 / 1e6),
        ),
        (
            "audit of 1,000 accounts over 5 Regions, answers held back for 50 ms: at most 1.5 times what its calls and its \
             concurrency allow",
            format!("{bound:.2} times"),
        ),
    ]
}

fn aims_among_events(json: &Value) -> Vec<(&'static str, String)> {
    let ingest = &json["ingest"];
    let taken_in = number(&ingest["events"]) / number(&ingest["seconds"]);
    vec![
        (
            "LookupEvents among ten million events: what it costs among a thousand",
            looked_up(json),
        ),
        (
            "PutAuditEvents, durable, over 8 connections",
            format!("{taken_in:.0} events a second"),
        ),
        (
            "what was put is counted by a query",
            format!("{:.1} s later", number(&ingest["asked_after_seconds"])),
        ),
    ]
}

/// The least and the most that a look among many events costs, to the same look among few.
fn looked_up(json: &Value) -> String {
    let rate_of = |case: &str| {
        let found = rows(json).find(|(name, _)| *name == case);
        found.and_then(|(_, row)| rate(&row["outcomes"][0]))
    };
    let longer = rows(json).filter_map(|(case, row)| {
        let question = case
            .strip_prefix("LookupEvents")?
            .strip_suffix(", 10000000 events")?;
        let few = rate_of(&format!("LookupEvents{question}, 1000 events"))?;
        Some(few / rate(&row["outcomes"][0])?)
    });
    let longer: Vec<f64> = longer.collect();
    let least = longer.iter().copied().fold(f64::INFINITY, f64::min);
    let most = longer.iter().copied().fold(0.0, f64::max);
    format!("{least:.2} to {most:.2} times")
}

fn aims_of_the_lake(json: &Value) -> Vec<(&'static str, String)> {
    let questions = json["questions"].as_array().map_or(&[][..], Vec::as_slice);
    let span = |ratio: &str| {
        let ratios = questions.iter().map(|question| number(&question[ratio]));
        let (least, most) = ratios.fold((f64::INFINITY, 0.0_f64), |(least, most), one| {
            (least.min(one), most.max(one))
        });
        format!("{least:.2} to {most:.2} times")
    };
    let raw = number(&json["json_bytes"]);
    vec![
        (
            "six questions over ten million records: at most 1.2 times DuckDB's time, if either begins with the question",
            span("ratio_begun"),
        ),
        ("the same, DuckDB running already", span("ratio")),
        (
            "Parquet, imported and as converted: at most a twelfth of the raw JSON",
            format!(
                "1/{:.1}, 1/{:.1}",
                raw / number(&json["merged_parquet_bytes"]),
                raw / number(&json["parquet_bytes"])
            ),
        ),
        (
            "StartImport of gzip JSON",
            format!(
                "{:.0} records a second",
                number(&json["import_records_per_second"])
            ),
        ),
    ]
}

/// What decisions cost under the fewest and under the most policies.
fn decided(json: &Value) -> String {
    let all = json["decisions"].as_array().map_or(&[][..], Vec::as_slice);
    let ends = [all.first(), all.last()].into_iter().flatten();
    let told: Vec<String> = ends
        .map(|one| {
            let (cached, cold) = (number(&one["cached_ns"]), number(&one["cold_ns"]));
            format!("{cached:.0} ns, cold {cold:.0} ns")
        })
        .collect();
    told.join("; ")
}

fn rows(json: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let rows = json["rows"].as_array().into_iter().flatten();
    rows.filter_map(|row| Some((row["case"].as_str()?, row)))
}

/// Atrium's rate to moto's, where both were measured.
fn ratio(row: &Value) -> Option<f64> {
    let outcomes = row["outcomes"].as_array()?;
    Some(rate(outcomes.first()?)? / rate(outcomes.last()?)?)
}

fn rate(outcome: &Value) -> Option<f64> {
    outcome["measured"]["requests_per_second"].as_f64()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// The newest results: dates sort as texts.
fn newest(folder: &Path) -> Option<PathBuf> {
    let files = fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path());
    files
        .filter(|file| file.extension().is_some_and(|end| end == "json"))
        .max()
}

/// The newest results of a folder.
fn read(folder: &Path) -> Results {
    let file = newest(folder).expect("results of a run");
    let json = fs::read_to_string(&file).expect("readable results");
    Results {
        json: serde_json::from_str(&json).expect("results are JSON"),
        markdown: fs::read_to_string(file.with_extension("md")).expect("readable results"),
    }
}

/// `ATRIUM_WRITE_DOCS=1 cargo test -p atrium-bench` writes the page anew.
#[test]
fn the_page_says_what_the_newest_results_do() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["results", "results/events", "results/lake"];
    let results = folders.map(|folder| read(&root.join(folder)));
    let (want, file) = (page(&results), root.join("../docs/performance.md"));
    if std::env::var_os("ATRIUM_WRITE_DOCS").is_some() {
        fs::write(&file, &want).expect("the page can be written");
    }
    let text = fs::read_to_string(&file).expect("the page");
    assert_eq!(text, want, "run it with ATRIUM_WRITE_DOCS=1");
}
