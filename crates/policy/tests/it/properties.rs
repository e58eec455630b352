use std::sync::Arc;

use atrium_policy::{Context, Level, Policy, PolicyKind, PolicySet, Request, evaluate, explain};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

use crate::support::{ANA, DEV, ROOT, allow_all};

const KINDS: [PolicyKind; 8] = [
    PolicyKind::ServiceControl,
    PolicyKind::ResourceControl,
    PolicyKind::Identity,
    PolicyKind::Managed,
    PolicyKind::Boundary,
    PolicyKind::Session,
    PolicyKind::Trust,
    PolicyKind::Resource,
];

/// JSON that looks like a policy in places.
fn any_json() -> impl Strategy<Value = Value> {
    let words = select(vec![
        "2012-10-17",
        "Allow",
        "Deny",
        "*",
        "s3:*",
        "sts:AssumeRole",
        "arn:aws:s3:::${a, 'b'}",
        "${",
        "10",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words.prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    let names = select(vec![
        "Version",
        "Id",
        "Statement",
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
        "AWS",
        "Condition",
        "StringLike",
        "ForAllValues:NumericLessThan",
        "DateEquals",
        "IpAddress",
    ]);
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((names.clone(), inner), 0..6).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

/// A statement of a sound identity policy.
fn any_statement(effect: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let action = select(vec!["*", "s:*", "s:A", "s:B", "t:?"]);
    let resource = select(vec![
        "*",
        "arn:aws:s:::x",
        "arn:aws:s:::${k}",
        "arn:aws:s:::${k, 'x'}*",
        "arn:aws:s:::*",
    ]);
    let operator = select(vec![
        "StringEquals",
        "StringNotEquals",
        "StringLikeIfExists",
        "ForAllValues:StringNotLike",
        "ForAnyValue:StringEqualsIgnoreCase",
    ]);
    let condition = proptest::option::of((
        operator,
        select(vec!["k", "j"]),
        vec(select(vec!["x", "y*", "${k}"]), 0..3),
    ));
    (
        select(effect),
        any::<bool>(),
        vec(action, 1..3),
        any::<bool>(),
        vec(resource, 1..3),
        condition,
    )
        .prop_map(
            |(effect, not_action, actions, not_resource, resources, condition)| {
                let mut statement = json!({"Effect": effect});
                statement[if not_action { "NotAction" } else { "Action" }] = json!(actions);
                statement[if not_resource {
                    "NotResource"
                } else {
                    "Resource"
                }] = json!(resources);
                if let Some((operator, key, values)) = condition {
                    statement["Condition"] = json!({ operator: { key: values } });
                }
                statement
            },
        )
}

fn build(statements: &[Value]) -> Arc<Policy> {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    Arc::new(Policy::parse(&text, PolicyKind::Identity).expect("a sound policy"))
}

fn any_request() -> impl Strategy<Value = Request<'static>> {
    let context = (
        vec(select(vec!["x", "yy", "*"]), 0..3),
        vec(select(vec!["x", "Y", ""]), 0..3),
    )
        .prop_map(|(k, j)| Context::new().with_all("k", k).with_all("j", j));
    let resource = select(vec![
        "*",
        "arn:aws:s:::x",
        "arn:aws:s:::yy",
        "arn:aws:s:::*",
    ]);
    (
        select(vec!["s:A", "s:B", "t:C"]),
        resource,
        select(vec![ANA, DEV, ROOT]),
        context,
    )
        .prop_map(|(action, resource, principal, context)| Request {
            action,
            resource,
            principal,
            context,
        })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}") {
        for kind in KINDS {
            let _ = Policy::parse(&text, kind);
        }
    }

    #[test]
    fn any_json_is_read_or_refused_and_reads_back(value in any_json()) {
        for kind in KINDS {
            if let Ok(policy) = Policy::parse(&value.to_string(), kind) {
                let again = Policy::parse(&policy.render(), kind).expect("what was written reads");
                prop_assert_eq!(&policy, &again);
                prop_assert_eq!(policy.render(), again.render());
            }
        }
    }

    #[test]
    fn a_policy_reads_back_equal(statements in vec(any_statement(&["Allow", "Deny"]), 1..5)) {
        let policy = build(&statements);
        let again = Policy::parse(&policy.render(), PolicyKind::Identity).expect("what was written reads");
        prop_assert_eq!(&*policy, &again);
        prop_assert_eq!(policy.render(), again.render());
    }

    #[test]
    fn more_denies_never_allow_and_more_allows_never_deny(
        statements in vec(any_statement(&["Allow", "Deny"]), 1..5),
        deny in any_statement(&["Deny"]),
        allow in any_statement(&["Allow"]),
        layer in 0..3usize,
        request in any_request(),
    ) {
        let all = [allow_all(PolicyKind::Managed)];
        let decide = |extra: Option<&Value>| {
            let mut list = statements.clone();
            list.extend(extra.cloned());
            let changed = [build(&list)];
            let level = [Level { target: "r", policies: &changed }];
            let base = PolicySet { identity: &all, ..PolicySet::default() };
            let set = match layer {
                0 => PolicySet { identity: &changed, ..base },
                1 => PolicySet { scp_levels: &level, ..base },
                _ => PolicySet { session: Some(&changed), ..base },
            };
            assert_eq!(explain(&request, &set).decision, evaluate(&request, &set));
            evaluate(&request, &set).is_allowed()
        };
        let before = decide(None);
        prop_assert!(!decide(Some(&deny)) || before);
        prop_assert!(decide(Some(&allow)) || !before);
    }

    #[test]
    fn a_variable_never_adds_a_wildcard(value in "[a-z*?]{1,6}", other in "[a-z]{1,6}") {
        let policy = build(&[json!({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s:::${k}"})]);
        let resource = format!("arn:aws:s:::{other}");
        let request = Request {
            action: "s:A",
            resource: &resource,
            principal: ANA,
            context: Context::new().with("k", value.as_str()),
        };
        let identity = [policy];
        let set = PolicySet { identity: &identity, ..PolicySet::default() };
        prop_assert_eq!(evaluate(&request, &set).is_allowed(), value == other);
    }
}
