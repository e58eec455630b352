//! What is signed, and that it is all that is read.

use bergshamra::dsig::verify::verify_all_document_with_source;
use bergshamra::xml::{Document, NodeId};
use bergshamra::{DsigContext, VerifyResult};

use crate::ResponseError;
use crate::certificate;
use crate::xml::{self, DS};

const SIGNATURE_METHODS: &[&str] = &[
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
];
/// SHA-1 is not among them: documents that share a SHA-1 digest can be made.
const DIGEST_METHODS: &[&str] = &[
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];
/// Forms in which comments are left out.
const CANONICALIZATIONS: &[&str] = &[
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
];
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// Sees that the assertion, or the whole response around it, is signed with the key of one of the certificates.
///
/// Every signature in the document must be good, stand directly in the response or the assertion, and refer to just the
/// element that it stands in (SAML Core, section 5.4). So whatever is read from the assertion is what the key signed: a
/// signed element that was moved elsewhere, with another in its place, is refused.
pub(crate) fn check(
    document: &Document<'_>,
    source: &str,
    response: NodeId,
    assertion: NodeId,
    certificates: &[String],
) -> Result<(), ResponseError> {
    let signatures = xml::anywhere(document, DS, "Signature");
    // At most one each, so that nobody has us check thousands.
    let of = |holder| xml::children(document, holder, DS, "Signature");
    if signatures.is_empty() || of(response).len() > 1 || of(assertion).len() > 1 {
        return Err(ResponseError::Signature);
    }
    for signature in &signatures {
        let holder = document.parent(*signature);
        if holder != Some(response) && holder != Some(assertion) {
            return Err(ResponseError::Signature);
        }
        shape(document, *signature).ok_or(ResponseError::Signature)?;
    }
    let keys = certificate::keys(certificates);
    let results = verify_all_document_with_source(&DsigContext::new(keys), document, Some(source))
        .map_err(|_| ResponseError::Signature)?;
    if results.len() != signatures.len() {
        return Err(ResponseError::Signature);
    }
    let holds = results.iter().all(|result| covers_holder(document, result));
    holds.then_some(()).ok_or(ResponseError::Signature)
}

/// Whether the signature is good and its one reference is the element that it stands in.
fn covers_holder(document: &Document<'_>, result: &VerifyResult) -> bool {
    let VerifyResult::Valid {
        signature_node,
        references,
        ..
    } = result
    else {
        return false;
    };
    let [reference] = references.as_slice() else {
        return false;
    };
    let holder = document.parent(*signature_node);
    reference.digest_verified && holder.is_some() && reference.resolved_node == holder
}

/// Whether a signature is made only of what SAML allows in one.
fn shape(document: &Document<'_>, signature: NodeId) -> Option<()> {
    let holder = document.parent(signature)?;
    let id = xml::attribute(document, holder, "ID").filter(|id| !id.is_empty())?;
    let known = ["SignedInfo", "SignatureValue", "KeyInfo"];
    for child in document.children_iter(signature) {
        let strange = document
            .element(child)
            .is_some_and(|_| !known.iter().any(|name| xml::is(document, child, DS, name)));
        if strange {
            return None;
        }
    }
    let info = xml::only_child(document, signature, DS, "SignedInfo")?;
    xml::only_child(document, signature, DS, "SignatureValue")?;
    algorithm(document, info, "CanonicalizationMethod", CANONICALIZATIONS)?;
    algorithm(document, info, "SignatureMethod", SIGNATURE_METHODS)?;
    let reference = xml::only_child(document, info, DS, "Reference")?;
    let uri = xml::attribute(document, reference, "URI")?;
    if uri.strip_prefix('#') != Some(id) {
        return None;
    }
    algorithm(document, reference, "DigestMethod", DIGEST_METHODS)?;
    let transforms = xml::only_child(document, reference, DS, "Transforms")?;
    let steps: Vec<&str> = document
        .children_iter(transforms)
        .filter(|step| document.element(*step).is_some())
        .map(|step| {
            let method = xml::attribute(document, step, "Algorithm")?;
            xml::is(document, step, DS, "Transform").then_some(method)
        })
        .collect::<Option<_>>()?;
    match steps.as_slice() {
        [ENVELOPED] => Some(()),
        [ENVELOPED, form] if CANONICALIZATIONS.contains(form) => Some(()),
        _ => None,
    }
}

/// Whether the only child of this name has one of the algorithms.
fn algorithm(document: &Document<'_>, parent: NodeId, name: &str, allowed: &[&str]) -> Option<()> {
    let child = xml::only_child(document, parent, DS, name)?;
    let algorithm = xml::attribute(document, child, "Algorithm")?;
    allowed.contains(&algorithm).then_some(())
}
