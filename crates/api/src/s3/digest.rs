//! The hashes of a body: its ETag, and whatever checksums the client sent along to be checked.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use md5::{Digest as _, Md5};
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
use s3s::dto::Checksum;
use s3s::{S3Error, s3_error};

use super::body::Trailers;

/// What the client says that the body's hashes are.
#[derive(Clone, Debug, Default)]
pub(super) struct Expected {
    /// `Content-MD5`.
    pub(super) md5: Option<String>,
    /// `x-amz-checksum-…`.
    pub(super) sums: Checksum,
}

/// Hashes a body as it passes.
pub(super) struct Digest {
    md5: Md5,
    sums: ChecksumHasher,
    expected: Expected,
    trailers: Option<Trailers>,
}

/// A body's hashes, checked.
pub(super) struct Digested {
    /// The MD5.
    pub(super) md5: [u8; 16],
    /// Those checksums that the client sent.
    pub(super) sums: Checksum,
}

impl Digest {
    /// For a body with these headers. Checksums may also come after the body, in a trailer that is named before.
    pub(super) fn new(expected: Expected, headers: &HeaderMap, trailers: Option<Trailers>) -> Self {
        let announced = headers
            .get("x-amz-trailer")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase();
        let wanted =
            |given: &Option<String>, name: &str| given.is_some() || announced.contains(name);
        let given = &expected.sums;
        Self {
            md5: Md5::new(),
            sums: ChecksumHasher {
                crc32: wanted(&given.checksum_crc32, "checksum-crc32").then(Crc32::new),
                crc32c: wanted(&given.checksum_crc32c, "checksum-crc32c").then(Crc32c::new),
                crc64nvme: wanted(&given.checksum_crc64nvme, "checksum-crc64nvme")
                    .then(Crc64Nvme::new),
                sha1: wanted(&given.checksum_sha1, "checksum-sha1").then(Sha1::new),
                sha256: wanted(&given.checksum_sha256, "checksum-sha256").then(Sha256::new),
            },
            expected,
            trailers,
        }
    }

    /// For bytes that nobody sent, such as a copy's.
    pub(super) fn plain() -> Self {
        Self::new(Expected::default(), &HeaderMap::new(), None)
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.md5.update(bytes);
        self.sums.update(bytes);
    }

    /// The hashes, once the whole body has passed.
    ///
    /// # Errors
    ///
    /// `InvalidDigest` for a Content-MD5 that can't be one, `BadDigest` for anything that is not what was sent.
    pub(super) fn finish(self) -> Result<Digested, S3Error> {
        let md5: [u8; 16] = self.md5.finalize().into();
        if let Some(text) = &self.expected.md5 {
            let given = STANDARD.decode(text).ok().filter(|bytes| bytes.len() == 16);
            match given {
                None => {
                    return Err(s3_error!(
                        InvalidDigest,
                        "The Content-MD5 you specified was invalid."
                    ));
                }
                Some(given) if given != md5 => {
                    return Err(s3_error!(
                        BadDigest,
                        "The Content-MD5 you specified did not match what we received."
                    ));
                }
                Some(_) => {}
            }
        }
        let actual = self.sums.finalize();
        let trailers = self.trailers;
        let mut sums = Checksum::default();
        let check = |given: Option<String>, actual: Option<String>, name: &'static str| {
            let trailer = || trailers.as_ref()?.get(&format!("x-amz-checksum-{name}"));
            match (given.or_else(trailer), actual) {
                (Some(given), Some(actual)) if given == actual => Ok(Some(actual)),
                (Some(_), _) => Err(S3Error::with_message(
                    s3s::S3ErrorCode::BadDigest,
                    format!(
                        "The {} you specified did not match the calculated checksum.",
                        name.to_ascii_uppercase()
                    ),
                )),
                (None, _) => Ok(None),
            }
        };
        let given = self.expected.sums;
        sums.checksum_crc32 = check(given.checksum_crc32, actual.checksum_crc32, "crc32")?;
        sums.checksum_crc32c = check(given.checksum_crc32c, actual.checksum_crc32c, "crc32c")?;
        sums.checksum_crc64nvme = check(
            given.checksum_crc64nvme,
            actual.checksum_crc64nvme,
            "crc64nvme",
        )?;
        sums.checksum_sha1 = check(given.checksum_sha1, actual.checksum_sha1, "sha1")?;
        sums.checksum_sha256 = check(given.checksum_sha256, actual.checksum_sha256, "sha256")?;
        Ok(Digested { md5, sums })
    }
}

/// The ETag of an object of several parts: the MD5 of their MD5s, and their number.
pub(super) fn etag_of_parts(etags: &[String]) -> Option<String> {
    let mut md5 = Md5::new();
    for etag in etags {
        md5.update(hex::decode(etag).ok()?);
    }
    Some(format!("{}-{}", hex::encode(md5.finalize()), etags.len()))
}

#[cfg(test)]
mod tests {
    use s3s::S3ErrorCode;

    use super::*;

    fn finish(
        expected: Expected,
        headers: &HeaderMap,
        trailers: Option<Trailers>,
    ) -> Result<String, S3ErrorCode> {
        let mut digest = Digest::new(expected, headers, trailers);
        digest.update(b"hel");
        digest.update(b"lo");
        digest
            .finish()
            .map(|done| hex::encode(done.md5))
            .map_err(|error| error.code().clone())
    }

    #[test]
    fn hashes_are_checked_where_they_are_sent() {
        let md5 = |text: &str| Expected {
            md5: Some(text.to_owned()),
            ..Expected::default()
        };
        let crc32 = |text: &str| {
            let sums = Checksum {
                checksum_crc32: Some(text.to_owned()),
                ..Checksum::default()
            };
            Expected {
                sums,
                ..Expected::default()
            }
        };
        let hello = Ok("5d41402abc4b2a76b9719d911017c592".to_owned());
        let cases = [
            ("nothing", Expected::default(), hello.clone()),
            ("MD5", md5("XUFAKrxLKna5cZ2REBfFkg=="), hello.clone()),
            (
                "another MD5",
                md5("1B2M2Y8AsgTpgAmY7PhCfg=="),
                Err(S3ErrorCode::BadDigest),
            ),
            ("no MD5", md5("hello"), Err(S3ErrorCode::InvalidDigest)),
            ("CRC32", crc32("NhCmhg=="), hello.clone()),
            (
                "another CRC32",
                crc32("AAAAAA=="),
                Err(S3ErrorCode::BadDigest),
            ),
        ];
        for (case, expected, want) in cases {
            assert_eq!(finish(expected, &HeaderMap::new(), None), want, "{case}");
        }
    }

    #[test]
    fn checksums_may_come_after_the_body() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-amz-trailer",
            "x-amz-checksum-crc32".parse().expect("a value"),
        );
        for (sum, good) in [("NhCmhg==", true), ("AAAAAA==", false)] {
            let trailers = Trailers::default();
            trailers.set(vec![("x-amz-checksum-crc32".into(), sum.into())]);
            assert_eq!(
                finish(Expected::default(), &headers, Some(trailers)).is_ok(),
                good,
                "{sum}"
            );
        }
    }

    #[test]
    fn parts_have_an_etag_together() {
        let hello = "5d41402abc4b2a76b9719d911017c592".to_owned();
        let together = etag_of_parts(&[hello.clone(), hello]).expect("an ETag");
        assert_eq!(together, "616b22817b80eed9f65c3aa38cd29054-2");
        assert_eq!(etag_of_parts(&["nonsense".into()]), None);
    }
}
