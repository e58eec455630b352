use atrium_saml::{Assertion, ResponseError as E, Subject};
use atrium_testkit::{SamlClaims, SamlIdentityProvider};

use crate::world::*;

#[test]
fn a_signed_assertion_says_what_its_provider_said() {
    let claims = claims()
        .with("PrincipalTag:Team", vec!["a &amp; b".to_owned()])
        .with("Empty", Vec::new());
    let got = check(&PROVIDER.response(&claims)).expect("an assertion");
    assert_eq!(
        (got.id.as_str(), got.issuer.as_str(), got.recipient.as_str()),
        ("_assertion", ENTITY, "https://signin.aws.amazon.com/saml")
    );
    assert_eq!(
        got.subject,
        Subject {
            name: "jane@example.com".to_owned(),
            format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".to_owned(),
        }
    );
    let values = |got: &Assertion, name: &str| {
        let name = format!("https://aws.amazon.com/SAML/Attributes/{name}");
        got.values(&name).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(values(&got, "Role"), [PAIR]);
    assert_eq!(values(&got, "PrincipalTag:Team"), ["a & b"]);
    assert!(values(&got, "Empty").is_empty() && values(&got, "Other").is_empty());
    assert_eq!(got.session_ends, None);
}

#[test]
fn the_response_the_assertion_or_both_may_be_signed() {
    let xml = claims().xml(ENTITY);
    let assertion = PROVIDER.sign(&xml, "_assertion");
    let response = PROVIDER.sign(&xml, "_response");
    let both = PROVIDER.sign(&assertion, "_response");
    for (case, document) in [
        ("the assertion", assertion.clone()),
        ("the response", response),
        ("both", both),
        (
            "with a declaration and lines",
            format!("<?xml version=\"1.0\"?>\n{assertion}\n"),
        ),
    ] {
        assert!(check(&encode(&document)).is_ok(), "{case}");
    }
    let lines: String = encode(&assertion)
        .as_bytes()
        .chunks(76)
        .map(|line| format!("{}\r\n", String::from_utf8_lossy(line)))
        .collect();
    assert!(check(&lines).is_ok(), "base 64 in lines");
}

#[test]
fn any_of_the_providers_keys_will_do() {
    let new = SamlIdentityProvider::with_ecdsa(ENTITY);
    let both = [
        PROVIDER.certificate().to_owned(),
        new.certificate().to_owned(),
    ];
    for provider in [&*PROVIDER, &new] {
        assert!(check_with(&provider.response(&claims()), NOW, &both).is_ok());
    }
    let nobody = check_with(&PROVIDER.response(&claims()), NOW, &[]);
    assert_eq!(nobody, Err(E::Signature));
}

#[test]
fn a_comment_does_not_cut_the_name_short() {
    let claims = SamlClaims {
        name_id: "jane@example.com<!-- -->.attacker.example".to_owned(),
        ..claims()
    };
    let got = check(&PROVIDER.response(&claims)).expect("an assertion");
    assert_eq!(got.subject.name, "jane@example.com.attacker.example");
    // Comments are not signed: who puts one in later changes nothing.
    let xml = PROVIDER.sign(&self::claims().xml(ENTITY), "_assertion");
    let xml = xml.replace("jane@example", "ja<!-- x -->ne@example");
    let got = check(&encode(&xml)).expect("an assertion");
    assert_eq!(got.subject.name, "jane@example.com");
}

#[test]
fn each_rule_of_time_holds() {
    let good = PROVIDER.response(&claims());
    let cases = [
        ("a minute early", -60, Ok(())),
        ("earlier", -61, Err(E::NotYet)),
        ("almost expired", 299, Ok(())),
        ("expired", 300, Err(E::Expired)),
    ];
    for (case, seconds, want) in cases {
        assert_eq!(check_at(&good, later(seconds)).map(drop), want, "{case}");
    }
    let long = SamlClaims {
        ends: later(3600),
        session_ends: Some(later(200)),
        ..claims()
    };
    let response = PROVIDER.response(&SamlClaims {
        session_ends: None,
        ..long.clone()
    });
    assert!(check_at(&response, later(300)).is_ok());
    assert_eq!(check_at(&response, later(301)), Err(E::Stale));
    let response = PROVIDER.response(&long);
    let got = check_at(&response, later(199)).expect("an assertion");
    assert_eq!(got.session_ends, Some(later(200)));
    assert_eq!(check_at(&response, later(200)), Err(E::Expired));
    // Issued in the future, though good from now on.
    let ahead = SamlClaims {
        issued: later(61),
        ..claims()
    };
    assert_eq!(check(&PROVIDER.response(&ahead)), Err(E::NotYet));
}

#[test]
fn signed_responses_that_are_not_for_us_are_refused() {
    let xml = claims().xml(ENTITY);
    let with = |from: &str, to: &str| {
        assert!(xml.contains(from), "{from}");
        xml.replace(from, to)
    };
    let restriction = "<saml:AudienceRestriction><saml:Audience>urn:amazon:webservices</saml:Audience></saml:AudienceRestriction>";
    let other = restriction.replace("urn:amazon:webservices", "urn:other");
    let statement = &xml[xml.find("<saml:AuthnStatement").expect("a statement")
        ..xml.find("<saml:AttributeStatement").expect("attributes")];
    let cases = [
        (
            "signing in failed",
            with("status:Success", "status:Responder"),
            E::Rejected,
        ),
        (
            "another audience",
            with("urn:amazon:webservices", "urn:other"),
            E::Audience,
        ),
        ("no audience", with(restriction, ""), E::Audience),
        (
            "two restrictions, one for another",
            with(restriction, &format!("{restriction}{other}")),
            E::Audience,
        ),
        (
            "a condition that nobody knows",
            with(restriction, &format!("{restriction}<saml:Condition/>")),
            E::Malformed("a condition is not known"),
        ),
        (
            "another recipient",
            with(
                " Recipient=\"https://signin.aws.amazon.com/saml\"",
                " Recipient=\"https://other.example/saml\"",
            ),
            E::Recipient,
        ),
        (
            "no recipient",
            with(" Recipient=\"https://signin.aws.amazon.com/saml\"", ""),
            E::Recipient,
        ),
        (
            "another issuer of the assertion",
            xml.replacen(
                &format!("IssueInstant=\"2026-11-24T10:00:00Z\"><saml:Issuer>{ENTITY}"),
                "IssueInstant=\"2026-11-24T10:00:00Z\"><saml:Issuer>https://other",
                1,
            ),
            E::Issuer,
        ),
        (
            "another issuer of the response",
            xml.replacen(ENTITY, "https://other.example", 1),
            E::Issuer,
        ),
        (
            "not a bearer's",
            with("cm:bearer", "cm:holder-of-key"),
            E::Malformed("there is no bearer SubjectConfirmation"),
        ),
        (
            "a confirmation without end",
            with(
                "<saml:SubjectConfirmationData NotOnOrAfter=\"2026-11-24T10:05:00Z\"",
                "<saml:SubjectConfirmationData",
            ),
            E::Malformed("the SubjectConfirmationData never ends"),
        ),
        (
            "no statement of authentication",
            with(statement, ""),
            E::Malformed("there is no AuthnStatement"),
        ),
        (
            "an empty name",
            with(">jane@example.com</saml:NameID>", "> </saml:NameID>"),
            E::Malformed("the NameID is no name"),
        ),
        (
            "a name with elements in it",
            with(
                "jane@example.com</saml:NameID>",
                "jane<b>@example.com</b></saml:NameID>",
            ),
            E::Malformed("the NameID is no name"),
        ),
        (
            "an older version",
            with(
                "ID=\"_assertion\" Version=\"2.0\"",
                "ID=\"_assertion\" Version=\"1.1\"",
            ),
            E::Malformed("its version is not 2.0"),
        ),
        (
            "a time that is none",
            with("NotBefore=\"2026-11-24T10:00:00Z\"", "NotBefore=\"now\""),
            E::Malformed("a time can't be read"),
        ),
        (
            "an encrypted name",
            with("</saml:Subject>", "<saml:EncryptedID/></saml:Subject>"),
            E::Malformed("encryption is not supported"),
        ),
    ];
    for (case, document, want) in cases {
        let signed = PROVIDER.sign(&document, "_response");
        assert_eq!(check(&encode(&signed)), Err(want), "{case}");
    }
}
