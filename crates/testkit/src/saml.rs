//! A SAML identity provider, for tests of whatever trusts one.

use atrium_model::Timestamp;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bergshamra::keys::loader::load_pem_auto;
use bergshamra::{DsigContext, KeysManager};

/// Where AWS's sign-in takes responses.
const SIGN_IN: &str = "https://signin.aws.amazon.com/saml";

/// An identity provider with a key of its own.
pub struct SamlIdentityProvider {
    entity_id: String,
    pem: String,
    certificate: String,
    method: &'static str,
}

impl SamlIdentityProvider {
    /// One that signs with RSA.
    pub fn new(entity_id: &str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let public = pair.public_key().as_der().unwrap();
        let private: Pkcs8V1Der = pair.as_der().unwrap();
        // sha256WithRSAEncryption
        let algorithm = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11, 5, 0];
        let certificate = certificate(entity_id, public.as_ref(), &algorithm, |message| {
            let mut signature = vec![0; pair.public_modulus_len()];
            let random = SystemRandom::new();
            pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                .unwrap();
            signature
        });
        Self::of(entity_id, private.as_ref(), &certificate, "rsa-sha256")
    }

    /// One that signs with ECDSA on P-256.
    pub fn with_ecdsa(entity_id: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let public: PublicKeyX509Der = pair.public_key().as_der().unwrap();
        let private = pair.to_pkcs8v1().unwrap();
        // ecdsa-with-SHA256
        let algorithm = [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
        let certificate = certificate(entity_id, public.as_ref(), &algorithm, |message| {
            let random = SystemRandom::new();
            pair.sign(&random, message).unwrap().as_ref().to_vec()
        });
        Self::of(entity_id, private.as_ref(), &certificate, "ecdsa-sha256")
    }

    fn of(entity_id: &str, private: &[u8], certificate: &[u8], method: &'static str) -> Self {
        let lines: Vec<String> = STANDARD
            .encode(private)
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        Self {
            entity_id: entity_id.to_owned(),
            pem: format!(
                "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
                lines.join("\n")
            ),
            certificate: STANDARD.encode(certificate),
            method,
        }
    }

    /// Who it says it is.
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// Its certificate, DER in base 64.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Its key, PKCS #8 in PEM.
    pub fn private_key(&self) -> &str {
        &self.pem
    }

    /// What it publishes about itself.
    pub fn metadata(&self) -> String {
        let (id, certificate) = (&self.entity_id, &self.certificate);
        let padding = "It is made for tests and signs whatever it is asked to. ".repeat(12);
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- {padding}-->
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{id}">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
        <ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"#
        )
    }

    /// A response with a signed assertion, in base 64.
    pub fn response(&self, claims: &SamlClaims) -> String {
        let xml = claims.xml(&self.entity_id);
        STANDARD.encode(self.sign(&xml, &claims.assertion_id))
    }

    /// The document with a signature in the element with this id, after its issuer.
    pub fn sign(&self, xml: &str, id: &str) -> String {
        self.sign_with(xml, id, |template| template)
    }

    /// As [`SamlIdentityProvider::sign`], with a template that is changed before it is filled in.
    pub fn sign_with(&self, xml: &str, id: &str, change: impl Fn(String) -> String) -> String {
        let element = xml.find(&format!("ID=\"{id}\"")).unwrap();
        let close = "</saml:Issuer>";
        let at = element + xml[element..].find(close).unwrap() + close.len();
        let template = change(template(id, self.method));
        let unsigned = format!("{}{template}{}", &xml[..at], &xml[at..]);
        let mut keys = KeysManager::new();
        keys.add_key(load_pem_auto(self.pem.as_bytes(), None).unwrap());
        bergshamra::sign(&DsigContext::new(keys), &unsigned).unwrap()
    }
}

fn template(id: &str, method: &str) -> String {
    format!(
        r##"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#{method}"/><ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue></ds:SignatureValue></ds:Signature>"##
    )
}

/// What an assertion says. Texts stand in the document as they are, so that a test can put markup into them.
#[derive(Clone, Debug)]
pub struct SamlClaims {
    /// The response's id.
    pub response_id: String,
    /// The assertion's id.
    pub assertion_id: String,
    /// The last part of the status code.
    pub status: String,
    /// The user's name.
    pub name_id: String,
    /// The name's format.
    pub format: String,
    /// Where the response is delivered.
    pub recipient: String,
    /// For whom it is.
    pub audience: String,
    /// When it was issued.
    pub issued: Timestamp,
    /// From when it is good.
    pub begins: Timestamp,
    /// Until when it is good.
    pub ends: Timestamp,
    /// Until when a session lasts that comes of it.
    pub session_ends: Option<Timestamp>,
    /// Names and values.
    pub attributes: Vec<(String, Vec<String>)>,
}

impl SamlClaims {
    /// The least that signing in to AWS takes, good from `now` on for five minutes. `roles` are pairs of ARNs.
    pub fn new(now: Timestamp, name: &str, roles: &[&str]) -> Self {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let minutes = |count: u64| std::time::Duration::from_secs(60 * count);
        Self {
            response_id: "_response".to_owned(),
            assertion_id: "_assertion".to_owned(),
            status: "Success".to_owned(),
            name_id: name.to_owned(),
            format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".to_owned(),
            recipient: SIGN_IN.to_owned(),
            audience: "urn:amazon:webservices".to_owned(),
            issued: now,
            begins: now,
            ends: now + minutes(5),
            session_ends: None,
            attributes: Vec::new(),
        }
        .with("Role", roles)
        .with("RoleSessionName", vec![name.to_owned()])
    }

    /// Adds an attribute of AWS's, such as `SourceIdentity`.
    #[must_use]
    pub fn with(mut self, name: &str, values: Vec<String>) -> Self {
        let name = format!("https://aws.amazon.com/SAML/Attributes/{name}");
        self.attributes.push((name, values));
        self
    }

    /// The response of `issuer`, unsigned.
    pub fn xml(&self, issuer: &str) -> String {
        let time = |time: Timestamp| {
            jiff::Timestamp::from_millisecond(time.as_millis())
                .unwrap()
                .to_string()
        };
        let (issued, begins, ends) = (time(self.issued), time(self.begins), time(self.ends));
        let session_ends = self
            .session_ends
            .map(|at| format!(" SessionNotOnOrAfter=\"{}\"", time(at)))
            .unwrap_or_default();
        let attributes: String = self
            .attributes
            .iter()
            .map(|(name, values)| {
                let values: String = values
                    .iter()
                    .map(|value| format!("<saml:AttributeValue>{value}</saml:AttributeValue>"))
                    .collect();
                format!("<saml:Attribute Name=\"{name}\">{values}</saml:Attribute>")
            })
            .collect();
        let Self {
            response_id,
            assertion_id,
            status,
            name_id,
            format,
            recipient,
            audience,
            ..
        } = self;
        format!(
            r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{response_id}" Version="2.0" IssueInstant="{issued}" Destination="{recipient}"><saml:Issuer>{issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status><saml:Assertion ID="{assertion_id}" Version="2.0" IssueInstant="{issued}"><saml:Issuer>{issuer}</saml:Issuer><saml:Subject><saml:NameID Format="{format}">{name_id}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{ends}" Recipient="{recipient}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{begins}" NotOnOrAfter="{ends}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{issued}"{session_ends}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion></samlp:Response>"#
        )
    }
}

/// A certificate of this key for a hundred years, issued by itself (RFC 5280).
fn certificate(
    name: &str,
    public: &[u8],
    algorithm: &[u8],
    sign: impl Fn(&[u8]) -> Vec<u8>,
) -> Vec<u8> {
    let algorithm = der(0x30, &[algorithm]);
    let common_name = der(0x30, &[&[6, 3, 0x55, 4, 3], &der(0x0c, &[name.as_bytes()])]);
    let name = der(0x30, &[&der(0x31, &[&common_name])]);
    let validity = der(
        0x30,
        &[
            &der(0x17, &[b"200101000000Z"]),
            &der(0x18, &[b"21200101000000Z"]),
        ],
    );
    let content = der(
        0x30,
        &[
            &der(0xa0, &[&[2, 1, 2]]),
            &[2, 1, 1],
            &algorithm,
            &name,
            &validity,
            &name,
            public,
        ],
    );
    let signature = der(3, &[&[0], &sign(&content)]);
    der(0x30, &[&content, &algorithm, &signature])
}

/// One value of ASN.1 in DER.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    let mut value = vec![tag];
    match content.len() {
        0..128 => value.push(content.len().to_be_bytes()[7]),
        _ => {
            let length = &length[zeros..];
            value.push(0x80 | length.len().to_be_bytes()[7]);
            value.extend_from_slice(length);
        }
    }
    value.extend(content);
    value
}
