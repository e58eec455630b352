//! Parts of uploads: UploadPart, UploadPartCopy and ListParts.

use atrium_store::UploadPart;
use s3s::dto::{self, StreamingBlob};
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::body::Trailers;
use super::buckets::{GRACE, owner};
use super::conditions::ReadConditions;
use super::copy::{source, source_conditions};
use super::digest::{Digest, Digested, Expected};
use super::headers::{date, etag, seconds};
use super::put::{announce, discard, expected, hold, receive};
use super::session::Session;
use super::uploads::{MAX_PARTS, find};

/// UploadPart.
pub(super) async fn upload(
    session: &Session,
    req: S3Request<dto::UploadPartInput>,
) -> S3Result<S3Response<dto::UploadPartOutput>> {
    let trailers = req.extensions.get::<Trailers>().cloned();
    let mut input = req.input;
    if input.sse_customer_algorithm.is_some() {
        return Err(s3_error!(
            NotImplemented,
            "A header you provided implies functionality that is not implemented"
        ));
    }
    let digest = Digest::new(expected!(input), &req.headers, trailers);
    let place = Place {
        bucket: input.bucket,
        key: input.key,
        upload: input.upload_id,
        number: number(input.part_number)?,
        expected_owner: input.expected_bucket_owner,
    };
    let (part, digested) = keep(session, place, input.body, digest).await?;
    let sums = digested.sums;
    Ok(S3Response::new(dto::UploadPartOutput {
        e_tag: Some(etag(&part.etag)),
        checksum_crc32: sums.checksum_crc32,
        checksum_crc32c: sums.checksum_crc32c,
        checksum_crc64nvme: sums.checksum_crc64nvme,
        checksum_sha1: sums.checksum_sha1,
        checksum_sha256: sums.checksum_sha256,
        ..dto::UploadPartOutput::default()
    }))
}

/// UploadPartCopy: a part whose bytes are those of an object, or of a range of one.
pub(super) async fn upload_copy(
    session: &Session,
    req: S3Request<dto::UploadPartCopyInput>,
) -> S3Result<S3Response<dto::UploadPartCopyOutput>> {
    let mut input = req.input;
    let conditions = source_conditions!(input);
    let from = source(
        session,
        &input.copy_source,
        input.expected_source_bucket_owner,
        &conditions,
    )
    .await?;
    let size = from.size();
    let range = match &input.copy_source_range {
        None => 0..size,
        Some(text) => {
            let invalid = || {
                s3_error!(
                    InvalidArgument,
                    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy"
                )
            };
            match dto::Range::parse(text).map_err(|_| invalid())? {
                dto::Range::Int {
                    first,
                    last: Some(last),
                } if first <= last && last < size => first..last + 1,
                _ => return Err(invalid()),
            }
        }
    };
    let body = session.segments().read(&from.segments, range);
    let place = Place {
        bucket: input.bucket,
        key: input.key,
        upload: input.upload_id,
        number: number(input.part_number)?,
        expected_owner: input.expected_bucket_owner,
    };
    let (part, _) = keep(session, place, Some(body), Digest::plain()).await?;
    Ok(S3Response::new(dto::UploadPartCopyOutput {
        copy_part_result: Some(dto::CopyPartResult {
            e_tag: Some(etag(&part.etag)),
            last_modified: Some(date(part.modified)),
            ..dto::CopyPartResult::default()
        }),
        ..dto::UploadPartCopyOutput::default()
    }))
}

/// ListParts.
pub(super) async fn list(
    session: &Session,
    req: S3Request<dto::ListPartsInput>,
) -> S3Result<S3Response<dto::ListPartsOutput>> {
    let input = req.input;
    let limit = i64::from(input.max_parts.unwrap_or(1000).clamp(1, 1000));
    let after = i64::from(input.part_number_marker.unwrap_or(0));
    let (own, place) = (
        session.clone(),
        (
            input.bucket.clone(),
            input.key.clone(),
            input.upload_id.clone(),
        ),
    );
    let mut found = session
        .read(move |tx| {
            let (bucket, key, id) = &place;
            own.bucket_for(
                tx,
                "s3:ListMultipartUploadParts",
                bucket,
                key,
                input.expected_bucket_owner.as_deref(),
            )?;
            let upload = find(tx, bucket, key, id)?;
            Ok(tx.parts(&upload.id, after, limit + 1)?)
        })
        .await?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > kept;
    found.truncate(kept);
    let shown = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
    Ok(S3Response::new(dto::ListPartsOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        is_truncated: Some(more),
        max_parts: Some(shown(limit)),
        part_number_marker: Some(shown(after)),
        next_part_number_marker: found.last().filter(|_| more).map(|last| shown(last.number)),
        owner: Some(owner(session)),
        storage_class: Some(dto::StorageClass::from_static(dto::StorageClass::STANDARD)),
        parts: Some(
            found
                .into_iter()
                .map(|part| dto::Part {
                    e_tag: Some(etag(&part.etag)),
                    last_modified: Some(date(part.modified)),
                    part_number: Some(shown(part.number)),
                    size: i64::try_from(part.segment.size).ok(),
                    ..dto::Part::default()
                })
                .collect(),
        ),
        ..dto::ListPartsOutput::default()
    }))
}

/// Where a part belongs.
struct Place {
    bucket: String,
    key: String,
    upload: String,
    number: i64,
    expected_owner: Option<String>,
}

/// Writes a part's bytes, then the row that makes them one.
async fn keep(
    session: &Session,
    place: Place,
    body: Option<StreamingBlob>,
    digest: Digest,
) -> S3Result<(UploadPart, Digested)> {
    let Place {
        bucket,
        key,
        upload,
        number,
        expected_owner,
    } = place;
    let (own, to) = (
        session.clone(),
        (bucket.clone(), key.clone(), upload.clone()),
    );
    let id = announce(session, move |tx| {
        own.bucket_for(tx, "s3:PutObject", &to.0, &to.1, expected_owner.as_deref())?;
        find(tx, &to.0, &to.1, &to.2).map(|_| ())
    })
    .await?;
    let (segment, digested) = receive(session, &id, body, digest).await?;
    let part = UploadPart {
        number,
        segment,
        etag: hex::encode(digested.md5),
        modified: session.now(),
    };
    let (own, new) = (session.clone(), part.clone());
    let kept = session
        .write(move |tx| {
            // It may have been finished or given up while the bytes came.
            let upload = find(tx, &bucket, &key, &upload)?;
            hold(tx, &new.segment)?;
            Ok(tx.put_part(&upload.id, &new, own.now() + GRACE)?)
        })
        .await;
    match kept {
        Ok(()) => Ok((part, digested)),
        Err(error) => {
            discard(session, &id).await;
            Err(error)
        }
    }
}

fn number(number: i32) -> S3Result<i64> {
    let number = i64::from(number);
    if (1..=MAX_PARTS).contains(&number) {
        return Ok(number);
    }
    Err(s3_error!(
        InvalidArgument,
        "Part number must be an integer between 1 and 10000, inclusive"
    ))
}
