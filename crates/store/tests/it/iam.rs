use atrium_model::iam::{
    AccessKey, AccessKeyUse, Group, HolderKind, IamCounts, KeyOwner, ManagedPolicy, PolicyDocument,
    PolicyUsage, PolicyVersion, Role, Tag, User,
};
use atrium_model::{AccountId, Timestamp};
use atrium_store::{IamList, PolicyUse, Store, StoreError, Tx};

use crate::engines::wait;

crate::store_conformance!(
    users_are_kept_and_found,
    roles_are_kept_and_found,
    groups_have_members,
    keys_are_found_by_id_alone,
    policies_have_versions,
    policies_gather_from_everywhere,
    holders_of_a_policy_page_by_id,
    inline_policies_are_replaced,
    aliases_are_unique,
    lists_page_by_name,
    nothing_is_seen_from_another_account,
    a_racing_name_is_taken_once,
);

const A: &str = "111111111111";
const B: &str = "222222222222";

fn id(text: &str) -> AccountId {
    text.parse().expect("an account")
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn user(account: &str, name: &str) -> User {
    User {
        account: id(account),
        id: format!("AIDA{account}{name}"),
        name: name.into(),
        path: "/".into(),
        boundary: None,
        tags: vec![Tag {
            key: "k".into(),
            value: "ü \"v\"".into(),
        }],
        created: at(1_234),
    }
}

fn role(account: &str, name: &str) -> Role {
    Role {
        account: id(account),
        id: format!("AROA{account}{name}"),
        name: name.into(),
        path: "/a/b/".into(),
        trust_policy: "{}".into(),
        description: None,
        max_session_seconds: 3600,
        boundary: None,
        tags: Vec::new(),
        created: at(5),
    }
}

fn group(account: &str, name: &str) -> Group {
    Group {
        account: id(account),
        id: format!("AGPA{account}{name}"),
        name: name.into(),
        path: "/".into(),
        created: at(6),
    }
}

fn policy(account: &str, name: &str) -> ManagedPolicy {
    ManagedPolicy {
        account: id(account),
        id: format!("ANPA{account}{name}"),
        name: name.into(),
        path: "/".into(),
        description: Some("d".into()),
        default_version: 1,
        last_version: 1,
        tags: Vec::new(),
        created: at(7),
        updated: at(8),
    }
}

fn key(account: &str, key: &str, owner: KeyOwner) -> AccessKey {
    AccessKey {
        id: key.into(),
        account: id(account),
        owner,
        sealed_secret: vec![0, 255, 7],
        active: true,
        created: at(9),
    }
}

fn owned_by(user: &User) -> KeyOwner {
    KeyOwner::User {
        id: user.id.clone(),
        name: user.name.clone(),
        path: user.path.clone(),
    }
}

fn inline(name: &str, content: &str) -> PolicyDocument {
    PolicyDocument {
        name: name.into(),
        content: content.into(),
    }
}

fn run<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut dyn Tx) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    wait(store.write(work))
}

fn done<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut dyn Tx) -> Result<T, StoreError> + Send + 'static,
) -> T {
    run(store, work).expect("a working store")
}

fn all(account: &AccountId) -> IamList<'_> {
    IamList {
        account,
        path_prefix: "/",
        after: "",
        limit: 100,
    }
}

fn users_are_kept_and_found(store: &Store) {
    done(store, |tx| tx.insert_iam_user(&user(A, "Ana")));
    let taken = run(store, |tx| {
        tx.insert_iam_user(&User {
            id: "AIDAOTHER".into(),
            ..user(A, "aNA")
        })
    });
    assert!(matches!(taken, Err(StoreError::Duplicate(_))));
    done(store, |tx| {
        assert_eq!(tx.iam_user(&id(A), "ANA")?, Some(user(A, "Ana")));
        assert_eq!(
            tx.iam_user_by_id(&id(A), &user(A, "Ana").id)?,
            Some(user(A, "Ana"))
        );
        let changed = User {
            name: "Anna".into(),
            path: "/p/".into(),
            boundary: Some("arn:b".into()),
            tags: Vec::new(),
            ..user(A, "Ana")
        };
        assert!(tx.update_iam_user(&changed)?);
        assert_eq!(tx.iam_user(&id(A), "anna")?, Some(changed));
        assert_eq!(tx.iam_user(&id(A), "ana")?, None);
        tx.insert_iam_user(&user(A, "ben"))
    });
    let clash = run(store, |tx| {
        tx.update_iam_user(&User {
            name: "BEN".into(),
            ..user(A, "Ana")
        })
    });
    assert!(matches!(clash, Err(StoreError::Duplicate(_))));
    done(store, |tx| {
        let arn = tx.iam_principal_arn(&user(A, "Ana").id)?;
        assert_eq!(
            arn.as_deref(),
            Some("arn:aws:iam::111111111111:user/p/Anna")
        );
        assert!(tx.delete_iam_user(&id(A), &user(A, "Ana").id)?);
        assert!(!tx.delete_iam_user(&id(A), &user(A, "Ana").id)?);
        assert!(!tx.update_iam_user(&user(A, "Ana"))?);
        assert_eq!(tx.iam_principal_arn(&user(A, "Ana").id)?, None);
        Ok(())
    });
}

fn roles_are_kept_and_found(store: &Store) {
    done(store, |tx| {
        tx.insert_role(&role(A, "Ops"))?;
        assert_eq!(tx.role(&id(A), "ops")?, Some(role(A, "Ops")));
        let changed = Role {
            trust_policy: "{\"x\":1}".into(),
            description: Some("d".into()),
            max_session_seconds: 7200,
            boundary: Some("arn:b".into()),
            tags: vec![Tag {
                key: "k".into(),
                value: String::new(),
            }],
            ..role(A, "Ops")
        };
        assert!(tx.update_role(&changed)?);
        assert_eq!(tx.role_by_id(&id(A), &changed.id)?, Some(changed));
        let arn = tx.iam_principal_arn(&role(A, "Ops").id)?;
        assert_eq!(
            arn.as_deref(),
            Some("arn:aws:iam::111111111111:role/a/b/Ops")
        );
        Ok(())
    });
    let taken = run(store, |tx| {
        tx.insert_role(&Role {
            id: "AROAX".into(),
            ..role(A, "OPS")
        })
    });
    assert!(matches!(taken, Err(StoreError::Duplicate(_))));
    done(store, |tx| {
        assert!(tx.delete_role(&id(A), &role(A, "Ops").id)?);
        assert_eq!(tx.role(&id(A), "ops")?, None);
        Ok(())
    });
}

fn groups_have_members(store: &Store) {
    done(store, |tx| {
        let (ana, ben, ops) = (user(A, "ana"), user(A, "Ben"), group(A, "Ops"));
        for user in [&ana, &ben] {
            tx.insert_iam_user(user)?;
        }
        tx.insert_iam_group(&ops)?;
        for user in [&ben, &ana, &ana] {
            tx.add_iam_group_member(&id(A), &ops.id, &user.id)?;
        }
        assert_eq!(
            tx.iam_group_members(&id(A), &ops.id, "", 9)?,
            [ana.clone(), ben.clone()]
        );
        assert_eq!(tx.iam_group_members(&id(A), &ops.id, "ana", 9)?, [ben]);
        assert_eq!(
            tx.iam_groups_of_user(&id(A), &ana.id, "", 9)?,
            std::slice::from_ref(&ops)
        );
        assert_eq!(tx.iam_groups_of_user(&id(A), &ana.id, "ops", 9)?, []);
        assert!(tx.remove_iam_group_member(&id(A), &ops.id, &ana.id)?);
        assert!(!tx.remove_iam_group_member(&id(A), &ops.id, &ana.id)?);
        let renamed = Group {
            name: "Dev".into(),
            path: "/p/".into(),
            ..ops.clone()
        };
        assert!(tx.update_iam_group(&renamed)?);
        assert_eq!(tx.iam_group(&id(A), "dev")?, Some(renamed));
        assert!(tx.delete_iam_group(&id(A), &ops.id)?);
        assert!(!tx.delete_iam_group(&id(A), &ops.id)?);
        Ok(())
    });
}

fn keys_are_found_by_id_alone(store: &Store) {
    done(store, |tx| {
        let ana = user(A, "ana");
        tx.insert_iam_user(&ana)?;
        let (own, root) = (
            key(A, "AKIA1", owned_by(&ana)),
            key(A, "AKIA0", KeyOwner::Root),
        );
        tx.insert_access_key(&own)?;
        tx.insert_access_key(&root)?;
        assert_eq!(tx.access_key("AKIA1")?, Some(own.clone()));
        assert_eq!(tx.access_key("AKIA0")?, Some(root.clone()));
        assert_eq!(tx.access_key("akia1")?, None);
        assert_eq!(
            tx.access_keys(&id(A), Some(&ana.id), "", 9)?,
            std::slice::from_ref(&own)
        );
        assert_eq!(tx.access_keys(&id(A), Some(&ana.id), "AKIA1", 9)?, []);
        assert_eq!(tx.access_keys(&id(A), None, "", 9)?, [root]);
        assert!(tx.set_access_key_active(&id(A), "AKIA1", false)?);
        assert_eq!(tx.access_key("AKIA1")?.map(|key| key.active), Some(false));
        assert_eq!(tx.access_key_use("AKIA1")?, None);
        let used = |millis: i64| AccessKeyUse {
            time: at(millis),
            service: "sso".into(),
            region: "eu-west-1".into(),
        };
        for millis in [20, 10, 30] {
            tx.note_access_key_use("AKIA1", &used(millis))?;
        }
        assert_eq!(tx.access_key_use("AKIA1")?, Some(used(30)));
        // A key whose user is gone is nobody's.
        tx.delete_iam_user(&id(A), &ana.id)?;
        assert_eq!(tx.access_key("AKIA1")?, None);
        assert!(tx.delete_access_key(&id(A), "AKIA1")?);
        assert!(!tx.delete_access_key(&id(A), "AKIA1")?);
        Ok(())
    });
    let taken = run(store, |tx| {
        tx.insert_access_key(&key(B, "AKIA0", KeyOwner::Root))
    });
    assert!(matches!(taken, Err(StoreError::Duplicate(_))));
}

fn policies_have_versions(store: &Store) {
    let version = |number: i64| PolicyVersion {
        number,
        document: format!("{{\"n\":{number}}}"),
        created: at(number),
    };
    done(store, move |tx| {
        let made = policy(A, "P");
        tx.insert_managed_policy(&made)?;
        for number in 1..=3 {
            tx.insert_policy_version(&id(A), &made.id, &version(number))?;
        }
        assert_eq!(tx.managed_policy(&id(A), "p")?, Some(made.clone()));
        assert_eq!(tx.policy_version(&id(A), &made.id, 2)?, Some(version(2)));
        let numbers = |versions: Vec<PolicyVersion>| -> Vec<i64> {
            versions.into_iter().map(|version| version.number).collect()
        };
        assert_eq!(
            numbers(tx.policy_versions(&id(A), &made.id, i64::MAX, 2)?),
            [3, 2]
        );
        assert_eq!(numbers(tx.policy_versions(&id(A), &made.id, 2, 2)?), [1]);
        let arn = made.arn();
        let content = |tx: &mut dyn Tx, arn: &str| {
            Ok::<_, StoreError>(tx.policy_document(&id(A), arn)?.map(|found| found.content))
        };
        assert_eq!(content(tx, &arn)?.as_deref(), Some("{\"n\":1}"));
        let changed = ManagedPolicy {
            default_version: 3,
            last_version: 3,
            ..made.clone()
        };
        assert!(tx.update_managed_policy(&changed)?);
        assert_eq!(content(tx, &arn)?.as_deref(), Some("{\"n\":3}"));
        for other in [
            "arn:aws:iam::111111111111:policy/p",
            "arn:aws:iam::111111111111:policy/x/P",
            "arn:aws:iam::222222222222:policy/P",
            "arn:aws:iam::aws:policy/P",
            "P",
        ] {
            assert_eq!(content(tx, other)?, None, "{other}");
        }
        assert!(content(tx, "arn:aws:iam::aws:policy/AdministratorAccess")?.is_some());
        assert!(tx.delete_policy_version(&id(A), &made.id, 2)?);
        assert!(!tx.delete_policy_version(&id(A), &made.id, 2)?);
        assert!(tx.delete_managed_policy(&id(A), &made.id)?);
        assert_eq!(tx.policy_versions(&id(A), &made.id, i64::MAX, 9)?, []);
        Ok(())
    });
    let twice = run(store, move |tx| {
        tx.insert_policy_version(&id(A), "ANPA", &version(1))?;
        tx.insert_policy_version(&id(A), "ANPA", &version(1))
    });
    assert!(matches!(twice, Err(StoreError::Duplicate(_))));
}

fn policies_gather_from_everywhere(store: &Store) {
    done(store, |tx| {
        let own = policy(A, "own");
        let version = PolicyVersion {
            number: 1,
            document: "{\"own\":1}".into(),
            created: at(1),
        };
        tx.insert_managed_policy(&own)?;
        tx.insert_policy_version(&id(A), &own.id, &version)?;
        let ana = User {
            boundary: Some(own.arn()),
            ..user(A, "ana")
        };
        tx.insert_iam_user(&ana)?;
        let (ops, none) = (group(A, "ops"), group(A, "none"));
        tx.insert_iam_group(&ops)?;
        tx.insert_iam_group(&none)?;
        tx.add_iam_group_member(&id(A), &ops.id, &ana.id)?;
        tx.put_inline_policy(&id(A), &ana.id, &inline("mine", "{\"mine\":1}"))?;
        tx.put_inline_policy(&id(A), &ops.id, &inline("ours", "{\"ours\":1}"))?;
        tx.put_inline_policy(&id(A), &none.id, &inline("theirs", "{}"))?;
        let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
        tx.attach_managed_policy(&id(A), HolderKind::User, &ana.id, admin)?;
        tx.attach_managed_policy(&id(A), HolderKind::Group, &ops.id, &own.arn())?;
        let found = tx.policies_of_user(&id(A), "ANA")?;
        let names: Vec<_> = found
            .identity
            .iter()
            .map(|policy| policy.name.as_str())
            .collect();
        assert_eq!(names, ["mine", admin, "ours", &own.arn()]);
        assert_eq!(found.boundary, Some(inline(&own.arn(), "{\"own\":1}")));
        assert_eq!(found.tags, [("k".to_owned(), "ü \"v\"".to_owned())]);

        // A boundary whose policy is gone allows nothing; it does not vanish.
        let bound = Role {
            boundary: Some("arn:aws:iam::aws:policy/Gone".into()),
            ..role(A, "r")
        };
        tx.insert_role(&bound)?;
        tx.attach_managed_policy(&id(A), HolderKind::Role, &bound.id, admin)?;
        let found = tx.policies_of_role(&id(A), "R")?;
        assert_eq!(found.identity.len(), 1);
        assert_eq!(
            found.boundary.map(|policy| policy.content),
            Some(String::new())
        );
        assert_eq!(tx.policies_of_role(&id(A), "unknown")?, Default::default());
        assert_eq!(tx.policies_of_user(&id(A), "unknown")?, Default::default());
        Ok(())
    });
}

fn holders_of_a_policy_page_by_id(store: &Store) {
    done(store, |tx| {
        let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        let (ana, ops, r) = (user(A, "ana"), group(A, "ops"), role(A, "r"));
        tx.insert_iam_user(&User {
            boundary: Some(arn.into()),
            ..ana.clone()
        })?;
        tx.insert_iam_group(&ops)?;
        tx.insert_role(&Role {
            boundary: Some(arn.into()),
            ..r.clone()
        })?;
        for (kind, holder) in [
            (HolderKind::User, &ana.id),
            (HolderKind::Group, &ops.id),
            (HolderKind::Role, &r.id),
        ] {
            tx.attach_managed_policy(&id(A), kind, holder, arn)?;
            tx.attach_managed_policy(&id(A), kind, holder, arn)?;
        }
        let usage = PolicyUsage {
            attachments: 3,
            boundaries: 2,
        };
        assert_eq!(tx.policy_usage(&id(A), arn)?, usage);
        assert_eq!(
            tx.policy_usage(&id(A), "arn:other")?,
            PolicyUsage::default()
        );
        let mut seen = Vec::new();
        for usage in [PolicyUse::Attached, PolicyUse::Boundary] {
            let mut after = String::new();
            for _ in 0..4 {
                let page = tx.policy_holders(&id(A), arn, usage, &after, 1)?;
                let Some(holder) = page.first() else { break };
                after.clone_from(&holder.id);
                seen.push((usage, holder.kind, holder.name.clone(), holder.path.clone()));
            }
        }
        let entry = |usage: PolicyUse, kind: HolderKind, name: &str, path: &str| {
            (usage, kind, name.to_owned(), path.to_owned())
        };
        assert_eq!(
            seen,
            [
                entry(PolicyUse::Attached, HolderKind::Group, "ops", "/"),
                entry(PolicyUse::Attached, HolderKind::User, "ana", "/"),
                entry(PolicyUse::Attached, HolderKind::Role, "r", "/a/b/"),
                entry(PolicyUse::Boundary, HolderKind::User, "ana", "/"),
                entry(PolicyUse::Boundary, HolderKind::Role, "r", "/a/b/"),
            ]
        );
        assert_eq!(tx.attached_managed_policies(&id(A), &ana.id, "", 9)?, [arn]);
        assert_eq!(
            tx.attached_managed_policies(&id(A), &ana.id, arn, 9)?,
            [""; 0]
        );
        assert!(tx.detach_managed_policy(&id(A), &ana.id, arn)?);
        assert!(!tx.detach_managed_policy(&id(A), &ana.id, arn)?);
        Ok(())
    });
}

fn inline_policies_are_replaced(store: &Store) {
    done(store, |tx| {
        for (name, content) in [("b", "1"), ("a", "2"), ("b", "3"), ("B", "4")] {
            tx.put_inline_policy(&id(A), "AIDA", &inline(name, content))?;
        }
        let all = [inline("B", "4"), inline("a", "2"), inline("b", "3")];
        assert_eq!(tx.inline_policies(&id(A), "AIDA", "", 9)?, all);
        assert_eq!(tx.inline_policies(&id(A), "AIDA", "a", 9)?, all[2..]);
        assert_eq!(
            tx.inline_policy(&id(A), "AIDA", "b")?,
            Some(inline("b", "3"))
        );
        assert!(tx.delete_inline_policy(&id(A), "AIDA", "b")?);
        assert!(!tx.delete_inline_policy(&id(A), "AIDA", "b")?);
        assert_eq!(tx.inline_policy(&id(A), "AIDA", "b")?, None);
        Ok(())
    });
}

fn aliases_are_unique(store: &Store) {
    done(store, |tx| {
        assert_eq!(tx.account_alias(&id(A))?, None);
        tx.put_account_alias(&id(A), "one")?;
        tx.put_account_alias(&id(A), "one")?;
        tx.put_account_alias(&id(A), "two")?;
        assert_eq!(tx.account_alias(&id(A))?.as_deref(), Some("two"));
        tx.put_account_alias(&id(B), "one")
    });
    let taken = run(store, |tx| tx.put_account_alias(&id(B), "two"));
    assert!(matches!(taken, Err(StoreError::Duplicate(_))));
    done(store, |tx| {
        assert_eq!(tx.account_alias(&id(B))?.as_deref(), Some("one"));
        assert!(!tx.delete_account_alias(&id(B), "two")?);
        assert!(tx.delete_account_alias(&id(A), "two")?);
        Ok(())
    });
}

fn lists_page_by_name(store: &Store) {
    done(store, |tx| {
        for name in ["b", "A", "c", "B_", "a-"] {
            let path = if name == "c" { "/x/" } else { "/" };
            tx.insert_iam_user(&User {
                path: path.into(),
                ..user(A, name)
            })?;
            tx.insert_role(&Role {
                path: path.into(),
                ..role(A, name)
            })?;
            tx.insert_iam_group(&Group {
                path: path.into(),
                ..group(A, name)
            })?;
            tx.insert_managed_policy(&ManagedPolicy {
                path: path.into(),
                ..policy(A, name)
            })?;
        }
        let (mut seen, mut after) = (Vec::new(), String::new());
        for _ in 0..4 {
            let account = id(A);
            let list = IamList {
                account: &account,
                path_prefix: "/",
                after: &after,
                limit: 2,
            };
            let page = tx.iam_users(list)?;
            let names: Vec<_> = page.iter().map(|user| user.name.clone()).collect();
            let same: [Vec<String>; 3] = [
                tx.roles(list)?.into_iter().map(|role| role.name).collect(),
                tx.iam_groups(list)?
                    .into_iter()
                    .map(|group| group.name)
                    .collect(),
                tx.managed_policies(list)?
                    .into_iter()
                    .map(|policy| policy.name)
                    .collect(),
            ];
            for other in same {
                assert_eq!(other, names);
            }
            match names.last() {
                Some(last) => after = last.to_ascii_lowercase(),
                None => break,
            }
            seen.extend(names);
        }
        assert_eq!(seen, ["A", "a-", "b", "B_", "c"]);
        let account = id(A);
        for (prefix, want) in [("/x/", 1), ("/x", 1), ("/%", 0), ("/y/", 0)] {
            let list = IamList {
                path_prefix: prefix,
                ..all(&account)
            };
            assert_eq!(tx.iam_users(list)?.len(), want, "{prefix}");
        }
        Ok(())
    });
}

fn nothing_is_seen_from_another_account(store: &Store) {
    done(store, |tx| {
        let (ana, r, ops, p) = (
            user(A, "ana"),
            role(A, "r"),
            group(A, "ops"),
            policy(A, "p"),
        );
        tx.insert_iam_user(&ana)?;
        tx.insert_role(&r)?;
        tx.insert_iam_group(&ops)?;
        tx.insert_managed_policy(&p)?;
        let version = PolicyVersion {
            number: 1,
            document: "{}".into(),
            created: at(1),
        };
        tx.insert_policy_version(&id(A), &p.id, &version)?;
        tx.add_iam_group_member(&id(A), &ops.id, &ana.id)?;
        tx.attach_managed_policy(&id(A), HolderKind::User, &ana.id, &p.arn())?;
        tx.put_inline_policy(&id(A), &ana.id, &inline("i", "{}"))?;
        tx.insert_access_key(&key(A, "AKIA1", owned_by(&ana)))?;
        tx.put_account_alias(&id(A), "alias")?;

        let b = id(B);
        assert_eq!(tx.iam_user(&b, "ana")?, None);
        assert_eq!(tx.iam_user_by_id(&b, &ana.id)?, None);
        assert_eq!(tx.iam_users(all(&b))?, []);
        assert!(!tx.update_iam_user(&User {
            account: b.clone(),
            ..ana.clone()
        })?);
        assert!(!tx.delete_iam_user(&b, &ana.id)?);
        assert_eq!(tx.role(&b, "r")?, None);
        assert_eq!(tx.role_by_id(&b, &r.id)?, None);
        assert_eq!(tx.roles(all(&b))?, []);
        assert!(!tx.update_role(&Role {
            account: b.clone(),
            ..r.clone()
        })?);
        assert!(!tx.delete_role(&b, &r.id)?);
        assert_eq!(tx.iam_group(&b, "ops")?, None);
        assert_eq!(tx.iam_groups(all(&b))?, []);
        assert!(!tx.update_iam_group(&Group {
            account: b.clone(),
            ..ops.clone()
        })?);
        assert!(!tx.delete_iam_group(&b, &ops.id)?);
        assert!(!tx.remove_iam_group_member(&b, &ops.id, &ana.id)?);
        assert_eq!(tx.iam_group_members(&b, &ops.id, "", 9)?, []);
        assert_eq!(tx.iam_groups_of_user(&b, &ana.id, "", 9)?, []);
        assert_eq!(tx.managed_policy(&b, "p")?, None);
        assert_eq!(tx.managed_policies(all(&b))?, []);
        assert!(!tx.update_managed_policy(&ManagedPolicy {
            account: b.clone(),
            ..p.clone()
        })?);
        assert!(!tx.delete_managed_policy(&b, &p.id)?);
        assert_eq!(tx.policy_version(&b, &p.id, 1)?, None);
        assert_eq!(tx.policy_versions(&b, &p.id, i64::MAX, 9)?, []);
        assert!(!tx.delete_policy_version(&b, &p.id, 1)?);
        assert_eq!(tx.policy_document(&b, &p.arn())?, None);
        assert!(!tx.detach_managed_policy(&b, &ana.id, &p.arn())?);
        assert_eq!(tx.attached_managed_policies(&b, &ana.id, "", 9)?, [""; 0]);
        assert_eq!(tx.policy_usage(&b, &p.arn())?, PolicyUsage::default());
        for usage in [PolicyUse::Attached, PolicyUse::Boundary] {
            assert_eq!(tx.policy_holders(&b, &p.arn(), usage, "", 9)?, []);
        }
        assert_eq!(tx.inline_policy(&b, &ana.id, "i")?, None);
        assert_eq!(tx.inline_policies(&b, &ana.id, "", 9)?, []);
        assert!(!tx.delete_inline_policy(&b, &ana.id, "i")?);
        assert_eq!(tx.access_keys(&b, Some(&ana.id), "", 9)?, []);
        assert_eq!(tx.access_keys(&b, None, "", 9)?, []);
        assert!(!tx.set_access_key_active(&b, "AKIA1", false)?);
        assert!(!tx.delete_access_key(&b, "AKIA1")?);
        assert_eq!(tx.policies_of_user(&b, "ana")?, Default::default());
        assert_eq!(tx.policies_of_role(&b, "r")?, Default::default());
        assert_eq!(tx.account_alias(&b)?, None);
        assert!(!tx.delete_account_alias(&b, "alias")?);
        assert_eq!(tx.iam_counts(&b)?, IamCounts::default());
        let counts = IamCounts {
            users: 1,
            groups: 1,
            roles: 1,
            policies: 1,
            policy_versions: 1,
            ..IamCounts::default()
        };
        assert_eq!(tx.iam_counts(&id(A))?, counts);
        assert_eq!(tx.access_key("AKIA1")?.map(|key| key.active), Some(true));
        Ok(())
    });
}

fn a_racing_name_is_taken_once(store: &Store) {
    let results = wait(async {
        let racers: Vec<_> = (0..8)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let racer = User {
                        id: format!("AIDA{number}"),
                        ..user(A, "ana")
                    };
                    store.write(move |tx| tx.insert_iam_user(&racer)).await
                })
            })
            .collect();
        let mut results = Vec::new();
        for racer in racers {
            results.push(racer.await.expect("no panic"));
        }
        results
    });
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let lost = |result: &&Result<(), StoreError>| {
        matches!(result, Err(StoreError::Duplicate(_) | StoreError::Conflict))
    };
    assert_eq!(results.iter().filter(lost).count(), 7);
}
