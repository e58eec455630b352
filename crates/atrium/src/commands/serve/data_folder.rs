use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// The folder that holds what the service keeps on this machine. One server has it at a time.
pub(super) struct DataFolder {
    path: PathBuf,
    /// Held as long as the server runs.
    _lock: File,
}

impl DataFolder {
    /// Opens the folder, making it (mode 0700) if it is not there.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("could not make the data folder `{shown}`"))?;
        let path = fs::canonicalize(path)
            .with_context(|| format!("could not open the data folder `{shown}`"))?;
        let lock = File::create(path.join("lock"))
            .with_context(|| format!("could not write to the data folder `{shown}`"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(fs::TryLockError::WouldBlock) => bail!(
                "another atrium uses the data folder `{shown}`: stop it, or name another folder with --data"
            ),
            Err(fs::TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("could not lock the data folder `{shown}`"))
            }
        }
    }

    /// `<folder>.key`: beside the folder, so that a copy of the data does not hold the key.
    pub(super) fn default_key_file(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".key");
        name.into()
    }

    pub(super) fn database_url(&self) -> String {
        format!("sqlite://{}", self.path.join("atrium.db").display())
    }

    pub(super) fn object_store_url(&self) -> String {
        format!("file://{}", self.path.join("objects").display())
    }

    /// Where the administrator's credentials are, as an AWS shared credentials file.
    pub(super) fn credentials_file(&self) -> PathBuf {
        self.path.join("credentials")
    }

    /// Writes the credentials file (mode 0600), whole or not at all.
    pub(super) fn write_credentials(&self, text: &str) -> std::io::Result<()> {
        let draft = self.path.join("credentials.new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, self.credentials_file())?;
        File::open(&self.path)?.sync_all()
    }
}
