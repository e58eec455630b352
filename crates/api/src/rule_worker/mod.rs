//! Tells targets of the events that rules pick, and topics of trails' files.
//!
//! What is to be sent is kept in the transaction that notes how far the log was read, or that places the file. Then it
//! is claimed for a while, sent, and forgotten, or put off, or given up. So a server that stops at any moment loses
//! nothing, and sends at most once more what it was sending; several servers share the work.

mod lane;
mod pick;
mod sender;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use atrium_store::StoreError;
use atrium_trail::rules::TRAIL_TOPICS;
use futures::future::join_all;

use crate::Services;
use crate::log_reader::LogReader;
use crate::worker::{before, every};
use lane::Lane;
use pick::Picking;
pub use sender::{SendError, Sender};
pub use settings::{LaneSettings, RuleSettings};

/// How often it is looked whether there is anything to take from the log, or to send.
const LOOKS: Duration = Duration::from_millis(200);
/// How often it is looked for what nobody takes any more.
const TIDYING: Duration = Duration::from_secs(600);
/// What was due so long ago, to a target that this server doesn't know, has a target that no server knows.
const STRANDED: Duration = Duration::from_secs(2 * 24 * 3600);
/// How long what was given up is kept; as long as SQS keeps messages.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);
/// How much of it is forgotten at once.
const AT_ONCE: i64 = 500;

/// Begins to read the log for rules, if there are any. What is recorded after this returns is told.
///
/// # Errors
///
/// When the database fails.
pub async fn begin_rules(services: &Services) -> Result<(), StoreError> {
    match services.settings.rules.is_some() {
        true => pick::begin(services).await,
        false => Ok(()),
    }
}

/// Works for as long as the server runs. Without rules it only forgets what was given up when there were some.
pub async fn run_rules(services: Arc<Services>) {
    let (Some(settings), Some(sender)) = (&services.settings.rules, &services.sender) else {
        return every(TIDYING, "could not tidy up what is sent", || {
            forget(&services)
        })
        .await;
    };
    let (log, picking) = (LogReader::default(), Picking(settings));
    let lanes = lanes(&services, settings, &**sender);
    let lanes = lanes
        .iter()
        .map(|lane| every(LOOKS, "could not send to a target", || lane.send_all()));
    tokio::join!(
        every(LOOKS, "could not read events for rules", || {
            log.to_the_end(&services, &picking)
        }),
        every(TIDYING, "could not tidy up what is sent", || tidy(
            &services, settings
        )),
        join_all(lanes),
    );
}

/// Does all that is to be done by now, once: events are picked, and what is due is sent.
///
/// # Errors
///
/// When the database fails.
pub async fn tell(services: &Services, sender: &dyn Sender) -> Result<(), StoreError> {
    let Some(settings) = &services.settings.rules else {
        return Ok(());
    };
    let log = LogReader::default();
    log.to_the_end(services, &Picking(settings)).await?;
    let lanes = lanes(services, settings, sender);
    let sent = join_all(lanes.iter().map(Lane::send_all)).await;
    tidy(services, settings).await?;
    sent.into_iter().collect()
}

fn lanes<'a>(
    services: &'a Services,
    settings: &'a RuleSettings,
    sender: &'a dyn Sender,
) -> Vec<Lane<'a>> {
    let targets = settings
        .lanes
        .iter()
        .map(|(name, lane)| (name.as_str(), lane));
    let topics = settings.topics.iter().map(|(_, lane)| (TRAIL_TOPICS, lane));
    let lane = |(target, settings)| Lane {
        services,
        sender,
        target,
        settings,
    };
    targets.chain(topics).map(lane).collect()
}

/// Gives up what nobody sends, and forgets what was given up long ago.
async fn tidy(services: &Services, settings: &RuleSettings) -> Result<(), StoreError> {
    let mut last = String::new();
    loop {
        let next = services.store.read(move |tx| tx.next_target(&last)).await?;
        let Some(target) = next else { break };
        if !knows(settings, &target) {
            strand(services, &target).await?;
        }
        last = target;
    }
    forget(services).await
}

fn knows(settings: &RuleSettings, target: &str) -> bool {
    settings.lanes.contains_key(target) || (target == TRAIL_TOPICS && settings.topics.is_some())
}

/// Gives up what was due long ago to a target that nobody knows.
async fn strand(services: &Services, target: &str) -> Result<(), StoreError> {
    let now = services.clock.now();
    loop {
        let target = target.to_owned();
        let given_up = services.store.write(move |tx| {
            let error = "no server knows this target";
            tx.give_up_stranded_notices(&target, before(now, STRANDED), now, error, AT_ONCE)
        });
        if i64::try_from(given_up.await?) != Ok(AT_ONCE) {
            return Ok(());
        }
    }
}

/// Forgets what was given up long ago.
async fn forget(services: &Services) -> Result<(), StoreError> {
    let now = services.clock.now();
    loop {
        let forgotten = services
            .store
            .write(move |tx| tx.forget_dead_notices(before(now, KEPT), AT_ONCE));
        if i64::try_from(forgotten.await?) != Ok(AT_ONCE) {
            return Ok(());
        }
    }
}
