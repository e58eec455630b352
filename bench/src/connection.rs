use std::net::SocketAddr;

use anyhow::{Context as _, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 64 << 20;

/// One kept-alive connection that sends a request only when the last one is answered.
///
/// It reads no more of HTTP than it must, so that the generator costs little. A server that closes after each answer
/// gets a new connection each time, as it would from any client.
pub(crate) struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// An answer.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
            buffer: vec![0; 64 << 10],
        }
    }

    /// Sends one request and reads its whole answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> anyhow::Result<Answer<'_>> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address)
                    .await
                    .context("could not connect")?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        stream.write_all(request).await.context("could not send")?;
        let (mut filled, mut known) = (0, None);
        let (head, end) = loop {
            if filled == self.buffer.len() {
                self.buffer.resize(filled * 2, 0);
            }
            let read = stream
                .read(&mut self.buffer[filled..])
                .await
                .context("could not receive")?;
            ensure!(
                read > 0,
                "the server closed the connection before the answer was whole"
            );
            filled += read;
            if known.is_none() {
                known = Head::parse(&self.buffer[..filled])?;
            }
            if let Some(head) = &known {
                let end = head.end + head.length;
                ensure!(
                    end <= LONGEST,
                    "the answer is too long: {} bytes",
                    head.length
                );
                if filled >= end {
                    break (*head, end);
                }
            }
        };
        if !head.closes {
            self.stream = Some(stream);
        }
        Ok(Answer {
            status: head.status,
            body: &self.buffer[head.end..end],
        })
    }

    /// Sends one request whose answer must be a success.
    pub(crate) async fn call(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        let answer = self.send(request).await?;
        if answer.status != 200 {
            bail!("status {}: {}", answer.status, beginning(answer.body));
        }
        Ok(answer.body)
    }
}

/// The beginning of a body, for messages.
pub(crate) fn beginning(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(500)]).into_owned()
}

/// What counts of an answer's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    /// Where the body begins.
    end: usize,
    /// Of the body, in bytes.
    length: usize,
    /// Whether the server closes the connection after it.
    closes: bool,
}

impl Head {
    /// The head, if it is whole.
    fn parse(bytes: &[u8]) -> anyhow::Result<Option<Self>> {
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            ensure!(bytes.len() < 64 << 10, "the answer's head is too long");
            return Ok(None);
        };
        let text = std::str::from_utf8(&bytes[..end]).context("the answer's head is not text")?;
        let mut lines = text.split("\r\n");
        let first = lines.next().unwrap_or_default();
        let status = first
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let status = status.with_context(|| format!("not an answer: {first}"))?;
        let mut head = Self {
            status,
            end: end + 4,
            length: 0,
            closes: first.starts_with("HTTP/1.0"),
        };
        let mut measured = false;
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            if name.eq_ignore_ascii_case("content-length") {
                head.length = value.trim().parse().context("a wrong content-length")?;
                measured = true;
            } else if name.eq_ignore_ascii_case("connection") {
                head.closes = value.trim().eq_ignore_ascii_case("close");
            }
        }
        ensure!(measured, "the answer does not say how long it is");
        Ok(Some(head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_as_far_as_needed() {
        let head = |status, end, length, closes| {
            Some(Head {
                status,
                end,
                length,
                closes,
            })
        };
        let cases = [
            (
                "not whole",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
                None,
            ),
            (
                "kept alive",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                head(200, 38, 2, false),
            ),
            (
                "closed",
                "HTTP/1.1 400 Bad\r\ncontent-length:2\r\nConnection: close\r\n\r\n{}",
                head(400, 57, 2, true),
            ),
            (
                "old",
                "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                head(200, 38, 0, true),
            ),
        ];
        for (case, text, want) in cases {
            assert_eq!(
                Head::parse(text.as_bytes()).expect("a head"),
                want,
                "{case}"
            );
        }
        for text in [
            "nonsense\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
        ] {
            assert!(Head::parse(text.as_bytes()).is_err(), "{text:?}");
        }
    }
}
