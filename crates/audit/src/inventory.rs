//! What a run has read: plain values, in a stable order.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use crate::coverage::Coverage;

/// Who ran the audit (STS `GetCallerIdentity`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Caller {
    /// The caller's account.
    pub account_id: String,
    /// The caller's ARN.
    pub arn: String,
}

/// The organization (Organizations `DescribeOrganization`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Organization {
    /// Such as `o-exampleorgid`.
    pub id: String,
    /// The management account, which AWS still calls the master account in this API.
    pub management_account_id: String,
    /// Accounts registered for `sso.amazonaws.com`; `None` when they could not be listed.
    pub delegated_administrators: Option<BTreeSet<String>>,
    /// The service control policies that count: none if the policy type is not enabled. `None` when
    /// they could not be read.
    pub service_control_policies: Option<Vec<ControlPolicy>>,
}

/// A service control policy (Organizations `DescribePolicy`, `ListTargetsForPolicy`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ControlPolicy {
    /// Such as `p-examplepolicyid111`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The document, as it was written.
    pub content: String,
    /// The root, units and accounts that it is attached to.
    pub targets: BTreeSet<String>,
}

/// A member account (Organizations `ListAccounts`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// The address of its root user.
    pub email: Option<String>,
    /// `ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE` …
    pub status: Option<String>,
    /// Names of the organizational units from the root down, joined by `/`.
    pub ou_path: Option<String>,
    /// Ids of the root and the units from there down to the account; `None` when they are not known.
    pub path_ids: Option<Vec<String>>,
    /// `INVITED` or `CREATED`.
    pub joined_method: Option<String>,
    /// When it joined the organization.
    pub joined: Option<Timestamp>,
}

/// The two types of instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum InstanceType {
    /// The one instance of the organization, owned by its management account.
    Organization,
    /// An instance that one account owns for itself.
    #[default]
    Account,
}

impl InstanceType {
    /// The word for it in the files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "ORGANIZATION",
            Self::Account => "ACCOUNT",
        }
    }
}

/// An Identity Center instance and all that is in it. `None` means that it could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Instance {
    /// The account that owns it.
    pub account_id: String,
    /// Its ARN.
    pub arn: String,
    /// Its identity store.
    pub identity_store_id: String,
    /// Organization or account instance.
    pub instance_type: InstanceType,
    /// Its Region; for a replicated organization instance, the primary one.
    pub region: String,
    /// Every Region it was seen in.
    pub regions: BTreeSet<String>,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// `ACTIVE`, `CREATE_IN_PROGRESS`, `DELETE_IN_PROGRESS`, `CREATE_FAILED`.
    pub status: String,
    /// Why the status is what it is.
    pub status_reason: Option<String>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// The people in its store.
    pub users: Option<Vec<User>>,
    /// The groups in its store.
    pub groups: Option<Vec<Group>>,
    /// Its applications.
    pub applications: Option<Vec<Application>>,
    /// Its permission sets; an account instance has none.
    pub permission_sets: Option<Vec<PermissionSet>>,
    /// Who is assigned to which account with which permission set.
    pub account_assignments: Option<Vec<AccountAssignment>>,
}

/// A person (identity store `ListUsers`).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct User {
    /// Its id.
    pub id: String,
    /// The name to sign in with.
    pub user_name: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// E-mail addresses as they were written, the primary one first.
    pub emails: Vec<String>,
    /// Issuer and id at other identity providers.
    pub external_ids: Vec<(String, String)>,
    /// `ENABLED` or `DISABLED`, where the service says it.
    pub status: Option<String>,
}

impl User {
    /// The address that reports show.
    pub fn email(&self) -> Option<&str> {
        self.emails.first().map(String::as_str)
    }

    /// Whether the service says that this person may not sign in.
    pub fn is_disabled(&self) -> bool {
        self.status.as_deref() == Some("DISABLED")
    }
}

/// A group (identity store `ListGroups`, `ListGroupMemberships`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its name.
    pub display_name: Option<String>,
    /// The ids of its members; `None` when they could not be listed.
    pub members: Option<BTreeSet<String>>,
}

/// What an assignment names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PrincipalType {
    /// Everybody in the store: the application needs no assignment.
    Everyone,
    /// A group.
    Group,
    /// A person.
    User,
}

impl PrincipalType {
    /// The word for it in the files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "EVERYONE",
            Self::Group => "GROUP",
            Self::User => "USER",
        }
    }
}

/// Somebody assigned to an application.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Assignment {
    /// Group or user.
    pub principal_type: PrincipalType,
    /// Its id.
    pub principal_id: String,
}

/// An application (sso-admin `ListApplications`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Application {
    /// Its ARN.
    pub arn: String,
    /// Its name, which AWS does not require.
    pub name: Option<String>,
    /// The provider's ARN.
    pub provider_arn: Option<String>,
    /// The account that owns it, which need not be the instance's.
    pub account_id: Option<String>,
    /// `ENABLED` or `DISABLED`.
    pub status: Option<String>,
    /// Whether people must be assigned to use it; `None` when it could not be read.
    pub assignment_required: Option<bool>,
    /// Who is assigned; `None` when it could not be read.
    pub assignments: Option<BTreeSet<Assignment>>,
}

/// A permission set (sso-admin `DescribePermissionSet`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PermissionSet {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: Option<String>,
    /// ISO 8601, such as `PT1H`.
    pub session_duration: Option<String>,
    /// ARNs of attached AWS managed policies; `None` when they could not be listed.
    pub managed_policies: Option<BTreeSet<String>>,
}

/// Somebody assigned to an account (sso-admin `ListAccountAssignments`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountAssignment {
    /// The account that is reached.
    pub account_id: String,
    /// With which permission set.
    pub permission_set_arn: String,
    /// Group or user.
    pub principal_type: PrincipalType,
    /// Its id.
    pub principal_id: String,
}

/// Everything that one run has read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Inventory {
    /// Who ran it.
    pub caller: Caller,
    /// The organization; `None` for an account that stands alone.
    pub organization: Option<Organization>,
    /// Every account, by id.
    pub accounts: BTreeMap<String, Account>,
    /// Every instance, ordered by account, Region and ARN.
    pub instances: Vec<Instance>,
    /// What was looked at.
    #[serde(skip)]
    pub coverage: Coverage,
    /// When the run began. Times of the run appear in the manifest only.
    #[serde(skip)]
    pub begin: Timestamp,
    /// When the run ended.
    #[serde(skip)]
    pub end: Timestamp,
}

impl Inventory {
    /// Puts everything into the order that reports rely on.
    pub fn sort(&mut self) {
        let key = |i: &Instance| (i.account_id.clone(), i.region.clone(), i.arn.clone());
        self.instances.sort_by_cached_key(key);
        for instance in &mut self.instances {
            instance
                .users
                .iter_mut()
                .for_each(|users| users.sort_by(|a, b| a.id.cmp(&b.id)));
            instance
                .groups
                .iter_mut()
                .for_each(|groups| groups.sort_by(|a, b| a.id.cmp(&b.id)));
            instance
                .applications
                .iter_mut()
                .for_each(|list| list.sort_by(|a, b| a.arn.cmp(&b.arn)));
            instance
                .permission_sets
                .iter_mut()
                .for_each(|list| list.sort_by(|a, b| a.arn.cmp(&b.arn)));
            instance
                .account_assignments
                .iter_mut()
                .for_each(|list| list.sort());
        }
        self.coverage.gaps.sort();
        self.coverage.notes.sort();
    }
}
