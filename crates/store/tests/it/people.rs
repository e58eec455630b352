//! How people, groups and instances were called before.

use atrium_model::directory::{
    Email, End, GroupMembership, Instance, NamedUser, Profile, User, UserNames, Version,
};
use atrium_model::lake::{PeopleSource, PeopleTable, Query, QueryCosts, QueryPeople, QueryStatus};
use atrium_model::{Region, UserId};
use atrium_store::{GroupTx, NameAge, NamePage, Store, UserTx};

use crate::directory::{
    ONE, TWO, at, entry, group, instance, instance_id, membership, read, store_id, user, write,
};

crate::store_conformance!(
    a_renamed_user_has_versions,
    a_user_who_is_gone_was_in_groups,
    a_group_has_versions,
    a_membership_ends_once,
    an_instance_takes_its_people_with_it,
    an_identity_store_that_is_given_out_again_shows_nothing_of_before,
    versions_page_by_id_and_number,
    what_ended_long_ago_is_forgotten,
    a_query_keeps_whose_people_it_reads,
);

/// The first of two instances, each with one of everything.
fn filled(store: &Store) -> Instance {
    let one = instance(1, "111111111111", None);
    let two = instance(2, "222222222222", None);
    let both = [(one.clone(), ONE), (two, TWO)];
    write(store, move |tx| {
        for (instance, name) in &both {
            tx.insert_instance(instance)?;
            UserTx::insert_user(tx, &named(name, 1, "ann"))?;
            tx.insert_group(&group(name, 2))?;
            tx.insert_membership(&membership(name, 3, 2, 1))?;
        }
        Ok(())
    })
    .expect("two full stores");
    one
}

fn named(store: &str, number: u32, name: &str) -> User {
    let mut user = user(store, number);
    user.profile = Profile {
        user_name: name.to_owned(),
        display_name: format!("{name} O'Néill 🦀 \"x\""),
        emails: vec![Email {
            value: Some(format!("{name}@example.com")),
            ..Email::default()
        }],
        ..Profile::default()
    };
    user.profile.name.given_name = "Ann".to_owned();
    user.profile.name.family_name = "O\\Neill".to_owned();
    user
}

/// All versions of users that a source shows: who was called how, from when, and until when.
fn users(store: &Store, source: &PeopleSource, age: NameAge) -> Vec<Version<NamedUser>> {
    let source = source.clone();
    read(store, move |tx| {
        tx.named_users(&NamePage {
            source: &source,
            age,
            after: ("", 0),
            limit: 99,
        })
    })
}

/// How much a source shows of each kind.
fn counts(store: &Store, source: &PeopleSource, age: NameAge) -> [usize; 4] {
    let source = source.clone();
    read(store, move |tx| {
        let page = NamePage {
            source: &source,
            age,
            after: ("", 0),
            limit: 99,
        };
        Ok([
            tx.named_users(&page)?.len(),
            tx.named_groups(&page)?.len(),
            tx.named_memberships(&page)?.len(),
            tx.named_instances(&page)?.len(),
        ])
    })
}

fn a_renamed_user_has_versions(store: &Store) {
    let one = filled(store);
    let source = PeopleSource::from(&one);
    let first = named(ONE, 1, "ann");
    let second = User {
        revision: 2,
        ..named(ONE, 1, "bea")
    };
    let present = users(store, &source, NameAge::Present);
    let version = |user: &User, from, ended| Version {
        value: NamedUser {
            id: user.id.clone(),
            names: user.profile.names(),
        },
        number: user.revision,
        from: at(from),
        ended,
    };
    assert_eq!(present, [version(&first, 1, None)]);
    assert_eq!(
        present[0].value.names,
        UserNames {
            user_name: "ann".into(),
            display_name: "ann O'Néill 🦀 \"x\"".into(),
            given_name: "Ann".into(),
            family_name: "O\\Neill".into(),
            email: Some("ann@example.com".into()),
        }
    );
    assert!(users(store, &source, NameAge::Former).is_empty());

    let new = second.clone();
    write(store, move |tx| {
        tx.end_user_names(&new.store, &new.id, at(10))?;
        UserTx::update_user(tx, &new)
    })
    .expect("a change");
    assert_eq!(
        users(store, &source, NameAge::Present),
        [version(&second, 10, None)]
    );
    let ended = version(&first, 1, Some(End::Changed(at(10))));
    assert_eq!(
        users(store, &source, NameAge::Former),
        std::slice::from_ref(&ended)
    );

    write(store, |tx| {
        UserTx::delete_user(tx, &store_id(ONE), &entry(1), at(20))
    })
    .expect("gone");
    assert!(users(store, &source, NameAge::Present).is_empty());
    let last = version(&second, 10, Some(End::Gone(at(20))));
    assert_eq!(users(store, &source, NameAge::Former), [ended, last]);
    // The other store has a user of the same id, who is there.
    let other = PeopleSource::from(&instance(2, "222222222222", None));
    assert_eq!(counts(store, &other, NameAge::Present), [1, 1, 1, 1]);
    assert_eq!(counts(store, &other, NameAge::Former), [0; 4]);
}

fn a_user_who_is_gone_was_in_groups(store: &Store) {
    let source = PeopleSource::from(&filled(store));
    write(store, |tx| {
        UserTx::delete_user(tx, &store_id(ONE), &entry(1), at(20))
    })
    .expect("gone");
    assert_eq!(counts(store, &source, NameAge::Present), [0, 1, 0, 1]);
    assert_eq!(counts(store, &source, NameAge::Former), [1, 0, 1, 0]);
}

fn a_group_has_versions(store: &Store) {
    let source = PeopleSource::from(&filled(store));
    write(store, |tx| {
        let mut new = group(ONE, 2);
        (new.revision, new.description) = (2, Some("what for".into()));
        tx.end_group_names(&new.store, &new.id, at(10))?;
        GroupTx::update_group(tx, &new)
    })
    .expect("a change");
    write(store, |tx| {
        GroupTx::delete_group(tx, &store_id(ONE), &entry(2), at(20))
    })
    .expect("gone");
    assert_eq!(counts(store, &source, NameAge::Present), [1, 0, 0, 1]);
    let page = source.clone();
    let found = read(store, move |tx| {
        tx.named_groups(&NamePage {
            source: &page,
            age: NameAge::Former,
            after: ("", 0),
            limit: 9,
        })
    });
    let found: Vec<_> = found
        .into_iter()
        .map(|version| (version.value.description, version.from, version.ended))
        .collect();
    assert_eq!(
        found,
        [
            (None, at(1), Some(End::Changed(at(10)))),
            (Some("what for".into()), at(10), Some(End::Gone(at(20)))),
        ]
    );
    // Its member left with it.
    assert_eq!(counts(store, &source, NameAge::Former), [0, 2, 1, 0]);
}

fn a_membership_ends_once(store: &Store) {
    let source = PeopleSource::from(&filled(store));
    let delete = || {
        write(store, |tx| {
            tx.delete_membership(&store_id(ONE), &entry(3), at(20))
        })
    };
    assert!(delete().expect("an answer"));
    assert!(!delete().expect("an answer"));
    let page = source.clone();
    let found = read(store, move |tx| {
        tx.named_memberships(&NamePage {
            source: &page,
            age: NameAge::Former,
            after: ("", 0),
            limit: 9,
        })
    });
    assert_eq!(found.len(), 1);
    let GroupMembership {
        id, group, user, ..
    } = membership(ONE, 3, 2, 1);
    let was = &found[0].value;
    assert_eq!((&was.id, &was.group, &was.user), (&id, &group, &user));
    assert_eq!(
        (found[0].from, found[0].ended),
        (at(3), Some(End::Gone(at(20))))
    );
}

fn an_instance_takes_its_people_with_it(store: &Store) {
    let one = filled(store);
    let source = PeopleSource::from(&one);
    let renamed = one.clone();
    write(store, move |tx| {
        tx.end_instance_name(&renamed.id, at(10))?;
        tx.update_instance(&Instance {
            name: None,
            ..renamed.clone()
        })?;
        tx.delete_instance(&renamed, at(20))
    })
    .expect("gone");
    assert_eq!(counts(store, &source, NameAge::Present), [0; 4]);
    assert_eq!(counts(store, &source, NameAge::Former), [1, 1, 1, 2]);
    let page = source.clone();
    let names = read(store, move |tx| {
        tx.named_instances(&NamePage {
            source: &page,
            age: NameAge::Former,
            after: ("", 0),
            limit: 9,
        })
    });
    let names: Vec<_> = names
        .into_iter()
        .map(|version| (version.value.name, version.from, version.ended))
        .collect();
    assert_eq!(
        names,
        [
            (Some("näme".into()), at(5), Some(End::Changed(at(10)))),
            (None, at(10), Some(End::Gone(at(20)))),
        ]
    );
    let (owner, other) = (one.owner.clone(), "222222222222".parse().expect("an id"));
    let found = read(store, move |tx| {
        Ok((tx.former_sources(&owner, 9)?, tx.former_sources(&other, 9)?))
    });
    assert_eq!(found, (vec![source], Vec::new()));
}

fn an_identity_store_that_is_given_out_again_shows_nothing_of_before(store: &Store) {
    let one = filled(store);
    let gone = one.clone();
    let next = Instance {
        identity_store: one.identity_store.clone(),
        ..instance(3, "333333333333", None)
    };
    let new = next.clone();
    write(store, move |tx| {
        tx.delete_instance(&gone, at(20))?;
        tx.insert_instance(&new)?;
        UserTx::insert_user(tx, &named(ONE, 7, "eve"))
    })
    .expect("another one");
    let (before, now) = (PeopleSource::from(&one), PeopleSource::from(&next));
    assert_eq!(counts(store, &before, NameAge::Present), [0; 4]);
    assert_eq!(counts(store, &before, NameAge::Former), [1, 1, 1, 1]);
    assert_eq!(counts(store, &now, NameAge::Present), [1, 0, 0, 1]);
    assert_eq!(counts(store, &now, NameAge::Former), [0; 4]);
    // An instance under the name of another owner is none.
    let stolen = PeopleSource {
        owner: next.owner.clone(),
        ..before
    };
    for age in [NameAge::Present, NameAge::Former] {
        assert_eq!(counts(store, &stolen, age), [0; 4]);
    }
}

fn versions_page_by_id_and_number(store: &Store) {
    let source = PeopleSource::from(&filled(store));
    write(store, |tx| {
        for revision in 1..=3 {
            let new = User {
                revision: revision + 1,
                ..named(ONE, 1, &format!("ann{revision}"))
            };
            tx.end_user_names(&new.store, &new.id, at(10 + revision))?;
            UserTx::update_user(tx, &new)?;
        }
        for number in [5, 4] {
            UserTx::insert_user(tx, &named(ONE, number, &format!("u{number}")))?;
            let id = entry(number);
            UserTx::delete_user(tx, &store_id(ONE), &id, at(30))?;
        }
        Ok(())
    })
    .expect("changes");
    let all = users(store, &source, NameAge::Former);
    let keys: Vec<_> = all
        .iter()
        .map(|version| (version.value.id.to_string(), version.number))
        .collect();
    let key = |number, revision| (entry::<UserId>(number).to_string(), revision);
    assert_eq!(
        keys,
        [key(1, 1), key(1, 2), key(1, 3), key(4, 1), key(5, 1)]
    );
    for limit in 1..=5 {
        let (mut pages, mut after) = (Vec::new(), (String::new(), 0));
        loop {
            let (source, from) = (source.clone(), after.clone());
            let page = read(store, move |tx| {
                tx.named_users(&NamePage {
                    source: &source,
                    age: NameAge::Former,
                    after: (&from.0, from.1),
                    limit,
                })
            });
            let Some(last) = page.last() else { break };
            after = (last.value.id.to_string(), last.number);
            pages.extend(page);
        }
        assert_eq!(pages, all, "pages of {limit}");
    }
}

fn what_ended_long_ago_is_forgotten(store: &Store) {
    let one = filled(store);
    let source = PeopleSource::from(&one);
    write(store, move |tx| tx.delete_instance(&one, at(20))).expect("gone");
    let forget = |before| write(store, move |tx| tx.forget_names(at(before), 9)).expect("a number");
    let is_due = |before| read(store, move |tx| tx.has_names_before(at(before)));
    assert!(!is_due(20) && is_due(21));
    assert_eq!(forget(20), 0);
    assert_eq!(counts(store, &source, NameAge::Former), [1, 1, 1, 1]);
    assert_eq!(forget(21), 4);
    assert_eq!(counts(store, &source, NameAge::Former), [0; 4]);
    assert_eq!(forget(21), 0);
    assert!(!is_due(99));
    let other = PeopleSource::from(&instance(2, "222222222222", None));
    assert_eq!(counts(store, &other, NameAge::Present), [1, 1, 1, 1]);

    // Some at a time.
    write(store, |tx| {
        for number in 10..13 {
            UserTx::insert_user(tx, &named(TWO, number, &format!("u{number}")))?;
            let id = entry(number);
            UserTx::delete_user(tx, &store_id(TWO), &id, at(30))?;
        }
        assert_eq!(tx.forget_names(at(99), 2)?, 2);
        assert_eq!(tx.forget_names(at(99), 2)?, 1);
        Ok(())
    })
    .expect("numbers");
}

fn a_query_keeps_whose_people_it_reads(store: &Store) {
    write(store, |tx| {
        let account = "111111111111".parse().expect("an account");
        let query = Query {
            account,
            id: "q".to_owned(),
            region: Region::US_EAST_1,
            statement: "SELECT 1".to_owned(),
            stores: Vec::new(),
            people: Some(QueryPeople {
                tables: vec![PeopleTable::Users, PeopleTable::Instances],
                sources: vec![PeopleSource {
                    owner: "222222222222".parse().expect("an account"),
                    instance: instance_id(1),
                    identity_store: store_id(ONE),
                }],
            }),
            status: QueryStatus::Queued,
            created: at(5),
            runs: 0,
            results: Vec::new(),
            costs: QueryCosts::default(),
            error: None,
            delivery: None,
            delivery_status: None,
        };
        tx.insert_query(&query)?;
        assert_eq!(tx.query(&query.account, "q")?, Some(query.clone()));
        assert_eq!(tx.due_queries(at(5), 9)?, [query]);
        Ok(())
    })
    .expect("a query");
}
