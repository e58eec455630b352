//! SCIM changes memberships by changing groups.

use atrium_ocsf::Classes;
use serde_json::{Value, json};

use crate::judge::problems;
use crate::records::{call, event_in};

const OTHER: i64 = 300_699;
const ADD: i64 = 300_603;
const REMOVE: i64 = 300_604;

fn patched(request: Value) -> Value {
    let record = call(
        "identitystore-scim",
        "PatchGroup",
        json!({ "requestParameters": request }),
    );
    let event = event_in(record, Classes::Atrium);
    assert_eq!(problems(&event), Vec::<String>::new(), "{event:#}");
    event
}

#[test]
fn members_who_come_and_go_are_told() {
    let member = |id: &str| json!({"value": id, "type": "User"});
    let add = |ids: &[&str]| json!({"op": "add", "path": "members", "value": ids.iter().map(|id| member(id)).collect::<Vec<_>>()});
    let cases = [
        (json!([add(&["u-1"])]), ADD, json!({"uid": "u-1"})),
        (json!([add(&["u-1", "u-2"])]), ADD, json!({"uid": "u-1"})),
        (json!([add(&[]), add(&["u-2"])]), ADD, json!({"uid": "u-2"})),
        (
            json!([{"op": "Add", "value": {"members": [member("u-1")]}}]),
            ADD,
            json!({"uid": "u-1"}),
        ),
        (
            json!([{"OP": "ADD", "Path": "Members", "Value": member("u-1")}]),
            ADD,
            json!({"uid": "u-1"}),
        ),
        (
            json!([{"op": "remove", "path": "members", "value": [member("u-1")]}]),
            REMOVE,
            json!({"uid": "u-1"}),
        ),
        (
            json!([{"op": "remove", "path": "members[value eq \"u-1\"]"}]),
            REMOVE,
            json!({"uid": "u-1"}),
        ),
        // All of them, or those of whom something else is known.
        (
            json!([{"op": "remove", "path": "members"}]),
            REMOVE,
            json!({"name": "Unknown"}),
        ),
        (
            json!([{"op": "remove", "path": "members[display sw \"a\"]"}]),
            REMOVE,
            json!({"name": "Unknown"}),
        ),
        // Something else, or something else too.
        (
            json!([{"op": "replace", "path": "members", "value": [member("u-1")]}]),
            OTHER,
            Value::Null,
        ),
        (
            json!([add(&["u-1"]), {"op": "remove", "path": "members[value eq \"u-2\"]"}]),
            OTHER,
            Value::Null,
        ),
        (
            json!([add(&["u-1"]), {"op": "replace", "path": "displayName", "value": "ops"}]),
            OTHER,
            Value::Null,
        ),
        (
            json!([{"op": "add", "value": {"members": [member("u-1")], "displayName": "ops"}}]),
            OTHER,
            Value::Null,
        ),
        (
            json!([{"op": "replace", "value": {"id": "g-1", "displayName": "ops"}}]),
            OTHER,
            Value::Null,
        ),
        (
            json!([{"op": "add", "path": "membership", "value": [member("u-1")]}]),
            OTHER,
            Value::Null,
        ),
        (
            json!([{"op": "remove", "path": "members[value eq \"u-1\"].display"}]),
            OTHER,
            Value::Null,
        ),
        (json!([{"op": "add", "path": "ä"}]), OTHER, Value::Null),
        (json!([{"path": "members"}, 7]), OTHER, Value::Null),
        (json!([]), OTHER, Value::Null),
        (json!("HIDDEN_DUE_TO_SECURITY_REASONS"), OTHER, Value::Null),
    ];
    for (operations, want, user) in cases {
        // Records spell the first letter of names small; the standard's own is large.
        for name in ["operations", "Operations"] {
            let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], name: operations});
            for request in [
                json!({"httpBody": body, "id": "g-1", "tenantId": "t"}),
                json!({name: operations, "id": "g-1"}),
            ] {
                let event = patched(request);
                assert_eq!(event["type_uid"], want, "{operations}");
                assert_eq!(event["user"], user, "{operations}");
                assert_eq!(event["group"], json!({"uid": "g-1"}), "{operations}");
            }
        }
    }
}

#[test]
fn a_refused_change_is_of_the_same_class() {
    let event = patched(Value::Null);
    assert_eq!(event["type_uid"], OTHER);
    assert_eq!(event["activity_name"], "PatchGroup");
}
