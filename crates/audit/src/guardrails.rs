//! Which accounts may create an account instance, as the organization's service control policies stand.
//!
//! The policies are asked about an administrator of the account, in a Region, and about nothing else
//! a condition may look at: one that asks for a certain role or a source address is answered as for
//! somebody who has neither. What only Identity Center's own console shows (an organization older than account instances
//! that never allowed them) is not in any public API and not looked at.

use std::collections::HashMap;
use std::sync::Arc;

use atrium_policy::{
    Context, Decision, Level, Policy, PolicyKind, PolicySet, Principal, Reason, Request, evaluate,
};

use crate::inventory::{Account, Inventory};

/// The action in question.
pub(crate) const ACTION: &str = "sso:CreateInstance";

const ADMINISTRATOR: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// Whether an account may create an account instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// No policy stops it.
    Permitted,
    /// Stopped, and by what: a policy's id and name, or where an allowing policy is missing.
    Denied(String),
    /// The management account: no policy applies to it, and it cannot have an account instance.
    Management,
    /// The policies, or the account's place in the tree, are not known.
    Unknown,
}

impl Verdict {
    /// `true`, `false`, or nothing if it is not known.
    pub(crate) fn cell(&self) -> String {
        match self {
            Self::Permitted => "true",
            Self::Denied(_) | Self::Management => "false",
            Self::Unknown => "",
        }
        .to_owned()
    }

    /// What decided, if something in particular did.
    pub(crate) fn decider(&self) -> String {
        match self {
            Self::Denied(by) => by.clone(),
            Self::Management => "management account".to_owned(),
            Self::Permitted | Self::Unknown => String::new(),
        }
    }
}

/// The policies, ready to be asked.
pub(crate) struct Guardrails<'a> {
    organization: &'a str,
    management: &'a str,
    /// By target; `None` where a policy could not be parsed.
    attached: HashMap<&'a str, Option<Vec<Arc<Policy>>>>,
    administrator: Vec<Arc<Policy>>,
    enabled: bool,
}

impl<'a> Guardrails<'a> {
    /// None for an account that stands alone, and when the policies could not be read.
    pub(crate) fn of(inventory: &'a Inventory) -> Option<Self> {
        let organization = inventory.organization.as_ref()?;
        let policies = organization.service_control_policies.as_ref()?;
        let administrator = Policy::parse(ADMINISTRATOR, PolicyKind::Managed).ok()?;
        let mut attached: HashMap<&str, Option<Vec<Arc<Policy>>>> = HashMap::new();
        for policy in policies {
            let name = format!("{} ({})", policy.name, policy.id);
            let parsed = Policy::parse(&policy.content, PolicyKind::ServiceControl)
                .ok()
                .map(|parsed| Arc::new(parsed.named(name)));
            for target in &policy.targets {
                let here = attached.entry(target).or_insert_with(|| Some(Vec::new()));
                match &parsed {
                    Some(parsed) => {
                        if let Some(here) = here {
                            here.push(Arc::clone(parsed));
                        }
                    }
                    None => *here = None,
                }
            }
        }
        Some(Self {
            organization: &organization.id,
            management: &organization.management_account_id,
            attached,
            administrator: vec![Arc::new(administrator)],
            enabled: !policies.is_empty(),
        })
    }

    /// Whether an account may create an account instance in a Region.
    pub(crate) fn verdict(&self, account: &Account, region: &str) -> Verdict {
        if account.id == self.management {
            return Verdict::Management;
        }
        if !self.enabled {
            return Verdict::Permitted;
        }
        let Some(path) = &account.path_ids else {
            return Verdict::Unknown;
        };
        let none: &[Arc<Policy>] = &[];
        let mut levels = Vec::new();
        for target in path.iter().chain([&account.id]) {
            let policies = match self.attached.get(target.as_str()) {
                None => none,
                Some(Some(policies)) => policies,
                Some(None) => return Verdict::Unknown,
            };
            levels.push(Level { target, policies });
        }
        let arn = format!("arn:aws:iam::{}:user/administrator", account.id);
        let org_path = format!("{}/{}/", self.organization, path.join("/"));
        let context = Context::new()
            .with("aws:PrincipalAccount", account.id.as_str())
            .with("aws:PrincipalArn", arn.as_str())
            .with("aws:PrincipalOrgID", self.organization)
            .with_all("aws:PrincipalOrgPaths", [org_path.as_str()])
            .with("aws:PrincipalType", "User")
            .with("aws:PrincipalIsAWSService", "false")
            .with("aws:RequestedRegion", region)
            .with("aws:SecureTransport", "true");
        let request = Request {
            action: ACTION,
            resource: "*",
            principal: Principal::User {
                account: &account.id,
                arn: &arn,
                id: "AIDAADMINISTRATOR",
            },
            context,
        };
        let set = PolicySet {
            scp_levels: &levels,
            identity: &self.administrator,
            ..PolicySet::default()
        };
        match evaluate(&request, &set) {
            Decision::Allowed { .. } => Verdict::Permitted,
            Decision::Denied(Reason::ExplicitDeny(source)) => {
                Verdict::Denied(source.policy.name().to_owned())
            }
            Decision::Denied(Reason::NotAllowed { level, .. }) => Verdict::Denied(format!(
                "no policy allows it at {}",
                level.unwrap_or("the account")
            )),
        }
    }

    /// Whether an account may create one in any of the Regions that were examined there, or in the
    /// organization's first Region if none was.
    pub(crate) fn anywhere<'r>(
        &self,
        account: &Account,
        regions: impl IntoIterator<Item = &'r str>,
    ) -> Verdict {
        let mut found = None;
        for region in regions {
            let verdict = self.verdict(account, region);
            if verdict == Verdict::Permitted {
                return verdict;
            }
            found.get_or_insert(verdict);
        }
        found.unwrap_or_else(|| self.verdict(account, "us-east-1"))
    }
}
