//! What trusted proxies in front of the server tell of the client. Everybody else's word on it is not heard.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use atrium_issuer::IpNet;
use atrium_trail::TlsDetails;
use http::HeaderMap;

/// The addresses that a request came by: each proxy appends its peer's.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// The version of TLS that the client speaks with the outermost proxy, such as `TLSv1.3`.
const TLS_VERSION: &str = "x-forwarded-tls-version";
/// The cipher suite of that connection, such as `TLS_AES_128_GCM_SHA256`.
const TLS_CIPHER: &str = "x-forwarded-tls-cipher";
/// How long either may be, in characters.
const TLS_TEXT: usize = 64;

/// A network whose hosts are proxies that tell the truth about their clients, such as `10.0.0.0/8`.
///
/// An address alone is itself. An IPv4 address written as IPv6 is an IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustedProxy(IpNet);

/// A text is neither a network nor an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a network or an address, such as 10.0.0.0/8 or 10.0.0.7")]
pub struct ParseProxyError;

impl FromStr for TrustedProxy {
    type Err = ParseProxyError;

    fn from_str(text: &str) -> Result<Self, ParseProxyError> {
        match text.parse::<IpAddr>() {
            Ok(address) => Ok(Self(address.to_canonical().into())),
            Err(_) => text.parse().map(Self).map_err(|_| ParseProxyError),
        }
    }
}

/// Where a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The client's address; never IPv4 written as IPv6.
    pub(crate) address: IpAddr,
    /// How the client's connection is protected, if it is and a trusted proxy says so.
    pub(crate) tls: Option<TlsDetails>,
}

impl Origin {
    /// Where a request comes from that `peer` sent. The headers count only if that is a trusted proxy.
    pub(crate) fn of(headers: &HeaderMap, peer: IpAddr, trusted: &[TrustedProxy]) -> Self {
        let peer = peer.to_canonical();
        if !is_trusted(trusted, peer) {
            return Self {
                address: peer,
                tls: None,
            };
        }
        Self {
            address: client(headers, trusted).unwrap_or(peer),
            tls: tls(headers),
        }
    }
}

fn is_trusted(trusted: &[TrustedProxy], address: IpAddr) -> bool {
    trusted.iter().any(|proxy| proxy.0.contains(&address))
}

/// The rightmost address that is no trusted proxy's: what stands left of it is the client's own word.
///
/// The leftmost one if all are trusted; none if there are none, or what should be an address isn't.
fn client(headers: &HeaderMap, trusted: &[TrustedProxy]) -> Option<IpAddr> {
    let mut last = None;
    for value in headers.get_all(FORWARDED_FOR).iter().rev() {
        for text in value.as_bytes().rsplit(|byte| *byte == b',') {
            let text = text.trim_ascii();
            // Lists in headers may have empty elements.
            if text.is_empty() {
                continue;
            }
            let address = address(std::str::from_utf8(text).ok()?)?;
            if !is_trusted(trusted, address) {
                return Some(address);
            }
            last = Some(address);
        }
    }
    last
}

/// An address, which some proxies write with its port.
fn address(text: &str) -> Option<IpAddr> {
    let address = match text.parse() {
        Ok(address) => address,
        Err(_) => text.parse::<SocketAddr>().ok()?.ip(),
    };
    Some(address.to_canonical())
}

/// Version and cipher suite. One without the other tells nothing.
fn tls(headers: &HeaderMap) -> Option<TlsDetails> {
    Some(TlsDetails {
        version: token(headers, TLS_VERSION)?,
        cipher_suite: token(headers, TLS_CIPHER)?,
    })
}

/// A header that is there once and holds a token, as RFC 9110 has it, that isn't too long.
fn token(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let text = values.next()?.to_str().ok()?;
    let fits = (1..=TLS_TEXT).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
    // The proxy's word and somebody else's: which is which isn't known.
    (fits && values.next().is_none()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
