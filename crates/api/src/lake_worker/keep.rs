//! Tidies up: merges small files, and removes what is too old, what was deleted and what nothing holds.

use atrium_model::Timestamp;
use atrium_model::lake::{EventDataStore, LakeFile};
use atrium_store::StoreError;
use atrium_trail::ingest::{day_of, old_store_plans};
use atrium_trail::queries::{KEPT, forget_people, may_forget_people};
use futures::FutureExt as _;
use std::time::Duration;

use super::flush::PATIENCE;
use super::ingest::Filling;
use super::{LakeError, compact};
use crate::Services;
use crate::log_reader::Follower as _;
use crate::worker::before;

/// How many rows are looked at at once.
const PAGE: i64 = 100;

/// Does all of it that is to be done by now.
pub(super) async fn all(services: &Services) -> Result<(), LakeError> {
    let now = services.clock.now();
    let steps = [
        expire(services, now).boxed(),
        forget_queries(services, now).boxed(),
        forget_channel_events(services, now).boxed(),
        remove_loose(services, now).boxed(),
        forget_plans(services, now).boxed(),
        forget_names(services, now).boxed(),
        compact::all(services).boxed(),
    ];
    // One that fails must not keep the others from their work.
    let mut outcome = Ok(());
    for step in steps {
        outcome = outcome.and(step.await);
    }
    outcome
}

async fn forget_plans(services: &Services, now: Timestamp) -> Result<(), LakeError> {
    let old = services
        .store
        .read(move |tx| old_store_plans(tx, Filling::NAME, now));
    let old = old.await?;
    if !old.is_empty() {
        let forgotten = services.store.write(move |tx| {
            old.iter()
                .try_for_each(|version| tx.delete_store_version(version))
        });
        forgotten.await?;
    }
    Ok(())
}

/// Forgets how people were called before any record that a store may still have.
async fn forget_names(services: &Services, now: Timestamp) -> Result<(), LakeError> {
    // Nothing is written while there is nothing to forget.
    while services
        .store
        .read(move |tx| may_forget_people(tx, now))
        .await?
    {
        let forgotten = services.store.write(move |tx| forget_people(tx, now));
        forgotten.await?;
    }
    Ok(())
}

/// Removes what is older than its store keeps it, and stores whose time is over.
async fn expire(services: &Services, now: Timestamp) -> Result<(), LakeError> {
    let mut after = (String::new(), String::new());
    loop {
        let from = after.clone();
        let page = services
            .store
            .read(move |tx| tx.all_event_data_stores((&from.0, &from.1), PAGE));
        let page = page.await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = (last.account.to_string(), last.id.clone());
        for store in page {
            expire_store(services, store, now).await?;
        }
    }
}

async fn expire_store(
    services: &Services,
    store: EventDataStore,
    now: Timestamp,
) -> Result<(), LakeError> {
    let is_over = store.ends.is_some_and(|ends| ends <= now);
    let days = u64::try_from(store.settings.retention).unwrap_or(u64::MAX);
    let kept = Duration::from_secs(days.saturating_mul(24 * 3600));
    // A day is over its time when its last moment is.
    let oldest = day_of(before(now, kept));
    let due = now + services.settings.lake.reading();
    loop {
        let (account, id) = (store.account.clone(), store.id.clone());
        let page = services
            .store
            .read(move |tx| tx.lake_files(&account, &id, ("", ""), PAGE));
        let old = |file: &LakeFile| is_over || file.day < oldest;
        let old: Vec<LakeFile> = page.await?.into_iter().filter(old).collect();
        if old.is_empty() {
            break;
        }
        let removed = services.store.write(move |tx| {
            old.iter()
                .try_for_each(|file| tx.delete_lake_file(file, due).map(drop))
        });
        removed.await?;
    }
    if is_over {
        let gone = services.store.bulk(move |tx| {
            // It may have been restored, or have got a file, since it was looked at.
            let found = tx.event_data_store(&store.account, &store.id)?;
            let is_over = found.is_some_and(|store| store.ends.is_some_and(|ends| ends <= now));
            let files = tx.lake_files(&store.account, &store.id, ("", ""), 1)?;
            match is_over && files.is_empty() {
                true => tx.delete_event_data_store(&store.account, &store.id),
                false => Ok(()),
            }
        });
        gone.await?;
    }
    Ok(())
}

/// Forgets queries that can't be asked for any more, and leaves their answers to the sweep.
async fn forget_queries(services: &Services, now: Timestamp) -> Result<(), LakeError> {
    loop {
        let old = services
            .store
            .read(move |tx| tx.old_queries(before(now, KEPT), PAGE));
        let old = old.await?;
        if old.is_empty() {
            return Ok(());
        }
        let forgotten = services.store.write(move |tx| {
            for query in &old {
                for part in &query.results {
                    tx.announce_segment(&part.segment, now)?;
                }
                tx.delete_query(query)?;
            }
            Ok::<_, StoreError>(())
        });
        forgotten.await?;
    }
}

/// Forgets which events came through channels long ago.
async fn forget_channel_events(services: &Services, now: Timestamp) -> Result<(), LakeError> {
    // Nothing is written while there is nothing to forget.
    while services
        .store
        .read(move |tx| tx.may_forget_channel_events(now))
        .await?
    {
        let forgotten = services
            .store
            .write(move |tx| tx.forget_channel_events(now, PAGE));
        forgotten.await?;
    }
    Ok(())
}

/// Removes files that nothing holds. One that can't be removed now waits, and the others don't.
async fn remove_loose(services: &Services, now: Timestamp) -> Result<(), LakeError> {
    let Some(objects) = &services.segments else {
        return Ok(());
    };
    loop {
        let loose = services
            .store
            .read(move |tx| tx.loose_lake_files(now, PAGE));
        let loose = loose.await?;
        if loose.is_empty() {
            return Ok(());
        }
        let (mut removed, mut left) = (Vec::new(), Vec::new());
        for path in loose {
            match objects.remove_file(&path).await {
                Ok(()) => removed.push(path),
                Err(error) => {
                    tracing::warn!(path, error = %error, "could not remove a file; it is tried again");
                    left.push(path);
                }
            }
        }
        let noted = services.store.write(move |tx| {
            tx.forget_lake_files(&removed)?;
            left.iter()
                .try_for_each(|path| tx.announce_lake_file(path, now + PATIENCE))
        });
        noted.await?;
    }
}
