//! A small world with everything odd in it.

use crate::world::{
    MANAGEMENT, World, WorldApplication, WorldGroup, WorldInstance, WorldPermissionSet, WorldUser,
};

pub const MEMBER: &str = "222222222222";
pub const CLOSED: &str = "333333333333";
pub const SUSPENDED: &str = "444444444444";

pub fn user(id: &str, name: &str, email: Option<&str>, disabled: bool) -> WorldUser {
    WorldUser {
        id: id.to_owned(),
        name: Some(name.to_owned()),
        email: email.map(str::to_owned),
        disabled,
    }
}

pub fn group(id: &str, name: &str, members: &[&str]) -> WorldGroup {
    let members = members.iter().map(|id| (*id).to_owned()).collect();
    WorldGroup {
        id: id.to_owned(),
        name: name.to_owned(),
        members,
    }
}

pub fn application(
    arn: &str,
    account: &str,
    open: bool,
    assignments: &[(&'static str, &str)],
) -> WorldApplication {
    let assignments = assignments
        .iter()
        .map(|(kind, id)| (*kind, (*id).to_owned()))
        .collect();
    WorldApplication {
        arn: arn.to_owned(),
        name: None,
        account: account.to_owned(),
        open,
        assignments,
    }
}

/// The organization's instance in the management account, an account instance in a member.
pub fn world() -> World {
    let organizational = WorldInstance {
        ids: None,
        owner: MANAGEMENT.to_owned(),
        region: "us-east-1".to_owned(),
        number: 1,
        organizational: true,
        users: vec![
            user("u1", "ann", Some("Ann@Example.com"), false),
            user("u2", "=bob", Some("bob@example.com"), false),
            user("u3", "cid", None, false),
        ],
        groups: vec![
            group("g1", "Staff", &["u1", "u2"]),
            group("g2", "Nobody", &[]),
        ],
        applications: vec![WorldApplication {
            name: Some("Wiki".to_owned()),
            ..application(
                "arn:aws:sso::222222222222:application/ssoins-1/apl-1",
                MEMBER,
                false,
                &[
                    ("GROUP", "g1"),
                    ("GROUP", "g2"),
                    ("USER", "gone"),
                    ("USER", "u3"),
                ],
            )
        }],
        permission_sets: vec![WorldPermissionSet {
            arn: "arn:aws:sso:::permissionSet/ssoins-1/ps-1".to_owned(),
            name: "Read".to_owned(),
            assignments: vec![(MEMBER.to_owned(), "GROUP", "g1".to_owned())],
        }],
    };
    let account = WorldInstance {
        ids: None,
        owner: MEMBER.to_owned(),
        region: "eu-west-1".to_owned(),
        number: 2,
        users: vec![
            user("v1", "ann2", Some(" ann@example.COM"), true),
            user("v2", "bobby", Some("bob@example.com"), false),
            user("v3", "CID", Some("cid@example.com"), false),
        ],
        applications: vec![application(
            "arn:aws:sso::222222222222:application/ssoins-2/apl-2",
            MEMBER,
            true,
            &[],
        )],
        ..WorldInstance::default()
    };
    World {
        accounts: [
            (MEMBER, "ACTIVE"),
            (MANAGEMENT, "ACTIVE"),
            (CLOSED, "ACTIVE"),
            (SUSPENDED, "SUSPENDED"),
        ]
        .map(|(id, status)| (id.to_owned(), status))
        .to_vec(),
        regions: vec!["us-east-1".to_owned(), "eu-west-1".to_owned()],
        instances: vec![organizational, account],
        closed: [CLOSED.to_owned()].into(),
        page: 2,
        ..World::default()
    }
}
