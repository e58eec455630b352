//! The service models know which operations there are: everything that changes Identity Center has a class of its own.

use atrium_ocsf::{Class, Classes};
use serde_json::{Value, json};

use crate::judge::problems;
use crate::records::{call, event_in};

fn operations(model: &str) -> Vec<String> {
    let model: Value = serde_json::from_str(model).unwrap();
    model["operations"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect()
}

#[test]
fn every_change_has_a_class_of_its_own() {
    let services = [
        ("sso", include_str!("../../../../models/sso-admin.json"), 40),
        ("sso", include_str!("../../../../models/atrium.json"), 2),
        (
            "identitystore",
            include_str!("../../../../models/identitystore.json"),
            9,
        ),
    ];
    for (source, model, least) in services {
        let mut changes = 0;
        for name in operations(model) {
            let event = event_in(call(source, &name, json!({})), Classes::Atrium);
            assert_eq!(problems(&event), Vec::<String>::new(), "{name}");
            let reads = ["Describe", "Get", "List", "Is"]
                .iter()
                .any(|verb| name.starts_with(verb));
            let api_activity = event["class_uid"] == Class::ApiActivity.uid();
            assert_eq!(
                api_activity, reads,
                "{source} {name}: {}",
                event["type_name"]
            );
            changes += usize::from(!reads);
        }
        assert!(changes >= least, "{source}: {changes} changes");
    }
}
