use atrium_policy::{Context, Level, Outcome, Policy, PolicyKind, PolicySet, explain};

use crate::support::{allow_all, policy, request};

#[test]
fn every_statement_is_accounted_for() {
    let scp = r#"[{"Sid": "Full", "Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Sid": "OnlyThere", "Effect": "Deny", "Action": "sso:*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}},
        {"Sid": "Tagged", "Effect": "Deny", "Action": "sso:*", "Resource": "*",
         "Condition": {"Bool": {"aws:Secure": "false"}}},
        {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]"#;
    let scps = [std::sync::Arc::new(
        Policy::clone(&policy(PolicyKind::ServiceControl, scp)).named("p-1"),
    )];
    let levels = [Level {
        target: "r-ab12",
        policies: &scps,
    }];
    let identity = [
        policy(
            PolicyKind::Managed,
            r#"{"Effect": "Allow", "Action": "sso:*", "Resource": "arn:aws:sso:::instance/x"}"#,
        ),
        allow_all(PolicyKind::Managed),
    ];
    let mut request = request("sso:CreateInstance", "*");
    request.context = Context::new().with("aws:RequestedRegion", "us-east-1");
    let set = PolicySet {
        scp_levels: &levels,
        identity: &identity,
        ..PolicySet::default()
    };
    let explanation = explain(&request, &set);
    assert_eq!(
        explanation.to_string(),
        "sso:CreateInstance on *: allowed by identity-based policy, statement 1
+ service control policy p-1 at r-ab12, statement 1 (Full): Allow, matches
  service control policy p-1 at r-ab12, statement 2 (OnlyThere): Deny, does not match: aws:RequestedRegion is us-east-1, the condition is StringEquals eu-west-1, eu-central-1
  service control policy p-1 at r-ab12, statement 3 (Tagged): Deny, does not match: aws:Secure is not in the request, the condition is Bool false
  service control policy p-1 at r-ab12, statement 4: Deny, does not match: the action is another
  identity-based policy, statement 1: Allow, does not match: the resource is another
+ identity-based policy, statement 1: Allow, matches
"
    );
    assert!(matches!(
        explanation.steps[1].outcome,
        Outcome::Condition { .. }
    ));
}
