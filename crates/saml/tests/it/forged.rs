//! Documents that someone made who doesn't have the provider's key. None may be believed.

use atrium_saml::ResponseError;
use atrium_testkit::SamlClaims;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::world::*;

const ASSERTION: &str = "<saml:Assertion ";
const END: &str = "</saml:Assertion>";
const DS: &str = "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"";

/// What a real user got: a response with a signed assertion.
fn real() -> String {
    PROVIDER.sign(&claims().xml(ENTITY), "_assertion")
}

/// The element with this name, from its tag to its end.
fn element<'a>(xml: &'a str, open: &str, close: &str) -> &'a str {
    let start = xml.find(open).unwrap_or_else(|| panic!("{open}"));
    let end = xml[start..]
        .find(close)
        .unwrap_or_else(|| panic!("{close}"))
        + close.len();
    &xml[start..start + end]
}

/// An assertion about someone else, unsigned, with this id.
fn forged(id: &str) -> String {
    let claims = SamlClaims {
        assertion_id: id.to_owned(),
        ..SamlClaims::new(NOW, "root@example.com", &[PAIR])
    };
    let xml = claims.xml(ENTITY);
    element(&xml, ASSERTION, END).to_owned()
}

fn refused(case: &str, document: &str) {
    match check(&encode(document)) {
        Err(ResponseError::Signature | ResponseError::Malformed(_) | ResponseError::Unreadable) => {
        }
        other => panic!("{case}: {other:?}\n{document}"),
    }
}

#[test]
fn the_real_one_is_believed() {
    let got = check(&encode(&real())).expect("the real one");
    assert_eq!(got.subject.name, "jane@example.com");
}

#[test]
fn without_the_key_nothing_is_believed() {
    let (real, unsigned) = (real(), claims().xml(ENTITY));
    let signature = element(&real, "<ds:Signature ", "</ds:Signature>");
    let value = element(&real, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let by_impostor = IMPOSTOR.sign(&unsigned, "_assertion");
    let with_its_key = by_impostor.replace(
        "</ds:Signature>",
        &format!(
            "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>",
            IMPOSTOR.certificate()
        ),
    );
    let cases = [
        ("unsigned", unsigned.clone()),
        ("signature taken out", real.replace(signature, "")),
        (
            "empty signature",
            unsigned.replace(
                "</saml:Issuer><saml:Subject>",
                &format!("</saml:Issuer><ds:Signature {DS}/><saml:Subject>"),
            ),
        ),
        ("another key", by_impostor),
        ("another key and its certificate", with_its_key),
        ("altered name", real.replace("jane@", "root@")),
        ("altered role", real.replace("role/Dev", "role/Admin")),
        ("altered condition", real.replace("10:05:00Z", "11:05:00Z")),
        (
            "an attribute more",
            real.replace(
                "</saml:AttributeStatement>",
                "<saml:Attribute Name=\"x\"/></saml:AttributeStatement>",
            ),
        ),
        (
            "empty signature value",
            real.replace(value, "<ds:SignatureValue></ds:SignatureValue>"),
        ),
        (
            "no reference",
            real.replace(element(&real, "<ds:Reference ", "</ds:Reference>"), ""),
        ),
        (
            "reference to the whole document",
            real.replace("URI=\"#_assertion\"", "URI=\"\""),
        ),
        (
            "reference to a file",
            real.replace("URI=\"#_assertion\"", "URI=\"file:///etc/passwd\""),
        ),
        (
            "signed with a secret everybody has",
            real.replace(
                "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            ),
        ),
    ];
    for (case, document) in cases {
        refused(case, &document);
    }
}

/// Wrapping: the signed element is somewhere in the document, and another stands where one would look.
#[test]
fn a_signed_assertion_vouches_for_no_other() {
    let real = real();
    let signed = element(&real, ASSERTION, END).to_owned();
    let signature = element(&signed, "<ds:Signature ", "</ds:Signature>").to_owned();
    let bare = signed.replace(&signature, "");
    let evil = forged("_evil");
    let inside = |outer: &str, inner: &str| {
        outer.replace("<saml:Subject>", &format!("{inner}<saml:Subject>"))
    };
    let holding = |content: &str| format!("<ds:Object>{content}</ds:Object></ds:Signature>");
    let around = forged("_assertion");
    let cases = [
        ("before the signed one", format!("{evil}{signed}")),
        ("after the signed one", format!("{signed}{evil}")),
        ("around the signed one", inside(&evil, &signed)),
        ("inside the signed one", inside(&signed, &evil)),
        (
            "the signed one in the status's neighbourhood",
            format!("<samlp:Extensions>{signed}</samlp:Extensions>{evil}"),
        ),
        (
            "the signature moved over, the signed one in its Object",
            inside(&evil, &signature.replace("</ds:Signature>", &holding(&bare))),
        ),
        (
            "the same, with the same id",
            inside(
                &around,
                &signature.replace("</ds:Signature>", &holding(&bare)),
            ),
        ),
        (
            "the signed one in the forged one's attribute",
            evil.replace(
                "</saml:AttributeStatement>",
                &format!(
                    "<saml:Attribute Name=\"x\"><saml:AttributeValue>{signed}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>"
                ),
            ),
        ),
        (
            "the signature in the forged one, the signed one beside it",
            format!("{}<x>{bare}</x>", inside(&evil, &signature)),
        ),
        (
            "the signed one under another name",
            format!(
                "{}<x ID=\"_assertion\">{}</x>",
                inside(&forged("_other"), &signature),
                bare.replace("ID=\"_assertion\"", "")
            ),
        ),
        (
            "two with the same id",
            format!("{around}{signed}"),
        ),
        (
            "an id in another spelling",
            inside(&evil.replace("ID=\"_evil\"", "ID=\"_evil\" Id=\"_assertion\""), &signature),
        ),
        (
            "the signature twice",
            signed.replace(&signature, &format!("{signature}{signature}")),
        ),
    ];
    for (case, content) in cases {
        refused(case, &real.replace(&signed, &content));
    }
    let response = real.replace(&signed, &evil);
    for (case, document) in [
        (
            "a response around the real one",
            response.replace(
                "<samlp:Status>",
                &format!("<samlp:Extensions>{real}</samlp:Extensions><samlp:Status>"),
            ),
        ),
        (
            "the real one as the whole document, under another root",
            format!("<x xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">{real}</x>"),
        ),
        ("an assertion alone", signed.clone()),
    ] {
        refused(case, &document);
    }
}

#[test]
fn a_signed_response_vouches_for_all_of_it_and_no_more() {
    let real = PROVIDER.sign(&claims().xml(ENTITY), "_response");
    assert!(check(&encode(&real)).is_ok());
    let assertion = element(&real, ASSERTION, END).to_owned();
    let signature = element(&real, "<ds:Signature ", "</ds:Signature>").to_owned();
    for (case, document) in [
        (
            "another assertion",
            real.replace(&assertion, &forged("_assertion")),
        ),
        (
            "one assertion more",
            real.replace(&assertion, &format!("{assertion}{}", forged("_evil"))),
        ),
        (
            "the real one inside a forged one",
            claims()
                .xml(ENTITY)
                .replace("ID=\"_response\"", "ID=\"_outer\"")
                .replace(
                    "<samlp:Status>",
                    &format!(
                        "{signature}<samlp:Extensions>{}</samlp:Extensions><samlp:Status>",
                        real.replace(&signature, "")
                    ),
                ),
        ),
        (
            "its signature in the assertion",
            real.replace(&signature, "")
                .replace("<saml:Subject>", &format!("{signature}<saml:Subject>")),
        ),
        (
            "one of two signatures is bad",
            PROVIDER.sign(
                &IMPOSTOR.sign(&claims().xml(ENTITY), "_assertion"),
                "_response",
            ),
        ),
    ] {
        refused(case, &document);
    }
}

/// Real signatures of the provider, over what SAML doesn't allow.
#[test]
fn signatures_of_other_kinds_are_refused() {
    let xml = claims().xml(ENTITY);
    let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
    let cases: [(&str, &str, &str); 3] = [
        (
            "comments are signed",
            "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
            "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#WithComments\"/>",
        ),
        (
            "a part alone is signed",
            exclusive,
            "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>self::text()</ds:XPath></ds:Transform><ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
        ),
        (
            "an older digest",
            "http://www.w3.org/2001/04/xmlenc#sha256",
            "http://www.w3.org/2000/09/xmldsig#sha1",
        ),
    ];
    for (case, from, to) in cases {
        // What can't be signed can't be checked either.
        let signed = std::panic::catch_unwind(|| {
            PROVIDER.sign_with(&xml, "_assertion", |template| {
                assert!(template.contains(from), "{from}");
                template.replace(from, to)
            })
        });
        if let Ok(signed) = signed {
            assert_eq!(
                check(&encode(&signed)),
                Err(ResponseError::Signature),
                "{case}"
            );
        }
    }
}

#[test]
fn what_is_no_response_is_unreadable() {
    for (case, encoded) in [
        ("empty", String::new()),
        ("not base 64", "<samlp:Response/>".to_owned()),
        ("not text", STANDARD.encode([0xff, 0xfe, 0x00])),
        ("not XML", encode("a response")),
        (
            "too long",
            encode(&format!("<a>{}</a>", "x".repeat(80_000))),
        ),
    ] {
        assert_eq!(check(&encoded), Err(ResponseError::Unreadable), "{case}");
    }
}
