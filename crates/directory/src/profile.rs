mod attribute;
mod document;
mod group;
mod update;

pub(crate) use group::{apply_to_group, group_from_document};
pub use update::AttributeOperation;
pub(crate) use update::apply;

use atrium_model::directory::{ExternalId, Profile};
use serde_json::Value;

use attribute::{MAX_EXTERNAL_IDS, PROFILE};

/// What is wrong with the attributes of a user or group. Paths are written as the service writes them, such as
/// `name.givenName`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// An attribute that every user or group has is missing or would be removed.
    #[error("`{0}` is required")]
    Required(String),
    /// There is no such attribute, or it can't be set.
    #[error("there is no attribute `{0}`")]
    Unknown(String),
    /// The value has the wrong type.
    #[error("`{path}` must be a {expected}")]
    Type {
        /// The attribute.
        path: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The text is empty.
    #[error("`{0}` is empty")]
    Empty(String),
    /// The text is too long.
    #[error("`{path}` is longer than {limit} characters")]
    TooLong {
        /// The attribute.
        path: String,
        /// The most characters.
        limit: usize,
    },
    /// The text has a character that the attribute can't have.
    #[error("`{path}` has a character it can't have")]
    Pattern {
        /// The attribute.
        path: String,
        /// The pattern that the whole text must match.
        pattern: &'static str,
    },
    /// The attribute has too many values.
    #[error("`{path}` has more than {limit} values")]
    TooMany {
        /// The attribute.
        path: String,
        /// The most values.
        limit: usize,
    },
    /// The name belongs to the service.
    #[error("the name `{0}` is reserved")]
    Reserved(String),
}

/// Names that users and groups can't have (API reference, CreateUser and CreateGroup).
const RESERVED: [&str; 2] = ["Administrator", "AWSAdministrators"];

/// Refuses a reserved name, in whatever case.
pub(crate) fn check_reserved(name: &str) -> Result<(), ProfileError> {
    if RESERVED
        .iter()
        .any(|reserved| reserved.eq_ignore_ascii_case(name))
    {
        return Err(ProfileError::Reserved(name.to_owned()));
    }
    Ok(())
}

/// Refuses external ids that the service model does not allow.
pub(crate) fn check_external_ids(ids: &[ExternalId]) -> Result<(), ProfileError> {
    if ids.len() > MAX_EXTERNAL_IDS {
        return Err(ProfileError::TooMany {
            path: "externalIds".to_owned(),
            limit: MAX_EXTERNAL_IDS,
        });
    }
    for ExternalId { issuer, id } in ids {
        attribute::EXTERNAL_ID_PART.check("externalIds.issuer", issuer)?;
        attribute::EXTERNAL_ID_PART.check("externalIds.id", id)?;
    }
    Ok(())
}

/// A user's attributes from a document with the names of CreateUser or of attribute paths, in any case, such as
/// `{"UserName": "jane", "Name": {"GivenName": …}}`. Extensions stand under their names.
pub fn profile_from_document(document: Value) -> Result<Profile, ProfileError> {
    profile(document::canonical_object(PROFILE, document, "")?)
}

/// The profile in a document with canonical names.
fn profile(document: Value) -> Result<Profile, ProfileError> {
    document::check_required(PROFILE, &document, "")?;
    let profile: Profile = serde_json::from_value(document).map_err(|_| ProfileError::Type {
        path: "user".to_owned(),
        expected: "structure",
    })?;
    check_reserved(&profile.user_name)?;
    Ok(profile)
}
