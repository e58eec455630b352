//! Resource control policies: whom and what they bind.

use std::sync::Arc;

use atrium_policy::{
    Level, Policy, PolicyKind, PolicySet, Principal, evaluate, evaluate_trust, explain,
    is_resource_controlled,
};

use crate::support::{ANA, DEV, OTHER, ROOT, allow_all, clause, policy, request};

const FULL: &str = r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#;
/// As in the user guide: nobody from outside of the organization, but services.
const PERIMETER: &str = r#"{"Effect": "Deny", "Principal": "*", "Action": "s:*", "Resource": "*", "Condition": {
    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-own", "aws:ResourceTag/public": "yes"},
    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}"#;

fn rcps(statements: &[&str]) -> Vec<Arc<Policy>> {
    statements
        .iter()
        .map(|statement| policy(PolicyKind::ResourceControl, statement))
        .collect()
}

#[test]
fn the_services_that_have_them() {
    let cases = [
        ("s3:GetObject", true),
        ("S3:GetObject", true),
        ("sts:AssumeRole", true),
        ("sts:AssumeRoleWithWebIdentity", true),
        ("sts:TagSession", true),
        ("sts:SetSourceIdentity", true),
        ("kms:Decrypt", true),
        ("sqs:SendMessage", true),
        ("secretsmanager:GetSecretValue", true),
        ("dynamodb:GetItem", true),
        ("ecr:BatchGetImage", true),
        ("sts:GetCallerIdentity", false),
        ("sts:GetSessionToken", false),
        ("iam:GetRole", false),
        ("sso:ListInstances", false),
        ("organizations:DescribeOrganization", false),
        ("s3-object-lambda:GetObject", false),
        ("s3", false),
        ("", false),
    ];
    for (action, want) in cases {
        assert_eq!(is_resource_controlled(action), want, "{action}");
    }
}

#[test]
fn every_level_must_let_a_request_through() {
    let all = [allow_all(PolicyKind::Managed)];
    let (full, none) = (rcps(&[FULL]), rcps(&[]));
    let denying = rcps(&[
        FULL,
        r#"{"Effect": "Deny", "Principal": "*", "Action": "s:A", "Resource": "*"}"#,
    ]);
    let elsewhere = rcps(&[
        FULL,
        r#"{"Effect": "Deny", "Principal": "*", "Action": "s:A", "NotResource": "arn:aws:s:::mine"}"#,
    ]);
    let denied = "with an explicit deny in a resource control policy";
    let unallowed = "because no resource control policy allows the s:A action";
    let cases = [
        ("full access everywhere", vec![&full, &full], "allowed"),
        ("denied at the root", vec![&denying, &full], denied),
        (
            "denied at the account",
            vec![&full, &full, &denying],
            denied,
        ),
        ("nothing at a unit", vec![&full, &none, &full], unallowed),
        ("a deny wins over nothing", vec![&none, &denying], denied),
        ("another resource is denied", vec![&elsewhere], "allowed"),
    ];
    for (case, levels, want) in cases {
        let levels: Vec<_> = levels
            .into_iter()
            .map(|policies| Level {
                target: "x",
                policies,
            })
            .collect();
        let set = PolicySet {
            identity: &all,
            rcp_levels: &levels,
            ..PolicySet::default()
        };
        for principal in [ANA, DEV, ROOT] {
            let mut request = request("s:A", "arn:aws:s:::mine");
            request.principal = principal;
            assert_eq!(
                clause(&evaluate(&request, &set)),
                want,
                "{case}: {principal:?}"
            );
        }
        let exempt = PolicySet {
            rcp_exempt: true,
            ..set
        };
        let request = request("s:A", "arn:aws:s:::mine");
        assert_eq!(clause(&evaluate(&request, &exempt)), "allowed", "{case}");
        assert!(
            explain(&request, &exempt).steps.len() == 1,
            "{case}: only the identity policy is looked at"
        );
    }
}

#[test]
fn a_perimeter_keeps_strangers_out() {
    let all = [allow_all(PolicyKind::Managed)];
    let guarded = rcps(&[FULL, PERIMETER]);
    let levels = [Level {
        target: "r-root",
        policies: &guarded,
    }];
    let open = policy(
        PolicyKind::Resource,
        r#"{"Effect": "Allow", "Principal": "*", "Action": "s:*"}"#,
    );
    let service = Principal::Service {
        name: "logging.s3.amazonaws.com",
    };
    let denied = "with an explicit deny in a resource control policy";
    // A key that is missing makes a condition with IfExists true.
    #[rustfmt::skip]
    let cases = [
        ("one's own", ANA, Some("o-own"), None, "false", "allowed"),
        ("a neighbour", ANA, Some("o-other"), None, "false", denied),
        ("an account alone", ANA, None, None, "false", denied),
        ("anybody", Principal::Anonymous, None, None, "false", denied),
        ("what is public", ANA, Some("o-other"), Some("yes"), "false", "allowed"),
        ("a service", service, None, None, "true", "allowed"),
    ];
    for (case, principal, organization, public, is_service, want) in cases {
        let mut request = request("s:A", "*");
        request.principal = principal;
        request.context.set("aws:PrincipalIsAWSService", is_service);
        if let Some(organization) = organization {
            request.context.set("aws:PrincipalOrgID", organization);
        }
        if let Some(public) = public {
            request.context.set("aws:ResourceTag/public", public);
        }
        let set = PolicySet {
            identity: &all,
            resource: Some(&open),
            resource_account: Some(OTHER),
            rcp_levels: &levels,
            ..PolicySet::default()
        };
        assert_eq!(clause(&evaluate(&request, &set)), want, "{case}");
    }
}

#[test]
fn they_bind_the_assuming_of_roles() {
    let all = [allow_all(PolicyKind::Managed)];
    let guarded = rcps(&[
        FULL,
        r#"{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-own"}}}"#,
    ]);
    let levels = [Level {
        target: "r-root",
        policies: &guarded,
    }];
    let trust = policy(
        PolicyKind::Trust,
        r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}"#,
    );
    for (organization, want) in [("o-own", true), ("o-other", false)] {
        let mut request = request("sts:AssumeRole", "arn:aws:iam::444455556666:role/target");
        request.context.set("aws:PrincipalOrgID", organization);
        let set = PolicySet {
            identity: &all,
            resource_account: Some(OTHER),
            rcp_levels: &levels,
            ..PolicySet::default()
        };
        let decision = evaluate_trust(&request, &trust, &set);
        assert_eq!(decision.is_allowed(), want, "{organization}");
    }
}
