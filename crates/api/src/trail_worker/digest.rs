//! Makes digests.

use atrium_model::trail::DigestChain;
use atrium_model::{Region, Timestamp};
use atrium_store::StoreError;
use atrium_trail::delivery::{
    SigningKey, SigningKeyError, commit_digest, current_key, digest_subject, make_digest,
    put_off_digest,
};

use super::{DeliveryError, segments};
use crate::Services;

/// How many chains are looked up at once.
const PAGE: i64 = 100;

/// Makes the digests that are due.
pub(super) async fn all(services: &Services) -> Result<(), DeliveryError> {
    if services.segments.is_none() {
        return Ok(());
    }
    loop {
        let now = services.clock.now();
        let due = services
            .store
            .read(move |tx| tx.due_digest_chains(now, PAGE))
            .await?;
        if due.is_empty() {
            return Ok(());
        }
        for chain in due {
            match one(services, chain.clone(), now).await {
                // Another server has made it.
                Ok(()) | Err(DeliveryError::Store(StoreError::Conflict)) => {}
                // The chains after it are not to wait for this one.
                Err(error) => {
                    tracing::warn!(trail = %chain.trail, error = %error, "could not make a digest; it is tried again");
                    put_off(services, chain, now).await?;
                }
            }
        }
    }
}

async fn put_off(
    services: &Services,
    chain: DigestChain,
    now: Timestamp,
) -> Result<(), DeliveryError> {
    let later = services
        .store
        .write(move |tx| put_off_digest(tx, &chain, now));
    later.await?;
    Ok(())
}

async fn one(services: &Services, chain: DigestChain, now: Timestamp) -> Result<(), DeliveryError> {
    let (store, interval) = (&services.store, services.settings.digest_interval);
    let Some(objects) = &services.segments else {
        return Ok(());
    };
    let region = chain.region.clone();
    // Also before the first digest: whoever validates asks for public keys first, and takes having none for an error.
    let key = key(services, &region, now).await?;
    let subject = store.write(move |tx| digest_subject(tx, chain.clone(), now, interval));
    let Some(subject) = subject.await? else {
        return Ok(());
    };
    let digest = make_digest(subject, &key, now).ok_or(SigningKeyError::Unusable(region))?;
    let written = segments::write(
        services,
        objects,
        vec![digest.body.clone()],
        segments::PATIENCE,
    )
    .await?;
    let Some(segment) = written.first().cloned() else {
        return Ok(());
    };
    let placed = store
        .write(move |tx| commit_digest(tx, &digest, &segment, now, interval))
        .await;
    if matches!(placed, Ok(false) | Err(StoreError::Conflict)) {
        segments::discard(services, objects, &written).await;
    }
    placed?;
    Ok(())
}

/// The key of a Region. The first digest there makes it, and the first one after its life ended.
pub(crate) async fn key(
    services: &Services,
    region: &Region,
    now: Timestamp,
) -> Result<SigningKey, DeliveryError> {
    let (store, place) = (&services.store, region.clone());
    let known = store.read(move |tx| current_key(tx, &place, now)).await?;
    let key = match known {
        Some(key) => key,
        None => {
            let made = SigningKey::generate(&services.vault, &*services.random, region, now)?;
            store
                .write(move |tx| {
                    // Another server may have been faster.
                    if let Some(known) = current_key(tx, &made.region, now)? {
                        return Ok(known);
                    }
                    tx.insert_digest_key(&made)?;
                    Ok::<_, StoreError>(made.clone())
                })
                .await?
        }
    };
    Ok(SigningKey::open(&services.vault, &key)?)
}
