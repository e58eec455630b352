//! Whose turn a query is: the server's that has taken it up, for as long as it says so.

use std::time::Duration;

use atrium_model::lake::{Query, QueryStatus};
use atrium_store::StoreError;

use crate::Services;

/// For how long a query is a server's, unless it says so again.
pub(super) const TURN: Duration = Duration::from_secs(15);
/// How often it says so.
const SIGN: Duration = Duration::from_secs(5);
/// How often it looks whether anybody still wants the answer.
const LOOK: Duration = Duration::from_secs(1);

/// Keeps the turn of a run, and ends when it is lost: the query was cancelled, or another server took it up.
pub(super) async fn lost(services: &Services, query: &Query) {
    let mut signed = services.clock.now();
    loop {
        tokio::time::sleep(LOOK).await;
        let now = services.clock.now();
        let is_ours = if now.since(signed) < SIGN {
            still_runs(services, query).await
        } else {
            signed = now;
            sign(services, query).await
        };
        match is_ours {
            Ok(true) => {}
            Ok(false) => return,
            // Whether the turn was lost shows when the answer is kept.
            Err(error) => {
                tracing::warn!(query.id = %query.id, error = %error, "could not keep the turn of a query");
            }
        }
    }
}

async fn still_runs(services: &Services, query: &Query) -> Result<bool, StoreError> {
    let (account, id, run) = (query.account.clone(), query.id.clone(), query.runs);
    services
        .store
        .read(move |tx| {
            let found = tx.query(&account, &id)?;
            Ok(found.is_some_and(|now| now.status == QueryStatus::Running && now.runs == run))
        })
        .await
}

async fn sign(services: &Services, query: &Query) -> Result<bool, StoreError> {
    let (account, id, run) = (query.account.clone(), query.id.clone(), query.runs);
    let until = services.clock.now() + TURN;
    services
        .store
        .write(move |tx| tx.extend_query(&account, &id, run, until))
        .await
}
