//! Signatures of bodies that are too long to be held at once, as S3 has them: the request is signed with the declared
//! hash of its body, or with the first of a chain of signatures, one a chunk.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>

use hmac::Mac;
use http::request::Parts;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{AuthError, SignedRequest, amz_date, canonical, hmac, key};

impl SignedRequest {
    /// As [`SignedRequest::verify`], for a body that isn't there yet: `payload` stands for its hash, as the request
    /// declares it. Whoever reads the body must see that it keeps what was declared.
    ///
    /// # Errors
    ///
    /// As [`SignedRequest::verify`].
    pub fn verify_declared(
        &self,
        parts: &Parts,
        payload: &str,
        secret: &[u8],
        now: Timestamp,
    ) -> Result<(), AuthError> {
        self.check_time(now)?;
        canonical::check_signed_headers(self, parts)?;
        let request = canonical::request(self, parts, payload);
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n{}\n{}\n{}",
            amz_date(self.date),
            self.scope(),
            hex::encode(Sha256::digest(request)),
        );
        hmac(&key::signing_key(self, secret))
            .chain_update(to_sign.as_bytes())
            .verify_slice(&self.signature)
            .map_err(|_| AuthError::SignatureDoesNotMatch)
    }

    /// The chain of signatures that goes on from that of the request.
    pub fn chunks(&self, secret: &[u8]) -> ChunkSignatures {
        ChunkSignatures {
            key: key::signing_key(self, secret),
            date: amz_date(self.date),
            scope: self.scope(),
            previous: hex::encode(self.signature),
        }
    }

    fn scope(&self) -> String {
        format!(
            "{}/{}/{}/aws4_request",
            self.scope_date, self.region, self.service
        )
    }
}

/// The signatures of a body's chunks, each made over the one before.
#[derive(Clone)]
pub struct ChunkSignatures {
    key: [u8; 32],
    date: String,
    scope: String,
    previous: String,
}

impl std::fmt::Debug for ChunkSignatures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChunkSignatures").finish_non_exhaustive()
    }
}

impl ChunkSignatures {
    /// Checks the next chunk: the hash of its bytes and the signature that came with it, in hexadecimal.
    ///
    /// # Errors
    ///
    /// [`AuthError::SignatureDoesNotMatch`].
    pub fn chunk(&mut self, sha256: [u8; 32], signature: &str) -> Result<(), AuthError> {
        let empty = hex::encode(Sha256::digest(b""));
        let middle = format!("{empty}\n{}", hex::encode(sha256));
        self.check("AWS4-HMAC-SHA256-PAYLOAD", &middle, signature)
    }

    /// Checks the headers after the last chunk: the hash of their lines, `name:value` and a newline each.
    ///
    /// # Errors
    ///
    /// [`AuthError::SignatureDoesNotMatch`].
    pub fn trailer(&mut self, sha256: [u8; 32], signature: &str) -> Result<(), AuthError> {
        self.check("AWS4-HMAC-SHA256-TRAILER", &hex::encode(sha256), signature)
    }

    fn check(&mut self, algorithm: &str, hashes: &str, signature: &str) -> Result<(), AuthError> {
        let Self {
            key,
            date,
            scope,
            previous,
        } = self;
        let to_sign = format!("{algorithm}\n{date}\n{scope}\n{previous}\n{hashes}");
        let given = hex::decode(signature).map_err(|_| AuthError::SignatureDoesNotMatch)?;
        hmac(key)
            .chain_update(to_sign.as_bytes())
            .verify_slice(&given)
            .map_err(|_| AuthError::SignatureDoesNotMatch)?;
        signature.clone_into(previous);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use http::Request;
    use sha2::{Digest, Sha256};

    use super::*;

    /// The example of Amazon S3's API reference, "Signature calculations for the authorization header: transferring
    /// payload in multiple chunks".
    const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    fn example() -> Parts {
        let request = Request::put("/examplebucket/chunkObject.txt")
            .header("host", "s3.amazonaws.com")
            .header("x-amz-date", "20130524T000000Z")
            .header("x-amz-storage-class", "REDUCED_REDUNDANCY")
            .header("content-encoding", "aws-chunked")
            .header("content-length", "66824")
            .header("x-amz-decoded-content-length", "66560")
            .header("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
                 SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;\
                 x-amz-decoded-content-length;x-amz-storage-class,\
                 Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
            )
            .body(())
            .expect("a request");
        request.into_parts().0
    }

    #[test]
    fn the_documented_example_holds() {
        let parts = example();
        let signed = SignedRequest::parse(&parts)
            .expect("readable")
            .expect("signed");
        let now = "2013-05-24T00:00:00Z".parse().expect("a time");
        let declared = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
        assert_eq!(
            signed.verify_declared(&parts, declared, SECRET, now),
            Ok(())
        );
        for wrong in ["UNSIGNED-PAYLOAD", ""] {
            assert!(signed.verify_declared(&parts, wrong, SECRET, now).is_err());
        }

        let mut chunks = signed.chunks(SECRET);
        let hash = |length| Sha256::digest(vec![b'a'; length]).into();
        let one = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648";
        let two = "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497";
        let end = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9";
        assert!(
            chunks.clone().chunk(hash(1024), two).is_err(),
            "out of turn"
        );
        assert!(
            chunks.clone().chunk(hash(65535), one).is_err(),
            "other bytes"
        );
        assert_eq!(chunks.chunk(hash(65536), one), Ok(()));
        assert_eq!(chunks.chunk(hash(1024), two), Ok(()));
        assert_eq!(chunks.chunk(hash(0), end), Ok(()));
        assert!(chunks.trailer(hash(0), "zz").is_err());
    }
}
