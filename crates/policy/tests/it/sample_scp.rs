//! The policy that keeps account instances out of an organization, in each of its forms.

use atrium_policy::{Context, Level, PolicyKind, PolicySet, evaluate};

use crate::support::{ACCOUNT, ANA, DEV, OTHER, ROOT, allow_all, clause, policy, request};

#[test]
fn each_form_denies_whom_it_should() {
    let scp = |condition: &str| {
        let statement = format!(
            r#"[{{"Sid": "DenyCreateAccountInstances", "Effect": "Deny", "Action": ["sso:CreateInstance"],
                 "Resource": "*"{condition}}}]"#
        );
        policy(PolicyKind::ServiceControl, &statement)
    };
    let only_other =
        r#", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ["444455556666"]}}"#;
    let only_own =
        r#", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ["111122223333"]}}"#;
    let both = r#", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ["444455556666", "111122223333"]}}"#;
    let text = r#", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": "444455556666"}}"#;
    let denied = "with an explicit deny in a service control policy";
    let cases = [
        (
            "another account allowed",
            only_other,
            "sso:CreateInstance",
            Some(ACCOUNT),
            false,
            denied,
        ),
        (
            "own account allowed",
            only_own,
            "sso:CreateInstance",
            Some(ACCOUNT),
            false,
            "allowed",
        ),
        (
            "a list with the account",
            both,
            "sso:CreateInstance",
            Some(ACCOUNT),
            false,
            "allowed",
        ),
        (
            "a list without it",
            both,
            "sso:CreateInstance",
            Some("777788889999"),
            false,
            denied,
        ),
        (
            "a text for a list",
            text,
            "sso:CreateInstance",
            Some(ACCOUNT),
            false,
            denied,
        ),
        (
            "a text that allows",
            text,
            "sso:CreateInstance",
            Some(OTHER),
            false,
            "allowed",
        ),
        (
            "everyone",
            "",
            "sso:CreateInstance",
            Some(ACCOUNT),
            false,
            denied,
        ),
        (
            "a missing key",
            only_own,
            "sso:CreateInstance",
            None,
            false,
            denied,
        ),
        (
            "another action",
            "",
            "sso:ListInstances",
            Some(ACCOUNT),
            false,
            "allowed",
        ),
        (
            "the management account",
            "",
            "sso:CreateInstance",
            Some(ACCOUNT),
            true,
            "allowed",
        ),
    ];
    for (case, condition, action, account, exempt, want) in cases {
        for principal in [ANA, DEV, ROOT] {
            let full = [allow_all(PolicyKind::ServiceControl)];
            let root = [full[0].clone(), scp(condition)];
            let levels = [
                Level {
                    target: "r-ab12",
                    policies: &root,
                },
                Level {
                    target: "ou-ab12-c3d4e5f6",
                    policies: &full,
                },
                Level {
                    target: ACCOUNT,
                    policies: &full,
                },
            ];
            let identity = [allow_all(PolicyKind::Managed)];
            let mut request = request(action, "*");
            request.principal = principal;
            request.context = Context::new();
            if let Some(account) = account {
                request.context.set("aws:PrincipalAccount", account);
            }
            let set = PolicySet {
                scp_levels: &levels,
                scp_exempt: exempt,
                identity: &identity,
                ..PolicySet::default()
            };
            assert_eq!(
                clause(&evaluate(&request, &set)),
                want,
                "{case}: {principal:?}"
            );
        }
    }
}

#[test]
fn the_deciding_statement_is_told() {
    let full = [allow_all(PolicyKind::ServiceControl)];
    let deny = r#"{"Sid": "DenyMemberAccountInstances", "Effect": "Deny", "Action": "sso:CreateInstance", "Resource": "*"}"#;
    let unit = [full[0].clone(), policy(PolicyKind::ServiceControl, deny)];
    let levels = [
        Level {
            target: "r-ab12",
            policies: &full,
        },
        Level {
            target: "ou-ab12-c3d4e5f6",
            policies: &unit,
        },
    ];
    let decision = evaluate(
        &request("sso:CreateInstance", "*"),
        &PolicySet {
            scp_levels: &levels,
            ..PolicySet::default()
        },
    );
    let Some(atrium_policy::Reason::ExplicitDeny(source)) = decision.reason() else {
        panic!("{decision}")
    };
    assert_eq!(source.level, Some("ou-ab12-c3d4e5f6"));
    assert_eq!(source.statement.sid(), Some("DenyMemberAccountInstances"));
    assert_eq!(source.index, 0);
}
