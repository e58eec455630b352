use atrium_model::iam::{OidcProvider, Tag};
use atrium_model::{Federation, ProviderKind, ProviderUser};
use serde_json::{Map, Value};

use crate::{FederationError, Wanted};

const TAGS: &str = "https://aws.amazon.com/tags";
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";
/// The most characters of `sub`, as the model of STS has it in its answer.
const LONGEST_SUBJECT: usize = 255;

/// Someone whom an OpenID Connect provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebUser {
    /// The user as the caller.
    pub user: ProviderUser,
    /// `SubjectFromWebIdentityToken`: the provider's name for the user.
    pub subject: String,
    /// `Audience`: the client id that the token was issued to.
    pub audience: String,
    /// What the session shall carry.
    pub wanted: Wanted,
    /// The condition keys of trust policies.
    pub trust_keys: Vec<(String, Vec<String>)>,
}

/// Reads what AWS reads of a token whose signature, issuer and time are good.
///
/// # Errors
///
/// [`FederationError`]; the audience must be one of the provider's client ids.
pub fn read_web_user(
    provider: &OidcProvider,
    claims: &Map<String, Value>,
) -> Result<WebUser, FederationError> {
    let subject = text(claims, "sub")
        .filter(|subject| (1..=LONGEST_SUBJECT).contains(&subject.chars().count()))
        .ok_or(FederationError::Claim("sub"))?;
    let audiences = texts(claims, "aud");
    let party = text(claims, "azp");
    // The authorized party goes before the audience (IAM User Guide, "Available keys for AWS OIDC federation").
    let audience = match (party, audiences.as_slice()) {
        (Some(party), _) => party,
        (None, []) => return Err(FederationError::Claim("aud")),
        (None, many) => many
            .iter()
            .copied()
            .find(|one| provider.client_ids.iter().any(|known| known == one))
            .ok_or(FederationError::Audience)?,
    };
    if !provider.client_ids.iter().any(|known| known == audience) {
        return Err(FederationError::Audience);
    }
    let (arn, name) = (provider.arn(), provider.name());
    let key = |claim: &str, values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        (format!("{name}:{claim}"), values)
    };
    let mut trust_keys = vec![key("aud", &[audience]), key("sub", &[subject])];
    if let Some(party) = party {
        trust_keys.push(key("azp", &[party]));
        trust_keys.push(key("oaud", &audiences));
    }
    let methods = texts(claims, "amr");
    if !methods.is_empty() {
        trust_keys.push(key("amr", &methods));
    }
    trust_keys.push(("aws:FederatedProvider".to_owned(), vec![arn.clone()]));
    Ok(WebUser {
        user: ProviderUser {
            kind: ProviderKind::OpenIdConnect,
            provider: arn.clone(),
            id: format!("{arn}:{audience}:{subject}"),
            name: subject.to_owned(),
            provider_arn: arn,
        },
        subject: subject.to_owned(),
        audience: audience.to_owned(),
        wanted: wanted(claims)?,
        trust_keys,
    })
}

impl WebUser {
    /// What the session remembers of the provider: the keys that later calls have too.
    pub fn federation(&self) -> Federation {
        let goes_on = |key: &str| key.ends_with(":aud") || key.ends_with(":sub");
        let keys = self.trust_keys.iter().filter(|(key, _)| goes_on(key));
        Federation {
            kind: ProviderKind::OpenIdConnect,
            provider_arn: self.user.provider_arn.clone(),
            keys: keys
                .filter_map(|(key, values)| Some((key.clone(), values.first()?.clone())))
                .collect(),
        }
    }
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str().filter(|text| !text.is_empty())
}

fn texts<'a>(claims: &'a Map<String, Value>, name: &str) -> Vec<&'a str> {
    match claims.get(name) {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Session tags, nested or flattened, and the source identity (IAM User Guide, "Pass session tags using
/// AssumeRoleWithWebIdentity").
fn wanted(claims: &Map<String, Value>) -> Result<Wanted, FederationError> {
    let mut wanted = Wanted::default();
    if let Some(nested) = claims.get(TAGS) {
        let nested = nested.as_object().ok_or(FederationError::Claim(TAGS))?;
        if let Some(tags) = nested.get("principal_tags") {
            let tags = tags.as_object().ok_or(FederationError::Claim(TAGS))?;
            for (key, value) in tags {
                wanted.tags.push(tag(key, value)?);
            }
        }
        wanted.transitive_tag_keys.extend(
            texts(nested, "transitive_tag_keys")
                .into_iter()
                .map(str::to_owned),
        );
    }
    for (name, value) in claims {
        let Some(rest) = name
            .strip_prefix(TAGS)
            .and_then(|rest| rest.strip_prefix('/'))
        else {
            continue;
        };
        if let Some(key) = rest.strip_prefix("principal_tags/") {
            wanted.tags.push(tag(key, value)?);
        } else if rest == "transitive_tag_keys" {
            wanted
                .transitive_tag_keys
                .extend(texts(claims, name).into_iter().map(str::to_owned));
        }
    }
    wanted.source_identity = match claims.get(SOURCE_IDENTITY) {
        None => None,
        Some(Value::String(identity)) => Some(identity.clone()),
        Some(_) => return Err(FederationError::SourceIdentity),
    };
    wanted.check()?;
    Ok(wanted)
}

/// A tag's value is a text, alone or in a list of one.
fn tag(key: &str, value: &Value) -> Result<Tag, FederationError> {
    let refused = || FederationError::Tag(key.chars().take(128).collect());
    let value = match value {
        Value::Array(values) => match values.as_slice() {
            [value] => value,
            _ => return Err(refused()),
        },
        value => value,
    };
    Ok(Tag {
        key: key.to_owned(),
        value: value.as_str().ok_or_else(refused)?.to_owned(),
    })
}
