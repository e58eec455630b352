//! Sends what waits for one target. Each target has a lane of its own, so none waits for another.

use std::time::Duration;

use atrium_model::trail::Notice;
use atrium_store::{StoreError, Tx};
use atrium_trail::rules::{Fate, settle, split};
use futures::{StreamExt as _, stream};

use super::{LaneSettings, SendError, Sender};
use crate::Services;

/// For how much longer than sending may take a server has what it has claimed: the time to keep what became of it.
const MARGIN: Duration = Duration::from_secs(10);

/// The way to one target.
pub(super) struct Lane<'a> {
    pub(super) services: &'a Services,
    pub(super) sender: &'a dyn Sender,
    pub(super) target: &'a str,
    pub(super) settings: &'a LaneSettings,
}

impl Lane<'_> {
    /// Sends all that is due.
    pub(super) async fn send_all(&self) -> Result<(), StoreError> {
        loop {
            let (now, target) = (self.services.clock.now(), self.target.to_owned());
            let due = self
                .services
                .store
                .read(move |tx| tx.is_notice_due(&target, now));
            if !due.await? {
                return Ok(());
            }
            let claimed = self.claim().await?;
            stream::iter(claimed)
                .map(|notice| self.send(notice))
                .buffer_unordered(self.settings.at_once)
                .fold(Ok(()), async |all, one| all.and(one))
                .await?;
        }
    }

    /// Takes as much as is sent in the time that two of them may take. What is for several recipients is split instead,
    /// and due at once.
    async fn claim(&self) -> Result<Vec<Notice>, StoreError> {
        let (now, target) = (self.services.clock.now(), self.target.to_owned());
        let until = now + self.settings.timeout * 2 + MARGIN;
        let limit = i64::try_from(self.settings.at_once * 2).unwrap_or(i64::MAX);
        let recipients = self.settings.recipients.clone();
        let claim = move |tx: &mut dyn Tx| {
            let claimed = tx.claim_notices(&target, now, until, limit)?;
            // Picked events, dead letters of other targets, and what waited or was given up before there were recipients.
            let is_for_all = |notice: &Notice| !recipients.is_empty() && notice.topic.is_none();
            let (for_all, ready): (Vec<_>, Vec<_>) = claimed.into_iter().partition(is_for_all);
            for notice in &for_all {
                split(tx, notice, &recipients, now)?;
            }
            Ok(ready)
        };
        match self.services.store.write(claim).await {
            // Another server was faster.
            Err(StoreError::Conflict) => Ok(Vec::new()),
            other => other,
        }
    }

    async fn send(&self, notice: Notice) -> Result<(), StoreError> {
        let sent = tokio::time::timeout(self.settings.timeout, self.sender.send(&notice)).await;
        let sent = sent.unwrap_or_else(|_| {
            Err(SendError {
                message: "it takes too long".to_owned(),
                is_final: false,
                after: None,
            })
        });
        let fate = match sent {
            Ok(()) => Fate::Sent,
            Err(error) => self.fate(&notice, error),
        };
        let outcome = match &fate {
            Fate::Sent => "sent",
            Fate::Again { .. } => "again",
            Fate::Dead { .. } => "dead",
        };
        metrics::counter!("atrium_notices_total", "target" => self.target.to_owned(), "outcome" => outcome)
            .increment(1);
        let now = self.services.clock.now();
        self.services
            .store
            .write(move |tx| settle(tx, &notice, &fate, now))
            .await
    }

    fn fate(&self, notice: &Notice, error: SendError) -> Fate {
        let now = self.services.clock.now();
        let tries = notice.tries.saturating_add(1);
        let age = now.since(notice.made);
        let retry = &self.settings.retry;
        let pause = match error.is_final {
            true => None,
            false => retry.pause_after(tries, age, error.after, &*self.services.random),
        };
        let error = match &notice.topic {
            Some(recipient) if !self.settings.recipients.is_empty() => {
                format!("{recipient}: {}", error.message)
            }
            _ => error.message,
        };
        match pause {
            Some(pause) => {
                tracing::debug!(
                    target = self.target,
                    notice.id,
                    error,
                    "could not be sent yet"
                );
                Fate::Again {
                    due: now + pause,
                    error,
                }
            }
            None => {
                tracing::warn!(
                    target = self.target,
                    notice.id,
                    tries,
                    error,
                    "could not be sent, and is given up"
                );
                Fate::Dead {
                    error,
                    dead_letter: self.settings.dead_letter.clone(),
                }
            }
        }
    }
}
