//! PutObject.

use std::time::Duration;

use atrium_store::{Object, Segment};
use s3s::dto::{self, StreamingBlob};
use s3s::{S3Error, S3Request, S3Response, S3Result, s3_error};

use super::body::Trailers;
use super::buckets::GRACE;
use super::conditions::WriteConditions;
use super::digest::{Digest, Digested, Expected};
use super::error::Failure;
use super::headers::{self, etag, object_headers, refuse_unsupported};
use super::session::Session;

/// How long an upload may take before its bytes count as left behind.
pub(super) const PATIENCE: Duration = Duration::from_secs(24 * 3600);

/// The checksums in the input of PutObject or UploadPart.
macro_rules! expected {
    ($input:expr) => {
        Expected {
            md5: $input.content_md5.take(),
            sums: s3s::dto::Checksum {
                checksum_crc32: $input.checksum_crc32.take(),
                checksum_crc32c: $input.checksum_crc32c.take(),
                checksum_crc64nvme: $input.checksum_crc64nvme.take(),
                checksum_sha1: $input.checksum_sha1.take(),
                checksum_sha256: $input.checksum_sha256.take(),
                ..s3s::dto::Checksum::default()
            },
        }
    };
}
pub(super) use expected;

/// PutObject: the bytes first, then the row that makes them an object.
pub(super) async fn put(
    session: &Session,
    req: S3Request<dto::PutObjectInput>,
) -> S3Result<S3Response<dto::PutObjectOutput>> {
    const ACTION: &str = "s3:PutObject";
    let trailers = req.extensions.get::<Trailers>().cloned();
    let mut input = req.input;
    refuse_unsupported!(input)?;
    if input.write_offset_bytes.is_some() {
        return Err(s3_error!(
            NotImplemented,
            "Appending to objects is not offered."
        ));
    }
    let digest = Digest::new(expected!(input), &req.headers, trailers);
    let headers = object_headers!(input);
    headers::check(&headers)?;
    let conditions = WriteConditions {
        if_match: input.if_match,
        if_none_match: input.if_none_match,
    };
    let (bucket, key, owner) = (input.bucket, input.key, input.expected_bucket_owner);

    let (own, (to, name), early) = (
        session.clone(),
        (bucket.clone(), key.clone()),
        conditions.clone(),
    );
    let id = announce(session, move |tx| {
        own.bucket_for(tx, ACTION, &to, &name, owner.as_deref())?;
        let known = tx.object(&to, &name)?;
        Ok(early.check(known.as_ref().map(|known| known.etag.as_str()))?)
    })
    .await?;
    let (segment, digested) = receive(session, &id, input.body, digest).await?;

    let md5 = hex::encode(digested.md5);
    let object = Object {
        bucket: bucket.clone(),
        name: key.clone(),
        segments: Vec::from_iter((segment.size > 0).then(|| segment.clone())),
        etag: md5.clone(),
        headers,
        modified: session.now(),
    };
    let own = session.clone();
    let kept = session
        .write(move |tx| {
            own.bucket(tx, &object.bucket, None)?;
            let known = tx.object(&object.bucket, &object.name)?;
            conditions.check(known.as_ref().map(|known| known.etag.as_str()))?;
            hold(tx, &segment)?;
            if object.segments.is_empty() {
                // An empty object needs no bytes; what was written goes.
                tx.announce_segment(&segment.id, own.now())?;
            }
            Ok(tx.put_object(&object, own.now() + GRACE)?)
        })
        .await;
    if let Err(error) = kept {
        discard(session, &id).await;
        return Err(error);
    }
    let sums = digested.sums;
    Ok(S3Response::new(dto::PutObjectOutput {
        e_tag: Some(etag(&md5)),
        checksum_crc32: sums.checksum_crc32,
        checksum_crc32c: sums.checksum_crc32c,
        checksum_crc64nvme: sums.checksum_crc64nvme,
        checksum_sha1: sums.checksum_sha1,
        checksum_sha256: sums.checksum_sha256,
        ..dto::PutObjectOutput::default()
    }))
}

/// Checks that an upload may be, and notes the segment it will be written to, so that it is found if it never ends.
pub(super) async fn announce<F>(session: &Session, mut check: F) -> S3Result<String>
where
    F: FnMut(&mut dyn atrium_store::Tx) -> Result<(), Failure> + Send + 'static,
{
    let id = session.new_name();
    let (own, name) = (session.clone(), id.clone());
    session
        .write(move |tx| {
            check(tx)?;
            Ok(tx.announce_segment(&name, own.now() + PATIENCE)?)
        })
        .await?;
    Ok(id)
}

/// Writes a body to its segment and checks its hashes; what fails is removed.
pub(super) async fn receive(
    session: &Session,
    id: &str,
    body: Option<StreamingBlob>,
    mut digest: Digest,
) -> S3Result<(Segment, Digested)> {
    let body = body.unwrap_or_else(|| StreamingBlob::from(s3s::Body::empty()));
    let outcome = async {
        let segment = session.segments().write(id, body, &mut digest).await?;
        Ok::<_, S3Error>((segment, digest.finish()?))
    }
    .await;
    if outcome.is_err() {
        discard(session, id).await;
    }
    outcome
}

/// Makes a written segment somebody's.
pub(super) fn hold(tx: &mut dyn atrium_store::Tx, segment: &Segment) -> Result<(), Failure> {
    if tx.hold_segment(&segment.id)? {
        return Ok(());
    }
    Err(s3_error!(
        RequestTimeout,
        "Your socket connection to the server was not read from or written to within the timeout period."
    )
    .into())
}

/// Removes a segment that nothing will hold. If this fails, the sweep finds it.
pub(super) async fn discard(session: &Session, id: &str) {
    if session.segments().remove(id).await.is_ok() {
        let gone = [id.to_owned()];
        let _ = session
            .write(move |tx| Ok(tx.forget_segments(&gone)?))
            .await;
    }
}
