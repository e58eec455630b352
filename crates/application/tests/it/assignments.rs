use atrium_application::{
    ApplicationError, CreateAssignmentError, DescribeAssignmentError, ListForPrincipalError,
    create_application_assignment, delete_application_assignment, describe_application_assignment,
    list_application_assignments, list_application_assignments_for_principal,
};
use atrium_model::application::{ApplicationArn, AssignedPrincipal};

use crate::world::{
    JANE, NOBODY, STAFF, Step, arn, jane, member, other, owner, run, staff, store_id,
};

fn assign(
    step: &mut Step<'_>,
    arn: &ApplicationArn,
    principal: AssignedPrincipal,
) -> Result<(), CreateAssignmentError> {
    create_application_assignment(
        &step.cx,
        &mut *step.tx,
        owner(),
        &store_id(),
        arn,
        principal,
    )
}

#[test]
fn users_and_groups_of_the_store_can_be_assigned_once() {
    run(|step| {
        let arn = arn(&step.make(owner(), "App"));
        assign(step, &arn, jane()).expect("a user");
        assign(step, &arn, staff()).expect("a group");
        assert!(matches!(
            assign(step, &arn, jane()),
            Err(CreateAssignmentError::Exists)
        ));
        for (kind, id) in [
            ("USER", NOBODY),
            ("GROUP", NOBODY),
            ("USER", STAFF),
            ("GROUP", JANE),
        ] {
            let nobody = AssignedPrincipal::new(kind, id).expect("a principal");
            let refused = assign(step, &arn, nobody);
            assert!(
                matches!(refused, Err(CreateAssignmentError::UnknownPrincipal(_))),
                "{kind} {id}"
            );
        }
        let all =
            list_application_assignments(&mut *step.tx, owner(), &arn, None, 9).expect("a page");
        let all: Vec<_> = all.into_iter().map(|found| found.principal).collect();
        assert_eq!(all, [staff(), jane()]);
    });
}

#[test]
fn an_assignment_can_be_taken_back_twice() {
    run(|step| {
        let arn = arn(&step.make(owner(), "App"));
        assign(step, &arn, jane()).expect("assigned");
        describe_application_assignment(&mut *step.tx, owner(), &arn, &jane()).expect("there");
        for _ in 0..2 {
            delete_application_assignment(&mut *step.tx, owner(), &arn, &jane()).expect("gone");
        }
        let found = describe_application_assignment(&mut *step.tx, owner(), &arn, &jane());
        assert!(matches!(found, Err(DescribeAssignmentError::NotAssigned)));
    });
}

#[test]
fn other_accounts_learn_nothing_of_assignments() {
    run(|step| {
        let arn = arn(&step.make(member(), "App"));
        let made = create_application_assignment(
            &step.cx,
            &mut *step.tx,
            other(),
            &store_id(),
            &arn,
            jane(),
        );
        assert!(matches!(
            made,
            Err(CreateAssignmentError::Application(ApplicationError::Denied))
        ));
        let gone = delete_application_assignment(&mut *step.tx, other(), &arn, &jane());
        assert!(matches!(gone, Err(ApplicationError::Denied)));
        let found = describe_application_assignment(&mut *step.tx, other(), &arn, &jane());
        assert!(matches!(
            found,
            Err(DescribeAssignmentError::Application(
                ApplicationError::Denied
            ))
        ));
        let listed = list_application_assignments(&mut *step.tx, other(), &arn, None, 9);
        assert!(matches!(listed, Err(ApplicationError::Denied)));
    });
}

#[test]
fn what_a_principal_may_use_is_told_to_whom_it_concerns() {
    run(|step| {
        let (owners, members) = (
            arn(&step.make(owner(), "A")),
            arn(&step.make(member(), "B")),
        );
        let unassigned = arn(&step.make(owner(), "C"));
        for arn in [&owners, &members] {
            assign(step, arn, jane()).expect("assigned");
        }
        let nobody = AssignedPrincipal::new("USER", NOBODY).expect("a user");
        let missing = ApplicationArn {
            id: "apl-0000000000000000".parse().expect("an id"),
            ..owners.clone()
        };
        let cases = [
            ("everything", owner(), jane(), None, Ok(2)),
            ("one", owner(), jane(), Some(&owners), Ok(1)),
            ("a member's", owner(), jane(), Some(&members), Ok(1)),
            ("not assigned", owner(), jane(), Some(&unassigned), Ok(0)),
            ("through no group", owner(), staff(), None, Ok(0)),
            (
                "a missing application",
                owner(),
                jane(),
                Some(&missing),
                Err("application not found"),
            ),
            (
                "nobody",
                owner(),
                nobody,
                None,
                Err("the USER does not exist"),
            ),
            ("by a member", member(), jane(), Some(&members), Ok(1)),
            (
                "everything by a member",
                member(),
                jane(),
                None,
                Err("a member account asks for one of its own applications"),
            ),
            (
                "another's by a member",
                member(),
                jane(),
                Some(&owners),
                Err("a member account asks for one of its own applications"),
            ),
        ];
        for (case, approach, principal, filter, want) in cases {
            let listed = list_application_assignments_for_principal(
                &mut *step.tx,
                approach,
                &store_id(),
                &principal,
                filter,
                None,
                9,
            );
            let got = listed
                .map(|found| found.len())
                .map_err(|error: ListForPrincipalError| error.to_string());
            assert_eq!(got, want.map_err(str::to_owned), "{case}");
        }
    });
}
