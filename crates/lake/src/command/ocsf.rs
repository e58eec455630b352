//! `atrium-lake ocsf`.

use std::fmt;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use atrium_lake::ocsf::{
    FileName, Format, Layout, Partitions, Source, Told, by_folder, files_of, records,
};
use atrium_lake::record::Record;
use atrium_lake::stores::Stores;
use atrium_ocsf::{Classes, Event, event};
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use serde_json::Value;

use super::FAILED;
use super::convert::progress;

/// How many records go by until the bar says how many there were.
const TELL: u64 = 1_000;

/// Turn CloudTrail records into OCSF events, as JSON lines or as Parquet laid out for Security Lake.
#[derive(Debug, Args)]
pub struct OcsfCommand {
    /// CloudTrail log files, files of one record a line, the lake's Parquet files, or folders of such; gzip or not
    #[arg(required = true)]
    inputs: Vec<PathBuf>,
    /// The folder to write to, by path or URL (file:, s3:); `-` is standard output, for JSON lines
    #[arg(long, default_value = "-")]
    output: String,
    /// How to write the events [default: parquet, and jsonl on standard output]
    #[arg(long, value_enum)]
    format: Option<FormatName>,
    /// Which classes events are put into: those that fit best, or only those that Security Lake has for CloudTrail
    #[arg(long, value_enum, default_value_t = ClassesName::Atrium)]
    classes: ClassesName,
    /// Folders of custom sources, one for each class, or Security Lake's folder of CloudTrail events, with all classes in one table
    #[arg(long, value_enum, default_value_t = LayoutName::Custom)]
    layout: LayoutName,
    /// What the names of custom sources begin with; a class follows
    #[arg(long, default_value = "atrium")]
    source: Source,
    /// What the files' names begin with; files of the same name are replaced
    #[arg(long, default_value = "cloudtrail")]
    name: FileName,
    /// Mebibytes of events that wait in memory until they are written
    #[arg(long, default_value = "512", value_parser = clap::value_parser!(u32).range(..=1 << 20))]
    memory: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatName {
    Jsonl,
    Parquet,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ClassesName {
    Atrium,
    SecurityLake,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LayoutName {
    Custom,
    CloudTrail,
}

impl OcsfCommand {
    pub async fn run(self) -> Result<ExitCode> {
        match self.events().await {
            // Whoever reads them has seen enough.
            Err(error) if is_closed(&error) => Ok(ExitCode::SUCCESS),
            done => done,
        }
    }

    async fn events(self) -> Result<ExitCode> {
        let mut sink = self.sink()?;
        let classes = self.classes();
        let mut files = Vec::new();
        let mut count = Count::default();
        for input in &self.inputs {
            match files_of(input) {
                Ok(found) => files.extend(found),
                Err(error) => count.refuse(&input.display().to_string(), error),
            }
        }
        let bar = progress(files.len() as u64);
        for files in by_folder(files) {
            // One file alone holds no event of another.
            let mut told = (files.len() > 1).then(Told::default);
            for file in &files {
                bar.set_message(file.display().to_string());
                self::file(file, classes, &mut told, &mut sink, &mut count, &bar).await?;
                bar.inc(1);
            }
        }
        bar.set_message("writing");
        let written = sink.finish().await?;
        bar.finish_and_clear();
        eprintln!("{} events{written}; {count}", count.events);
        Ok(if count.refused == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(FAILED)
        })
    }

    fn classes(&self) -> Classes {
        match self.classes {
            ClassesName::Atrium => Classes::Atrium,
            ClassesName::SecurityLake => Classes::SecurityLake,
        }
    }

    fn sink(&self) -> Result<Sink> {
        if self.output == "-" {
            if self.format == Some(FormatName::Parquet) {
                bail!("Parquet needs a folder: say which with --output");
            }
            return Ok(Sink::Lines(BufWriter::new(io::stdout())));
        }
        let layout = match self.layout {
            LayoutName::Custom => Layout::Custom(self.source.clone()),
            LayoutName::CloudTrail => Layout::CloudTrail,
        };
        let format = match self.format {
            Some(FormatName::Jsonl) => Format::JsonLines,
            Some(FormatName::Parquet) | None => Format::Parquet,
        };
        Ok(Sink::Files(Box::new(Partitions::new(
            Stores::default().place(&self.output)?,
            self.name.to_string(),
            layout,
            self.classes(),
            format,
            (self.memory as usize) << 20,
        ))))
    }
}

fn is_closed(error: &anyhow::Error) -> bool {
    let cause = error.root_cause().downcast_ref::<io::Error>();
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// All events of a file but those that were told already. What is no record is told, and the others go on.
async fn file(
    path: &Path,
    classes: Classes,
    told: &mut Option<Told>,
    sink: &mut Sink,
    count: &mut Count,
    bar: &ProgressBar,
) -> Result<()> {
    let name = path.display().to_string();
    let texts = match records(path) {
        Ok(texts) => texts,
        Err(error) => {
            bar.suspend(|| count.refuse(&name, error));
            return Ok(());
        }
    };
    for (at, text) in (1..).zip(texts) {
        let place = format!("{name}: record {at}");
        let text = match text {
            Ok(text) => text,
            Err(error) => {
                bar.suspend(|| count.refuse(&place, error));
                break;
            }
        };
        match Record::read(&text) {
            Ok(record) => {
                let tree = record.tree();
                let id = tree.get("eventID").and_then(Value::as_str);
                if let (Some(told), Some(id)) = (told.as_mut(), id)
                    && !told.is_new(id)
                {
                    count.again += 1;
                    continue;
                }
                let event = event(tree, record.time(), classes);
                sink.push(&event).await?;
                count.events += 1;
                if count.events.is_multiple_of(TELL) {
                    bar.set_message(format!("{} events, {name}", count.events));
                }
            }
            Err(reason) => bar.suspend(|| count.refuse(&place, reason)),
        }
    }
    Ok(())
}

#[derive(Debug, Default)]
struct Count {
    events: u64,
    refused: u64,
    /// Records of events that were told already.
    again: u64,
}

/// What became no event.
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} refused", self.refused)?;
        match self.again {
            0 => Ok(()),
            again => write!(f, "; {again} left out, told already"),
        }
    }
}

impl Count {
    fn refuse(&mut self, place: &str, reason: impl Into<anyhow::Error>) {
        eprintln!("{place}: {:#}", reason.into());
        self.refused += 1;
    }
}

/// Where events go.
enum Sink {
    Lines(BufWriter<io::Stdout>),
    Files(Box<Partitions>),
}

impl Sink {
    async fn push(&mut self, event: &Event) -> Result<()> {
        let json = serde_json::to_string(event)?;
        match self {
            Self::Lines(out) => {
                writeln!(out, "{json}").context("could not write to standard output")
            }
            Self::Files(partitions) => Ok(partitions.push(event, json).await?),
        }
    }

    /// Says what was written.
    async fn finish(self) -> Result<String> {
        match self {
            Self::Lines(mut out) => {
                out.flush().context("could not write to standard output")?;
                Ok(String::new())
            }
            Self::Files(partitions) => {
                let totals = partitions.finish().await?;
                Ok(format!(
                    " in {} files ({} bytes)",
                    totals.files, totals.bytes
                ))
            }
        }
    }
}
