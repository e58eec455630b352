use bergshamra::xml::{Document, NodeId};

use crate::conditions::Times;
use crate::response::Expected;
use crate::xml::{self, SAML};
use crate::{ResponseError, Subject};

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// What a `NameID` is that says nothing of its format (SAML Core, section 2.2.2).
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
/// The most characters of a name (SAML Core, section 8.3.7, of persistent ones).
const LONGEST_NAME: usize = 256;

/// Whom the assertion is about, and where it was to be delivered (SAML Profiles, section 4.1.4.3).
pub(crate) fn read(
    document: &Document<'_>,
    assertion: NodeId,
    expected: &Expected<'_>,
) -> Result<(Subject, String), ResponseError> {
    let subject = xml::only_child(document, assertion, SAML, "Subject")
        .ok_or(ResponseError::Malformed("there must be one Subject"))?;
    let name_id = xml::only_child(document, subject, SAML, "NameID")
        .ok_or(ResponseError::Malformed("there must be one NameID"))?;
    let name = xml::text(document, name_id)
        .filter(|name| (1..=LONGEST_NAME).contains(&name.chars().count()))
        .ok_or(ResponseError::Malformed("the NameID is no name"))?;
    let format = xml::attribute(document, name_id, "Format").unwrap_or(UNSPECIFIED);
    // Any one confirmation is enough. The reason of the last refusal is told.
    let mut refusal = ResponseError::Malformed("there is no bearer SubjectConfirmation");
    for confirmation in xml::children(document, subject, SAML, "SubjectConfirmation") {
        if xml::attribute(document, confirmation, "Method") != Some(BEARER) {
            continue;
        }
        match confirm(document, confirmation, expected) {
            Ok(recipient) => {
                let subject = Subject {
                    name,
                    format: format.to_owned(),
                };
                return Ok((subject, recipient));
            }
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}

/// The recipient of a confirmation that holds here and now.
fn confirm(
    document: &Document<'_>,
    confirmation: NodeId,
    expected: &Expected<'_>,
) -> Result<String, ResponseError> {
    let data = xml::only_child(document, confirmation, SAML, "SubjectConfirmationData").ok_or(
        ResponseError::Malformed("there is no SubjectConfirmationData"),
    )?;
    let recipient = xml::attribute(document, data, "Recipient").ok_or(ResponseError::Recipient)?;
    if !(expected.is_recipient)(recipient) {
        return Err(ResponseError::Recipient);
    }
    let times = Times::read(document, data)?;
    if times.ends.is_none() {
        return Err(ResponseError::Malformed(
            "the SubjectConfirmationData never ends",
        ));
    }
    times.check(expected.now)?;
    Ok(recipient.to_owned())
}
