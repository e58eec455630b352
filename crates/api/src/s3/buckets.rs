//! CreateBucket, DeleteBucket, ListBuckets, HeadBucket and GetBucketLocation.

use std::time::Duration;

use atrium_store::{Bucket, StoreError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use s3s::dto;
use s3s::{S3Request, S3Response, S3Result, s3_error};
use sha2::{Digest as _, Sha256};

use super::error::Failure;
use super::headers::{self, date};
use super::session::{Session, bucket_arn};

/// The Region that has no location constraint.
const CLASSIC: &str = "us-east-1";

/// The most buckets in one answer, and an account's quota at AWS.
const MAX_BUCKETS: i64 = 10_000;

/// How long segments outlive what held them, for those who are reading them.
pub(super) const GRACE: Duration = Duration::from_secs(3600);

/// CreateBucket. Making one's own bucket again is fine in us-east-1 only, as in AWS.
pub(super) async fn create(
    session: &Session,
    req: S3Request<dto::CreateBucketInput>,
) -> S3Result<S3Response<dto::CreateBucketOutput>> {
    let name = req.input.bucket.clone();
    let wanted = wanted(session, req.input);
    let bucket = session.checked("CreateBucket", Some(&name), wanted).await?;
    let own = session.clone();
    session
        .recorded_write("CreateBucket", &name, move |tx| {
            own.allow(tx, "s3:CreateBucket", &bucket_arn(&bucket.name), &[])?;
            match tx.insert_bucket(&bucket) {
                Ok(()) => Ok(()),
                Err(StoreError::Duplicate(_)) => {
                    let known = tx.bucket(&bucket.name)?;
                    if known.is_none_or(|known| known.account != bucket.account) {
                        return Err(s3_error!(
                            BucketAlreadyExists,
                            "The requested bucket name is not available. The bucket namespace is shared by all users \
                             of the system. Please select a different name and try again."
                        )
                        .into());
                    }
                    if own.region().as_str() == CLASSIC {
                        return Ok(());
                    }
                    Err(s3_error!(
                        BucketAlreadyOwnedByYou,
                        "Your previous request to create the named bucket succeeded and you already own it."
                    )
                    .into())
                }
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    Ok(S3Response::new(dto::CreateBucketOutput {
        location: Some(format!("/{name}")),
    }))
}

/// The bucket that a request asks for.
fn wanted(session: &Session, input: dto::CreateBucketInput) -> S3Result<Bucket> {
    let grants = [
        (
            input.grant_full_control.is_some(),
            "x-amz-grant-full-control",
        ),
        (input.grant_read.is_some(), "x-amz-grant-read"),
        (input.grant_read_acp.is_some(), "x-amz-grant-read-acp"),
        (input.grant_write.is_some(), "x-amz-grant-write"),
        (input.grant_write_acp.is_some(), "x-amz-grant-write-acp"),
    ];
    let locked = input.object_lock_enabled_for_bucket == Some(true);
    let acl = input.acl.as_ref().map(dto::BucketCannedACL::as_str);
    headers::refuse(
        acl,
        &grants,
        &[(locked, "x-amz-bucket-object-lock-enabled")],
    )?;
    let constraint = input
        .create_bucket_configuration
        .and_then(|configuration| configuration.location_constraint)
        .map(|constraint| constraint.as_str().to_owned());
    let signed_for = session.region().as_str();
    let region = match constraint.as_deref() {
        None | Some("") if signed_for == CLASSIC => CLASSIC,
        Some(CLASSIC) => {
            return Err(s3_error!(
                InvalidLocationConstraint,
                "The specified location-constraint is not valid"
            ));
        }
        Some(constraint) if constraint == signed_for || signed_for == CLASSIC => constraint,
        None | Some(_) => {
            return Err(s3_error!(
                IllegalLocationConstraintException,
                "The unspecified location constraint is incompatible for the region specific endpoint this request \
                 was sent to."
            ));
        }
    };
    Ok(Bucket {
        name: input.bucket,
        account: session.account().clone(),
        region: region.parse().map_err(|_| {
            s3_error!(
                InvalidLocationConstraint,
                "The specified location-constraint is not valid"
            )
        })?,
        created: session.started(),
    })
}

/// DeleteBucket: only of an empty bucket. Unfinished uploads go with it.
pub(super) async fn delete(
    session: &Session,
    req: S3Request<dto::DeleteBucketInput>,
) -> S3Result<S3Response<dto::DeleteBucketOutput>> {
    let input = req.input;
    let (own, name) = (session.clone(), input.bucket.clone());
    session
        .recorded_write("DeleteBucket", &input.bucket, move |tx| {
            own.allow(tx, "s3:DeleteBucket", &bucket_arn(&name), &[])?;
            own.bucket(tx, &name, input.expected_bucket_owner.as_deref())?;
            if !tx.objects(&name, "", None, 1)?.is_empty() {
                return Err(s3_error!(
                    BucketNotEmpty,
                    "The bucket you tried to delete is not empty"
                )
                .into());
            }
            tx.delete_bucket(&name, own.now() + GRACE)?;
            Ok(())
        })
        .await?;
    Ok(S3Response::new(dto::DeleteBucketOutput::default()))
}

/// ListBuckets: the caller's account's. Pages only where the client asks for them.
pub(super) async fn list(
    session: &Session,
    req: S3Request<dto::ListBucketsInput>,
) -> S3Result<S3Response<dto::ListBucketsOutput>> {
    let input = req.input;
    let asked = page(&input);
    let (limit, after) = session.checked("ListBuckets", None, asked).await?;
    let own = session.clone();
    let mut found = session
        .recorded_read("ListBuckets", None, move |tx| {
            own.allow(tx, "s3:ListAllMyBuckets", "*", &[])?;
            Ok(tx.buckets(own.account(), &after, limit + 1)?)
        })
        .await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let continuation_token = found
        .last()
        .filter(|_| more)
        .map(|last| URL_SAFE_NO_PAD.encode(&last.name));
    let prefix = input.prefix.clone().unwrap_or_default();
    let shown = found
        .into_iter()
        .filter(|bucket| bucket.name.starts_with(&prefix))
        .filter(|bucket| {
            input
                .bucket_region
                .as_deref()
                .is_none_or(|region| region == bucket.region.as_str())
        })
        .map(|bucket| dto::Bucket {
            bucket_region: Some(bucket.region.to_string()),
            creation_date: Some(date(bucket.created)),
            name: Some(bucket.name),
        });
    Ok(S3Response::new(dto::ListBucketsOutput {
        buckets: Some(shown.collect()),
        continuation_token,
        owner: Some(owner(session)),
        prefix: input.prefix,
    }))
}

/// The most buckets of a page, and the name that it comes after.
fn page(input: &dto::ListBucketsInput) -> S3Result<(i64, String)> {
    let limit = match input.max_buckets {
        None => MAX_BUCKETS,
        Some(most @ 1..=10_000) => i64::from(most),
        Some(_) => {
            return Err(s3_error!(
                InvalidArgument,
                "max-buckets must be from 1 to 10000"
            ));
        }
    };
    let after = match &input.continuation_token {
        None => String::new(),
        Some(token) => URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .filter(|after| !after.contains('\0'))
            .ok_or_else(|| {
                s3_error!(
                    InvalidArgument,
                    "The continuation token provided is incorrect"
                )
            })?,
    };
    Ok((limit, after))
}

/// HeadBucket.
pub(super) async fn head(
    session: &Session,
    req: S3Request<dto::HeadBucketInput>,
) -> S3Result<S3Response<dto::HeadBucketOutput>> {
    let (own, input) = (session.clone(), req.input);
    let name = input.bucket.clone();
    let bucket = session
        .recorded_read("HeadBucket", Some(&name), move |tx| {
            own.allow(tx, "s3:ListBucket", &bucket_arn(&input.bucket), &[])?;
            own.bucket(tx, &input.bucket, input.expected_bucket_owner.as_deref())
        })
        .await?;
    Ok(S3Response::new(dto::HeadBucketOutput {
        bucket_region: Some(bucket.region.to_string()),
        ..dto::HeadBucketOutput::default()
    }))
}

/// GetBucketLocation.
pub(super) async fn location(
    session: &Session,
    req: S3Request<dto::GetBucketLocationInput>,
) -> S3Result<S3Response<dto::GetBucketLocationOutput>> {
    let (own, input) = (session.clone(), req.input);
    let name = input.bucket.clone();
    let bucket = session
        .recorded_read("GetBucketLocation", Some(&name), move |tx| {
            own.allow(tx, "s3:GetBucketLocation", &bucket_arn(&input.bucket), &[])?;
            own.bucket(tx, &input.bucket, input.expected_bucket_owner.as_deref())
        })
        .await?;
    let constraint = bucket.region.as_str();
    Ok(S3Response::new(dto::GetBucketLocationOutput {
        location_constraint: (constraint != CLASSIC).then(|| constraint.to_owned().into()),
    }))
}

/// The account as owner. S3 has canonical user ids of 64 hexadecimal digits.
pub(super) fn owner(session: &Session) -> dto::Owner {
    dto::Owner {
        display_name: None,
        id: Some(hex::encode(Sha256::digest(session.account().as_str()))),
    }
}

/// The answer for an object that isn't there: whoever may not list the bucket does not learn that it isn't.
pub(super) fn no_such_key(
    session: &Session,
    tx: &mut dyn atrium_store::Tx,
    bucket: &str,
) -> Failure {
    match session.allow(tx, "s3:ListBucket", &bucket_arn(bucket), &[]) {
        Ok(()) => s3_error!(NoSuchKey, "The specified key does not exist.").into(),
        Err(failure) => failure,
    }
}
