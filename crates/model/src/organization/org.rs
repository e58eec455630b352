use super::text::words;
use super::{JoinedMethod, ParentId, PolicyType, TargetId};
use crate::{AccountId, OrganizationId, OrganizationalUnitId, PolicyId, RootId, Timestamp};

words!(
    /// What an organization can do.
    FeatureSet, "feature set", {
        /// Policies, trusted access, delegated administrators.
        All = "ALL",
        /// One bill, nothing more.
        ConsolidatedBilling = "CONSOLIDATED_BILLING",
    }
);

/// An organization: one management account, one root.
///
/// Its methods name every resource in it; identity-center.md §2 has the formats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// `o-…`
    pub id: OrganizationId,
    /// The account that pays and governs.
    pub management: AccountId,
    /// The top of its tree.
    pub root: RootId,
    /// What it can do.
    pub feature_set: FeatureSet,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a root is called; nobody can rename one.
pub const ROOT_NAME: &str = "Root";

impl Organization {
    fn arn_of(&self, kind: &str, rest: impl std::fmt::Display) -> String {
        format!(
            "arn:aws:organizations::{}:{kind}/{}/{rest}",
            self.management, self.id
        )
    }

    /// The organization's own ARN.
    pub fn arn(&self) -> String {
        format!(
            "arn:aws:organizations::{}:organization/{}",
            self.management, self.id
        )
    }

    /// The ARN of an account in it.
    pub fn account_arn(&self, account: &AccountId) -> String {
        self.arn_of("account", account)
    }

    /// The ARN of its root.
    pub fn root_arn(&self) -> String {
        self.arn_of("root", &self.root)
    }

    /// The ARN of an organizational unit in it.
    pub fn unit_arn(&self, unit: &OrganizationalUnitId) -> String {
        self.arn_of("ou", unit)
    }

    /// The ARN of a root or organizational unit in it.
    pub fn parent_arn(&self, parent: &ParentId) -> String {
        match parent {
            ParentId::Root(root) => self.arn_of("root", root),
            ParentId::Unit(unit) => self.unit_arn(unit),
        }
    }

    /// The ARN of anything that policies can be attached to.
    pub fn target_arn(&self, target: &TargetId) -> String {
        match target {
            TargetId::Root(root) => self.arn_of("root", root),
            TargetId::Unit(unit) => self.unit_arn(unit),
            TargetId::Account(account) => self.account_arn(account),
        }
    }

    /// The ARN of a policy; those of AWS belong to `aws` and to no organization.
    pub fn policy_arn(&self, kind: PolicyType, id: &PolicyId, aws_managed: bool) -> String {
        let kind = kind.as_str().to_ascii_lowercase();
        match aws_managed {
            true => format!("arn:aws:organizations::aws:policy/{kind}/{id}"),
            false => self.arn_of("policy", format_args!("{kind}/{id}")),
        }
    }

    /// The ARN of its delegation policy, `rp-…`.
    pub fn resource_policy_arn(&self, id: &str) -> String {
        self.arn_of("resourcepolicy", id)
    }

    /// The entity path of a place: `o-…/r-…/ou-…/`, as `aws:PrincipalOrgPaths` has it.
    pub fn path(&self, units: &[OrganizationalUnitId]) -> String {
        let mut path = format!("{}/{}/", self.id, self.root);
        for unit in units {
            path.push_str(unit.as_str());
            path.push('/');
        }
        path
    }
}

/// Where an account stands in its organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// `o-…`
    pub organization: OrganizationId,
    /// The organization's management account.
    pub management: AccountId,
    /// The organization's root.
    pub root: RootId,
    /// The organizational units above the account, from the root down.
    pub path: Vec<OrganizationalUnitId>,
    /// Since when the account is a member.
    pub joined_at: Timestamp,
    /// How it came in.
    pub joined_method: JoinedMethod,
    /// What the organization can do.
    pub feature_set: FeatureSet,
}

impl Membership {
    /// Whether `account`, whose membership this is, governs the organization.
    pub fn is_management(&self, account: &AccountId) -> bool {
        self.management == *account
    }

    /// The account's entity path, `o-…/r-…/ou-…/`.
    pub fn entity_path(&self) -> String {
        let mut path = format!("{}/{}/", self.organization, self.root);
        for unit in &self.path {
            path.push_str(unit.as_str());
            path.push('/');
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organization() -> Organization {
        Organization {
            id: "o-abcdefghij".parse().expect("an id"),
            management: "111122223333".parse().expect("an account"),
            root: "r-ab12".parse().expect("a root"),
            feature_set: FeatureSet::All,
            created_at: Timestamp::from_millis(0),
        }
    }

    #[test]
    fn arns_follow_the_reference() {
        let org = organization();
        let base = "arn:aws:organizations::111122223333:";
        let unit: OrganizationalUnitId = "ou-ab12-abcdefgh".parse().expect("a unit");
        let own: PolicyId = "p-abcdefgh".parse().expect("a policy");
        let aws: PolicyId = "p-FullAWSAccess".parse().expect("a policy");
        let cases = [
            (org.arn(), format!("{base}organization/o-abcdefghij")),
            (org.root_arn(), format!("{base}root/o-abcdefghij/r-ab12")),
            (
                org.unit_arn(&unit),
                format!("{base}ou/o-abcdefghij/ou-ab12-abcdefgh"),
            ),
            (
                org.account_arn(&org.management),
                format!("{base}account/o-abcdefghij/111122223333"),
            ),
            (
                org.policy_arn(PolicyType::ServiceControlPolicy, &own, false),
                format!("{base}policy/o-abcdefghij/service_control_policy/p-abcdefgh"),
            ),
            (
                org.policy_arn(PolicyType::ServiceControlPolicy, &aws, true),
                "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess".into(),
            ),
            (
                org.path(&[unit]),
                "o-abcdefghij/r-ab12/ou-ab12-abcdefgh/".into(),
            ),
        ];
        for (got, want) in cases {
            assert_eq!(got, want);
        }
    }
}
