//! Where the files of event data stores lie, in the words of those who read and write them.

use atrium_model::AccountId;
use atrium_model::lake::LakeFile;

use super::LakeError;
use crate::{Segments, Services};

/// An object store that another process can reach too.
#[derive(Clone)]
pub(crate) struct Place {
    /// A folder of this machine, or a URL.
    root: String,
    /// The same, for this process.
    objects: Segments,
}

impl Place {
    /// The server's, unless it is in its memory alone.
    pub(super) fn of(services: &Services) -> Option<Self> {
        let url = &services.settings.object_store;
        let root = match url.strip_prefix("file://") {
            Some(folder) => folder,
            None if url.starts_with("s3://") => url,
            None => return None,
        };
        Some(Self {
            root: root.trim_end_matches('/').to_owned(),
            objects: services.segments.clone()?,
        })
    }

    /// What the program calls the folder of an event data store.
    pub(super) fn folder(&self, account: &AccountId, store: &str) -> String {
        format!("{}/{}", self.root, LakeFile::folder(account, store))
    }

    /// Makes a file durable that the program has written.
    pub(super) async fn flush(&self, file: &LakeFile) -> Result<(), LakeError> {
        let flushed = self.objects.flush_file(&file.path()).await;
        flushed.map_err(|error| LakeError::Objects(error.to_string()))
    }

    /// What the program calls a file.
    pub(super) fn file(&self, file: &LakeFile) -> String {
        format!("{}/{}", self.root, file.path())
    }
}
