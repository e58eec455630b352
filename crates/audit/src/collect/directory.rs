//! The people and groups of an identity store.

use std::collections::BTreeSet;

use aws_sdk_identitystore::Client;
use aws_sdk_identitystore::types::MemberId;
use futures::{StreamExt, stream};

use super::instance::{AT_ONCE, Reading};
use crate::client::{Rank, pages};
use crate::inventory::{Group, User};

const PAGE: i32 = 100;

/// Everybody in the store.
pub(super) async fn users(
    reading: &Reading<'_>,
    client: &Client,
    store: &str,
) -> Option<Vec<User>> {
    const OPERATION: &str = "identitystore:ListUsers";
    let listed = pages(OPERATION, async |token| {
        let list = || {
            let call = client
                .list_users()
                .identity_store_id(store)
                .max_results(PAGE);
            call.set_next_token(token.clone()).send()
        };
        let output = reading.session.call(Rank::Walk, OPERATION, list).await?;
        Ok((
            output.users().iter().map(user).collect(),
            output.next_token().map(str::to_owned),
        ))
    })
    .await;
    reading.kept(listed, store)
}

fn user(seen: &aws_sdk_identitystore::types::User) -> User {
    let mut emails: Vec<_> = seen.emails().iter().collect();
    emails.sort_by_key(|email| !email.primary());
    let external_ids = seen
        .external_ids()
        .iter()
        .map(|id| (id.issuer().to_owned(), id.id().to_owned()));
    User {
        id: seen.user_id().to_owned(),
        user_name: seen.user_name().map(str::to_owned),
        display_name: seen.display_name().map(str::to_owned),
        emails: emails
            .into_iter()
            .filter_map(|email| email.value())
            .filter(|value| !value.trim().is_empty())
            .map(str::to_owned)
            .collect(),
        external_ids: external_ids.collect(),
        status: seen.user_status().map(|status| status.as_str().to_owned()),
    }
}

/// Every group with its members.
pub(super) async fn groups(
    reading: &Reading<'_>,
    client: &Client,
    store: &str,
) -> Option<Vec<Group>> {
    const OPERATION: &str = "identitystore:ListGroups";
    let listed = pages(OPERATION, async |token| {
        let list = || {
            let call = client
                .list_groups()
                .identity_store_id(store)
                .max_results(PAGE);
            call.set_next_token(token.clone()).send()
        };
        let output = reading.session.call(Rank::Walk, OPERATION, list).await?;
        let groups = output.groups().iter().map(|group| Group {
            id: group.group_id().to_owned(),
            display_name: group.display_name().map(str::to_owned),
            members: None,
        });
        Ok((groups.collect(), output.next_token().map(str::to_owned)))
    })
    .await;
    let groups = reading.kept(listed, store)?;
    let filled = stream::iter(groups).map(async |mut group: Group| {
        group.members = members(reading, client, store, &group.id).await;
        group
    });
    Some(filled.buffer_unordered(AT_ONCE).collect().await)
}

async fn members(
    reading: &Reading<'_>,
    client: &Client,
    store: &str,
    group: &str,
) -> Option<BTreeSet<String>> {
    const OPERATION: &str = "identitystore:ListGroupMemberships";
    let listed = pages(OPERATION, async |token| {
        let list = || {
            let call = client
                .list_group_memberships()
                .identity_store_id(store)
                .group_id(group)
                .max_results(PAGE);
            call.set_next_token(token.clone()).send()
        };
        let output = reading.session.call(Rank::Walk, OPERATION, list).await?;
        let ids = output.group_memberships().iter().filter_map(|membership| {
            match membership.member_id() {
                Some(MemberId::UserId(id)) => Some(id.clone()),
                _ => None,
            }
        });
        Ok((ids.collect(), output.next_token().map(str::to_owned)))
    })
    .await;
    reading
        .kept(listed, group)
        .map(|ids| ids.into_iter().collect())
}
