use atrium_model::Timestamp;
use atrium_saml::{Metadata, MetadataError};
use atrium_testkit::SamlIdentityProvider;

use crate::world::{ENTITY, PROVIDER};

#[test]
fn what_matters_is_read() {
    let read = Metadata::parse(&PROVIDER.metadata()).expect("metadata");
    assert_eq!(
        read,
        Metadata {
            entity_id: ENTITY.to_owned(),
            sign_on_locations: vec!["https://idp.example.com/sso".to_owned()],
            certificates: vec![PROVIDER.certificate().to_owned()],
            valid_until: None,
        }
    );
    let until = PROVIDER
        .metadata()
        .replace("entityID=", "validUntil=\"2026-11-24T10:00:00Z\" entityID=");
    let read = Metadata::parse(&until).expect("metadata");
    assert_eq!(
        read.valid_until,
        Some(Timestamp::from_millis(1_795_514_400_000))
    );
}

#[test]
fn keys_for_encryption_are_passed_over_and_each_certificate_counts_once() {
    let text = PROVIDER.metadata();
    let (start, end) = (
        text.find("<md:KeyDescriptor").expect("a key"),
        text.find("<md:SingleSignOnService").expect("a service"),
    );
    let key = &text[start..end];
    let other = SamlIdentityProvider::with_ecdsa(ENTITY);
    let of_other = key.replace(PROVIDER.certificate(), other.certificate());
    let of_any_use = of_other.replace(" use=\"signing\"", "");
    let for_encryption = key
        .replace("\"signing\"", "\"encryption\"")
        .replace(PROVIDER.certificate(), "no certificate");
    let wrapped = key.replace(
        PROVIDER.certificate(),
        &PROVIDER
            .certificate()
            .as_bytes()
            .chunks(64)
            .map(|line| format!("\n{}", String::from_utf8_lossy(line)))
            .collect::<String>(),
    );
    let document = text.replace(key, &format!("{key}{wrapped}{for_encryption}{of_any_use}"));
    let read = Metadata::parse(&document).expect("metadata");
    assert_eq!(
        read.certificates,
        [PROVIDER.certificate(), other.certificate()]
    );
}

#[test]
fn what_cannot_be_used_is_refused() {
    use MetadataError as E;
    let good = PROVIDER.metadata();
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        good.replace(from, to)
    };
    let many: String = (0..21)
        .map(|_| {
            let other = SamlIdentityProvider::with_ecdsa(ENTITY);
            format!(
                "<ds:X509Certificate>{}</ds:X509Certificate>",
                other.certificate()
            )
        })
        .collect();
    let long = "x".repeat(1025);
    let cases = [
        ("not XML", "metadata".to_owned(), E::Xml),
        ("cut off", good[..good.len() - 20].to_owned(), E::Xml),
        (
            "a document type",
            with("<md:EntityDescriptor ", "<!DOCTYPE a><md:EntityDescriptor "),
            E::Xml,
        ),
        (
            "an entity of its own",
            with(
                "<md:EntityDescriptor ",
                "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><md:EntityDescriptor ",
            ),
            E::Xml,
        ),
        (
            "another root",
            good.replace("EntityDescriptor", "EntitiesDescriptor"),
            E::NotADescriptor,
        ),
        (
            "another namespace",
            with("SAML:2.0:metadata", "SAML:3.0:metadata"),
            E::NotADescriptor,
        ),
        (
            "no entity id",
            with(&format!("entityID=\"{ENTITY}\""), ""),
            E::EntityId,
        ),
        ("a long entity id", with(ENTITY, &long), E::EntityId),
        (
            "a service provider",
            good.replace("IDPSSODescriptor", "SPSSODescriptor"),
            E::NoIdentityProvider,
        ),
        (
            "SAML 1.1",
            with("SAML:2.0:protocol", "SAML:1.1:protocol"),
            E::NoIdentityProvider,
        ),
        (
            "nowhere to sign in",
            with("SingleSignOnService", "SingleLogoutService"),
            E::NoSignOnService,
        ),
        (
            "a strange location",
            with("https://idp.example.com/sso", "javascript:alert(1)"),
            E::NoSignOnService,
        ),
        (
            "no key for signatures",
            with("\"signing\"", "\"encryption\""),
            E::NoCertificate,
        ),
        (
            "not a certificate",
            with(PROVIDER.certificate(), "AAAA"),
            E::Certificate,
        ),
        (
            "not base 64",
            with(PROVIDER.certificate(), "a certificate"),
            E::Certificate,
        ),
        (
            "too many certificates",
            with("</ds:X509Data>", &format!("{many}</ds:X509Data>")),
            E::TooManyCertificates(20),
        ),
        (
            "no time",
            with("entityID=", "validUntil=\"tomorrow\" entityID="),
            E::ValidUntil,
        ),
    ];
    for (case, document, want) in cases {
        assert_eq!(Metadata::parse(&document), Err(want), "{case}");
    }
}
