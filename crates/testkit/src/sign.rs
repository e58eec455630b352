use std::time::{Duration, UNIX_EPOCH};

use atrium_model::Timestamp;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::Request;

use crate::Credentials;

/// Signs a request in its `Authorization` header, as AWS's SDKs do.
pub fn sign(
    request: Request<Bytes>,
    by: &Credentials,
    region: &str,
    service: &str,
    time: Timestamp,
) -> Request<Bytes> {
    apply(request, by, region, service, time, settings(service))
}

/// Signs a request in its query string, for so many seconds.
pub fn presign(
    request: Request<Bytes>,
    by: &Credentials,
    region: &str,
    service: &str,
    time: Timestamp,
    seconds: u64,
) -> Request<Bytes> {
    let mut settings = settings(service);
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(seconds));
    apply(request, by, region, service, time, settings)
}

fn settings(service: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    settings
}

fn apply(
    mut request: Request<Bytes>,
    by: &Credentials,
    region: &str,
    service: &str,
    time: Timestamp,
    settings: SigningSettings,
) -> Request<Bytes> {
    let identity = by.for_sdk().into();
    let millis = u64::try_from(time.as_millis()).unwrap();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(UNIX_EPOCH + Duration::from_millis(millis))
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let headers: Vec<(String, String)> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let signable = SignableRequest::new(
        request.method().as_str(),
        request.uri().to_string(),
        headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
        SignableBody::Bytes(request.body()),
    )
    .unwrap();
    let (instructions, _) = aws_sigv4::http_request::sign(signable, &params)
        .unwrap()
        .into_parts();
    instructions.apply_to_request_http1x(&mut request);
    request
}
