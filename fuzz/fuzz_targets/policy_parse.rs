//! Any text is read or refused; what is read is written back as an equal policy and never panics on a request.
#![no_main]

use atrium_policy::{Context, Policy, PolicyKind, PolicySet, Principal, Request, explain};
use libfuzzer_sys::fuzz_target;

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

fuzz_target!(|text: &str| {
    for kind in KINDS {
        let Ok(policy) = Policy::parse(text, kind) else {
            continue;
        };
        let again = Policy::parse(&policy.render(), kind).expect("what was written reads");
        assert_eq!(policy, again);
        let request = Request {
            action: "sso:CreateInstance",
            resource: "arn:aws:sso:::instance/ssoins-7223ab0123456789",
            principal: Principal::Root {
                account: "111122223333",
            },
            context: Context::new()
                .with("aws:PrincipalAccount", "111122223333")
                .with_all("aws:TagKeys", ["a", "*"]),
        };
        let _ = explain(
            &request,
            &PolicySet {
                resource: Some(&policy),
                ..PolicySet::default()
            },
        )
        .to_string();
    }
});
