//! A query on many machines: Apache Ballista's scheduler and executors, which know the lake's functions.
//!
//! The statement is planned where it is asked (`sql`), and the plan is submitted: the scheduler cuts it into stages, executors run
//! these over the same Parquet files, and what an executor had that went away is done again by another.
//! [Decision 15](../../../../docs/decisions/0015-many-machines-through-ballista.md) says why.

use std::net::IpAddr;

mod codec;
mod executor;
mod scheduler;
mod session;
mod submit;
mod whole;

pub use executor::{ExecutorSettings, execute};
pub use scheduler::{SchedulerSettings, schedule};
pub(crate) use session::spread;
pub(crate) use submit::submit;

/// Bytes that a message may have: a plan carries the records that are in no file yet, and the tables of people.
const MESSAGE: u32 = 256 << 20;

/// Why a scheduler or an executor could not work.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// Ballista's own reason.
    #[error("{0}")]
    Ballista(#[from] ballista_core::error::BallistaError),
    /// A session could not be made.
    #[error("{0}")]
    Session(#[from] datafusion::error::DataFusionError),
    /// The folder for what executors hand each other could not be made.
    #[error("could not make a folder to work in")]
    Folder(#[source] std::io::Error),
    /// An executor can't go on.
    #[error("the executor gave up: the log says why")]
    Ended,
}

/// An address as it stands before a port.
fn bracketed(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}
