use atrium_model::Timestamp;
use bergshamra::xml::{Document, NodeId};

use crate::xml::{self, SAML};
use crate::{ResponseError, time};

/// The most attributes of an assertion, and the most values of one.
const MOST: usize = 1000;

/// What a provider says of a user, once it is known to be the provider's word and meant for us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// The assertion's id.
    pub id: String,
    /// Who issued it: the provider's `entityID`.
    pub issuer: String,
    /// Whom it is about.
    pub subject: Subject,
    /// Where it was to be delivered.
    pub recipient: String,
    /// When a session that comes of it ends, if it says.
    pub session_ends: Option<Timestamp>,
    /// What it says of the user, in its order.
    pub attributes: Vec<Attribute>,
}

/// Whom an assertion is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The name, as in `NameID`.
    pub name: String,
    /// The name's format, a URI.
    pub format: String,
}

/// One attribute of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name, mostly a URI.
    pub name: String,
    /// The values, without those that are no plain text.
    pub values: Vec<String>,
}

impl Assertion {
    /// The values of all attributes with this name.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes
            .iter()
            .filter(move |attribute| attribute.name == name)
            .flat_map(|attribute| attribute.values.iter().map(String::as_str))
    }
}

/// All attributes of an assertion.
pub(crate) fn attributes(
    document: &Document<'_>,
    assertion: NodeId,
) -> Result<Vec<Attribute>, ResponseError> {
    let mut found = Vec::new();
    for statement in xml::children(document, assertion, SAML, "AttributeStatement") {
        for attribute in xml::children(document, statement, SAML, "Attribute") {
            let name = xml::attribute(document, attribute, "Name")
                .filter(|name| !name.is_empty())
                .ok_or(ResponseError::Malformed("an attribute has no name"))?;
            let values = xml::children(document, attribute, SAML, "AttributeValue");
            if values.len() > MOST || found.len() >= MOST {
                return Err(ResponseError::Malformed("there are too many attributes"));
            }
            found.push(Attribute {
                name: name.to_owned(),
                values: values
                    .into_iter()
                    .filter_map(|value| xml::text(document, value))
                    .collect(),
            });
        }
    }
    Ok(found)
}

/// The earliest `SessionNotOnOrAfter` of the assertion's statements of authentication, of which it must have one.
pub(crate) fn session_ends(
    document: &Document<'_>,
    assertion: NodeId,
) -> Result<Option<Timestamp>, ResponseError> {
    let statements = xml::children(document, assertion, SAML, "AuthnStatement");
    if statements.is_empty() {
        return Err(ResponseError::Malformed("there is no AuthnStatement"));
    }
    let mut earliest = None;
    for statement in statements {
        if let Some(text) = xml::attribute(document, statement, "SessionNotOnOrAfter") {
            let end = time::time(text).ok_or(ResponseError::Malformed("a time can't be read"))?;
            earliest = Some(earliest.map_or(end, |known: Timestamp| known.min(end)));
        }
    }
    Ok(earliest)
}
