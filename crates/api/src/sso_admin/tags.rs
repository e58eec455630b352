//! TagResource, UntagResource and ListTagsForResource, for instances and what belongs to them.

use atrium_directory::{TagError, put_tags};
use atrium_model::directory::Instance;
use atrium_model::{ApplicationId, Arn, InstanceId, PermissionSetId, TrustedTokenIssuerId};
use atrium_wire::WireError;
use atrium_wire::sso_admin::{self as wire, ops};

use super::instances::{find, in_primary_region};
use crate::call::store_failure;
use crate::identitystore::{cut, denied};
use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::TagResource>(tag_resource);
    registry.write::<ops::UntagResource>(untag_resource);
    registry.read::<ops::ListTagsForResource>(list_tags_for_resource);
}

/// The most tags in an answer; the model's `TagList`. A resource has fewer.
const PAGE: i64 = 75;

fn tag_resource(
    call: &mut Call<'_>,
    input: wire::TagResourceRequest,
) -> Result<wire::TagResourceResponse, WireError> {
    let arn = input.resource_arn;
    let tags = pairs(input.tags);
    let instance = open(
        call,
        "sso:TagResource",
        &arn,
        input.instance_arn.as_deref(),
        &tags,
    )?;
    let most = call.quotas().directory.tags;
    put(call, &instance, &arn, &tags, most)?;
    Ok(wire::TagResourceResponse {})
}

fn untag_resource(
    call: &mut Call<'_>,
    input: wire::UntagResourceRequest,
) -> Result<wire::UntagResourceResponse, WireError> {
    let arn = input.resource_arn;
    let keys: Vec<_> = input
        .tag_keys
        .iter()
        .map(|key| (key.clone(), String::new()))
        .collect();
    let instance = open(
        call,
        "sso:UntagResource",
        &arn,
        input.instance_arn.as_deref(),
        &keys,
    )?;
    for key in &input.tag_keys {
        call.tx
            .delete_tag(&instance, &arn, key)
            .map_err(store_failure)?;
    }
    Ok(wire::UntagResourceResponse {})
}

fn list_tags_for_resource(
    call: &mut Call<'_>,
    input: wire::ListTagsForResourceRequest,
) -> Result<wire::ListTagsForResourceResponse, WireError> {
    let arn = input.resource_arn;
    let instance = open(
        call,
        "sso:ListTagsForResource",
        &arn,
        input.instance_arn.as_deref(),
        &[],
    )?;
    let after = call.page::<String>(&arn, input.next_token.as_deref())?;
    let mut tags = call
        .tx
        .tags(&instance, &arn, after.as_deref(), PAGE + 1)
        .map_err(store_failure)?;
    let next_token = cut(&mut tags, PAGE).map(|(key, _)| call.next_token(&arn, key));
    let tags = tags
        .into_iter()
        .map(|(key, value)| wire::Tag { key, value })
        .collect();
    Ok(wire::ListTagsForResourceResponse {
        tags: Some(tags),
        next_token,
    })
}

/// The instance that a resource belongs to, once the caller may do `action` to the resource.
///
/// Whoever administers the instance may tag what belongs to it, and an application's account its application.
fn open(
    call: &mut Call<'_>,
    action: &str,
    arn: &str,
    instance_arn: Option<&str>,
    request_tags: &[(String, String)],
) -> Result<InstanceId, WireError> {
    let resource = Resource::parse(arn).ok_or_else(|| not_found(arn))?;
    if instance_arn.is_some_and(|given| !given.ends_with(&format!("/{}", resource.instance))) {
        return Err(WireError::validation(format!(
            "The resource {arn} does not belong to the given instance."
        )));
    }
    let found = find(call, &resource.instance)?;
    let tags = match &found {
        Some(_) => tags_of(call, &resource.instance, arn)?,
        None => Vec::new(),
    };
    authorize_tagged(call, action, arn, request_tags, &tags)?;
    let (instance, access) = found.ok_or_else(|| denied(call, action, arn))?;
    let owned = resource.account.as_deref() == Some(call.account().as_str());
    if !access.administers() && !owned {
        return Err(denied(call, action, arn));
    }
    call.works_on(&instance);
    if !matches!(resource.part, Part::Application(_)) {
        in_primary_region(call, &instance)?;
    }
    if resource.part.arn(call, &instance)?.as_deref() != Some(arn) {
        return Err(not_found(arn));
    }
    Ok(instance.id)
}

/// What a taggable ARN names.
struct Resource {
    instance: InstanceId,
    /// The account that an application belongs to.
    account: Option<String>,
    part: Part,
}

/// What of an instance can have tags.
enum Part {
    Itself,
    Application(ApplicationId),
    TrustedTokenIssuer(TrustedTokenIssuerId),
    PermissionSet(PermissionSetId),
}

impl Part {
    /// The ARN of what is kept under the id, if anything is.
    fn arn(&self, call: &mut Call<'_>, instance: &Instance) -> Result<Option<String>, WireError> {
        let id = &instance.id;
        let found = match self {
            Self::Itself => Ok(Some(instance.arn())),
            Self::Application(part) => call
                .tx
                .application(id, part)
                .map(|found| found.map(|application| application.arn())),
            Self::TrustedTokenIssuer(part) => call
                .tx
                .trusted_token_issuer(id, part)
                .map(|found| found.map(|issuer| issuer.arn())),
            Self::PermissionSet(part) => call
                .tx
                .permission_set(id, part)
                .map(|found| found.map(|set| set.arn().to_string())),
        };
        found.map_err(store_failure)
    }
}

impl Resource {
    fn parse(arn: &str) -> Option<Self> {
        let arn: Arn = arn.parse().ok()?;
        let mut segments = arn.resource().splitn(3, '/');
        let (kind, instance) = (segments.next()?, segments.next()?.parse().ok()?);
        let part = match (kind, segments.next()) {
            ("instance", None) => Part::Itself,
            ("application", Some(id)) => Part::Application(id.parse().ok()?),
            ("trustedTokenIssuer", Some(id)) => Part::TrustedTokenIssuer(id.parse().ok()?),
            ("permissionSet", Some(id)) => Part::PermissionSet(id.parse().ok()?),
            _ => return None,
        };
        Some(Self {
            account: (kind == "application").then(|| arn.account().to_owned()),
            instance,
            part,
        })
    }
}

fn not_found(arn: &str) -> WireError {
    WireError::not_found(format!("The resource {arn} was not found."))
}

/// Sets tags on what belongs to an instance, in AWS's words if they can't be set. The caller has been authorized.
pub(super) fn put(
    call: &mut Call<'_>,
    instance: &InstanceId,
    arn: &str,
    tags: &[(String, String)],
    quota: i64,
) -> Result<(), WireError> {
    put_tags(&mut *call.tx, instance, arn, tags, quota).map_err(tag_failure)
}

/// Tags as keys and values.
pub(super) fn pairs(tags: Vec<wire::Tag>) -> Vec<(String, String)> {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

/// The tags of a resource, for conditions on them.
pub(super) fn tags_of(
    call: &mut Call<'_>,
    instance: &InstanceId,
    arn: &str,
) -> Result<Vec<(String, String)>, WireError> {
    call.tx
        .tags(instance, arn, None, PAGE)
        .map_err(store_failure)
}

/// Authorizes an action with the condition keys that follow from the tags in the request and on the resource.
pub(super) fn authorize_tagged(
    call: &mut Call<'_>,
    action: &str,
    resource: &str,
    request_tags: &[(String, String)],
    resource_tags: &[(String, String)],
) -> Result<(), WireError> {
    let named = |prefix: &str, tags: &[(String, String)]| -> Vec<(String, String)> {
        tags.iter()
            .map(|(key, value)| (format!("{prefix}/{key}"), value.clone()))
            .collect()
    };
    let mut owned = named("aws:ResourceTag", resource_tags);
    // Removing tags names keys alone.
    if action != "sso:UntagResource" {
        owned.extend(named("aws:RequestTag", request_tags));
    }
    let tag_keys: Vec<&str> = request_tags.iter().map(|(key, _)| key.as_str()).collect();
    let values: Vec<[&str; 1]> = owned.iter().map(|(_, value)| [value.as_str()]).collect();
    let mut keys: Vec<(&str, &[&str])> = owned
        .iter()
        .zip(&values)
        .map(|((key, _), value)| (key.as_str(), &value[..]))
        .collect();
    if !tag_keys.is_empty() {
        keys.push(("aws:TagKeys", &tag_keys));
    }
    call.authorize(action, resource, &keys)
}

/// The answer when tags can't be set.
pub(super) fn tag_failure(error: TagError) -> WireError {
    match error {
        TagError::Reserved(key) => WireError::validation(format!(
            "The tag key {key} is not valid: keys that begin with aws: are reserved."
        )),
        TagError::Repeated(key) => {
            WireError::validation(format!("The tag key {key} appears more than once."))
        }
        TagError::Quota(limit) => WireError::new(
            "ServiceQuotaExceededException",
            format!("A resource can have at most {limit} tags."),
        ),
        TagError::Store(error) => store_failure(error),
    }
}
