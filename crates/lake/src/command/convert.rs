//! `atrium-lake convert`.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, stderr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Result;
use atrium_lake::WorkFolder;
use atrium_lake::files::{CompactLimits, Names, Partitions, Settings, Written, compact, folder_of};
use atrium_lake::process::read;
use atrium_lake::record::Record;
use atrium_lake::stores::{Place, Stores};
use clap::Args;
use futures::TryStreamExt as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore as _, ObjectStoreExt as _};

use super::FAILED;

/// Convert CloudTrail files to Parquet, a folder a day.
#[derive(Debug, Args)]
pub struct ConvertCommand {
    /// CloudTrail log files, or files of one record a line; gzip or not
    #[arg(required = true)]
    inputs: Vec<PathBuf>,
    /// The folder to write to, by path or URL (file:, s3:)
    #[arg(long)]
    output: String,
    /// What the files' names begin with; files of the same name are replaced
    #[arg(long, default_value = "converted")]
    name: String,
    /// Mebibytes of records that wait in memory until they are written
    #[arg(long, default_value_t = 512)]
    memory: usize,
}

/// A part that is so old is of no run that still goes on.
const BROKEN_OFF: Duration = Duration::from_secs(2 * 24 * 3600);

/// Bytes of memory without which nothing can be merged.
const MERGING: usize = 64 << 20;

#[derive(Debug, Default)]
struct Count {
    records: u64,
    bytes: u64,
    refused: u64,
}

impl ConvertCommand {
    pub async fn run(self) -> Result<ExitCode> {
        let place = Stores::default().place(&self.output)?;
        let room = self.memory << 20;
        let store = Arc::clone(&place.store);
        let run = Run::new(&self.name)?;
        let mut partitions = Partitions::new(
            store,
            place.path.clone(),
            Names::Parts(run.parts.clone()),
            Settings::LASTING,
            room,
        );
        let progress = progress(self.inputs.len() as u64);
        let mut count = Count::default();
        for input in &self.inputs {
            progress.set_message(input.display().to_string());
            let mut texts = Vec::new();
            read(input, |text| texts.push(text.to_owned()))?;
            for (at, text) in texts.iter().enumerate() {
                match Record::read(text) {
                    Ok(record) => {
                        partitions.push(&record).await?;
                        count.records += 1;
                        count.bytes += text.len() as u64;
                    }
                    Err(reason) => {
                        let what = format!("{}: record {}: {reason}", input.display(), at + 1);
                        progress.suspend(|| eprintln!("{what}"));
                        count.refused += 1;
                    }
                }
            }
            progress.inc(1);
        }
        progress.set_message("merging");
        let parts = partitions.finish().await?;
        let (files, bytes) = published(&place, parts, &run, room).await?;
        progress.finish_and_clear();
        eprintln!(
            "{} records ({} bytes of JSON) in {files} files ({bytes} bytes); {} refused",
            count.records, count.bytes, count.refused
        );
        Ok(if count.refused == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(FAILED)
        })
    }
}

/// One of perhaps several runs that write into the same folders: what it writes has names of its own until it is done.
struct Run {
    /// What its files are called in the end.
    name: String,
    /// What they are called before.
    parts: String,
    work: WorkFolder,
}

impl Run {
    fn new(name: &str) -> Result<Self> {
        let work = WorkFolder::within(None)?;
        let own = work.path().file_name().unwrap_or_default();
        Ok(Self {
            name: name.to_owned(),
            parts: format!("{name}.{}", own.display()),
            work,
        })
    }
}

/// Makes one file of each day's parts, and gives it its name at last: a run that is broken off leaves nothing that counts. Answers
/// how many files and bytes there are.
async fn published(
    place: &Place,
    written: Vec<Written>,
    run: &Run,
    memory: usize,
) -> Result<(usize, u64)> {
    let mut days: BTreeMap<_, Vec<Written>> = BTreeMap::new();
    for file in written {
        days.entry(file.day).or_default().push(file);
    }
    let count = days.len();
    let limits = CompactLimits {
        memory: memory.max(MERGING),
        spill: run.work.path().to_owned(),
    };
    let mut bytes = 0;
    for (day, parts) in days {
        let folder = place.child(&folder_of(day));
        let (whole, size) = match parts.as_slice() {
            [only] => (only.path.clone(), only.statistics.bytes),
            several => {
                let whole = folder.clone().join(format!("_{}", run.parts));
                merged(place, several, whole, &limits).await?
            }
        };
        let target = folder.clone().join(format!("{}.parquet", run.name));
        place.store.rename(&whole, &target).await?;
        remove_parts(place, &folder, run).await?;
        bytes += size;
    }
    Ok((count, bytes))
}

async fn merged(
    place: &Place,
    parts: &[Written],
    whole: Path,
    limits: &CompactLimits,
) -> Result<(Path, u64)> {
    let inputs: Vec<Path> = parts.iter().map(|part| part.path.clone()).collect();
    let store = Arc::clone(&place.store);
    let file = compact(store, &inputs, &whole, &Settings::LASTING, limits).await?;
    Ok((whole, file.bytes))
}

/// Removes a day's parts, and those of earlier runs that were broken off.
async fn remove_parts(place: &Place, folder: &Path, run: &Run) -> Result<()> {
    let (own, any) = (format!("_{}.", run.parts), format!("_{}.", run.name));
    let now = SystemTime::now();
    let is_done = |object: &ObjectMeta| {
        let name = object.location.filename().unwrap_or_default();
        let age = now.duration_since(object.last_modified.into());
        name.starts_with(&own) || name.starts_with(&any) && age.is_ok_and(|age| age > BROKEN_OFF)
    };
    let there: Vec<_> = place.store.list(Some(folder)).try_collect().await?;
    for part in there.iter().filter(|object| is_done(object)) {
        place.store.delete(&part.location).await?;
    }
    Ok(())
}

pub(super) fn progress(files: u64) -> ProgressBar {
    let target = if stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(files), target);
    match ProgressStyle::with_template("{bar:30} {pos}/{len} files, {elapsed} {wide_msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
