//! The folder in which an executor works. It goes with the executor; what one left that was killed, the next one removes.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

const PREFIX: &str = "atrium-lake-";

/// Held for as long as the executor runs; the system lets go of it however that ends.
const LOCK: &str = "lock";

/// What is younger may be about to be locked.
const NEW: Duration = Duration::from_secs(60);

/// A folder of an executor's own.
#[derive(Debug)]
pub(super) struct WorkFolder {
    folder: TempDir,
    _lock: File,
}

impl WorkFolder {
    /// Makes one inside of a folder, or in the system's temporary one, after removing what is left of executors that were killed.
    pub(super) fn within(base: Option<&Path>) -> io::Result<Self> {
        let base = base.map_or_else(std::env::temp_dir, Path::to_owned);
        for left in abandoned(&base)? {
            tracing::info!(folder = %left.display(), "removing what a killed executor left");
            if let Err(error) = fs::remove_dir_all(&left) {
                tracing::warn!(folder = %left.display(), %error, "could not remove what a killed executor left");
            }
        }
        let folder = TempDir::with_prefix_in(PREFIX, base)?;
        let lock = File::create_new(folder.path().join(LOCK))?;
        lock.lock()?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Folders of executors that run no more.
fn abandoned(base: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(base)? {
        let entry = entry?;
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if is_ours && is_abandoned(&entry.path()) {
            all.push(entry.path());
        }
    }
    Ok(all)
}

/// Whether a folder has a lock that nobody holds. One without is somebody else's, or can't be told from it.
fn is_abandoned(folder: &Path) -> bool {
    let is_old = |lock: &File| {
        let age = lock.metadata()?.modified()?.elapsed();
        Ok::<_, io::Error>(age.is_ok_and(|age| age > NEW))
    };
    let Ok(lock) = File::open(folder.join(LOCK)) else {
        return false;
    };
    let is_held = matches!(
        lock.try_lock(),
        Err(TryLockError::WouldBlock | TryLockError::Error(_))
    );
    !is_held && is_old(&lock).unwrap_or(false)
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "what a test can't go on without fails it"
)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn aged(folder: &Path) {
        let lock = File::options().write(true).open(folder.join(LOCK)).unwrap();
        lock.set_modified(SystemTime::now() - 2 * NEW).unwrap();
    }

    #[test]
    fn only_what_killed_executors_left_is_removed() {
        let base = TempDir::new().unwrap();
        let stranger = base.path().join("atrium-lake-of-somebody");
        fs::create_dir(&stranger).unwrap();
        let running = WorkFolder::within(Some(base.path())).unwrap();
        aged(running.path());
        let left = |name: &str| {
            let folder = base.path().join(name);
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("shuffle"), "rows").unwrap();
            File::create_new(folder.join(LOCK)).unwrap();
            folder
        };
        let (killed, beginning) = (left("atrium-lake-killed"), left("atrium-lake-beginning"));
        aged(&killed);

        let next = WorkFolder::within(Some(base.path())).unwrap();
        assert!(!killed.exists());
        for there in [&stranger, running.path(), &beginning, next.path()] {
            assert!(there.exists(), "{}", there.display());
        }

        let own = next.path().to_owned();
        drop(next);
        assert!(!own.exists());
    }
}
