//! The organization area's port.

use atrium_model::organization::{
    Account, AccountStatus, CreateAccountFailureReason, CreateAccountState, CreateAccountStatus,
    FeatureSet, Handshake, HandshakeAction, HandshakeDetails, HandshakeState, HandshakeTarget,
    Joined, JoinedMethod, Organization, OrganizationPolicy, OrganizationTag, OrganizationalUnit,
    ParentId, PolicySummary, PolicyType, ResourcePolicy, TargetId,
};
use atrium_model::{AccountId, OrganizationId, PolicyId, Timestamp};
use atrium_store::{HandshakeQuery, Store, StoreError, Tx};

use crate::engines::wait;

crate::store_conformance!(
    accounts_are_unique_by_id_and_address,
    accounts_page_by_parent_and_organization,
    an_account_that_leaves_takes_nothing_along,
    regions_are_switched_per_account,
    requests_to_create_accounts_are_listed_by_state,
    sibling_units_have_different_names,
    membership_follows_the_tree,
    policies_reach_accounts_level_by_level,
    a_policy_type_is_attached_everywhere_and_gone_again,
    policies_keep_their_names_apart,
    services_have_administrators,
    tags_stay_with_their_resource,
    a_delegation_policy_is_replaced,
    handshakes_are_pending_once,
    handshakes_leave_the_lists,
    a_deleted_organization_leaves_its_neighbour_alone,
);

const AT: Timestamp = Timestamp::from_millis(1_000);

fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect(text)
}

/// Runs a test's work in one transaction.
fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut dyn Tx) -> Result<T, StoreError> + Send + 'static,
) -> T {
    wait(store.write(work)).expect("a working store")
}

pub fn account(number: u8, email: &str) -> Account {
    Account {
        id: id(&format!("{number:012}")),
        email: email.to_owned(),
        name: format!("account {number}"),
        status: AccountStatus::Active,
        created_at: AT,
        closed_at: None,
        joined: None,
    }
}

fn joined(organization: &Organization, parent: ParentId) -> Joined {
    Joined {
        organization: organization.id.clone(),
        parent,
        at: AT,
        method: JoinedMethod::Created,
    }
}

fn root(organization: &Organization) -> ParentId {
    ParentId::Root(organization.root.clone())
}

/// An organization `o-<name>…` with its management account `<first>` and two members after it, all in the root.
fn organization(tx: &mut dyn Tx, name: char, first: u8) -> Result<Organization, StoreError> {
    let name: String = std::iter::repeat_n(name, 10).collect();
    let organization = Organization {
        id: id(&format!("o-{name}")),
        management: id(&format!("{first:012}")),
        root: id(&format!("r-{}", &name[..4])),
        feature_set: FeatureSet::All,
        created_at: AT,
    };
    tx.insert_organization(&organization)?;
    for number in first..first + 3 {
        let mut account = account(number, &format!("a{number}@example.com"));
        account.joined = Some(joined(&organization, root(&organization)));
        tx.insert_account(&account)?;
    }
    Ok(organization)
}

fn unit(organization: &Organization, above: &[&str], tail: &str, name: &str) -> OrganizationalUnit {
    let full = |tail: &str| {
        format!(
            "ou-{}-{tail}",
            organization.root.as_str().trim_start_matches("r-")
        )
    };
    let mut path: Vec<_> = above.iter().map(|tail| id(&full(tail))).collect();
    let parent = path
        .last()
        .cloned()
        .map_or_else(|| root(organization), ParentId::Unit);
    path.push(id(&full(tail)));
    OrganizationalUnit {
        id: id(&full(tail)),
        organization: organization.id.clone(),
        parent,
        name: name.to_owned(),
        path,
    }
}

fn policy(organization: &Organization, tail: &str, kind: PolicyType) -> OrganizationPolicy {
    OrganizationPolicy {
        summary: PolicySummary {
            id: id(&format!("p-{tail}")),
            organization: organization.id.clone(),
            kind,
            name: tail.to_owned(),
            description: String::new(),
            aws_managed: tail == "FullAWSAccess",
        },
        content: format!("{{\"Id\":\"{tail}\"}}"),
        created_at: AT,
        updated_at: AT,
    }
}

fn accounts_are_unique_by_id_and_address(store: &Store) {
    write(store, |tx| {
        tx.insert_account(&account(1, "Ana@Example.com"))?;
        let cases = [
            ("same id", account(1, "ben@example.com"), false),
            (
                "same address in other letters",
                account(2, "ANA@example.COM"),
                false,
            ),
            ("another", account(2, "ben@example.com"), true),
        ];
        for (case, account, fits) in cases {
            let answer = tx.insert_account(&account);
            assert_eq!(answer.is_ok(), fits, "{case}: {answer:?}");
            assert!(
                fits || matches!(answer, Err(StoreError::Duplicate(_))),
                "{case}"
            );
        }
        let found = tx.account_by_email("aNA@EXAMPLE.com")?.expect("an account");
        assert_eq!(
            (found.id.as_str(), found.email.as_str()),
            ("000000000001", "Ana@Example.com")
        );
        assert_eq!(tx.account(&id("000000000003"))?, None);
        assert!(tx.set_account_name(&id("000000000001"), "renamed")?);
        assert!(!tx.set_account_name(&id("000000000009"), "renamed")?);
        assert!(tx.close_account(&id("000000000001"), Timestamp::from_millis(5))?);
        assert!(!tx.close_account(&id("000000000001"), Timestamp::from_millis(6))?);
        let found = tx.account(&id("000000000001"))?.expect("an account");
        assert_eq!(found.name, "renamed");
        assert_eq!(found.closed_at, Some(Timestamp::from_millis(5)));
        assert_eq!(found.status, AccountStatus::Suspended);
        Ok(())
    });
}

fn accounts_page_by_parent_and_organization(store: &Store) {
    write(store, |tx| {
        let (a, b) = (organization(tx, 'a', 10)?, organization(tx, 'b', 20)?);
        let work = unit(&a, &[], "work0000", "Work");
        tx.insert_organizational_unit(&work)?;
        let moved: AccountId = id("000000000011");
        tx.place_account(&moved, Some(&joined(&a, ParentId::Unit(work.id.clone()))))?;
        let ids = |found: Vec<Account>| -> Vec<String> {
            found
                .into_iter()
                .map(|account| account.id.to_string())
                .collect()
        };
        let page = ids(tx.accounts_of_organization(&a.id, None, 2)?);
        assert_eq!(page, ["000000000010", "000000000011"]);
        let page = ids(tx.accounts_of_organization(&a.id, Some("000000000011"), 2)?);
        assert_eq!(page, ["000000000012"]);
        assert_eq!(
            ids(tx.accounts_of_parent(&a.id, work.id.as_str(), None, 9)?),
            ["000000000011"]
        );
        let foreign = tx.accounts_of_parent(&b.id, work.id.as_str(), None, 9)?;
        assert!(foreign.is_empty());
        assert_eq!(
            (tx.count_accounts(&a.id)?, tx.count_accounts(&b.id)?),
            (3, 3)
        );
        assert!(tx.has_children(&a.id, work.id.as_str())?);
        assert!(!tx.has_children(&b.id, work.id.as_str())?);
        tx.close_account(&moved, Timestamp::from_millis(50))?;
        let closed = |tx: &mut dyn Tx, organization, since| {
            tx.count_closed_accounts(organization, Timestamp::from_millis(since))
        };
        assert_eq!(
            (
                closed(tx, &a.id, 49)?,
                closed(tx, &a.id, 50)?,
                closed(tx, &b.id, 0)?
            ),
            (1, 0, 0)
        );
        Ok(())
    });
}

fn an_account_that_leaves_takes_nothing_along(store: &Store) {
    write(store, |tx| {
        let a = organization(tx, 'a', 10)?;
        let member: AccountId = id("000000000011");
        let kind = PolicyType::ServiceControlPolicy;
        let scp = policy(&a, "deny0000", kind);
        tx.insert_organization_policy(&scp)?;
        tx.attach_policy(
            &a.id,
            kind,
            &scp.summary.id,
            &TargetId::Account(member.clone()),
        )?;
        let tag = OrganizationTag {
            key: "k".into(),
            value: "v".into(),
        };
        tx.put_organization_tag(&a.id, member.as_str(), &tag)?;
        tx.register_delegated_administrator(&a.id, &member, "sso.amazonaws.com", AT)?;
        assert!(tx.is_delegated_administrator(&member, "sso.amazonaws.com")?);
        tx.place_account(&member, None)?;
        assert_eq!(tx.membership(&member)?, None);
        assert!(!tx.is_delegated_administrator(&member, "sso.amazonaws.com")?);
        assert!(!tx.is_policy_attached(&a.id, &scp.summary.id)?);
        assert_eq!(tx.count_organization_tags(&a.id, member.as_str())?, 0);
        assert_eq!(tx.count_accounts(&a.id)?, 2);
        Ok(())
    });
}

fn regions_are_switched_per_account(store: &Store) {
    write(store, |tx| {
        let (one, two): (AccountId, AccountId) = (id("000000000001"), id("000000000002"));
        let region = id("af-south-1");
        assert!(tx.set_account_region(&one, &region, true)?);
        assert!(!tx.set_account_region(&one, &region, true)?);
        assert_eq!(tx.account_regions(&one)?, std::slice::from_ref(&region));
        assert!(tx.account_regions(&two)?.is_empty());
        assert!(!tx.set_account_region(&two, &region, false)?);
        assert!(tx.set_account_region(&one, &region, false)?);
        assert!(tx.account_regions(&one)?.is_empty());
        Ok(())
    });
}

fn requests_to_create_accounts_are_listed_by_state(store: &Store) {
    write(store, |tx| {
        let (a, b) = (organization(tx, 'a', 10)?, organization(tx, 'b', 20)?);
        let status = |tail: &str, failed: bool| CreateAccountStatus {
            id: id(&format!("car-{tail}")),
            organization: a.id.clone(),
            account_name: "new".into(),
            state: if failed {
                CreateAccountState::Failed
            } else {
                CreateAccountState::Succeeded
            },
            requested_at: AT,
            completed_at: Some(AT),
            account: (!failed).then(|| id("000000000011")),
            failure_reason: failed.then_some(CreateAccountFailureReason::EmailAlreadyExists),
        };
        let all = [
            status("00000001", false),
            status("00000002", true),
            status("00000003", false),
        ];
        for status in &all {
            tx.insert_create_account_status(status)?;
        }
        assert_eq!(
            tx.create_account_status(&a.id, &all[1].id)?.as_ref(),
            Some(&all[1])
        );
        assert_eq!(tx.create_account_status(&b.id, &all[1].id)?, None);
        let cases = [
            (vec![], None, 9, vec![1, 2, 3]),
            (vec![], Some("car-00000001"), 1, vec![2]),
            (vec![CreateAccountState::Failed], None, 9, vec![2]),
            (vec![CreateAccountState::Succeeded], None, 9, vec![1, 3]),
            (vec![CreateAccountState::InProgress], None, 9, vec![]),
        ];
        for (states, after, limit, want) in cases {
            let found = tx.create_account_statuses(&a.id, &states, after, limit)?;
            let want: Vec<_> = want
                .into_iter()
                .map(|n: usize| all[n - 1].clone())
                .collect();
            assert_eq!(found, want, "{states:?}");
            assert!(
                tx.create_account_statuses(&b.id, &states, after, limit)?
                    .is_empty()
            );
        }
        Ok(())
    });
}

fn sibling_units_have_different_names(store: &Store) {
    write(store, |tx| {
        let (a, b) = (organization(tx, 'a', 10)?, organization(tx, 'b', 20)?);
        let work = unit(&a, &[], "work0000", "Work");
        tx.insert_organizational_unit(&work)?;
        let cases = [
            ("same name", unit(&a, &[], "work0001", "Work"), false),
            ("other letters", unit(&a, &[], "work0002", "work"), true),
            ("below", unit(&a, &["work0000"], "work0003", "Work"), true),
            (
                "in another organization",
                unit(&b, &[], "work0004", "Work"),
                true,
            ),
        ];
        for (case, unit, fits) in cases {
            assert_eq!(tx.insert_organizational_unit(&unit).is_ok(), fits, "{case}");
        }
        assert!(
            tx.rename_organizational_unit(&a.id, &work.id, "work")
                .is_err()
        );
        tx.rename_organizational_unit(&a.id, &work.id, "Play")?;
        assert!(
            tx.rename_organizational_unit(&b.id, &work.id, "Taken over")
                .is_err()
        );
        let found = tx.organizational_unit(&a.id, &work.id)?.expect("a unit");
        assert_eq!((found.name.as_str(), &found.path), ("Play", &work.path));
        assert_eq!(tx.organizational_unit(&b.id, &work.id)?, None);
        let names = |found: Vec<OrganizationalUnit>| -> Vec<String> {
            found.into_iter().map(|unit| unit.name).collect()
        };
        assert_eq!(
            names(tx.organizational_units(&a.id, a.root.as_str(), None, 9)?),
            ["Play", "work"]
        );
        let rest = tx.organizational_units(&a.id, a.root.as_str(), Some(work.id.as_str()), 9)?;
        assert_eq!(names(rest), ["work"]);
        assert!(
            tx.organizational_units(&b.id, a.root.as_str(), None, 9)?
                .is_empty()
        );
        assert_eq!(
            (
                tx.count_organizational_units(&a.id)?,
                tx.count_organizational_units(&b.id)?
            ),
            (3, 1)
        );
        tx.delete_organizational_unit(&b.id, &work.id)?;
        assert!(tx.organizational_unit(&a.id, &work.id)?.is_some());
        tx.delete_organizational_unit(&a.id, &work.id)?;
        assert!(tx.organizational_unit(&a.id, &work.id)?.is_none());
        Ok(())
    });
}

fn membership_follows_the_tree(store: &Store) {
    write(store, |tx| {
        let a = organization(tx, 'a', 10)?;
        let top = unit(&a, &[], "top00000", "Top");
        let low = unit(&a, &["top00000"], "low00000", "Low");
        tx.insert_organizational_unit(&top)?;
        tx.insert_organizational_unit(&low)?;
        let member: AccountId = id("000000000011");
        let found = tx.membership(&member)?.expect("a member");
        assert_eq!(
            (found.organization, found.root, found.path),
            (a.id.clone(), a.root.clone(), vec![])
        );
        assert_eq!(
            (found.management, found.joined_at),
            (a.management.clone(), AT)
        );
        tx.place_account(&member, Some(&joined(&a, ParentId::Unit(low.id.clone()))))?;
        let found = tx.membership(&member)?.expect("a member");
        assert_eq!(found.path, [top.id, low.id]);
        assert_eq!(found.feature_set, FeatureSet::All);
        tx.set_feature_set(&a.id, FeatureSet::ConsolidatedBilling)?;
        let found = tx.membership(&member)?.expect("a member");
        assert_eq!(found.feature_set, FeatureSet::ConsolidatedBilling);
        tx.insert_account(&account(1, "alone@example.com"))?;
        assert_eq!(tx.membership(&id("000000000001"))?, None);
        assert_eq!(tx.membership(&id("000000000099"))?, None);
        Ok(())
    });
}

fn policies_reach_accounts_level_by_level(store: &Store) {
    write(store, |tx| {
        const KIND: PolicyType = PolicyType::ServiceControlPolicy;
        let a = organization(tx, 'a', 10)?;
        let top = unit(&a, &[], "top00000", "Top");
        tx.insert_organizational_unit(&top)?;
        let member: AccountId = id("000000000011");
        tx.place_account(&member, Some(&joined(&a, ParentId::Unit(top.id.clone()))))?;
        for tail in ["rootroot", "unitunit", "selfself", "tagstags"] {
            let kind = if tail == "tagstags" {
                PolicyType::TagPolicy
            } else {
                KIND
            };
            tx.insert_organization_policy(&policy(&a, tail, kind))?;
        }
        assert_eq!(tx.scp_levels(&member)?, None, "the type is not enabled");
        tx.enable_policy_type(&a.id, KIND)?;
        let account = TargetId::Account(member.clone());
        let (root, unit) = (TargetId::Root(a.root.clone()), TargetId::Unit(top.id));
        for (tail, target) in [
            ("rootroot", &root),
            ("unitunit", &unit),
            ("selfself", &account),
        ] {
            tx.attach_policy(&a.id, KIND, &id(&format!("p-{tail}")), target)?;
        }
        tx.attach_policy(&a.id, PolicyType::TagPolicy, &id("p-tagstags"), &account)?;
        tx.attach_policy(&a.id, KIND, &id("p-rootroot"), &account)?;
        let levels = tx.scp_levels(&member)?.expect("levels");
        let names: Vec<Vec<&str>> = levels
            .iter()
            .map(|level| level.iter().map(|p| p.name.as_str()).collect())
            .collect();
        assert_eq!(
            names,
            [
                vec!["rootroot"],
                vec!["unitunit"],
                // In the order in which they were attached.
                vec!["selfself", "rootroot"]
            ]
        );
        assert_eq!(
            tx.scp_levels(&a.management)?,
            None,
            "the management account is free"
        );
        assert_eq!(tx.scp_levels(&id("000000000099"))?, None, "nobody");
        let empty = tx.scp_levels(&id("000000000012"))?.expect("levels");
        assert_eq!(empty.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0]);

        const RCP: PolicyType = PolicyType::ResourceControlPolicy;
        tx.insert_organization_policy(&policy(&a, "resource", RCP))?;
        assert_eq!(tx.rcp_levels(&member)?, None, "the type is not enabled");
        tx.enable_policy_type(&a.id, RCP)?;
        tx.attach_policy(&a.id, RCP, &id("p-resource"), &root)?;
        let levels = tx.rcp_levels(&member)?.expect("levels");
        assert_eq!(levels.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0, 0]);
        assert_eq!(
            tx.rcp_levels(&a.management)?,
            None,
            "resources of the management account are free"
        );
        Ok(())
    });
}

fn a_policy_type_is_attached_everywhere_and_gone_again(store: &Store) {
    write(store, |tx| {
        const KIND: PolicyType = PolicyType::ServiceControlPolicy;
        let (a, b) = (organization(tx, 'a', 10)?, organization(tx, 'b', 20)?);
        tx.insert_organizational_unit(&unit(&a, &[], "top00000", "Top"))?;
        for organization in [&a, &b] {
            tx.insert_organization_policy(&policy(organization, "FullAWSAccess", KIND))?;
        }
        let full: PolicyId = id("p-FullAWSAccess");
        tx.enable_policy_type(&a.id, KIND)?;
        assert!(tx.enable_policy_type(&a.id, KIND).is_err(), "twice");
        for _ in 0..2 {
            tx.attach_policy_everywhere(&a.id, KIND, &full)?;
        }
        let targets = tx.targets_of_policy(&a.id, &full, None, 99)?;
        let names: Vec<_> = targets.iter().map(|target| target.name.as_str()).collect();
        assert_eq!(
            names,
            ["account 10", "account 11", "account 12", "Top", "Root"]
        );
        let rest = tx.targets_of_policy(&a.id, &full, Some(targets[2].id.as_str()), 1)?;
        assert_eq!(rest, targets[3..4]);
        assert!(!tx.is_policy_attached(&b.id, &full)?);
        assert!(tx.policy_types(&b.id)?.is_empty());
        assert!(!tx.disable_policy_type(&b.id, KIND)?);
        assert!(tx.is_policy_attached(&a.id, &full)?);
        assert!(tx.disable_policy_type(&a.id, KIND)?);
        assert!(!tx.is_policy_attached(&a.id, &full)?);
        assert!(tx.policy_types(&a.id)?.is_empty());
        Ok(())
    });
}

fn policies_keep_their_names_apart(store: &Store) {
    write(store, |tx| {
        const KIND: PolicyType = PolicyType::ServiceControlPolicy;
        let (a, b) = (organization(tx, 'a', 10)?, organization(tx, 'b', 20)?);
        let mut one = policy(&a, "one00000", KIND);
        let two = policy(&a, "two00000", KIND);
        tx.insert_organization_policy(&one)?;
        tx.insert_organization_policy(&two)?;
        let mut same = policy(&a, "three000", KIND);
        same.summary.name = "one00000".into();
        assert!(matches!(
            tx.insert_organization_policy(&same),
            Err(StoreError::Duplicate(_))
        ));
        same.summary.kind = PolicyType::TagPolicy;
        tx.insert_organization_policy(&same)?;
        one.summary.name = "two00000".into();
        assert!(matches!(
            tx.update_organization_policy(&one),
            Err(StoreError::Duplicate(_))
        ));
        one.summary.name = "uno".into();
        one.content = "{}".into();
        tx.update_organization_policy(&one)?;
        assert_eq!(
            tx.organization_policy(&a.id, &one.summary.id)?,
            Some(one.clone())
        );
        assert_eq!(tx.organization_policy(&b.id, &one.summary.id)?, None);
        let found = tx.organization_policies(&a.id, KIND, None, 9)?;
        assert_eq!(found, [one.summary.clone(), two.summary.clone()]);
        let found = tx.organization_policies(&a.id, KIND, Some("p-one00000"), 9)?;
        assert_eq!(found, [two.summary]);
        assert!(tx.organization_policies(&b.id, KIND, None, 9)?.is_empty());
        assert_eq!(tx.count_organization_policies(&a.id, KIND)?, 2);
        let target = TargetId::Root(a.root.clone());
        tx.attach_policy(&a.id, KIND, &one.summary.id, &target)?;
        let again = tx.attach_policy(&a.id, KIND, &one.summary.id, &target);
        assert!(matches!(again, Err(StoreError::Duplicate(_))));
        assert_eq!(tx.count_attached_policies(&a.id, KIND, &target)?, 1);
        assert_eq!(tx.count_attached_policies(&b.id, KIND, &target)?, 0);
        assert_eq!(
            tx.policies_of_target(&a.id, KIND, &target, None, 9)?,
            [one.summary.clone()]
        );
        assert!(
            tx.policies_of_target(&b.id, KIND, &target, None, 9)?
                .is_empty()
        );
        assert!(!tx.detach_policy(&b.id, KIND, &one.summary.id, &target)?);
        assert!(tx.detach_policy(&a.id, KIND, &one.summary.id, &target)?);
        tx.delete_organization_policy(&b.id, &one.summary.id)?;
        assert!(tx.organization_policy(&a.id, &one.summary.id)?.is_some());
        tx.delete_organization_policy(&a.id, &one.summary.id)?;
        assert!(tx.organization_policy(&a.id, &one.summary.id)?.is_none());
        Ok(())
    });
}

fn services_have_administrators(store: &Store) {
    write(store, |tx| {
        let (a, b) = (organization(tx, 'a', 10)?, organization(tx, 'b', 20)?);
        let (sso, trail) = ("sso.amazonaws.com", "cloudtrail.amazonaws.com");
        for at in [1, 2] {
            tx.trust_service(&a.id, sso, Timestamp::from_millis(at))?;
        }
        tx.trust_service(&a.id, trail, AT)?;
        let found = tx.trusted_services(&a.id, None, 9)?;
        let found: Vec<_> = found
            .iter()
            .map(|s| (s.principal.as_str(), s.since.as_millis()))
            .collect();
        assert_eq!(found, [(trail, 1_000), (sso, 1)]);
        assert_eq!(tx.trusted_services(&a.id, Some(trail), 9)?.len(), 1);
        assert!(tx.is_trusted_service(&a.id, sso)? && !tx.is_trusted_service(&b.id, sso)?);
        let member: AccountId = id("000000000011");
        tx.register_delegated_administrator(&a.id, &member, sso, AT)?;
        tx.register_delegated_administrator(&a.id, &member, trail, Timestamp::from_millis(7))?;
        let again = tx.register_delegated_administrator(&a.id, &member, sso, AT);
        assert!(matches!(again, Err(StoreError::Duplicate(_))));
        let administrators = tx.delegated_administrators(&a.id, None, None, 9)?;
        assert_eq!(administrators.len(), 1);
        assert_eq!(administrators[0].account.id, member);
        assert_eq!(administrators[0].since, Timestamp::from_millis(7));
        let of_sso = tx.delegated_administrators(&a.id, Some(sso), None, 9)?;
        assert_eq!(of_sso[0].since, AT);
        assert!(
            tx.delegated_administrators(&a.id, Some("x"), None, 9)?
                .is_empty()
        );
        assert!(
            tx.delegated_administrators(&a.id, None, Some(member.as_str()), 9)?
                .is_empty()
        );
        assert!(
            tx.delegated_administrators(&b.id, None, None, 9)?
                .is_empty()
        );
        assert_eq!(tx.delegated_services(&a.id, &member, None, 9)?.len(), 2);
        assert!(tx.delegated_services(&b.id, &member, None, 9)?.is_empty());
        assert_eq!(tx.count_delegated_administrators(&a.id, sso)?, 1);
        assert_eq!(tx.count_delegated_administrators(&b.id, sso)?, 0);
        assert!(tx.is_delegated_administrator(&member, sso)?);
        assert!(!tx.is_delegated_administrator(&id("000000000012"), sso)?);
        assert!(!tx.deregister_delegated_administrator(&b.id, &member, sso)?);
        assert!(tx.deregister_delegated_administrator(&a.id, &member, sso)?);
        assert!(!tx.is_delegated_administrator(&member, sso)?);
        tx.distrust_service(&b.id, sso)?;
        assert!(tx.is_trusted_service(&a.id, sso)?);
        tx.distrust_service(&a.id, sso)?;
        assert!(!tx.is_trusted_service(&a.id, sso)?);
        Ok(())
    });
}

fn tags_stay_with_their_resource(store: &Store) {
    write(store, |tx| {
        let (a, b) = (organization(tx, 'a', 10)?, organization(tx, 'b', 20)?);
        let tag = |key: &str, value: &str| OrganizationTag {
            key: key.into(),
            value: value.into(),
        };
        for tag in [tag("Team", "a"), tag("team", "b"), tag("Team", "c")] {
            tx.put_organization_tag(&a.id, "r-aaaa", &tag)?;
        }
        let all = [tag("Team", "c"), tag("team", "b")];
        assert_eq!(tx.organization_tags(&a.id, "r-aaaa", None, 9)?, all);
        assert_eq!(
            tx.organization_tags(&a.id, "r-aaaa", Some("Team"), 9)?,
            all[1..]
        );
        assert!(tx.organization_tags(&a.id, "r-bbbb", None, 9)?.is_empty());
        assert!(tx.organization_tags(&b.id, "r-aaaa", None, 9)?.is_empty());
        tx.delete_organization_tag(&b.id, "r-aaaa", "team")?;
        assert_eq!(tx.count_organization_tags(&a.id, "r-aaaa")?, 2);
        tx.delete_organization_tag(&a.id, "r-aaaa", "team")?;
        assert_eq!(tx.count_organization_tags(&a.id, "r-aaaa")?, 1);
        Ok(())
    });
}

fn a_delegation_policy_is_replaced(store: &Store) {
    write(store, |tx| {
        let (a, b) = (organization(tx, 'a', 10)?, organization(tx, 'b', 20)?);
        let policy = |id: &str, content: &str| ResourcePolicy {
            id: id.into(),
            content: content.into(),
        };
        assert_eq!(tx.resource_policy(&a.id)?, None);
        tx.put_resource_policy(&a.id, &policy("rp-1", "{}"))?;
        tx.put_resource_policy(&a.id, &policy("rp-2", "{\"a\":1}"))?;
        assert_eq!(
            tx.resource_policy(&a.id)?,
            Some(policy("rp-1", "{\"a\":1}"))
        );
        assert_eq!(tx.resource_policy(&b.id)?, None);
        assert!(!tx.delete_resource_policy(&b.id)?);
        assert!(tx.delete_resource_policy(&a.id)?);
        assert_eq!(tx.resource_policy(&a.id)?, None);
        Ok(())
    });
}

fn handshake(organization: &Organization, tail: &str, target: HandshakeTarget) -> Handshake {
    Handshake {
        id: id(&format!("h-{tail}")),
        organization: organization.id.clone(),
        management: organization.management.clone(),
        action: HandshakeAction::Invite,
        state: HandshakeState::Open,
        target,
        parent: None,
        requested_at: AT,
        expires_at: Timestamp::from_millis(2_000),
        details: HandshakeDetails {
            notes: Some("come".into()),
            ..HandshakeDetails::default()
        },
    }
}

fn query(now: i64) -> HandshakeQuery {
    HandshakeQuery {
        now: Timestamp::from_millis(now),
        limit: 9,
        ..HandshakeQuery::default()
    }
}

fn handshakes_are_pending_once(store: &Store) {
    write(store, |tx| {
        let (a, b) = (organization(tx, 'a', 10)?, organization(tx, 'b', 20)?);
        let email = |text: &str| HandshakeTarget::Email(text.into());
        let listed = Timestamp::from_millis(9_000);
        let one = handshake(&a, "00000001", email("Ana@example.com"));
        tx.insert_handshake(&one, listed)?;
        let again =
            tx.insert_handshake(&handshake(&a, "00000002", email("ana@EXAMPLE.com")), listed);
        assert!(matches!(again, Err(StoreError::Duplicate(_))));
        tx.insert_handshake(&handshake(&b, "00000003", email("ana@example.com")), listed)?;
        tx.insert_handshake(
            &handshake(&a, "00000004", HandshakeTarget::Account(id("000000000011"))),
            listed,
        )?;
        assert_eq!(tx.handshake(&one.id)?, Some(one.clone()));
        assert_eq!(
            tx.expire_handshakes(&a.id, Timestamp::from_millis(1_999))?,
            0
        );
        assert_eq!(
            tx.expire_handshakes(&a.id, Timestamp::from_millis(2_000))?,
            2
        );
        assert!(
            !tx.finish_handshake(&one.id, HandshakeState::Accepted, listed)?,
            "it has expired"
        );
        tx.insert_handshake(&handshake(&a, "00000005", email("ana@example.com")), listed)?;
        let ids = |found: Vec<Handshake>| -> Vec<String> {
            found
                .into_iter()
                .map(|found| found.id.to_string())
                .collect()
        };
        let found = tx.handshakes_of_target(["000000000001", "ana@example.com"], &query(0))?;
        assert_eq!(ids(found), ["h-00000001", "h-00000003", "h-00000005"]);
        let found = tx.handshakes_of_target(["000000000011", ""], &query(0))?;
        assert_eq!(ids(found), ["h-00000004"]);
        assert!(
            tx.handshakes_of_target(["000000000002", ""], &query(0))?
                .is_empty()
        );
        assert_eq!(
            ids(tx.handshakes_of_organization(&b.id, &query(0))?),
            ["h-00000003"]
        );
        let since = |tx: &mut dyn Tx, organization: &OrganizationId, at| {
            tx.count_handshakes_since(
                organization,
                HandshakeAction::Invite,
                Timestamp::from_millis(at),
            )
        };
        assert_eq!(
            (
                since(tx, &a.id, 999)?,
                since(tx, &a.id, 1_000)?,
                since(tx, &b.id, 0)?
            ),
            (3, 0, 1)
        );
        Ok(())
    });
}

fn handshakes_leave_the_lists(store: &Store) {
    write(store, |tx| {
        let (a, b) = (organization(tx, 'a', 10)?, organization(tx, 'b', 20)?);
        let member = |number: u8| HandshakeTarget::Account(id(&format!("{number:012}")));
        let mut request = handshake(&a, "00000001", member(10));
        request.action = HandshakeAction::EnableAllFeatures;
        request.state = HandshakeState::Requested;
        let listed = Timestamp::from_millis(9_000);
        tx.insert_handshake(&request, listed)?;
        for (tail, number) in [("00000002", 11), ("00000003", 12)] {
            let mut part = handshake(&a, tail, member(number));
            part.action = HandshakeAction::ApproveAllFeatures;
            part.parent = Some(request.id.clone());
            tx.insert_handshake(&part, listed)?;
        }
        assert_eq!(tx.count_pending_parts(&a.id, &request.id)?, 2);
        assert_eq!(tx.count_pending_parts(&b.id, &request.id)?, 0);
        let early = Timestamp::from_millis(3_000);
        assert!(tx.finish_handshake(&id("h-00000002"), HandshakeState::Accepted, early)?);
        assert_eq!(tx.count_pending_parts(&a.id, &request.id)?, 1);
        let parts = HandshakeQuery {
            parent: Some(request.id.clone()),
            ..query(3_000)
        };
        assert_eq!(
            tx.handshakes_of_organization(&a.id, &parts)?.len(),
            1,
            "one has left the list"
        );
        let parts = HandshakeQuery {
            parent: Some(request.id.clone()),
            ..query(2_999)
        };
        assert_eq!(tx.handshakes_of_organization(&a.id, &parts)?.len(), 2);
        let after = HandshakeQuery {
            after: Some("h-00000002".into()),
            ..parts
        };
        assert_eq!(tx.handshakes_of_organization(&a.id, &after)?.len(), 1);
        let only = HandshakeQuery {
            action: Some(HandshakeAction::EnableAllFeatures),
            ..query(0)
        };
        assert_eq!(tx.handshakes_of_organization(&a.id, &only)?, [request]);
        Ok(())
    });
}

fn a_deleted_organization_leaves_its_neighbour_alone(store: &Store) {
    write(store, |tx| {
        let (a, b) = (organization(tx, 'a', 10)?, organization(tx, 'b', 20)?);
        for organization in [&a, &b] {
            let kind = PolicyType::ServiceControlPolicy;
            tx.insert_organizational_unit(&unit(organization, &[], "top00000", "Top"))?;
            tx.insert_organization_policy(&policy(organization, "FullAWSAccess", kind))?;
            tx.enable_policy_type(&organization.id, kind)?;
            tx.attach_policy_everywhere(&organization.id, kind, &id("p-FullAWSAccess"))?;
            tx.trust_service(&organization.id, "sso.amazonaws.com", AT)?;
        }
        tx.delete_organization(&a.id)?;
        assert_eq!(tx.organization(&a.id)?, None);
        assert_eq!(tx.membership(&a.management)?, None);
        assert!(
            tx.account(&a.management)?
                .is_some_and(|account| account.joined.is_none())
        );
        assert_eq!(tx.count_organizational_units(&a.id)?, 0);
        assert!(tx.policy_types(&a.id)?.is_empty());
        assert!(tx.trusted_services(&a.id, None, 9)?.is_empty());
        assert_eq!(tx.organization(&b.id)?, Some(b.clone()));
        assert_eq!(tx.count_accounts(&b.id)?, 3);
        let levels = tx.scp_levels(&id("000000000021"))?.expect("levels");
        assert_eq!(levels.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1]);
        tx.insert_organization(&Organization {
            root: id("r-aaaa"),
            ..a.clone()
        })?;
        let twice = Organization {
            id: id("o-cccccccccc"),
            root: id("r-cccc"),
            ..a.clone()
        };
        assert!(matches!(
            tx.insert_organization(&twice),
            Err(StoreError::Duplicate(_))
        ));
        Ok(())
    });
}
