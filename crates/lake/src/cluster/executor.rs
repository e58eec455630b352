//! An executor: asks the scheduler for work and does it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};

use super::codec::Codec;
use super::session::{functions, surroundings, usual};
use super::{ClusterError, MESSAGE, bracketed};
use crate::WorkFolder;

/// Seconds for which an executor looks for its scheduler before it gives up.
const CONNECT: u16 = 60;
/// Seconds after which what other executors should have fetched is removed, and how often that is done.
const KEPT: u64 = 6 * 3600;
const SWEEP: u64 = 600;

/// Where an executor is, and what it may use.
#[derive(Clone, Debug)]
pub struct ExecutorSettings {
    /// The scheduler's host.
    pub scheduler_host: String,
    /// The scheduler's port.
    pub scheduler_port: u16,
    /// Where other executors, and queries, fetch what this one has done.
    pub listen: SocketAddr,
    /// The name or address by which they reach it; the one from which it calls the scheduler if there is none.
    pub host: Option<String>,
    /// Tasks that run at once.
    pub threads: usize,
    /// Bytes of memory that all of them may hold; beyond, they write into a temporary folder.
    pub memory: usize,
    /// Where it writes; the system's temporary folder if there is none.
    pub folder: Option<PathBuf>,
}

/// Works until this is dropped.
///
/// # Errors
///
/// When it can't begin, or has to give up.
pub async fn execute(settings: ExecutorSettings) -> Result<Infallible, ClusterError> {
    let folder = WorkFolder::within(settings.folder.as_deref()).map_err(ClusterError::Folder)?;
    let work = folder.path().display().to_string();
    let spill = work.clone();
    let config = ExecutorProcessConfig {
        bind_host: bracketed(settings.listen.ip()),
        external_host: settings.host,
        port: settings.listen.port(),
        scheduler_host: settings.scheduler_host,
        scheduler_port: settings.scheduler_port,
        scheduler_connect_timeout_seconds: CONNECT,
        vcores: settings.threads.max(1),
        task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
        work_dir: Some(work),
        job_data_ttl_seconds: KEPT,
        job_data_clean_up_interval_seconds: SWEEP,
        grpc_max_decoding_message_size: MESSAGE,
        grpc_max_encoding_message_size: MESSAGE,
        memory_pool_size: Some(settings.memory as u64),
        override_function_registry: Some(Arc::new(functions()?)),
        override_physical_codec: Some(Arc::new(Codec::default())),
        override_config_producer: Some(Arc::new(usual)),
        override_runtime_producer: Some(Arc::new(move |_| surroundings(&spill))),
        ..ExecutorProcessConfig::default()
    };
    start_executor_process(Arc::new(config)).await?;
    // Whatever it was is in the log.
    Err(ClusterError::Ended)
}
