//! The order of evaluation, and who must allow what.

use std::sync::Arc;

use atrium_policy::{Level, Policy, PolicyKind, PolicySet, Principal, evaluate};

use crate::support::{ACCOUNT, ANA, ANA_ARN, DEV, OTHER, ROOT, allow_all, clause, policy, request};

fn allow(kind: PolicyKind, action: &str) -> Arc<Policy> {
    policy(
        kind,
        &format!(r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}"#),
    )
}

fn deny(kind: PolicyKind) -> Arc<Policy> {
    policy(
        kind,
        r#"{"Effect": "Deny", "Action": "s:A", "Resource": "*"}"#,
    )
}

fn granting(effect: &str, principal: &str) -> Arc<Policy> {
    policy(
        PolicyKind::Resource,
        &format!(r#"{{"Effect": "{effect}", "Principal": {principal}, "Action": "s:*"}}"#),
    )
}

#[test]
fn a_deny_of_any_type_wins() {
    let all = [allow_all(PolicyKind::Managed)];
    let full = [allow_all(PolicyKind::ServiceControl)];
    let rcp = r#"{"Effect": "Deny", "Principal": "*", "Action": "s:A", "Resource": "*"}"#;
    let (denied, rcp) = (
        [all[0].clone(), deny(PolicyKind::Managed)],
        [policy(PolicyKind::ResourceControl, rcp)],
    );
    let scp = [full[0].clone(), deny(PolicyKind::ServiceControl)];
    let (levels, deny_levels) = (
        [Level {
            target: "r",
            policies: &full,
        }],
        [Level {
            target: "r",
            policies: &scp,
        }],
    );
    let rcp_levels = [Level {
        target: "r",
        policies: &rcp,
    }];
    let resource = granting("Deny", r#"{"AWS": "111122223333"}"#);
    let base = PolicySet {
        scp_levels: &levels,
        identity: &all,
        boundary: Some(&all[0]),
        session: Some(&all),
        ..PolicySet::default()
    };
    let cases = [
        ("allowed", base),
        (
            "with an explicit deny in an identity-based policy",
            PolicySet {
                identity: &denied,
                ..base
            },
        ),
        (
            "with an explicit deny in a permissions boundary",
            PolicySet {
                boundary: Some(&denied[1]),
                ..base
            },
        ),
        (
            "with an explicit deny in a session policy",
            PolicySet {
                session: Some(&denied),
                ..base
            },
        ),
        (
            "with an explicit deny in a service control policy",
            PolicySet {
                scp_levels: &deny_levels,
                ..base
            },
        ),
        (
            "with an explicit deny in a resource-based policy",
            PolicySet {
                resource: Some(&resource),
                ..base
            },
        ),
        (
            "with an explicit deny in a resource control policy",
            PolicySet {
                rcp_levels: &rcp_levels,
                ..base
            },
        ),
    ];
    for (want, set) in cases {
        assert_eq!(clause(&evaluate(&request("s:A", "*"), &set)), want);
    }
}

#[test]
fn every_type_present_must_allow() {
    let all = [allow_all(PolicyKind::Managed)];
    let other = [allow(PolicyKind::Managed, "s:B")];
    let full = [allow_all(PolicyKind::ServiceControl)];
    let listed = [allow(PolicyKind::ServiceControl, "s:B")];
    let both = [listed[0].clone(), full[0].clone()];
    let level = |policies| Level {
        target: "x",
        policies,
    };
    let (gap, fine) = (
        [level(&full), level(&listed), level(&full)],
        [level(&full), level(&both)],
    );
    let (bare, none) = ([level(&full), level(&[])], PolicySet::default());
    let with = PolicySet {
        identity: &all,
        ..none
    };
    let cases = [
        (
            "because no identity-based policy allows the s:A action",
            none,
        ),
        (
            "because no identity-based policy allows the s:A action",
            PolicySet {
                identity: &other,
                ..none
            },
        ),
        (
            "because no service control policy allows the s:A action",
            PolicySet {
                scp_levels: &gap,
                ..with
            },
        ),
        (
            "because no service control policy allows the s:A action",
            PolicySet {
                scp_levels: &bare,
                ..with
            },
        ),
        (
            "allowed",
            PolicySet {
                scp_levels: &gap,
                scp_exempt: true,
                ..with
            },
        ),
        (
            "allowed",
            PolicySet {
                scp_levels: &fine,
                ..with
            },
        ),
        (
            "because no identity-based policy allows the s:A action",
            PolicySet {
                scp_levels: &fine,
                ..none
            },
        ),
        (
            "because no resource control policy allows the s:A action",
            PolicySet {
                rcp_levels: &gap,
                ..with
            },
        ),
        (
            "because no permissions boundary allows the s:A action",
            PolicySet {
                boundary: Some(&other[0]),
                ..with
            },
        ),
        (
            "because no identity-based policy allows the s:A action",
            PolicySet {
                boundary: Some(&all[0]),
                ..none
            },
        ),
        (
            "because no session policy allows the s:A action",
            PolicySet {
                session: Some(&other),
                ..with
            },
        ),
        (
            "because no session policy allows the s:A action",
            PolicySet {
                session: Some(&[]),
                ..with
            },
        ),
        (
            "allowed",
            PolicySet {
                session: Some(&all),
                boundary: Some(&all[0]),
                ..with
            },
        ),
    ];
    for (index, (want, set)) in cases.into_iter().enumerate() {
        assert_eq!(
            clause(&evaluate(&request("s:A", "*"), &set)),
            want,
            "case {index}"
        );
    }
    let mut request = request("s:A", "*");
    request.principal = ROOT;
    assert_eq!(
        clause(&evaluate(&request, &none)),
        "allowed",
        "the root user needs no policy"
    );
    let set = PolicySet {
        scp_levels: &gap,
        ..none
    };
    assert_eq!(
        clause(&evaluate(&request, &set)),
        "because no service control policy allows the s:A action"
    );
}

#[test]
fn resource_policies_count_by_whom_they_name() {
    let all = [allow_all(PolicyKind::Managed)];
    let other = [allow(PolicyKind::Managed, "s:B")];
    let service = Principal::Service {
        name: "sns.amazonaws.com",
    };
    let (ok, identity) = (
        "allowed",
        "because no identity-based policy allows the s:A action",
    );
    let resource = "because no resource-based policy allows the s:A action";
    let boundary = "because no permissions boundary allows the s:A action";
    let session = "because no session policy allows the s:A action";
    let role = r#"{"AWS": "arn:aws:iam::111122223333:role/team/dev"}"#;
    let role_session = r#"{"AWS": "arn:aws:sts::111122223333:assumed-role/dev/bob"}"#;
    let account = r#"{"AWS": "arn:aws:iam::111122223333:root"}"#;
    let user = r#"{"AWS": "arn:aws:iam::111122223333:user/ana"}"#;
    let everyone = r#""*""#;
    let none = PolicySet::default();
    let foreign = PolicySet {
        resource_account: Some(OTHER),
        ..none
    };
    #[rustfmt::skip]
    let cases = [
        // In the same account
        (ANA, user, none, ok),
        (ANA, everyone, none, ok),
        (ANA, account, none, identity),
        (ANA, r#"{"AWS": "111122223333"}"#, none, identity),
        (ANA, account, PolicySet { identity: &all, ..none }, ok),
        (ANA, role, none, identity),
        (ANA, role, PolicySet { identity: &all, ..none }, ok),
        (ANA, user, PolicySet { boundary: Some(&other[0]), ..none }, ok),
        (ANA, r#"{"AWS": "AIDA1111222233334444"}"#, none, ok),
        (DEV, role, none, ok),
        (DEV, r#"{"AWS": "AROA1111222233334444"}"#, none, ok),
        (DEV, role, PolicySet { boundary: Some(&other[0]), ..none }, boundary),
        (DEV, role, PolicySet { session: Some(&other), ..none }, session),
        (DEV, role_session, PolicySet { session: Some(&other), boundary: Some(&other[0]), ..none }, ok),
        (ROOT, role, none, ok),
        // From another account
        (ANA, user, foreign, identity),
        (ANA, everyone, foreign, identity),
        (ANA, user, PolicySet { identity: &all, ..foreign }, ok),
        (ANA, account, PolicySet { identity: &all, ..foreign }, ok),
        (ANA, role, PolicySet { identity: &all, ..foreign }, resource),
        (ANA, account, PolicySet { identity: &all, boundary: Some(&other[0]), ..foreign }, boundary),
        (ROOT, account, foreign, ok),
        (ROOT, role, foreign, resource),
        // Callers without an account
        (service, r#"{"Service": "sns.amazonaws.com"}"#, foreign, ok),
        (service, r#"{"Service": ["sqs.amazonaws.com"], "AWS": "111122223333"}"#, foreign, resource),
        (Principal::Anonymous, everyone, foreign, ok),
        (Principal::Anonymous, account, foreign, resource),
        (Principal::CanonicalUser { id: "79a5" }, r#"{"CanonicalUser": "79a5"}"#, foreign, ok),
    ];
    for (index, (principal, named, set, want)) in cases.into_iter().enumerate() {
        let attached = granting("Allow", named);
        let mut request = request("s:A", "*");
        request.principal = principal;
        let set = PolicySet {
            resource: Some(&attached),
            ..set
        };
        assert_eq!(
            clause(&evaluate(&request, &set)),
            want,
            "case {index}: {named} {principal:?}"
        );
    }
}

#[test]
fn the_most_direct_grant_counts() {
    let statements = format!(
        r#"[{{"Effect": "Allow", "Principal": {{"AWS": "{ACCOUNT}"}}, "Action": "s:A"}},
            {{"Effect": "Allow", "Principal": {{"AWS": "{ANA_ARN}"}}, "Action": "s:A"}}]"#
    );
    let attached = policy(PolicyKind::Resource, &statements);
    let set = PolicySet {
        resource: Some(&attached),
        ..PolicySet::default()
    };
    assert_eq!(clause(&evaluate(&request("s:A", "*"), &set)), "allowed");
}

#[test]
fn not_principal_means_everyone_else() {
    let all = [allow_all(PolicyKind::Managed)];
    let element =
        format!(r#"{{"Effect": "Deny", "NotPrincipal": {{"AWS": ["{ANA_ARN}"]}}, "Action": "*"}}"#);
    let attached = policy(PolicyKind::Resource, &element);
    let set = PolicySet {
        identity: &all,
        resource: Some(&attached),
        ..PolicySet::default()
    };
    for (principal, want) in [
        (ANA, "allowed"),
        (DEV, "with an explicit deny in a resource-based policy"),
    ] {
        let mut request = request("s:A", "*");
        request.principal = principal;
        assert_eq!(clause(&evaluate(&request, &set)), want);
    }
}
