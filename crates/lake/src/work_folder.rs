//! The folder in which a process keeps what doesn't fit into memory. It goes with the work; what a killed process left, the next one
//! removes.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

const PREFIX: &str = "atrium-lake-";

/// Held for as long as the work goes on; the system lets go of it however that ends.
const LOCK: &str = "lock";

/// What is younger may be about to be locked.
const NEW: Duration = Duration::from_secs(60);

/// A folder of one's own.
#[derive(Debug)]
pub struct WorkFolder {
    path: PathBuf,
    _lock: File,
}

impl WorkFolder {
    /// Makes one inside of a folder, or in the system's temporary one, and removes there what is left of processes that were killed.
    ///
    /// # Errors
    ///
    /// If no folder can be made there.
    pub fn within(base: Option<&Path>) -> io::Result<Self> {
        let base = base.map_or_else(std::env::temp_dir, Path::to_owned);
        let folder = TempDir::with_prefix_in(PREFIX, &base)?;
        let path = folder.path().join(LOCK);
        let lock = File::create_new(&path)?;
        if let Err(error) = lock.lock() {
            tracing::warn!(%error, "the folder can't be locked: it stays if this process is killed");
            fs::remove_file(path)?;
        }
        if let Err(error) = tidy(&base, folder.path()) {
            tracing::warn!(folder = %base.display(), %error, "could not look for what killed processes left");
        }
        Ok(Self {
            path: folder.keep(),
            _lock: lock,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// What was stopped may still be writing: whatever can't be removed now, the next process removes.
impl Drop for WorkFolder {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.path) {
            tracing::debug!(folder = %self.path.display(), %error, "left to the next process");
        }
    }
}

/// Removes folders of processes that run no more, if they are of the user whose own folder is given.
fn tidy(base: &Path, own: &Path) -> io::Result<()> {
    let user = fs::symlink_metadata(own)?.uid();
    for entry in fs::read_dir(base)? {
        let entry = entry?;
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let left = entry.path();
        if !is_ours || left == own || !is_abandoned(&left, user) {
            continue;
        }
        tracing::info!(folder = %left.display(), "removing what a killed process left");
        if let Err(error) = remove(&left) {
            tracing::warn!(folder = %left.display(), %error, "could not remove what a killed process left");
        }
    }
    Ok(())
}

/// Whether a folder of the user's has a lock that nobody holds. One without is somebody else's, or can't be told from it.
fn is_abandoned(folder: &Path, user: u32) -> bool {
    let lock = folder.join(LOCK);
    let is_own = |path: &Path, is_kind: fn(&Metadata) -> bool| {
        // Not what a link leads to, and nothing that would block whoever opens it.
        fs::symlink_metadata(path).is_ok_and(|about| about.uid() == user && is_kind(&about))
    };
    if !is_own(folder, Metadata::is_dir) || !is_own(&lock, Metadata::is_file) {
        return false;
    }
    let Ok(lock) = File::options().read(true).write(true).open(lock) else {
        return false;
    };
    let is_old = |lock: &File| {
        let age = lock.metadata()?.modified()?.elapsed();
        Ok::<_, io::Error>(age.is_ok_and(|age| age > NEW))
    };
    lock.try_lock().is_ok() && is_old(&lock).unwrap_or(false)
}

/// Removes a folder, its lock last: if this breaks off, the next one goes on.
fn remove(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else if entry.file_name() != LOCK {
            fs::remove_file(entry.path())?;
        }
    }
    fs::remove_dir_all(folder)
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
    fn only_what_killed_processes_left_is_removed() {
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
        let linked = base.path().join("atrium-lake-linked");
        std::os::unix::fs::symlink(&stranger, &linked).unwrap();

        let next = WorkFolder::within(Some(base.path())).unwrap();
        assert!(!killed.exists());
        for there in [&stranger, &linked, running.path(), &beginning, next.path()] {
            assert!(there.exists(), "{}", there.display());
        }

        let own = next.path().to_owned();
        drop(next);
        assert!(!own.exists());
    }
}
