use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;
use ipnet::IpNet;

use crate::IssuerError;

/// Which servers may be asked. The URLs come from people who administer an instance, not the machine: they must not reach
/// what only the machine can (its own services, its neighbours, a cloud's metadata).
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Plain HTTP, and loopback and private addresses. For tests and rehearsals.
    dev: bool,
    /// Networks that are reached although they are not public.
    networks: Vec<IpNet>,
}

impl Reach {
    /// Public addresses over HTTPS, on its own port, and whatever is in `networks`, which may also speak plain HTTP.
    pub fn public_and(networks: Vec<IpNet>) -> Self {
        Self {
            dev: false,
            networks,
        }
    }

    /// Loopback and private addresses too, also over plain HTTP.
    pub fn dev() -> Self {
        Self {
            dev: true,
            networks: Vec::new(),
        }
    }

    /// A URL that may be asked, as far as one can tell before its name is resolved.
    pub(crate) fn url(&self, text: &str) -> Result<Uri, IssuerError> {
        let uri: Uri = text.parse().map_err(|_| IssuerError::Url("it is no URL"))?;
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if self.dev || !self.networks.is_empty() => {}
            _ => return Err(IssuerError::Url("it must begin with https://")),
        }
        let Some(authority) = uri.authority() else {
            return Err(IssuerError::Url("it names no host"));
        };
        if authority.as_str().contains('@') {
            return Err(IssuerError::Url("it must not hold credentials"));
        }
        Ok(uri)
    }

    /// Whether a connection to this address may be made, `secure` or not.
    pub(crate) fn permits(&self, address: IpAddr, port: u16, secure: bool) -> bool {
        let address = address.to_canonical();
        if self
            .networks
            .iter()
            .any(|network| network.contains(&address))
        {
            return true;
        }
        if self.dev && is_local(address) {
            return true;
        }
        is_public(address) && (self.dev || (secure && port == 443))
    }
}

/// This machine, or a private network (RFC 1918, RFC 4193).
fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    }
}

/// Whether an address is of the Internet at large (IANA's registries of special-purpose addresses).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match a {
        0 | 10 | 127 => true,
        100 => b & 0xc0 == 64,
        169 => b == 254,
        172 => b & 0xf0 == 16,
        192 => b == 168 || (b == 0 && (c == 0 || c == 2)) || (b == 88 && c == 99),
        198 => b & 0xfe == 18 || (b == 51 && c == 100),
        203 => b == 0 && c == 113,
        _ => a >= 224,
    };
    !special
}

/// Of global unicast (2000::/3), what stands for no IPv4 address and is no documentation.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let special = match a {
        // Teredo, ORCHID and the rest of 2001::/23; documentation.
        0x2001 => b < 0x200 || b == 0xdb8,
        // 6to4.
        0x2002 => true,
        // Documentation, 3fff::/20.
        0x3fff => b < 0x1000,
        _ => false,
    };
    a & 0xe000 == 0x2000 && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_of_the_internet_is_not_reached() {
        let networks = vec!["10.1.0.0/16".parse().expect("a network")];
        let (public, dev) = (Reach::public_and(networks), Reach::dev());
        let cases = [
            ("8.8.8.8", 443, true, true),
            ("8.8.8.8", 8443, false, true),
            ("2a00:1450::1", 443, true, true),
            ("127.0.0.1", 443, false, true),
            ("10.1.2.3", 8443, true, true),
            ("10.2.0.1", 443, false, true),
            ("192.168.1.1", 443, false, true),
            ("172.31.0.1", 443, false, true),
            ("169.254.169.254", 443, false, false),
            ("::ffff:169.254.169.254", 443, false, false),
            ("::ffff:127.0.0.1", 443, false, true),
            ("100.64.0.1", 443, false, false),
            ("0.0.0.0", 443, false, false),
            ("224.0.0.1", 443, false, false),
            ("255.255.255.255", 443, false, false),
            ("::1", 443, false, true),
            ("::", 443, false, false),
            ("fe80::1", 443, false, false),
            ("fd00:ec2::254", 443, false, true),
            ("64:ff9b::7f00:1", 443, false, false),
            ("2002:7f00:1::", 443, false, false),
            ("2001:db8::1", 443, false, false),
        ];
        for (text, port, in_public, in_dev) in cases {
            let address: IpAddr = text.parse().expect("an address");
            assert_eq!(
                public.permits(address, port, true),
                in_public,
                "{text}:{port}"
            );
            assert_eq!(
                dev.permits(address, port, false),
                in_dev,
                "dev {text}:{port}"
            );
            let plain = text == "10.1.2.3";
            assert_eq!(
                public.permits(address, port, false),
                plain,
                "plain {text}:{port}"
            );
        }
    }

    #[test]
    fn urls_are_https_and_hold_no_credentials() {
        let (public, dev) = (Reach::default(), Reach::dev());
        let cases = [
            ("https://issuer.example", true, true),
            ("https://issuer.example:8443/realms/a", true, true),
            ("http://issuer.example", false, true),
            ("https://user:secret@issuer.example", false, false),
            ("file:///etc/passwd", false, false),
            ("/relative", false, false),
            ("", false, false),
        ];
        for (url, in_public, in_dev) in cases {
            assert_eq!(public.url(url).is_ok(), in_public, "{url}");
            assert_eq!(dev.url(url).is_ok(), in_dev, "dev {url}");
        }
    }
}
