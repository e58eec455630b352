//! What operators ask: is it alive, can it reach its database, what does it count.

use std::sync::Arc;

use atrium_store::StoreError;
use axum::extract::State;
use http::StatusCode;

use crate::Services;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers too.
pub(crate) async fn ready(State(services): State<Arc<Services>>) -> (StatusCode, &'static str) {
    match services.store.read(|tx| tx.policy_epoch()).await {
        Ok::<_, StoreError>(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(error = %error, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
        }
    }
}

/// `GET /metrics`: counters and durations in Prometheus's text format.
pub(crate) async fn metrics(State(services): State<Arc<Services>>) -> String {
    services
        .metrics
        .as_ref()
        .map(|render| render())
        .unwrap_or_default()
}
