//! What is read of a token.

use atrium_iam::*;
use atrium_model::Timestamp;
use atrium_model::iam::OidcProvider;
use serde_json::{Value, json};

use crate::world::{HOME, id};

fn read(claims: Value) -> Result<WebUser, FederationError> {
    let provider = OidcProvider {
        account: id(HOME),
        url: "https://ci.example.com/a".into(),
        client_ids: vec!["sts".into(), "app".into()],
        thumbprints: Vec::new(),
        tags: Vec::new(),
        created: Timestamp::from_millis(0),
    };
    read_web_user(&provider, claims.as_object().expect("an object"))
}

fn keys(user: &WebUser) -> String {
    user.trust_keys
        .iter()
        .map(|(key, values)| format!("{key}={}\n", values.join("|")))
        .collect()
}

#[test]
fn the_audience_is_a_client_of_the_provider() {
    use FederationError as E;
    let cases = [
        ("one", json!({"sub": "me", "aud": "sts"}), Ok("sts")),
        (
            "of several",
            json!({"sub": "me", "aud": ["x", "app"]}),
            Ok("app"),
        ),
        (
            "the authorized party",
            json!({"sub": "me", "aud": ["x"], "azp": "app"}),
            Ok("app"),
        ),
        (
            "another",
            json!({"sub": "me", "aud": "x"}),
            Err(E::Audience),
        ),
        (
            "another party",
            json!({"sub": "me", "aud": "sts", "azp": "x"}),
            Err(E::Audience),
        ),
        (
            "a part of one",
            json!({"sub": "me", "aud": "st"}),
            Err(E::Audience),
        ),
        ("none", json!({"sub": "me"}), Err(E::Claim("aud"))),
        (
            "no text",
            json!({"sub": "me", "aud": 1}),
            Err(E::Claim("aud")),
        ),
        ("nobody", json!({"aud": "sts"}), Err(E::Claim("sub"))),
        (
            "no name",
            json!({"sub": "", "aud": "sts"}),
            Err(E::Claim("sub")),
        ),
        (
            "a long name",
            json!({"sub": "x".repeat(256), "aud": "sts"}),
            Err(E::Claim("sub")),
        ),
    ];
    for (case, claims, want) in cases {
        let got = read(claims).map(|user| user.audience);
        assert_eq!(got, want.map(str::to_owned), "{case}");
    }
}

#[test]
fn trust_policies_see_the_claims_under_the_providers_name() {
    let user =
        read(json!({"sub": "repo:a/b", "aud": "sts", "amr": ["mfa", "pwd"]})).expect("a user");
    let arn = "arn:aws:iam::111122223333:oidc-provider/ci.example.com/a";
    assert_eq!(
        keys(&user),
        format!(
            "ci.example.com/a:aud=sts\nci.example.com/a:sub=repo:a/b\nci.example.com/a:amr=mfa|pwd\naws:FederatedProvider={arn}\n"
        )
    );
    assert_eq!(user.user.id, format!("{arn}:sts:repo:a/b"));
    let user = read(json!({"sub": "me", "aud": ["x", "y"], "azp": "app"})).expect("a user");
    assert!(keys(&user).starts_with(
        "ci.example.com/a:aud=app\nci.example.com/a:sub=me\nci.example.com/a:azp=app\nci.example.com/a:oaud=x|y\n"
    ));
    let later: Vec<_> = user.federation().keys;
    assert_eq!(
        later,
        [
            ("ci.example.com/a:aud".to_owned(), "app".to_owned()),
            ("ci.example.com/a:sub".to_owned(), "me".to_owned())
        ]
    );
}

#[test]
fn tags_come_nested_or_flat() {
    let nested = json!({"sub": "me", "aud": "sts",
        "https://aws.amazon.com/tags": {"principal_tags": {"Team": ["blue"], "Unit": "x"}, "transitive_tag_keys": ["Team"]},
        "https://aws.amazon.com/source_identity": "Jane"});
    let flat = json!({"sub": "me", "aud": "sts",
        "https://aws.amazon.com/tags/principal_tags/Team": "blue",
        "https://aws.amazon.com/tags/principal_tags/Unit": "x",
        "https://aws.amazon.com/tags/transitive_tag_keys": ["Team"],
        "https://aws.amazon.com/source_identity": "Jane"});
    let (nested, flat) = (read(nested).expect("nested"), read(flat).expect("flat"));
    assert_eq!(nested.wanted, flat.wanted);
    let tags: Vec<_> = flat
        .wanted
        .tags
        .iter()
        .map(|tag| (tag.key.as_str(), tag.value.as_str()))
        .collect();
    assert_eq!(tags, [("Team", "blue"), ("Unit", "x")]);
    assert_eq!(flat.wanted.transitive_tag_keys, ["Team"]);
    assert_eq!(flat.wanted.source_identity.as_deref(), Some("Jane"));
    let with = |name: &str, value: Value| {
        let mut claims = json!({"sub": "me", "aud": "sts"});
        claims[name] = value;
        read(claims).map(drop)
    };
    use FederationError as E;
    let tags = "https://aws.amazon.com/tags";
    for (case, got, want) in [
        ("no object", with(tags, json!("x")), E::Claim(tags)),
        (
            "no object of tags",
            with(tags, json!({"principal_tags": []})),
            E::Claim(tags),
        ),
        (
            "two values",
            with(tags, json!({"principal_tags": {"a": ["b", "c"]}})),
            E::Tag("a".into()),
        ),
        (
            "no text",
            with(tags, json!({"principal_tags": {"a": 1}})),
            E::Tag("a".into()),
        ),
        (
            "a strange key",
            with(tags, json!({"principal_tags": {"a*": "b"}})),
            E::Tag("a*".into()),
        ),
        (
            "no identity",
            with("https://aws.amazon.com/source_identity", json!(["a"])),
            E::SourceIdentity,
        ),
        (
            "a short identity",
            with("https://aws.amazon.com/source_identity", json!("a")),
            E::SourceIdentity,
        ),
    ] {
        assert_eq!(got, Err(want), "{case}");
    }
}
