use atrium_access::{
    AskError, Quotas, Refused, RoleChangeKind, create_account_assignment,
    delete_account_assignment, delete_permission_set, describe_request, list_account_assignments,
    list_account_assignments_for_principal, list_requests, perform_request, take_request,
};
use atrium_model::access::{PermissionSet, RequestKind, RequestStatus};
use atrium_model::application::AssignedPrincipal;
use atrium_store::StoreError;

use crate::world::{
    IAM, MEMBER, NOBODY, OTHER, OWNER, STRANGER, Step, account, jane, new_assignment, nobody, run,
    staff,
};

fn take_back(
    step: &mut Step<'_>,
    set: &PermissionSet,
    at: &str,
    who: AssignedPrincipal,
) -> Result<(), String> {
    let old = new_assignment(&set.arn(), at, who);
    let approach = step.owner();
    let request = delete_account_assignment(&step.cx, step.tx, &Quotas::default(), approach, old)
        .expect("a request");
    assert_eq!(request.status, RequestStatus::InProgress);
    step.work(&request).0
}

#[test]
fn an_assignment_is_asked_for_and_done_later() {
    run(|step| {
        let set = step.set("Admin");
        let request = step.ask(&set, MEMBER, jane());
        assert_eq!(request.status, RequestStatus::InProgress);
        assert!(
            step.role(&set, MEMBER).is_none(),
            "nothing happens before the worker"
        );
        assert_eq!(step.work(&request).0, Ok(()));
        assert!(step.role(&set, MEMBER).is_some());
        let owner = step.owner();
        let who =
            list_account_assignments(&mut *step.tx, owner, &set.arn(), &account(MEMBER), None, 9)
                .expect("a list");
        assert_eq!(who.len(), 1);
        assert_eq!(who[0].principal, jane());

        // Once more changes nothing and is fine.
        let request = step.ask(&set, MEMBER, jane());
        let epoch = step.epoch();
        assert_eq!(step.work(&request), (Ok(()), Vec::new()));
        assert_eq!(step.epoch(), epoch);
    });
}

#[test]
fn the_role_goes_with_the_last_assignment() {
    run(|step| {
        let set = step.set("Admin");
        step.assign(&set, MEMBER, jane());
        step.assign(&set, MEMBER, staff());
        let first = step.role(&set, MEMBER).expect("a role");
        assert_eq!(take_back(step, &set, MEMBER, jane()), Ok(()));
        assert_eq!(step.role(&set, MEMBER), Some(first.clone()));
        let epoch = step.epoch();
        assert_eq!(take_back(step, &set, MEMBER, staff()), Ok(()));
        assert_eq!(step.role(&set, MEMBER), None);
        assert!(
            step.tx
                .role(&account(MEMBER), &first.name)
                .expect("a store")
                .is_none()
        );
        assert!(step.epoch() > epoch);
        assert_eq!(
            take_back(step, &set, MEMBER, staff()),
            Err("Received a 404 status error: Assignment not found.".into())
        );
        // A role that is made anew has another name.
        step.assign(&set, MEMBER, jane());
        assert_ne!(step.role(&set, MEMBER).expect("a role").name, first.name);
    });
}

#[test]
fn what_can_not_be_done_fails_with_awss_words() {
    run(|step| {
        let (set, gone) = (step.set("Admin"), step.set("Gone"));
        let request = step.ask(&set, MEMBER, nobody());
        let want = format!(
            "Received a 404 status error: the USER assignee {NOBODY} was not found in directory d-9067012345."
        );
        assert_eq!(step.work(&request), (Err(want), Vec::new()));
        assert!(step.role(&set, MEMBER).is_none());

        let request = step.ask(&gone, MEMBER, jane());
        let owner = step.owner();
        delete_permission_set(&mut *step.tx, owner, &gone.arn()).expect("nobody has it");
        let (outcome, _) = step.work(&request);
        assert_eq!(
            outcome,
            Err(format!(
                "Received a 404 status error: Could not find PermissionSet with id {}",
                gone.id
            ))
        );

        let request = step.ask(&set, MEMBER, jane());
        step.tx
            .close_account(&account(MEMBER), step.cx.now())
            .expect("a store");
        let (outcome, _) = step.work(&request);
        assert!(outcome.is_err_and(|reason| reason.contains(MEMBER)));

        // In the management account the service acts in the caller's name.
        let mut new = new_assignment(&set.arn(), OWNER, jane());
        new.refusal = Some("User: x is not authorized to perform: iam:CreateRole".into());
        let approach = step.owner();
        let request =
            create_account_assignment(&step.cx, step.tx, &Quotas::default(), approach, new)
                .expect("a request");
        assert_eq!(
            step.work(&request).0,
            Err("Received a 403 status error: Access denied by IAM. Please check your policy, or wait for role \
                 propagation to complete. IAM Error: User: x is not authorized to perform: iam:CreateRole"
                .into())
        );
        assert!(step.role(&set, OWNER).is_none());
    });
}

#[test]
fn an_assignment_outlives_its_principal() {
    run(|step| {
        let set = step.set("Admin");
        step.assign(&set, MEMBER, jane());
        let AssignedPrincipal::User(id) = jane() else {
            unreachable!("a user")
        };
        let store = &step.instance.identity_store;
        step.tx
            .delete_user(store, &id, step.cx.now())
            .expect("a store");
        let owner = step.owner();
        let has =
            list_account_assignments_for_principal(&mut *step.tx, owner, &jane(), None, None, 9);
        assert_eq!(has.expect("a list").len(), 1);
        assert_eq!(take_back(step, &set, MEMBER, jane()), Ok(()));
        assert!(step.role(&set, MEMBER).is_none());
    });
}

#[test]
fn requests_that_make_no_sense_are_not_taken() {
    run(|step| {
        let set = step.set("Admin");
        let quotas = Quotas::default();
        let mut ask = |approach, quotas: &Quotas, at: &str| {
            let new = new_assignment(&set.arn(), at, jane());
            create_account_assignment(&step.cx, step.tx, quotas, approach, new).map(drop)
        };
        let (owner, delegate) = (
            atrium_access::Approach {
                instance: step.instance,
                delegated: false,
            },
            atrium_access::Approach {
                instance: step.instance,
                delegated: true,
            },
        );
        for at in [STRANGER, "000000000000"] {
            let refused = ask(owner, &quotas, at);
            assert!(matches!(refused, Err(AskError::UnknownAccount(_))), "{at}");
        }
        let mut take_back = |at: &str| {
            let old = new_assignment(&set.arn(), at, jane());
            delete_account_assignment(&step.cx, step.tx, &quotas, owner, old).map(drop)
        };
        for at in [STRANGER, "000000000000"] {
            let refused = take_back(at);
            assert!(matches!(refused, Err(AskError::UnknownAccount(_))), "{at}");
        }
        let mut ask = |approach, quotas: &Quotas, at: &str| {
            let new = new_assignment(&set.arn(), at, jane());
            create_account_assignment(&step.cx, step.tx, quotas, approach, new).map(drop)
        };
        let full = Quotas {
            permission_sets_per_account: 0,
            ..quotas
        };
        assert!(matches!(
            ask(owner, &full, MEMBER),
            Err(AskError::QuotaExceeded(0))
        ));
        let refused = ask(delegate, &quotas, OWNER);
        assert!(matches!(
            refused,
            Err(AskError::Refused(Refused::Management))
        ));
        ask(delegate, &quotas, MEMBER).expect("a member's account is open to it");
        let two = Quotas {
            outstanding_requests: 2,
            ..quotas
        };
        ask(owner, &two, OTHER).expect("the second");
        assert!(matches!(ask(owner, &two, OTHER), Err(AskError::Busy)));
    });
}

#[test]
fn one_assignment_in_the_management_account_closes_the_set_to_delegates() {
    run(|step| {
        let set = step.set("Admin");
        step.assign(&set, OWNER, jane());
        step.assign(&set, MEMBER, jane());
        let (quotas, delegate) = (Quotas::default(), step.delegate());
        let new = || new_assignment(&set.arn(), OTHER, jane());
        let refused = create_account_assignment(&step.cx, step.tx, &quotas, delegate, new());
        assert!(matches!(
            refused,
            Err(AskError::Refused(Refused::Management))
        ));
        let old = new_assignment(&set.arn(), MEMBER, jane());
        let refused = delete_account_assignment(&step.cx, step.tx, &quotas, delegate, old);
        assert!(matches!(
            refused,
            Err(AskError::Refused(Refused::Management))
        ));
        assert_eq!(take_back(step, &set, OWNER, jane()), Ok(()));
        create_account_assignment(&step.cx, step.tx, &quotas, delegate, new()).expect("open again");
    });
}

#[test]
fn a_request_is_done_once_however_many_workers_there_are() {
    run(|step| {
        let set = step.set("Admin");
        let request = step.ask(&set, MEMBER, jane());
        let first = take_request(&step.cx, &mut *step.tx)
            .expect("a store")
            .expect("it");
        assert!(
            take_request(&step.cx, &mut *step.tx)
                .expect("a store")
                .is_none()
        );
        // The first worker is slow: half a minute later another one takes the request and does it.
        let mut later = step.cx;
        later.now = step.cx.now() + std::time::Duration::from_secs(30);
        let second = take_request(&later, &mut *step.tx)
            .expect("a store")
            .expect("it");
        let done = perform_request(&later, step.tx, IAM, &second).expect("done");
        assert!(
            done.iter()
                .any(|change| matches!(change.kind, RoleChangeKind::RoleCreated(_)))
        );
        let late = perform_request(&later, step.tx, IAM, &first);
        assert!(matches!(late, Err(StoreError::Conflict)));
        assert_eq!(step.work(&request).0, Ok(()));
    });
}

#[test]
fn a_request_that_never_gets_done_is_given_up() {
    run(|step| {
        let set = step.set("Admin");
        let request = step.ask(&set, MEMBER, jane());
        let mut later = step.cx;
        for _ in 0..6 {
            take_request(&later, &mut *step.tx)
                .expect("a store")
                .expect("it");
            later.now = later.now + std::time::Duration::from_secs(30);
        }
        step.cx.now = later.now;
        let (outcome, changes) = step.work(&request);
        assert!(outcome.is_err_and(|reason| reason.starts_with("Received a 500 status error")));
        assert_eq!(changes, []);
    });
}

#[test]
fn requests_are_found_by_kind() {
    run(|step| {
        let set = step.set("Admin");
        let request = step.ask(&set, MEMBER, jane());
        let id = request.asked.id.clone().expect("an id");
        let owner = step.owner();
        let found = describe_request(&mut *step.tx, owner, RequestKind::CreateAssignment, &id);
        assert_eq!(found.expect("it").asked, request.asked);
        let other = describe_request(&mut *step.tx, owner, RequestKind::DeleteAssignment, &id);
        assert!(other.is_err());
        for (status, count) in [
            (None, 1),
            (Some(RequestStatus::InProgress), 1),
            (Some(RequestStatus::Failed), 0),
        ] {
            let kind = RequestKind::CreateAssignment;
            let found = list_requests(&mut *step.tx, owner, kind, status, None, 9).expect("a list");
            assert_eq!(found.len(), count, "{status:?}");
        }
    });
}
