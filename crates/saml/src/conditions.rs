use std::time::Duration;

use atrium_model::Timestamp;
use bergshamra::xml::{Document, NodeId};

use crate::response::Expected;
use crate::xml::{self, SAML};
use crate::{ResponseError, time};

/// How far the provider's clock may be ahead of ours.
pub(crate) const SKEW: Duration = Duration::from_secs(60);

/// From when and until when something is good.
pub(crate) struct Times {
    begins: Option<Timestamp>,
    pub(crate) ends: Option<Timestamp>,
}

impl Times {
    pub(crate) fn read(document: &Document<'_>, node: NodeId) -> Result<Self, ResponseError> {
        let read = |name| match xml::attribute(document, node, name) {
            Some(text) => match time::time(text) {
                Some(time) => Ok(Some(time)),
                None => Err(ResponseError::Malformed("a time can't be read")),
            },
            None => Ok(None),
        };
        Ok(Self {
            begins: read("NotBefore")?,
            ends: read("NotOnOrAfter")?,
        })
    }

    pub(crate) fn check(&self, now: Timestamp) -> Result<(), ResponseError> {
        if self.begins.is_some_and(|begins| begins > now + SKEW) {
            return Err(ResponseError::NotYet);
        }
        if self.ends.is_some_and(|ends| ends <= now) {
            return Err(ResponseError::Expired);
        }
        Ok(())
    }
}

/// Sees that the assertion is good now and meant for us (SAML Core, section 2.5.1).
pub(crate) fn check(
    document: &Document<'_>,
    assertion: NodeId,
    expected: &Expected<'_>,
) -> Result<(), ResponseError> {
    let conditions = xml::only_child(document, assertion, SAML, "Conditions")
        .ok_or(ResponseError::Malformed("there must be one Conditions"))?;
    Times::read(document, conditions)?.check(expected.now)?;
    let mut restricted = false;
    for condition in document.children_iter(conditions) {
        let Some(element) = document.element(condition) else {
            continue;
        };
        if element.matches_name_ns(SAML, "AudienceRestriction") {
            restricted = true;
            // Each restriction must have us in it.
            let audiences = xml::children(document, condition, SAML, "Audience");
            let ours = audiences.into_iter().any(|audience| {
                xml::text(document, audience)
                    .is_some_and(|audience| (expected.is_audience)(&audience))
            });
            if !ours {
                return Err(ResponseError::Audience);
            }
        } else if !element.matches_name_ns(SAML, "OneTimeUse")
            && !element.matches_name_ns(SAML, "ProxyRestriction")
        {
            // What isn't understood can't be kept.
            return Err(ResponseError::Malformed("a condition is not known"));
        }
    }
    restricted.then_some(()).ok_or(ResponseError::Audience)
}
