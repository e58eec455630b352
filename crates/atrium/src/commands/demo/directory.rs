//! People, groups, memberships and applications of one instance.

use std::collections::HashMap;

use anyhow::Context;
use aws_config::SdkConfig;
use aws_sdk_identitystore::types::{Email, MemberId, Name};
use futures::{StreamExt, TryStreamExt, stream};

use super::calls::{Calls, unless};
use super::plan::{Directory, Group, User};

/// What AWS answers when something of that name is there already.
pub(super) const TAKEN: &[&str] = &["ConflictException"];
/// Objects that are dealt with at once; the limit on calls decides how many really are.
const AT_ONCE: usize = 32;

/// An instance that is being filled.
pub(super) struct Filling<'a> {
    pub(super) calls: &'a Calls,
    pub(super) sso: aws_sdk_ssoadmin::Client,
    store: aws_sdk_identitystore::Client,
    pub(super) instance_arn: String,
    store_id: String,
}

impl<'a> Filling<'a> {
    /// An instance, reached with the configuration of its account and Region.
    pub(super) fn new(
        calls: &'a Calls,
        config: &SdkConfig,
        instance_arn: &str,
        store_id: &str,
    ) -> Self {
        Self {
            calls,
            sso: aws_sdk_ssoadmin::Client::new(config),
            store: aws_sdk_identitystore::Client::new(config),
            instance_arn: instance_arn.to_owned(),
            store_id: store_id.to_owned(),
        }
    }

    /// Makes what is missing. Answers the ids of users and of groups in the order of the plan.
    pub(super) async fn fill(
        &self,
        directory: &Directory,
    ) -> anyhow::Result<(Vec<String>, Vec<String>)> {
        let users = self.users(&directory.users).await?;
        let groups = self.groups(&directory.groups).await?;
        self.memberships(&directory.groups, &groups, &users).await?;
        let known = self.known_applications().await?;
        stream::iter(&directory.applications)
            .map(async |one| {
                self.application(one, known.get(one.name), &users, &groups)
                    .await
            })
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await?;
        Ok((users, groups))
    }

    async fn users(&self, planned: &[User]) -> anyhow::Result<Vec<String>> {
        let mut known = HashMap::new();
        let mut token = None;
        loop {
            let list = || {
                self.store
                    .list_users()
                    .identity_store_id(&self.store_id)
                    .set_next_token(token.clone())
                    .send()
            };
            let page = self.calls.make("ListUsers", list).await?;
            let named = page
                .users()
                .iter()
                .filter_map(|user| Some((user.user_name()?, user.user_id())));
            known.extend(named.map(|(name, id)| (name.to_lowercase(), id.to_owned())));
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        stream::iter(planned)
            .map(
                async |user| match known.get(&user.user_name.to_lowercase()) {
                    Some(id) => {
                        self.calls.count("Users", false);
                        Ok(id.clone())
                    }
                    None => self.create_user(user).await,
                },
            )
            .buffered(AT_ONCE)
            .try_collect()
            .await
    }

    async fn create_user(&self, user: &User) -> anyhow::Result<String> {
        let name = Name::builder()
            .given_name(&user.given)
            .family_name(&user.family)
            .build();
        let emails = user.email.iter().map(|value| {
            Email::builder()
                .value(value)
                .r#type("work")
                .primary(true)
                .build()
        });
        let emails: Vec<Email> = emails.collect();
        let create = || {
            self.store
                .create_user()
                .identity_store_id(&self.store_id)
                .user_name(&user.user_name)
                .name(name.clone())
                .display_name(format!("{} {}", user.given, user.family))
                .title(user.title)
                .set_emails((!emails.is_empty()).then(|| emails.clone()))
                .send()
        };
        let output = self
            .calls
            .make("CreateUser", create)
            .await
            .with_context(|| format!("user `{}`", user.user_name))?;
        self.calls.count("Users", true);
        Ok(output.user_id().to_owned())
    }

    async fn groups(&self, planned: &[Group]) -> anyhow::Result<Vec<String>> {
        let mut known = HashMap::new();
        let mut token = None;
        loop {
            let list = || {
                self.store
                    .list_groups()
                    .identity_store_id(&self.store_id)
                    .set_next_token(token.clone())
                    .send()
            };
            let page = self.calls.make("ListGroups", list).await?;
            let named = page
                .groups()
                .iter()
                .filter_map(|group| Some((group.display_name()?, group.group_id())));
            known.extend(named.map(|(name, id)| (name.to_owned(), id.to_owned())));
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        stream::iter(planned)
            .map(async |group| {
                let found = known.get(&group.name).cloned();
                self.calls.count("Groups", found.is_none());
                if let Some(id) = found {
                    return anyhow::Ok(id);
                }
                let create = || {
                    let call = self.store.create_group().identity_store_id(&self.store_id);
                    call.display_name(&group.name)
                        .description(&group.description)
                        .send()
                };
                let output = self.calls.make("CreateGroup", create).await?;
                Ok(output.group_id().to_owned())
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await
    }

    async fn memberships(
        &self,
        planned: &[Group],
        groups: &[String],
        users: &[String],
    ) -> anyhow::Result<()> {
        let pairs = planned.iter().zip(groups).flat_map(|(group, id)| {
            let members = group.members.iter().filter_map(|place| users.get(*place));
            members.map(move |user| (id, user))
        });
        stream::iter(pairs)
            .map(async |(group, user)| {
                let create = || {
                    let call = self
                        .store
                        .create_group_membership()
                        .identity_store_id(&self.store_id);
                    call.group_id(group)
                        .member_id(MemberId::UserId(user.clone()))
                        .send()
                };
                let made = unless(
                    self.calls.make("CreateGroupMembership", create).await,
                    TAKEN,
                )?;
                self.calls.count("Memberships", made.is_some());
                anyhow::Ok(())
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }
}
