use std::fmt;
use std::str::FromStr as _;

use lettre::address::Envelope;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mail};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::transport::smtp::Error as SmtpError;
use lettre::{AsyncTransport as _, Tokio1Executor};
use serde_json::Value;

use crate::error::innermost;
use crate::{Message, SendError};

/// Mailboxes, and the server that takes mail for them.
pub struct EmailTarget {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Vec<Mailbox>,
}

impl fmt::Debug for EmailTarget {
    /// Without the server: its URL may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailTarget")
    }
}

/// A text that names no mailbox.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no mailbox: expected name@example.com, or Name <name@example.com>")]
pub struct ParseMailboxError(String);

/// A URL that names no mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected smtps://HOST, smtp://HOST?tls=required, or smtp://HOST without encryption, with USER:PASSWORD@ if the \
     server asks for it"
)]
pub struct SmtpUrlError;

impl EmailTarget {
    /// Mail to mailboxes through the server at a URL.
    ///
    /// # Errors
    ///
    /// When the URL is none of SMTP.
    pub fn new(url: &str, from: Mailbox, to: Vec<Mailbox>) -> Result<Self, SmtpUrlError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
        Ok(Self {
            transport: transport.map_err(|_| SmtpUrlError)?.build(),
            from,
            to,
        })
    }

    /// Reads a mailbox.
    ///
    /// # Errors
    ///
    /// When the text names none.
    pub fn mailbox(text: &str) -> Result<Mailbox, ParseMailboxError> {
        Mailbox::from_str(text).map_err(|_| ParseMailboxError(text.to_owned()))
    }

    pub(crate) async fn send(&self, message: &Message<'_>) -> Result<(), SendError> {
        let mail = self.mail(message);
        let mail = mail.map_err(|error| SendError::last(error.to_string()))?;
        let bytes = mail.formatted();
        // Each has a transaction of their own: a server refuses a mail for all if it refuses one of them.
        let mut refused = Vec::new();
        for mailbox in &self.to {
            let envelope =
                Envelope::new(Some(self.from.email.clone()), vec![mailbox.email.clone()]);
            let envelope = envelope.map_err(|error| SendError::last(error.to_string()))?;
            if let Err(error) = self.transport.send_raw(&envelope, &bytes).await {
                refused.push(of_smtp(&error));
            }
        }
        outcome(refused, self.to.len())
    }

    fn mail(&self, message: &Message<'_>) -> Result<Mail, lettre::error::Error> {
        let event: Value = serde_json::from_str(message.body).unwrap_or_default();
        // The same each time the message is tried: who gets it twice may know.
        let id = format!("<{}@{}>", message.id, self.from.email.domain());
        let mut mail = Mail::builder()
            .from(self.from.clone())
            .subject(subject(&event, message))
            .message_id(Some(id))
            .date(message.now)
            // Nobody's absence is to be told to us; RFC 3834.
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN);
        for mailbox in &self.to {
            mail = mail.to(mailbox.clone());
        }
        mail.body(body(&event, message))
    }
}

/// What became of a mail to so many. Those who refuse it for good don't keep it from the others, who would get it again.
fn outcome(mut refused: Vec<SendError>, all: usize) -> Result<(), SendError> {
    if let Some(place) = refused.iter().position(|error| !error.is_final) {
        return Err(refused.swap_remove(place));
    }
    if refused.len() < all {
        for error in refused {
            tracing::warn!(error = %error.message, "a mailbox refuses mail");
        }
        return Ok(());
    }
    refused.pop().map_or(Ok(()), Err)
}

fn of_smtp(error: &SmtpError) -> SendError {
    match error.status() {
        // Who may send at all is a setting of the server's or of ours: 530 and 535 are mended without another mail.
        Some(code) => {
            let code = code.to_string();
            let is_final = error.is_permanent() && !code.starts_with("53");
            SendError {
                is_final,
                ..SendError::passing(error.to_string())
            }
        }
        None => SendError::passing(innermost(error)),
    }
}

fn text<'a>(event: &'a Value, pointer: &str) -> &'a str {
    event
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Such as `CreateInstance refused in 111122223333 (denied)`, without anything that could end the line.
fn subject(event: &Value, message: &Message<'_>) -> String {
    let what = text(event, "/detail/eventName");
    let refused = match text(event, "/detail/errorCode") {
        "" => "",
        _ => " refused",
    };
    let failed = match message.failed_at {
        Some((target, _)) => format!("Not delivered to {target}: "),
        None => String::new(),
    };
    let (account, rules) = (message.account, message.rules);
    let subject = format!("{failed}{what}{refused} in {account} ({rules})");
    subject
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect()
}

fn body(event: &Value, message: &Message<'_>) -> String {
    let who = match text(event, "/detail/userIdentity/arn") {
        "" => text(event, "/detail/userIdentity/type"),
        arn => arn,
    };
    let error = [
        text(event, "/detail/errorCode"),
        text(event, "/detail/errorMessage"),
    ];
    let (target, failure) = message.failed_at.unwrap_or_default();
    let lines = [
        ("What", text(event, "/detail/eventName")),
        ("Who", who),
        ("When", text(event, "/time")),
        ("Account", message.account),
        ("Region", text(event, "/region")),
        ("From", text(event, "/detail/sourceIPAddress")),
        ("Error", &error.join(" ")),
        ("Rule", message.rules),
        ("Not delivered to", target),
        ("Because", failure),
    ];
    let mut body = String::new();
    for (name, value) in lines {
        // A line break would begin a line that looks like one of these.
        let value = value.trim().replace(char::is_control, " ");
        if !value.is_empty() {
            body.push_str(&format!("{name}: {value}\n"));
        }
    }
    let whole = serde_json::to_string_pretty(event).unwrap_or_default();
    format!("{body}\n{whole}\n")
}

#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_refuses_mail_keeps_it_from_nobody_else() {
        let (last, passing) = (SendError::last("no such user"), SendError::passing("busy"));
        let cases = [
            ("taken by all", vec![], 2, None),
            ("refused by one", vec![last.clone()], 2, None),
            (
                "refused by all",
                vec![last.clone(), last.clone()],
                2,
                Some(true),
            ),
            ("put off by one", vec![last, passing], 3, Some(false)),
        ];
        for (case, refused, all, want) in cases {
            let found = outcome(refused, all).err().map(|error| error.is_final);
            assert_eq!(found, want, "{case}");
        }
    }

    #[test]
    fn no_text_of_an_event_begins_a_line() {
        let event =
            serde_json::json!({"detail": {"eventName": "Sell", "errorMessage": "no\nWho: root"}});
        let message = Message {
            id: "m",
            account: "111122223333",
            rules: "r",
            topic: None,
            body: "",
            failed_at: None,
            now: std::time::SystemTime::UNIX_EPOCH,
        };
        assert!(
            !body(&event, &message)
                .lines()
                .any(|line| line == "Who: root")
        );
    }
}
