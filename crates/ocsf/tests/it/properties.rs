//! Whatever a record is, its event is valid, and nothing of the record is lost.

use std::collections::BTreeSet;

use atrium_ocsf::{Class, Classes, Event, Kind, Shape as _, event};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::judge::problems;

const SOURCES: &[&str] = &[
    "sso",
    "identitystore",
    "sso-directory",
    "identitystore-scim",
    "iam",
    "sts",
    "signin",
    "s3",
];
const NAMES: &[&str] = &[
    "CreateInstance",
    "CreateAccountAssignment",
    "CreateUser",
    "CreateGroup",
    "CreateGroupMembership",
    "AttachGroupPolicy",
    "AttachUserPolicy",
    "ChangePassword",
    "AssumeRole",
    "ConsoleLogin",
    "UserAuthentication",
    "CheckMfa",
    "Authenticate",
    "TagResource",
    "UpdateIdentityStore",
    "ListUsers",
    "PatchGroup",
    "Über",
    "",
];
/// Names of a record's fields, at any depth.
const FIELDS: &[&str] = &[
    "userIdentity",
    "type",
    "arn",
    "ARN",
    "accountId",
    "principalId",
    "userName",
    "sessionContext",
    "sessionIssuer",
    "attributes",
    "creationDate",
    "mfaAuthenticated",
    "onBehalfOf",
    "userId",
    "identityStoreArn",
    "invokedBy",
    "sourceIPAddress",
    "vpcEndpointId",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "LoginTo",
    "MFAUsed",
    "CredentialType",
    "UserName",
    "serviceEventDetails",
    "requestID",
    "eventID",
    "eventType",
    "eventCategory",
    "eventVersion",
    "apiVersion",
    "awsRegion",
    "recipientAccountId",
    "resources",
    "readOnly",
    "group",
    "groupId",
    "groupName",
    "displayName",
    "user",
    "roleArn",
    "roleSessionName",
    "policyArn",
    "principalType",
    "targetId",
    "instanceArn",
    "name",
    "eventData",
    "UID",
    "httpBody",
    "operations",
    "op",
    "path",
    "value",
    "members",
    "a.b",
    "[]",
    "",
];
const TEXTS: &[&str] = &[
    "",
    "true",
    "GROUP",
    "ActivityAuditLog",
    "add",
    "members",
    "Success",
    "203.0.113.9",
    "::1",
    "AWS Internal",
    "2026-01-05T09:00:00Z",
    "-009999-01-01T00:00:00Z",
    "arn:::::",
    "https://x/?code=1",
    "Yes",
    "PASSWORD,TOTP",
    "HIDDEN_DUE_TO_SECURITY_REASONS",
    "\u{0}\u{7f}",
    "\u{1F600}",
];

fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => prop::sample::select(FIELDS).prop_map(str::to_owned),
        1 => ".{0,8}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(TEXTS).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => prop::collection::btree_map(field(), inner, 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn record() -> impl Strategy<Value = Map<String, Value>> {
    let fields = prop::collection::btree_map(field(), value(), 0..14);
    let (source, name) = (prop::sample::select(SOURCES), prop::sample::select(NAMES));
    let sent = prop::option::weighted(0.2, prop::collection::btree_map(field(), value(), 0..14));
    (fields, source, name, sent).prop_map(|(fields, source, name, sent)| {
        let mut record: Map<String, Value> = fields.into_iter().collect();
        if let Some(sent) = sent {
            record.insert("eventCategory".to_owned(), json!("ActivityAuditLog"));
            record.insert("eventData".to_owned(), json!(sent));
        }
        record.insert(
            "eventSource".to_owned(),
            json!(format!("{source}.amazonaws.com")),
        );
        record.insert("eventName".to_owned(), json!(name));
        record
    })
}

fn classes() -> impl Strategy<Value = Classes> {
    prop::sample::select(vec![Classes::Atrium, Classes::SecurityLake])
}

/// The texts, numbers and flags in a value.
fn leaves(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Null => {}
        Value::String(text) => drop(found.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
        Value::Object(members) => members.values().for_each(|member| leaves(member, found)),
        other => drop(found.insert(other.to_string())),
    }
}

/// Whether a value has the kind that its attribute tells, and no attribute that isn't told.
fn has_kind(kind: Kind, value: &Value) -> bool {
    match kind {
        Kind::Text | Kind::Time => value.is_string(),
        Kind::Flag => value.is_boolean(),
        Kind::Integer | Kind::Long => value.is_i64(),
        Kind::Map => value
            .as_object()
            .is_some_and(|members| members.values().all(Value::is_string)),
        Kind::List(item) => value
            .as_array()
            .is_some_and(|items| items.iter().all(|value| has_kind(*item, value))),
        Kind::Object(attributes) => value.as_object().is_some_and(|members| {
            members.iter().all(|(name, value)| {
                let told = attributes.iter().find(|attribute| attribute.name == name);
                told.is_some_and(|attribute| has_kind(attribute.kind, value))
            })
        }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_record_becomes_a_valid_event(record in record(), classes in classes(), seconds in 0_i64..4_000_000_000) {
        let time = Timestamp::from_second(seconds).unwrap();
        let made = serde_json::to_value(event(record.clone(), time, classes)).unwrap();
        prop_assert_eq!(problems(&made), Vec::<String>::new(), "{:#}", made);
        // Attributes are those that its class tells, in the kinds that columns are made of.
        let class = Class::ALL.into_iter().find(|class| made["class_uid"] == class.uid()).unwrap();
        prop_assert!(classes.all().contains(&class));
        prop_assert!(has_kind(Event::KIND, &made), "{:#}", made);
        let names: Vec<&str> = class.attributes().iter().map(|attribute| attribute.name).collect();
        for (name, _) in made.as_object().unwrap() {
            prop_assert!(names.contains(&name.as_str()), "{} in {:?}", name, class);
        }
    }

    #[test]
    fn nothing_of_a_record_is_lost(record in record(), classes in classes()) {
        let mut there = BTreeSet::new();
        // What is told in other words: the time, the moment a session began, an address, and whether a factor was used. A place to
        // go next loses its query.
        let mut told = record.clone();
        told.remove("eventTime");
        told.remove("sourceIPAddress");
        for words in ["attributes", "LoginTo", "MFAUsed"] {
            forget(&mut told, words);
        }
        leaves(&Value::Object(told), &mut there);
        let made = serde_json::to_value(event(record, Timestamp::UNIX_EPOCH, classes)).unwrap();
        let mut kept = BTreeSet::new();
        leaves(&made, &mut kept);
        let all: Vec<&String> = kept.iter().collect();
        for leaf in there {
            // Parameters are kept as JSON text, lists as joined texts.
            let written = serde_json::to_string(&leaf).unwrap();
            let inside = &written[1..written.len() - 1];
            prop_assert!(all.iter().any(|text| text.contains(&leaf) || text.contains(inside)), "{:?} is not in {:#}", leaf, made);
        }
    }
}

/// Removes fields of a name, wherever they are.
fn forget(members: &mut Map<String, Value>, name: &str) {
    members.remove(name);
    for member in members.values_mut() {
        match member {
            Value::Object(members) => forget(members, name),
            Value::Array(items) => {
                for item in items.iter_mut().filter_map(Value::as_object_mut) {
                    forget(item, name);
                }
            }
            _ => {}
        }
    }
}

/// Longer texts than the schema takes are cut, and nothing else is.
#[test]
fn long_texts_are_cut() {
    let record = json!({"eventName": "x".repeat(70_000), "userAgent": "ä".repeat(70_000), "errorCode": "ä".repeat(40_000)});
    let Value::Object(record) = record else {
        return;
    };
    let made = serde_json::to_value(event(record, Timestamp::UNIX_EPOCH, Classes::Atrium)).unwrap();
    assert_eq!(problems(&made), Vec::<String>::new());
    let length = |value: &Value| value.as_str().unwrap().chars().count();
    assert_eq!(length(&made["http_request"]["user_agent"]), 65_535);
    assert_eq!(length(&made["api"]["response"]["error"]), 40_000);
}
