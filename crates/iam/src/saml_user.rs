use atrium_model::iam::{SamlProvider, Tag};
use atrium_model::{Federation, ProviderKind, ProviderUser, Timestamp};
use atrium_saml::Assertion;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};

use crate::federated::is_name;
use crate::saml_attributes::KEYS;
use crate::{FederationError, Wanted};

const AWS: &str = "https://aws.amazon.com/SAML/Attributes/";
/// Formats of names that are shown without this.
const FORMAT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:";

/// Someone whom a SAML provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamlUser {
    /// The user as the caller.
    pub user: ProviderUser,
    /// The assertion's id.
    pub assertion_id: String,
    /// Pairs of role and provider that the user may choose from.
    pairs: Vec<(String, String)>,
    /// The name of the session.
    pub session_name: String,
    /// How long it shall last, in seconds, unless asked otherwise.
    pub duration_seconds: Option<i64>,
    /// When it ends at the latest.
    pub session_ends: Option<Timestamp>,
    /// What the session shall carry.
    pub wanted: Wanted,
    /// `Subject`: the user's name.
    pub subject: String,
    /// `SubjectType`: the name's format, shortened.
    pub subject_type: String,
    /// `Issuer`.
    pub issuer: String,
    /// `Audience`: where the assertion was delivered.
    pub audience: String,
    /// `NameQualifier`: issuer, account and provider as one hash, which tells equal names of several issuers apart.
    pub name_qualifier: String,
    /// What the assertion says besides, as condition keys for trust policies.
    others: Vec<(String, Vec<String>)>,
}

/// Reads what AWS reads of an assertion (IAM User Guide, "Configure SAML assertions for the authentication response").
///
/// # Errors
///
/// [`FederationError`].
pub fn read_saml_user(
    provider: &SamlProvider,
    assertion: Assertion,
) -> Result<SamlUser, FederationError> {
    let name_qualifier = name_qualifier(provider);
    let Assertion { id, subject, .. } = &assertion;
    let user = ProviderUser {
        kind: ProviderKind::Saml,
        provider_arn: provider.arn(),
        provider: name_qualifier.clone(),
        id: format!("{name_qualifier}:{}", subject.name),
        name: subject.name.clone(),
    };
    let values = |name: &str| -> Vec<String> {
        let name = format!("{AWS}{name}");
        assertion.values(&name).map(str::to_owned).collect()
    };
    let [session_name] = <[String; 1]>::try_from(values("RoleSessionName"))
        .map_err(|_| FederationError::NoSessionName)?;
    if !is_name(&session_name, 64) {
        return Err(FederationError::SessionName);
    }
    let wanted = Wanted {
        tags: tags(&assertion)?,
        transitive_tag_keys: values("TransitiveTagKeys"),
        source_identity: single(values("SourceIdentity"))
            .map_err(|()| FederationError::SourceIdentity)?,
    };
    wanted.check()?;
    Ok(SamlUser {
        user,
        assertion_id: id.clone(),
        pairs: values("Role")
            .iter()
            .filter_map(|text| pair(text))
            .collect(),
        session_name,
        duration_seconds: duration(values("SessionDuration"))?,
        session_ends: assertion.session_ends,
        wanted,
        subject: subject.name.clone(),
        subject_type: subject
            .format
            .strip_prefix(FORMAT)
            .unwrap_or(&subject.format)
            .to_owned(),
        issuer: assertion.issuer.clone(),
        audience: assertion.recipient.clone(),
        name_qualifier,
        others: others(&assertion),
    })
}

impl SamlUser {
    /// Whether the provider lets the user choose this role.
    pub fn may_choose(&self, role_arn: &str) -> bool {
        let provider = &self.user.provider_arn;
        self.pairs
            .iter()
            .any(|(role, of)| role == role_arn && of == provider)
    }

    /// The condition keys of trust policies (IAM User Guide, "Available keys for SAML-based AWS STS federation").
    pub fn trust_keys(&self, provider: &SamlProvider) -> Vec<(String, Vec<String>)> {
        let document = format!("{}/{}", provider.account, provider.name);
        let one = |key: &str, value: &str| (key.to_owned(), vec![value.to_owned()]);
        let mut keys = vec![
            one("SAML:aud", &self.audience),
            one("SAML:iss", &self.issuer),
            one("SAML:doc", &document),
            one("SAML:sub", &self.subject),
            one("SAML:sub_type", &self.subject_type),
            one("SAML:namequalifier", &self.name_qualifier),
            one("aws:FederatedProvider", &self.user.provider_arn),
        ];
        keys.extend(self.others.iter().cloned());
        keys
    }

    /// What the session remembers of the provider: the keys that later calls have too.
    pub fn federation(&self) -> Federation {
        let one = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        Federation {
            kind: ProviderKind::Saml,
            provider_arn: self.user.provider_arn.clone(),
            keys: vec![
                one("SAML:sub", &self.subject),
                one("SAML:sub_type", &self.subject_type),
                one("SAML:namequalifier", &self.name_qualifier),
            ],
        }
    }
}

/// `BASE64(SHA1(issuer + account + "/" + provider))` (STS API Reference, "AssumeRoleWithSAML").
fn name_qualifier(provider: &SamlProvider) -> String {
    let (issuer, account, name) = (&provider.issuer, &provider.account, &provider.name);
    STANDARD.encode(Sha1::digest(format!("{issuer}{account}/{name}")))
}

/// Role and provider in either order, with a comma between them.
fn pair(text: &str) -> Option<(String, String)> {
    let (one, two) = text.split_once(',')?;
    let (one, two) = (one.trim().to_owned(), two.trim().to_owned());
    Some(match one.contains(":saml-provider/") {
        true => (two, one),
        false => (one, two),
    })
}

fn single(values: Vec<String>) -> Result<Option<String>, ()> {
    let mut values = values.into_iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(()),
    }
}

fn duration(values: Vec<String>) -> Result<Option<i64>, FederationError> {
    let refused = FederationError::SessionDuration;
    let Some(text) = single(values).map_err(|()| refused.clone())? else {
        return Ok(None);
    };
    match text.parse() {
        Ok(seconds) if (900..=43_200).contains(&seconds) => Ok(Some(seconds)),
        _ => Err(refused),
    }
}

/// The attributes `PrincipalTag:…`, each with one value.
fn tags(assertion: &Assertion) -> Result<Vec<Tag>, FederationError> {
    let prefix = format!("{AWS}PrincipalTag:");
    let mut found = Vec::new();
    for attribute in &assertion.attributes {
        let Some(key) = attribute.name.strip_prefix(&prefix) else {
            continue;
        };
        let [value] = attribute.values.as_slice() else {
            return Err(FederationError::Tag(key.chars().take(128).collect()));
        };
        found.push(Tag {
            key: key.to_owned(),
            value: value.clone(),
        });
    }
    Ok(found)
}

/// Attributes of well-known directories, as condition keys.
fn others(assertion: &Assertion) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for attribute in &assertion.attributes {
        let known = KEYS.iter().find(|(name, _)| *name == attribute.name);
        if let Some((_, key)) = known {
            let key = format!("SAML:{key}");
            match found.iter_mut().find(|(other, _)| *other == key) {
                Some((_, values)) => values.extend(attribute.values.iter().cloned()),
                None => found.push((key, attribute.values.clone())),
            }
        }
    }
    found
}
