use std::net::IpAddr;

use atrium_trail::TlsDetails;
use http::header::{HOST, USER_AGENT};
use http::request::Parts;

use crate::proxy::Origin;

/// What the HTTP request says besides its operation: for conditions and for the record.
#[derive(Clone, Debug)]
pub(crate) struct RequestFacts {
    /// `sourceIPAddress`, `aws:SourceIp`: the client's, also behind a trusted proxy.
    pub(crate) source_ip: IpAddr,
    /// `tlsDetails`, `aws:SecureTransport`: how the client's connection is protected, if it is.
    pub(crate) tls: Option<TlsDetails>,
    /// `userAgent`, at most 1 KB.
    pub(crate) user_agent: Option<String>,
    /// The `Host` header as sent.
    pub(crate) host: Option<String>,
}

impl RequestFacts {
    pub(crate) fn new(parts: &Parts, origin: Origin) -> Self {
        let header = |name| {
            let value = parts.headers.get(name)?;
            Some(
                String::from_utf8_lossy(value.as_bytes())
                    .chars()
                    .take(1024)
                    .collect(),
            )
        };
        Self {
            source_ip: origin.address,
            tls: origin.tls,
            user_agent: header(USER_AGENT),
            host: header(HOST),
        }
    }
}
