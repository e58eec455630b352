use std::time::Duration;

use async_trait::async_trait;
use atrium_model::trail::Notice;

/// Sends things to targets.
#[async_trait]
pub trait Sender: Send + Sync {
    /// Sends one to its target. If this is given up halfway, it may have been sent or not.
    ///
    /// # Errors
    ///
    /// When the target is not known to have it.
    async fn send(&self, notice: &Notice) -> Result<(), SendError>;
}

/// Why something could not be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SendError {
    /// What the target said, such as `NotFoundException: topic does not exist`.
    pub message: String,
    /// Whether it would be said again however often it were tried.
    pub is_final: bool,
    /// How long the target wants to be left alone.
    pub after: Option<Duration>,
}
