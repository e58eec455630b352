//! Events from elsewhere: how many are taken in, durably, and when all of them can be asked.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde::Serialize;
use serde_json::Value;

use crate::api;
use crate::arguments::Arguments;
use crate::fixture::Fixture;
use crate::load::{Requests, load};
use crate::server::{Program, Server};

/// Connections, each with one call at a time.
const CONNECTIONS: usize = 8;
/// Events of one call: AWS takes no more.
const EVENTS: u64 = 100;
/// Calls that are signed at a time; signing doesn't count.
const CALLS: u64 = 2_000;
/// How long so many calls, or the query at the end, may take.
const PATIENCE: Duration = Duration::from_secs(600);
/// How often it is looked whether the query has ended.
const LOOK: Duration = Duration::from_millis(50);

/// What was taken in.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Ingest {
    pub(crate) events: u64,
    pub(crate) connections: usize,
    pub(crate) events_per_call: u64,
    /// How long it took until the last call was answered; what is answered is on the disk.
    pub(crate) seconds: f64,
    /// From then until a query had counted them all.
    pub(crate) asked_after_seconds: f64,
}

impl Ingest {
    /// Events taken in a second.
    pub(crate) fn rate(&self) -> f64 {
        self.events as f64 / self.seconds
    }
}

/// Puts events through a channel, and counts them with a query.
pub(crate) async fn measure(
    arguments: &Arguments,
    program: &Program,
    folder: &Path,
) -> anyhow::Result<Ingest> {
    let fixture = Fixture::prepare(Server::start(program, folder, &[]).await?).await?;
    let made = fixture.json(&api::create_event_data_store()).await?;
    let store = text(&made, "EventDataStoreArn")?;
    let made = fixture.json(&api::create_channel(&store)).await?;
    let channel = text(&made, "ChannelArn")?;
    let (mut put, mut took) = (0, Duration::ZERO);
    while put < arguments.logged_events() {
        let firsts = (0..CALLS).map(|call| put + call * EVENTS);
        let calls = firsts
            .take_while(|first| *first < arguments.logged_events())
            .map(|first| api::put_audit_events(&channel, &fixture.account, first, EVENTS));
        let requests = fixture.sign(calls)?;
        let wanted = requests.len() as u64;
        let begin = Instant::now();
        let done = load(
            fixture.server.address,
            &Requests::once(requests),
            CONNECTIONS,
            PATIENCE,
        )
        .await?;
        took += begin.elapsed();
        ensure!(
            done.requests == wanted,
            "only {} of {wanted} calls were made",
            done.requests
        );
        put += wanted * EVENTS;
        eprintln!(
            "ingest: {put} events, {:.0}/s",
            put as f64 / took.as_secs_f64()
        );
    }
    let begin = Instant::now();
    let id = store.rsplit('/').next().unwrap_or_default();
    let found = count(&fixture, id).await?;
    let asked_after = begin.elapsed();
    ensure!(found == put, "{found} of {put} events can be asked");
    fixture.server.stop().await?;
    Ok(Ingest {
        events: put,
        connections: CONNECTIONS,
        events_per_call: EVENTS,
        seconds: took.as_secs_f64(),
        asked_after_seconds: asked_after.as_secs_f64(),
    })
}

/// How many events an event data store has.
async fn count(fixture: &Fixture, store: &str) -> anyhow::Result<u64> {
    let statement = format!("SELECT count(*) AS n FROM {store}");
    let started = fixture.json(&api::start_query(&statement)).await?;
    let query = text(&started, "QueryId")?;
    let begin = Instant::now();
    loop {
        let answer = fixture.json(&api::get_query_results(&query)).await?;
        match answer["QueryStatus"].as_str() {
            Some("FINISHED") => {
                let count = answer["QueryResultRows"][0][0]["n"].as_str();
                return Ok(count.context("the query counted nothing")?.parse()?);
            }
            Some("QUEUED" | "RUNNING") if begin.elapsed() < PATIENCE => {
                tokio::time::sleep(LOOK).await
            }
            _ => anyhow::bail!("the query did not end well: {answer}"),
        }
    }
}

fn text(answer: &Value, name: &str) -> anyhow::Result<String> {
    let text = answer[name].as_str();
    Ok(text
        .with_context(|| format!("no {name} in {answer}"))?
        .to_owned())
}
