use atrium_policy::{PolicyKind, PolicySet, Principal, evaluate_trust, explain_trust};

use crate::support::{ANA, DEV, OTHER, ROOT, allow_all, policy, request};

const ROLE: &str = "arn:aws:iam::111122223333:role/target";
const SAML: &str = "arn:aws:iam::111122223333:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE";

#[test]
fn assuming_a_role_needs_its_trust() {
    let all = [allow_all(PolicyKind::Managed)];
    let deny = [policy(
        PolicyKind::Managed,
        r#"{"Effect": "Deny", "Action": "sts:*", "Resource": "*"}"#,
    )];
    let none = PolicySet::default();
    let with = PolicySet {
        identity: &all,
        ..none
    };
    let saml = Principal::Federated { provider: SAML };
    let service = Principal::Service {
        name: "ec2.amazonaws.com",
    };
    let ok = None;
    let trust = Some("because no role trust policy allows the sts:AssumeRole action");
    let identity = Some("because no identity-based policy allows the sts:AssumeRole action");
    let refused = Some("with an explicit deny in an identity-based policy");
    let distrust = Some("with an explicit deny in the role trust policy");
    let user = r#""Principal": {"AWS": "arn:aws:iam::111122223333:user/ana"}"#;
    let account = r#""Principal": {"AWS": "arn:aws:iam::111122223333:root"}"#;
    let role = r#""Principal": {"AWS": "arn:aws:iam::111122223333:role/team/dev"}"#;
    let foreign = |set| PolicySet {
        resource_account: Some(OTHER),
        ..set
    };
    let cases = [
        ("Allow", user, ANA, none, ok),
        ("Allow", user, ANA, foreign(none), identity),
        ("Allow", user, ANA, foreign(with), ok),
        ("Allow", account, ANA, none, identity),
        ("Allow", account, ANA, with, ok),
        ("Allow", account, ANA, foreign(with), ok),
        ("Allow", account, ROOT, none, ok),
        ("Allow", role, ANA, with, trust),
        ("Allow", role, ANA, foreign(with), trust),
        ("Allow", role, DEV, none, ok),
        ("Allow", r#""Principal": {"AWS": "*"}"#, ANA, none, ok),
        (
            "Allow",
            r#""Principal": {"AWS": "*"}"#,
            ANA,
            foreign(none),
            identity,
        ),
        (
            "Allow",
            user,
            ANA,
            PolicySet {
                identity: &deny,
                ..none
            },
            refused,
        ),
        ("Deny", user, ANA, with, distrust),
        (
            "Allow",
            r#""Principal": {"Service": "ec2.amazonaws.com"}"#,
            service,
            none,
            ok,
        ),
        (
            "Allow",
            r#""Principal": {"Service": "lambda.amazonaws.com"}"#,
            service,
            none,
            trust,
        ),
        (
            "Allow",
            &format!(r#""Principal": {{"Federated": "{SAML}"}}"#),
            saml,
            none,
            ok,
        ),
        ("Allow", user, saml, none, trust),
        ("Allow", r#""Principal": {"AWS": "*"}"#, saml, none, trust),
    ];
    for (index, (effect, principal, caller, set, want)) in cases.into_iter().enumerate() {
        let statement = format!(
            r#"{{"Effect": "{effect}", {principal}, "Action": ["sts:AssumeRole", "sts:TagSession"]}}"#
        );
        let trust = policy(PolicyKind::Trust, &statement);
        let mut request = request("sts:AssumeRole", ROLE);
        request.principal = caller;
        let decision = evaluate_trust(&request, &trust, &set);
        let message = want.map(|end| {
            format!(
                "User: U is not authorized to perform: sts:AssumeRole on resource: {ROLE} {end}"
            )
        });
        assert_eq!(
            decision.message("U", "sts:AssumeRole", ROLE),
            message,
            "case {index}: {principal}"
        );
        assert_eq!(explain_trust(&request, &trust, &set).decision, decision);
    }
}

#[test]
fn an_external_id_is_a_condition_like_any_other() {
    let statement = r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "abc"}}}"#;
    let (trust, all) = (
        policy(PolicyKind::Trust, statement),
        [allow_all(PolicyKind::Managed)],
    );
    let set = PolicySet {
        identity: &all,
        resource_account: Some(OTHER),
        ..PolicySet::default()
    };
    for (given, want) in [(Some("abc"), true), (Some("abd"), false), (None, false)] {
        let mut request = request("sts:AssumeRole", ROLE);
        if let Some(given) = given {
            request.context.set("sts:ExternalId", given);
        }
        assert_eq!(
            evaluate_trust(&request, &trust, &set).is_allowed(),
            want,
            "{given:?}"
        );
    }
}
