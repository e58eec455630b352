use std::collections::BTreeSet;
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

    /// The mailboxes' addresses.
    pub(crate) fn addresses(&self) -> BTreeSet<String> {
        let addresses = self.to.iter().map(|mailbox| mailbox.email.to_string());
        addresses.collect()
    }

    /// Sends to the mailbox that the message names.
    pub(crate) async fn send(&self, message: &Message<'_>) -> Result<(), SendError> {
        let address = message.topic;
        let address = address.ok_or_else(|| SendError::last("no mailbox is named"))?;
        let named = |mailbox: &&Mailbox| mailbox.email.to_string() == address;
        let mailbox = self.to.iter().find(named);
        // Another server may have a newer list.
        let mailbox = mailbox.ok_or_else(|| SendError::passing("no mailbox of the target's"))?;
        let mail = self.mail(message);
        let mail = mail.map_err(|error| SendError::last(error.to_string()))?;
        let to = vec![mailbox.email.clone()];
        let envelope = Envelope::new(Some(self.from.email.clone()), to);
        let envelope = envelope.map_err(|error| SendError::last(error.to_string()))?;
        let sent = self.transport.send_raw(&envelope, &mail.formatted()).await;
        sent.map(drop).map_err(|error| of_smtp(&error))
    }

    fn mail(&self, message: &Message<'_>) -> Result<Mail, lettre::error::Error> {
        let event: Value = serde_json::from_str(message.body).unwrap_or_default();
        // The same each time the message is tried, and in all mailboxes: who gets it twice may know. The message's id
        // ends in a slash and a number for each.
        let id = message.id.rsplit_once('/');
        let id = id.map_or(message.id, |(id, _)| id);
        let id = format!("<{id}@{}>", self.from.email.domain());
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
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

    use super::*;

    /// Speaks just enough SMTP: `full@` gets 452. What it takes is told, each mail with its recipients and its id.
    async fn serve(connection: TcpStream, taken: UnboundedSender<String>) -> std::io::Result<()> {
        let (read, mut write) = connection.into_split();
        let (mut lines, mut mail) = (BufReader::new(read).lines(), String::new());
        let mut in_data = false;
        write.write_all(b"220 here\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let word = line.get(..4).unwrap_or(&line);
            let answer = match (in_data, word) {
                (true, ".") => {
                    in_data = false;
                    let _ = taken.send(std::mem::take(&mut mail));
                    "250 taken"
                }
                (true, _) => {
                    if line.starts_with("Message-ID: ") {
                        mail.push_str(&line);
                    }
                    continue;
                }
                (_, "RCPT") if line.contains("<full@") => "452 no room",
                (_, "RCPT") => {
                    mail.push_str(line.get(8..).unwrap_or_default());
                    mail.push(' ');
                    "250 fine"
                }
                (_, "DATA") => {
                    in_data = true;
                    "354 go on"
                }
                _ => "250 fine",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_mail_for_one_mailbox_goes_to_no_other() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("smtp://{}", listener.local_addr().expect("its address"));
        let (taken, mut mails) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, taken.clone()));
            }
        });
        let mailbox = |text| EmailTarget::mailbox(text).expect("a mailbox");
        let to = [
            "ok@example.com",
            "full@example.com",
            "Last <last@example.com>",
        ];
        let to: Vec<_> = to.into_iter().map(mailbox).collect();
        let target = EmailTarget::new(&url, mailbox("atrium@example.com"), to).expect("a URL");
        let addresses = target.addresses();
        assert_eq!(
            Vec::from_iter(&addresses),
            ["full@example.com", "last@example.com", "ok@example.com"]
        );
        let mut outcomes = Vec::new();
        for (id, address) in [
            ("e-1/1", "full@example.com"),
            ("e-1/2", "last@example.com"),
            ("e-1/1", "full@example.com"),
            ("e-1/3", "ok@example.com"),
            ("e-1/4", "gone@example.com"),
        ] {
            let message = Message {
                id,
                account: "111122223333",
                rules: "r",
                topic: Some(address),
                body: "{}",
                failed_at: None,
                now: std::time::SystemTime::UNIX_EPOCH,
            };
            let sent = target.send(&message).await;
            outcomes.push(sent.map_err(|error| error.is_final));
        }
        let put_off = Err(false);
        assert_eq!(outcomes, [put_off, Ok(()), put_off, Ok(()), put_off]);
        drop(target);
        mails.close();
        let mut found = Vec::new();
        while let Some(mail) = mails.recv().await {
            found.push(mail);
        }
        // All of them have the same mail.
        let want = ["last", "ok"]
            .map(|name| format!("<{name}@example.com> Message-ID: <e-1@example.com>"));
        assert_eq!(found.len(), 2, "{found:?}");
        for (found, want) in found.iter().zip(want) {
            assert!(found.contains(&want), "{found}");
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
