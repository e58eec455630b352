use atrium_model::Region;
use atrium_model::lake::Ingestion;

use super::*;

fn channel(source: &str) -> Channel {
    Channel {
        account: "111122223333".parse().expect("an account"),
        id: "9c0f3f0e-1111-4222-8333-0123456789ab".to_owned(),
        region: Region::US_EAST_1,
        name: "the-channel".to_owned(),
        source: source.to_owned(),
        stores: Vec::new(),
        tags: Vec::new(),
        policy: None,
        ingestion: Ingestion::default(),
        created: Timestamp::default(),
    }
}

/// An event with something else in it; null removes it.
fn event(path: &str, value: Value) -> Value {
    let mut event = json!({
        "version": "1", "userIdentity": {"type": "person", "principalId": "ann", "details": {"team": "blue"}},
        "eventSource": "shop.example", "eventName": "Sell", "eventTime": "2026-01-05T09:01:02Z", "UID": "u-1",
        "recipientAccountId": "111122223333", "requestParameters": {"id": 1},
    });
    if let Some(place) = event.pointer_mut(path) {
        *place = value;
    } else {
        event[path.trim_start_matches('/')] = value;
    }
    event
}

fn put(data: &Value) -> Result<(String, Timestamp), EventTrouble> {
    audit_record(
        &channel("Custom"),
        "e-1",
        &data.to_string(),
        None,
        Timestamp::from_millis(1_767_700_000_000),
    )
}

#[test]
fn a_record_holds_the_event_as_it_came() {
    let data = format!("{:#}", event("/UID", json!("u-2")));
    let (record, time) = audit_record(
        &channel("Custom"),
        "e-1",
        &data,
        None,
        Timestamp::from_millis(1_767_700_000_000),
    )
    .expect("a record");
    assert!(!record.contains('\n'));
    assert_eq!(time.as_millis(), 1_767_603_662_000);
    let found: Value = serde_json::from_str(&record).expect("JSON");
    assert_eq!(found["eventData"], event("/UID", json!("u-2")));
    assert_eq!(found["eventCategory"], "ActivityAuditLog");
    assert_eq!(found["eventType"], "ActivityLog");
    assert_eq!(found["eventTime"], "2026-01-05T09:01:02Z");
    assert_eq!(found["eventID"], "e-1");
    assert_eq!(
        found["metadata"],
        json!({"ingestionTime": "2026-01-06T11:46:40Z",
        "channelARN": channel("Custom").arn()})
    );
}

#[test]
fn the_schema_is_kept() {
    let long = |length: usize| json!("x".repeat(length));
    let cases = [
        ("whole", event("/UID", json!("u")), None),
        ("another field", event("/more", json!([1])), None),
        (
            "without a zone",
            event("/eventTime", json!("2026-01-05T09:01:02")),
            None,
        ),
        (
            "no version",
            event("/version", json!(null)),
            Some("FieldNotFound"),
        ),
        (
            "an empty name",
            event("/eventName", json!("")),
            Some("FieldNotFound"),
        ),
        (
            "nobody",
            event("/userIdentity", json!(null)),
            Some("FieldNotFound"),
        ),
        (
            "no one",
            event("/userIdentity/principalId", json!(null)),
            Some("FieldNotFound"),
        ),
        ("a number", event("/UID", json!(1)), Some("InvalidData")),
        (
            "a person as text",
            event("/userIdentity", json!("ann")),
            Some("InvalidData"),
        ),
        (
            "parameters as text",
            event("/requestParameters", json!("none")),
            Some("InvalidData"),
        ),
        (
            "yesterday",
            event("/eventTime", json!("yesterday")),
            Some("InvalidData"),
        ),
        (
            "a day",
            event("/eventTime", json!("2026-01-05")),
            Some("InvalidData"),
        ),
        (
            "elsewhere's time",
            event("/eventTime", json!("2026-01-05T09:01:02+05:00")),
            Some("InvalidData"),
        ),
        (
            "a name as long as it may be",
            event("/eventName", long(1024)),
            None,
        ),
        (
            "a longer one",
            event("/eventName", long(1025)),
            Some("FieldTooLong"),
        ),
        (
            "much more",
            event("/additionalEventData", json!({"x": long(28 << 10)})),
            Some("FieldTooLong"),
        ),
        (
            "too much in all",
            event("/more", long(256 << 10)),
            Some("FieldTooLong"),
        ),
        (
            "another account",
            event("/recipientAccountId", json!("444455556666")),
            Some("InvalidRecipient"),
        ),
        (
            "no account",
            event("/recipientAccountId", json!("me")),
            Some("InvalidRecipient"),
        ),
        (
            "AWS's",
            event("/eventSource", json!("sso.amazonaws.com")),
            Some("InvalidEventSource"),
        ),
        ("a list", json!([]), Some("InvalidData")),
    ];
    for (case, data, want) in cases {
        let found = put(&data);
        assert_eq!(
            found.as_ref().err().map(EventTrouble::code),
            want,
            "{case}: {found:?}"
        );
    }
    let found = audit_record(&channel("Custom"), "e", "{", None, Timestamp::default());
    assert_eq!(found.expect_err("no JSON").code(), "InvalidData");
}

#[test]
fn a_checksum_is_that_of_the_data() {
    let data = event("/UID", json!("u")).to_string();
    let sum = STANDARD.encode(Sha256::digest(&data));
    let put = |sum: &str| {
        audit_record(
            &channel("Custom"),
            "e",
            &data,
            Some(sum),
            Timestamp::default(),
        )
    };
    assert!(put(&sum).is_ok());
    assert_eq!(put("x"), Err(EventTrouble::Checksum));
}

#[test]
fn an_event_that_is_too_deep_to_be_read_again_is_refused() {
    let nested = |levels: usize| (1..levels).fold(json!([]), |inner, _| json!([inner]));
    assert!(put(&event("/more", nested(63))).is_ok());
    for levels in [64, 120] {
        let refused = put(&event("/more", nested(levels)));
        assert!(
            matches!(refused, Err(EventTrouble::Data(_))),
            "{levels}: {refused:?}"
        );
    }
}
