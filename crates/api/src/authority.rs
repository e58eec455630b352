use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use atrium_model::organization::{AttachedPolicy, Membership};
use atrium_model::{AccountId, Caller, OpContext, Principal, Timestamp};
use atrium_policy::{
    Context, Level, Policy, PolicyKind, PolicySet, Principal as PolicyPrincipal, Request, evaluate,
    is_resource_controlled,
};
use atrium_store::{StoreError, Tx};
use atrium_wire::WireError;

use crate::call::store_failure;
use crate::facts::RequestFacts;
use crate::resource_controls::ResourceControls;

/// Whose a resource is, and the policy attached to it.
#[derive(Clone, Copy)]
pub(crate) struct Attached<'a> {
    pub(crate) owner: &'a AccountId,
    pub(crate) policy: Option<&'a Policy>,
}

/// Who a caller is and every policy that bears on its calls, compiled.
///
/// It is right as long as the store's policy epoch is the one it was gathered in.
pub(crate) struct Authority {
    pub(crate) epoch: i64,
    pub(crate) caller: Caller,
    /// The caller's account's place in an organization, if it is in one.
    pub(crate) membership: Option<Membership>,
    arn: String,
    principal_arn: String,
    user_id: String,
    tags: Vec<(String, String)>,
    scps: CompiledLevels,
    /// What binds the resources of the caller's own account.
    resources: ResourceControls,
    identity: Vec<Arc<Policy>>,
    boundary: Option<Arc<Policy>>,
    session: Option<Vec<Arc<Policy>>>,
}

impl Authority {
    /// Gathers what bears on the calls of `caller`.
    pub(crate) fn gather(tx: &mut dyn Tx, caller: Caller, epoch: i64) -> Result<Self, StoreError> {
        if caller.is_visitor() {
            return Ok(Self::of_visitor(caller, epoch));
        }
        let membership = tx.membership(&caller.account)?;
        let levels = tx.scp_levels(&caller.account)?.unwrap_or_default();
        let kind = PolicyKind::ServiceControl;
        let scps = compile_levels(&caller.account, membership.as_ref(), levels, kind)?;
        let resources = ResourceControls::gather(tx, &caller.account, membership.as_ref())?;
        let own = match &caller.principal {
            Principal::User { name, .. } => tx.policies_of_user(&caller.account, name)?,
            Principal::Role { name, .. } => tx.policies_of_role(&caller.account, name)?,
            Principal::Federated { user_name, .. } => {
                tx.policies_of_user(&caller.account, user_name)?
            }
            Principal::Root
            | Principal::ProviderUser(_)
            | Principal::Person { .. }
            | Principal::Anonymous => Default::default(),
        };
        let identity = own
            .identity
            .iter()
            .map(|policy| compile(&policy.content, PolicyKind::Identity, &policy.name))
            .collect::<Result<_, _>>()?;
        let boundary = own
            .boundary
            .as_ref()
            .map(|policy| compile(&policy.content, PolicyKind::Identity, &policy.name))
            .transpose()?;
        let session = caller
            .session
            .as_ref()
            .filter(|session| session.restricted)
            .map(|session| {
                let compile = |text: &String| compile(text, PolicyKind::Identity, "session policy");
                session
                    .policies
                    .iter()
                    .map(compile)
                    .collect::<Result<_, _>>()
            })
            .transpose()?;
        let mut tags = own.tags;
        if let Some(session) = &caller.session {
            // A session's tag takes the place of the principal's own.
            tags.retain(|(key, _)| {
                !session
                    .tags
                    .iter()
                    .any(|(other, _)| other.eq_ignore_ascii_case(key))
            });
            tags.extend(session.tags.iter().cloned());
        }
        Ok(Self {
            epoch,
            arn: caller.arn(),
            principal_arn: caller.principal_arn(),
            user_id: caller.user_id(),
            membership,
            tags,
            scps,
            resources,
            identity,
            boundary,
            session,
            caller,
        })
    }

    /// The authority of someone who signed nothing: there are no policies, so nothing is allowed by them.
    pub(crate) fn of_visitor(caller: Caller, epoch: i64) -> Self {
        Self {
            epoch,
            arn: caller.arn(),
            principal_arn: caller.principal_arn(),
            user_id: caller.user_id(),
            membership: None,
            tags: Vec::new(),
            scps: Vec::new(),
            resources: ResourceControls::none(caller.account.clone()),
            identity: Vec::new(),
            boundary: None,
            session: None,
            caller,
        }
    }

    /// The same caller's authority now that `epoch` is the policy epoch.
    pub(crate) fn again(&self, tx: &mut dyn Tx, epoch: i64) -> Result<Self, WireError> {
        Self::gather(tx, self.caller.clone(), epoch).map_err(store_failure)
    }

    /// Refuses unless the caller may do `action` on `resource`, in AWS's words.
    pub(crate) fn allow(
        &self,
        cx: &OpContext<'_>,
        facts: &RequestFacts,
        action: &str,
        resource: &str,
        keys: &[(&str, &[&str])],
    ) -> Result<(), WireError> {
        let mut request = self.request(cx, facts, action, resource, keys);
        let levels = self.levels();
        let controlled = is_resource_controlled(action);
        let controls = match controlled {
            true => self.resources.levels(),
            false => Vec::new(),
        };
        if controlled {
            self.resources.describe(&mut request.context);
        }
        let set = PolicySet {
            rcp_levels: &controls,
            ..self.policies(&levels)
        };
        match evaluate(&request, &set).message(&self.arn, action, resource) {
            None => Ok(()),
            Some(message) => Err(WireError::access_denied(message)),
        }
    }

    /// Like [`Authority::allow`], for a resource whose owner may have attached a policy. The action is none that resource
    /// control policies bind.
    pub(crate) fn allow_by(
        &self,
        cx: &OpContext<'_>,
        facts: &RequestFacts,
        action: &str,
        resource: &str,
        keys: &[(&str, &[&str])],
        attached: Attached<'_>,
    ) -> Result<(), WireError> {
        let mut request = self.request(cx, facts, action, resource, keys);
        let owner = attached.owner.as_str();
        request.context.set("aws:ResourceAccount", owner);
        let levels = self.levels();
        let set = PolicySet {
            resource: attached.policy,
            resource_account: Some(owner),
            ..self.policies(&levels)
        };
        match evaluate(&request, &set).message(&self.arn, action, resource) {
            None => Ok(()),
            Some(message) => Err(WireError::access_denied(message)),
        }
    }

    /// What binds the resources of an account, which may be another than the caller's.
    pub(crate) fn controls_of(
        &self,
        tx: &mut dyn Tx,
        account: &AccountId,
    ) -> Result<Cow<'_, ResourceControls>, StoreError> {
        if *account == self.caller.account {
            return Ok(Cow::Borrowed(&self.resources));
        }
        let membership = tx.membership(account)?;
        ResourceControls::gather(tx, account, membership.as_ref()).map(Cow::Owned)
    }

    /// Whether an account is in the caller's organization, or the caller's own.
    pub(crate) fn is_family(&self, controls: &ResourceControls) -> bool {
        let own = self.membership.as_ref().map(|own| &own.organization);
        controls.account() == &self.caller.account
            || (own.is_some() && own == controls.organization())
    }

    /// The levels of service control policies above the caller, for [`Authority::policies`].
    pub(crate) fn levels(&self) -> Vec<Level<'_>> {
        self.scps
            .iter()
            .map(|(target, policies)| Level { target, policies })
            .collect()
    }

    /// Every policy that bears on the caller.
    pub(crate) fn policies<'a>(&'a self, levels: &'a [Level<'a>]) -> PolicySet<'a> {
        let exempt = self.is_service_linked();
        PolicySet {
            scp_levels: levels,
            scp_exempt: exempt,
            rcp_exempt: exempt,
            identity: &self.identity,
            boundary: self.boundary.as_deref(),
            session: self.session.as_deref(),
            ..PolicySet::default()
        }
    }

    /// The request as policies see it, with the global condition keys (IAM User Guide, "AWS global condition context
    /// keys") and `keys`.
    pub(crate) fn request<'a>(
        &'a self,
        cx: &OpContext<'_>,
        facts: &'a RequestFacts,
        action: &'a str,
        resource: &'a str,
        keys: &[(&'a str, &[&'a str])],
    ) -> Request<'a> {
        let mut context = Context::new();
        self.describe_principal(&mut context);
        if let Some(membership) = &self.membership {
            context.set("aws:PrincipalOrgID", membership.organization.as_str());
            context.set_all("aws:PrincipalOrgPaths", [membership.entity_path()]);
        }
        context.set("aws:CurrentTime", iso8601(cx.now));
        context.set("aws:EpochTime", cx.now.as_seconds().to_string());
        context.set("aws:SourceIp", facts.source_ip.to_string());
        context.set("aws:RequestedRegion", cx.region.as_str());
        context.set("aws:SecureTransport", facts.tls.is_some().to_string());
        context.set("aws:ViaAWSService", "false");
        if let Some(agent) = &facts.user_agent {
            context.set("aws:UserAgent", agent.as_str());
        }
        for (key, values) in keys {
            context.set_all(*key, values.iter().copied());
        }
        Request {
            action,
            resource,
            principal: self.principal(),
            context,
        }
    }

    /// Roles that services made for themselves are bound by no policy of the organization.
    fn is_service_linked(&self) -> bool {
        matches!(&self.caller.principal, Principal::Role { path, .. } if path.starts_with("/aws-service-role/"))
    }

    fn describe_principal<'a>(&'a self, context: &mut Context<'a>) {
        context.set("aws:PrincipalIsAWSService", "false");
        let kind = match &self.caller.principal {
            Principal::Root => "Account",
            Principal::User { name, .. } => {
                context.set("aws:username", name.as_str());
                "User"
            }
            Principal::Role { .. } => "AssumedRole",
            Principal::Federated { .. } => "FederatedUser",
            Principal::ProviderUser(_) | Principal::Person { .. } | Principal::Anonymous => {
                context.set("aws:PrincipalType", "Anonymous");
                return;
            }
        };
        context.set("aws:PrincipalType", kind);
        context.set("aws:PrincipalAccount", self.caller.account.as_str());
        context.set("aws:PrincipalArn", self.principal_arn.as_str());
        context.set("aws:userid", self.user_id.as_str());
        for (key, value) in &self.tags {
            context.set(format!("aws:PrincipalTag/{key}"), value.as_str());
        }
        if let Some(session) = &self.caller.session {
            context.set("aws:TokenIssueTime", iso8601(session.issued_at));
            context.set("aws:MultiFactorAuthPresent", session.mfa.to_string());
            if let Some(identity) = &session.source_identity {
                context.set("aws:SourceIdentity", identity.as_str());
            }
            if let Some(federation) = &session.federation {
                context.set("aws:FederatedProvider", federation.provider_arn.as_str());
                for (key, value) in &federation.keys {
                    context.set(key.as_str(), value.as_str());
                }
            }
        }
    }

    fn principal(&self) -> PolicyPrincipal<'_> {
        let account = self.caller.account.as_str();
        match &self.caller.principal {
            Principal::Root => PolicyPrincipal::Root { account },
            Principal::User { id, .. } => PolicyPrincipal::User {
                account,
                arn: &self.arn,
                id,
            },
            Principal::Role { id, .. } => PolicyPrincipal::Role {
                account,
                arn: &self.principal_arn,
                session_arn: &self.arn,
                id,
            },
            Principal::Federated { .. } => PolicyPrincipal::FederatedUser {
                account,
                arn: &self.arn,
            },
            Principal::ProviderUser(user) => PolicyPrincipal::Federated {
                provider: &user.provider_arn,
            },
            Principal::Person { .. } | Principal::Anonymous => PolicyPrincipal::Anonymous,
        }
    }
}

/// Policies of the organization, level by level, each level with the id of its root, unit or account.
pub(crate) type CompiledLevels = Vec<(String, Vec<Arc<Policy>>)>;

/// Compiles the levels that the store answers for an account.
pub(crate) fn compile_levels(
    account: &AccountId,
    membership: Option<&Membership>,
    levels: Vec<Vec<AttachedPolicy>>,
    kind: PolicyKind,
) -> Result<CompiledLevels, StoreError> {
    let Some(membership) = membership else {
        return Ok(Vec::new());
    };
    let targets = std::iter::once(membership.root.to_string())
        .chain(membership.path.iter().map(ToString::to_string))
        .chain([account.to_string()]);
    let compile = |policy: &AttachedPolicy| compile(&policy.content, kind, policy.id.as_str());
    targets
        .zip(levels)
        .map(|(target, level)| {
            let compiled = level.iter().map(compile).collect::<Result<_, _>>()?;
            Ok((target, compiled))
        })
        .collect()
}

fn iso8601(time: Timestamp) -> String {
    jiff::Timestamp::from_second(time.as_seconds())
        .map(|time| time.to_string())
        .unwrap_or_default()
}

/// A stored policy was checked when it came in; one that does not parse any more must not be skipped.
fn compile(text: &str, kind: PolicyKind, name: &str) -> Result<Arc<Policy>, StoreError> {
    Policy::parse(text, kind)
        .map(|policy| Arc::new(policy.named(name)))
        .map_err(|error| StoreError::Corrupt(format!("policy `{name}`: {error}")))
}

/// What was gathered for callers in the present policy epoch.
#[derive(Default)]
pub(crate) struct Authorities(Mutex<Known>);

#[derive(Default)]
struct Known {
    epoch: i64,
    by_credentials: HashMap<Credentials, Arc<Authenticated>>,
}

/// What names a caller in a request: the access key id and the session token.
pub(crate) type Credentials = (String, Option<String>);

/// A caller with the secret that its signatures are checked with.
pub(crate) struct Authenticated {
    pub(crate) authority: Authority,
    pub(crate) secret: String,
    /// What the request named; nothing for callers who sign nothing.
    pub(crate) credentials: Option<Credentials>,
}

impl Authenticated {
    /// Whether the caller's session is over.
    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        let session = self.authority.caller.session.as_ref();
        session.is_some_and(|session| session.expires_at <= now)
    }
}

impl Authorities {
    /// How many callers are remembered at once.
    const KEPT: usize = 4096;

    pub(crate) fn find(&self, credentials: &Credentials, epoch: i64) -> Option<Arc<Authenticated>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.epoch != epoch {
            return None;
        }
        known.by_credentials.get(credentials).cloned()
    }

    /// The caller as it was last seen, in this policy epoch or in one before.
    pub(crate) fn last(&self, credentials: &Credentials) -> Option<Arc<Authenticated>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.by_credentials.get(credentials).cloned()
    }

    /// Forgets a caller who is no longer what was remembered.
    pub(crate) fn forget(&self, credentials: &Credentials) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.by_credentials.remove(credentials);
    }

    /// Remembers a caller. Only transactions that see committed data may call this.
    pub(crate) fn remember(&self, found: &Arc<Authenticated>) {
        let Some(credentials) = found.credentials.clone() else {
            return;
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let epoch = found.authority.epoch;
        if known.epoch != epoch || known.by_credentials.len() >= Self::KEPT {
            known.by_credentials.clear();
            known.epoch = epoch;
        }
        known.by_credentials.insert(credentials, Arc::clone(found));
    }
}
