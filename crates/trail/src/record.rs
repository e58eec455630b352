use serde_json::{Map, Value, json};

use crate::facts::{CallFacts, EventKind, Resource};
use crate::identity::user_identity;
use crate::limits;
use crate::text::iso_seconds;

/// The version of the records' form.
pub const EVENT_VERSION: &str = "1.11";

/// The CloudTrail record of a call, its fields in AWS's order.
///
/// A record never exceeds 256 KB: long texts are cut, large parameters left out, as CloudTrail documents it.
pub fn record(facts: &CallFacts<'_>) -> Value {
    let mut record = whole(facts);
    limits::shrink(&mut record);
    Value::Object(record)
}

/// The record as JSON text.
pub(crate) fn text(facts: &CallFacts<'_>) -> String {
    let mut record = Value::Object(whole(facts));
    let text = record.to_string();
    if text.len() <= limits::RECORD {
        return text;
    }
    if let Value::Object(fields) = &mut record {
        limits::shrink(fields);
    }
    record.to_string()
}

/// The record before anything is left out to make it fit.
fn whole(facts: &CallFacts<'_>) -> Map<String, Value> {
    let mut record = Map::new();
    let mut put = |name: &str, value: Value| drop(record.insert(name.to_owned(), value));
    put("eventVersion", EVENT_VERSION.into());
    put("userIdentity", user_identity(facts.caller, facts.account));
    put("eventTime", iso_seconds(facts.time).into());
    put(
        "eventSource",
        limits::text(facts.event_source, limits::NAME).into(),
    );
    put(
        "eventName",
        limits::text(facts.operation, limits::NAME).into(),
    );
    put("awsRegion", facts.region.as_str().into());
    put(
        "sourceIPAddress",
        limits::text(facts.source_ip, limits::NAME).into(),
    );
    if let Some(agent) = facts.user_agent.filter(|agent| !agent.is_empty()) {
        put("userAgent", limits::text(agent, limits::TEXT).into());
    }
    let failed = facts.error.is_some();
    if let Some((code, message)) = facts.error {
        put("errorCode", limits::text(code, limits::TEXT).into());
        if !message.is_empty() {
            put("errorMessage", limits::text(message, limits::TEXT).into());
        }
    }
    let called = facts.kind == EventKind::ApiCall;
    let keeps = keeps_answer(facts.event_source, facts.operation, facts.read_only);
    let answers = !failed && called && keeps;
    put(
        "requestParameters",
        limits::parameters(facts.request_parameters.as_ref().filter(|_| called)),
    );
    put(
        "responseElements",
        limits::parameters(facts.response_elements.as_ref().filter(|_| answers)),
    );
    if let Some(data) = limits::additional(facts.additional_event_data.as_ref()) {
        put("additionalEventData", data);
    }
    put(
        "requestID",
        limits::text(facts.request_id, limits::NAME).into(),
    );
    put("eventID", facts.event_id.into());
    put("readOnly", facts.read_only.into());
    if !facts.resources.is_empty() {
        put(
            "resources",
            facts
                .resources
                .iter()
                .take(limits::RESOURCES)
                .map(resource)
                .collect(),
        );
    }
    let (kind, details) = match &facts.kind {
        EventKind::ApiCall => ("AwsApiCall", None),
        EventKind::ServiceEvent(details) => ("AwsServiceEvent", details.as_ref()),
    };
    put("eventType", kind.into());
    if let Some(version) = facts.api_version {
        put("apiVersion", version.into());
    }
    put("managementEvent", true.into());
    put("recipientAccountId", facts.account.as_str().into());
    if let Some(shared) = facts.shared_event_id {
        put("sharedEventID", shared.into());
    }
    match limits::parameters(details) {
        Value::Null => {}
        details => put("serviceEventDetails", details),
    }
    put("eventCategory", "Management".into());
    let mut tls = Map::new();
    if let Some(details) = &facts.tls {
        tls.insert("tlsVersion".into(), details.version.as_str().into());
        tls.insert("cipherSuite".into(), details.cipher_suite.as_str().into());
    }
    if let Some(host) = facts.host_header.filter(|host| !host.is_empty()) {
        tls.insert(
            "clientProvidedHostHeader".into(),
            limits::text(host, limits::TEXT).into(),
        );
    }
    if !tls.is_empty() {
        put("tlsDetails", tls.into());
    }
    record
}

/// STS's operations that only read and begin no session.
const NO_SESSION: &[&str] = &[
    "DecodeAuthorizationMessage",
    "GetAccessKeyInfo",
    "GetCallerIdentity",
    "GetDelegatedAccessToken",
    "GetWebIdentityToken",
];

/// Whether records of such calls hold `responseElements`; callers need not prepare them otherwise.
///
/// Reading answers nothing worth keeping, but STS's answers tell which session came of the call.
pub fn keeps_answer(event_source: &str, operation: &str, read_only: bool) -> bool {
    let begins_session = event_source == "sts.amazonaws.com" && !NO_SESSION.contains(&operation);
    !read_only || begins_session
}

fn resource(resource: &Resource) -> Value {
    let (kind, arn) = (
        limits::text(&resource.kind, limits::NAME),
        limits::text(&resource.arn, limits::ARN),
    );
    match &resource.account {
        Some(account) => json!({"accountId": account.as_str(), "type": kind, "ARN": arn}),
        None => json!({"type": kind, "ARN": arn}),
    }
}

#[cfg(test)]
mod tests {
    use atrium_model::trail::{AdvancedEventSelector, FieldSelector, Selectors};
    use atrium_model::{AccountId, Region, Timestamp};
    use proptest::prelude::*;

    use super::*;
    use crate::rules::envelope;
    use crate::{event, resources_of, selected};

    /// Any JSON, inside many lists and objects.
    fn deep() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            any::<i64>().prop_map(Value::from),
            // No more digits than are read again as they are written.
            any::<i32>().prop_map(|number| (f64::from(number) / 4.0).into()),
            "(?s).{0,9}".prop_map(Value::from),
        ];
        let branches = scalar.prop_recursive(4, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map("(?s).{0,5}", inner, 0..4)
                    .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
            ]
        });
        (branches, prop::collection::vec(any::<bool>(), 0..300)).prop_map(|(inner, wrappings)| {
            wrappings
                .into_iter()
                .fold(inner, |inner, is_list| match is_list {
                    true => json!([inner]),
                    false => json!({"x": inner}),
                })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever was asked and answered, who reads the record for a rule, a selector or a look-up can read it.
        #[test]
        fn every_record_is_read_again(values in prop::collection::vec(deep(), 4)) {
            let account: AccountId = "444455556666".parse().expect("an account");
            let [asked, answered, more, details] = <[Value; 4]>::try_from(values).expect("four");
            let called = CallFacts {
                caller: None,
                operation: "PutApplicationAuthenticationMethod",
                event_source: "sso.amazonaws.com",
                api_version: None,
                region: &Region::US_EAST_1,
                account: &account,
                source_ip: "203.0.113.9",
                user_agent: None,
                request_id: "r-1",
                event_id: "e-1",
                time: Timestamp::from_millis(1_767_603_662_999),
                read_only: false,
                request_parameters: Some(json!({"method": asked})),
                response_elements: Some(answered),
                error: None,
                resources: vec![Resource { account: None, kind: "T".into(), arn: "arn:a".into() }],
                additional_event_data: Some(more),
                tls: None,
                host_header: None,
                shared_event_id: None,
                kind: EventKind::ApiCall,
            };
            let told = CallFacts { kind: EventKind::ServiceEvent(Some(details)), ..called.clone() };
            let of_resource = FieldSelector {
                field: "resources.ARN".into(),
                equals: vec!["arn:a".into()],
                ..FieldSelector::default()
            };
            let selectors = Selectors::Advanced(vec![AdvancedEventSelector {
                fields: vec![of_resource],
                name: None,
            }]);
            for facts in [called, told] {
                let kept = event(&facts);
                let sent = envelope(&kept).expect("a rule reads it");
                prop_assert_eq!(&sent["detail"], &record(&facts));
                prop_assert!(serde_json::from_str::<Value>(&sent.to_string()).is_ok());
                prop_assert!(selected(&selectors, &kept));
                prop_assert_eq!(resources_of(&kept), [("T".to_owned(), "arn:a".to_owned())]);
            }
        }
    }

    #[test]
    fn of_what_reads_only_sessions_are_kept() {
        let cases = [
            ("AssumeRole", true),
            ("AssumeRoleWithSAML", true),
            ("AssumeRoleWithWebIdentity", true),
            ("GetFederationToken", true),
            ("GetSessionToken", true),
            ("GetCallerIdentity", false),
            ("GetAccessKeyInfo", false),
            ("DecodeAuthorizationMessage", false),
        ];
        for (operation, want) in cases {
            let kept = keeps_answer("sts.amazonaws.com", operation, true);
            assert_eq!(kept, want, "{operation}");
        }
        assert!(!keeps_answer("iam.amazonaws.com", "GetUser", true));
        assert!(keeps_answer("iam.amazonaws.com", "CreateUser", false));
    }
}
