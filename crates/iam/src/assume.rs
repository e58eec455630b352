use std::time::Duration;

use atrium_model::iam::{Role, Tag};
use atrium_model::{Federation, OpContext, Principal, Session, SessionIssuer, Timestamp};
use atrium_store::Tx;

use crate::tags::same;
use crate::{SessionError, SessionGrant, SessionPolicies, check_session_policies, packed_size};

/// Sessions of a chain last no longer, in seconds.
const CHAINED: i64 = 3600;
/// Sessions last this long unless asked otherwise, in seconds.
const DEFAULT: i64 = 3600;

/// What is asked of a role.
#[derive(Clone, Debug, Default)]
pub struct AssumeRole {
    /// The session's name.
    pub session_name: String,
    /// How long it shall last, in seconds.
    pub duration_seconds: Option<i64>,
    /// Policies that limit the session.
    pub policies: SessionPolicies,
    /// The session's tags.
    pub tags: Vec<Tag>,
    /// Which of them go on to the next role of a chain.
    pub transitive_tag_keys: Vec<String>,
    /// Who is behind the session.
    pub source_identity: Option<String>,
    /// The identity provider that the session comes through.
    pub federation: Option<Federation>,
    /// When the session ends at the latest, whatever its duration.
    pub ends: Option<Timestamp>,
}

/// A role session that keeps the rules, ready to be issued.
#[derive(Clone, Debug)]
pub struct NewRoleSession {
    /// What to issue.
    pub grant: SessionGrant,
    /// How much of their space policies and tags take, in percent, if any were passed.
    pub packed_size: Option<i64>,
}

/// Makes out the session that the caller gets of a role. Whether the caller may have it is decided elsewhere.
///
/// # Errors
///
/// Each rule of [`SessionError`].
pub fn plan_role_session(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    role: &Role,
    ask: AssumeRole,
) -> Result<NewRoleSession, SessionError> {
    let before = cx.caller.session.as_ref();
    let chained = matches!(cx.caller.principal, Principal::Role { .. });
    let seconds = duration(role, ask.duration_seconds, chained)?;
    check_session_policies(tx, &role.account, &ask.policies, &ask.tags)?;
    let (tags, transitive_tag_keys) = session_tags(before.filter(|_| chained), &ask)?;
    let source_identity = match (
        before.and_then(|s| s.source_identity.clone()),
        ask.source_identity,
    ) {
        (Some(old), Some(new)) if old != new => return Err(SessionError::SourceIdentityChanged),
        (old, new) => old.or(new),
    };
    let packed_size = packed_size(&ask.policies, &ask.tags);
    let expires_at = cx.now() + Duration::from_secs(seconds.unsigned_abs());
    let session = Session {
        issued_at: cx.now(),
        expires_at: ask.ends.map_or(expires_at, |ends| expires_at.min(ends)),
        restricted: ask.policies.any(),
        policies: ask.policies.inline.into_iter().collect(),
        tags,
        transitive_tag_keys,
        source_identity,
        mfa: before.is_some_and(|session| session.mfa && !chained),
        on_behalf_of: None,
        federation: ask.federation,
        issuer: Some(SessionIssuer {
            kind: "Role".to_owned(),
            id: role.id.clone(),
            arn: role.arn(),
            name: role.name.clone(),
        }),
    };
    let grant = SessionGrant {
        account: role.account.clone(),
        principal: Principal::Role {
            id: role.id.clone(),
            name: role.name.clone(),
            path: role.path.clone(),
            session_name: ask.session_name,
        },
        session,
        policy_arns: ask.policies.arns,
        issuing_key: None,
    };
    Ok(NewRoleSession { grant, packed_size })
}

fn duration(role: &Role, asked: Option<i64>, chained: bool) -> Result<i64, SessionError> {
    let seconds = asked.unwrap_or(DEFAULT);
    if chained && seconds > CHAINED {
        return Err(SessionError::ChainTooLong);
    }
    if seconds > role.max_session_seconds {
        return Err(SessionError::LongerThanRole);
    }
    Ok(seconds)
}

/// The session's tags and which of them are transitive: those that come along from the calling session, and its own.
#[expect(clippy::type_complexity, reason = "two lists as Session has them")]
fn session_tags(
    before: Option<&Session>,
    ask: &AssumeRole,
) -> Result<(Vec<(String, String)>, Vec<String>), SessionError> {
    for key in &ask.transitive_tag_keys {
        if !ask.tags.iter().any(|tag| same(&tag.key, key)) {
            return Err(SessionError::UnknownTransitiveKey);
        }
    }
    let (mut tags, mut transitive) = (Vec::new(), Vec::new());
    if let Some(before) = before {
        let goes_on = |key: &str| {
            before
                .transitive_tag_keys
                .iter()
                .any(|other| same(other, key))
        };
        if ask.tags.iter().any(|tag| goes_on(&tag.key)) {
            return Err(SessionError::TransitiveConflict);
        }
        tags.extend(before.tags.iter().filter(|(key, _)| goes_on(key)).cloned());
        transitive.extend(before.transitive_tag_keys.iter().cloned());
    }
    tags.extend(
        ask.tags
            .iter()
            .map(|tag| (tag.key.clone(), tag.value.clone())),
    );
    transitive.extend(ask.transitive_tag_keys.iter().cloned());
    Ok((tags, transitive))
}
