//! What ends a run. Everything else ends up in the coverage instead.

use std::path::PathBuf;

/// Why there is no inventory at all.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The caller's own credentials do not work.
    #[error("could not find out who is calling: {0}")]
    Caller(String),
    /// The organization could not be described.
    #[error("could not describe the organization: {0}")]
    Organization(String),
    /// The accounts could not be listed, so nothing could be said about completeness.
    #[error("could not list the accounts of the organization: {0}")]
    Accounts(String),
    /// The filter names an account that the organization does not have.
    #[error("account `{0}` is not in the organization")]
    UnknownAccount(String),
}

/// Why a report could not be put where it should go.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A folder or file could not be written.
    #[error("could not write `{path}`")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// S3 refused an object.
    #[error("could not write `s3://{bucket}/{key}`: {message}")]
    Object {
        /// The bucket.
        bucket: String,
        /// The object's key.
        key: String,
        /// What S3 said.
        message: String,
    },
}
