//! ListObjects and ListObjectsV2.

use atrium_store::ObjectSummary;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use s3s::dto;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::buckets::owner;
use super::headers::{date, etag};
use super::listing::{Listing, Page};
use super::session::{Session, bucket_arn};

/// The most entries of one page.
const MAX_KEYS: i32 = 1000;

/// What stays as it is with `encoding-type=url`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// ListObjects, the older one.
pub(super) async fn list(
    session: &Session,
    req: S3Request<dto::ListObjectsInput>,
) -> S3Result<S3Response<dto::ListObjectsOutput>> {
    let input = req.input;
    let encoding = Encoding::new(input.encoding_type.as_ref())?;
    let limit = max_keys(input.max_keys)?;
    let listing = Listing {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: delimiter(input.delimiter.clone()),
        after: input.marker.clone().unwrap_or_default(),
        limit,
    };
    let page = fetch(
        session,
        input.bucket.clone(),
        input.expected_bucket_owner,
        listing,
    )
    .await?;
    let encode = |text: String| encoding.apply(text);
    Ok(S3Response::new(dto::ListObjectsOutput {
        name: Some(input.bucket),
        // Only where keys are rolled up can the client not tell it by itself.
        next_marker: page
            .next
            .clone()
            .filter(|_| input.delimiter.is_some())
            .map(encode),
        is_truncated: Some(page.next.is_some()),
        contents: Some(objects(page.objects, encoding, Some(session))),
        common_prefixes: Some(common_prefixes(page.prefixes, encoding)),
        prefix: Some(encode(input.prefix.unwrap_or_default())),
        marker: Some(encode(input.marker.unwrap_or_default())),
        delimiter: input.delimiter.map(encode),
        max_keys: i32::try_from(limit).ok(),
        encoding_type: input.encoding_type,
        request_charged: None,
    }))
}

/// ListObjectsV2.
pub(super) async fn list_v2(
    session: &Session,
    req: S3Request<dto::ListObjectsV2Input>,
) -> S3Result<S3Response<dto::ListObjectsV2Output>> {
    let input = req.input;
    let encoding = Encoding::new(input.encoding_type.as_ref())?;
    let limit = max_keys(input.max_keys)?;
    let after = match &input.continuation_token {
        // A token says no more than where to go on, so there is nothing to seal.
        Some(token) => URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| {
                s3_error!(
                    InvalidArgument,
                    "The continuation token provided is incorrect"
                )
            })?,
        None => input.start_after.clone().unwrap_or_default(),
    };
    let listing = Listing {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: delimiter(input.delimiter.clone()),
        after,
        limit,
    };
    let page = fetch(
        session,
        input.bucket.clone(),
        input.expected_bucket_owner,
        listing,
    )
    .await?;
    let encode = |text: String| encoding.apply(text);
    let shown_owner = (input.fetch_owner == Some(true)).then_some(session);
    Ok(S3Response::new(dto::ListObjectsV2Output {
        name: Some(input.bucket),
        key_count: i32::try_from(page.objects.len() + page.prefixes.len()).ok(),
        is_truncated: Some(page.next.is_some()),
        next_continuation_token: page.next.map(|next| URL_SAFE_NO_PAD.encode(next)),
        contents: Some(objects(page.objects, encoding, shown_owner)),
        common_prefixes: Some(common_prefixes(page.prefixes, encoding)),
        prefix: Some(encode(input.prefix.unwrap_or_default())),
        continuation_token: input.continuation_token,
        start_after: input.start_after.map(encode),
        delimiter: input.delimiter.map(encode),
        max_keys: i32::try_from(limit).ok(),
        encoding_type: input.encoding_type,
        request_charged: None,
    }))
}

async fn fetch(
    session: &Session,
    bucket: String,
    expected_owner: Option<String>,
    listing: Listing,
) -> S3Result<Page> {
    let texts = [&listing.prefix, &listing.after];
    if texts
        .into_iter()
        .chain(&listing.delimiter)
        .any(|text| text.contains('\0'))
    {
        return Err(s3_error!(
            InvalidArgument,
            "Prefixes and markers must not contain the character U+0000."
        ));
    }
    let own = session.clone();
    session
        .read(move |tx| {
            let most = listing.limit.to_string();
            let mut keys: Vec<(&str, &[&str])> = vec![];
            let (prefix, most) = ([listing.prefix.as_str()], [most.as_str()]);
            let delimiter = [listing.delimiter.as_deref().unwrap_or_default()];
            keys.push(("s3:prefix", &prefix));
            keys.push(("s3:max-keys", &most));
            if listing.delimiter.is_some() {
                keys.push(("s3:delimiter", &delimiter));
            }
            own.allow(tx, "s3:ListBucket", &bucket_arn(&bucket), &keys)?;
            own.bucket(tx, &bucket, expected_owner.as_deref())?;
            let page = listing.page(|from, to, limit| {
                tx.objects(&bucket, from, to, i64::try_from(limit).unwrap_or(i64::MAX))
            })?;
            Ok(page)
        })
        .await
}

/// How keys are written in the answer: XML has no way to write some of them.
#[derive(Clone, Copy)]
enum Encoding {
    Plain,
    Url,
}

impl Encoding {
    fn new(asked: Option<&dto::EncodingType>) -> S3Result<Self> {
        match asked.map(dto::EncodingType::as_str) {
            None => Ok(Self::Plain),
            Some("url") => Ok(Self::Url),
            Some(_) => Err(s3_error!(
                InvalidArgument,
                "Invalid Encoding Method specified in Request"
            )),
        }
    }

    fn apply(self, text: String) -> String {
        match self {
            Self::Plain => text,
            Self::Url => percent_encode(text.as_bytes(), ENCODED).to_string(),
        }
    }
}

fn max_keys(asked: Option<i32>) -> S3Result<usize> {
    usize::try_from(asked.unwrap_or(MAX_KEYS).min(MAX_KEYS)).map_err(|_| {
        s3_error!(
            InvalidArgument,
            "Argument maxKeys must be an integer between 0 and 2147483647"
        )
    })
}

fn delimiter(asked: Option<String>) -> Option<String> {
    asked.filter(|delimiter| !delimiter.is_empty())
}

fn objects(
    found: Vec<ObjectSummary>,
    encoding: Encoding,
    shown_owner: Option<&Session>,
) -> dto::ObjectList {
    let entries = found.into_iter().map(|object| dto::Object {
        e_tag: Some(etag(&object.etag)),
        key: Some(encoding.apply(object.name)),
        last_modified: Some(date(object.modified)),
        owner: shown_owner.map(owner),
        size: Some(object.size),
        storage_class: Some(dto::ObjectStorageClass::from_static(
            dto::ObjectStorageClass::STANDARD,
        )),
        ..dto::Object::default()
    });
    entries.collect()
}

fn common_prefixes(prefixes: Vec<String>, encoding: Encoding) -> dto::CommonPrefixList {
    prefixes
        .into_iter()
        .map(|prefix| dto::CommonPrefix {
            prefix: Some(encoding.apply(prefix)),
        })
        .collect()
}
