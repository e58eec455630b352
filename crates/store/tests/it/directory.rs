use atrium_model::directory::{
    ExternalId, Group, GroupMembership, Instance, InstanceKind, InstanceStatus, Profile,
    UniqueAttribute, UniqueKey, User, UserStatus,
};
use atrium_model::{GroupId, IdentityStoreId, InstanceId, MembershipId, Timestamp, UserId};
use atrium_store::{
    DirectoryCount, DirectoryTx, GroupTx, InstanceListing, Store, StoreError, Tx, UserTx,
};

use crate::engines::wait;

crate::store_conformance!(
    instances_have_one_owner_and_one_organization,
    instances_are_listed_by_who_sees_them,
    an_instance_changes_and_goes_with_its_store,
    users_page_by_id_within_their_store,
    a_user_changes_and_goes,
    unique_values_have_one_owner_in_a_store,
    racing_writers_claim_a_value_once,
    counts_are_kept_by_store,
    groups_page_by_id_within_their_store,
    memberships_page_from_both_sides,
    tags_stay_with_their_resource,
);

pub(crate) const ONE: &str = "d-1000000000";
pub(crate) const TWO: &str = "d-2000000000";

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(crate) fn store_id(text: &str) -> IdentityStoreId {
    text.parse().expect("a store id")
}

pub(crate) fn instance_id(number: u8) -> InstanceId {
    format!("ssoins-{number:016x}")
        .parse()
        .expect("an instance id")
}

pub(crate) fn entry<T: std::str::FromStr<Err: std::fmt::Debug>>(number: u32) -> T {
    format!("00000000-0000-4000-8000-{number:012x}")
        .parse()
        .expect("an id")
}

pub(crate) fn instance(number: u8, owner: &str, organization: Option<&str>) -> Instance {
    Instance {
        id: instance_id(number),
        kind: match organization {
            Some(_) => InstanceKind::Organization,
            None => InstanceKind::Account,
        },
        owner: owner.parse().expect("an account"),
        region: "eu-west-1".parse().expect("a Region"),
        organization: organization.map(|id| id.parse().expect("an organization id")),
        identity_store: store_id(&format!("d-{number}000000000")),
        name: Some("näme".into()),
        status: InstanceStatus::Active,
        status_reason: None,
        created: at(5),
        kms_key_arn: None,
        encryption_settled: None,
        account_instances_allowed: false,
        permission_sets_enabled: true,
    }
}

pub(crate) fn user(store: &str, number: u32) -> User {
    User {
        store: store_id(store),
        id: entry(number),
        revision: 1,
        status: UserStatus::Enabled,
        profile: Profile {
            user_name: format!("user{number}"),
            display_name: "Jane 🦀".into(),
            ..Profile::default()
        },
        external_ids: vec![ExternalId {
            issuer: "i".into(),
            id: number.to_string(),
        }],
        created_at: at(1),
        created_by: "AIDA".into(),
        updated_at: at(2),
        updated_by: "AROA:x".into(),
    }
}

pub(crate) fn group(store: &str, number: u32) -> Group {
    Group {
        store: store_id(store),
        id: entry(number),
        revision: 1,
        display_name: format!("Group {number}"),
        description: None,
        external_ids: Vec::new(),
        created_at: at(1),
        created_by: "AIDA".into(),
        updated_at: at(2),
        updated_by: "AROA:x".into(),
    }
}

pub(crate) fn membership(store: &str, number: u32, group: u32, user: u32) -> GroupMembership {
    GroupMembership {
        store: store_id(store),
        id: entry(number),
        group: entry(group),
        user: entry(user),
        created_at: at(3),
        created_by: "AIDA".into(),
    }
}

/// Runs `work` in a transaction that writes.
pub(crate) fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut dyn Tx) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    wait(store.write(work))
}

/// Runs `work` in a transaction that reads.
pub(crate) fn read<T: Send + 'static>(
    store: &Store,
    mut work: impl FnMut(&mut dyn DirectoryTx) -> Result<T, StoreError> + Send + 'static,
) -> T {
    wait(store.read(move |tx| work(tx))).expect("a read")
}

fn instances_have_one_owner_and_one_organization(store: &Store) {
    let kept = instance(1, "111111111111", Some("o-aaaaaaaaaa"));
    let first = kept.clone();
    write(store, move |tx| tx.insert_instance(&first)).expect("the first");
    let mut same_store = instance(4, "333333333333", None);
    same_store.identity_store = kept.identity_store.clone();
    let cases = [
        (instance(2, "111111111111", None), "owner"),
        (
            instance(2, "222222222222", Some("o-aaaaaaaaaa")),
            "organization",
        ),
        (instance(1, "222222222222", None), "id"),
        (same_store, "id"),
    ];
    for (new, want) in cases {
        let got = write(store, move |tx| tx.insert_instance(&new));
        assert!(
            matches!(got, Err(StoreError::Duplicate(key)) if key == want),
            "{want}: {got:?}"
        );
    }
    for (number, owner) in [(2, "222222222222"), (3, "333333333333")] {
        let new = instance(number, owner, None);
        write(store, move |tx| tx.insert_instance(&new)).expect("no organization is no conflict");
    }
    let asked = kept.clone();
    let found = read(store, move |tx| {
        Ok([
            tx.instance(&asked.id)?,
            tx.instance_of_store(&asked.identity_store)?,
            tx.instance_of_owner(&asked.owner)?,
            tx.instance_of_organization(asked.organization.as_ref().expect("one"))?,
            tx.instance(&instance_id(9))?,
            tx.instance_of_store(&store_id("d-9000000000"))?,
        ])
    });
    assert_eq!(
        found,
        [
            Some(kept.clone()),
            Some(kept.clone()),
            Some(kept.clone()),
            Some(kept),
            None,
            None
        ]
    );
}

fn instances_are_listed_by_who_sees_them(store: &Store) {
    write(store, |tx| {
        tx.insert_instance(&instance(1, "111111111111", Some("o-aaaaaaaaaa")))?;
        tx.insert_instance(&instance(2, "222222222222", None))?;
        tx.insert_instance(&instance(3, "333333333333", None))
    })
    .expect("three");
    type Case = (
        &'static str,
        Option<&'static str>,
        Option<&'static str>,
        Option<u8>,
        &'static [u8],
    );
    let cases: [Case; 6] = [
        ("222222222222", Some("o-aaaaaaaaaa"), None, None, &[1, 2]),
        ("222222222222", Some("o-aaaaaaaaaa"), None, Some(1), &[2]),
        ("222222222222", None, None, None, &[2]),
        (
            "222222222222",
            Some("o-bbbbbbbbbb"),
            Some("eu-west-1"),
            None,
            &[2],
        ),
        (
            "222222222222",
            Some("o-aaaaaaaaaa"),
            Some("us-east-1"),
            None,
            &[],
        ),
        ("444444444444", None, None, None, &[]),
    ];
    for (owner, organization, region, after, want) in cases {
        let found = read(store, move |tx| {
            tx.instances(&InstanceListing {
                owner: &owner.parse().expect("an account"),
                organization: organization.map(|id| id.parse().expect("an id")).as_ref(),
                region: region.map(|name| name.parse().expect("a Region")).as_ref(),
                now: at(9),
                after: after.map(instance_id).as_ref(),
                limit: 10,
            })
        });
        let ids: Vec<_> = found.into_iter().map(|instance| instance.id).collect();
        let want: Vec<_> = want.iter().map(|number| instance_id(*number)).collect();
        assert_eq!(ids, want, "{owner} {organization:?} {region:?} {after:?}");
    }
}

/// Fills the store of an instance with one of everything.
fn fill(tx: &mut dyn Tx, instance: &Instance) -> Result<(), StoreError> {
    let name = instance.identity_store.as_str();
    let tx: &mut dyn DirectoryTx = tx;
    tx.insert_instance(instance)?;
    tx.insert_user(&user(name, 1))?;
    tx.insert_group(&group(name, 2))?;
    tx.insert_membership(&membership(name, 3, 2, 1))?;
    for key in user(name, 1).unique_keys() {
        tx.claim_key(&instance.identity_store, &key, "1")?;
    }
    tx.count_entry(&instance.identity_store, DirectoryCount::Users, "1", 1, 9)?;
    tx.put_tag(&instance.id, &instance.arn(), "k", "v")
}

/// How many things of [`fill`] are there.
fn filled(store: &Store, instance: &Instance) -> usize {
    let instance = instance.clone();
    read(store, move |tx| {
        let name = &instance.identity_store;
        let key = &user(name.as_str(), 1).unique_keys()[0];
        Ok(usize::from(tx.instance(&instance.id)?.is_some())
            + tx.users(name, None, 9)?.len()
            + tx.groups(name, None, 9)?.len()
            + usize::from(tx.group_membership(name, &entry(3))?.is_some())
            + usize::from(tx.key_owner(name, key)?.is_some())
            + usize::try_from(tx.entry_count(name, DirectoryCount::Users)?).expect("a count")
            + tx.tags(&instance.id, &instance.arn(), None, 9)?.len())
    })
}

fn an_instance_changes_and_goes_with_its_store(store: &Store) {
    let one = instance(1, "111111111111", None);
    let two = instance(2, "222222222222", None);
    let (first, second) = (one.clone(), two.clone());
    write(store, move |tx| {
        fill(tx, &first)?;
        fill(tx, &second)
    })
    .expect("two full stores");
    let changed = Instance {
        name: None,
        status: InstanceStatus::DeleteInProgress,
        status_reason: Some("because".into()),
        kms_key_arn: Some("arn:aws:kms:x".into()),
        account_instances_allowed: true,
        permission_sets_enabled: false,
        ..one.clone()
    };
    let new = changed.clone();
    write(store, move |tx| tx.update_instance(&new)).expect("a change");
    let asked = one.id.clone();
    assert_eq!(read(store, move |tx| tx.instance(&asked)), Some(changed));
    assert_eq!((filled(store, &one), filled(store, &two)), (7, 7));
    let gone = one.clone();
    write(store, move |tx| tx.delete_instance(&gone, at(9))).expect("gone");
    assert_eq!((filled(store, &one), filled(store, &two)), (0, 7));
}

fn users_page_by_id_within_their_store(store: &Store) {
    write(store, |tx| {
        for number in [5, 1, 4, 2, 3] {
            UserTx::insert_user(tx, &user(ONE, number))?;
        }
        UserTx::insert_user(tx, &user(TWO, 1))
    })
    .expect("six users");
    let again = write(store, |tx| UserTx::insert_user(tx, &user(ONE, 1)));
    assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
    let (mut seen, mut after) = (Vec::new(), None);
    for _ in 0..4 {
        let from = after.clone();
        let page = read(store, move |tx| tx.users(&store_id(ONE), from.as_ref(), 2));
        after = page.last().map(|user| user.id.clone());
        seen.extend(page);
        if after.is_none() {
            break;
        }
    }
    assert_eq!(
        seen,
        (1..=5).map(|number| user(ONE, number)).collect::<Vec<_>>()
    );
    let others = read(store, |tx| tx.users(&store_id(TWO), None, 10));
    assert_eq!(others, [user(TWO, 1)]);
    assert_eq!(
        read(store, |tx| tx.user(&store_id(TWO), &entry::<UserId>(2))),
        None
    );
}

fn a_user_changes_and_goes(store: &Store) {
    write(store, |tx| {
        for (name, number) in [(ONE, 1), (ONE, 2), (TWO, 1)] {
            UserTx::insert_user(tx, &user(name, number))?;
            tx.insert_membership(&membership(name, number, 9, number))?;
        }
        Ok(())
    })
    .expect("three users");
    let mut changed = user(ONE, 1);
    changed.revision = 2;
    changed.status = UserStatus::Disabled;
    changed.profile.title = Some("Dr".into());
    changed.external_ids.clear();
    changed.updated_at = at(9);
    let new = changed.clone();
    write(store, move |tx| UserTx::update_user(tx, &new)).expect("a change");
    assert_eq!(
        read(store, |tx| tx.user(&store_id(ONE), &entry(1))),
        Some(changed)
    );
    let delete = || {
        write(store, |tx| {
            UserTx::delete_user(tx, &store_id(ONE), &entry(1), at(9))
        })
    };
    assert!(delete().expect("gone"));
    assert!(!delete().expect("not there"));
    assert_eq!(
        read(store, |tx| tx.user(&store_id(TWO), &entry(1))),
        Some(user(TWO, 1))
    );
    for (name, want) in [(ONE, 1), (TWO, 1)] {
        let left = read(store, move |tx| {
            tx.members_of_group(&store_id(name), &entry(9), None, 9)
        });
        assert_eq!(left.len(), want, "{name}");
    }
}

fn name_key(text: &str) -> UniqueKey {
    UniqueKey::folded(UniqueAttribute::UserName, text)
}

fn unique_values_have_one_owner_in_a_store(store: &Store) {
    let long = "ж".repeat(1024);
    let texts = ["jane", &long, "%_'\"\\"].map(str::to_owned);
    for text in texts {
        let claim = |name: &'static str, owner: &'static str| {
            let key = name_key(&text);
            write(store, move |tx| tx.claim_key(&store_id(name), &key, owner))
        };
        claim(ONE, "a").expect("free");
        assert!(
            matches!(claim(ONE, "b"), Err(StoreError::Duplicate(_))),
            "{text}"
        );
        claim(TWO, "c").expect("free in the other store");
        let other = UniqueKey::folded(UniqueAttribute::Email, &text);
        write(store, move |tx| tx.claim_key(&store_id(ONE), &other, "d"))
            .expect("another attribute");
        let owner = |name: &'static str| {
            let key = name_key(&text);
            read(store, move |tx| tx.key_owner(&store_id(name), &key))
        };
        assert_eq!(
            (owner(ONE).as_deref(), owner(TWO).as_deref()),
            (Some("a"), Some("c"))
        );
        let key = name_key(&text);
        write(store, move |tx| tx.release_key(&store_id(ONE), &key)).expect("released");
        assert_eq!(
            (owner(ONE).as_deref(), owner(TWO).as_deref()),
            (None, Some("c"))
        );
    }
}

fn racing_writers_claim_a_value_once(store: &Store) {
    let won = wait(async {
        let claims = (0..16).map(|number: u32| {
            let store = store.clone();
            tokio::spawn(async move {
                let owner = number.to_string();
                let claim = store
                    .write(move |tx| tx.claim_key(&store_id(ONE), &name_key("jane"), &owner))
                    .await;
                match claim {
                    Ok(()) => true,
                    Err(StoreError::Duplicate(_)) => false,
                    Err(error) => panic!("{error}"),
                }
            })
        });
        let mut won = 0;
        for claim in claims.collect::<Vec<_>>() {
            won += u32::from(claim.await.expect("a task that ends"));
        }
        won
    });
    assert_eq!(won, 1);
}

fn counts_are_kept_by_store(store: &Store) {
    let count = |name: &'static str, what, id: u32, by| {
        write(store, move |tx| {
            tx.count_entry(&store_id(name), what, &id.to_string(), by, 40)
        })
        .expect("a count")
    };
    for id in 0..40 {
        assert!(!count(ONE, DirectoryCount::Users, id, 1), "{id}");
    }
    assert!(count(ONE, DirectoryCount::Users, 40, 1));
    assert!(!count(ONE, DirectoryCount::Users, 40, -1));
    assert!(!count(ONE, DirectoryCount::Groups, 1, 1));
    assert!(!count(TWO, DirectoryCount::Users, 1, 1));
    let counts = read(store, |tx| {
        Ok([
            tx.entry_count(&store_id(ONE), DirectoryCount::Users)?,
            tx.entry_count(&store_id(ONE), DirectoryCount::Groups)?,
            tx.entry_count(&store_id(TWO), DirectoryCount::Users)?,
            tx.entry_count(&store_id(TWO), DirectoryCount::Groups)?,
        ])
    });
    assert_eq!(counts, [40, 1, 1, 0]);
}

fn groups_page_by_id_within_their_store(store: &Store) {
    write(store, |tx| {
        for number in [3, 1, 2] {
            GroupTx::insert_group(tx, &group(ONE, number))?;
        }
        GroupTx::insert_group(tx, &group(TWO, 1))
    })
    .expect("four groups");
    let first = read(store, |tx| tx.groups(&store_id(ONE), None, 2));
    let after = first[1].id.clone();
    let rest = read(store, move |tx| tx.groups(&store_id(ONE), Some(&after), 2));
    assert_eq!(
        (first, rest),
        (vec![group(ONE, 1), group(ONE, 2)], vec![group(ONE, 3)])
    );
    let changed = Group {
        display_name: "new".into(),
        description: Some("d".into()),
        revision: 2,
        ..group(ONE, 1)
    };
    let new = changed.clone();
    write(store, move |tx| GroupTx::update_group(tx, &new)).expect("a change");
    assert_eq!(
        read(store, |tx| tx.group(&store_id(ONE), &entry(1))),
        Some(changed)
    );
    assert_eq!(
        read(store, |tx| tx.group(&store_id(TWO), &entry(1))),
        Some(group(TWO, 1))
    );
    let delete = || {
        write(store, |tx| {
            GroupTx::delete_group(tx, &store_id(ONE), &entry(1), at(9))
        })
    };
    assert!(delete().expect("gone"));
    assert!(!delete().expect("not there"));
    assert_eq!(
        read(store, |tx| tx.groups(&store_id(TWO), None, 9)).len(),
        1
    );
}

fn memberships_page_from_both_sides(store: &Store) {
    write(store, |tx| {
        for (number, group, user) in [(1, 1, 3), (2, 1, 1), (3, 1, 2), (4, 2, 1)] {
            tx.insert_membership(&membership(ONE, number, group, user))?;
        }
        tx.insert_membership(&membership(TWO, 1, 1, 3))
    })
    .expect("five memberships");
    let twice = write(store, |tx| tx.insert_membership(&membership(ONE, 9, 1, 3)));
    assert!(matches!(twice, Err(StoreError::Duplicate(_))), "{twice:?}");
    let members = |after: Option<u32>| {
        let page = read(store, move |tx| {
            let after = after.map(entry::<UserId>);
            tx.members_of_group(&store_id(ONE), &entry(1), after.as_ref(), 2)
        });
        page.into_iter().map(|found| found.user).collect::<Vec<_>>()
    };
    assert_eq!(members(None), [entry(1), entry(2)]);
    assert_eq!(members(Some(2)), [entry(3)]);
    let groups = |name: &'static str, user: u32, after: Option<u32>| {
        let page = read(store, move |tx| {
            let after = after.map(entry::<GroupId>);
            tx.groups_of_user(&store_id(name), &entry(user), after.as_ref(), 9)
        });
        page.into_iter()
            .map(|found| found.group)
            .collect::<Vec<_>>()
    };
    assert_eq!(groups(ONE, 1, None), [entry(1), entry(2)]);
    assert_eq!(groups(ONE, 1, Some(1)), [entry(2)]);
    assert_eq!(groups(TWO, 1, None), []);
    let found = read(store, |tx| {
        Ok([
            tx.group_membership(&store_id(ONE), &entry(1))?,
            tx.membership_between(&store_id(ONE), &entry(1), &entry(3))?,
            tx.membership_between(&store_id(TWO), &entry(2), &entry(1))?,
            tx.group_membership(&store_id(TWO), &entry(4))?,
        ])
    });
    let first = membership(ONE, 1, 1, 3);
    assert_eq!(found, [Some(first.clone()), Some(first), None, None]);
    let delete = |name: &'static str, number: u32| {
        let id: MembershipId = entry(number);
        write(store, move |tx| {
            tx.delete_membership(&store_id(name), &id, at(9))
        })
        .expect("an answer")
    };
    assert!(!delete(TWO, 4));
    assert!(delete(ONE, 4));
    assert!(!delete(ONE, 4));
    assert_eq!(groups(ONE, 1, None), [entry(1)]);
}

fn tags_stay_with_their_resource(store: &Store) {
    write(store, |tx| {
        for (instance, resource, key, value) in [
            (1, "a", "k2", "old"),
            (1, "a", "k2", "new"),
            (1, "a", "K1", ""),
            (1, "b", "k2", "b"),
            (2, "a", "k2", "two"),
        ] {
            tx.put_tag(&instance_id(instance), resource, key, value)?;
        }
        Ok(())
    })
    .expect("tags");
    let tags = |instance: u8, resource: &'static str, after: Option<&'static str>| {
        let found = read(store, move |tx| {
            tx.tags(&instance_id(instance), resource, after, 9)
        });
        found
            .into_iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(tags(1, "a", None), ["K1=", "k2=new"]);
    assert_eq!(tags(1, "a", Some("K1")), ["k2=new"]);
    assert_eq!(read(store, |tx| tx.tag_count(&instance_id(1), "a")), 2);
    write(store, |tx| tx.delete_tag(&instance_id(1), "a", "k2")).expect("removed");
    write(store, |tx| tx.delete_tag(&instance_id(1), "a", "k2")).expect("not there");
    write(store, |tx| tx.delete_tags(&instance_id(1), "b")).expect("removed");
    assert_eq!((tags(1, "a", None).len(), tags(1, "b", None).len()), (1, 0));
    assert_eq!(tags(2, "a", None), ["k2=two"]);
}
