//! Inputs and outputs as audit events show them.

use serde_json::{Map, Value};

use crate::dialect::lower_first;
use crate::meta::{Kind, MemberMeta, OperationMeta, ShapeMeta};
use crate::timestamp;

/// What stands for a sensitive value in an event, as in AWS's own.
pub const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Members that hold secrets, or what is known of a person, though the model doesn't say so: shape and member, each of any
/// service.
const SECRET: [(&str, &str); 13] = [
    ("AttributeOperation", "AttributeValue"),
    ("AwsAdditionalDetails", "identityContext"),
    ("CreateTokenRequest", "code"),
    ("CreateTokenRequest", "deviceCode"),
    ("CreateTokenWithIAMRequest", "code"),
    ("CreateUserRequest", "Extensions"),
    ("DescribeUserResponse", "Extensions"),
    ("LoginProfile", "Password"),
    ("ProvidedContext", "ContextAssertion"),
    ("StartDeviceAuthorizationResponse", "deviceCode"),
    ("StartDeviceAuthorizationResponse", "userCode"),
    ("UniqueAttribute", "AttributeValue"),
    ("User", "Extensions"),
];

/// Members that events leave out altogether.
const LEFT_OUT: [(&str, &str); 4] = [
    // They stand in event data stores, as records of their own.
    ("PutAuditEventsRequest", "auditEvents"),
    ("Credentials", "SecretAccessKey"),
    ("AccessKey", "SecretAccessKey"),
    ("RoleCredentials", "secretAccessKey"),
];

/// `requestParameters` of an event; null when there are none.
pub fn event_parameters(operation: &OperationMeta, input: &Value) -> Value {
    side(operation.input, input)
}

/// `responseElements` of an event; null when there are none.
pub fn event_elements(operation: &OperationMeta, output: &Value) -> Value {
    side(operation.output, output)
}

fn side(shape: Option<&'static ShapeMeta>, value: &Value) -> Value {
    match shape.map(|shape| redact(shape, value)) {
        Some(Value::Object(map)) if !map.is_empty() => Value::Object(map),
        _ => Value::Null,
    }
}

/// `value` without its secrets, member names with a small first letter, times as Java prints them.
///
/// Members that `shape` doesn't know are left out.
pub fn redact(shape: &ShapeMeta, value: &Value) -> Value {
    if shape.sensitive && !value.is_null() {
        return HIDDEN.into();
    }
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(map)) => {
            let members = shape
                .members
                .iter()
                .filter(|member| !listed(&LEFT_OUT, shape, member));
            let shown = members.filter_map(|member| {
                let value = map.get(member.name).filter(|value| !value.is_null())?;
                let secret = listed(&SECRET, shape, member) || member.name == "accessToken";
                let value = if secret {
                    HIDDEN.into()
                } else {
                    redact(member.shape, value)
                };
                Some((lower_first(member.name), value))
            });
            Value::Object(shown.collect())
        }
        (Kind::List, Value::Array(items)) => match shape.item {
            Some(inner) => items.iter().map(|item| redact(inner.shape, item)).collect(),
            None => Value::Null,
        },
        (Kind::Map, Value::Object(map)) => match (shape.key, shape.value) {
            (Some(key), Some(_)) if key.shape.sensitive => HIDDEN.into(),
            (_, Some(inner)) => map
                .iter()
                .map(|(key, value)| (key.clone(), redact(inner.shape, value)))
                .collect::<Map<_, _>>()
                .into(),
            _ => Value::Null,
        },
        (Kind::Timestamp, value) => {
            timestamp::from_epoch(value).map_or(Value::Null, |time| timestamp::java(time).into())
        }
        (_, value) => value.clone(),
    }
}

fn listed(list: &[(&str, &str)], shape: &ShapeMeta, member: &MemberMeta) -> bool {
    list.contains(&(shape.name, member.name))
}
