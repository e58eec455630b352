//! AddTags, RemoveTags and ListTags.

use atrium_model::iam::Tag;
use atrium_model::lake::{Channel, EventDataStore};
use atrium_model::trail::Trail;
use atrium_trail::channels::{add_channel_tags, find_channel, remove_channel_tags};
use atrium_trail::stores::{
    StoreName, StoreRuleError, add_store_tags, find_store, remove_store_tags,
};
use atrium_trail::trails::{TrailError, TrailName, add_tags, find_trail, remove_tags};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::failure;
use super::{channels, convert, find, stores};
use crate::call::store_failure;
use crate::{Call, Registry};

/// The most resources of one ListTags; CloudTrail API reference.
const RESOURCES: usize = 20;

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::AddTags>(add);
    registry.write::<ops::RemoveTags>(remove);
    registry.read::<ops::ListTags>(list);
}

/// Lends the condition keys that tags of a request are.
pub(super) fn with_keys<T>(
    tags: &[Tag],
    names: &[String],
    with: impl FnOnce(&[(&str, &[&str])]) -> T,
) -> T {
    let request: Vec<(String, [&str; 1])> = tags
        .iter()
        .map(|tag| (format!("aws:RequestTag/{}", tag.key), [tag.value.as_str()]))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut keys: Vec<(&str, &[&str])> = request
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_slice()))
        .collect();
    if !names.is_empty() {
        keys.push(("aws:TagKeys", &names));
    }
    with(&keys)
}

/// What has tags.
enum Resource {
    Trail(TrailName),
    Store(EventDataStore),
    Channel(Channel),
}

/// What a resource's ARN names, if the caller may do this with it.
fn permitted(call: &mut Call<'_>, resource: &str, tags: &[Tag]) -> Result<Resource, WireError> {
    let action = find::action(call);
    let names: Vec<String> = tags.iter().map(|tag| tag.key.clone()).collect();
    with_keys(tags, &names, |keys| call.authorize(&action, resource, keys))?;
    let Some((_, kind)) = resource
        .strip_prefix("arn:")
        .and_then(|arn| arn.rsplit_once(':'))
    else {
        return Err(failure(TrailError::Arn(resource.to_owned())));
    };
    if kind.starts_with("eventdatastore/") {
        return event_data_store(call, resource).map(Resource::Store);
    }
    if kind.starts_with("channel/") {
        let name = channels::parse(call, resource)?;
        let found = find_channel(&call.cx, &mut *call.tx, &name);
        let declared = |error: &WireError| call.operation.error(&error.code).is_some();
        return match found.map_err(channels::failure) {
            Ok(channel) => Ok(Resource::Channel(channel)),
            // ListTags has no exception of its own for it.
            Err(error) if !declared(&error) => Err(WireError::not_found(error.message)),
            Err(error) => Err(error),
        };
    }
    if !kind.starts_with("trail/") {
        return Err(WireError::new(
            "ResourceTypeNotSupportedException",
            format!("{resource} is not a resource that has tags here."),
        ));
    }
    let name = TrailName::parse(&call.cx, resource).map_err(failure)?;
    Ok(Resource::Trail(name))
}

fn event_data_store(call: &mut Call<'_>, arn: &str) -> Result<EventDataStore, WireError> {
    let name = StoreName::parse(&call.cx, arn).map_err(stores::failure)?;
    let store = find_store(&call.cx, &mut *call.tx, &name).map_err(stores::failure)?;
    find::works_on_store(call, &store.account, arn.to_owned());
    Ok(store)
}

/// What is said of a trail that is not there, or not here.
fn missing(error: TrailError) -> WireError {
    match error {
        TrailError::NotFound { arn, .. } => WireError::not_found(format!("Unknown trail: {arn}")),
        TrailError::HomeRegion(region) => {
            WireError::not_found(format!("The trail's home Region is {region}."))
        }
        error => failure(error),
    }
}

fn to_change(call: &mut Call<'_>, name: &TrailName) -> Result<Trail, WireError> {
    find::named_to_change(call, name).map_err(missing)
}

/// Tags of an event data store that is deleted don't change.
fn alive(store: EventDataStore) -> Result<EventDataStore, WireError> {
    match store.is_deleted() {
        true => Err(stores::failure(StoreRuleError::Inactive(store.arn()))),
        false => Ok(store),
    }
}

fn add(
    call: &mut Call<'_>,
    input: wire::AddTagsRequest,
) -> Result<wire::AddTagsResponse, WireError> {
    let tags = convert::tags_in(input.tags_list);
    match permitted(call, &input.resource_id, &tags)? {
        Resource::Trail(name) => {
            let trail = to_change(call, &name)?;
            let quotas = &call.quotas().trail;
            add_tags(&mut *call.tx, quotas, trail, tags).map_err(failure)?;
        }
        Resource::Store(store) => {
            let (store, quotas) = (alive(store)?, &call.quotas().lake);
            add_store_tags(&call.cx, &mut *call.tx, quotas, store, tags)
                .map_err(stores::failure)?;
        }
        Resource::Channel(channel) => {
            let quotas = &call.quotas().lake;
            add_channel_tags(&mut *call.tx, quotas, channel, tags).map_err(channels::failure)?;
        }
    }
    Ok(wire::AddTagsResponse {})
}

fn remove(
    call: &mut Call<'_>,
    input: wire::RemoveTagsRequest,
) -> Result<wire::RemoveTagsResponse, WireError> {
    let tags = convert::tags_in(input.tags_list);
    match permitted(call, &input.resource_id, &tags)? {
        Resource::Trail(name) => {
            let trail = to_change(call, &name)?;
            remove_tags(&mut *call.tx, trail, &tags).map_err(store_failure)?;
        }
        Resource::Store(store) => {
            let store = alive(store)?;
            remove_store_tags(&call.cx, &mut *call.tx, store, &tags).map_err(stores::failure)?;
        }
        Resource::Channel(channel) => {
            remove_channel_tags(&mut *call.tx, channel, &tags).map_err(channels::failure)?;
        }
    }
    Ok(wire::RemoveTagsResponse {})
}

fn list(
    call: &mut Call<'_>,
    input: wire::ListTagsRequest,
) -> Result<wire::ListTagsResponse, WireError> {
    if input.resource_id_list.len() > RESOURCES {
        return Err(WireError::validation(format!(
            "Specify at most {RESOURCES} resources."
        )));
    }
    if input.next_token.is_some() {
        // All fits on one page, so there never was such a token.
        call.page::<()>("", input.next_token.as_deref())?;
    }
    let mut found = Vec::new();
    for resource in input.resource_id_list {
        let tags = match permitted(call, &resource, &[])? {
            Resource::Trail(name) => {
                find_trail(&call.cx, &mut *call.tx, &name)
                    .map_err(missing)?
                    .tags
            }
            Resource::Store(store) => store.tags,
            Resource::Channel(channel) => channel.tags,
        };
        found.push(wire::ResourceTag {
            resource_id: Some(resource),
            tags_list: Some(convert::tags_out(tags)),
        });
    }
    Ok(wire::ListTagsResponse {
        resource_tag_list: Some(found),
        next_token: None,
    })
}
