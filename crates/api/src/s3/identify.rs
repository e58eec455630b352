use std::sync::Arc;

use atrium_model::Region;
use atrium_wire::sigv4::{AuthError, SignedRequest};
use http::request::Parts;
use s3s::{S3Error, s3_error};

use super::error::{Failure, internal, unauthenticated};
use crate::Services;
use crate::authenticate::Refused;
use crate::authority::{Authenticated, Credentials};
use crate::edge::{make_account, resolve};

/// What the query string of a URL presigned with version 2 of the signature holds. Only S3 had that version.
pub(super) const OLD_SIGNATURE: &[u8] = b"AWSAccessKeyId=";

/// Reads the signature and finds who claims to have made it; nothing is proven yet.
pub(super) async fn identify(
    services: &Arc<Services>,
    parts: &Parts,
) -> Result<(SignedRequest, Arc<Authenticated>, Region), S3Error> {
    let refuse = |error: AuthError| unauthenticated(&error);
    let signed = SignedRequest::parse(parts)
        .map_err(refuse)?
        .ok_or_else(|| {
            s3_error!(
                InvalidRequest,
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
            )
        })?;
    if signed.service != "s3" {
        return Err(refuse(AuthError::WrongService { expected: "s3" }));
    }
    let region = signed.region.parse().map_err(|_| {
        refuse(AuthError::WrongRegion {
            given: signed.region.clone(),
        })
    })?;
    let now = services.clock.now();
    let credentials: Credentials = (signed.access_key_id.clone(), signed.session_token.clone());
    let caller = match resolve(services, credentials.clone(), now).await {
        Err(Refused::NoAccount(account)) => {
            make_account(services, account, now)
                .await
                .map_err(|_| internal())?;
            resolve(services, credentials, now).await
        }
        other => other,
    };
    let caller = caller.map_err(|refused| match refused {
        Refused::Signature(error) => refuse(error),
        Refused::Store(error) => Failure::Store(error).into(),
        // Made just now; it was closed in between.
        Refused::NoAccount(_) => refuse(AuthError::UnknownAccessKey),
    })?;
    Ok((signed, caller, region))
}
