//! The scheduler: takes plans, cuts them into stages and hands these out.

use std::net::SocketAddr;
use std::sync::Arc;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::cluster::memory::{InMemoryClusterState, InMemoryJobState};
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use tokio::net::TcpListener;

use super::codec::Codec;
use super::session::{session, usual};
use super::whole::{Scheduler, WholeJobs, end_others};
use super::{ClusterError, MESSAGE, bracketed};

/// An executor that has not been heard of for so long is gone. A busy one is heard of every five seconds.
const SILENCE: u64 = 15;
/// How often that is looked at, in seconds.
const LOOK: u64 = 1;
/// Seconds for which a query waits while there is no executor at all.
const NOBODY: u64 = 60;

/// Seconds for which executors keep an answer that is being fetched.
const KEPT: u64 = 3600;
/// Seconds for which the scheduler remembers a job that has ended.
const TOLD: u64 = 60;

/// Where a scheduler is.
#[derive(Clone, Debug)]
pub struct SchedulerSettings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The name or address by which executors and queries reach it.
    pub host: String,
}

/// Schedules for whoever comes to a listener, for as long as the process runs.
///
/// # Errors
///
/// When Ballista can't begin, or gives up.
pub async fn schedule(
    listener: TcpListener,
    settings: SchedulerSettings,
) -> Result<(), ClusterError> {
    let config = SchedulerConfig {
        bind_host: bracketed(settings.listen.ip()),
        bind_port: settings.listen.port(),
        external_host: settings.host,
        // Executors ask for work, so that nobody needs to reach them but other executors.
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        executor_timeout_seconds: SILENCE,
        expire_dead_executor_interval_seconds: LOOK,
        no_executors_grace_period_seconds: NOBODY,
        finished_job_data_clean_up_interval_seconds: KEPT,
        finished_job_state_clean_up_interval_seconds: TOLD,
        grpc_server_max_decoding_message_size: MESSAGE,
        grpc_server_max_encoding_message_size: MESSAGE,
        grpc_client_max_message_size: MESSAGE,
        override_physical_codec: Some(Arc::new(Codec::default())),
        ..SchedulerConfig::default()
    };
    let jobs = InMemoryJobState::new(&config.scheduler_id, Arc::new(session), Arc::new(usual));
    let executors = Arc::new(InMemoryClusterState::default());
    let jobs = Arc::new(WholeJobs::new(jobs));
    let cluster = BallistaCluster::new(executors, Arc::<WholeJobs>::clone(&jobs));
    let scheduler: Scheduler = create_scheduler(cluster, Arc::new(config)).await?;
    tokio::select! {
        ended = start_grpc_service_with_listener(listener, scheduler.clone()) => Ok(ended?),
        () = end_others(&scheduler, &jobs) => Ok(()),
    }
}
