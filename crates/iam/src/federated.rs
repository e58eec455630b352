//! What an identity provider may ask of the session of someone it vouches for.

use atrium_model::iam::Tag;

/// The most tags of a session (IAM User Guide, "IAM and AWS STS quotas").
const MOST_TAGS: usize = 50;

/// Why what an identity provider says of a user makes no session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FederationError {
    /// The session has no name, or several.
    #[error("there must be one session name")]
    NoSessionName,
    /// The session's name has other characters than it may, too few or too many.
    #[error("the session name is not valid")]
    SessionName,
    /// The session's duration is no number of seconds from 900 to 43,200.
    #[error("the session duration is not valid")]
    SessionDuration,
    /// The source identity has other characters than it may, too few or too many, or there are several.
    #[error("the source identity is not valid")]
    SourceIdentity,
    /// A tag has other characters than it may, too few or too many, or not just one value.
    #[error("the tag `{0}` is not valid")]
    Tag(String),
    /// More tags than a session may have.
    #[error("there are more than {0} tags")]
    TooManyTags(usize),
    /// The token lacks a claim, or it is no text, or too long.
    #[error("the claim `{0}` is missing or not valid")]
    Claim(&'static str),
    /// The token is for another audience than those that were registered.
    #[error("the token is for another audience")]
    Audience,
}

/// What a provider wants a session to carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The session's tags.
    pub tags: Vec<Tag>,
    /// Which of them go on to the next role of a chain.
    pub transitive_tag_keys: Vec<String>,
    /// Who is behind the session.
    pub source_identity: Option<String>,
}

impl Wanted {
    pub(crate) fn check(&self) -> Result<(), FederationError> {
        if self.tags.len() > MOST_TAGS || self.transitive_tag_keys.len() > MOST_TAGS {
            return Err(FederationError::TooManyTags(MOST_TAGS));
        }
        for tag in &self.tags {
            let key = tag.key.to_ascii_lowercase();
            let fits = is_tag(&tag.key, 1, 128) && is_tag(&tag.value, 0, 256);
            if !fits || key.starts_with("aws:") {
                return Err(FederationError::Tag(tag.key.chars().take(128).collect()));
            }
        }
        match &self.source_identity {
            Some(identity) if !is_name(identity, 64) || identity.starts_with("aws:") => {
                Err(FederationError::SourceIdentity)
            }
            _ => Ok(()),
        }
    }
}

/// Whether a text may be a tag's key or value, as the model of STS has it.
fn is_tag(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.chars().count())
        && text.chars().all(|c| {
            c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
        })
}

/// Whether a text may be a session's name or a source identity, as the model of STS has it.
pub(crate) fn is_name(text: &str, most: usize) -> bool {
    (2..=most).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}
