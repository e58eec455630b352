//! Uploads in parts: CreateMultipartUpload, CompleteMultipartUpload, AbortMultipartUpload and ListMultipartUploads.

use std::collections::BTreeMap;

use atrium_store::{Object, Tx, Upload, UploadPart};
use s3s::dto;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::buckets::{GRACE, owner};
use super::conditions::WriteConditions;
use super::digest::etag_of_parts;
use super::error::Failure;
use super::headers::{self, date, etag, object_headers, refuse_unsupported};
use super::session::{Session, bucket_arn};

/// The highest number of a part, and so the most parts.
pub(super) const MAX_PARTS: i64 = 10_000;

/// The smallest part but for the last, in bytes: 5 MiB, as in S3.
const MIN_PART: u64 = 5 << 20;

/// CreateMultipartUpload.
pub(super) async fn create(
    session: &Session,
    req: S3Request<dto::CreateMultipartUploadInput>,
) -> S3Result<S3Response<dto::CreateMultipartUploadOutput>> {
    let mut input = req.input;
    refuse_unsupported!(input)?;
    let headers = object_headers!(input);
    headers::check(&headers)?;
    let upload = Upload {
        bucket: input.bucket.clone(),
        name: input.key.clone(),
        id: session.new_name(),
        headers,
        created: session.started(),
    };
    let (own, new) = (session.clone(), upload.clone());
    session
        .write(move |tx| {
            own.bucket_for(
                tx,
                "s3:PutObject",
                &new.bucket,
                &new.name,
                input.expected_bucket_owner.as_deref(),
            )?;
            Ok(tx.insert_upload(&new)?)
        })
        .await?;
    Ok(S3Response::new(dto::CreateMultipartUploadOutput {
        bucket: Some(upload.bucket),
        key: Some(upload.name),
        upload_id: Some(upload.id),
        checksum_algorithm: input.checksum_algorithm,
        checksum_type: input.checksum_type,
        ..dto::CreateMultipartUploadOutput::default()
    }))
}

/// CompleteMultipartUpload: the parts' segments become the object's, without a byte copied.
pub(super) async fn complete(
    session: &Session,
    req: S3Request<dto::CompleteMultipartUploadInput>,
) -> S3Result<S3Response<dto::CompleteMultipartUploadOutput>> {
    let input = req.input;
    let wanted = wanted_parts(input.multipart_upload)?;
    let conditions = WriteConditions {
        if_match: input.if_match,
        if_none_match: input.if_none_match,
    };
    let (own, bucket, key) = (session.clone(), input.bucket.clone(), input.key.clone());
    let made = session
        .write(move |tx| {
            own.bucket_for(
                tx,
                "s3:PutObject",
                &bucket,
                &key,
                input.expected_bucket_owner.as_deref(),
            )?;
            let upload = find(tx, &bucket, &key, &input.upload_id)?;
            let parts = chosen_parts(tx.parts(&upload.id, 0, MAX_PARTS)?, &wanted)?;
            let etags: Vec<String> = parts.iter().map(|part| part.etag.clone()).collect();
            let object = Object {
                bucket: bucket.clone(),
                name: key.clone(),
                segments: parts
                    .into_iter()
                    .map(|part| part.segment)
                    .filter(|segment| segment.size > 0)
                    .collect(),
                etag: etag_of_parts(&etags).ok_or_else(super::error::internal)?,
                headers: upload.headers.clone(),
                modified: own.now(),
            };
            if input
                .mpu_object_size
                .is_some_and(|size| u64::try_from(size) != Ok(object.size()))
            {
                return Err(s3_error!(
                    InvalidRequest,
                    "The provided 'x-amz-mp-object-size' header does not match what was computed"
                )
                .into());
            }
            let known = tx.object(&bucket, &key)?;
            conditions.check(known.as_ref().map(|known| known.etag.as_str()))?;
            let due = own.now() + GRACE;
            tx.delete_upload(&upload, &object.segments, due)?;
            tx.put_object(&object, due)?;
            Ok(object.etag)
        })
        .await?;
    Ok(S3Response::new(dto::CompleteMultipartUploadOutput {
        location: Some(format!("/{}/{}", input.bucket, input.key)),
        bucket: Some(input.bucket),
        key: Some(input.key),
        e_tag: Some(etag(&made)),
        ..dto::CompleteMultipartUploadOutput::default()
    }))
}

/// The parts that the client lists: numbers and ETags, in ascending order of the numbers.
fn wanted_parts(list: Option<dto::CompletedMultipartUpload>) -> S3Result<Vec<(i64, String)>> {
    let parts = list.and_then(|list| list.parts).unwrap_or_default();
    let malformed = || {
        s3_error!(
            MalformedXML,
            "The XML you provided was not well-formed or did not validate against our published schema"
        )
    };
    if parts.is_empty() || parts.len() > usize::try_from(MAX_PARTS).unwrap_or(usize::MAX) {
        return Err(malformed());
    }
    let wanted = parts
        .into_iter()
        .map(|part| {
            let number = part.part_number.ok_or_else(malformed)?;
            let etag = part.e_tag.ok_or_else(malformed)?.into_value();
            Ok((i64::from(number), etag))
        })
        .collect::<S3Result<Vec<_>>>()?;
    if !wanted.is_sorted_by(|a, b| a.0 < b.0) {
        return Err(s3_error!(
            InvalidPartOrder,
            "The list of parts was not in ascending order. Parts must be ordered by part number."
        ));
    }
    Ok(wanted)
}

fn chosen_parts(uploaded: Vec<UploadPart>, wanted: &[(i64, String)]) -> S3Result<Vec<UploadPart>> {
    let mut uploaded: BTreeMap<i64, UploadPart> = uploaded
        .into_iter()
        .map(|part| (part.number, part))
        .collect();
    let parts = wanted
        .iter()
        .map(|(number, etag)| {
            uploaded.remove(number).filter(|part| part.etag == *etag).ok_or_else(|| {
                s3_error!(
                    InvalidPart,
                    "One or more of the specified parts could not be found. The part may not have been uploaded, or \
                     the specified entity tag may not match the part's entity tag."
                )
            })
        })
        .collect::<S3Result<Vec<_>>>()?;
    let small = parts
        .split_last()
        .is_some_and(|(_, others)| others.iter().any(|part| part.segment.size < MIN_PART));
    if small {
        return Err(s3_error!(
            EntityTooSmall,
            "Your proposed upload is smaller than the minimum allowed size"
        ));
    }
    Ok(parts)
}

/// AbortMultipartUpload.
pub(super) async fn abort(
    session: &Session,
    req: S3Request<dto::AbortMultipartUploadInput>,
) -> S3Result<S3Response<dto::AbortMultipartUploadOutput>> {
    let (own, input) = (session.clone(), req.input);
    session
        .write(move |tx| {
            own.bucket_for(
                tx,
                "s3:AbortMultipartUpload",
                &input.bucket,
                &input.key,
                input.expected_bucket_owner.as_deref(),
            )?;
            let upload = find(tx, &input.bucket, &input.key, &input.upload_id)?;
            Ok(tx.delete_upload(&upload, &[], own.now() + GRACE)?)
        })
        .await?;
    Ok(S3Response::new(dto::AbortMultipartUploadOutput::default()))
}

/// ListMultipartUploads, without rolling keys up.
pub(super) async fn list(
    session: &Session,
    req: S3Request<dto::ListMultipartUploadsInput>,
) -> S3Result<S3Response<dto::ListMultipartUploadsOutput>> {
    let input = req.input;
    if input.delimiter.is_some()
        || input
            .prefix
            .as_deref()
            .is_some_and(|prefix| !prefix.is_empty())
    {
        return Err(s3_error!(
            NotImplemented,
            "Uploads are listed without prefix and delimiter only."
        ));
    }
    let limit = i64::from(input.max_uploads.unwrap_or(1000).clamp(1, 1000));
    let after = (
        input.key_marker.clone().unwrap_or_default(),
        input.upload_id_marker.clone().unwrap_or_default(),
    );
    if after.0.contains('\0') || after.1.contains('\0') {
        return Err(s3_error!(
            InvalidArgument,
            "A marker must not contain the character U+0000."
        ));
    }
    let (own, bucket) = (session.clone(), input.bucket.clone());
    let mut found = session
        .read(move |tx| {
            own.allow(
                tx,
                "s3:ListBucketMultipartUploads",
                &bucket_arn(&bucket),
                &[],
            )?;
            own.bucket(tx, &bucket, input.expected_bucket_owner.as_deref())?;
            Ok(tx.uploads(&bucket, (&after.0, &after.1), limit + 1)?)
        })
        .await?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > kept;
    found.truncate(kept);
    let last = found.last().filter(|_| more);
    Ok(S3Response::new(dto::ListMultipartUploadsOutput {
        bucket: Some(input.bucket),
        is_truncated: Some(more),
        next_key_marker: last.map(|last| last.name.clone()),
        next_upload_id_marker: last.map(|last| last.id.clone()),
        key_marker: input.key_marker,
        upload_id_marker: input.upload_id_marker,
        max_uploads: i32::try_from(limit).ok(),
        uploads: Some(
            found
                .into_iter()
                .map(|upload| dto::MultipartUpload {
                    initiated: Some(date(upload.created)),
                    key: Some(upload.name),
                    owner: Some(owner(session)),
                    upload_id: Some(upload.id),
                    ..dto::MultipartUpload::default()
                })
                .collect(),
        ),
        ..dto::ListMultipartUploadsOutput::default()
    }))
}

/// An unfinished upload.
pub(super) fn find(tx: &mut dyn Tx, bucket: &str, key: &str, id: &str) -> Result<Upload, Failure> {
    let upload = if id.contains('\0') {
        None
    } else {
        tx.upload(bucket, key, id)?
    };
    upload.ok_or_else(|| {
        s3_error!(
            NoSuchUpload,
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted \
             or completed."
        )
        .into()
    })
}
