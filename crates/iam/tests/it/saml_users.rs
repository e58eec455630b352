//! What is read of an assertion.

use atrium_iam::*;
use atrium_model::Timestamp;
use atrium_model::iam::SamlProvider;
use atrium_saml::{Assertion, Attribute, Subject};

use crate::world::id;

const ROLE: &str = "arn:aws:iam::123456789012:role/Dev";
const PROVIDER: &str = "arn:aws:iam::123456789012:saml-provider/MySAMLIdP";

fn provider() -> SamlProvider {
    SamlProvider {
        account: id("123456789012"),
        name: "MySAMLIdP".into(),
        id: "ID".into(),
        issuer: "https://example.com/saml".into(),
        certificates: Vec::new(),
        valid_until: Timestamp::from_millis(i64::MAX),
        tags: Vec::new(),
        created: Timestamp::from_millis(0),
    }
}

fn with(attributes: &[(&str, &[&str])]) -> Assertion {
    let aws = |name: &str| match name.contains(':') && !name.starts_with("PrincipalTag") {
        true => name.to_owned(),
        false => format!("https://aws.amazon.com/SAML/Attributes/{name}"),
    };
    Assertion {
        id: "_1".into(),
        issuer: "https://example.com/saml".into(),
        subject: Subject {
            name: "jane".into(),
            format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".into(),
        },
        recipient: "https://signin.aws.amazon.com/saml".into(),
        session_ends: None,
        attributes: attributes
            .iter()
            .map(|(name, values)| Attribute {
                name: aws(name),
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            })
            .collect(),
    }
}

fn read(attributes: &[(&str, &[&str])]) -> Result<SamlUser, FederationError> {
    read_saml_user(&provider(), with(attributes))
}

#[test]
fn everything_that_aws_reads_is_read() {
    let pair = format!(" {ROLE} , {PROVIDER} ");
    let other = "arn:aws:iam::123456789012:saml-provider/Other,arn:aws:iam::123456789012:role/Ops";
    let user = read(&[
        ("Role", &[&pair, other, "nonsense"]),
        ("RoleSessionName", &["jane@example.com"]),
        ("SessionDuration", &["7200"]),
        ("PrincipalTag:Team", &["blue"]),
        ("PrincipalTag:Empty", &[""]),
        ("TransitiveTagKeys", &["Team"]),
        ("SourceIdentity", &["Jane"]),
        ("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", &["staff", "member"]),
        ("urn:oid:2.5.4.3", &["Jane Doe"]),
    ])
    .expect("a user");
    assert_eq!(user.session_name, "jane@example.com");
    assert_eq!(user.duration_seconds, Some(7200));
    assert_eq!(user.wanted.tags.len(), 2);
    assert_eq!(user.wanted.transitive_tag_keys, ["Team"]);
    assert_eq!(user.wanted.source_identity.as_deref(), Some("Jane"));
    assert_eq!(user.subject_type, "persistent");
    // echo -n https://example.com/saml123456789012/MySAMLIdP | openssl dgst -sha1 -binary | base64
    assert_eq!(user.name_qualifier, NAME_QUALIFIER);
    assert_eq!(user.user.id, format!("{NAME_QUALIFIER}:jane"));
    assert_eq!(user.user.provider_arn, PROVIDER);
    assert!(user.may_choose(ROLE));
    // In either order, but with this provider.
    assert!(!user.may_choose("arn:aws:iam::123456789012:role/Ops"));
    assert!(!user.may_choose("arn:aws:iam::123456789012:role/Admin"));

    let keys = user.trust_keys(&provider());
    let value = |name: &str| {
        let found = keys.iter().find(|(key, _)| key == name);
        found
            .map(|(_, values)| values.join("|"))
            .unwrap_or_default()
    };
    for (key, want) in [
        ("SAML:aud", "https://signin.aws.amazon.com/saml"),
        ("SAML:iss", "https://example.com/saml"),
        ("SAML:sub", "jane"),
        ("SAML:sub_type", "persistent"),
        ("SAML:namequalifier", NAME_QUALIFIER),
        ("SAML:doc", "123456789012/MySAMLIdP"),
        ("SAML:eduPersonAffiliation", "staff|member"),
        ("SAML:cn", "Jane Doe"),
        ("aws:FederatedProvider", PROVIDER),
    ] {
        assert_eq!(value(key), want, "{key}");
    }
    let later: Vec<_> = user
        .federation()
        .keys
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    assert_eq!(later, ["SAML:sub", "SAML:sub_type", "SAML:namequalifier"]);
}

const NAME_QUALIFIER: &str = "1uAJanUnBc2XeUkHURMht+xam2c=";

#[test]
fn what_breaks_a_rule_makes_no_session() {
    use FederationError as E;
    let long = "x".repeat(65);
    let many: Vec<String> = (0..51).map(|n| format!("PrincipalTag:k{n}")).collect();
    let many: Vec<(&str, &[&str])> = many
        .iter()
        .map(|name| (name.as_str(), ["v"].as_slice()))
        .collect();
    let value = "v".repeat(257);
    type Attributes<'a> = &'a [(&'a str, &'a [&'a str])];
    let cases: [(&str, Attributes<'_>, E); 13] = [
        ("no name", &[], E::NoSessionName),
        (
            "two names",
            &[("RoleSessionName", &["aa", "bb"])],
            E::NoSessionName,
        ),
        (
            "a short name",
            &[("RoleSessionName", &["a"])],
            E::SessionName,
        ),
        (
            "a long name",
            &[("RoleSessionName", &[&long])],
            E::SessionName,
        ),
        (
            "a name with blanks",
            &[("RoleSessionName", &["a b"])],
            E::SessionName,
        ),
        (
            "a short duration",
            &[("RoleSessionName", &["aa"]), ("SessionDuration", &["899"])],
            E::SessionDuration,
        ),
        (
            "a long duration",
            &[
                ("RoleSessionName", &["aa"]),
                ("SessionDuration", &["43201"]),
            ],
            E::SessionDuration,
        ),
        (
            "no duration",
            &[("RoleSessionName", &["aa"]), ("SessionDuration", &["1h"])],
            E::SessionDuration,
        ),
        (
            "a short source identity",
            &[("RoleSessionName", &["aa"]), ("SourceIdentity", &["a"])],
            E::SourceIdentity,
        ),
        (
            "AWS's source identity",
            &[("RoleSessionName", &["aa"]), ("SourceIdentity", &["aws:x"])],
            E::SourceIdentity,
        ),
        (
            "a tag of two values",
            &[
                ("RoleSessionName", &["aa"]),
                ("PrincipalTag:t", &["a", "b"]),
            ],
            E::Tag("t".into()),
        ),
        (
            "a long tag",
            &[("RoleSessionName", &["aa"]), ("PrincipalTag:t", &[&value])],
            E::Tag("t".into()),
        ),
        (
            "AWS's tag",
            &[("RoleSessionName", &["aa"]), ("PrincipalTag:AWS:t", &["a"])],
            E::Tag("AWS:t".into()),
        ),
    ];
    for (case, attributes, want) in cases {
        assert_eq!(read(attributes).map(drop), Err(want), "{case}");
    }
    let mut attributes = vec![("RoleSessionName", ["aa"].as_slice())];
    attributes.extend(many);
    assert_eq!(read(&attributes).map(drop), Err(E::TooManyTags(50)));
}
