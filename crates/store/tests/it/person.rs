//! What a person has by being assigned, themselves or through a group.

use atrium_model::access::{
    AccountAssignment, PermissionSet, PermissionSetPolicies, ProvisionedPermissionSet,
};
use atrium_model::application::{ApplicationAssignment, AssignedPrincipal};
use atrium_model::directory::GroupMembership;
use atrium_model::{
    AccountId, ApplicationId, IdentityStoreId, InstanceId, PermissionSetId, Timestamp, UserId,
};
use atrium_store::{Person, Store, StoreError, Tx};

use crate::engines::wait;

crate::store_conformance!(
    a_person_enters_what_is_assigned_and_provisioned,
    a_person_uses_what_is_assigned,
);

const JANE: &str = "94d00cd8-e9e6-4810-b177-000000000001";
const JOE: &str = "94d00cd8-e9e6-4810-b177-000000000002";
const STAFF: &str = "24d00cd8-e9e6-4810-b177-000000000001";
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);

fn instance(digit: char) -> InstanceId {
    let id = format!("ssoins-{}", String::from(digit).repeat(16));
    id.parse().expect("an instance id")
}

fn store_id(digit: char) -> IdentityStoreId {
    let id = format!("d-{}", String::from(digit).repeat(10));
    id.parse().expect("a store id")
}

fn set_id(digit: char) -> PermissionSetId {
    let id = format!("ps-{}", String::from(digit).repeat(16));
    id.parse().expect("a permission set id")
}

fn account(digit: char) -> AccountId {
    String::from(digit).repeat(12).parse().expect("an account")
}

fn user(id: &str) -> UserId {
    id.parse().expect("a user id")
}

fn principal(id: &str) -> AssignedPrincipal {
    let kind = if id == STAFF { "GROUP" } else { "USER" };
    AssignedPrincipal::new(kind, id).expect("a principal")
}

/// Runs work whose failures end the test.
fn run(store: &Store, body: fn(&mut dyn Tx) -> Result<(), StoreError>) {
    wait(store.write(body)).expect("a working store");
}

fn join(tx: &mut dyn Tx) -> Result<(), StoreError> {
    tx.insert_membership(&GroupMembership {
        store: store_id('1'),
        id: "54d00cd8-e9e6-4810-b177-000000000001"
            .parse()
            .expect("an id"),
        group: STAFF.parse().expect("a group id"),
        user: user(JANE),
        created_at: NOW,
        created_by: "x".into(),
    })
}

fn make_set(tx: &mut dyn Tx, of: char, digit: char, name: &str) -> Result<(), StoreError> {
    tx.insert_permission_set(&PermissionSet {
        instance: instance(of),
        id: set_id(digit),
        name: name.into(),
        description: None,
        session_duration: "PT1H".into(),
        relay_state: None,
        policies: PermissionSetPolicies::default(),
        revision: 1,
        created: NOW,
    })
}

/// Assigns a permission set and, if it is to be there, provisions it.
fn assign(
    tx: &mut dyn Tx,
    of: char,
    (digit, to): (char, char),
    who: &str,
    there: bool,
) -> Result<(), StoreError> {
    tx.insert_account_assignment(&AccountAssignment {
        instance: instance(of),
        account: account(to),
        permission_set: set_id(digit),
        principal: principal(who),
        created: NOW,
    })?;
    if there {
        tx.put_provisioned(&ProvisionedPermissionSet {
            instance: instance(of),
            account: account(to),
            permission_set: set_id(digit),
            revision: 1,
            role_id: format!("AROA{digit}{to}"),
            role_name: "AWSReservedSSO_X_0123456789abcdef".into(),
            provisioned: NOW,
        })?;
    }
    Ok(())
}

fn a_person_enters_what_is_assigned_and_provisioned(store: &Store) {
    run(store, |tx| {
        join(tx)?;
        for (digit, name) in [('a', "Read"), ('b', "Admin"), ('c', "Later")] {
            make_set(tx, '1', digit, name)?;
        }
        make_set(tx, '2', 'a', "Read")?;
        assign(tx, '1', ('a', '5'), JANE, true)?;
        assign(tx, '1', ('b', '5'), STAFF, true)?;
        assign(tx, '1', ('a', '4'), STAFF, true)?;
        assign(tx, '1', ('a', '6'), STAFF, true)?;
        // Both ways to the same.
        assign(tx, '1', ('a', '4'), JANE, true)?;
        assign(tx, '1', ('c', '7'), JANE, false)?;
        assign(tx, '1', ('a', '8'), JOE, true)?;
        // Another instance, whose store happens to have a user of the same id.
        assign(tx, '2', ('a', '9'), JANE, true)
    });
    run(store, |tx| {
        let (here, there, own, other) =
            (instance('1'), instance('2'), store_id('1'), store_id('2'));
        let (jane, joe) = (user(JANE), user(JOE));
        let of = |user| Person {
            instance: &here,
            store: &own,
            user,
        };
        let accounts = tx.accounts_of_person(of(&jane), None, 10)?;
        assert_eq!(accounts, ['4', '5', '6'].map(account));
        let page = tx.accounts_of_person(of(&jane), Some(&account('4')), 1)?;
        assert_eq!(page, [account('5')]);
        assert_eq!(tx.accounts_of_person(of(&joe), None, 10)?, [account('8')]);
        let names = tx.permission_sets_of_person(of(&jane), &account('5'), None, 10)?;
        assert_eq!(names, ["Admin", "Read"]);
        let page = tx.permission_sets_of_person(of(&jane), &account('5'), Some("Admin"), 1)?;
        assert_eq!(page, ["Read"]);
        assert!(
            tx.permission_sets_of_person(of(&jane), &account('7'), None, 10)?
                .is_empty()
        );

        let found = tx.permission_set_of_person(of(&jane), &account('5'), "Admin")?;
        let (set, role) = found.expect("through the group");
        assert_eq!((set.id, role.role_id.as_str()), (set_id('b'), "AROAb5"));
        for (user, account_digit, name) in [
            (&jane, '5', "admin"),
            (&jane, '7', "Later"),
            (&jane, '8', "Read"),
            (&joe, '5', "Admin"),
            (&joe, '5', "Read"),
        ] {
            let found = tx.permission_set_of_person(of(user), &account(account_digit), name)?;
            assert!(found.is_none(), "{user} {account_digit} {name}");
        }
        let elsewhere = Person {
            instance: &there,
            store: &other,
            user: &jane,
        };
        assert_eq!(tx.accounts_of_person(elsewhere, None, 10)?, [account('9')]);
        let found = tx.permission_set_of_person(elsewhere, &account('5'), "Read")?;
        assert!(found.is_none());
        Ok(())
    });
}

fn a_person_uses_what_is_assigned(store: &Store) {
    fn application(digit: char) -> ApplicationId {
        let id = format!("apl-{}", String::from(digit).repeat(16));
        id.parse().expect("an application id")
    }
    run(store, |tx| {
        join(tx)?;
        for (of, digit, who) in [('1', 'a', JANE), ('1', 'b', STAFF), ('2', 'c', JANE)] {
            tx.insert_application_assignment(&ApplicationAssignment {
                instance: instance(of),
                application: application(digit),
                principal: principal(who),
                created: NOW,
            })?;
        }
        for (of, digit, who, want) in [
            ('1', 'a', JANE, true),
            ('1', 'b', JANE, true),
            ('1', 'c', JANE, false),
            ('1', 'a', JOE, false),
            ('1', 'b', JOE, false),
            ('2', 'c', JANE, true),
            ('2', 'b', JANE, false),
        ] {
            let found = tx.is_assigned_to_application(
                &instance(of),
                &application(digit),
                &store_id(of),
                &user(who),
            )?;
            assert_eq!(found, want, "{of} {digit} {who}");
        }
        Ok(())
    });
}
