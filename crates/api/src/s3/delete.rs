//! DeleteObject and DeleteObjects.

use s3s::dto;
use s3s::{S3Error, S3Request, S3Response, S3Result, s3_error};

use super::buckets::GRACE;
use super::conditions::WriteConditions;
use super::error::Failure;
use super::headers::check_version;
use super::session::Session;

const ACTION: &str = "s3:DeleteObject";

/// The most keys in one DeleteObjects.
const MAX_KEYS: usize = 1000;

/// DeleteObject; an object that is not there is deleted already.
pub(super) async fn delete(
    session: &Session,
    req: S3Request<dto::DeleteObjectInput>,
) -> S3Result<S3Response<dto::DeleteObjectOutput>> {
    let input = req.input;
    check_version(input.version_id.as_deref())?;
    let conditions = WriteConditions {
        if_match: input.if_match,
        if_none_match: None,
    };
    let own = session.clone();
    session
        .write(move |tx| {
            own.bucket_for(
                tx,
                ACTION,
                &input.bucket,
                &input.key,
                input.expected_bucket_owner.as_deref(),
            )?;
            if conditions.if_match.is_some() {
                let known = tx.object(&input.bucket, &input.key)?;
                conditions.check(known.as_ref().map(|known| known.etag.as_str()))?;
            }
            tx.delete_object(&input.bucket, &input.key, own.now() + GRACE)?;
            Ok(())
        })
        .await?;
    Ok(S3Response::new(dto::DeleteObjectOutput::default()))
}

/// DeleteObjects: each key is allowed or refused by itself.
pub(super) async fn delete_many(
    session: &Session,
    req: S3Request<dto::DeleteObjectsInput>,
) -> S3Result<S3Response<dto::DeleteObjectsOutput>> {
    let input = req.input;
    let quiet = input.delete.quiet == Some(true);
    let objects = input.delete.objects;
    if objects.is_empty() || objects.len() > MAX_KEYS {
        return Err(s3_error!(
            MalformedXML,
            "The XML you provided was not well-formed or did not validate against our published schema"
        ));
    }
    let own = session.clone();
    let outcomes = session
        .write(move |tx| {
            own.bucket(tx, &input.bucket, input.expected_bucket_owner.as_deref())?;
            let mut outcomes = Vec::with_capacity(objects.len());
            for object in &objects {
                let outcome = check_version(object.version_id.as_deref())
                    .map_err(Failure::from)
                    .and_then(|()| own.bucket_for(tx, ACTION, &input.bucket, &object.key, None))
                    .and_then(|_| {
                        Ok(tx.delete_object(&input.bucket, &object.key, own.now() + GRACE)?)
                    });
                match outcome {
                    Ok(_) => outcomes.push((object.key.clone(), None)),
                    Err(Failure::Refused(error)) => {
                        outcomes.push((object.key.clone(), Some(told(&error))))
                    }
                    // Nothing is deleted, and the client tries again.
                    Err(failure @ Failure::Store(_)) => return Err(failure),
                }
            }
            Ok(outcomes)
        })
        .await?;
    let mut output = dto::DeleteObjectsOutput::default();
    let (mut deleted, mut errors) = (Vec::new(), Vec::new());
    for (key, refused) in outcomes {
        match refused {
            None if quiet => {}
            None => deleted.push(dto::DeletedObject {
                key: Some(key),
                ..dto::DeletedObject::default()
            }),
            Some((code, message)) => errors.push(dto::Error {
                code: Some(code),
                key: Some(key),
                message: Some(message),
                version_id: None,
            }),
        }
    }
    output.deleted = Some(deleted);
    output.errors = Some(errors);
    Ok(S3Response::new(output))
}

fn told(error: &S3Error) -> (String, String) {
    (
        error.code().as_str().to_owned(),
        error.message().unwrap_or_default().to_owned(),
    )
}
