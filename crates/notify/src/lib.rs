//! Sends messages to where an operator wants them: Amazon SNS topics, Amazon SQS queues, webhooks and mailboxes.
//!
//! One attempt at a time: when to try again is known elsewhere, and so is what the messages are about. This crate knows
//! nothing of rules, trails and storage; time comes in. Where it connects to is the operator's word; redirects are not
//! followed, so no answer leads anywhere else.

mod aws;
mod cloud_event;
mod email;
mod error;
mod message;
mod queue;
mod secret;
mod topic;
mod webhook;

use std::collections::BTreeSet;

pub use aws::Aws;
pub use email::{EmailTarget, ParseMailboxError, SmtpUrlError};
pub use error::SendError;
pub use message::Message;
pub use queue::QueueTarget;
pub use secret::{ParseSecretError, Secret};
pub use topic::TopicTarget;
pub use webhook::{WebhookTarget, WebhookUrlError};

/// A place to send messages to.
#[derive(Debug)]
pub enum Target {
    /// A topic of Amazon SNS, or the one that each message names.
    Topic(TopicTarget),
    /// A queue of Amazon SQS.
    Queue(QueueTarget),
    /// An HTTP address.
    Webhook(WebhookTarget),
    /// Mailboxes.
    Email(EmailTarget),
}

impl Target {
    /// Those of whom each must be told by a message of their own, that [names](Message::topic) them. None if one message
    /// tells all.
    pub fn recipients(&self) -> BTreeSet<String> {
        match self {
            Self::Email(email) => email.addresses(),
            Self::Topic(_) | Self::Queue(_) | Self::Webhook(_) => BTreeSet::new(),
        }
    }

    /// Sends a message. How long it may take is the caller's to say.
    ///
    /// # Errors
    ///
    /// When the target is not known to have it.
    pub async fn send(&self, message: &Message<'_>) -> Result<(), SendError> {
        match self {
            Self::Topic(topic) => topic.send(message).await,
            Self::Queue(queue) => queue.send(message).await,
            Self::Webhook(webhook) => webhook.send(message).await,
            Self::Email(email) => email.send(message).await,
        }
    }
}
