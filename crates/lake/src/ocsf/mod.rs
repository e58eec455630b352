//! OCSF events: CloudTrail records read from files, and events written as JSON lines or as Parquet, laid out as Security Lake has
//! them. What an event is, `atrium_ocsf` tells; its columns follow from that.

mod columns;
mod encode;
mod inputs;
mod layout;
mod partitions;
mod told;

pub use columns::{batch, schema};
pub use encode::{Format, encode};
pub use inputs::{InputError, by_folder, files_of, records};
pub use layout::{FileName, Layout, Source, Table};
pub use partitions::{Partitions, Totals};
pub use told::Told;
