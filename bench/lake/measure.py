#!/usr/bin/env python3
"""Measures the lake: how fast a bucket's CloudTrail files are imported and become Parquet, how small that is, and how long questions
take, beside DuckDB on the same files in the same run. Called by scripts/bench-lake."""

import argparse
import csv
import io
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime, timezone
from pathlib import Path

import duckdb

import records
from queries import QUESTIONS
from service import Service

ROOT = Path(__file__).resolve().parent.parent.parent


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench-lake", description=__doc__)
    parser.add_argument("--lake", type=Path, required=True, help="the atrium-lake program, built with --release")
    parser.add_argument("--atrium", type=Path, required=True, help="the atrium program, built with --release")
    parser.add_argument("--records", type=int, default=10_000_000, help="how many records (default: ten million)")
    parser.add_argument("--runs", type=int, default=3, help="how often each question is asked; the median counts (default: 3)")
    parser.add_argument("--memory", type=int, default=4096, help="MiB that either engine may use (default: 4096)")
    parser.add_argument("--settle", type=int, default=90,
                        help="seconds without a merge after which an event data store counts as merged; it is looked each 30 (default: 90)")
    parser.add_argument("--data", type=Path, default=Path("/var/tmp"), help="where the files lie while it runs (default: /var/tmp)")
    parser.add_argument("--keep", action="store_true", help="leave the files there and say where")
    parser.add_argument("--write", action="store_true", help="write bench/results/lake/<date>.json and .md")
    return parser.parse_args()


def say(text):
    print(f"[{datetime.now():%H:%M:%S}] {text}", file=sys.stderr, flush=True)


def timed(work):
    begin = time.perf_counter()
    answer = work()
    return time.perf_counter() - begin, answer


def size(folder):
    return sum(file.stat().st_size for file in folder.rglob("*.parquet"))


def convert(program, logs, lake):
    files = sorted(str(file) for file in logs.rglob("*.json.gz"))
    subprocess.run([program, "convert", *files, "--output", lake], check=True, stdout=subprocess.DEVNULL)


def imported(options, logs, folder):
    """How long the service took to import the logs of a bucket, how many bytes of Parquet there were then, and how many once merged."""
    with Service(options.atrium, options.lake, folder) as service:
        service.upload(logs)
        store = service.make_store()
        seconds, _ = timed(lambda: service.end_of(service.start_import(store)))
        if (count := service.count(store)) != options.records:
            sys.exit(f"{count} of {options.records} records were imported")
        parquet, merged = size(folder), service.merged_bytes(options.settle)
    shutil.rmtree(folder)
    return seconds, parquet, merged


def ask_lake(options, lake, statement):
    done = subprocess.run(
        [options.lake, "query", "--table", f"events={lake}", "--output", "csv", "--memory", str(options.memory),
         "--rows", "10000000", "--seconds", "3600", statement],
        capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"atrium-lake: {done.stderr}\n{statement}")
    return list(csv.reader(io.StringIO(done.stdout)))[1:]


def open_duckdb(options, lake):
    connection = duckdb.connect()
    connection.execute(f"SET threads = {os.cpu_count()}")
    connection.execute(f"SET memory_limit = '{options.memory}MiB'")
    connection.execute(f"SET temp_directory = '{lake.parent / 'duckdb'}'")
    connection.execute(f"CREATE VIEW events AS SELECT * FROM read_parquet('{lake}/*/*.parquet', hive_partitioning = true)")
    return connection


def plain(value):
    """A value of DuckDB's as the lake writes it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S.000") if value.tzinfo else value.strftime("%Y-%m-%d %H:%M:%S.000")
    return str(value)


def same(ours, theirs):
    return sorted(map(tuple, ours)) == sorted(tuple(map(plain, row)) for row in theirs)


def answer(options, lake):
    """Each question to the lake, to a DuckDB that begins with it, and to one that has been running."""
    running = open_duckdb(options, lake)
    rows = []
    for question in QUESTIONS:
        engines = {
            "lake": lambda: ask_lake(options, lake, question.lake),
            "duckdb_begun": lambda: open_duckdb(options, lake).execute(question.duckdb).fetchall(),
            "duckdb": lambda: running.execute(question.duckdb).fetchall(),
        }
        seconds, answers = {engine: [] for engine in engines}, {}
        for _ in range(options.runs):
            for engine, ask in engines.items():
                took, answers[engine] = timed(ask)
                seconds[engine].append(took)
        if not (same(answers["lake"], answers["duckdb"]) and same(answers["lake"], answers["duckdb_begun"])):
            sys.exit(f"the answers differ: {question.name}\n{answers['lake'][:3]}\n{answers['duckdb'][:3]}")
        took = {engine: statistics.median(all_of_them) for engine, all_of_them in seconds.items()}
        rows.append({
            "question": question.name, "rows": len(answers["duckdb"]),
            **{f"{engine}_seconds": median for engine, median in took.items()},
            "ratio": took["lake"] / took["duckdb"], "ratio_begun": took["lake"] / took["duckdb_begun"],
        })
        say(f"{question.name}: {took['lake']:.3f} s, DuckDB {took['duckdb_begun']:.3f} s, running already {took['duckdb']:.3f} s, "
            f"{len(answers['duckdb'])} rows, the same")
    return rows


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def measure(options, base):
    logs, lake = base / "logs", base / "lake"
    say(f"making {options.records:,} records")
    raw = records.make(logs, options.records, os.cpu_count())
    say(f"{raw / options.records:.0f} bytes of JSON a record; importing")
    import_seconds, import_parquet, merged_parquet = imported(options, logs, base / "service")
    say(f"{options.records / import_seconds:,.0f} records a second; converting")
    seconds, _ = timed(lambda: convert(options.lake, logs, lake))
    say(f"{options.records / seconds:,.0f} records a second")
    parquet = size(lake)
    say(f"{parquet / options.records:.1f} bytes of Parquet a record, {raw / parquet:.2f} times smaller")
    return {
        "date": date.today().isoformat(), "processor": processor(), "processors": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}", "records": options.records, "runs": options.runs,
        "memory_mib": options.memory, "duckdb": duckdb.__version__, "json_bytes": raw, "parquet_bytes": parquet,
        "import_records_per_second": options.records / import_seconds, "import_parquet_bytes": import_parquet,
        "merged_parquet_bytes": merged_parquet,
        "convert_records_per_second": options.records / seconds, "questions": answer(options, lake),
    }


def markdown(report):
    lines = [
        f"# The lake, measured {report['date']}", "",
        f"{report['processor']}, {report['processors']} processors, {report['system']}; {report['records']:,} records; "
        f"DuckDB {report['duckdb']}, {report['memory_mib']} MiB for either; the median of {report['runs']} runs. "
        "`atrium-lake` is a process that is started for each question, and that counts. DuckDB is asked twice: begun for the question "
        "within a process that has loaded it (connect, view, question), and running already, with what it remembers of the files. All "
        "answer the same rows.", "",
        "| question | rows | atrium-lake | DuckDB, begun for it | ratio | DuckDB, running already | ratio |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in report["questions"]:
        lines.append(
            f"| {row['question']} | {row['rows']:,} | {row['lake_seconds']:.2f} s | {row['duckdb_begun_seconds']:.2f} s | "
            f"{row['ratio_begun']:.2f} | {row['duckdb_seconds']:.2f} s | {row['ratio']:.2f} |")
    count = report["records"]
    lines += [
        "", "| | |", "| --- | ---: |",
        f"| imported from a bucket of gzip JSON (StartImport), records a second | {report['import_records_per_second']:,.0f} |",
        f"| the same files converted by atrium-lake, records a second | {report['convert_records_per_second']:,.0f} |",
        f"| JSON, bytes a record | {report['json_bytes'] / count:,.0f} |",
        f"| Parquet in the folder when the import ends, what was merged and not yet removed included, bytes a record | {report['import_parquet_bytes'] / count:.1f} |",
        f"| Parquet of the event data store once it is merged, bytes a record | {report['merged_parquet_bytes'] / count:.1f} |",
        f"| Parquet as converted, bytes a record | {report['parquet_bytes'] / count:.1f} |",
        f"| JSON / Parquet of the event data store | {report['json_bytes'] / report['merged_parquet_bytes']:.2f} |",
        f"| JSON / Parquet as converted | {report['json_bytes'] / report['parquet_bytes']:.2f} |",
    ]
    return "\n".join(lines) + "\n"


def main():
    options = arguments()
    base = Path(tempfile.mkdtemp(prefix="atrium-bench-lake.", dir=options.data))
    try:
        report = measure(options, base)
    finally:
        if options.keep:
            say(f"the files are in {base}")
        else:
            shutil.rmtree(base, ignore_errors=True)
    print(markdown(report))
    if options.write:
        folder = ROOT / "bench/results/lake"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{report['date']}.json").write_text(json.dumps(report, indent=2) + "\n")
        (folder / f"{report['date']}.md").write_text(markdown(report))


if __name__ == "__main__":
    main()
