use std::net::IpAddr;

use http::header::{HOST, USER_AGENT};
use http::request::Parts;

/// What the HTTP request says besides its operation: for conditions and for the record.
#[derive(Clone, Debug)]
pub(crate) struct RequestFacts {
    /// `sourceIPAddress`, `aws:SourceIp`.
    pub(crate) source_ip: IpAddr,
    /// `userAgent`, at most 1 KB.
    pub(crate) user_agent: Option<String>,
    /// The `Host` header as sent.
    pub(crate) host: Option<String>,
}

impl RequestFacts {
    pub(crate) fn new(parts: &Parts, source_ip: IpAddr) -> Self {
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
            source_ip,
            user_agent: header(USER_AGENT),
            host: header(HOST),
        }
    }
}
