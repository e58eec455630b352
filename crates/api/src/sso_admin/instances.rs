//! Instances: CreateInstance, DescribeInstance, UpdateInstance, DeleteInstance, ListInstances.

use atrium_directory::{
    AccessError, CreateInstanceError, InstanceAccess, InstanceChange, NewInstance,
    UpdateInstanceError, access_to_instance,
};
use atrium_model::InstanceId;
use atrium_model::directory::{Instance, InstanceKind};
use atrium_wire::WireError;
use atrium_wire::sso_admin::{self as wire, ops};

use super::regions::metadata_of_regions;
use super::tags::{authorize_tagged, pairs, tag_failure, tags_of};
use crate::call::store_failure;
use crate::identitystore::{cut, date, denied};
use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateInstance>(create_instance);
    registry.read::<ops::DescribeInstance>(describe_instance);
    registry.write::<ops::UpdateInstance>(update_instance);
    registry.write::<ops::DeleteInstance>(delete_instance);
    registry.read::<ops::ListInstances>(list_instances);
}

/// The most instances in an answer; the model's `InstanceList`.
const PAGE: i64 = 10;

fn create_instance(
    call: &mut Call<'_>,
    input: wire::CreateInstanceRequest,
) -> Result<wire::CreateInstanceResponse, WireError> {
    let tags = pairs(input.tags.unwrap_or_default());
    authorize_tagged(call, "sso:CreateInstance", "*", &tags, &[])?;
    call.idempotent(input.client_token.as_deref(), |call| {
        let new = NewInstance {
            name: input.name,
            tags: tags.clone(),
        };
        let quota = call.quotas().directory.tags;
        let instance = atrium_directory::create_instance(&call.cx, &mut *call.tx, new, quota)
            .map_err(create_failure)?;
        let arn = instance.arn();
        if !tags.is_empty() {
            authorize_tagged(call, "sso:TagResource", &arn, &tags, &[])?;
        }
        Ok(wire::CreateInstanceResponse {
            instance_arn: Some(arn),
        })
    })
}

fn create_failure(error: CreateInstanceError) -> WireError {
    match error {
        CreateInstanceError::ManagementAccount => WireError::validation(
            "Organization management account is not allowed to perform the operation.",
        ),
        CreateInstanceError::NotAllowed => WireError::access_denied(
            "Account instances of IAM Identity Center are not enabled in your organization.",
        ),
        CreateInstanceError::AlreadyExists => WireError::conflict(
            "An instance of IAM Identity Center already exists in this account.",
        ),
        CreateInstanceError::Tag(error) => tag_failure(error),
        CreateInstanceError::Store(error) => store_failure(error),
    }
}

fn describe_instance(
    call: &mut Call<'_>,
    input: wire::DescribeInstanceRequest,
) -> Result<wire::DescribeInstanceResponse, WireError> {
    let (instance, _) = open(
        call,
        &input.instance_arn,
        "sso:DescribeInstance",
        InstanceAccess::administers,
    )?;
    let key_type = match &instance.kms_key_arn {
        Some(_) => "CUSTOMER_MANAGED_KEY",
        None => "AWS_OWNED_KMS_KEY",
    };
    let permission_sets_enabled = match instance.kind {
        InstanceKind::Organization => Some(instance.permission_sets_enabled),
        InstanceKind::Account => None,
    };
    let encryption_status = match instance.encrypts_at(call.cx.now()) {
        true => "UPDATING",
        false => "ENABLED",
    };
    let shown = metadata(call, &instance)?;
    Ok(wire::DescribeInstanceResponse {
        instance_arn: shown.instance_arn,
        identity_store_id: shown.identity_store_id,
        identity_store_arn: shown.identity_store_arn,
        owner_account_id: shown.owner_account_id,
        name: shown.name,
        created_date: shown.created_date,
        status: shown.status,
        status_reason: shown.status_reason,
        primary_region: shown.primary_region,
        regions: shown.regions,
        encryption_configuration_details: Some(wire::EncryptionConfigurationDetails {
            key_type: Some(key_type.to_owned()),
            kms_key_arn: instance.kms_key_arn,
            encryption_status: Some(encryption_status.to_owned()),
            encryption_status_reason: None,
        }),
        network_configuration_details: None,
        permission_sets_enabled,
    })
}

fn update_instance(
    call: &mut Call<'_>,
    input: wire::UpdateInstanceRequest,
) -> Result<wire::UpdateInstanceResponse, WireError> {
    let (instance, _) = open(call, &input.instance_arn, "sso:UpdateInstance", owns)?;
    if input.network_configuration.is_some() {
        return Err(WireError::validation(
            "NetworkConfiguration is not supported by this service.",
        ));
    }
    let enable_permission_sets = match input.permission_sets_enabled {
        Some(true) if input.encryption_configuration.is_some() => {
            return Err(WireError::validation(
                "EncryptionConfiguration and PermissionSetsEnabled can't be set in the same request.",
            ));
        }
        Some(false) => {
            return Err(WireError::validation(
                "PermissionSetsEnabled can only be true: permission sets can't be disabled.",
            ));
        }
        enabled => enabled.is_some(),
    };
    let kms_key_arn = input.encryption_configuration.map(key_of).transpose()?;
    let change = InstanceChange {
        name: input.name,
        kms_key_arn,
        enable_permission_sets,
    };
    match atrium_directory::update_instance(&call.cx, &mut *call.tx, instance, change) {
        Ok(_) => Ok(wire::UpdateInstanceResponse {}),
        Err(UpdateInstanceError::AccountInstance) => Err(not_on_account_instances()),
        Err(UpdateInstanceError::EncryptionInProgress) => Err(WireError::conflict(
            "A change of the encryption configuration is already in progress.",
        )),
        Err(UpdateInstanceError::Store(error)) => Err(store_failure(error)),
    }
}

/// The key that an encryption configuration names, if it is the customer's.
fn key_of(configuration: wire::EncryptionConfiguration) -> Result<Option<String>, WireError> {
    match (configuration.key_type.as_str(), configuration.kms_key_arn) {
        ("CUSTOMER_MANAGED_KEY", Some(arn)) => Ok(Some(arn)),
        ("CUSTOMER_MANAGED_KEY", None) => Err(WireError::validation(
            "KmsKeyArn is required for KeyType CUSTOMER_MANAGED_KEY.",
        )),
        (_, Some(_)) => Err(WireError::validation(
            "KmsKeyArn is not allowed for KeyType AWS_OWNED_KMS_KEY.",
        )),
        (_, None) => Ok(None),
    }
}

fn delete_instance(
    call: &mut Call<'_>,
    input: wire::DeleteInstanceRequest,
) -> Result<wire::DeleteInstanceResponse, WireError> {
    let (instance, _) = open(call, &input.instance_arn, "sso:DeleteInstance", owns)?;
    atrium_directory::delete_instance(&call.cx, &mut *call.tx, &instance).map_err(store_failure)?;
    Ok(wire::DeleteInstanceResponse {})
}

fn list_instances(
    call: &mut Call<'_>,
    input: wire::ListInstancesRequest,
) -> Result<wire::ListInstancesResponse, WireError> {
    call.authorize("sso:ListInstances", "*", &[])?;
    let everywhere = input.region_scope.as_deref() == Some("ALL_REGIONS");
    let scope = if everywhere {
        "ALL_REGIONS"
    } else {
        "CURRENT_REGION"
    };
    let after = call.page::<InstanceId>(scope, input.next_token.as_deref())?;
    let limit = input.max_results.unwrap_or(PAGE).clamp(1, PAGE);
    let region = (!everywhere).then_some(call.cx.region);
    let mut found = atrium_directory::list_instances(
        &call.cx,
        &mut *call.tx,
        region,
        after.as_ref(),
        limit + 1,
    )
    .map_err(store_failure)?;
    let next_token = cut(&mut found, limit).map(|last| call.next_token(scope, &last.id));
    let instances = found
        .iter()
        .map(|instance| metadata(call, instance))
        .collect::<Result<_, _>>()?;
    Ok(wire::ListInstancesResponse {
        instances: Some(instances),
        next_token,
    })
}

fn metadata(call: &mut Call<'_>, instance: &Instance) -> Result<wire::InstanceMetadata, WireError> {
    Ok(wire::InstanceMetadata {
        instance_arn: Some(instance.arn()),
        identity_store_id: Some(instance.identity_store.to_string()),
        identity_store_arn: Some(instance.identity_store_arn()),
        owner_account_id: Some(instance.owner.to_string()),
        name: instance.name.clone(),
        created_date: Some(date(instance.created)),
        status: Some(instance.status.to_string()),
        status_reason: instance.status_reason.clone(),
        primary_region: Some(instance.region.to_string()),
        regions: Some(metadata_of_regions(call, instance)?),
    })
}

/// The refusal of what only organization instances have.
pub(super) fn not_on_account_instances() -> WireError {
    WireError::validation(
        "This operation is not supported for account instances of IAM Identity Center",
    )
}

/// Refuses what only organization instances have.
pub(super) fn only_organization(instance: &Instance) -> Result<(), WireError> {
    match instance.kind {
        InstanceKind::Organization => Ok(()),
        InstanceKind::Account => Err(not_on_account_instances()),
    }
}

/// Refuses to change an instance in a Region that it was only added to: there it can be read, and applications can be
/// looked after (user guide, "Using IAM Identity Center across multiple Regions").
pub(crate) fn in_primary_region(call: &Call<'_>, instance: &Instance) -> Result<(), WireError> {
    if instance.region == *call.cx.region || call.services.registry.only_reads(call.operation) {
        return Ok(());
    }
    Err(WireError::validation(format!(
        "This operation is only supported in the primary Region of the instance, {}.",
        instance.region
    )))
}

fn owns(access: InstanceAccess) -> bool {
    access == InstanceAccess::Owner
}

/// The instance of an ARN, once the caller may do `action` to it. Unknown, foreign and deleted ones look alike.
pub(super) fn open(
    call: &mut Call<'_>,
    arn: &str,
    action: &str,
    may: fn(InstanceAccess) -> bool,
) -> Result<(Instance, InstanceAccess), WireError> {
    open_with_tags(call, arn, action, &[], may)
}

/// [`open`] for a request that brings tags of something new in the instance.
pub(super) fn open_with_tags(
    call: &mut Call<'_>,
    arn: &str,
    action: &str,
    request_tags: &[(String, String)],
    may: fn(InstanceAccess) -> bool,
) -> Result<(Instance, InstanceAccess), WireError> {
    let found = instance_id(arn)
        .and_then(|id| find(call, &id).transpose())
        .transpose()?;
    let tags = match &found {
        Some((instance, _)) => tags_of(call, &instance.id, arn)?,
        None => Vec::new(),
    };
    authorize_tagged(call, action, arn, request_tags, &tags)?;
    let found = found
        .filter(|(instance, access)| may(*access) && instance.arn() == arn)
        .ok_or_else(|| denied(call, action, arn))?;
    call.works_on(&found.0);
    in_primary_region(call, &found.0)?;
    Ok(found)
}

/// The instance with this id and what the caller's account is to it; none if it is none of its business.
pub(super) fn find(
    call: &mut Call<'_>,
    id: &InstanceId,
) -> Result<Option<(Instance, InstanceAccess)>, WireError> {
    match access_to_instance(&call.cx, &mut *call.tx, id) {
        Ok(found) => Ok(Some(found)),
        Err(AccessError::NotFound | AccessError::Foreign) => Ok(None),
        Err(AccessError::Store(error)) => Err(store_failure(error)),
    }
}

fn instance_id(arn: &str) -> Option<InstanceId> {
    arn.rsplit_once('/')?.1.parse().ok()
}
