//! Imports of log files into event data stores: what may be asked of them, which files of a bucket they take, what is in
//! these, and how an import goes on.
//!
//! "Copy trail events to CloudTrail Lake" in the CloudTrail user guide, and StartImport in the API reference.

mod advance;
mod error;
mod find;
mod log;
mod look;
mod source;
mod start;
mod stop;
mod taken;

pub use advance::{FileOutcome, NextState, StepOutcome, advance, block_of};
pub use error::{FileTrouble, ImportRuleError};
pub use find::{ImportFilter, find_import, list_imports};
pub use log::{LogRecord, MAX_PACKED, MAX_UNPACKED, read_log};
pub use look::{Found, LogFile, look};
pub use source::{ImportLocation, import_location};
pub use start::{NewImport, restart_import, start_import};
pub use stop::stop_import;
pub use taken::{Taken, taken};
