//! The lake: CloudTrail records as Parquet, and CloudTrail Lake's SQL over them.
//!
//! It knows nothing of the service: which event data stores there are, whose they are and which files they have is told to it. The
//! service runs it as a process of its own, `atrium-lake`, because it is large and runs other people's queries.

pub mod cluster;
pub mod files;
pub mod ocsf;
pub mod process;
pub mod record;
pub mod schema;
pub mod sql;
pub mod stores;
mod work_folder;

pub use work_folder::WorkFolder;
