use atrium_model::Timestamp;
use bergshamra::xml::{Document, NodeId};

use crate::xml::{self, DS, MD, SAMLP};
use crate::{MetadataError, certificate, time};

/// The most certificates for signatures that are kept of a provider.
const MOST_CERTIFICATES: usize = 20;
/// The most characters of an entity's id (SAML Core, section 8.3.6).
const LONGEST_ENTITY_ID: usize = 1024;

/// What the metadata of an identity provider says, as far as it matters here (SAML Metadata 2.0).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The `entityID`: who issues the assertions.
    pub entity_id: String,
    /// Where users sign in, one URL a binding.
    pub sign_on_locations: Vec<String>,
    /// The certificates whose keys sign: DER in base 64.
    pub certificates: Vec<String>,
    /// Until when the document is good, if it says.
    pub valid_until: Option<Timestamp>,
}

impl Metadata {
    /// Reads a document. A signature on it is not looked at: whoever may change the provider vouches for it.
    ///
    /// # Errors
    ///
    /// See [`MetadataError`].
    pub fn parse(text: &str) -> Result<Self, MetadataError> {
        let document = xml::parse(text).ok_or(MetadataError::Xml)?;
        let root = document.document_element().ok_or(MetadataError::Xml)?;
        if !xml::is(&document, root, MD, "EntityDescriptor") {
            return Err(MetadataError::NotADescriptor);
        }
        let entity_id = xml::attribute(&document, root, "entityID")
            .map(str::trim)
            .filter(|id| (1..=LONGEST_ENTITY_ID).contains(&id.chars().count()))
            .ok_or(MetadataError::EntityId)?;
        let valid_until = match xml::attribute(&document, root, "validUntil") {
            Some(text) => Some(time::time(text).ok_or(MetadataError::ValidUntil)?),
            None => None,
        };
        let roles: Vec<NodeId> = xml::children(&document, root, MD, "IDPSSODescriptor")
            .into_iter()
            .filter(|role| speaks_saml_2(&document, *role))
            .collect();
        if roles.is_empty() {
            return Err(MetadataError::NoIdentityProvider);
        }
        let (mut sign_on_locations, mut certificates) = (Vec::new(), Vec::new());
        for role in roles {
            sign_on_locations.extend(locations(&document, role));
            collect_certificates(&document, role, &mut certificates)?;
        }
        if sign_on_locations.is_empty() {
            return Err(MetadataError::NoSignOnService);
        }
        if certificates.is_empty() {
            return Err(MetadataError::NoCertificate);
        }
        Ok(Self {
            entity_id: entity_id.to_owned(),
            sign_on_locations,
            certificates,
            valid_until,
        })
    }
}

fn speaks_saml_2(document: &Document<'_>, role: NodeId) -> bool {
    xml::attribute(document, role, "protocolSupportEnumeration")
        .is_some_and(|protocols| protocols.split_ascii_whitespace().any(|one| one == SAMLP))
}

fn locations(document: &Document<'_>, role: NodeId) -> Vec<String> {
    xml::children(document, role, MD, "SingleSignOnService")
        .into_iter()
        .filter_map(|service| xml::attribute(document, service, "Location"))
        .filter(|location| location.starts_with("https://") || location.starts_with("http://"))
        .map(str::to_owned)
        .collect()
}

/// Adds the certificates of keys that are for signatures, or for anything. Each counts once.
fn collect_certificates(
    document: &Document<'_>,
    role: NodeId,
    found: &mut Vec<String>,
) -> Result<(), MetadataError> {
    for descriptor in xml::children(document, role, MD, "KeyDescriptor") {
        if xml::attribute(document, descriptor, "use").is_some_and(|used| used != "signing") {
            continue;
        }
        for info in xml::children(document, descriptor, DS, "KeyInfo") {
            for data in xml::children(document, info, DS, "X509Data") {
                for one in xml::children(document, data, DS, "X509Certificate") {
                    let text = xml::text(document, one)
                        .and_then(|text| certificate::read(&text))
                        .ok_or(MetadataError::Certificate)?;
                    if !found.contains(&text) {
                        found.push(text);
                    }
                    if found.len() > MOST_CERTIFICATES {
                        return Err(MetadataError::TooManyCertificates(MOST_CERTIFICATES));
                    }
                }
            }
        }
    }
    Ok(())
}
