//! A plan on its way to the scheduler, and its rows on their way back.

use std::sync::Arc;

use ballista_core::execution_plans::execute_physical_plan;
use ballista_core::extension::SessionConfigExt as _;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::SessionState;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream};
use datafusion_proto::protobuf::PhysicalPlanNode;
use futures::StreamExt as _;
use tokio::net::TcpStream;
use url::Url;

use super::whole::AGAIN;
use crate::sql::{Kind, SqlError};

/// How often a plan is submitted over which executors go away. Nobody has seen a row of it yet: a job is done to its end first.
const TRIES: usize = 5;
/// What Ballista calls a job that the scheduler ended.
const ENDED: &str = "Cancelled";

/// Has a plan run by the scheduler at a URL such as `http://host:50050`, and answers its rows. Errors are [`SqlError`]s inside.
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
            Err(error) => return Err(told(&error)),
        };
        // What was done may have gone away with whoever did it.
        let first = rows.next().await;
        if matches!(first, Some(Err(_))) && tries < TRIES {
            continue;
        }
        let all = futures::stream::iter(first).chain(rows);
        let all = all.map(|rows| rows.map_err(|error| told(&error)));
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
    let Some((host, port)) = place else {
        let message = format!("`{scheduler}` is no URL of a scheduler, such as http://host:50050");
        return Err(fault(Kind::Internal, message));
    };
    let reached = TcpStream::connect((host.trim_matches(['[', ']']), port)).await;
    reached.map(drop).map_err(|error| {
        let message = format!("no scheduler answers at {scheduler}: {error}");
        fault(Kind::Internal, message)
    })
}

fn fault(kind: Kind, message: impl Into<String>) -> DataFusionError {
    DataFusionError::External(Box::new(SqlError::new(kind, message)))
}

/// What is wrong with the data, or with the cluster. Ballista tells of both in the same words: those of the error in the task, as Rust
/// shows it to programmers.
fn told(error: &DataFusionError) -> DataFusionError {
    let text = error.to_string();
    if text.contains("ResourcesExhausted") {
        return fault(Kind::Exhausted, "an executor has not so much memory");
    }
    if text.contains(TOO_DEEP) {
        let message = "the statement is nested too deeply to be sent to other machines";
        return fault(Kind::Refused, message);
    }
    if text.contains("DivideByZero") {
        return fault(Kind::Data, "Divide by zero error");
    }
    let of_data = OF_DATA.iter().find_map(|(shown, plain)| {
        let (_, rest) = text.rsplit_once(&format!("{shown}(\""))?;
        Some(format!("{plain}{}", quoted(rest)))
    });
    match of_data {
        Some(message) if text.contains(IN_TASK) => fault(Kind::Data, message),
        _ => fault(Kind::Internal, text),
    }
}

/// What prost says of a message that is nested too deeply.
const TOO_DEEP: &str = "RecursionLimitReached";
/// What Ballista says of an error in a task.
const IN_TASK: &str = "Task failed due to runtime execution error";
/// Errors that are the data's, as Rust shows them, and as DataFusion does.
const OF_DATA: [(&str, &str); 6] = [
    ("Execution", "Execution error: "),
    ("CastError", "Cast error: "),
    ("ParseError", "Parser error: "),
    ("ComputeError", "Compute error: "),
    ("ArithmeticOverflow", "Arithmetic overflow: "),
    ("InvalidArgumentError", "Invalid argument error: "),
];

/// A text up to its closing quote, as it was before Rust quoted it.
fn quoted(text: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => plain.extend(characters.next()),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_s_error_is_told_as_it_would_be_here() {
        let job = |inner: &str| {
            format!(
                "Job 038 failed: Job failed due to stage 2 failed: {IN_TASK}: DataFusionError({inner})"
            )
        };
        let cases = [
            (
                job("ArrowError(DivideByZero, None)"),
                Kind::Data,
                "Divide by zero error",
            ),
            (
                job(r#"Shared(Execution("Cannot cast \"x\" to it"))"#),
                Kind::Data,
                r#"Execution error: Cannot cast "x" to it"#,
            ),
            (
                job(r#"ArrowError(CastError("no number"), Some(""))"#),
                Kind::Data,
                "Cast error: no number",
            ),
            (
                job(r#"ResourcesExhausted("Failed to allocate")"#),
                Kind::Exhausted,
                "an executor has not so much memory",
            ),
        ];
        for (text, kind, message) in cases {
            let found = SqlError::from(told(&DataFusionError::Execution(text.clone())));
            assert_eq!(
                (found.kind, found.message.as_str()),
                (kind, message),
                "{text}"
            );
        }
        let gone = DataFusionError::Execution("transport error".to_owned());
        assert_eq!(SqlError::from(told(&gone)).kind, Kind::Internal);
    }
}
