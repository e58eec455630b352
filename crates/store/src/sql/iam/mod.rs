//! The iam port's SQL, one file a kind of entity.

mod alias;
mod attachment;
mod group;
mod inline;
mod key;
mod policies;
mod policy;
mod role;
mod user;

use atrium_model::AccountId;
use atrium_model::iam::{
    AccessKey, AccessKeyUse, Group, Holder, HolderKind, IamCounts, ManagedPolicy, PolicyDocument,
    PolicyUsage, PolicyVersion, PrincipalPolicies, Role, Tag, User,
};

use crate::StoreError;
use crate::ports::{IamList, IamTx, PolicyUse};
use crate::tx::SqlTx;

/// The spelling under which a name is found.
fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

fn tags(tags: &[Tag]) -> Result<String, StoreError> {
    serde_json::to_string(tags).map_err(StoreError::corrupt)
}

impl IamTx for SqlTx<'_> {
    fn insert_iam_user(&mut self, user: &User) -> Result<(), StoreError> {
        user::insert(self, user)
    }

    fn iam_user(&mut self, account: &AccountId, name: &str) -> Result<Option<User>, StoreError> {
        user::find(self, account, name)
    }

    fn iam_user_by_id(
        &mut self,
        account: &AccountId,
        id: &str,
    ) -> Result<Option<User>, StoreError> {
        user::by_id(self, account, id)
    }

    fn iam_users(&mut self, list: IamList<'_>) -> Result<Vec<User>, StoreError> {
        user::list(self, list)
    }

    fn update_iam_user(&mut self, user: &User) -> Result<bool, StoreError> {
        user::update(self, user)
    }

    fn delete_iam_user(&mut self, account: &AccountId, id: &str) -> Result<bool, StoreError> {
        user::delete(self, account, id)
    }

    fn insert_access_key(&mut self, key: &AccessKey) -> Result<(), StoreError> {
        key::insert(self, key)
    }

    fn access_key(&mut self, id: &str) -> Result<Option<AccessKey>, StoreError> {
        key::find(self, id)
    }

    fn access_keys(
        &mut self,
        account: &AccountId,
        user_id: Option<&str>,
        after: &str,
        limit: i64,
    ) -> Result<Vec<AccessKey>, StoreError> {
        key::list(self, account, user_id, after, limit)
    }

    fn set_access_key_active(
        &mut self,
        account: &AccountId,
        id: &str,
        active: bool,
    ) -> Result<bool, StoreError> {
        key::set_active(self, account, id, active)
    }

    fn delete_access_key(&mut self, account: &AccountId, id: &str) -> Result<bool, StoreError> {
        key::delete(self, account, id)
    }

    fn access_key_use(&mut self, id: &str) -> Result<Option<AccessKeyUse>, StoreError> {
        key::last_use(self, id)
    }

    fn note_access_key_use(&mut self, id: &str, used: &AccessKeyUse) -> Result<(), StoreError> {
        key::note_use(self, id, used)
    }

    fn insert_role(&mut self, role: &Role) -> Result<(), StoreError> {
        role::insert(self, role)
    }

    fn role(&mut self, account: &AccountId, name: &str) -> Result<Option<Role>, StoreError> {
        role::find(self, account, name)
    }

    fn role_by_id(&mut self, account: &AccountId, id: &str) -> Result<Option<Role>, StoreError> {
        role::by_id(self, account, id)
    }

    fn roles(&mut self, list: IamList<'_>) -> Result<Vec<Role>, StoreError> {
        role::list(self, list)
    }

    fn update_role(&mut self, role: &Role) -> Result<bool, StoreError> {
        role::update(self, role)
    }

    fn delete_role(&mut self, account: &AccountId, id: &str) -> Result<bool, StoreError> {
        role::delete(self, account, id)
    }

    fn insert_iam_group(&mut self, group: &Group) -> Result<(), StoreError> {
        group::insert(self, group)
    }

    fn iam_group(&mut self, account: &AccountId, name: &str) -> Result<Option<Group>, StoreError> {
        group::find(self, account, name)
    }

    fn iam_groups(&mut self, list: IamList<'_>) -> Result<Vec<Group>, StoreError> {
        group::list(self, list)
    }

    fn update_iam_group(&mut self, group: &Group) -> Result<bool, StoreError> {
        group::update(self, group)
    }

    fn delete_iam_group(&mut self, account: &AccountId, id: &str) -> Result<bool, StoreError> {
        group::delete(self, account, id)
    }

    fn add_iam_group_member(
        &mut self,
        account: &AccountId,
        group_id: &str,
        user_id: &str,
    ) -> Result<(), StoreError> {
        group::add_member(self, account, group_id, user_id)
    }

    fn remove_iam_group_member(
        &mut self,
        account: &AccountId,
        group_id: &str,
        user_id: &str,
    ) -> Result<bool, StoreError> {
        group::remove_member(self, account, group_id, user_id)
    }

    fn iam_group_members(
        &mut self,
        account: &AccountId,
        group_id: &str,
        after: &str,
        limit: i64,
    ) -> Result<Vec<User>, StoreError> {
        group::members(self, account, group_id, after, limit)
    }

    fn iam_groups_of_user(
        &mut self,
        account: &AccountId,
        user_id: &str,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Group>, StoreError> {
        group::of_user(self, account, user_id, after, limit)
    }

    fn insert_managed_policy(&mut self, policy: &ManagedPolicy) -> Result<(), StoreError> {
        policy::insert(self, policy)
    }

    fn managed_policy(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<ManagedPolicy>, StoreError> {
        policy::find(self, account, name)
    }

    fn managed_policies(&mut self, list: IamList<'_>) -> Result<Vec<ManagedPolicy>, StoreError> {
        policy::list(self, list)
    }

    fn update_managed_policy(&mut self, policy: &ManagedPolicy) -> Result<bool, StoreError> {
        policy::update(self, policy)
    }

    fn delete_managed_policy(&mut self, account: &AccountId, id: &str) -> Result<bool, StoreError> {
        policy::delete(self, account, id)
    }

    fn insert_policy_version(
        &mut self,
        account: &AccountId,
        policy_id: &str,
        version: &PolicyVersion,
    ) -> Result<(), StoreError> {
        policy::insert_version(self, account, policy_id, version)
    }

    fn policy_version(
        &mut self,
        account: &AccountId,
        policy_id: &str,
        number: i64,
    ) -> Result<Option<PolicyVersion>, StoreError> {
        policy::version(self, account, policy_id, number)
    }

    fn policy_versions(
        &mut self,
        account: &AccountId,
        policy_id: &str,
        below: i64,
        limit: i64,
    ) -> Result<Vec<PolicyVersion>, StoreError> {
        policy::versions(self, account, policy_id, below, limit)
    }

    fn delete_policy_version(
        &mut self,
        account: &AccountId,
        policy_id: &str,
        number: i64,
    ) -> Result<bool, StoreError> {
        policy::delete_version(self, account, policy_id, number)
    }

    fn policy_document(
        &mut self,
        account: &AccountId,
        arn: &str,
    ) -> Result<Option<PolicyDocument>, StoreError> {
        policy::document(self, account, arn)
    }

    fn attach_managed_policy(
        &mut self,
        account: &AccountId,
        kind: HolderKind,
        holder_id: &str,
        policy_arn: &str,
    ) -> Result<(), StoreError> {
        attachment::attach(self, account, kind, holder_id, policy_arn)
    }

    fn detach_managed_policy(
        &mut self,
        account: &AccountId,
        holder_id: &str,
        policy_arn: &str,
    ) -> Result<bool, StoreError> {
        attachment::detach(self, account, holder_id, policy_arn)
    }

    fn attached_managed_policies(
        &mut self,
        account: &AccountId,
        holder_id: &str,
        after: &str,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        attachment::list(self, account, holder_id, after, limit)
    }

    fn policy_usage(
        &mut self,
        account: &AccountId,
        policy_arn: &str,
    ) -> Result<PolicyUsage, StoreError> {
        attachment::usage(self, account, policy_arn)
    }

    fn policy_holders(
        &mut self,
        account: &AccountId,
        policy_arn: &str,
        usage: PolicyUse,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Holder>, StoreError> {
        attachment::holders(self, account, policy_arn, usage, after, limit)
    }

    fn put_inline_policy(
        &mut self,
        account: &AccountId,
        holder_id: &str,
        policy: &PolicyDocument,
    ) -> Result<(), StoreError> {
        inline::put(self, account, holder_id, policy)
    }

    fn inline_policy(
        &mut self,
        account: &AccountId,
        holder_id: &str,
        name: &str,
    ) -> Result<Option<PolicyDocument>, StoreError> {
        inline::find(self, account, holder_id, name)
    }

    fn inline_policies(
        &mut self,
        account: &AccountId,
        holder_id: &str,
        after: &str,
        limit: i64,
    ) -> Result<Vec<PolicyDocument>, StoreError> {
        inline::list(self, account, holder_id, after, limit)
    }

    fn delete_inline_policy(
        &mut self,
        account: &AccountId,
        holder_id: &str,
        name: &str,
    ) -> Result<bool, StoreError> {
        inline::delete(self, account, holder_id, name)
    }

    fn policies_of_user(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<PrincipalPolicies, StoreError> {
        policies::of_user(self, account, name)
    }

    fn policies_of_role(
        &mut self,
        account: &AccountId,
        name: &str,
    ) -> Result<PrincipalPolicies, StoreError> {
        policies::of_role(self, account, name)
    }

    fn iam_principal_arn(&mut self, id: &str) -> Result<Option<String>, StoreError> {
        policies::principal_arn(self, id)
    }

    fn account_alias(&mut self, account: &AccountId) -> Result<Option<String>, StoreError> {
        alias::find(self, account)
    }

    fn put_account_alias(&mut self, account: &AccountId, alias: &str) -> Result<(), StoreError> {
        alias::put(self, account, alias)
    }

    fn delete_account_alias(
        &mut self,
        account: &AccountId,
        alias: &str,
    ) -> Result<bool, StoreError> {
        alias::delete(self, account, alias)
    }

    fn iam_counts(&mut self, account: &AccountId) -> Result<IamCounts, StoreError> {
        alias::counts(self, account)
    }
}
