//! S3 on the same endpoint: buckets and objects of the accounts, enough for the AWS CLI and the SDKs to keep files.
//!
//! The signature, and with it the caller, is told here as for every other service; `s3s` then only translates between
//! HTTP and operations. Rows say which objects there are; their bytes lie as segments in an object store. A bucket
//! belongs to the account that made it and is open to that account alone: there are no bucket policies and no ACLs.

mod body;
mod buckets;
mod chunked;
mod conditions;
mod copy;
mod delete;
mod digest;
mod error;
mod get;
mod headers;
mod host;
mod identify;
mod list;
mod listing;
mod parts;
mod put;
mod request;
mod segments;
mod service;
mod session;
mod sweep;
#[cfg(test)]
mod tests;
mod unoffered;
mod uploads;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::HeaderValue;
use http::request::Parts;
use s3s::config::{S3Config, StaticConfigProvider};
use s3s::service::S3ServiceBuilder;
use s3s::{S3Error, S3Result};

use crate::Services;
use crate::facts::RequestFacts;
use crate::rehearsal::Fault;

pub use segments::{OpenSegmentsError, Segments};
pub use sweep::sweep;

use identify::identify;
use session::Session;
use unoffered::{NoKeys, Unoffered};

/// The longest XML body that is read, in bytes. A list of 10,000 parts needs about 1.5 MB.
const MAX_XML: usize = 8 << 20;

/// Whether the signature's scope says that the request is for S3.
pub(crate) fn is_for_s3(parts: &Parts) -> bool {
    // Cheap, and no more than a hint: whether there really is a good signature is found out later.
    let in_header = parts
        .headers
        .get(http::header::AUTHORIZATION)
        .is_some_and(|value| contains(value.as_bytes(), b"/s3/aws4_request"));
    let in_query = parts.uri.query().is_some_and(|query| {
        contains(query.as_bytes(), b"%2Fs3%2Faws4_request")
            || contains(query.as_bytes(), b"/s3/aws4_request")
            || contains(query.as_bytes(), identify::OLD_SIGNATURE)
    });
    in_header || in_query
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Answers one request for S3.
pub(crate) async fn handle(
    services: Arc<Services>,
    facts: Arc<RequestFacts>,
    request_id: String,
    request: Request,
) -> Response {
    let fate = services.fate();
    let mut response = match answer(services, facts, &request_id, request, fate.fault).await {
        Ok(response) => response,
        Err(mut error) => {
            error.set_request_id(request_id.clone());
            error::response(error)
        }
    };
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-amz-request-id", id);
    }
    fate.wait().await;
    response
}

async fn answer(
    services: Arc<Services>,
    facts: Arc<RequestFacts>,
    request_id: &str,
    request: Request,
    fault: Option<Fault>,
) -> S3Result<Response> {
    let Some(segments) = services.segments.clone() else {
        return Err(s3s::s3_error!(
            NotImplemented,
            "This server has no object store."
        ));
    };
    let (parts, body) = request.into_parts();
    let (signed, caller, region) = identify(&services, &parts).await?;
    match fault {
        None => {}
        Some(Fault::Throttled) => {
            return Err(s3s::s3_error!(SlowDown, "Please reduce your request rate."));
        }
        Some(Fault::Internal) => {
            return Err(s3s::s3_error!(
                InternalError,
                "We encountered an internal error. Please try again."
            ));
        }
    }
    let request = request::plain(&services, &signed, &caller.secret, parts, body)?;
    let session = Session::new(services, segments, caller, region, facts, request_id);
    let mut config = S3Config::default();
    config.xml_max_body_size = MAX_XML;
    let mut builder = S3ServiceBuilder::new(session.clone());
    builder.set_auth(NoKeys);
    builder.set_access(Unoffered(session));
    builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config))));
    builder.set_host(host::Host);
    let response = builder.build().call(request).await.map_err(|error| {
        tracing::error!(error = ?error, "an S3 answer could not be written");
        S3Error::new(s3s::S3ErrorCode::InternalError)
    })?;
    Ok(response.map(Body::new))
}
