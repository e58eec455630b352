//! Jobs that ended without a stage having been begun anew.
//!
//! When an executor goes away, Ballista 55 begins the stages anew that read what it had. Of a chain of three it keeps what the middle
//! one had handed on already, and then counts its rows twice (`StaticExecutionGraph::reset_stages_on_lost_executor`;
//! `e2e/test_lake_cluster.py` shows it). So a job that has such a stage is ended, and is never told to have succeeded: whoever
//! asked submits the whole query again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ballista_core::error::Result;
use ballista_core::serde::protobuf::JobStatus;
use ballista_core::serde::protobuf::job_status::Status;
use ballista_core::{JobId, JobStatusSubscriber};
use ballista_scheduler::cluster::memory::InMemoryJobState;
use ballista_scheduler::cluster::{JobState, JobStateEventStream};
use ballista_scheduler::scheduler_server::SchedulerServer;
use ballista_scheduler::state::execution_graph::{ExecutionGraph, ExecutionGraphBox};
use ballista_scheduler::state::execution_stage::ExecutionStage;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};

/// Why a job ended that succeeded in a way that isn't trusted.
pub const AGAIN: &str = "an executor went away";
/// How often it is looked for jobs that needn't go on.
const LOOK: Duration = Duration::from_millis(500);

/// Whether a stage was begun more than once.
fn began_anew(graph: &(dyn ExecutionGraph + Send + Sync)) -> bool {
    graph.stages().values().any(|stage| {
        let attempt = match stage {
            ExecutionStage::UnResolved(stage) => stage.stage_attempt_num,
            ExecutionStage::Resolved(stage) => stage.stage_attempt_num,
            ExecutionStage::Running(stage) => stage.stage_attempt_num,
            ExecutionStage::Successful(stage) => stage.stage_attempt_num,
            ExecutionStage::Failed(stage) => stage.stage_attempt_num,
        };
        attempt > 0
    })
}

/// Ends jobs that have such a stage, for as long as the scheduler runs.
pub async fn end_others(scheduler: Arc<SchedulerServer<LogicalPlanNode, PhysicalPlanNode>>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let running = scheduler.state.task_manager.get_running_job_cache();
        for (id, job) in running.iter() {
            if began_anew(&**job.execution_graph.read().await) {
                tracing::warn!(job.id = %id, "{AGAIN}; the query begins anew");
                if let Err(error) = scheduler.cancel_job(id.clone()).await {
                    tracing::warn!(job.id = %id, error = %error, "could not end a job");
                }
            }
        }
    }
}

/// Jobs in memory, of which those with such a stage have failed.
pub struct WholeJobs(pub InMemoryJobState);

#[async_trait]
impl JobState for WholeJobs {
    async fn save_job(&self, job_id: &JobId, graph: &ExecutionGraphBox) -> Result<()> {
        let succeeded = matches!(graph.status().status, Some(Status::Successful(_)));
        if !succeeded || !began_anew(&**graph) {
            return self.0.save_job(job_id, graph).await;
        }
        let mut failed = graph.cloned();
        failed.fail_job(AGAIN.to_owned());
        self.0.save_job(job_id, &failed).await
    }

    fn accept_job(&self, job_id: &JobId, job_name: &str, queued_at: u64) -> Result<()> {
        self.0.accept_job(job_id, job_name, queued_at)
    }

    fn pending_job_number(&self) -> usize {
        self.0.pending_job_number()
    }

    async fn submit_job(
        &self,
        job_id: JobId,
        graph: &ExecutionGraphBox,
        subscriber: Option<JobStatusSubscriber>,
    ) -> Result<()> {
        self.0.submit_job(job_id, graph, subscriber).await
    }

    async fn get_jobs(&self) -> Result<HashSet<JobId>> {
        self.0.get_jobs().await
    }

    async fn get_all_jobs(&self) -> Result<HashSet<JobId>> {
        self.0.get_all_jobs().await
    }

    async fn get_job_status(&self, job_id: &JobId) -> Result<Option<JobStatus>> {
        self.0.get_job_status(job_id).await
    }

    async fn get_execution_graph(&self, job_id: &JobId) -> Result<Option<ExecutionGraphBox>> {
        self.0.get_execution_graph(job_id).await
    }

    async fn fail_unscheduled_job(&self, job_id: &JobId, reason: String) -> Result<()> {
        self.0.fail_unscheduled_job(job_id, reason).await
    }

    async fn remove_job(&self, job_id: &JobId) -> Result<()> {
        self.0.remove_job(job_id).await
    }

    async fn try_acquire_job(&self, job_id: &JobId) -> Result<Option<ExecutionGraphBox>> {
        self.0.try_acquire_job(job_id).await
    }

    async fn job_state_events(&self) -> Result<JobStateEventStream> {
        self.0.job_state_events().await
    }

    async fn create_or_update_session(
        &self,
        session_id: &str,
        config: &SessionConfig,
    ) -> Result<Arc<SessionContext>> {
        self.0.create_or_update_session(session_id, config).await
    }

    async fn remove_session(&self, session_id: &str) -> Result<()> {
        self.0.remove_session(session_id).await
    }

    fn produce_config(&self) -> SessionConfig {
        self.0.produce_config()
    }
}
