//! What a role lets a service do: whether the service may assume it, and then what the role's policies say.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use atrium_model::iam::Role;
use atrium_model::{
    AccountId, Arn, Caller, OpContext, Principal, Random, Region, Session, Timestamp,
};
use atrium_policy::{
    Context, Policy, PolicyKind, PolicySet, Principal as PolicyPrincipal, Request, evaluate_trust,
};
use atrium_store::{StoreError, Tx};

use crate::authority::Authority;
use crate::facts::RequestFacts;
use crate::resource_controls::ResourceControls;

/// For whom a service assumes a role.
pub(crate) struct Purpose<'a> {
    /// The service, such as `cloudtrail.amazonaws.com`; `aws:PrincipalServiceName`.
    pub(crate) service: &'a str,
    /// The account whose resource it is; `aws:SourceAccount`.
    pub(crate) account: &'a AccountId,
    /// The resource; `aws:SourceArn`.
    pub(crate) source: &'a str,
    /// Where.
    pub(crate) region: &'a Region,
}

/// A session that a service has of a role. It is made anew for each transaction, so it sees the policies as they are.
pub(crate) struct ServiceRole {
    authority: Authority,
    random: Arc<dyn Random>,
    account: AccountId,
    source: String,
    region: Region,
    now: Timestamp,
}

/// A role that a service can't use, and why: a whole sentence.
pub(crate) type Refusal = String;

impl ServiceRole {
    /// Assumes a role of the purpose's account.
    pub(crate) fn assume(
        tx: &mut dyn Tx,
        random: &Arc<dyn Random>,
        now: Timestamp,
        arn: &str,
        purpose: &Purpose<'_>,
    ) -> Result<Result<Self, Refusal>, StoreError> {
        let Some(role) = find(tx, arn, purpose.account)? else {
            return Ok(Err(format!("The role {arn} does not exist.")));
        };
        if !trusts(tx, &role, purpose)? {
            let service = purpose.service;
            return Ok(Err(format!(
                "The role {arn} can't be assumed by {service}."
            )));
        }
        let caller = Caller {
            account: role.account,
            principal: Principal::Role {
                id: role.id,
                name: role.name,
                path: role.path,
                session_name: purpose.service.to_owned(),
            },
            access_key_id: String::new(),
            session: Some(Session {
                issued_at: now,
                expires_at: now + Duration::from_secs(3600),
                ..Session::default()
            }),
        };
        let epoch = tx.policy_epoch()?;
        Ok(Ok(Self {
            authority: Authority::gather(tx, caller, epoch)?,
            random: Arc::clone(random),
            account: purpose.account.clone(),
            source: purpose.source.to_owned(),
            region: purpose.region.clone(),
            now,
        }))
    }

    /// Refuses, in AWS's words, unless the role's policies and the organization's allow `action` on `resource`.
    pub(crate) fn allow(&self, action: &str, resource: &str) -> Result<(), Refusal> {
        let cx = OpContext {
            now: self.now,
            random: &*self.random,
            caller: &self.authority.caller,
            region: &self.region,
            request_id: "",
        };
        // No client's: a condition on the address fails.
        let facts = RequestFacts {
            source_ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            tls: None,
            user_agent: None,
            host: None,
        };
        // The policies of AWS's guides for such roles ask for them ("Required permissions for copying trail events").
        let (account, source) = (self.account.as_str(), self.source.as_str());
        let keys: [(&str, &[&str]); 2] = [
            ("aws:SourceAccount", &[account]),
            ("aws:SourceArn", &[source]),
        ];
        self.authority
            .allow(&cx, &facts, action, resource, &keys)
            .map_err(|error| error.message.to_string())
    }
}

/// The role with this very ARN, if it is of the account.
fn find(tx: &mut dyn Tx, arn: &str, account: &AccountId) -> Result<Option<Role>, StoreError> {
    let Some(name) = arn.parse::<Arn>().ok().and_then(|arn| {
        let path = arn.resource().strip_prefix("role/")?;
        let name = path.rsplit('/').next().unwrap_or(path);
        (arn.service() == "iam" && arn.account() == account.as_str()).then(|| name.to_owned())
    }) else {
        return Ok(None);
    };
    Ok(tx.role(account, &name)?.filter(|role| role.arn() == arn))
}

fn trusts(tx: &mut dyn Tx, role: &Role, purpose: &Purpose<'_>) -> Result<bool, StoreError> {
    let trust = Policy::parse(&role.trust_policy, PolicyKind::Trust)
        .map_err(|error| StoreError::Corrupt(format!("trust of `{}`: {error}", role.arn())))?;
    let membership = tx.membership(&role.account)?;
    let controls = ResourceControls::gather(tx, &role.account, membership.as_ref())?;
    let levels = controls.levels();
    let mut context = Context::new()
        .with("aws:PrincipalIsAWSService", "true")
        .with("aws:PrincipalServiceName", purpose.service)
        .with("aws:SourceAccount", purpose.account.as_str())
        .with("aws:SourceArn", purpose.source)
        .with("aws:RequestedRegion", purpose.region.as_str());
    controls.describe(&mut context);
    let arn = role.arn();
    let request = Request {
        action: "sts:AssumeRole",
        resource: &arn,
        principal: PolicyPrincipal::Service {
            name: purpose.service,
        },
        context,
    };
    let set = PolicySet {
        rcp_levels: &levels,
        resource_account: Some(role.account.as_str()),
        ..PolicySet::default()
    };
    Ok(evaluate_trust(&request, &trust, &set).is_allowed())
}
