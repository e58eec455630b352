use atrium_model::AccountId;
use atrium_model::iam::{
    AccessKey, AccessKeyUse, Group, Holder, HolderKind, IamCounts, ManagedPolicy, PolicyDocument,
    PolicyUsage, PolicyVersion, PrincipalPolicies, Role, User,
};

use crate::StoreError;

/// Which entities of one kind a list asks for, in order of their lower-case names.
#[derive(Clone, Copy, Debug)]
pub struct IamList<'a> {
    /// The account.
    pub account: &'a AccountId,
    /// Only entities whose path starts with this.
    pub path_prefix: &'a str,
    /// Only entities whose lower-case name comes after this.
    pub after: &'a str,
    /// The most entities to answer.
    pub limit: i64,
}

/// What a managed policy is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyUse {
    /// Attached, so that it grants permissions.
    Attached,
    /// As the permissions boundary.
    Boundary,
}

/// What the iam area asks of a transaction.
///
/// Names are found without regard to letter case. Changes do not bump the policy epoch; the area does. Methods whose
/// plain names would clash with those of the directory (`user`, `group`) carry `iam` in theirs.
pub trait IamTx {
    /// Adds a user. [`StoreError::Duplicate`] if the name is taken.
    fn insert_iam_user(&mut self, user: &User) -> Result<(), StoreError>;
    /// The user with this name.
    fn iam_user(&mut self, account: &AccountId, name: &str) -> Result<Option<User>, StoreError>;
    /// The user with this unique id.
    fn iam_user_by_id(&mut self, account: &AccountId, id: &str)
    -> Result<Option<User>, StoreError>;
    /// Users in order of their lower-case names.
    fn iam_users(&mut self, list: IamList<'_>) -> Result<Vec<User>, StoreError>;
    /// Keeps name, path, boundary and tags of the user with this id. [`StoreError::Duplicate`] if the name is taken.
    fn update_iam_user(&mut self, user: &User) -> Result<bool, StoreError>;
    /// Removes a user, but nothing that hangs on it. Tells whether there was one.
    fn delete_iam_user(&mut self, account: &AccountId, id: &str) -> Result<bool, StoreError>;

    /// Adds an access key. [`StoreError::Duplicate`] if the id is taken.
    fn insert_access_key(&mut self, key: &AccessKey) -> Result<(), StoreError>;
    /// The access key with this id, of whichever account. A key whose user is gone is not found.
    fn access_key(&mut self, id: &str) -> Result<Option<AccessKey>, StoreError>;
    /// The ids, states and times of making of a user's keys, or of the root user's, in order of their ids.
    fn access_keys(
        &mut self,
        account: &AccountId,
        user_id: Option<&str>,
        after: &str,
        limit: i64,
    ) -> Result<Vec<AccessKey>, StoreError>;
    /// Switches a key on or off. Tells whether the account has it.
    fn set_access_key_active(
        &mut self,
        account: &AccountId,
        id: &str,
        active: bool,
    ) -> Result<bool, StoreError>;
    /// Removes a key. Tells whether the account had it.
    fn delete_access_key(&mut self, account: &AccountId, id: &str) -> Result<bool, StoreError>;
    /// When and for what a key was last used.
    fn access_key_use(&mut self, id: &str) -> Result<Option<AccessKeyUse>, StoreError>;
    /// Notes the use of a key, unless a later one is known.
    fn note_access_key_use(&mut self, id: &str, used: &AccessKeyUse) -> Result<(), StoreError>;

    /// Adds a role. [`StoreError::Duplicate`] if the name is taken.
    fn insert_role(&mut self, role: &Role) -> Result<(), StoreError>;
    /// The role with this name.
    fn role(&mut self, account: &AccountId, name: &str) -> Result<Option<Role>, StoreError>;
    /// The role with this unique id.
    fn role_by_id(&mut self, account: &AccountId, id: &str) -> Result<Option<Role>, StoreError>;
    /// Roles in order of their lower-case names.
    fn roles(&mut self, list: IamList<'_>) -> Result<Vec<Role>, StoreError>;
    /// Keeps everything but name, path and time of making of the role with this id.
    fn update_role(&mut self, role: &Role) -> Result<bool, StoreError>;
    /// Removes a role, but nothing that hangs on it. Tells whether there was one.
    fn delete_role(&mut self, account: &AccountId, id: &str) -> Result<bool, StoreError>;

    /// Adds a group. [`StoreError::Duplicate`] if the name is taken.
    fn insert_iam_group(&mut self, group: &Group) -> Result<(), StoreError>;
    /// The group with this name.
    fn iam_group(&mut self, account: &AccountId, name: &str) -> Result<Option<Group>, StoreError>;
    /// Groups in order of their lower-case names.
    fn iam_groups(&mut self, list: IamList<'_>) -> Result<Vec<Group>, StoreError>;
    /// Keeps name and path of the group with this id. [`StoreError::Duplicate`] if the name is taken.
    fn update_iam_group(&mut self, group: &Group) -> Result<bool, StoreError>;
    /// Removes a group, but nothing that hangs on it. Tells whether there was one.
    fn delete_iam_group(&mut self, account: &AccountId, id: &str) -> Result<bool, StoreError>;
    /// Makes a user a member; fine if it is one.
    fn add_iam_group_member(
        &mut self,
        account: &AccountId,
        group_id: &str,
        user_id: &str,
    ) -> Result<(), StoreError>;
    /// Ends a membership. Tells whether there was one.
    fn remove_iam_group_member(
        &mut self,
        account: &AccountId,
        group_id: &str,
        user_id: &str,
    ) -> Result<bool, StoreError>;
    /// A group's users in order of their lower-case names.
    fn iam_group_members(
        &mut self,
        account: &AccountId,
        group_id: &str,
        after: &str,
        limit: i64,
    ) -> Result<Vec<User>, StoreError>;
    /// A user's groups in order of their lower-case names.
    fn iam_groups_of_user(
        &mut self,
        account: &AccountId,
        user_id: &str,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Group>, StoreError>;

    /// Adds a managed policy without versions. [`StoreError::Duplicate`] if the name is taken.
    fn insert_managed_policy(&mut self, policy: &ManagedPolicy) -> Result<(), StoreError>;
    /// The customer managed policy with this name, whatever its path.
    fn managed_policy(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<ManagedPolicy>, StoreError>;
    /// Customer managed policies in order of their lower-case names.
    fn managed_policies(&mut self, list: IamList<'_>) -> Result<Vec<ManagedPolicy>, StoreError>;
    /// Keeps default version, last version, tags and time of change of the policy with this id.
    fn update_managed_policy(&mut self, policy: &ManagedPolicy) -> Result<bool, StoreError>;
    /// Removes a policy with its versions. Tells whether there was one.
    fn delete_managed_policy(&mut self, account: &AccountId, id: &str) -> Result<bool, StoreError>;
    /// Adds a version.
    fn insert_policy_version(
        &mut self,
        account: &AccountId,
        policy_id: &str,
        version: &PolicyVersion,
    ) -> Result<(), StoreError>;
    /// One version.
    fn policy_version(
        &mut self,
        account: &AccountId,
        policy_id: &str,
        number: i64,
    ) -> Result<Option<PolicyVersion>, StoreError>;
    /// Versions below a number, newest first.
    fn policy_versions(
        &mut self,
        account: &AccountId,
        policy_id: &str,
        below: i64,
        limit: i64,
    ) -> Result<Vec<PolicyVersion>, StoreError>;
    /// Removes a version. Tells whether there was one.
    fn delete_policy_version(
        &mut self,
        account: &AccountId,
        policy_id: &str,
        number: i64,
    ) -> Result<bool, StoreError>;
    /// The document in effect of a managed policy that this account can use, its own or an AWS managed one.
    fn policy_document(
        &mut self,
        account: &AccountId,
        arn: &str,
    ) -> Result<Option<PolicyDocument>, StoreError>;

    /// Attaches a managed policy; fine if it is attached.
    fn attach_managed_policy(
        &mut self,
        account: &AccountId,
        kind: HolderKind,
        holder_id: &str,
        policy_arn: &str,
    ) -> Result<(), StoreError>;
    /// Detaches a managed policy. Tells whether it was attached.
    fn detach_managed_policy(
        &mut self,
        account: &AccountId,
        holder_id: &str,
        policy_arn: &str,
    ) -> Result<bool, StoreError>;
    /// The ARNs of the managed policies attached to an entity, in their order.
    fn attached_managed_policies(
        &mut self,
        account: &AccountId,
        holder_id: &str,
        after: &str,
        limit: i64,
    ) -> Result<Vec<String>, StoreError>;
    /// How often a managed policy is used in an account.
    fn policy_usage(
        &mut self,
        account: &AccountId,
        policy_arn: &str,
    ) -> Result<PolicyUsage, StoreError>;
    /// The entities that use a managed policy, in order of their unique ids.
    fn policy_holders(
        &mut self,
        account: &AccountId,
        policy_arn: &str,
        usage: PolicyUse,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Holder>, StoreError>;

    /// Keeps an inline policy of an entity, in place of the one with the same name.
    fn put_inline_policy(
        &mut self,
        account: &AccountId,
        holder_id: &str,
        policy: &PolicyDocument,
    ) -> Result<(), StoreError>;
    /// The inline policy with this name.
    fn inline_policy(
        &mut self,
        account: &AccountId,
        holder_id: &str,
        name: &str,
    ) -> Result<Option<PolicyDocument>, StoreError>;
    /// The inline policies of an entity, in order of their names.
    fn inline_policies(
        &mut self,
        account: &AccountId,
        holder_id: &str,
        after: &str,
        limit: i64,
    ) -> Result<Vec<PolicyDocument>, StoreError>;
    /// Removes an inline policy. Tells whether there was one.
    fn delete_inline_policy(
        &mut self,
        account: &AccountId,
        holder_id: &str,
        name: &str,
    ) -> Result<bool, StoreError>;

    /// Everything that decides what a user may do; empty for a name that is unknown.
    fn policies_of_user(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<PrincipalPolicies, StoreError>;
    /// Everything that decides what a role may do; empty for a name that is unknown.
    fn policies_of_role(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<PrincipalPolicies, StoreError>;

    /// The ARN of the user or role with this unique id, in whichever account.
    fn iam_principal_arn(&mut self, id: &str) -> Result<Option<String>, StoreError>;

    /// The account's alias.
    fn account_alias(&mut self, account: &AccountId) -> Result<Option<String>, StoreError>;
    /// Gives the account an alias in place of the one it had. [`StoreError::Duplicate`] if another account has it.
    fn put_account_alias(&mut self, account: &AccountId, alias: &str) -> Result<(), StoreError>;
    /// Takes the account's alias away. Tells whether it had this one.
    fn delete_account_alias(
        &mut self,
        account: &AccountId,
        alias: &str,
    ) -> Result<bool, StoreError>;

    /// How many entities of each kind the account holds.
    fn iam_counts(&mut self, account: &AccountId) -> Result<IamCounts, StoreError>;
}
