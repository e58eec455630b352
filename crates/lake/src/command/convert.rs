//! `atrium-lake convert`.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, stderr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use atrium_lake::files::{CompactLimits, Partitions, Settings, Written, compact, folder_of};
use atrium_lake::process::read;
use atrium_lake::record::Record;
use atrium_lake::stores::{Place, Stores};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use object_store::ObjectStoreExt as _;
use object_store::path::Path;

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
        let mut partitions = Partitions::new(
            store,
            place.path.clone(),
            self.name.clone(),
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
        let (files, bytes) = merged(&place, partitions.finish().await?, &self.name, room).await?;
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

/// A day that needed several files gets one. Answers how many files and bytes there are.
async fn merged(
    place: &Place,
    written: Vec<Written>,
    name: &str,
    memory: usize,
) -> Result<(usize, u64)> {
    let mut days: BTreeMap<_, Vec<Written>> = BTreeMap::new();
    for file in written {
        days.entry(file.day).or_default().push(file);
    }
    let count = days.len();
    let mut bytes = 0;
    for (day, parts) in days {
        if let [only] = parts.as_slice() {
            bytes += only.statistics.bytes;
            continue;
        }
        let folder = place.child(&folder_of(day));
        let inputs: Vec<Path> = parts.into_iter().map(|part| part.path).collect();
        // Readers leave out names that begin so; the whole takes its name when the parts are gone.
        let unfinished = folder.clone().join(format!("_{name}.parquet"));
        let limits = CompactLimits {
            memory,
            spill: std::env::temp_dir(),
        };
        let file = compact(
            Arc::clone(&place.store),
            &inputs,
            &unfinished,
            &Settings::LASTING,
            &limits,
        )
        .await?;
        for input in &inputs {
            place
                .store
                .delete(input)
                .await
                .context("could not remove a part")?;
        }
        place
            .store
            .rename(&unfinished, &folder.join(format!("{name}.parquet")))
            .await?;
        bytes += file.bytes;
    }
    Ok((count, bytes))
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
