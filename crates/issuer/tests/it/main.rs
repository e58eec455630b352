//! Tokens against issuers on loopback: which are believed, and how often the issuer is asked.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

use std::time::Duration;

use atrium_issuer::{Claims, IpNet, IssuerError, Issuers, Reach};
use atrium_model::Timestamp;
use atrium_testkit::{SigningKey, TestIssuer, wait};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// 2026-07-01T00:00:00Z.
const NOW: i64 = 1_782_864_000;

fn now() -> Timestamp {
    Timestamp::from_millis(NOW * 1000)
}

fn later(seconds: u64) -> Timestamp {
    now() + Duration::from_secs(seconds)
}

fn claims() -> Value {
    json!({"sub": "jane", "aud": "app", "iat": NOW - 10, "exp": NOW + 86_400})
}

fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[name] = value.into();
    claims
}

#[test]
fn every_accepted_algorithm_is_verified() {
    wait(async {
        for algorithm in ["RS256", "PS256", "ES256", "ES384", "EdDSA"] {
            let issuer = TestIssuer::signing_with(SigningKey::new("k", algorithm)).await;
            let issuers = Issuers::new(Reach::dev());
            let token = issuer.token(&claims());
            let found = issuers.verify(issuer.url(), &token, now()).await;
            let found = found.unwrap_or_else(|error| panic!("{algorithm}: {error}"));
            assert_eq!(found.subject(), Some("jane"), "{algorithm}");
            let other = SigningKey::new("k", algorithm).sign(&with("iss", issuer.url()));
            let refused = issuers.verify(issuer.url(), &other, now()).await;
            assert_eq!(refused, Err(IssuerError::Signature), "{algorithm}");
        }
    });
}

#[test]
fn forged_and_foreign_tokens_are_refused() {
    wait(async {
        let issuer = TestIssuer::start().await;
        let issuers = Issuers::new(Reach::dev());
        let good = issuer.token(&claims());
        let (head, rest) = good.split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let own = |header: Value| issuer.key().sign_as(&header, &with("iss", issuer.url()));
        let mut root = with("iss", issuer.url());
        root["sub"] = "root".into();
        let altered = format!("{head}.{}.{signature}", part(&root));
        let none = format!(
            "{}.{}.",
            part(&json!({"alg": "none"})),
            part(&with("iss", issuer.url()))
        );
        let stranger = SigningKey::new("key-1", "ES256");
        let unknown = SigningKey::new("key-2", "ES256");
        let cases = [
            ("nothing", String::new(), IssuerError::Malformed),
            ("two parts", "a.b".to_owned(), IssuerError::Malformed),
            ("four parts", format!("{good}.x"), IssuerError::Malformed),
            ("too long", "a".repeat(60_000), IssuerError::Malformed),
            ("altered", altered, IssuerError::Signature),
            ("unsigned", none, IssuerError::Algorithm),
            (
                "HS256",
                own(json!({"alg": "HS256", "kid": "key-1"})),
                IssuerError::Algorithm,
            ),
            (
                "lower case",
                own(json!({"alg": "es256", "kid": "key-1"})),
                IssuerError::Algorithm,
            ),
            (
                "another algorithm",
                own(json!({"alg": "RS256", "kid": "key-1"})),
                IssuerError::UnknownKey,
            ),
            (
                "extension",
                own(json!({"alg": "ES256", "kid": "key-1", "crit": ["b64"], "b64": false})),
                IssuerError::Malformed,
            ),
            (
                "a stranger's key",
                stranger.sign(&with("iss", issuer.url())),
                IssuerError::Signature,
            ),
            (
                "an unknown key",
                unknown.sign(&with("iss", issuer.url())),
                IssuerError::UnknownKey,
            ),
            (
                "another issuer",
                issuer.key().sign(&with("iss", "http://127.0.0.1:1")),
                IssuerError::OtherIssuer,
            ),
            (
                "no issuer",
                issuer.key().sign(&claims()),
                IssuerError::OtherIssuer,
            ),
            (
                "expired",
                issuer.token(&with("exp", NOW)),
                IssuerError::Expired,
            ),
            (
                "without end",
                issuer.token(&with("exp", Value::Null)),
                IssuerError::Malformed,
            ),
            (
                "not yet",
                issuer.token(&with("nbf", NOW + 61)),
                IssuerError::NotYet,
            ),
            (
                "from the future",
                issuer.token(&with("iat", NOW + 61)),
                IssuerError::NotYet,
            ),
        ];
        for (case, token, want) in cases {
            let found = issuers.verify(issuer.url(), &token, now()).await;
            assert_eq!(found, Err(want), "{case}");
        }
        let without_key = own(json!({"alg": "ES256"}));
        assert!(
            issuers
                .verify(issuer.url(), &without_key, now())
                .await
                .is_ok()
        );
        assert!(issuers.verify(issuer.url(), &good, now()).await.is_ok());
        assert_eq!(Claims::peek(&good).unwrap().issuer(), Some(issuer.url()));
    });
}

#[test]
fn an_issuer_is_asked_seldom() {
    wait(async {
        let mut issuer = TestIssuer::start().await;
        let issuers = Issuers::new(Reach::dev());
        let ask = async |token: &str, at: Timestamp| issuers.verify(issuer.url(), token, at).await;
        let old = issuer.token(&claims());
        let expired = issuer.token(&with("exp", NOW - 1));
        ask(&expired, now()).await.unwrap_err();
        assert_eq!(issuer.asked(), 0, "a token that can't be good asks nobody");
        let (one, two) = tokio::join!(ask(&old, now()), ask(&old, now()));
        one.and(two).unwrap();
        ask(&old, later(3599)).await.unwrap();
        assert_eq!(issuer.asked(), 2, "configuration and keys, once");

        issuer.rotate(SigningKey::new("key-2", "ES256"));
        let ask = async |token: &str, at: Timestamp| issuers.verify(issuer.url(), token, at).await;
        let new = issuer.token(&claims());
        assert_eq!(ask(&new, later(59)).await, Err(IssuerError::UnknownKey));
        assert_eq!(
            issuer.asked(),
            2,
            "an unknown key asks no sooner than a minute after"
        );
        ask(&new, later(60)).await.unwrap();
        assert_eq!(issuer.asked(), 4);
        assert_eq!(ask(&old, later(61)).await, Err(IssuerError::UnknownKey));
        ask(&new, later(3700)).await.unwrap();
        assert_eq!(issuer.asked(), 6, "old keys are fetched again");
    });
}

#[test]
fn an_issuer_that_fails_is_left_alone_for_a_while() {
    wait(async {
        let issuer = TestIssuer::start().await;
        let configuration = "/.well-known/openid-configuration";
        let right = json!({"issuer": issuer.url(), "jwks_uri": format!("{}/keys", issuer.url())});
        let elsewhere = json!({"issuer": issuer.url(), "jwks_uri": "gopher://keys.example"});
        let cases: [(&str, u16, String, &str); 8] = [
            (configuration, 500, "{}".into(), "it answers 500"),
            (configuration, 302, "{}".into(), "it answers 302"),
            (configuration, 200, "not JSON".into(), "it is not JSON"),
            (configuration, 200, "x".repeat(600_000), "too long"),
            (
                configuration,
                200,
                json!({"issuer": "http://other"}).to_string(),
                "names another issuer",
            ),
            (
                configuration,
                200,
                elsewhere.to_string(),
                "begin with https",
            ),
            (configuration, 200, right.to_string(), ""),
            (
                "/keys",
                200,
                json!({"keys": 1}).to_string(),
                "no set of keys",
            ),
        ];
        let token = issuer.token(&claims());
        for (path, status, body, want) in cases {
            issuer.answer_with(path, status, body);
            let issuers = Issuers::new(Reach::dev());
            let first = issuers.verify(issuer.url(), &token, now()).await;
            if want.is_empty() {
                first.unwrap();
                continue;
            }
            let error = first.unwrap_err();
            assert!(
                error.is_of_issuer() && error.to_string().contains(want),
                "{error}"
            );
            let asked = issuer.asked();
            assert_eq!(
                issuers.verify(issuer.url(), &token, later(4)).await,
                Err(error)
            );
            assert_eq!(issuer.asked(), asked, "{want}: asked again too soon");
            let _ = issuers.verify(issuer.url(), &token, later(5)).await;
            assert!(issuer.asked() > asked, "{want}: not asked again");
        }
    });
}

#[test]
fn keys_that_are_of_no_use_are_passed_over() {
    wait(async {
        let issuer = TestIssuer::start().await;
        let issuers = Issuers::new(Reach::dev());
        let mut encrypts = issuer.key().jwk();
        encrypts["use"] = "enc".into();
        let other = json!({"kty": "oct", "k": "c2VjcmV0", "kid": "key-1"});
        issuer.publish(vec![json!(1), json!({}), other, encrypts]);
        let token = issuer.token(&claims());
        let found = issuers.verify(issuer.url(), &token, now()).await;
        assert_eq!(found, Err(IssuerError::UnknownKey));
    });
}

#[test]
fn what_is_out_of_reach_is_not_asked() {
    wait(async {
        let issuer = TestIssuer::start().await;
        let token = issuer.token(&claims());
        let issuers = Issuers::new(Reach::default());
        let found = issuers.verify(issuer.url(), &token, now()).await;
        assert!(matches!(found, Err(IssuerError::Url(_))), "{found:?}");

        // Over HTTPS the address is looked at, however it is written and whatever resolves to it.
        let port = issuer.url().rsplit(':').next().unwrap();
        for host in [
            "127.0.0.1",
            "localhost",
            "[::ffff:127.0.0.1]",
            "2130706433",
            "0x7f.1",
        ] {
            let url = format!("https://{host}:{port}");
            let token = issuer.key().sign(&with("iss", url.as_str()));
            let found = issuers.verify(&url, &token, now()).await;
            assert!(
                matches!(found, Err(IssuerError::Unreachable(_))),
                "{host}: {found:?}"
            );
        }
        assert_eq!(issuer.asked(), 0);

        // A network that the operator named is reached; what answers there speaks no TLS.
        let loopback: IpNet = "127.0.0.0/8".parse().unwrap();
        let issuers = Issuers::new(Reach::public_and(vec![loopback]));
        let url = format!("https://127.0.0.1:{port}");
        let token = issuer.key().sign(&with("iss", url.as_str()));
        let error = issuers.verify(&url, &token, now()).await.unwrap_err();
        assert!(!error.to_string().contains("may be reached"), "{error}");
    });
}
