use atrium_model::access::{
    AccessRequest, AccountAssignment, CustomerManagedPolicy, NewAccessRequest, PermissionSet,
    PermissionSetPolicies, PermissionsBoundary, ProvisionedPermissionSet, ProvisioningStatus,
    RequestKind, RequestStatus,
};
use atrium_model::application::AssignedPrincipal;
use atrium_model::directory::GroupMembership;
use atrium_model::{
    AccountId, Caller, IdentityStoreId, InstanceId, PermissionSetId, Principal, Timestamp,
};
use atrium_store::{PrincipalAssignments, RequestProgress, Store, StoreError, Tx};

use crate::engines::wait;

crate::store_conformance!(
    permission_sets_are_kept_and_listed,
    assignments_are_kept_and_listed,
    a_user_has_what_its_groups_have,
    what_accounts_have_is_kept_and_compared,
    requests_are_kept_and_listed,
    requests_are_taken_in_order_and_once,
    a_worker_that_is_late_changes_nothing,
    nothing_crosses_instances,
    accounts_and_instances_go_and_their_roles_follow,
);

const HERE: &str = "ssoins-1111111111111111";
const THERE: &str = "ssoins-2222222222222222";
const A: &str = "111111111111";
const B: &str = "222222222222";
const STORE: &str = "d-1111111111";

fn instance(id: &str) -> InstanceId {
    id.parse().expect("an instance id")
}

fn account(id: &str) -> AccountId {
    id.parse().expect("an account")
}

fn set_id(digit: char) -> PermissionSetId {
    format!("ps-{}", String::from(digit).repeat(16))
        .parse()
        .expect("a permission set id")
}

fn set(instance_id: &str, digit: char, name: &str) -> PermissionSet {
    PermissionSet {
        instance: instance(instance_id),
        id: set_id(digit),
        name: name.into(),
        description: None,
        session_duration: "PT1H".into(),
        relay_state: None,
        policies: PermissionSetPolicies::default(),
        revision: 1,
        created: Timestamp::from_millis(1_700_000_000_123),
    }
}

fn uuid(digit: char) -> String {
    let d = String::from(digit);
    format!(
        "{}-{}-{}-{}-{}",
        d.repeat(8),
        d.repeat(4),
        d.repeat(4),
        d.repeat(4),
        d.repeat(12)
    )
}

fn user(digit: char) -> AssignedPrincipal {
    AssignedPrincipal::new("USER", &uuid(digit)).expect("a user")
}

fn group(digit: char) -> AssignedPrincipal {
    AssignedPrincipal::new("GROUP", &uuid(digit)).expect("a group")
}

fn assignment(
    instance_id: &str,
    account_id: &str,
    digit: char,
    principal: AssignedPrincipal,
) -> AccountAssignment {
    AccountAssignment {
        instance: instance(instance_id),
        account: account(account_id),
        permission_set: set_id(digit),
        principal,
        created: Timestamp::from_millis(5),
    }
}

fn provisioned(instance_id: &str, account_id: &str, digit: char) -> ProvisionedPermissionSet {
    ProvisionedPermissionSet {
        instance: instance(instance_id),
        account: account(account_id),
        permission_set: set_id(digit),
        revision: 1,
        role_id: "AROA22222222222222222".into(),
        role_name: "AWSReservedSSO_Admin_0123456789abcdef".into(),
        provisioned: Timestamp::from_millis(7),
    }
}

fn request(instance_id: &str, digit: char, set: char) -> NewAccessRequest {
    NewAccessRequest {
        instance: instance(instance_id),
        id: Some(uuid(digit)),
        kind: RequestKind::CreateAssignment,
        permission_set: set_id(set),
        account: Some(account(A)),
        principal: Some(user('1')),
        refusal: None,
        caller: None,
        created: Timestamp::from_millis(1000),
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// Runs a test's body in one transaction.
fn run(store: &Store, body: fn(&mut dyn Tx) -> Result<(), StoreError>) {
    wait(store.write(body)).expect("a working store");
}

fn finished(status: RequestStatus) -> RequestProgress<'static> {
    RequestProgress {
        status,
        failure_reason: None,
        done: None,
        lease_until: at(0),
    }
}

fn permission_sets_are_kept_and_listed(store: &Store) {
    run(store, |tx| {
        let here = instance(HERE);
        let mut first = set(HERE, '1', "Admin");
        tx.insert_permission_set(&first)?;
        tx.insert_permission_set(&set(HERE, '2', "admin"))?;
        tx.insert_permission_set(&set(HERE, '3', "Read"))?;
        for (case, taken) in [
            ("its name", set(HERE, '4', "Admin")),
            ("its id", set(HERE, '1', "Other")),
        ] {
            let outcome = tx.insert_permission_set(&taken);
            assert!(matches!(outcome, Err(StoreError::Duplicate(_))), "{case}");
        }
        assert_eq!(tx.permission_set(&here, &set_id('1'))?, Some(first.clone()));
        assert_eq!(tx.permission_set(&here, &set_id('4'))?, None);

        let policy = CustomerManagedPolicy {
            name: "Mine".into(),
            path: "/team/".into(),
        };
        first.description = Some("what\nfor ✓".into());
        first.session_duration = "PT2H".into();
        first.relay_state = Some("https://console.aws.amazon.com/".into());
        first.revision = 9;
        first.policies = PermissionSetPolicies {
            inline: Some("{\"Version\": \"2012-10-17\"}".into()),
            aws_managed: vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".into()],
            customer_managed: vec![policy.clone()],
            boundary: Some(PermissionsBoundary::CustomerManaged(policy)),
        };
        assert!(tx.update_permission_set(&first)?);
        assert_eq!(tx.permission_set(&here, &set_id('1'))?, Some(first));
        assert!(!tx.update_permission_set(&set(HERE, '4', "None"))?);

        assert_eq!(tx.count_permission_sets(&here)?, 3);
        let mut names = Vec::new();
        let mut after = None;
        for _ in 0..4 {
            let page = tx.permission_sets(&here, after.as_ref(), 2)?;
            after = page.last().map(|set| set.id.clone());
            names.extend(page.into_iter().map(|set| set.name));
            if after.is_none() {
                break;
            }
        }
        assert_eq!(names, ["Admin", "admin", "Read"]);

        assert!(tx.delete_permission_set(&here, &set_id('2'))?);
        assert!(!tx.delete_permission_set(&here, &set_id('2'))?);
        assert_eq!(tx.count_permission_sets(&here)?, 2);
        Ok(())
    });
}

fn assignments_are_kept_and_listed(store: &Store) {
    run(store, |tx| {
        let (here, a) = (instance(HERE), account(A));
        assert!(!tx.is_permission_set_assigned(&here, &set_id('1'))?);
        for principal in [user('2'), group('3'), user('1'), group('1')] {
            tx.insert_account_assignment(&assignment(HERE, A, '1', principal))?;
        }
        tx.insert_account_assignment(&assignment(HERE, A, '2', user('1')))?;
        tx.insert_account_assignment(&assignment(HERE, B, '1', user('1')))?;
        let again = tx.insert_account_assignment(&assignment(HERE, A, '1', user('1')));
        assert!(matches!(again, Err(StoreError::Duplicate(_))));
        assert!(tx.is_permission_set_assigned(&here, &set_id('1'))?);

        let cases = [
            (
                "all",
                None,
                9,
                vec![group('1'), group('3'), user('1'), user('2')],
            ),
            ("a page", None, 2, vec![group('1'), group('3')]),
            ("the next", Some(group('3')), 2, vec![user('1'), user('2')]),
            ("the end", Some(user('2')), 2, vec![]),
        ];
        for (case, after, limit, want) in cases {
            let found = tx.account_assignments(&here, &a, &set_id('1'), after.as_ref(), limit)?;
            let who: Vec<_> = found.into_iter().map(|found| found.principal).collect();
            assert_eq!(who, want, "{case}");
        }
        assert!(tx.delete_account_assignment(&here, &a, &set_id('1'), &user('2'))?);
        assert!(!tx.delete_account_assignment(&here, &a, &set_id('1'), &user('2'))?);
        assert!(!tx.delete_account_assignment(&here, &a, &set_id('1'), &group('2'))?);
        Ok(())
    });
}

fn a_user_has_what_its_groups_have(store: &Store) {
    run(store, |tx| {
        let (here, directory): (_, IdentityStoreId) =
            (instance(HERE), STORE.parse().expect("a store id"));
        for (at_store, member, of) in [
            (STORE, '1', '7'),
            (STORE, '2', '8'),
            ("d-2222222222", '1', '8'),
        ] {
            tx.insert_membership(&GroupMembership {
                store: at_store.parse().expect("a store id"),
                id: uuid(of).parse().expect("a membership id"),
                group: uuid(of).parse().expect("a group id"),
                user: uuid(member).parse().expect("a user id"),
                created_at: at(1),
                created_by: "x".into(),
            })?;
        }
        for (account_id, set, principal) in [
            (A, '2', user('1')),
            (A, '1', group('7')),
            (B, '1', user('1')),
            (B, '1', group('7')),
            (B, '2', group('8')),
            (B, '3', user('2')),
        ] {
            tx.insert_account_assignment(&assignment(HERE, account_id, set, principal))?;
        }
        let (in_a, in_b) = (account(A), account(B));
        let mine = [
            (in_a.clone(), set_id('1'), group('7')),
            (in_a.clone(), set_id('2'), user('1')),
            (in_b.clone(), set_id('1'), group('7')),
            (in_b.clone(), set_id('1'), user('1')),
        ];
        let cases = [
            ("a user", user('1'), None, None, 9, mine.to_vec()),
            ("a page", user('1'), None, None, 3, mine[..3].to_vec()),
            (
                "the next",
                user('1'),
                None,
                Some(&mine[2]),
                3,
                mine[3..].to_vec(),
            ),
            (
                "in an account",
                user('1'),
                Some(&in_b),
                None,
                9,
                mine[2..].to_vec(),
            ),
            (
                "a group",
                group('7'),
                None,
                None,
                9,
                vec![mine[0].clone(), mine[2].clone()],
            ),
            ("a group by a user's id", group('1'), None, None, 9, vec![]),
        ];
        for (case, principal, account, after, limit, want) in cases {
            let found = tx.account_assignments_of(PrincipalAssignments {
                instance: &here,
                store: &directory,
                principal: &principal,
                account,
                after,
                limit,
            })?;
            let found: Vec<_> = found
                .into_iter()
                .map(|found| (found.account, found.permission_set, found.principal))
                .collect();
            assert_eq!(found, want, "{case}");
        }
        Ok(())
    });
}

fn what_accounts_have_is_kept_and_compared(store: &Store) {
    run(store, |tx| {
        let (here, a, b) = (instance(HERE), account(A), account(B));
        for digit in ['1', '2'] {
            tx.insert_permission_set(&set(HERE, digit, &format!("Set {digit}")))?;
            tx.put_provisioned(&provisioned(HERE, A, digit))?;
        }
        tx.put_provisioned(&provisioned(HERE, B, '1'))?;
        assert_eq!(
            tx.provisioned(&here, &a, &set_id('1'))?,
            Some(provisioned(HERE, A, '1'))
        );
        assert_eq!(tx.count_provisioned(&here, &a)?, 2);

        // The first set changes; then one account gets it as it is now.
        let mut changed = set(HERE, '1', "Set 1");
        changed.revision = 2;
        tx.update_permission_set(&changed)?;
        let mut newer = provisioned(HERE, B, '1');
        newer.revision = 2;
        newer.role_name = "AWSReservedSSO_Set_fedcba9876543210".into();
        tx.put_provisioned(&newer)?;
        assert_eq!(tx.provisioned(&here, &b, &set_id('1'))?, Some(newer));

        let (latest, not) = (
            Some(ProvisioningStatus::Latest),
            Some(ProvisioningStatus::NotLatest),
        );
        let accounts = [
            (None, vec![a.clone(), b.clone()]),
            (latest, vec![b.clone()]),
            (not, vec![a.clone()]),
        ];
        for (status, want) in accounts {
            let found = tx.accounts_of_permission_set(&here, &set_id('1'), status, None, 9)?;
            assert_eq!(found, want, "{status:?}");
        }
        let sets = [
            (None, vec![set_id('1'), set_id('2')]),
            (latest, vec![set_id('2')]),
            (not, vec![set_id('1')]),
        ];
        for (status, want) in sets {
            let found = tx.permission_sets_of_account(&here, &a, status, None, 9)?;
            assert_eq!(found, want, "{status:?}");
        }
        let next = tx.accounts_of_permission_set(&here, &set_id('1'), None, Some(&a), 1)?;
        assert_eq!(next, [b]);
        let next = tx.permission_sets_of_account(&here, &a, None, Some(&set_id('1')), 1)?;
        assert_eq!(next, [set_id('2')]);

        assert!(tx.delete_provisioned(&here, &a, &set_id('1'))?);
        assert!(!tx.delete_provisioned(&here, &a, &set_id('1'))?);

        assert_eq!(tx.access_provider(&here, &a)?, None);
        tx.insert_access_provider(&here, &a, "AWSSSO_1_DO_NOT_DELETE")?;
        let again = tx.insert_access_provider(&here, &a, "AWSSSO_2_DO_NOT_DELETE");
        assert!(matches!(again, Err(StoreError::Duplicate(_))));
        assert_eq!(
            tx.access_provider(&here, &a)?.as_deref(),
            Some("AWSSSO_1_DO_NOT_DELETE")
        );
        Ok(())
    });
}

fn requests_are_kept_and_listed(store: &Store) {
    run(store, |tx| {
        let here = instance(HERE);
        let whole = NewAccessRequest {
            kind: RequestKind::Provision,
            account: None,
            principal: None,
            refusal: Some("no".into()),
            caller: Some(Caller {
                account: account(A),
                principal: Principal::Root,
                access_key_id: "AKIA".into(),
                session: None,
            }),
            ..request(HERE, '9', '1')
        };
        tx.insert_access_request(&whole)?;
        for digit in ['1', '2', '3'] {
            tx.insert_access_request(&request(HERE, digit, digit))?;
        }
        let taken = tx.insert_access_request(&request(HERE, '1', '1'));
        assert!(matches!(taken, Err(StoreError::Duplicate(_))));
        let found = tx.access_request(&here, RequestKind::Provision, &uuid('9'))?;
        let found = found.expect("the request");
        assert_eq!(found.asked, whole);
        assert_eq!(found.status, RequestStatus::InProgress);
        assert_eq!(found.failure_reason, None);
        let other = tx.access_request(&here, RequestKind::DeleteAssignment, &uuid('9'))?;
        assert_eq!(other, None);
        assert_eq!(tx.count_outstanding(&here)?, 4);

        let kind = RequestKind::CreateAssignment;
        let second = tx
            .access_request(&here, kind, &uuid('2'))?
            .expect("the second");
        let failed = RequestProgress {
            failure_reason: Some("because ✓"),
            ..finished(RequestStatus::Failed)
        };
        assert!(tx.set_request_progress(&second, failed)?);
        assert!(!tx.set_request_progress(&second, finished(RequestStatus::Succeeded))?);
        assert_eq!(tx.count_outstanding(&here)?, 3);
        let cases = [
            ("all", None, None, 9, "321"),
            ("a page", None, None, 2, "32"),
            ("the next", None, Some(second.number), 2, "1"),
            ("failed", Some(RequestStatus::Failed), None, 9, "2"),
            (
                "in progress",
                Some(RequestStatus::InProgress),
                None,
                9,
                "31",
            ),
            ("succeeded", Some(RequestStatus::Succeeded), None, 9, ""),
        ];
        for (case, status, before, limit, want) in cases {
            let found = tx.access_requests(&here, kind, status, before, limit)?;
            let ids: String = found
                .iter()
                .filter_map(|found| found.asked.id.as_ref()?.chars().next())
                .collect();
            assert_eq!(ids, want, "{case}");
        }
        let found = tx.access_request(&here, kind, &uuid('2'))?.expect("it");
        assert_eq!(found.failure_reason.as_deref(), Some("because ✓"));

        // Only what is finished is forgotten.
        assert_eq!(tx.forget_access_requests(at(1000), 9)?, 0);
        assert_eq!(tx.forget_access_requests(at(1001), 9)?, 1);
        assert_eq!(tx.access_request(&here, kind, &uuid('2'))?, None);
        Ok(())
    });
}

fn digit(request: Option<AccessRequest>) -> Option<char> {
    request?.asked.id?.chars().next()
}

fn requests_are_taken_in_order_and_once(store: &Store) {
    run(store, |tx| {
        assert!(!tx.is_access_request_due(at(0))?);
        assert_eq!(tx.claim_access_request(at(0), at(10))?, None);
        // Two for the first permission set, one for the second, one of another instance.
        for (instance_id, digit, set) in [
            (HERE, '1', '1'),
            (HERE, '2', '1'),
            (HERE, '3', '2'),
            (THERE, '4', '1'),
        ] {
            tx.insert_access_request(&request(instance_id, digit, set))?;
        }
        let first = tx.claim_access_request(at(0), at(10))?.expect("the first");
        assert_eq!(first.attempts, 1);
        // The second waits until the first is done.
        assert_eq!(digit(tx.claim_access_request(at(0), at(10))?), Some('3'));
        assert_eq!(digit(tx.claim_access_request(at(0), at(10))?), Some('4'));
        assert_eq!(digit(tx.claim_access_request(at(9), at(20))?), None);
        // Whoever had the first is gone.
        let again = tx.claim_access_request(at(10), at(20))?.expect("the first");
        assert_eq!((again.number, again.attempts), (first.number, 2));
        assert!(tx.set_request_progress(&again, finished(RequestStatus::Succeeded))?);
        assert_eq!(digit(tx.claim_access_request(at(10), at(20))?), Some('2'));
        assert_eq!(digit(tx.claim_access_request(at(10), at(20))?), Some('3'));
        assert_eq!(digit(tx.claim_access_request(at(10), at(20))?), Some('4'));
        assert!(!tx.is_access_request_due(at(19))?);
        assert!(tx.is_access_request_due(at(20))?);
        Ok(())
    });
}

fn a_worker_that_is_late_changes_nothing(store: &Store) {
    run(store, |tx| {
        tx.insert_access_request(&request(HERE, '1', '1'))?;
        let late = tx.claim_access_request(at(0), at(10))?.expect("it");
        let next = tx.claim_access_request(at(10), at(20))?.expect("it");
        let a = account(A);
        let going_on = RequestProgress {
            done: Some(&a),
            failure_reason: Some("one of them"),
            ..finished(RequestStatus::InProgress)
        };
        assert!(!tx.set_request_progress(&late, going_on)?);
        assert!(tx.set_request_progress(&next, going_on)?);
        // It has got on: the one who did that goes on from there, others know better.
        assert!(!tx.set_request_progress(&late, finished(RequestStatus::Failed))?);
        assert!(!tx.set_request_progress(&next, finished(RequestStatus::Failed))?);
        let now = tx.claim_access_request(at(10), at(20))?.expect("it");
        assert_eq!(now.done, Some(a.clone()));
        assert_eq!(now.failure_reason.as_deref(), Some("one of them"));
        assert_eq!(now.attempts, 2);
        assert!(tx.set_request_progress(&now, finished(RequestStatus::Succeeded))?);
        assert!(!tx.set_request_progress(&now, finished(RequestStatus::Failed))?);
        Ok(())
    });
}

fn nothing_crosses_instances(store: &Store) {
    run(store, |tx| {
        let (there, a, one) = (instance(THERE), account(A), set_id('1'));
        tx.insert_permission_set(&set(HERE, '1', "Admin"))?;
        tx.insert_account_assignment(&assignment(HERE, A, '1', user('1')))?;
        tx.put_provisioned(&provisioned(HERE, A, '1'))?;
        tx.insert_access_provider(&instance(HERE), &a, "AWSSSO_1_DO_NOT_DELETE")?;
        tx.insert_access_request(&request(HERE, '1', '1'))?;

        assert_eq!(tx.permission_set(&there, &one)?, None);
        assert_eq!(tx.permission_sets(&there, None, 9)?, []);
        assert_eq!(tx.count_permission_sets(&there)?, 0);
        assert!(!tx.update_permission_set(&set(THERE, '1', "Admin"))?);
        assert!(!tx.delete_permission_set(&there, &one)?);
        assert_eq!(tx.account_assignments(&there, &a, &one, None, 9)?, []);
        assert!(!tx.delete_account_assignment(&there, &a, &one, &user('1'))?);
        assert!(!tx.is_permission_set_assigned(&there, &one)?);
        let listing = PrincipalAssignments {
            instance: &there,
            store: &STORE.parse().expect("a store id"),
            principal: &user('1'),
            account: None,
            after: None,
            limit: 9,
        };
        assert_eq!(tx.account_assignments_of(listing)?, []);
        assert_eq!(tx.provisioned(&there, &a, &one)?, None);
        assert!(!tx.delete_provisioned(&there, &a, &one)?);
        assert_eq!(
            tx.accounts_of_permission_set(&there, &one, None, None, 9)?,
            []
        );
        assert_eq!(
            tx.permission_sets_of_account(&there, &a, None, None, 9)?,
            []
        );
        assert_eq!(tx.count_provisioned(&there, &a)?, 0);
        assert_eq!(tx.access_provider(&there, &a)?, None);
        let kind = RequestKind::CreateAssignment;
        assert_eq!(tx.access_request(&there, kind, &uuid('1'))?, None);
        assert_eq!(tx.access_requests(&there, kind, None, None, 9)?, []);
        assert_eq!(tx.count_outstanding(&there)?, 0);
        // The same names are free in the other instance.
        tx.insert_permission_set(&set(THERE, '1', "Admin"))?;
        tx.insert_account_assignment(&assignment(THERE, A, '1', user('1')))?;
        tx.insert_access_provider(&there, &a, "AWSSSO_2_DO_NOT_DELETE")?;
        tx.insert_access_request(&request(THERE, '1', '1'))
    });
}

fn accounts_and_instances_go_and_their_roles_follow(store: &Store) {
    run(store, |tx| {
        let (here, there) = (instance(HERE), instance(THERE));
        for instance_id in [HERE, THERE] {
            tx.insert_permission_set(&set(instance_id, '1', "Admin"))?;
            for account_id in [A, B] {
                tx.put_provisioned(&provisioned(instance_id, account_id, '1'))?;
                tx.insert_account_assignment(&assignment(instance_id, account_id, '1', user('1')))?;
            }
        }
        tx.withdraw_account(&here, &account(A))?;
        let left = |tx: &mut dyn Tx, instance: &InstanceId, of: &str| {
            tx.account_assignments(instance, &account(of), &set_id('1'), None, 9)
                .map(|found| found.len())
        };
        assert_eq!(left(tx, &here, A)?, 0);
        assert_eq!((left(tx, &here, B)?, left(tx, &there, A)?), (1, 1));
        let tidy = tx.claim_access_request(at(0), at(10))?.expect("a request");
        assert_eq!(
            (
                tidy.asked.kind,
                tidy.asked.account.clone(),
                tidy.asked.id.clone()
            ),
            (RequestKind::Tidy, Some(account(A)), None)
        );
        assert_eq!(tx.count_outstanding(&here)?, 0, "no caller waits for it");
        assert!(tx.set_request_progress(&tidy, finished(RequestStatus::Succeeded))?);
        assert_eq!(tx.claim_access_request(at(0), at(10))?, None);

        tx.insert_access_request(&request(HERE, '1', '1'))?;
        tx.delete_access_of_instance(&here)?;
        assert_eq!(tx.count_permission_sets(&here)?, 0);
        assert_eq!(left(tx, &here, B)?, 0);
        assert_eq!(
            (tx.count_permission_sets(&there)?, left(tx, &there, B)?),
            (1, 1)
        );
        let mut accounts = Vec::new();
        while let Some(tidy) = tx.claim_access_request(at(0), at(10))? {
            assert_eq!(tidy.asked.kind, RequestKind::Tidy);
            accounts.extend(tidy.asked.account.clone());
            tx.set_request_progress(&tidy, finished(RequestStatus::Succeeded))?;
        }
        // Both roles were still there.
        assert_eq!(accounts, [account(A), account(B)]);
        Ok(())
    });
}
