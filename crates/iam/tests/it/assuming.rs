//! Sessions of roles.

use atrium_iam::*;
use atrium_model::iam::Tag;
use atrium_model::{OpContext, Session};
use atrium_store::Tx;

use crate::world::{ALLOW, HOME, NOW, World};

fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: key.into(),
        value: value.into(),
    }
}

/// A session in a role chain: tagged, one of the tags transitive, with a source identity.
fn chained(source_identity: Option<&str>) -> World {
    let session = Session {
        tags: vec![("Team".into(), "a".into()), ("Own".into(), "b".into())],
        transitive_tag_keys: vec!["team".into()],
        source_identity: source_identity.map(str::to_owned),
        ..Session::default()
    };
    World::new().called_by_role("AROACALLER", session)
}

fn plan(world: &World, ask: AssumeRole) -> Result<NewRoleSession, SessionError> {
    let role = world.role(HOME, "target");
    world.run(move |cx: &OpContext<'_>, _, tx: &mut dyn Tx| {
        plan_role_session(cx, tx, &role, ask.clone())
    })
}

fn lasting(seconds: i64) -> AssumeRole {
    AssumeRole {
        duration_seconds: Some(seconds),
        ..AssumeRole::default()
    }
}

#[test]
fn sessions_last_as_long_as_role_and_chain_allow() {
    assert!(plan(&World::new(), lasting(3600)).is_ok());
    assert!(matches!(
        plan(&World::new(), lasting(3601)),
        Err(SessionError::LongerThanRole)
    ));
    assert!(matches!(
        plan(&chained(None), lasting(3601)),
        Err(SessionError::ChainTooLong)
    ));
    let planned = plan(&chained(None), AssumeRole::default()).expect("an hour");
    let session = planned.grant.session;
    assert_eq!(session.issued_at.as_millis(), NOW);
    assert_eq!(session.expires_at.as_millis(), NOW + 3_600_000);
    assert!(!session.restricted && planned.packed_size.is_none());
}

#[test]
fn tags_go_on_along_a_chain() {
    let ask = AssumeRole {
        tags: vec![tag("New", "c"), tag("Kept", "d")],
        transitive_tag_keys: vec!["kept".into()],
        ..AssumeRole::default()
    };
    let session = plan(&chained(None), ask).expect("a session").grant.session;
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(
        session.tags,
        [pair("Team", "a"), pair("New", "c"), pair("Kept", "d")]
    );
    assert_eq!(session.transitive_tag_keys, ["team", "kept"]);
    let ask = |tags: Vec<Tag>, keys: &[&str]| AssumeRole {
        tags,
        transitive_tag_keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        ..AssumeRole::default()
    };
    let conflict = plan(&chained(None), ask(vec![tag("TEAM", "z")], &[]));
    assert!(matches!(conflict, Err(SessionError::TransitiveConflict)));
    let unknown = plan(&World::new(), ask(vec![tag("a", "z")], &["b"]));
    assert!(matches!(unknown, Err(SessionError::UnknownTransitiveKey)));
    let twice = plan(&World::new(), ask(vec![tag("a", ""), tag("A", "")], &[]));
    assert!(matches!(twice, Err(SessionError::DuplicateTagKeys)));
}

#[test]
fn a_source_identity_stays() {
    let ask = |identity: Option<&str>| AssumeRole {
        source_identity: identity.map(str::to_owned),
        ..AssumeRole::default()
    };
    let cases = [
        (None, None, Some(None)),
        (None, Some("ana"), Some(Some("ana"))),
        (Some("ana"), None, Some(Some("ana"))),
        (Some("ana"), Some("ana"), Some(Some("ana"))),
        (Some("ana"), Some("ben"), None),
    ];
    for (before, asked, want) in cases {
        let planned = plan(&chained(before), ask(asked));
        match want {
            None => assert!(matches!(planned, Err(SessionError::SourceIdentityChanged))),
            Some(want) => {
                let found = planned.expect("a session").grant.session.source_identity;
                assert_eq!(found.as_deref(), want, "{before:?} {asked:?}");
            }
        }
    }
}

#[test]
fn session_policies_are_checked() {
    let policies = |inline: Option<String>, arns: Vec<String>| AssumeRole {
        policies: SessionPolicies { inline, arns },
        ..AssumeRole::default()
    };
    let planned = plan(
        &World::new(),
        policies(Some(ALLOW.into()), vec![ADMINISTRATOR_ACCESS.into()]),
    )
    .expect("a session");
    assert!(planned.grant.session.restricted && planned.packed_size.is_some_and(|size| size > 0));
    assert_eq!(planned.grant.session.policies, [ALLOW]);
    assert_eq!(planned.grant.policy_arns, [ADMINISTRATOR_ACCESS]);

    let malformed = plan(&World::new(), policies(Some("{}".into()), Vec::new()));
    assert!(matches!(malformed, Err(SessionError::Malformed(_))));
    let long = format!("{ALLOW}{}", " ".repeat(2048));
    let long = plan(&World::new(), policies(Some(long), Vec::new()));
    assert!(matches!(long, Err(SessionError::PolicyTooLong(2048))));
    let many = plan(
        &World::new(),
        policies(None, vec![ADMINISTRATOR_ACCESS.into(); 11]),
    );
    assert!(matches!(many, Err(SessionError::TooManyPolicies(10))));
    let unknown = plan(
        &World::new(),
        policies(None, vec!["arn:aws:iam::aws:policy/No".into()]),
    );
    assert!(matches!(unknown, Err(SessionError::UnknownPolicy(_))));
    let tags = (0..50)
        .map(|at| tag(&format!("k{at}"), &"v".repeat(256)))
        .collect();
    let packed = plan(
        &World::new(),
        AssumeRole {
            tags,
            ..AssumeRole::default()
        },
    );
    assert!(matches!(packed, Err(SessionError::PackedTooLarge(percent)) if percent > 100));
}
