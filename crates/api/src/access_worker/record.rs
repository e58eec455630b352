//! The audit records of what the worker does in accounts: calls of IAM, made by Identity Center.

use atrium_access::{RoleChange, RoleChangeKind};
use atrium_model::access::AccessRequest;
use atrium_model::iam::Role;
use atrium_model::{AccountId, Caller, OpContext, Principal, Region, new_uuid};
use atrium_store::Event;
use atrium_trail::{CallFacts, EventKind};
use serde_json::{Value, json};

/// The service that calls.
const SERVICE: &str = "sso.amazonaws.com";
/// The role it calls as, in accounts that let it.
const SERVICE_ROLE: &str = "AWSServiceRoleForSSO";

/// The record of one change.
///
/// In the management account roles are made in the name of whoever asked, everything else is done as the service's own
/// role (observed on AWS).
pub(super) fn event(
    cx: &OpContext<'_>,
    request: &AccessRequest,
    management: Option<&AccountId>,
    change: &RoleChange,
) -> Event {
    let call = Call::of(change);
    let asker = request.asked.caller.as_ref().filter(|asker| {
        call.in_the_askers_name
            && management == Some(&change.account)
            && asker.account == change.account
    });
    let service = service_role(&change.account);
    let (source_ip, user_agent) = match asker {
        Some(_) => (SERVICE, "AWS Internal"),
        None => (SERVICE, SERVICE),
    };
    let mut event = atrium_trail::event(&CallFacts {
        caller: Some(asker.unwrap_or(&service)),
        operation: call.operation,
        event_source: "iam.amazonaws.com",
        api_version: None,
        // IAM is global: its records are in this Region.
        region: &Region::US_EAST_1,
        account: &change.account,
        source_ip,
        user_agent: Some(user_agent),
        request_id: &new_uuid(cx.random),
        event_id: &new_uuid(cx.random),
        time: cx.now(),
        read_only: false,
        request_parameters: Some(call.parameters),
        response_elements: call.elements,
        error: None,
        resources: Vec::new(),
        additional_event_data: None,
        tls: None,
        host_header: None,
        shared_event_id: None,
        kind: EventKind::ApiCall,
    });
    // The record doesn't show a key that the service didn't use, and says which service called.
    if let Ok(mut record) = serde_json::from_str::<Value>(&event.record)
        && let Some(identity) = record
            .get_mut("userIdentity")
            .and_then(Value::as_object_mut)
    {
        identity.insert("invokedBy".to_owned(), SERVICE.into());
        event.record = record.to_string();
    }
    event
}

fn service_role(account: &AccountId) -> Caller {
    Caller {
        account: account.clone(),
        principal: Principal::Role {
            // The role is not kept; its unique id follows from the account.
            id: format!("AROASSOAA{account}"),
            name: SERVICE_ROLE.to_owned(),
            path: format!("/aws-service-role/{SERVICE}/"),
            session_name: "AWS-SSO".to_owned(),
        },
        access_key_id: String::new(),
        session: None,
    }
}

/// A call of IAM.
struct Call {
    operation: &'static str,
    parameters: Value,
    elements: Option<Value>,
    in_the_askers_name: bool,
}

impl Call {
    fn of(change: &RoleChange) -> Self {
        let making = |operation, parameters| Self {
            operation,
            parameters,
            elements: None,
            in_the_askers_name: true,
        };
        let removing = |operation, parameters| Self {
            in_the_askers_name: false,
            ..making(operation, parameters)
        };
        match &change.kind {
            RoleChangeKind::SamlProviderCreated(name) => {
                let arn = format!("arn:aws:iam::{}:saml-provider/{name}", change.account);
                Self {
                    elements: Some(json!({ "sAMLProviderArn": arn })),
                    ..removing("CreateSAMLProvider", json!({ "name": name }))
                }
            }
            RoleChangeKind::RoleCreated(role) => Self {
                elements: Some(elements(role)),
                ..making("CreateRole", parameters(role))
            },
            RoleChangeKind::DescriptionUpdated { role, description } => making(
                "UpdateRole",
                json!({ "roleName": role, "description": description }),
            ),
            RoleChangeKind::BoundaryChanged {
                role,
                policy: Some(policy),
            } => making(
                "PutRolePermissionsBoundary",
                json!({ "roleName": role, "permissionsBoundary": policy }),
            ),
            RoleChangeKind::BoundaryChanged { role, policy: None } => {
                removing("DeleteRolePermissionsBoundary", json!({ "roleName": role }))
            }
            RoleChangeKind::PolicyAttached { role, policy } => making(
                "AttachRolePolicy",
                json!({ "roleName": role, "policyArn": policy }),
            ),
            RoleChangeKind::PolicyDetached { role, policy } => removing(
                "DetachRolePolicy",
                json!({ "roleName": role, "policyArn": policy }),
            ),
            RoleChangeKind::InlinePolicyPut {
                role,
                name,
                document,
            } => making(
                "PutRolePolicy",
                json!({ "roleName": role, "policyName": name, "policyDocument": document }),
            ),
            RoleChangeKind::InlinePolicyDeleted { role, name } => removing(
                "DeleteRolePolicy",
                json!({ "roleName": role, "policyName": name }),
            ),
            RoleChangeKind::RoleDeleted(role) => {
                removing("DeleteRole", json!({ "roleName": role }))
            }
        }
    }
}

fn parameters(role: &Role) -> Value {
    let mut parameters = json!({
        "path": role.path,
        "roleName": role.name,
        "assumeRolePolicyDocument": role.trust_policy,
        "maxSessionDuration": role.max_session_seconds,
    });
    if let Some(description) = &role.description {
        parameters["description"] = description.as_str().into();
    }
    if let Some(boundary) = &role.boundary {
        parameters["permissionsBoundary"] = boundary.as_str().into();
    }
    parameters
}

fn elements(role: &Role) -> Value {
    json!({
        "role": {
            "path": role.path,
            "roleName": role.name,
            "roleId": role.id,
            "arn": role.arn(),
            "assumeRolePolicyDocument": role.trust_policy,
        }
    })
}
