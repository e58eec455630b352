//! CopyObject: within the account, the bytes copied by the object store itself.

use atrium_store::{Object, Segment};
use s3s::dto::{self, CopySource};
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::buckets::GRACE;
use super::conditions::{ReadConditions, Unmet, refusal};
use super::get::find;
use super::headers::{
    self, check_version, date, etag, object_headers, refuse_unsupported, seconds,
};
use super::put::{PATIENCE, discard, hold};
use super::session::Session;

/// The conditions on the source in the input of CopyObject or UploadPartCopy.
macro_rules! source_conditions {
    ($input:expr) => {
        ReadConditions {
            if_match: $input.copy_source_if_match.take(),
            if_none_match: $input.copy_source_if_none_match.take(),
            if_modified_since: $input.copy_source_if_modified_since.take().map(seconds),
            if_unmodified_since: $input.copy_source_if_unmodified_since.take().map(seconds),
        }
    };
}
pub(super) use source_conditions;

/// The object to copy, if the caller may read it and the conditions hold.
pub(super) async fn source(
    session: &Session,
    source: &CopySource,
    expected_owner: Option<String>,
    conditions: &ReadConditions,
) -> S3Result<Object> {
    let CopySource::Bucket {
        bucket,
        key,
        version_id,
    } = source
    else {
        return Err(s3_error!(
            NotImplemented,
            "Objects are copied from buckets only."
        ));
    };
    check_version(version_id.as_deref())?;
    let object = find(session, bucket, key, expected_owner).await?;
    // A copy has no 304.
    conditions
        .check(&object.etag, object.modified)
        .map_err(|_| refusal(Unmet::Failed))?;
    Ok(object)
}

/// CopyObject.
pub(super) async fn copy(
    session: &Session,
    req: S3Request<dto::CopyObjectInput>,
) -> S3Result<S3Response<dto::CopyObjectOutput>> {
    let mut input = req.input;
    refuse_unsupported!(input)?;
    let conditions = source_conditions!(input);
    let from = source(
        session,
        &input.copy_source,
        input.expected_source_bucket_owner,
        &conditions,
    )
    .await?;
    let replace = match input
        .metadata_directive
        .as_ref()
        .map(dto::MetadataDirective::as_str)
    {
        None | Some("COPY") => false,
        Some("REPLACE") => true,
        Some(_) => return Err(s3_error!(InvalidArgument, "Unknown metadata directive.")),
    };
    let headers = if replace {
        let headers = object_headers!(input);
        headers::check(&headers)?;
        headers
    } else {
        if (&from.bucket, &from.name) == (&input.bucket, &input.key) {
            return Err(s3_error!(
                InvalidRequest,
                "This copy request is illegal because it is trying to copy an object to itself without changing the \
                 object's metadata, storage class, website redirect location or encryption attributes."
            ));
        }
        from.headers.clone()
    };

    let ids: Vec<String> = from.segments.iter().map(|_| session.new_name()).collect();
    let (own, names, to, owner) = (
        session.clone(),
        ids.clone(),
        (input.bucket.clone(), input.key.clone()),
        input.expected_bucket_owner,
    );
    session
        .write(move |tx| {
            own.bucket_for(tx, "s3:PutObject", &to.0, &to.1, owner.as_deref())?;
            for name in &names {
                tx.announce_segment(name, own.now() + PATIENCE)?;
            }
            Ok(())
        })
        .await?;
    let mut segments: Vec<Segment> = Vec::with_capacity(ids.len());
    for (segment, id) in from.segments.iter().zip(&ids) {
        match session.segments().copy(segment, id).await {
            Ok(copied) => segments.push(copied),
            Err(error) => {
                discard_all(session, &ids).await;
                return Err(error);
            }
        }
    }
    let object = Object {
        bucket: input.bucket,
        name: input.key,
        segments,
        etag: from.etag,
        headers,
        modified: session.now(),
    };
    let result = dto::CopyObjectResult {
        e_tag: Some(etag(&object.etag)),
        last_modified: Some(date(object.modified)),
        ..dto::CopyObjectResult::default()
    };
    let own = session.clone();
    let kept = session
        .write(move |tx| {
            own.bucket(tx, &object.bucket, None)?;
            for segment in &object.segments {
                hold(tx, segment)?;
            }
            Ok(tx.put_object(&object, own.now() + GRACE)?)
        })
        .await;
    if let Err(error) = kept {
        discard_all(session, &ids).await;
        return Err(error);
    }
    Ok(S3Response::new(dto::CopyObjectOutput {
        copy_object_result: Some(result),
        ..dto::CopyObjectOutput::default()
    }))
}

async fn discard_all(session: &Session, ids: &[String]) {
    for id in ids {
        discard(session, id).await;
    }
}
