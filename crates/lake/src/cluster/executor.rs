//! An executor: asks the scheduler for work and does it.

use std::net::SocketAddr;
use std::sync::Arc;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use tempfile::TempDir;

use super::session::{functions, surroundings, usual};
use super::{ClusterError, MESSAGE};

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
    /// The name or address by which they reach it.
    pub host: String,
    /// Tasks that run at once.
    pub threads: usize,
    /// Bytes of memory that all of them may hold; beyond, they write into a temporary folder.
    pub memory: usize,
}

/// Works until it is told to end: at the end of the process, what it runs is finished first.
pub async fn execute(settings: ExecutorSettings) -> Result<(), ClusterError> {
    let folder = TempDir::with_prefix("atrium-lake-").map_err(ClusterError::Folder)?;
    let work = folder.path().display().to_string();
    let spill = work.clone();
    let config = ExecutorProcessConfig {
        bind_host: settings.listen.ip().to_string(),
        external_host: Some(settings.host),
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
        override_config_producer: Some(Arc::new(usual)),
        override_runtime_producer: Some(Arc::new(move |_| surroundings(&spill))),
        ..ExecutorProcessConfig::default()
    };
    Ok(start_executor_process(Arc::new(config)).await?)
}
