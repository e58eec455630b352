use atrium_model::Timestamp;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn attached(number: u8, document: &Value) -> AttachedPolicy {
    AttachedPolicy {
        id: format!("p-{number:08}").parse().expect("an id"),
        name: format!("policy {number}"),
        content: document.to_string(),
        updated_at: Timestamp::from_millis(0),
    }
}

/// Places and codes.
type Found = Vec<(String, &'static str)>;

fn found(kind: PolicyType, document: &Value) -> Found {
    faults(kind, document, &[], &Quotas::default())
        .into_iter()
        .map(|fault| (fault.path, fault.code))
        .collect()
}

fn plan(change: impl FnOnce(&mut Value)) -> Value {
    let mut plan = json!({
        "regions": ["us-east-1", "eu-north-1"],
        "rules": {"daily": {
            "schedule_expression": "cron(0 5 ? * * *)",
            "start_backup_window_minutes": "480",
            "complete_backup_window_minutes": "10080",
            "lifecycle": {"move_to_cold_storage_after_days": "180", "delete_after_days": "270"},
            "target_backup_vault_name": "vault",
        }},
        "selections": {"tags": {"data": {
            "iam_role_arn": "arn:aws:iam::$account:role/backup", "tag_key": "kind", "tag_value": ["pii"],
        }}},
    });
    change(&mut plan);
    json!({"plans": {"plan": plan}})
}

#[test]
fn the_examples_of_the_user_guide_are_valid() {
    use PolicyType as T;
    let cases = [
        (T::TagPolicy, json!({})),
        (T::BackupPolicy, json!({})),
        (
            T::TagPolicy,
            json!({"tags": {"costcenter": {"tag_key": "CostCenter", "tag_value": ["100", "200*"],
                "enforced_for": ["secretsmanager:*", "ec2:instance", "s3:ALL_SUPPORTED", "dynamodb:table"]}}}),
        ),
        (T::BackupPolicy, plan(|_| {})),
        (
            T::AiservicesOptOutPolicy,
            json!({"services": {"default": {"opt_out_policy": "optOut"}, "lex": {"opt_out_policy": "optIn"}}}),
        ),
        (
            T::ChatbotPolicy,
            json!({"chatbot": {"platforms": {"slack": {"client": "enabled", "workspaces": ["T1"],
                "default": {"supported_channel_types": ["private"]}},
                "microsoft_teams": {"client": "disabled"}}, "default": {"client": "disabled"}}}),
        ),
        (
            T::DeclarativePolicyEc2,
            json!({"ec2_attributes": {"serial_console_access": {"status": "disabled"},
                "vpc_block_public_access": {"internet_gateway_block": {"mode": "block_ingress", "exclusions_allowed": "disabled"}},
                "instance_metadata_defaults": {"http_tokens": "required", "http_put_response_hop_limit": "2"},
                "exception_message": "ask the platform team"}}),
        ),
        (
            T::SecurityhubPolicy,
            json!({"securityhub": {"enable_in_regions": ["ALL_SUPPORTED"], "disable_in_regions": ["us-gov-west-1"]}}),
        ),
        (
            T::InspectorPolicy,
            json!({"inspector": {"enablement": {"lambda_standard_scanning": {"enable_in_regions": ["us-west-2"],
                "lambda_code_scanning": {"enable_in_regions": ["us-west-2"]}}}}}),
        ),
        (
            T::UpgradeRolloutPolicy,
            json!({"upgrade_rollout": {"default": {"patch_order": "last"},
                "tags": {"stage": {"tag_values": {"dev": {"patch_order": "first"}}}}}}),
        ),
        (
            T::S3Policy,
            json!({"s3_attributes": {"public_access_block_configuration": "all"}}),
        ),
        (
            T::BedrockPolicy,
            json!({"bedrock": {"guardrail_inference": {}}}),
        ),
        (T::GuarddutyPolicy, json!({"guardduty": {}})),
    ];
    for (kind, document) in cases {
        assert_eq!(found(kind, &document), [], "{kind}: {document}");
    }
}

#[test]
fn each_kind_of_fault_is_told() {
    use PolicyType as T;
    let tag = |rule: Value| json!({"tags": {"costcenter": rule}});
    let many: serde_json::Map<String, Value> =
        (0..51).map(|n| (format!("k{n}"), json!({}))).collect();
    let rules: serde_json::Map<String, Value> = (0..11)
        .map(|n| (format!("r{n}"), json!({"target_backup_vault_name": "v"})))
        .collect();
    let rule = "$.tags.costcenter";
    let backup = "$.plans.plan";
    let cases: Vec<(T, Value, Found)> = vec![
        (
            T::TagPolicy,
            json!({"tag": {}}),
            vec![
                ("$".into(), "KEY_REQUIRED"),
                ("$.tag".into(), "KEY_UNKNOWN"),
            ],
        ),
        (
            T::TagPolicy,
            tag(json!({"tag_key": "Team"})),
            vec![(format!("{rule}.tag_key"), "TAG_KEY_MISMATCH")],
        ),
        (
            T::TagPolicy,
            json!({"tags": {"one": {"tag_key": "One"}, "two": {"tag_key": "ONE"}}}),
            vec![
                ("$.tags.two.tag_key".into(), "TAG_KEY_CONFLICT"),
                ("$.tags.two.tag_key".into(), "TAG_KEY_MISMATCH"),
            ],
        ),
        (
            T::TagPolicy,
            tag(json!({"tag_value": ["a*b*", "fine*"]})),
            vec![(format!("{rule}.tag_value[0]"), "VALUE_INVALID")],
        ),
        (
            T::TagPolicy,
            tag(json!({"tag_value": "a"})),
            vec![(format!("{rule}.tag_value"), "VALUE_TYPE_INVALID")],
        ),
        (
            T::TagPolicy,
            tag(json!({"enforced_for": ["s3", "nosuch:thing", "sqs:topic", "sqs:", "sns:topic"]})),
            (0..4)
                .map(|n| (format!("{rule}.enforced_for[{n}]"), "RESOURCE_TYPE_INVALID"))
                .collect(),
        ),
        (
            T::TagPolicy,
            tag(json!({"tag_value": ["x".repeat(257)]})),
            vec![(format!("{rule}.tag_value[0]"), "VALUE_TOO_LONG")],
        ),
        (
            T::TagPolicy,
            json!({"tags": many}),
            vec![("$.tags".into(), "MAX_TAG_KEYS_EXCEEDED")],
        ),
        (
            T::BackupPolicy,
            plan(|plan| plan["rules"] = rules.into()),
            vec![(format!("{backup}.rules"), "ELEMENTS_TOO_MANY")],
        ),
        (
            T::BackupPolicy,
            plan(|plan| plan["regions"] = json!([])),
            vec![(format!("{backup}.regions"), "ELEMENTS_TOO_FEW")],
        ),
        (
            T::BackupPolicy,
            plan(|plan| {
                plan.as_object_mut()
                    .expect("an object")
                    .remove("selections");
            }),
            vec![(backup.into(), "KEY_REQUIRED")],
        ),
        (
            T::BackupPolicy,
            plan(|plan| plan["regions"] = json!(["here"])),
            vec![(format!("{backup}.regions[0]"), "VALUE_INVALID")],
        ),
        (
            T::BackupPolicy,
            plan(|plan| plan["rules"]["daily"]["lifecycle"]["delete_after_days"] = json!("200")),
            vec![(
                format!("{backup}.rules.daily.lifecycle"),
                "VALUE_OUT_OF_RANGE",
            )],
        ),
        (
            T::BackupPolicy,
            plan(|plan| plan["rules"]["daily"]["start_backup_window_minutes"] = json!("ten")),
            vec![(
                format!("{backup}.rules.daily.start_backup_window_minutes"),
                "VALUE_TYPE_INVALID",
            )],
        ),
        (
            T::AiservicesOptOutPolicy,
            json!({"services": {"lex": {"opt_out_policy": "maybe"}}}),
            vec![("$.services.lex.opt_out_policy".into(), "VALUE_INVALID")],
        ),
        (
            T::DeclarativePolicyEc2,
            json!({"ec2_attributes": {"instance_metadata_defaults": {"http_put_response_hop_limit": 65}}}),
            vec![(
                "$.ec2_attributes.instance_metadata_defaults.http_put_response_hop_limit".into(),
                "VALUE_OUT_OF_RANGE",
            )],
        ),
        (
            T::SecurityhubPolicy,
            json!({"securityhub": {"enable_in_regions": ["us-east"]}}),
            vec![("$.securityhub.enable_in_regions[0]".into(), "VALUE_INVALID")],
        ),
        (
            T::S3Policy,
            json!({"s3_attributes": []}),
            vec![("$.s3_attributes".into(), "VALUE_TYPE_INVALID")],
        ),
        (
            T::ChatbotPolicy,
            json!({"chatbot": {"platforms": {"slack": {"workspaces": [""]}}}}),
            vec![
                ("$.chatbot.platforms.slack".into(), "KEY_REQUIRED"),
                (
                    "$.chatbot.platforms.slack.workspaces[0]".into(),
                    "VALUE_INVALID",
                ),
            ],
        ),
        (
            T::GuarddutyPolicy,
            json!({"x": "x".repeat(10_000)}),
            vec![("$".into(), "MAX_POLICY_SIZE_EXCEEDED")],
        ),
    ];
    for (kind, document, want) in cases {
        assert_eq!(found(kind, &document), want, "{kind}: {document}");
    }
}

#[test]
fn who_contributes_is_told() {
    let one = json!({"tags": {"CostCenter": {"enforced_for": {"@@assign": ["sqs:queue"]}}}});
    let two = json!({"tags": {"costcenter": {"enforced_for": {"@@append": ["no:thing"]}}}});
    let three = json!({"tags": {"team": {"tag_key": {"@@assign": "Team"}}}});
    let whole = json!({"tags": {"@@assign": {"costcenter": {"enforced_for": ["no:thing"]}}}});
    let all = [
        attached(1, &one),
        attached(2, &two),
        attached(3, &three),
        attached(4, &whole),
    ];
    let document = json!({"tags": {"costcenter": {"enforced_for": ["sqs:queue", "no:thing"]}}});
    let quotas = Quotas::default();
    let found = faults(PolicyType::TagPolicy, &document, &all, &quotas);
    let [fault] = found.as_slice() else {
        panic!("{found:?}");
    };
    let ids: Vec<&str> = fault.policies.iter().map(PolicyId::as_str).collect();
    assert_eq!(ids, ["p-00000001", "p-00000002", "p-00000004"]);
    let found = faults(PolicyType::TagPolicy, &json!({"x": 1}), &all, &quotas);
    assert!(
        found.iter().all(|fault| fault.policies.len() == 4),
        "nobody names it, so everybody"
    );
}

fn documents() -> impl Strategy<Value = Value> {
    let key = proptest::sample::select(vec![
        "tags",
        "plans",
        "rules",
        "regions",
        "services",
        "enforced_for",
        "tag_key",
        "lifecycle",
        "a",
        "é",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
        Just(json!(["*:*", "s3:é", 7, null])),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever was attached, faults are few, in order, and each is told once.
    #[test]
    fn any_document_is_looked_at(document in documents()) {
        for kind in PolicyType::ALL {
            let all = [attached(1, &document)];
            let found = faults(*kind, &document, &all, &Quotas::default());
            prop_assert!(found.len() <= MOST);
            let keys: Vec<_> = found.iter().map(|fault| (&fault.path, fault.code)).collect();
            prop_assert!(keys.is_sorted_by(|one, next| one < next), "{:?}", keys);
        }
    }
}
