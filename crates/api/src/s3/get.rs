//! GetObject and HeadObject.

use std::ops::Range;

use atrium_store::Object;
use s3s::dto;
use s3s::{S3Error, S3Request, S3Response, S3Result, s3_error};

use super::buckets::no_such_key;
use super::conditions::{ReadConditions, refusal};
use super::headers::{check_version, date, etag, seconds};
use super::session::Session;

/// What AWS says of objects without a content type.
const NO_TYPE: &str = "binary/octet-stream";

/// The conditions in the input of GetObject or HeadObject.
macro_rules! conditions {
    ($input:expr) => {
        ReadConditions {
            if_match: $input.if_match.take(),
            if_none_match: $input.if_none_match.take(),
            if_modified_since: $input.if_modified_since.take().map(seconds),
            if_unmodified_since: $input.if_unmodified_since.take().map(seconds),
        }
    };
}

/// What both operations answer but for the body.
macro_rules! described {
    ($output:ident, $input:expr, $object:expr, $part:expr) => {{
        let Selected {
            ref range,
            partial,
            parts_count,
        } = $part;
        let size = $object.size();
        dto::$output {
            accept_ranges: Some("bytes".to_owned()),
            content_length: Some(i64::try_from(range.end - range.start).unwrap_or(i64::MAX)),
            content_range: partial.then(|| {
                format!(
                    "bytes {}-{}/{size}",
                    range.start,
                    range.end.saturating_sub(1)
                )
            }),
            content_type: $input
                .response_content_type
                .or($object.headers.content_type)
                .or_else(|| Some(NO_TYPE.to_owned())),
            cache_control: $input
                .response_cache_control
                .or($object.headers.cache_control),
            content_disposition: $input
                .response_content_disposition
                .or($object.headers.content_disposition),
            content_encoding: $input
                .response_content_encoding
                .or($object.headers.content_encoding),
            content_language: $input
                .response_content_language
                .or($object.headers.content_language),
            e_tag: Some(etag(&$object.etag)),
            last_modified: Some(date($object.modified)),
            metadata: Some($object.headers.user.into_iter().collect()),
            parts_count,
            ..dto::$output::default()
        }
    }};
}

/// GetObject.
pub(super) async fn get(
    session: &Session,
    req: S3Request<dto::GetObjectInput>,
) -> S3Result<S3Response<dto::GetObjectOutput>> {
    let mut input = req.input;
    check_version(input.version_id.as_deref())?;
    let conditions = conditions!(input);
    let asked = Asked {
        range: input.range,
        part: input.part_number,
    };
    let object = find(
        session,
        &input.bucket,
        &input.key,
        input.expected_bucket_owner,
    )
    .await?;
    conditions
        .check(&object.etag, object.modified)
        .map_err(refusal)?;
    let part = asked.select(&object)?;
    let body = session
        .segments()
        .read(&object.segments, part.range.clone());
    let status = part.partial.then_some(http::StatusCode::PARTIAL_CONTENT);
    let mut output = described!(GetObjectOutput, input, object, part);
    output.body = Some(body);
    let mut response = S3Response::new(output);
    response.status = status;
    Ok(response)
}

/// HeadObject.
pub(super) async fn head(
    session: &Session,
    req: S3Request<dto::HeadObjectInput>,
) -> S3Result<S3Response<dto::HeadObjectOutput>> {
    let mut input = req.input;
    check_version(input.version_id.as_deref())?;
    let conditions = conditions!(input);
    let asked = Asked {
        range: input.range,
        part: input.part_number,
    };
    let object = find(
        session,
        &input.bucket,
        &input.key,
        input.expected_bucket_owner,
    )
    .await?;
    conditions
        .check(&object.etag, object.modified)
        .map_err(refusal)?;
    let part = asked.select(&object)?;
    let status = part.partial.then_some(http::StatusCode::PARTIAL_CONTENT);
    let mut response = S3Response::new(described!(HeadObjectOutput, input, object, part));
    response.status = status;
    Ok(response)
}

/// An object that the caller may read.
pub(super) async fn find(
    session: &Session,
    bucket: &str,
    key: &str,
    expected_owner: Option<String>,
) -> S3Result<Object> {
    let (own, bucket, key) = (session.clone(), bucket.to_owned(), key.to_owned());
    session
        .read(move |tx| {
            own.bucket_for(tx, "s3:GetObject", &bucket, &key, expected_owner.as_deref())?;
            match tx.object(&bucket, &key)? {
                Some(object) => Ok(object),
                None => Err(no_such_key(&own, tx, &bucket)),
            }
        })
        .await
}

/// Which bytes the client asks for.
struct Asked {
    range: Option<dto::Range>,
    part: Option<i32>,
}

/// The bytes that are answered.
struct Selected {
    range: Range<u64>,
    partial: bool,
    parts_count: Option<i32>,
}

impl Asked {
    fn select(self, object: &Object) -> Result<Selected, S3Error> {
        let size = object.size();
        match (self.range, self.part) {
            (None, None) => Ok(Selected {
                range: 0..size,
                partial: false,
                parts_count: None,
            }),
            (Some(_), Some(_)) => Err(s3_error!(
                InvalidRequest,
                "Cannot specify both Range header and partNumber query parameter"
            )),
            (Some(range), None) => {
                let range = range.check(size).map_err(|_| {
                    s3_error!(InvalidRange, "The requested range is not satisfiable")
                })?;
                Ok(Selected {
                    range,
                    partial: true,
                    parts_count: None,
                })
            }
            (None, Some(number)) => {
                let invalid =
                    || s3_error!(InvalidPart, "The requested partnumber is not satisfiable");
                let at = usize::try_from(number)
                    .ok()
                    .and_then(|number| number.checked_sub(1))
                    .ok_or_else(invalid)?;
                let count = object.segments.len().max(1);
                if at >= count {
                    return Err(invalid());
                }
                let start: u64 = object
                    .segments
                    .iter()
                    .take(at)
                    .map(|segment| segment.size)
                    .sum();
                let length = object.segments.get(at).map_or(0, |segment| segment.size);
                Ok(Selected {
                    range: start..start + length,
                    partial: true,
                    parts_count: object
                        .etag
                        .contains('-')
                        .then(|| i32::try_from(count).unwrap_or(i32::MAX)),
                })
            }
        }
    }
}
