use std::net::SocketAddr;
use std::sync::Arc;

use atrium_model::{Region, Timestamp, new_uuid};
use atrium_store::StoreError;
use atrium_wire::sigv4::{AuthError, SignedRequest};
use atrium_wire::{OperationMeta, Output, WireError};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use http::request::Parts;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::arrival::{self, Arrival};
use crate::authenticate::{self, Refused};
use crate::authority::{Authenticated, Credentials};
use crate::call::store_failure;
use crate::facts::RequestFacts;
use crate::job::Job;
use crate::proxy::Origin;
use crate::rehearsal::{Fate, Fault};
use crate::{Services, health, key_use, s3, throttle, visit};

/// Everything that the listener serves.
pub fn router(services: Arc<Services>) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(handle)
        .with_state(services)
}

async fn handle(
    State(services): State<Arc<Services>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let started = services.clock.now();
    let request_id = new_uuid(&*services.random);
    let (parts, body) = request.into_parts();
    let origin = Origin::of(
        &parts.headers,
        peer.ip(),
        &services.settings.trusted_proxies,
    );
    let facts = Arc::new(RequestFacts::new(&parts, origin));
    if s3::is_for_s3(&parts) {
        return s3::handle(
            services,
            facts,
            request_id,
            Request::from_parts(parts, body),
        )
        .await;
    }
    let fate = services.fate();
    let answer = match read(&services, body).await {
        Ok(body) => answer(&services, &parts, &body, facts, &request_id, fate).await,
        Err(error) => Answer::refused(&parts, &error, &request_id),
    };
    fate.wait().await;
    count(&answer, services.clock.now().since(started));
    answer.response.map(Body::from)
}

/// The body, if it is neither too long nor too slow.
async fn read(services: &Services, body: Body) -> Result<Bytes, WireError> {
    let limit = services.settings.max_body;
    let whole = Limited::new(body, limit).collect();
    match tokio::time::timeout(services.settings.body_timeout, whole).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(WireError::new(
            "RequestEntityTooLargeException",
            format!("The request body is longer than {limit} bytes."),
        )
        .status(413)),
        Ok(Err(_)) => Err(WireError::serialization(
            "The request body ended too early.",
        )),
        Err(_) => Err(
            WireError::new("RequestTimeoutException", "The request body took too long.")
                .status(408),
        ),
    }
}

/// The answer to a request, and what it is counted as.
struct Answer {
    response: http::Response<Bytes>,
    operation: Option<&'static OperationMeta>,
    /// The error's code, or `Success`.
    code: String,
}

impl Answer {
    /// The refusal of a request whose operation isn't known.
    fn refused(parts: &Parts, error: &WireError, request_id: &str) -> Self {
        Self {
            response: atrium_wire::encode_error(
                atrium_wire::guess_protocol(parts),
                error,
                request_id,
            ),
            operation: None,
            code: error.code.to_string(),
        }
    }

    fn of(
        operation: &'static OperationMeta,
        outcome: Result<Output, WireError>,
        request_id: &str,
    ) -> Self {
        match outcome {
            Ok(output) => Self {
                response: atrium_wire::encode(operation, output, request_id),
                operation: Some(operation),
                code: "Success".to_owned(),
            },
            Err(error) => Self {
                response: atrium_wire::encode_error(operation, &error, request_id),
                operation: Some(operation),
                code: error.code.to_string(),
            },
        }
    }
}

async fn answer(
    services: &Arc<Services>,
    parts: &Parts,
    body: &Bytes,
    facts: Arc<RequestFacts>,
    request_id: &str,
    fate: Fate,
) -> Answer {
    let operation = match atrium_wire::identify(parts, body) {
        Ok(operation) => operation,
        Err(error) => return Answer::refused(parts, &error, request_id),
    };
    let outcome = serve(services, operation, parts, body, facts, request_id, fate).await;
    Answer::of(operation, outcome, request_id)
}

/// Authenticates the caller, reads the input, and runs the operation.
async fn serve(
    services: &Arc<Services>,
    operation: &'static OperationMeta,
    parts: &Parts,
    body: &Bytes,
    facts: Arc<RequestFacts>,
    request_id: &str,
    fate: Fate,
) -> Result<Output, WireError> {
    let now = services.clock.now();
    if operation.unsigned {
        let arrival = Arrival {
            services: Arc::clone(services),
            operation,
            facts,
            now,
            signed: None,
        };
        return visit::serve(arrival, parts, body, request_id, fate).await;
    }
    let (caller, region) = identify_caller(services, operation, parts, body, now).await?;
    let job = Job {
        services: Arc::clone(services),
        operation,
        caller,
        region,
        facts,
        request_id: request_id.to_owned(),
        now,
        prepared: arrival::nothing(),
        stale: fate.stale,
    };
    if let Err(error) = spared(&job, fate.fault) {
        return Err(job.refuse(error).await);
    }
    let input = match services.registry.find(operation) {
        Some(_) => atrium_wire::decode(operation, parts, body),
        None => Err(not_offered(operation)),
    };
    match input {
        Ok(input) => job.run(input).await,
        Err(error) => Err(job.refuse(error).await),
    }
}

/// The answer to an operation that the models have and the server has not.
pub(crate) fn not_offered(operation: &OperationMeta) -> WireError {
    WireError::unknown_operation(format!(
        "The operation {} of {} is not offered by this service.",
        operation.name, operation.service.service_id
    ))
}

/// Refuses what comes too often, and what is to fail.
pub(crate) fn spared(job: &Job, fault: Option<Fault>) -> Result<(), WireError> {
    if let Some(throttle) = &job.services.throttle {
        let account = &job.caller.authority.caller.account;
        throttle.take(job.operation, account, &job.region, job.now)?;
    }
    match fault {
        None => Ok(()),
        Some(Fault::Throttled) => Err(throttle::refusal(job.operation)),
        Some(Fault::Internal) => Err(WireError::internal()),
    }
}

async fn identify_caller(
    services: &Arc<Services>,
    operation: &'static OperationMeta,
    parts: &Parts,
    body: &Bytes,
    now: Timestamp,
) -> Result<(Arc<Authenticated>, Region), WireError> {
    let refuse = |error: AuthError| error.to_wire(operation);
    let signed = SignedRequest::parse(parts)
        .map_err(refuse)?
        .ok_or_else(|| refuse(AuthError::Missing))?;
    signed.check_service(operation).map_err(refuse)?;
    let region: Region = signed.region.parse().map_err(|_| {
        refuse(AuthError::WrongRegion {
            given: signed.region.clone(),
        })
    })?;
    let credentials: Credentials = (signed.access_key_id.clone(), signed.session_token.clone());
    let caller = match remembered(services, &credentials, now) {
        Some(caller) => Ok(caller),
        None => match resolve(services, credentials.clone(), now).await {
            Err(Refused::NoAccount(account)) => {
                make_account(services, account, now).await?;
                resolve(services, credentials, now).await
            }
            other => other,
        },
    };
    let caller = caller.map_err(|refused| match refused {
        Refused::Signature(error) => refuse(error),
        Refused::Store(error) => store_failure(error),
        // Made just now; it was closed in between.
        Refused::NoAccount(_) => refuse(AuthError::UnknownAccessKey),
    })?;
    authenticate::verify(services, &signed, parts, body, &caller.secret, now).map_err(refuse)?;
    key_use::note(
        services,
        &caller.authority.caller,
        &signed.service,
        &region,
        now,
    );
    Ok((caller, region))
}

/// The caller of an earlier request. The call's transaction finds out whether that still holds; this spares most calls
/// a transaction of its own for it.
fn remembered(
    services: &Services,
    credentials: &Credentials,
    now: Timestamp,
) -> Option<Arc<Authenticated>> {
    let last = services.authorities.last(credentials)?;
    (!last.has_expired(now)).then_some(last)
}

pub(crate) async fn resolve(
    services: &Arc<Services>,
    credentials: Credentials,
    now: Timestamp,
) -> Result<Arc<Authenticated>, Refused> {
    let inner = Arc::clone(services);
    services
        .store
        .read(move |tx| authenticate::resolve(&inner, tx, &credentials, now))
        .await
}

/// With `--dev` an account exists, standing alone, from its first use.
pub(crate) async fn make_account(
    services: &Arc<Services>,
    account: atrium_model::AccountId,
    now: Timestamp,
) -> Result<(), WireError> {
    services
        .store
        .write(move |tx| {
            atrium_organization::ensure_account(tx, &account, now)?;
            Ok::<_, StoreError>(())
        })
        .await
        .map_err(store_failure)
}

fn count(answer: &Answer, took: std::time::Duration) {
    let (service, operation) = answer.operation.map_or(("unknown", "Unknown"), |meta| {
        (meta.service.name, meta.name)
    });
    metrics::counter!("atrium_requests_total", "service" => service, "operation" => operation,
        "code" => answer.code.clone())
    .increment(1);
    metrics::histogram!("atrium_request_seconds", "service" => service, "operation" => operation)
        .record(took);
}
