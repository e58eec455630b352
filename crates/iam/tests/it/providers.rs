//! Identity providers of an account.

use atrium_iam::*;
use atrium_model::iam::{OidcProvider, SamlProvider, Tag};
use atrium_saml::MetadataError;

use crate::world::{HOME, NOW, OTHER, World, id};

/// A certificate of nobody, for a key that nobody has any more.
const METADATA: &str = include_str!("../data/metadata.xml");

fn tag(key: &str) -> Tag {
    Tag {
        key: key.into(),
        value: "v".into(),
    }
}

fn saml(world: &World, new: NewSamlProvider, quotas: Quotas) -> Result<SamlProvider, IamError> {
    world.iam(move |cx, _, tx| create_saml_provider(cx, tx, &quotas, &id(HOME), new.clone()))
}

fn named(name: &str) -> NewSamlProvider {
    NewSamlProvider {
        name: name.into(),
        document: METADATA.into(),
        tags: vec![tag("team")],
    }
}

fn oidc(
    world: &World,
    new: NewOidcProvider,
    quotas: Quotas,
    loopback: bool,
) -> Result<OidcProvider, IamError> {
    world.iam(move |cx, _, tx| {
        create_oidc_provider(cx, tx, &quotas, &id(HOME), new.clone(), loopback)
    })
}

fn at_url(url: &str) -> NewOidcProvider {
    NewOidcProvider {
        url: url.into(),
        ..NewOidcProvider::default()
    }
}

#[test]
fn a_saml_provider_is_what_its_metadata_says() {
    let world = World::new();
    let made = saml(&world, named("Corp"), Quotas::default()).expect("made");
    assert_eq!(made.arn(), "arn:aws:iam::111122223333:saml-provider/Corp");
    assert_eq!(made.issuer, "https://idp.example.com/metadata");
    assert_eq!(made.certificates.len(), 1);
    let century = 36_525 * 24 * 3600 * 1000;
    assert_eq!(made.valid_until.as_millis(), NOW + century);
    assert!(matches!(
        saml(&world, named("Corp"), Quotas::default()),
        Err(IamError::SamlProviderExists(_))
    ));
    let changed = METADATA
        .replace("https://idp.example.com/metadata", "urn:new")
        .replace("entityID", "validUntil=\"2023-11-14T22:13:21Z\" entityID");
    let (account, document) = (made.account.clone(), changed.clone());
    let provider = made.clone();
    world
        .iam(move |cx, _, tx| update_saml_metadata(cx, tx, provider.clone(), &document))
        .expect("updated");
    let found = world
        .iam(move |_, _, tx| {
            let document = tx.saml_provider_document(&account, "Corp")?;
            Ok((find_saml_provider(tx, &account, "Corp")?, document))
        })
        .expect("found");
    assert_eq!(found.0.issuer, "urn:new");
    assert_eq!(found.0.valid_until.as_millis(), NOW + 1000);
    assert_eq!(found.1, Some(changed));
}

#[test]
fn saml_providers_keep_the_rules() {
    let world = World::new();
    let with = |document: String| NewSamlProvider {
        document,
        ..named("Corp")
    };
    let until = |time: &str| {
        let with_end = format!("validUntil=\"{time}\" entityID");
        with(METADATA.replace("entityID", &with_end))
    };
    let none = Quotas {
        saml_providers: 0,
        ..Quotas::default()
    };
    type Check = fn(&IamError) -> bool;
    let cases: [(&str, NewSamlProvider, Quotas, Check); 6] = [
        ("a quota", named("Corp"), none, |e| {
            matches!(
                e,
                IamError::LimitExceeded(Limit::Quota {
                    name: "SAMLProvidersPerAccount",
                    most: 0
                })
            )
        }),
        (
            "no metadata",
            with("x".repeat(1000)),
            Quotas::default(),
            |e| matches!(e, IamError::Metadata(MetadataError::Xml)),
        ),
        (
            "expired",
            until("2023-11-14T22:13:20Z"),
            Quotas::default(),
            |e| matches!(e, IamError::MetadataExpired),
        ),
        (
            "kept for services",
            named("AWSSSO_0123456789abcdef_DO_NOT_DELETE"),
            Quotas::default(),
            |e| matches!(e, IamError::ReservedName(_)),
        ),
        (
            "a tag twice",
            NewSamlProvider {
                tags: vec![tag("a"), tag("A")],
                ..named("Corp")
            },
            Quotas::default(),
            |e| matches!(e, IamError::DuplicateTagKeys),
        ),
        (
            "too many tags",
            NewSamlProvider {
                tags: vec![tag("a"), tag("b")],
                ..named("Corp")
            },
            Quotas {
                tags: 1,
                ..Quotas::default()
            },
            |e| matches!(e, IamError::LimitExceeded(Limit::Tags)),
        ),
    ];
    for (case, new, quotas, want) in cases {
        match saml(&world, new, quotas) {
            Err(error) if want(&error) => {}
            other => panic!("{case}: {other:?}"),
        }
    }
    assert!(saml(&world, until("2023-11-14T22:13:21Z"), Quotas::default()).is_ok());
}

#[test]
fn only_issuers_urls_are_taken() {
    let world = World::new();
    let cases = [
        ("https://ci.example.com", true, true),
        ("https://ci.example.com/path/to-it", true, true),
        ("https://CI.example.com/", true, true),
        ("https://ci.example.com:8443", false, true),
        ("http://ci.example.com/plain", false, true),
        ("http://127.0.0.1:4080", false, true),
        ("http://127.0.0.1:99999", false, false),
        ("ftp://ci.example.com", false, false),
        ("ci.example.com", false, false),
        ("https://", false, false),
        ("https:///path", false, false),
        ("https://user@ci.example.com", false, false),
        ("https://ci..example.com", false, false),
        ("https://ci.example.com?query=1", false, false),
        ("https://ci.example.com/p?query=1", false, false),
        ("https://ci.example.com/p#fragment", false, false),
        ("https://ci.example.com/a b", false, false),
        ("https://ci.example.com/*", false, false),
        ("https://ci.ex\u{e4}mple.com", false, false),
    ];
    for (url, plain, dev) in cases {
        for (loopback, want) in [(false, plain), (true, dev)] {
            let got = oidc(&world, at_url(url), Quotas::default(), loopback);
            match &got {
                Ok(made) => {
                    let made = made.clone();
                    world
                        .iam(move |_, _, tx| delete_oidc_provider(tx, &made))
                        .expect("gone");
                }
                Err(error) => assert!(matches!(error, IamError::ProviderUrl(_)), "{url}"),
            }
            assert_eq!(got.is_ok(), want, "{url} {loopback}");
        }
    }
}

#[test]
fn oidc_providers_keep_the_rules() {
    let world = World::new();
    let url = "https://ci.example.com/a";
    let new = NewOidcProvider {
        client_ids: vec!["one".into(), "one".into()],
        thumbprints: vec!["AB".repeat(20)],
        ..at_url(url)
    };
    let made = oidc(&world, new.clone(), Quotas::default(), false).expect("made");
    assert_eq!(
        made.arn(),
        "arn:aws:iam::111122223333:oidc-provider/ci.example.com/a"
    );
    assert_eq!(made.client_ids, ["one"]);
    assert_eq!(made.thumbprints, ["ab".repeat(20)]);
    let quota = |error: IamError| match error {
        IamError::LimitExceeded(limit) => limit,
        other => panic!("{other:?}"),
    };
    let again = oidc(&world, new.clone(), Quotas::default(), false);
    assert!(matches!(again, Err(IamError::OidcProviderExists(_))));
    let one = Quotas {
        oidc_providers: 1,
        client_ids: 2,
        ..Quotas::default()
    };
    let full = oidc(&world, at_url("https://b"), one.clone(), false).expect_err("full");
    assert_eq!(
        quota(full),
        Limit::Quota {
            name: "OpenIdConnectProvidersPerAccount",
            most: 1
        }
    );
    let many = NewOidcProvider {
        thumbprints: vec!["a".repeat(40); 6],
        ..at_url("https://b")
    };
    let many = oidc(&world, many, Quotas::default(), false).expect_err("six");
    assert_eq!(quota(many), Limit::Thumbprints(5));
    let strange = NewOidcProvider {
        thumbprints: vec!["g".repeat(40)],
        ..at_url("https://b")
    };
    let strange = oidc(&world, strange, Quotas::default(), false);
    assert!(matches!(strange, Err(IamError::Thumbprint(_))));

    let fresh = move |world: &World| {
        world
            .iam(|_, _, tx| find_oidc_provider(tx, &id(HOME), "ci.example.com/a"))
            .expect("there")
    };
    for (client_id, fits) in [("two", true), ("one", true), ("three", false)] {
        let (provider, quotas) = (fresh(&world), one.clone());
        let added = world.iam(move |_, _, tx| {
            add_client_id(tx, &quotas, provider.clone(), client_id.to_owned())
        });
        assert_eq!(added.is_ok(), fits, "{client_id}");
    }
    for client_id in ["one", "never there"] {
        let provider = fresh(&world);
        world
            .iam(move |_, _, tx| remove_client_id(tx, provider.clone(), client_id))
            .expect("removed");
    }
    let provider = fresh(&world);
    assert_eq!(provider.client_ids, ["two"]);
    world
        .iam(move |_, _, tx| update_thumbprints(tx, provider.clone(), vec!["c".repeat(40)]))
        .expect("updated");
    let provider = fresh(&world);
    assert_eq!(provider.thumbprints, ["c".repeat(40)]);
    world
        .iam(move |_, _, tx| {
            tag_oidc_provider(
                tx,
                &Quotas::default(),
                provider.clone(),
                vec![tag("a"), tag("b")],
            )?;
            let tagged = find_oidc_provider(tx, &id(HOME), "ci.example.com/a")?;
            untag_oidc_provider(tx, tagged, &["A".to_owned()])?;
            let left = find_oidc_provider(tx, &id(HOME), "ci.example.com/a")?;
            assert_eq!(left.tags, [tag("b")]);
            let foreign = find_oidc_provider(tx, &id(OTHER), "ci.example.com/a");
            assert!(matches!(foreign, Err(IamError::Missing(_))));
            Ok(())
        })
        .expect("tagged");
}
