//! Forgets what has had its time: audit events past their retention, answers to old client tokens, people's tokens.

use std::sync::Arc;
use std::time::Duration;

use atrium_api::Services;
use atrium_model::Timestamp;

/// How many rows one transaction removes, so that no caller waits long behind it.
const AT_ONCE: i64 = 1000;

pub(super) async fn run(services: Arc<Services>, event_retention: u32) {
    let kept = i64::from(event_retention) * 24 * 3600 * 1000;
    let mut tick = tokio::time::interval(Duration::from_secs(600));
    loop {
        tick.tick().await;
        if let Err(error) = atrium_api::sweep(&services).await {
            tracing::warn!(error = %error, "could not remove what objects have left behind");
        }
        let now = services.clock.now();
        let before = Timestamp::from_millis(now.as_millis().saturating_sub(kept));
        let at_last = Timestamp::from_millis(before.as_millis().saturating_sub(kept));
        loop {
            let swept = services
                .store
                .write(move |tx| {
                    let events = tx.forget_events(before, at_last, AT_ONCE)?;
                    let answers = tx.forget_idempotent_answers(now, AT_ONCE)?;
                    let tokens = tx.forget_bearer_tokens(now, AT_ONCE)?;
                    Ok::<_, atrium_store::StoreError>(events + answers + tokens)
                })
                .await;
            match swept {
                Ok(0) => break,
                Ok(_) => tokio::task::yield_now().await,
                Err(error) => {
                    tracing::warn!(error = %error, "could not remove what is out of date");
                    break;
                }
            }
        }
    }
}
