//! Jobs that nothing of was done again.
//!
//! When an executor goes away, Ballista 55 does again what it had. Of a chain of three stages it keeps what the middle one had handed on
//! already, and then counts its rows twice (`StaticExecutionGraph::reset_stages_on_lost_executor`; `e2e/test_lake_cluster.py` shows
//! it); of the last stage it keeps where the lost rows were, beside the new ones (`output_locations`). So a job of which anything was
//! done again is ended, and is never told to have succeeded: whoever asked submits the whole query again.
//!
//! Jobs that nobody waits for any more are ended too.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ballista_core::error::Result;
use ballista_core::serde::protobuf::JobStatus;
use ballista_core::serde::protobuf::failed_task::FailedReason;
use ballista_core::serde::protobuf::job_status::Status;
use ballista_core::serde::protobuf::task_status;
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

/// Whether a stage was begun more than once, or a task that was under way or done went away with its executor.
fn was_done_again(graph: &(dyn ExecutionGraph + Send + Sync)) -> bool {
    graph.stages().values().any(|stage| {
        let mut tasks = stage.task_infos().into_iter().flatten();
        let lost = tasks.any(|task| is_lost(&task.task_status));
        let attempt = match stage {
            ExecutionStage::UnResolved(stage) => stage.stage_attempt_num,
            ExecutionStage::Resolved(stage) => stage.stage_attempt_num,
            ExecutionStage::Running(stage) => stage.stage_attempt_num,
            ExecutionStage::Successful(stage) => stage.stage_attempt_num,
            ExecutionStage::Failed(stage) => stage.stage_attempt_num,
        };
        attempt > 0 || lost
    })
}

fn is_lost(status: &task_status::Status) -> bool {
    let task_status::Status::Failed(failed) = status else {
        return false;
    };
    let reason = failed.failed_reason.as_ref();
    matches!(
        reason,
        Some(
            FailedReason::ResultLost(_)
                | FailedReason::ExecutorLost(_)
                | FailedReason::TaskKilled(_)
        )
    )
}

/// A scheduler as Ballista makes it.
pub type Scheduler = SchedulerServer<LogicalPlanNode, PhysicalPlanNode>;

/// Ends other jobs, for as long as the scheduler runs.
pub async fn end_others(scheduler: &Scheduler, jobs: &WholeJobs) {
    loop {
        tokio::time::sleep(LOOK).await;
        let running = scheduler.state.task_manager.get_running_job_cache();
        for (id, job) in running.iter() {
            let why = if was_done_again(&**job.execution_graph.read().await) {
                AGAIN
            } else if jobs.is_abandoned(id) {
                "nobody waits for the answer"
            } else {
                continue;
            };
            tracing::warn!(job.id = %id, "{why}: the job ends");
            if let Err(error) = scheduler.cancel_job(id.clone()).await {
                tracing::warn!(job.id = %id, error = %error, "could not end a job");
            }
        }
    }
}

/// Jobs in memory, of which those of which anything was done again have failed.
pub struct WholeJobs {
    jobs: InMemoryJobState,
    /// Who waits for the jobs that haven't ended.
    waiting: Mutex<HashMap<JobId, JobStatusSubscriber>>,
}

impl WholeJobs {
    /// With jobs kept there.
    pub fn new(jobs: InMemoryJobState) -> Self {
        Self {
            jobs,
            waiting: Mutex::default(),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<JobId, JobStatusSubscriber>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether whoever submitted a job is gone.
    fn is_abandoned(&self, id: &JobId) -> bool {
        self.waiting()
            .get(id)
            .is_some_and(JobStatusSubscriber::is_closed)
    }
}

#[async_trait]
impl JobState for WholeJobs {
    async fn save_job(&self, job_id: &JobId, graph: &ExecutionGraphBox) -> Result<()> {
        let status = graph.status().status.as_ref();
        if matches!(status, Some(Status::Successful(_) | Status::Failed(_))) {
            self.waiting().remove(job_id);
        }
        if !matches!(status, Some(Status::Successful(_))) || !was_done_again(&**graph) {
            return self.jobs.save_job(job_id, graph).await;
        }
        let mut failed = graph.cloned();
        failed.fail_job(AGAIN.to_owned());
        self.jobs.save_job(job_id, &failed).await
    }

    fn accept_job(&self, job_id: &JobId, job_name: &str, queued_at: u64) -> Result<()> {
        self.jobs.accept_job(job_id, job_name, queued_at)
    }

    fn pending_job_number(&self) -> usize {
        self.jobs.pending_job_number()
    }

    async fn submit_job(
        &self,
        job_id: JobId,
        graph: &ExecutionGraphBox,
        subscriber: Option<JobStatusSubscriber>,
    ) -> Result<()> {
        if let Some(subscriber) = &subscriber {
            self.waiting().insert(job_id.clone(), subscriber.clone());
        }
        self.jobs.submit_job(job_id, graph, subscriber).await
    }

    async fn get_jobs(&self) -> Result<HashSet<JobId>> {
        self.jobs.get_jobs().await
    }

    async fn get_all_jobs(&self) -> Result<HashSet<JobId>> {
        self.jobs.get_all_jobs().await
    }

    async fn get_job_status(&self, job_id: &JobId) -> Result<Option<JobStatus>> {
        self.jobs.get_job_status(job_id).await
    }

    async fn get_execution_graph(&self, job_id: &JobId) -> Result<Option<ExecutionGraphBox>> {
        self.jobs.get_execution_graph(job_id).await
    }

    async fn fail_unscheduled_job(&self, job_id: &JobId, reason: String) -> Result<()> {
        self.jobs.fail_unscheduled_job(job_id, reason).await
    }

    async fn remove_job(&self, job_id: &JobId) -> Result<()> {
        self.jobs.remove_job(job_id).await
    }

    async fn try_acquire_job(&self, job_id: &JobId) -> Result<Option<ExecutionGraphBox>> {
        self.jobs.try_acquire_job(job_id).await
    }

    async fn job_state_events(&self) -> Result<JobStateEventStream> {
        self.jobs.job_state_events().await
    }

    async fn create_or_update_session(
        &self,
        session_id: &str,
        config: &SessionConfig,
    ) -> Result<Arc<SessionContext>> {
        self.jobs.create_or_update_session(session_id, config).await
    }

    async fn remove_session(&self, session_id: &str) -> Result<()> {
        self.jobs.remove_session(session_id).await
    }

    fn produce_config(&self) -> SessionConfig {
        self.jobs.produce_config()
    }
}
