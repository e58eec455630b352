//! What is a record, and what becomes of it.

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::datatypes::TimestampMillisecondType;
use atrium_lake::record::{MAX_BYTES, Record, Refused, Rows, records_of};
use atrium_lake::schema::schema;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::lake::record;

fn rows(texts: &[String]) -> RecordBatch {
    let mut rows = Rows::default();
    texts
        .iter()
        .for_each(|text| rows.push(&Record::read(text).unwrap()));
    rows.finish().unwrap()
}

fn column(batch: &RecordBatch, name: &str) -> Vec<Option<String>> {
    let column = batch.column_by_name(name).unwrap();
    (0..batch.num_rows())
        .map(|row| atrium_lake::sql::text_of(column.as_ref(), row).unwrap())
        .collect()
}

fn one(more: Value, name: &str) -> Option<String> {
    let text = record("e1", "2026-01-05T09:01:02Z", more).to_string();
    column(&rows(&[text]), name).remove(0)
}

#[test]
fn a_record_has_a_version_an_id_and_a_time() {
    let base = record("e1", "2026-01-05T09:01:02Z", json!({}));
    let with = |name: &str, value: Value| {
        let mut changed = base.clone();
        changed[name] = value;
        changed.to_string()
    };
    let cases: &[(&str, String, Option<&str>)] = &[
        ("as it should be", base.to_string(), None),
        ("white space around", format!(" \n{base}\t"), None),
        (
            "a newer minor version",
            with("eventVersion", json!("1.99")),
            None,
        ),
        (
            "another major version",
            with("eventVersion", json!("2.0")),
            Some("eventVersion `2.0`"),
        ),
        (
            "a version that is none",
            with("eventVersion", json!("1.x")),
            Some("eventVersion `1.x`"),
        ),
        (
            "a version that is a number",
            with("eventVersion", json!(1.11)),
            Some("no text `eventVersion`"),
        ),
        (
            "no id",
            with("eventID", Value::Null),
            Some("no text `eventID`"),
        ),
        (
            "an empty id",
            with("eventID", json!("")),
            Some("no text `eventID`"),
        ),
        (
            "a time of another kind",
            with("eventTime", json!(1_767_603_662)),
            Some("no text `eventTime`"),
        ),
        (
            "a placeholder for a time",
            with("eventTime", json!("2023-05-xxTxx:34:13Z")),
            Some("eventTime"),
        ),
        (
            "a time with a fraction and an offset",
            with("eventTime", json!("2026-01-05T10:01:02.5+01:00")),
            None,
        ),
        (
            "a time before there were clocks",
            with("eventTime", json!("1969-12-31T23:59:59Z")),
            Some("eventTime"),
        ),
        (
            "a time past all calendars",
            with("eventTime", json!("+010000-01-01T00:00:00Z")),
            Some("eventTime"),
        ),
        ("a list", "[]".to_owned(), Some("no JSON object")),
        ("a text", "\"record\"".to_owned(), Some("no JSON object")),
        ("null", "null".to_owned(), Some("no JSON object")),
        ("nothing", String::new(), Some("no JSON")),
        (
            "half of it",
            base.to_string()[..40].to_owned(),
            Some("no JSON"),
        ),
        ("two of them", format!("{base}{base}"), Some("no JSON")),
        (
            "too large",
            with("userAgent", json!("a".repeat(MAX_BYTES))),
            Some("bytes, more than"),
        ),
    ];
    for (case, text, want) in cases {
        match (Record::read(text), want) {
            (Ok(_), None) => {}
            (Err(reason), Some(want)) => {
                assert!(reason.to_string().contains(want), "{case}: {reason}")
            }
            (other, _) => panic!("{case}: {other:?}"),
        }
    }
}

#[test]
fn columns_hold_what_the_record_says() {
    let cases: &[(&str, &str, Value, Option<&str>)] = &[
        (
            "text",
            "errorcode",
            json!({"errorCode": "AccessDenied"}),
            Some("AccessDenied"),
        ),
        ("missing", "errorcode", json!({}), None),
        (
            "null",
            "requestparameters",
            json!({"requestParameters": null}),
            None,
        ),
        (
            "a number where text belongs",
            "apiversion",
            json!({"apiVersion": 20_120_601}),
            Some("20120601"),
        ),
        (
            "an object where text belongs",
            "useragent",
            json!({"userAgent": {"a": [1]}}),
            Some(r#"{"a":[1]}"#),
        ),
        (
            "a text where an object belongs",
            "useridentity",
            json!({"userIdentity": "root"}),
            None,
        ),
        (
            "a text where a map belongs",
            "requestparameters",
            json!({"requestParameters": "x"}),
            None,
        ),
        (
            "a map's values are text",
            "requestparameters",
            json!({"requestParameters": {"n": 5, "t": "x", "o": {"a": 1}, "l": [1, "2"], "b": true, "z": null}}),
            Some(r#"{n=5, t=x, o={"a":1}, l=[1,"2"], b=true, z=null}"#),
        ),
        (
            "an empty map",
            "requestparameters",
            json!({"requestParameters": {}}),
            Some("{}"),
        ),
        (
            "a flag",
            "readonly",
            json!({"readOnly": false}),
            Some("false"),
        ),
        (
            "a flag as text",
            "managementevent",
            json!({"managementEvent": "true"}),
            Some("true"),
        ),
        (
            "a flag that is none",
            "readonly",
            json!({"readOnly": "perhaps"}),
            None,
        ),
        (
            "resources",
            "resources",
            json!({"resources": [{"accountId": "1", "type": "T", "ARN": "a"}, {"ARNPrefix": "p"}, 7]}),
            Some(
                "[{accountid=1, type=T, arn=a, arnprefix=null}, {accountid=null, type=null, arn=null, arnprefix=p}, null]",
            ),
        ),
        (
            "TLS",
            "tlsdetails",
            json!({"tlsDetails": {"clientProvidedHostHeader": "h", "keyExchange": "x"}}),
            Some("{tlsversion=null, ciphersuite=null, clientprovidedhostheader=h}"),
        ),
        (
            "nested names",
            "useridentity",
            json!({"userIdentity": {"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u", "identityStoreArn": "s"},
                "credentialId": "kept in eventjson"}}),
            Some(
                "{type=IdentityCenterUser, principalid=null, arn=null, accountid=null, accesskeyid=null, username=null, \
               sessioncontext=null, onbehalfof={userid=u, identitystorearn=s}, inscopeof=null, invokedby=null, \
               identityprovider=null}",
            ),
        ),
        (
            "time",
            "eventtime",
            json!({}),
            Some("2026-01-05 09:01:02.000"),
        ),
    ];
    for (case, name, more, want) in cases {
        assert_eq!(one(more.clone(), name).as_deref(), *want, "{case}");
    }
}

#[test]
fn a_session_s_times_are_times() {
    let more = json!({"userIdentity": {"sessionContext": {"attributes": {"creationDate": "2026-01-05T09:00:00Z", "mfaAuthenticated": "true"},
        "webIdFederationData": {"federatedProvider": "p", "attributes": {"sub": "s"}}}}});
    let text = record("e1", "2026-01-05T09:01:02Z", more).to_string();
    let batch = rows(&[text]);
    let identity = batch.column_by_name("useridentity").unwrap().as_struct();
    let session = identity
        .column_by_name("sessioncontext")
        .unwrap()
        .as_struct();
    let attributes = session.column_by_name("attributes").unwrap().as_struct();
    let created = attributes
        .column_by_name("creationdate")
        .unwrap()
        .as_primitive::<TimestampMillisecondType>();
    assert_eq!(created.value(0), 1_767_603_600_000);
    let federation = session
        .column_by_name("webidfederationdata")
        .unwrap()
        .as_struct();
    assert_eq!(
        federation
            .column_by_name("attributes")
            .unwrap()
            .as_map()
            .value_length(0),
        1
    );
}

/// What a caller may choose must not keep a call out of the lake.
#[test]
fn a_hostile_caller_is_recorded_all_the_same() {
    let base = record("e1", "2026-01-05T09:01:02Z", json!({})).to_string();
    let with = |member: &str| format!("{},{member}}}", &base[..base.len() - 1]);
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let cases = [
        (
            "half a surrogate pair",
            with(r#""userAgent":"a\ud800b""#),
            "useragent",
            Some("a\u{fffd}\u{fffd}\u{fffd}b"),
        ),
        (
            "half a pair in a name",
            with(r#""requestParameters":{"\udc00":"x"}"#),
            "requestparameters",
            Some("{\u{fffd}\u{fffd}\u{fffd}=x}"),
        ),
        (
            "a hundred thousand deep",
            with(&format!(r#""requestParameters":{deep}"#)),
            "requestparameters",
            None,
        ),
        (
            "a name twice",
            with(r#""userAgent":"first","userAgent":"second""#),
            "useragent",
            Some("second"),
        ),
        (
            "a key twice",
            with(r#""requestParameters":{"a":1,"b":2,"a":3}"#),
            "requestparameters",
            Some("{a=3, b=2}"),
        ),
        (
            "a NUL",
            with(r#""userAgent":"a\u0000b""#),
            "useragent",
            Some("a\0b"),
        ),
        (
            "a number beyond all types",
            with(r#""apiVersion":1e999999"#),
            "apiversion",
            Some("1e999999"),
        ),
    ];
    for (case, text, name, want) in cases {
        let batch = rows(std::slice::from_ref(&text));
        assert_eq!(column(&batch, name)[0].as_deref(), want, "{case}");
        assert_eq!(
            column(&batch, "eventjson")[0].as_deref(),
            Some(text.as_str()),
            "{case}"
        );
    }
}

#[test]
fn files_are_logs_or_lines() {
    let cases: &[(&str, &str, Option<&[&str]>)] = &[
        (
            "a log",
            r#"{"Records": [ {"a":1}, {"b" : 2} ]}"#,
            Some(&[r#"{"a":1}"#, r#"{"b" : 2}"#]),
        ),
        ("an empty log", r#"{"Records":[]}"#, Some(&[])),
        (
            "lines",
            "{\"a\":1}\n\n{\"b\":2}\n",
            Some(&[r#"{"a":1}"#, r#"{"b":2}"#]),
        ),
        ("nothing", "", Some(&[])),
        ("no list", r#"{"Records":{}}"#, None),
        ("a log cut short", r#"{"Records":[{"a":1}"#, None),
    ];
    for (case, text, want) in cases {
        assert_eq!(records_of(text).ok().as_deref(), *want, "{case}");
    }
}

/// JSON of any shape, not too large.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e12..1e12).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map("[a-zA-Z.]{0,8}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_record() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("userIdentity".to_owned()),
        Just("requestParameters".to_owned()),
        Just("responseElements".to_owned()),
        Just("resources".to_owned()),
        Just("readOnly".to_owned()),
        Just("errorCode".to_owned()),
        Just("userAgent".to_owned()),
        Just("tlsDetails".to_owned()),
        Just("serviceEventDetails".to_owned()),
        Just("addendum".to_owned()),
        "[a-z]{1,9}",
    ];
    let members = proptest::collection::btree_map(name, any_json(), 0..9);
    (members, 0_i64..4_000_000_000, "[0-9a-f]{1,36}").prop_map(|(members, second, id)| {
        let time = jiff::Timestamp::from_second(second).unwrap().to_string();
        record(
            &id,
            &time,
            Value::Object(members.into_iter().collect::<Map<_, _>>()),
        )
    })
}

proptest! {
    #[test]
    fn what_went_in_comes_out(records in vec(any_record(), 1..20)) {
        let texts: Vec<String> = records.iter().map(Value::to_string).collect();
        let batch = rows(&texts);
        prop_assert_eq!(batch.num_rows(), texts.len());
        let json = batch.column_by_name("eventjson").unwrap().as_string::<i32>();
        let agents = column(&batch, "useragent");
        let parameters = batch.column_by_name("requestparameters").unwrap().as_map();
        for (row, (value, text)) in records.iter().zip(&texts).enumerate() {
            prop_assert_eq!(json.value(row), text);
            // The columns agree with the document, read in another way.
            let agent = match &value["userAgent"] {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            prop_assert_eq!(&agents[row], &agent);
            match &value["requestParameters"] {
                Value::Object(members) => {
                    let entries = parameters.value(row);
                    let (keys, values) = (entries.column(0).as_string::<i32>(), entries.column(1).as_string::<i32>());
                    prop_assert_eq!(keys.len(), members.len());
                    for (at, (key, member)) in members.iter().enumerate() {
                        prop_assert_eq!(keys.value(at), key);
                        match member {
                            Value::Null => prop_assert!(values.is_null(at)),
                            Value::String(text) => prop_assert_eq!(values.value(at), text),
                            other => prop_assert_eq!(values.value(at), other.to_string()),
                        }
                    }
                }
                _ => prop_assert!(parameters.is_null(row)),
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,300}", cut in 0_usize..400) {
        let _: Result<_, Refused> = Record::read(&text).map(|record| Rows::default().push(&record));
        let whole = record("e", "2026-01-05T09:01:02Z", json!({"userAgent": text})).to_string();
        let cut: String = whole.chars().take(cut).collect();
        if let Ok(record) = Record::read(&cut) {
            let mut rows = Rows::default();
            rows.push(&record);
            prop_assert_eq!(rows.finish().unwrap().schema(), schema());
        }
    }
}
