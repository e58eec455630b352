use atrium_access::{
    CreatePermissionSetError, DeletePermissionSetError, FindError, NewPermissionSet,
    PermissionSetChange, Quotas, Refused, UpdatePermissionSetError, create_permission_set,
    delete_permission_set, describe_permission_set, list_permission_sets, update_permission_set,
};
use atrium_model::access::PermissionSetArn;

use crate::world::{MEMBER, OWNER, Step, jane, run};

fn named(name: &str) -> NewPermissionSet {
    NewPermissionSet {
        name: name.into(),
        ..NewPermissionSet::default()
    }
}

fn create(
    step: &mut Step<'_>,
    quotas: &Quotas,
    new: NewPermissionSet,
) -> Result<(), CreatePermissionSetError> {
    let approach = step.owner();
    create_permission_set(&step.cx, &mut *step.tx, quotas, approach, new).map(drop)
}

#[test]
fn a_new_one_lasts_an_hour_and_allows_nothing() {
    run(|step| {
        let set = step.set("Admin");
        assert_eq!(set.session_duration, "PT1H");
        assert_eq!(set.policies, Default::default());
        assert_eq!((set.description, set.relay_state), (None, None));
        let arn = set.instance.to_string();
        assert!(arn.starts_with("ssoins-") && set.id.as_str().starts_with("ps-"));
    });
}

#[test]
fn names_are_taken_once_and_durations_are_bounded() {
    run(|step| {
        let quotas = Quotas::default();
        step.set("Admin");
        let again = create(step, &quotas, named("Admin"));
        assert!(
            matches!(&again, Err(CreatePermissionSetError::NameTaken(name)) if name == "Admin"),
            "{again:?}"
        );
        for (duration, fits) in [
            ("PT12H", true),
            ("PT13H", false),
            ("PT59M", false),
            ("P1M", false),
        ] {
            let new = NewPermissionSet {
                session_duration: Some(duration.into()),
                ..named(duration)
            };
            let made = create(step, &quotas, new);
            match made {
                Ok(()) => assert!(fits, "{duration}"),
                Err(CreatePermissionSetError::Duration(given)) => {
                    assert!(!fits && given == duration);
                }
                Err(error) => panic!("{error}"),
            }
        }
        // Two are there by now.
        let full = Quotas {
            permission_sets: 2,
            ..quotas
        };
        let one_more = create(step, &full, named("More"));
        assert!(matches!(
            one_more,
            Err(CreatePermissionSetError::QuotaExceeded(2))
        ));
    });
}

#[test]
fn what_is_given_changes_and_makes_a_revision() {
    run(|step| {
        let set = step.set("Admin");
        let change = PermissionSetChange {
            description: Some("All of it".into()),
            session_duration: Some("PT4H".into()),
            relay_state: Some("https://console.aws.amazon.com/s3/".into()),
        };
        let approach = step.owner();
        update_permission_set(&mut *step.tx, approach, &set.arn(), change.clone())
            .expect("a change");
        let now = step.now(&set);
        assert_eq!(now.description, change.description);
        assert_eq!(now.session_duration, "PT4H");
        assert_eq!(now.relay_state, change.relay_state);
        assert_eq!(now.revision, set.revision + 1);
        // What is left out stays, and what changes nothing is no revision.
        update_permission_set(
            &mut *step.tx,
            approach,
            &set.arn(),
            PermissionSetChange::default(),
        )
        .expect("no change");
        update_permission_set(&mut *step.tx, approach, &set.arn(), change).expect("no change");
        assert_eq!(step.now(&set), now);
        let too_long = PermissionSetChange {
            session_duration: Some("PT24H".into()),
            ..PermissionSetChange::default()
        };
        let refused = update_permission_set(&mut *step.tx, approach, &set.arn(), too_long);
        assert!(matches!(
            refused,
            Err(UpdatePermissionSetError::Duration(_))
        ));
    });
}

#[test]
fn one_that_someone_has_stays() {
    run(|step| {
        let (used, free) = (step.set("Used"), step.set("Free"));
        step.assign(&used, MEMBER, jane());
        let approach = step.owner();
        let refused = delete_permission_set(&mut *step.tx, approach, &used.arn());
        assert!(matches!(refused, Err(DeletePermissionSetError::InUse)));
        delete_permission_set(&mut *step.tx, approach, &free.arn()).expect("it is free");
        let gone = describe_permission_set(&mut *step.tx, approach, &free.arn());
        assert!(matches!(gone, Err(FindError::NotFound)));
        // Its name is free again.
        step.set("Free");
    });
}

#[test]
fn one_of_another_instance_is_not_there() {
    run(|step| {
        let set = step.set("Admin");
        let foreign = PermissionSetArn {
            instance: "ssoins-0000000000000000".parse().expect("an instance id"),
            id: set.id,
        };
        let owner = step.owner();
        let found = describe_permission_set(&mut *step.tx, owner, &foreign);
        assert!(matches!(found, Err(FindError::NotFound)));
    });
}

#[test]
fn a_delegated_administrator_leaves_what_the_management_account_has() {
    run(|step| {
        let (managed, other) = (step.set("Managed"), step.set("Other"));
        step.assign(&managed, OWNER, jane());
        step.assign(&other, MEMBER, jane());
        let delegate = step.delegate();
        let change = || PermissionSetChange {
            description: Some("Mine".into()),
            ..PermissionSetChange::default()
        };
        let refused = update_permission_set(&mut *step.tx, delegate, &managed.arn(), change());
        assert!(matches!(
            refused,
            Err(UpdatePermissionSetError::Refused(Refused::Management))
        ));
        let refused = delete_permission_set(&mut *step.tx, delegate, &managed.arn());
        assert!(matches!(
            refused,
            Err(DeletePermissionSetError::Refused(Refused::Management))
        ));
        update_permission_set(&mut *step.tx, delegate, &other.arn(), change()).expect("a change");
        // Reading is fine.
        describe_permission_set(&mut *step.tx, delegate, &managed.arn()).expect("it");
        let all = list_permission_sets(&mut *step.tx, delegate, None, 9).expect("a list");
        assert_eq!(all.len(), 2);
    });
}
