//! Answers queries: takes those up that wait, has each answered by a run of the program, and keeps the answer.

use std::sync::Arc;
use std::time::Duration;

use atrium_model::Timestamp;
use atrium_model::lake::{DeliveryStatus, Query, QueryCosts, QueryStatus};
use atrium_store::StoreError;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};
use url::Url;

use super::deliver::{self, Export};
use super::ingest::Filling;
use super::outcome::{EXHAUSTED, Outcome, TOO_LARGE, failed, outcome, overdue, shortened};
use super::process::{Line, Process, Told};
use super::results::Results;
use super::{LakeError, Place, QUERIES, snapshot, turn};
use crate::log_reader::LogReader;
use crate::{Segments, Services};

/// How often it is looked whether a program takes too long.
const LOOK: Duration = Duration::from_secs(1);
/// How much longer than a query's time its program may take: it keeps the time by itself.
const GRACE: Duration = Duration::from_secs(60);
/// How long a query waits for transactions that were open when it began.
const OPEN: Duration = Duration::from_secs(60);
/// How many servers may die over a query.
const RUNS: i64 = 3;

/// Answers queries for as long as the server runs.
pub(super) async fn run(services: &Arc<Services>, log: &Arc<LogReader>) {
    let mut running = JoinSet::new();
    loop {
        while running.try_join_next().is_some() {}
        let free = services.settings.lake.queries.saturating_sub(running.len());
        match due(services, free).await {
            Ok(due) => {
                for query in due {
                    let (services, log) = (Arc::clone(services), Arc::clone(log));
                    running.spawn(async move { take_up(&services, &log, query).await });
                }
            }
            Err(error) => tracing::warn!(error = %error, "could not look for queries"),
        }
        tokio::time::sleep(QUERIES).await;
    }
}

/// Queries that wait for a server, at most so many.
async fn due(services: &Services, free: usize) -> Result<Vec<Query>, StoreError> {
    if free == 0 || !services.settings.lake.is_there() {
        return Ok(Vec::new());
    }
    let now = services.clock.now();
    let limit = i64::try_from(free).unwrap_or(i64::MAX);
    services
        .store
        .read(move |tx| tx.due_queries(now, limit))
        .await
}

/// Answers a query unless another server has it. If this fails, the next server that looks takes it up.
async fn take_up(services: &Services, log: &LogReader, query: Query) {
    let id = query.id.clone();
    let answered = match claim(services, query).await {
        Ok(Some(query)) => {
            tokio::select! {
                answered = answer(services, log, query.clone()) => answered,
                // Its rows are left to the sweep.
                () = turn::lost(services, &query) => Ok(()),
            }
        }
        Ok(None) => Ok(()),
        Err(error) => Err(error.into()),
    };
    if let Err(error) = answered {
        tracing::warn!(query.id = %id, error = %error, "could not answer a query; it is tried again");
    }
}

async fn claim(services: &Services, mut query: Query) -> Result<Option<Query>, StoreError> {
    let asked = query.clone();
    let now = services.clock.now();
    let claim = services
        .store
        .write(move |tx| tx.claim_query(&asked, now, now + turn::TURN));
    match claim.await {
        Ok(true) => {
            query.status = QueryStatus::Running;
            query.runs += 1;
            Ok(Some(query))
        }
        Ok(false) | Err(StoreError::Conflict) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn answer(services: &Services, log: &LogReader, mut query: Query) -> Result<(), LakeError> {
    let Some(objects) = services.segments.clone() else {
        return Ok(());
    };
    let run = query.runs;
    let began = services.clock.now();
    let mut results = Results::new(services.settings.lake.reading());
    let mut export = query.delivery.as_ref().map(|_| Export::new());
    let mut pending = snapshot::Pending::default();
    let outcome = if run > RUNS {
        failed("The query was interrupted too often")
    } else if !catch_up(services, log).await? {
        overdue()
    } else {
        let work = tempfile::tempdir()?;
        let place = Place::of(services);
        match snapshot::tables(services, place.as_ref(), &query, work.path()).await? {
            None => failed(EXHAUSTED),
            Some(tables) => {
                pending = tables.pending;
                let lake = &services.settings.lake;
                let request = json!({"query": {
                    "statement": query.statement,
                    "tables": tables.request,
                    "limits": {
                        "seconds": lake.time.as_secs_f64(),
                        "memory": lake.memory,
                        "rows": lake.rows,
                        "spill": work.path(),
                        "scheduler": lake.scheduler.as_ref().map(Url::as_str),
                    },
                }});
                let program = lake.found().unwrap_or_else(|| "atrium-lake".as_ref());
                let process = Process::start(program, &request, Vec::new())?;
                let follow = Following {
                    services,
                    objects: &objects,
                    end: began + lake.time + GRACE,
                };
                follow
                    .to_the_end(process, &mut results, &mut export)
                    .await?
            }
        }
    };
    let now = services.clock.now();
    let elapsed = i64::try_from(now.since(began).as_millis()).unwrap_or(i64::MAX);
    query.status = outcome.status;
    query.error = outcome.error.map(|text| shortened(&text));
    query.costs = QueryCosts {
        rows: outcome.statistics.rows,
        scanned: outcome.statistics.rows_scanned + pending.records,
        bytes: outcome.statistics.bytes_scanned + pending.bytes,
        milliseconds: outcome.statistics.milliseconds.max(elapsed),
    };
    if matches!(query.status, QueryStatus::Finished | QueryStatus::TimedOut) {
        query.results = results.finish(services, &objects).await?;
    }
    end(services, &objects, query, run, export).await
}

/// Fills the stores with all that was answered before: whoever asks after a call finds it. False if transactions that are open
/// don't let it happen in time.
async fn catch_up(services: &Services, log: &LogReader) -> Result<bool, LakeError> {
    services.events.flush().await?;
    let filling = Filling::until_now(services).await?;
    let time = OPEN.min(services.settings.lake.time);
    match timeout(time, log.to_the_end(services, &filling)).await {
        Ok(filled) => filled.map(|()| true),
        Err(_) => Ok(false),
    }
}

/// Keeps how a run ended, with its answer, and delivers that if somebody wants it.
async fn end(
    services: &Services,
    objects: &Segments,
    query: Query,
    run: i64,
    export: Option<Export>,
) -> Result<(), LakeError> {
    let delivery = match export {
        Some(export) if query.status == QueryStatus::Finished => {
            Some(deliver::prepare(services, objects, &query, export).await?)
        }
        // "Partial results are not delivered."
        Some(_) => Some(Err(DeliveryStatus::Failed)),
        None => None,
    };
    let now = services.clock.now();
    let ended = services
        .store
        .write(move |tx| {
            let mut query = query.clone();
            query.delivery_status = match &delivery {
                Some(Ok(delivery)) => Some(delivery.place(tx, now)?),
                Some(Err(status)) => Some(*status),
                None => None,
            };
            if !tx.end_query(&query, (QueryStatus::Running, run))? {
                return Err(StoreError::Conflict);
            }
            for part in &query.results {
                if !tx.hold_segment(&part.segment)? {
                    return Err(StoreError::Conflict);
                }
            }
            Ok(())
        })
        .await;
    match ended {
        // It was cancelled in the last moment, or another server has it; the sweep finds its rows.
        Err(StoreError::Conflict) => Ok(()),
        other => Ok(other?),
    }
}

/// A run that is being read.
struct Following<'a> {
    services: &'a Services,
    objects: &'a Segments,
    /// When the program is ended that has not ended by itself.
    end: Timestamp,
}

impl Following<'_> {
    /// Reads the answer to its end.
    async fn to_the_end(
        &self,
        mut process: Process,
        results: &mut Results,
        export: &mut Option<Export>,
    ) -> Result<Outcome, LakeError> {
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut begun, mut statistics, mut trouble) = (Vec::new(), None, None);
        loop {
            let line = tokio::select! {
                line = process.next(&mut begun) => line?,
                _ = look.tick() => match self.services.clock.now() > self.end {
                    true => return Ok(overdue()),
                    false => continue,
                },
            };
            match line {
                Some(Line::Row(row)) => {
                    if let Some(export) = export {
                        export.row(&row)?;
                    }
                    // The program is killed as soon as nobody reads it.
                    if !results.push(self.services, self.objects, &row).await? {
                        return Ok(failed(TOO_LARGE));
                    }
                }
                Some(Line::Told(Told {
                    columns: Some(columns),
                    ..
                })) => {
                    if let Some(export) = export {
                        export.header(&columns)?;
                    }
                }
                Some(Line::Told(told)) => {
                    statistics = told.statistics.or(statistics);
                    trouble = told.error.or(trouble);
                }
                Some(Line::TooLong) => return Ok(failed(TOO_LARGE)),
                None => break,
            }
        }
        let is_good = process.end().await?;
        Ok(outcome(is_good, statistics, trouble))
    }
}
