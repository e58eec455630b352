use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

/// How event data stores are filled and queries over them are answered.
#[derive(Clone, Debug)]
pub struct LakeSettings {
    /// The program `atrium-lake`. Without it records are kept in the database, and queries are refused.
    pub program: Option<PathBuf>,
    /// How often records are written into files, if there are few. Queries see them before too.
    pub interval: Duration,
    /// How many queries this server answers at once; others wait.
    pub queries: usize,
    /// How long a query may take. AWS: about an hour.
    pub time: Duration,
    /// How many bytes of memory a query may take before it has to use the disk.
    pub memory: usize,
    /// How many rows an answer may have.
    pub rows: u64,
    /// A scheduler whose executors run the queries; without one each runs on this machine.
    pub scheduler: Option<Url>,
}

impl Default for LakeSettings {
    fn default() -> Self {
        Self {
            program: None,
            interval: Duration::from_secs(300),
            queries: 2,
            time: Duration::from_secs(3600),
            memory: 1 << 30,
            rows: 1_000_000,
            scheduler: None,
        }
    }
}

impl LakeSettings {
    /// The program, if there is one.
    pub(crate) fn found(&self) -> Option<&Path> {
        self.program.as_deref().filter(|program| program.is_file())
    }

    /// Whether queries can be answered.
    pub(crate) fn is_there(&self) -> bool {
        self.found().is_some()
    }

    /// For how long a query may be reading what it found when it began.
    pub(super) fn reading(&self) -> Duration {
        self.time + Duration::from_secs(600)
    }
}
