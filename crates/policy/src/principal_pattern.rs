use std::fmt;

use crate::{json::Json, principal::Principal};

/// What a `Principal` of a policy stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalType {
    /// `"*"`, outside of any type.
    Everyone,
    /// `AWS`: accounts, users, roles, sessions.
    Aws,
    /// `Service`.
    Service,
    /// `Federated`: identity providers.
    Federated,
    /// `CanonicalUser`.
    CanonicalUser,
}

impl PrincipalType {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Everyone => "*",
            Self::Aws => "AWS",
            Self::Service => "Service",
            Self::Federated => "Federated",
            Self::CanonicalUser => "CanonicalUser",
        }
    }
}

/// How directly an Allow names the caller. It decides what else must allow the request within one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grant {
    /// Only its account is named: identity policies must allow as well.
    Account,
    /// The user or role is named, or everyone is.
    Identity,
    /// The very session is named.
    Session,
}

/// One principal that a policy names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalPattern {
    kind: PrincipalType,
    text: Box<str>,
}

impl PrincipalPattern {
    pub(crate) fn everyone() -> Self {
        Self {
            kind: PrincipalType::Everyone,
            text: "*".into(),
        }
    }

    /// Checks one entry of `Principal`.
    pub(crate) fn new(kind: PrincipalType, text: &str) -> Option<Self> {
        let fits = match kind {
            PrincipalType::Everyone => text == "*",
            PrincipalType::Aws => {
                text == "*" || account_of(text).is_some() || is_unique_id(text) || is_arn(text)
            }
            PrincipalType::Service => is_name(text) && text.contains('.'),
            PrincipalType::Federated => {
                text == "*" || (is_name(text) && text.contains('.')) || is_provider(text)
            }
            PrincipalType::CanonicalUser => {
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric())
            }
        };
        fits.then(|| Self {
            kind,
            text: text.into(),
        })
    }

    /// Which kind of principal is named.
    pub fn kind(&self) -> PrincipalType {
        self.kind
    }

    /// The text as written: an ARN, an account id, a service principal, `*` …
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn grant(&self, principal: &Principal<'_>) -> Option<Grant> {
        let text = self.text.as_ref();
        match (self.kind, principal) {
            (PrincipalType::Everyone, _) => Some(Grant::Identity),
            // Identity providers are trusted only where `Federated` names them. Services do count among `AWS: *`.
            (PrincipalType::Aws, Principal::Federated { .. }) => None,
            (PrincipalType::Aws, _) if text == "*" => Some(Grant::Identity),
            (PrincipalType::Aws, Principal::User { arn, id, .. })
                if text == *arn || text == *id =>
            {
                Some(Grant::Identity)
            }
            (PrincipalType::Aws, Principal::Role { session_arn, .. }) if text == *session_arn => {
                Some(Grant::Session)
            }
            (PrincipalType::Aws, Principal::Role { arn, id, .. })
                if text == *arn || text == *id =>
            {
                Some(Grant::Identity)
            }
            (PrincipalType::Aws, Principal::FederatedUser { arn, .. }) if text == *arn => {
                Some(Grant::Session)
            }
            (PrincipalType::Aws, principal) => {
                let account = account_of(text)?;
                (principal.account() == Some(account)).then_some(Grant::Account)
            }
            (PrincipalType::Service, Principal::Service { name }) => {
                (text == *name).then_some(Grant::Identity)
            }
            (PrincipalType::Federated, Principal::Federated { provider }) => {
                (text == "*" || text == *provider).then_some(Grant::Identity)
            }
            (PrincipalType::CanonicalUser, Principal::CanonicalUser { id }) => {
                (text == *id).then_some(Grant::Identity)
            }
            _ => None,
        }
    }
}

impl fmt::Display for PrincipalPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.text)
    }
}

/// The `Principal` or `NotPrincipal` element of a statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PrincipalElement {
    pub(crate) not: bool,
    pub(crate) patterns: Vec<PrincipalPattern>,
}

impl PrincipalElement {
    /// Reads the element; the error is the offending entry in AWS's spelling, or empty if the shape is wrong.
    pub(crate) fn read(json: &Json, not: bool) -> Result<Self, String> {
        let members = match json {
            Json::Text(text) if text == "*" => {
                return Ok(Self {
                    not,
                    patterns: vec![PrincipalPattern::everyone()],
                });
            }
            Json::Text(text) => return Err(format!("\"STATIC\":\"{text}\"")),
            Json::Object(members) if !members.is_empty() => members,
            _ => return Err(String::new()),
        };
        let mut patterns = Vec::new();
        for (name, value) in members {
            let kind = match name.as_str() {
                "AWS" => PrincipalType::Aws,
                "Service" => PrincipalType::Service,
                "Federated" => PrincipalType::Federated,
                "CanonicalUser" => PrincipalType::CanonicalUser,
                _ => return Err(String::new()),
            };
            let values = match value {
                Json::List(values) if !values.is_empty() => values.as_slice(),
                Json::Text(_) => std::slice::from_ref(value),
                _ => return Err(String::new()),
            };
            for value in values {
                let Json::Text(text) = value else {
                    return Err(String::new());
                };
                let spelled = || format!("\"{}\":\"{text}\"", kind.name().to_uppercase());
                patterns.push(PrincipalPattern::new(kind, text).ok_or_else(spelled)?);
            }
        }
        Ok(Self { not, patterns })
    }

    /// How the element takes in the caller, if it does.
    pub(crate) fn grant(&self, principal: &Principal<'_>) -> Option<Grant> {
        let best = self
            .patterns
            .iter()
            .filter_map(|pattern| pattern.grant(principal))
            .max();
        match self.not {
            false => best,
            true => best.is_none().then_some(Grant::Identity),
        }
    }
}

/// The account that a principal text names as a whole: its id, or the ARN of its root.
fn account_of(text: &str) -> Option<&str> {
    let account = match text.strip_prefix("arn:") {
        Some(rest) => rest
            .split_once(':')?
            .1
            .strip_prefix("iam::")?
            .strip_suffix(":root")?,
        None => text,
    };
    (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())).then_some(account)
}

/// Unique ids that AWS shows in place of the ARN of a deleted user or role.
fn is_unique_id(text: &str) -> bool {
    (16..=128).contains(&text.len())
        && text.starts_with('A')
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn is_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, partition, service, region, account, resource] = parts.as_slice() else {
        return false;
    };
    let names = match *service {
        "iam" => ["user/", "role/"],
        "sts" => ["assumed-role/", "federated-user/"],
        _ => return false,
    };
    *arn == "arn"
        && partition.starts_with("aws")
        && region.is_empty()
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && names.iter().any(|name| {
            resource
                .strip_prefix(name)
                .is_some_and(|rest| !rest.is_empty())
        })
        && !resource.contains(['*', '?', ' '])
}

fn is_provider(text: &str) -> bool {
    text.starts_with("arn:")
        && !text.contains(['*', '?', ' '])
        && (text.contains(":saml-provider/") || text.contains(":oidc-provider/"))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-_/".contains(&b))
}
