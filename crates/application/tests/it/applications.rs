use atrium_application::{
    ApplicationChange, ApplicationError, Approach, CreateApplicationError, ListApplicationsError,
    NewApplication, Quotas, UpdateApplicationError, create_application, delete_application,
    describe_application, list_applications, update_application,
};
use atrium_model::application::{
    ApplicationArn, ApplicationStatus, PortalOptions, SignInOptions, SignInOrigin,
};
use atrium_store::ApplicationFilter;

use crate::world::{CUSTOM, MEMBER, OTHER, account, arn, member, new, other, owner, run};

fn begins_at(origin: SignInOrigin, url: Option<&str>) -> PortalOptions {
    PortalOptions {
        visibility: ApplicationStatus::Disabled,
        sign_in: Some(SignInOptions {
            origin,
            application_url: url.map(Into::into),
        }),
    }
}

#[test]
fn a_new_application_has_the_documented_defaults() {
    run(|step| {
        let made = step.make(member(), "App");
        assert_eq!(
            made.account,
            account(MEMBER),
            "the caller's account, also on another's instance"
        );
        assert_eq!(made.status, ApplicationStatus::Enabled);
        assert_eq!(made.portal, PortalOptions::default());
        assert!(made.assignment_required);
        assert_eq!(made.created_from, "eu-west-1");
        let found = describe_application(&mut *step.tx, owner(), &arn(&made)).expect("there");
        assert_eq!(found, made);
        step.make(member(), "App");
    });
}

#[test]
fn each_refusal_to_create() {
    run(|step| {
        let of = |provider: &str| NewApplication {
            provider: format!("arn:aws:sso::aws:applicationProvider/{provider}"),
            ..new("App")
        };
        let with = |portal| NewApplication {
            portal: Some(portal),
            ..new("App")
        };
        let (app, center) = (SignInOrigin::Application, SignInOrigin::IdentityCenter);
        let cases: [(&str, NewApplication, Option<&str>); 8] = [
            ("custom", of("custom"), None),
            (
                "SAML",
                of("custom-saml"),
                Some(
                    "application provider `arn:aws:sso::aws:applicationProvider/app-50e590700beb5208` does not let customers create applications",
                ),
            ),
            (
                "managed",
                of("redshift"),
                Some(
                    "application provider `arn:aws:sso::aws:applicationProvider/redshift` does not let customers create applications",
                ),
            ),
            (
                "unknown",
                of("none"),
                Some("application provider `arn:aws:sso::aws:applicationProvider/none` not found"),
            ),
            (
                "begins itself",
                with(begins_at(app, Some("https://example.com/"))),
                None,
            ),
            (
                "begins nowhere",
                with(begins_at(app, None)),
                Some("an application that begins the sign-in needs an application url"),
            ),
            ("begins here", with(begins_at(center, None)), None),
            (
                "one too many",
                of("custom"),
                Some("the instance already has 3 applications"),
            ),
        ];
        for (case, input, want) in cases {
            let quotas = Quotas {
                applications: 3,
                ..Quotas::default()
            };
            let made = create_application(&step.cx, &mut *step.tx, &quotas, owner(), input);
            assert_eq!(
                made.err().map(|error| error.to_string()).as_deref(),
                want,
                "{case}"
            );
        }
        let missing = with(begins_at(app, None));
        let made = create_application(
            &step.cx,
            &mut *step.tx,
            &Quotas::default(),
            owner(),
            missing,
        );
        assert!(matches!(
            made,
            Err(CreateApplicationError::ApplicationUrlMissing)
        ));
    });
}

#[test]
fn members_reach_their_own_applications_alone() {
    run(|step| {
        let owners = arn(&step.make(owner(), "Owner's"));
        let members = arn(&step.make(member(), "Member's"));
        let missing = ApplicationArn {
            id: "apl-0000000000000000".parse().expect("an id"),
            ..members.clone()
        };
        let stolen = ApplicationArn {
            account: account(MEMBER),
            ..owners.clone()
        };
        #[derive(Debug, PartialEq)]
        enum Outcome {
            There,
            NotFound,
            Denied,
        }
        use Outcome::{Denied, NotFound, There};
        let cases: [(&str, Approach<'_>, &ApplicationArn, Outcome); 8] = [
            ("the owner's by the owner", owner(), &owners, There),
            ("a member's by the owner", owner(), &members, There),
            ("a member's by itself", member(), &members, There),
            ("the owner's by a member", member(), &owners, Denied),
            ("a member's by another", other(), &members, Denied),
            ("a missing one by another", other(), &missing, Denied),
            ("a missing one", member(), &missing, NotFound),
            ("under another account's name", member(), &stolen, NotFound),
        ];
        for (case, approach, arn, want) in cases {
            let outcome = match describe_application(&mut *step.tx, approach, arn) {
                Ok(_) => There,
                Err(ApplicationError::NotFound) => NotFound,
                Err(ApplicationError::Denied) => Denied,
                Err(ApplicationError::Store(error)) => panic!("{case}: {error}"),
            };
            assert_eq!(outcome, want, "{case}");
        }
        let elsewhere = ApplicationArn {
            instance: "ssoins-0000000000000000".parse().expect("an instance id"),
            ..members
        };
        let found = describe_application(&mut *step.tx, owner(), &elsewhere);
        assert!(
            matches!(found, Err(ApplicationError::NotFound)),
            "another instance"
        );
    });
}

#[test]
fn what_is_absent_from_an_update_stays() {
    run(|step| {
        let made = step.make(owner(), "App");
        let arn = arn(&made);
        let empty = ApplicationChange::default();
        update_application(&mut *step.tx, owner(), &arn, empty).expect("no change");
        assert_eq!(
            describe_application(&mut *step.tx, owner(), &arn).expect("there"),
            made
        );

        let change = ApplicationChange {
            name: Some("New".into()),
            description: Some("What it is".into()),
            status: Some(ApplicationStatus::Disabled),
            sign_in: begins_at(SignInOrigin::Application, Some("https://example.com/")).sign_in,
        };
        update_application(&mut *step.tx, owner(), &arn, change).expect("changed");
        let found = describe_application(&mut *step.tx, owner(), &arn).expect("there");
        assert_eq!(
            (found.name.as_str(), found.status),
            ("New", ApplicationStatus::Disabled)
        );
        assert_eq!(
            found.portal.visibility,
            ApplicationStatus::Enabled,
            "not the update's to change"
        );

        let change = ApplicationChange {
            sign_in: begins_at(SignInOrigin::Application, None).sign_in,
            ..ApplicationChange::default()
        };
        let refused = update_application(&mut *step.tx, owner(), &arn, change);
        assert!(matches!(
            refused,
            Err(UpdateApplicationError::ApplicationUrlMissing)
        ));
        let refused =
            update_application(&mut *step.tx, other(), &arn, ApplicationChange::default());
        assert!(matches!(
            refused,
            Err(UpdateApplicationError::Application(
                ApplicationError::Denied
            ))
        ));
    });
}

#[test]
fn a_deleted_application_is_gone() {
    run(|step| {
        let arn = arn(&step.make(owner(), "App"));
        let refused = delete_application(&mut *step.tx, member(), &arn);
        assert!(matches!(refused, Err(ApplicationError::Denied)));
        delete_application(&mut *step.tx, owner(), &arn).expect("deleted");
        let again = delete_application(&mut *step.tx, owner(), &arn);
        assert!(matches!(again, Err(ApplicationError::NotFound)));
    });
}

#[test]
fn a_member_lists_its_own_applications_when_it_asks_for_them() {
    run(|step| {
        for (approach, name) in [(owner(), "A"), (member(), "B"), (owner(), "C")] {
            step.make(approach, name);
        }
        let of = |id: Option<&str>| ApplicationFilter {
            account: id.map(account),
            ..ApplicationFilter::default()
        };
        let cases = [
            ("all by the owner", owner(), of(None), Some(3)),
            (
                "a member's by the owner",
                owner(),
                of(Some(MEMBER)),
                Some(1),
            ),
            ("its own", member(), of(Some(MEMBER)), Some(1)),
            ("all by a member", member(), of(None), None),
            ("another's by a member", member(), of(Some(OTHER)), None),
        ];
        for (case, approach, filter, want) in cases {
            let listed = list_applications(&mut *step.tx, approach, &filter, None, 10);
            match (listed, want) {
                (Ok(found), Some(want)) => assert_eq!(found.len(), want, "{case}"),
                (Err(ListApplicationsError::Denied), None) => {}
                (other, _) => panic!("{case}: {other:?}"),
            }
        }
        let custom = ApplicationFilter {
            provider: Some(CUSTOM.into()),
            ..of(None)
        };
        let listed = list_applications(&mut *step.tx, owner(), &custom, None, 10).expect("a page");
        assert_eq!(listed.len(), 3);
    });
}
