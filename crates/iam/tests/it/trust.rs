//! Who stands in trust policies.

use atrium_iam::*;
use atrium_model::iam::Role;

use crate::world::{HOME, World, id};

fn trusting(world: &World, principal: &str) -> Result<Role, IamError> {
    let new = NewRole {
        name: "trusting".into(),
        path: "/".into(),
        trust_policy: format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":[{principal}]}},"Action":"sts:AssumeRole"}}]}}"#
        ),
        ..NewRole::default()
    };
    world.iam(move |cx, _, tx| create_role(cx, tx, &Quotas::default(), &id(HOME), new.clone()))
}

fn shown(world: &World, role: &Role) -> String {
    let role = role.clone();
    world
        .run(move |_, _, tx| shown_trust_policy(tx, &role))
        .expect("shown")
}

#[test]
fn a_user_made_anew_is_not_trusted() {
    let world = World::new();
    let ana = world.user("ana");
    let (arn, first) = (ana.arn(), ana.id.clone());
    let role = trusting(&world, &format!("{arn:?}")).expect("ana is there");
    assert!(role.trust_policy.contains(&first) && !role.trust_policy.contains(&arn));
    assert!(shown(&world, &role).contains(&arn));
    world
        .iam(move |_, _, tx| delete_user(tx, &ana))
        .expect("gone");
    world.user("ana");
    let shown = shown(&world, &role);
    assert!(shown.contains(&first) && !shown.contains(&arn), "{shown}");
}

#[test]
fn an_account_is_shown_as_its_root() {
    let world = World::new();
    let role = trusting(&world, r#""444455556666""#).expect("an account");
    assert!(shown(&world, &role).contains("\"arn:aws:iam::444455556666:root\""));
}

#[test]
fn principals_must_be_there_where_that_can_be_known() {
    let world = World::new();
    world.user("ana");
    world.role(HOME, "caller");
    let cases = [
        (r#""111122223333""#, true),
        (r#""arn:aws:iam::111122223333:root""#, true),
        (r#""arn:aws:iam::111122223333:user/ana""#, true),
        (
            r#""arn:aws:iam::111122223333:role/caller", "arn:aws:iam::111122223333:user/ana""#,
            true,
        ),
        (
            r#""arn:aws:sts::111122223333:assumed-role/any/session""#,
            true,
        ),
        (r#""arn:aws:iam::999999999999:user/elsewhere""#, true),
        (r#""arn:aws:iam::111122223333:user/ANA""#, false),
        (r#""arn:aws:iam::111122223333:user/path/ana""#, false),
        (r#""arn:aws:iam::111122223333:role/none""#, false),
        (r#""arn:aws:iam::444455556666:user/ana""#, false),
    ];
    for (principal, fits) in cases {
        match trusting(&world, principal) {
            Ok(role) => {
                assert!(fits, "{principal}");
                world
                    .iam(move |_, _, tx| delete_role(tx, &role))
                    .expect("gone");
            }
            Err(IamError::UnknownPrincipal(_)) => assert!(!fits, "{principal}"),
            Err(other) => panic!("{principal}: {other:?}"),
        }
    }
}
