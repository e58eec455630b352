use http::HeaderValue;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Two networks of proxies, and one by its address.
fn trusted() -> Vec<TrustedProxy> {
    ["10.0.0.0/8", "fd00::/8", "192.0.2.7"]
        .map(|text| text.parse().expect("a value of the test"))
        .to_vec()
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("a value of the test")
}

fn bytes(value: &[u8]) -> HeaderValue {
    HeaderValue::from_bytes(value).expect("a header's value")
}

fn headers(values: &[(&'static str, &[u8])]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in values {
        headers.append(*name, bytes(value));
    }
    headers
}

/// The client's address, as told by `X-Forwarded-For` in one or several headers.
fn client_of(peer: &str, values: &[&str]) -> String {
    let values: Vec<_> = values
        .iter()
        .map(|value| (FORWARDED_FOR, value.as_bytes()))
        .collect();
    let origin = Origin::of(&headers(&values), ip(peer), &trusted());
    origin.address.to_string()
}

#[test]
fn a_proxy_is_a_network_or_an_address() {
    let cases = [
        ("10.0.0.0/8", Some("10.0.0.0/8")),
        ("192.0.2.7", Some("192.0.2.7/32")),
        ("::ffff:192.0.2.7", Some("192.0.2.7/32")),
        ("fd00::1", Some("fd00::1/128")),
        ("fd00::/8", Some("fd00::/8")),
        ("10.0.0.0/33", None),
        ("10.0.0", None),
        ("proxy.internal", None),
        ("10.0.0.1:80", None),
        ("", None),
    ];
    for (text, want) in cases {
        let found = text.parse::<TrustedProxy>().ok();
        assert_eq!(
            found.map(|proxy| proxy.0.to_string()).as_deref(),
            want,
            "{text:?}"
        );
    }
}

#[test]
fn a_trusted_proxy_tells_the_clients_address() {
    let cases: &[(&str, &[&str], &str)] = &[
        ("no header", &[], "10.0.0.1"),
        ("one address", &["203.0.113.9"], "203.0.113.9"),
        (
            "a client's own word",
            &["198.51.100.1, 203.0.113.9"],
            "203.0.113.9",
        ),
        (
            "a header of the client's own",
            &["198.51.100.1", "203.0.113.9"],
            "203.0.113.9",
        ),
        (
            "two proxies",
            &["198.51.100.1,203.0.113.9, 10.9.9.9", "192.0.2.7"],
            "203.0.113.9",
        ),
        ("a client among the proxies", &["10.3.0.3"], "10.3.0.3"),
        ("all are trusted", &["10.3.0.3, 10.4.0.4"], "10.3.0.3"),
        ("IPv6", &["2001:db8::9"], "2001:db8::9"),
        ("IPv4 as IPv6", &["::ffff:203.0.113.9"], "203.0.113.9"),
        (
            "a proxy's IPv4 as IPv6",
            &["203.0.113.9, ::ffff:10.4.0.4"],
            "203.0.113.9",
        ),
        ("a port", &["203.0.113.9:4711"], "203.0.113.9"),
        ("IPv6 and a port", &["[2001:db8::9]:4711"], "2001:db8::9"),
        ("empty elements", &[" ,203.0.113.9, ,"], "203.0.113.9"),
        ("only empty elements", &[" , ", ""], "10.0.0.1"),
        (
            "junk on the client's side",
            &["<script>, 203.0.113.9"],
            "203.0.113.9",
        ),
        ("junk", &["unknown"], "10.0.0.1"),
        ("junk before a proxy", &["junk, 10.4.0.4"], "10.0.0.1"),
        ("junk at the end", &["203.0.113.9, junk"], "10.0.0.1"),
        ("a network", &["203.0.113.0/24"], "10.0.0.1"),
        ("other spaces", &["203.0.113.9 198.51.100.1"], "10.0.0.1"),
    ];
    for (case, values, want) in cases {
        assert_eq!(client_of("10.0.0.1", values), *want, "{case}");
    }
    assert_eq!(
        client_of("::ffff:10.0.0.1", &["2001:db8::9"]),
        "2001:db8::9"
    );
    assert_eq!(client_of("192.0.2.7", &["2001:db8::9"]), "2001:db8::9");
}

#[test]
fn nobody_else_is_heard() {
    let told = headers(&[
        (FORWARDED_FOR, b"203.0.113.9"),
        (TLS_VERSION, b"TLSv1.3"),
        (TLS_CIPHER, b"TLS_AES_128_GCM_SHA256"),
    ]);
    for peer in ["192.0.2.8", "::ffff:192.0.2.8", "2001:db8::1", "11.0.0.1"] {
        let origin = Origin::of(&told, ip(peer), &trusted());
        let want = Origin {
            address: ip(peer).to_canonical(),
            tls: None,
        };
        assert_eq!(origin, want, "{peer}");
    }
    let origin = Origin::of(&told, ip("10.0.0.1"), &[]);
    assert_eq!((origin.address, origin.tls), (ip("10.0.0.1"), None));
}

#[test]
fn tls_is_told_by_two_tokens() {
    let longest = "x".repeat(TLS_TEXT);
    let too_long = "x".repeat(TLS_TEXT + 1);
    let cases: &[(&str, &[&str], &[&str], bool)] = &[
        ("both", &["TLSv1.3"], &["TLS_AES_128_GCM_SHA256"], true),
        (
            "older",
            &["TLSv1.2"],
            &["ECDHE-RSA-AES128-GCM-SHA256"],
            true,
        ),
        ("longest", &["TLSv1.3"], &[&longest], true),
        ("too long", &["TLSv1.3"], &[&too_long], false),
        ("no version", &[], &["TLS_AES_128_GCM_SHA256"], false),
        ("no cipher", &["TLSv1.3"], &[], false),
        ("empty", &[""], &["TLS_AES_128_GCM_SHA256"], false),
        ("a space", &["TLS 1.3"], &["TLS_AES_128_GCM_SHA256"], false),
        ("a quote", &["TLSv1.3"], &["\"},{\""], false),
        ("not ASCII", &["TLSv1.3"], &["TLS_ÄS"], false),
        ("twice", &["TLSv1.3", "TLSv1.2"], &["TLS_AES_128"], false),
    ];
    for (case, versions, ciphers, want) in cases {
        let mut values = Vec::new();
        values.extend(versions.iter().map(|text| (TLS_VERSION, text.as_bytes())));
        values.extend(ciphers.iter().map(|text| (TLS_CIPHER, text.as_bytes())));
        let tls = Origin::of(&headers(&values), ip("10.0.0.1"), &trusted()).tls;
        let want = want.then(|| TlsDetails {
            version: versions[0].to_owned(),
            cipher_suite: ciphers[0].to_owned(),
        });
        assert_eq!(tls, want, "{case}");
    }
}

/// What a client may put into a header: whatever HTTP lets through, and often something like an address.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![0x20u8..0x7f, 0x80u8..=0xff];
    let like = prop_oneof![
        Just(b",".to_vec()),
        Just(b"10.0.0.1".to_vec()),
        Just(b"192.0.2.7".to_vec()),
        Just(b"::ffff:10.0.0.1".to_vec()),
        Just(b"[fd00::1]:80".to_vec()),
        Just(b"999.1.1.1".to_vec()),
        any::<IpAddr>().prop_map(|address| address.to_string().into_bytes()),
        vec(byte, 0..20),
    ];
    vec(like, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn a_client_cannot_say_where_it_is(
        words in vec(hostile(), 0..4),
        client in any::<IpAddr>(),
        proxies in vec(any::<[u8; 3]>(), 0..4),
        joined: bool,
    ) {
        let client = client.to_canonical();
        prop_assume!(!is_trusted(&trusted(), client));
        let mut told = HeaderMap::new();
        for word in &words {
            told.append(FORWARDED_FOR, bytes(word));
        }
        // Each proxy appends its peer, to the last header or in one of its own.
        let mut chain = client.to_string();
        for [a, b, c] in proxies {
            chain.push_str(&format!(", 10.{a}.{b}.{c}"));
        }
        if joined && let Some(last) = words.last() {
            let value = [last.as_slice(), b", ", chain.as_bytes()].concat();
            told.clear();
            for word in &words[..words.len() - 1] {
                told.append(FORWARDED_FOR, bytes(word));
            }
            told.append(FORWARDED_FOR, bytes(&value));
        } else {
            told.append(FORWARDED_FOR, bytes(chain.as_bytes()));
        }
        let origin = Origin::of(&told, ip("10.0.0.1"), &trusted());
        prop_assert_eq!(origin.address, client);
    }

    #[test]
    fn hostile_headers_name_an_address_of_theirs_or_none(
        words in vec(hostile(), 0..4),
        tls in vec(hostile(), 2),
        peer in any::<IpAddr>(),
        is_proxy: bool,
    ) {
        let peer = if is_proxy { ip("10.0.0.1") } else { peer.to_canonical() };
        let mut told = HeaderMap::new();
        for word in &words {
            told.append(FORWARDED_FOR, bytes(word));
        }
        told.append(TLS_VERSION, bytes(&tls[0]));
        told.append(TLS_CIPHER, bytes(&tls[1]));
        let origin = Origin::of(&told, peer, &trusted());
        prop_assert_eq!(origin.address, origin.address.to_canonical());
        if !is_trusted(&trusted(), peer) {
            prop_assert_eq!(origin, Origin { address: peer, tls: None });
            return Ok(());
        }
        let named = words
            .iter()
            .flat_map(|word| word.split(|byte| *byte == b','))
            .filter_map(|text| address(std::str::from_utf8(text.trim_ascii()).ok()?))
            .any(|address| address == origin.address);
        prop_assert!(named || origin.address == peer);
        if let Some(tls) = origin.tls {
            for text in [tls.version, tls.cipher_suite] {
                prop_assert!((1..=TLS_TEXT).contains(&text.len()));
                prop_assert!(text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'));
            }
        }
    }
}
