//! The `aws-chunked` coding: chunks, each with its length and often a signature, and headers after the last one.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>. Bytes are handed on as they come,
//! also within a chunk, so that a chunk may be of any length; a wrong one fails at its end, and with it the whole body.

use atrium_wire::sigv4::ChunkSignatures;
use bytes::{Buf as _, Bytes, BytesMut};
use futures::stream;
use sha2::{Digest as _, Sha256};

use super::body::{BodyError, ByteStream, Incoming, Trailers};

/// The longest line before a chunk, in bytes.
const MAX_LINE: usize = 256;

/// The most bytes after the last chunk.
const MAX_TRAILERS: usize = 16 << 10;

/// Where the decoder is.
enum Phase {
    /// Before the line that begins a chunk.
    Line,
    /// Within a chunk.
    Data { left: u64 },
    /// After a chunk's bytes, before the end of their line.
    DataEnd,
    /// After the last chunk.
    Trailers,
    /// At the end.
    Done,
}

struct Decoder {
    incoming: Incoming,
    buffer: BytesMut,
    phase: Phase,
    /// Bytes that are still to come, as declared.
    left: u64,
    signatures: Option<ChunkSignatures>,
    /// The present chunk's.
    signature: Option<String>,
    hash: Sha256,
    trailers: Option<Trailers>,
}

/// The bytes in the chunks: exactly `length` of them, each chunk signed if there are `signatures`.
pub(super) fn decode(
    incoming: Incoming,
    length: u64,
    signatures: Option<ChunkSignatures>,
    trailers: Option<Trailers>,
) -> ByteStream {
    let decoder = Decoder {
        incoming,
        buffer: BytesMut::new(),
        phase: Phase::Line,
        left: length,
        signatures,
        signature: None,
        hash: Sha256::new(),
        trailers,
    };
    Box::pin(stream::try_unfold(decoder, |mut decoder| async move {
        Ok(decoder.next().await?.map(|bytes| (bytes, decoder)))
    }))
}

impl Decoder {
    async fn next(&mut self) -> Result<Option<Bytes>, BodyError> {
        loop {
            match self.phase {
                Phase::Line => self.begin_chunk().await?,
                Phase::Data { left: 0 } => self.phase = Phase::DataEnd,
                Phase::Data { left } => {
                    if self.buffer.is_empty() {
                        self.fill().await?;
                    }
                    let take = usize::try_from(left)
                        .unwrap_or(usize::MAX)
                        .min(self.buffer.len());
                    let bytes = self.buffer.split_to(take).freeze();
                    self.hash.update(&bytes);
                    self.phase = Phase::Data {
                        left: left - bytes.len() as u64,
                    };
                    return Ok(Some(bytes));
                }
                Phase::DataEnd => {
                    while self.buffer.len() < 2 {
                        self.fill().await?;
                    }
                    if !self.buffer.starts_with(b"\r\n") {
                        return Err(BodyError::Framing);
                    }
                    self.buffer.advance(2);
                    self.check_chunk()?;
                    self.phase = Phase::Line;
                }
                Phase::Trailers => {
                    self.read_trailers().await?;
                    self.phase = Phase::Done;
                }
                Phase::Done => return Ok(None),
            }
        }
    }

    /// Reads more bytes; there must be some.
    async fn fill(&mut self) -> Result<(), BodyError> {
        let piece = self.incoming.next().await?.ok_or(BodyError::Incomplete)?;
        self.buffer.extend_from_slice(&piece);
        Ok(())
    }

    async fn begin_chunk(&mut self) -> Result<(), BodyError> {
        let line = loop {
            let end = self
                .buffer
                .iter()
                .take(MAX_LINE)
                .position(|byte| *byte == b'\n');
            match end {
                Some(end) => break self.buffer.split_to(end + 1),
                None if self.buffer.len() >= MAX_LINE => return Err(BodyError::Framing),
                None => self.fill().await?,
            }
        };
        let line = line.strip_suffix(b"\r\n").ok_or(BodyError::Framing)?;
        let line = std::str::from_utf8(line).map_err(|_| BodyError::Framing)?;
        let (size, extension) = line.split_once(';').unwrap_or((line, ""));
        if size.is_empty() || size.len() > 16 || !size.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            return Err(BodyError::Framing);
        }
        let size = u64::from_str_radix(size, 16).map_err(|_| BodyError::Framing)?;
        self.signature = extension
            .strip_prefix("chunk-signature=")
            .map(str::to_owned);
        if size > 0 {
            self.left = self.left.checked_sub(size).ok_or(BodyError::Framing)?;
            self.phase = Phase::Data { left: size };
            return Ok(());
        }
        if self.left > 0 {
            return Err(BodyError::Incomplete);
        }
        self.check_chunk()?;
        self.phase = Phase::Trailers;
        Ok(())
    }

    fn check_chunk(&mut self) -> Result<(), BodyError> {
        let hash = std::mem::take(&mut self.hash).finalize();
        let Some(signatures) = &mut self.signatures else {
            return Ok(());
        };
        let signature = self.signature.take().ok_or(BodyError::Signature)?;
        signatures
            .chunk(hash.into(), &signature)
            .map_err(|_| BodyError::Signature)
    }

    async fn read_trailers(&mut self) -> Result<(), BodyError> {
        while let Some(piece) = self.incoming.next().await? {
            if self.buffer.len() + piece.len() > MAX_TRAILERS {
                return Err(BodyError::Framing);
            }
            self.buffer.extend_from_slice(&piece);
        }
        let text = std::str::from_utf8(&self.buffer).map_err(|_| BodyError::Framing)?;
        let mut headers = Vec::new();
        for line in text
            .split('\n')
            .map(str::trim)
            .filter(|line| !line.is_empty())
        {
            let (name, value) = line.split_once(':').ok_or(BodyError::Framing)?;
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
        let Some(trailers) = &self.trailers else {
            return if headers.is_empty() {
                Ok(())
            } else {
                Err(BodyError::Framing)
            };
        };
        let signature = headers
            .iter()
            .position(|(name, _)| name == "x-amz-trailer-signature");
        let signature = signature.map(|at| headers.remove(at).1);
        headers.sort();
        if let Some(signatures) = &mut self.signatures {
            let lines: String = headers
                .iter()
                .map(|(name, value)| format!("{name}:{value}\n"))
                .collect();
            let signature = signature.ok_or(BodyError::Signature)?;
            signatures
                .trailer(Sha256::digest(lines).into(), &signature)
                .map_err(|_| BodyError::Signature)?;
        }
        trailers.set(headers);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use futures::TryStreamExt as _;
    use proptest::prelude::*;

    use super::*;

    /// Decodes a body that comes in pieces of `piece` bytes.
    fn run(
        body: &[u8],
        piece: usize,
        length: u64,
        trailers: Option<Trailers>,
    ) -> Result<Vec<u8>, BodyError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        let pieces = body.chunks(piece).map(Bytes::copy_from_slice).collect();
        runtime.block_on(async {
            let decoded = decode(Incoming::of(pieces), length, None, trailers);
            decoded.map_ok(|bytes| bytes.to_vec()).try_concat().await
        })
    }

    #[test]
    fn chunks_are_read_in_whatever_pieces_they_come() {
        let body = b"5\r\nhello\r\n6;chunk-signature=00\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
        for piece in 1..body.len() + 1 {
            let trailers = Trailers::default();
            let decoded = run(body, piece, 11, Some(trailers.clone()));
            assert_eq!(
                decoded.as_deref(),
                Ok(&b"hello world"[..]),
                "in pieces of {piece}"
            );
            assert_eq!(
                trailers.get("x-amz-checksum-crc32").as_deref(),
                Some("AAAAAA==")
            );
        }
    }

    #[test]
    fn bad_framing_fails() {
        let long = format!("{}\r\n", "0".repeat(300));
        let many = format!("0\r\n{}\r\n", "a:b\n".repeat(5000));
        let cases: [(&str, &[u8], u64, BodyError); 12] = [
            ("nothing", b"", 0, BodyError::Incomplete),
            ("no end", b"5\r\nhello\r\n", 5, BodyError::Incomplete),
            (
                "too little",
                b"5\r\nhello\r\n0\r\n\r\n",
                6,
                BodyError::Incomplete,
            ),
            (
                "too much",
                b"5\r\nhello\r\n0\r\n\r\n",
                4,
                BodyError::Framing,
            ),
            ("cut", b"5\r\nhel", 5, BodyError::Incomplete),
            (
                "no line end",
                b"5\nhello\r\n0\r\n\r\n",
                5,
                BodyError::Framing,
            ),
            (
                "no chunk end",
                b"5\r\nhelloXX0\r\n\r\n",
                5,
                BodyError::Framing,
            ),
            ("no length", b"\r\n", 0, BodyError::Framing),
            ("a sign", b"+5\r\nhello\r\n0\r\n\r\n", 5, BodyError::Framing),
            (
                "a huge length",
                b"ffffffffffffffff\r\n",
                5,
                BodyError::Framing,
            ),
            ("a long line", long.as_bytes(), 0, BodyError::Framing),
            ("long trailers", many.as_bytes(), 0, BodyError::Framing),
        ];
        for (case, body, length, want) in cases {
            assert_eq!(
                run(body, 7, length, Some(Trailers::default())),
                Err(want),
                "{case}"
            );
        }
        let undeclared = run(b"0\r\na:b\r\n\r\n", 7, 0, None);
        assert_eq!(
            undeclared,
            Err(BodyError::Framing),
            "headers that were not declared"
        );
    }

    proptest! {
        #[test]
        fn what_is_coded_is_decoded(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..50), 0..9),
                                    piece in 1usize..40) {
            let whole = chunks.concat();
            let mut body = Vec::new();
            for chunk in &chunks {
                body.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
                body.extend(chunk);
                body.extend(b"\r\n");
            }
            body.extend(b"0\r\n\r\n");
            prop_assert_eq!(run(&body, piece, whole.len() as u64, None), Ok(whole));
        }

        #[test]
        fn nonsense_never_panics(body in prop::collection::vec(any::<u8>(), 0..200), length in 0u64..300) {
            let _ = run(&body, 9, length, None);
        }
    }
}
