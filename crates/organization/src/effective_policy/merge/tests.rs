use proptest::prelude::*;
use serde_json::json;

use super::*;

/// The effective policy of levels, each a list of documents.
fn effective(kind: PolicyType, levels: &[&[Value]]) -> Value {
    let mut merged = Merged::new(kind);
    for level in levels {
        merged.inherit(level);
    }
    merged.into_document()
}

fn tag_value(value: Value) -> Value {
    json!({"tags": {"project": {"tag_value": value}}})
}

/// The example policies of the user guide.
fn root() -> Value {
    json!({"tags": {"costcenter": {
        "tag_key": {"@@assign": "CostCenter"},
        "tag_value": {"@@assign": ["Development", "Support"]},
    }}})
}

#[test]
fn the_examples_of_the_user_guide() {
    let overwriting = json!({"tags": {"costcenter": {
        "tag_key": {"@@assign": "CostCenter"},
        "tag_value": {"@@assign": ["Sandbox"]},
        "enforced_for": {"@@assign": ["redshift:*", "dynamodb:table"]},
    }}});
    let appending = json!({"tags": {"costcenter": {
        "tag_key": {"@@assign": "CostCenter"},
        "tag_value": {"@@append": ["Marketing"]},
        "enforced_for": {"@@append": ["redshift:*", "dynamodb:table"]},
    }}});
    let removing = json!({"tags": {"costcenter": {
        "tag_key": {"@@assign": "CostCenter"},
        "tag_value": {"@@remove": ["Development", "Marketing"]},
        "enforced_for": {"@@remove": ["redshift:*", "dynamodb:table"]},
    }}});
    let restricting = json!({"tags": {"project": {
        "tag_key": {"@@operators_allowed_for_child_policies": ["@@none"], "@@assign": "Project"},
        "tag_value": {
            "@@operators_allowed_for_child_policies": ["@@append"],
            "@@assign": ["Maintenance", "Escalations"],
        },
    }}});
    let restricted = json!({"tags": {"project": {
        "tag_key": {"@@assign": "PROJECT"},
        "tag_value": {"@@append": ["Escalations - research"]},
    }}});
    let first = json!({"tags": {"project": {
        "tag_key": {"@@assign": "PROJECT"},
        "tag_value": {"@@append": ["Maintenance"]},
    }}});
    let second = json!({"tags": {"project": {"tag_key": {"@@assign": "project"}}}});
    let cases: [(&str, Vec<Vec<Value>>, Value); 5] = [
        (
            "1: values are overwritten",
            vec![vec![root()], vec![overwriting]],
            json!({"tags": {"costcenter": {
                "tag_key": "CostCenter",
                "tag_value": ["Sandbox"],
                "enforced_for": ["redshift:*", "dynamodb:table"],
            }}}),
        ),
        (
            "2: values are appended",
            vec![vec![root()], vec![appending.clone()]],
            json!({"tags": {"costcenter": {
                "tag_key": "CostCenter",
                "tag_value": ["Development", "Support", "Marketing"],
                "enforced_for": ["redshift:*", "dynamodb:table"],
            }}}),
        ),
        (
            "3: values are removed, and nothing is left of a list without any",
            vec![vec![root()], vec![appending], vec![removing]],
            json!({"tags": {"costcenter": {"tag_key": "CostCenter", "tag_value": ["Support"]}}}),
        ),
        (
            "4: changes are restricted",
            vec![vec![restricting], vec![restricted]],
            json!({"tags": {"project": {
                "tag_key": "Project",
                "tag_value": ["Maintenance", "Escalations", "Escalations - research"],
            }}}),
        ),
        (
            "6: of policies on the same target, the first assigns",
            vec![vec![first, second]],
            json!({"tags": {"project": {"tag_key": "PROJECT", "tag_value": ["Maintenance"]}}}),
        ),
    ];
    for (case, levels, want) in cases {
        let levels: Vec<&[Value]> = levels.iter().map(Vec::as_slice).collect();
        assert_eq!(effective(PolicyType::TagPolicy, &levels), want, "{case}");
    }
}

#[test]
fn child_controls_bind_the_levels_below() {
    const ALLOWED: &str = CHILD_CONTROL;
    let base = |allowed: &[&str]| json!({"@@assign": ["a", "b"], ALLOWED: allowed});
    let cases: [(&str, Vec<Value>, Vec<Value>, Value); 9] = [
        (
            "nothing said: all",
            vec![json!({"@@assign": ["a"]})],
            vec![json!({"@@assign": ["c"]})],
            json!(["c"]),
        ),
        (
            "none",
            vec![base(&["@@none"])],
            vec![json!({"@@assign": ["c"], "@@append": ["c"], "@@remove": ["a"]})],
            json!(["a", "b"]),
        ),
        (
            "only append",
            vec![base(&["@@append"])],
            vec![json!({"@@assign": ["c"], "@@append": ["d"], "@@remove": ["a"]})],
            json!(["a", "b", "d"]),
        ),
        (
            "only remove",
            vec![base(&["@@remove"])],
            vec![json!({"@@append": ["d"], "@@remove": ["a"]})],
            json!(["b"]),
        ),
        (
            "it can't be loosened again",
            vec![base(&["@@append"])],
            vec![
                json!({ALLOWED: ["@@all"]}),
                json!({"@@assign": ["c"]}),
                json!({"@@append": ["d"]}),
            ],
            json!(["a", "b", "d"]),
        ),
        (
            "it can be tightened",
            vec![base(&["@@append", "@@assign"])],
            vec![json!({ALLOWED: ["@@assign"]}), json!({"@@append": ["d"]})],
            json!(["a", "b"]),
        ),
        (
            "5: the same target's are intersected, and don't bind each other",
            vec![
                json!({"@@assign": ["a"], ALLOWED: ["@@append"]}),
                json!({"@@append": ["b"], ALLOWED: ["@@append", "@@remove"]}),
            ],
            vec![json!({"@@append": ["d"], "@@remove": ["a"]})],
            json!(["a", "b", "d"]),
        ),
        (
            "words that are none allow nothing",
            vec![base(&["@@everything"])],
            vec![json!({"@@assign": ["c"]})],
            json!(["a", "b"]),
        ),
        (
            "what is appended twice is there once",
            vec![json!({"@@append": ["a"]}), json!({"@@append": ["a", "b"]})],
            vec![json!({"@@append": ["b"]})],
            json!(["a", "b"]),
        ),
    ];
    for (case, top, below, want) in cases {
        let top: Vec<Value> = top.into_iter().map(tag_value).collect();
        let below: Vec<Vec<Value>> = below.into_iter().map(|v| vec![tag_value(v)]).collect();
        let levels: Vec<&[Value]> = std::iter::once(top.as_slice())
            .chain(below.iter().map(Vec::as_slice))
            .collect();
        let got = effective(PolicyType::TagPolicy, &levels);
        assert_eq!(got["tags"]["project"]["tag_value"], want, "{case}: {got}");
    }
}

#[test]
fn a_locked_container_takes_nothing_new() {
    let top = json!({"services": {
        "@@operators_allowed_for_child_policies": ["@@none"],
        "default": {"opt_out_policy": {"@@assign": "optOut"}},
    }});
    let below = json!({"services": {
        "default": {"opt_out_policy": {"@@assign": "optIn"}},
        "lex": {"opt_out_policy": {"@@assign": "optIn"}},
    }});
    let kind = PolicyType::AiservicesOptOutPolicy;
    let got = effective(kind, &[&[top], &[below]]);
    // The default itself was not locked.
    assert_eq!(
        got,
        json!({"services": {"default": {"opt_out_policy": "optIn"}}})
    );
}

#[test]
fn rules_of_tag_policies_are_the_same_in_any_letters() {
    let one = json!({"tags": {"CostCenter": {"tag_value": {"@@assign": ["a"]}}}});
    let two = json!({"tags": {"costcenter": {"tag_value": {"@@append": ["b"]}}}});
    let levels: [&[Value]; 2] = [&[one], &[two]];
    let tags = effective(PolicyType::TagPolicy, &levels);
    assert_eq!(
        tags,
        json!({"tags": {"costcenter": {"tag_value": ["a", "b"]}}})
    );
    let backup = effective(PolicyType::BackupPolicy, &levels);
    assert_eq!(backup["tags"].as_object().map(Map::len), Some(2));
}

#[test]
fn odd_documents_do_no_harm() {
    let cases = [
        (json!({}), json!({})),
        (json!({"tags": {}}), json!({})),
        (json!(null), json!(null)),
        (
            json!({"tags": {"a": "bare"}}),
            json!({"tags": {"a": "bare"}}),
        ),
        (json!({"@@unheard": 1}), json!({})),
        // Single values take no appending.
        (
            json!({"a": {"@@assign": "one", "@@append": ["two"], "@@remove": ["one"]}}),
            json!({"a": "one"}),
        ),
    ];
    for (document, want) in cases {
        let got = effective(
            PolicyType::ChatbotPolicy,
            &[std::slice::from_ref(&document)],
        );
        assert_eq!(got, want, "{document}");
    }
}

fn documents() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        Just("@@assign".to_owned()),
        Just("@@append".to_owned()),
        Just("@@remove".to_owned()),
        Just(CHILD_CONTROL.to_owned()),
        "[a-c]",
    ];
    let leaf = prop_oneof![
        Just(json!("a")),
        Just(json!(["a", "b"])),
        Just(json!(["@@none"])),
        Just(json!(1)),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        proptest::collection::btree_map(key.clone(), inner, 0..4)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
    })
}

proptest! {
    /// Whatever is locked as a whole stays what it was.
    #[test]
    fn what_is_locked_stays(below in proptest::collection::vec(documents(), 0..4)) {
        let locked = json!({"a": {"@@assign": ["x"], CHILD_CONTROL: ["@@none"]}, CHILD_CONTROL: ["@@none"]});
        let want = json!({"a": ["x"]});
        let levels: Vec<Vec<Value>> = std::iter::once(locked).chain(below).map(|d| vec![d]).collect();
        let levels: Vec<&[Value]> = levels.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(effective(PolicyType::BackupPolicy, &levels), want);
    }
}
