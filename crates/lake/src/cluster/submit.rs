//! A plan on its way to the scheduler, and its rows on their way back.

use std::sync::Arc;

use ballista_core::execution_plans::execute_physical_plan;
use ballista_core::extension::SessionConfigExt as _;
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};
use datafusion::execution::SessionState;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream};
use datafusion_proto::protobuf::PhysicalPlanNode;
use futures::StreamExt as _;
use tokio::net::TcpStream;
use url::Url;

use super::whole::AGAIN;

/// How often a plan is submitted over which executors go away. Nobody has seen a row of it yet: a job is done to its end first.
const TRIES: usize = 5;
/// What Ballista calls a job that the scheduler ended.
const ENDED: &str = "Cancelled";

/// Has a plan run by the scheduler at a URL such as `http://host:50050`, and answers its rows.
pub async fn submit(
    plan: Arc<dyn ExecutionPlan>,
    scheduler: &str,
    state: &SessionState,
) -> Result<SendableRecordBatchStream> {
    reach(scheduler).await?;
    let config = state.config();
    let ballista = config.ballista_config();
    let codec = config.ballista_physical_extension_codec();
    let mut tries = 0;
    loop {
        tries += 1;
        let done = execute_physical_plan::<PhysicalPlanNode>(
            scheduler.to_owned(),
            &ballista,
            Arc::clone(&plan),
            codec.as_ref(),
            state.session_id().to_owned(),
            config.clone(),
        );
        let mut rows = match done.await {
            Ok(rows) => rows,
            Err(error) if tries < TRIES && is_interrupted(&error) => continue,
            Err(error) => return Err(error),
        };
        // What was done may have gone away with whoever did it.
        let first = rows.next().await;
        if matches!(first, Some(Err(_))) && tries < TRIES {
            continue;
        }
        let all = futures::stream::iter(first).chain(rows);
        return Ok(Box::pin(RecordBatchStreamAdapter::new(plan.schema(), all)));
    }
}

/// Whether the scheduler ended the job because an executor went away.
fn is_interrupted(error: &DataFusionError) -> bool {
    let text = error.to_string();
    [AGAIN, ENDED].iter().any(|reason| text.ends_with(reason))
}

/// Says in plain words if nobody is there; Ballista would say it in its own.
async fn reach(scheduler: &str) -> Result<()> {
    let url = Url::parse(scheduler).ok();
    let place = url
        .as_ref()
        .and_then(|url| Some((url.host_str()?, url.port_or_known_default()?)));
    let place = place.ok_or_else(|| {
        exec_datafusion_err!("`{scheduler}` is no URL of a scheduler, such as http://host:50050")
    })?;
    TcpStream::connect(place)
        .await
        .map(drop)
        .map_err(|error| exec_datafusion_err!("no scheduler answers at {scheduler}: {error}"))
}
