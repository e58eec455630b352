//! How event data stores are filled, and what queries over them may use.

use std::path::PathBuf;
use std::time::Duration;

use atrium_api::LakeSettings;
use clap::Args;
use url::Url;

use super::delivery::Interval;

/// Settings of event data stores and their queries.
#[derive(Debug, Args)]
pub(crate) struct LakeArgs {
    /// The program that answers queries over event data stores [default: atrium-lake, beside this program].
    #[arg(long, value_name = "FILE")]
    lake_program: Option<PathBuf>,

    /// Seconds after which records of event data stores are written into files; queries see them at once.
    #[arg(long, value_name = "SECONDS", default_value = "300")]
    lake_interval: Interval<100>,

    /// Queries that are answered at once; others wait.
    #[arg(long, value_name = "NUMBER", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    lake_queries: u16,

    /// Seconds that a query may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    lake_timeout: u32,

    /// Megabytes of memory that a query may take before it uses the disk.
    #[arg(long, value_name = "MEGABYTES", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(64..=1_048_576))]
    lake_memory: u32,

    /// Rows that an answer may have.
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    lake_rows: u64,

    /// A scheduler whose executors run the queries, such as http://lake.internal:50050 (see `atrium-lake scheduler --help`)
    /// [default: each query runs on this machine].
    #[arg(long, value_name = "URL")]
    lake_scheduler: Option<Url>,
}

impl LakeArgs {
    pub(super) fn settings(&self) -> LakeSettings {
        LakeSettings {
            program: self.lake_program.clone().or_else(beside),
            interval: self.lake_interval.0,
            queries: self.lake_queries.into(),
            time: Duration::from_secs(self.lake_timeout.into()),
            memory: usize::try_from(self.lake_memory)
                .unwrap_or(usize::MAX)
                .saturating_mul(1 << 20),
            rows: self.lake_rows,
            scheduler: self.lake_scheduler.clone(),
        }
    }
}

/// Where the program is if it was installed with this one.
fn beside() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    Some(own.with_file_name("atrium-lake"))
}
