//! Attributes for access control: CreateInstanceAccessControlAttributeConfiguration and its siblings.

use atrium_directory::{
    AccessControlError, InstanceAccess, create_access_control, delete_access_control,
    describe_access_control, update_access_control,
};
use atrium_model::control::AccessControlAttribute;
use atrium_wire::WireError;
use atrium_wire::sso_admin::{self as wire, ops};

use super::instances::{not_on_account_instances, open};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateInstanceAccessControlAttributeConfiguration>(create);
    registry.read::<ops::DescribeInstanceAccessControlAttributeConfiguration>(describe);
    registry.write::<ops::UpdateInstanceAccessControlAttributeConfiguration>(update);
    registry.write::<ops::DeleteInstanceAccessControlAttributeConfiguration>(delete);
}

fn create(
    call: &mut Call<'_>,
    input: wire::CreateInstanceAccessControlAttributeConfigurationRequest,
) -> Result<wire::CreateInstanceAccessControlAttributeConfigurationResponse, WireError> {
    let action = "sso:CreateInstanceAccessControlAttributeConfiguration";
    let (instance, _) = open(
        call,
        &input.instance_arn,
        action,
        InstanceAccess::administers,
    )?;
    let attributes = attributes_in(input.instance_access_control_attribute_configuration);
    create_access_control(&mut *call.tx, &instance, &attributes).map_err(failure)?;
    Ok(wire::CreateInstanceAccessControlAttributeConfigurationResponse {})
}

fn describe(
    call: &mut Call<'_>,
    input: wire::DescribeInstanceAccessControlAttributeConfigurationRequest,
) -> Result<wire::DescribeInstanceAccessControlAttributeConfigurationResponse, WireError> {
    let action = "sso:DescribeInstanceAccessControlAttributeConfiguration";
    let (instance, _) = open(
        call,
        &input.instance_arn,
        action,
        InstanceAccess::administers,
    )?;
    let found = describe_access_control(&mut *call.tx, &instance).map_err(failure)?;
    let access_control_attributes = found
        .into_iter()
        .map(|attribute| wire::AccessControlAttribute {
            key: attribute.key,
            value: wire::AccessControlAttributeValue {
                source: attribute.source,
            },
        })
        .collect();
    Ok(
        wire::DescribeInstanceAccessControlAttributeConfigurationResponse {
            // It is there as soon as it was asked for.
            status: Some("ENABLED".to_owned()),
            status_reason: None,
            instance_access_control_attribute_configuration: Some(
                wire::InstanceAccessControlAttributeConfiguration {
                    access_control_attributes,
                },
            ),
        },
    )
}

fn update(
    call: &mut Call<'_>,
    input: wire::UpdateInstanceAccessControlAttributeConfigurationRequest,
) -> Result<wire::UpdateInstanceAccessControlAttributeConfigurationResponse, WireError> {
    let action = "sso:UpdateInstanceAccessControlAttributeConfiguration";
    let (instance, _) = open(
        call,
        &input.instance_arn,
        action,
        InstanceAccess::administers,
    )?;
    let attributes = attributes_in(input.instance_access_control_attribute_configuration);
    update_access_control(&mut *call.tx, &instance, &attributes).map_err(failure)?;
    Ok(wire::UpdateInstanceAccessControlAttributeConfigurationResponse {})
}

fn delete(
    call: &mut Call<'_>,
    input: wire::DeleteInstanceAccessControlAttributeConfigurationRequest,
) -> Result<wire::DeleteInstanceAccessControlAttributeConfigurationResponse, WireError> {
    let action = "sso:DeleteInstanceAccessControlAttributeConfiguration";
    let (instance, _) = open(
        call,
        &input.instance_arn,
        action,
        InstanceAccess::administers,
    )?;
    delete_access_control(&mut *call.tx, &instance).map_err(failure)?;
    Ok(wire::DeleteInstanceAccessControlAttributeConfigurationResponse {})
}

fn attributes_in(
    configuration: wire::InstanceAccessControlAttributeConfiguration,
) -> Vec<AccessControlAttribute> {
    configuration
        .access_control_attributes
        .into_iter()
        .map(|attribute| AccessControlAttribute {
            key: attribute.key,
            source: attribute.value.source,
        })
        .collect()
}

fn failure(error: AccessControlError) -> WireError {
    match error {
        AccessControlError::AccountInstance => not_on_account_instances(),
        AccessControlError::Repeated(key) => {
            WireError::validation(format!("The attribute key {key} appears more than once."))
        }
        AccessControlError::AlreadyExists => WireError::conflict(
            "An access control attribute configuration already exists for this instance.",
        ),
        AccessControlError::NotFound => WireError::not_found(
            "No access control attribute configuration was found for this instance.",
        ),
        AccessControlError::Store(error) => store_failure(error),
    }
}
