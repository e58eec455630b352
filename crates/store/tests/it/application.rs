use atrium_model::application::{
    Application, ApplicationAssignment, ApplicationStatus, AssignedPrincipal, PortalOptions,
    SignInOptions, SignInOrigin,
};
use atrium_model::{ApplicationId, InstanceId, Timestamp};
use atrium_store::{
    ApplicationFilter, ApplicationPart, ApplicationPartKind, Store, StoreError, Tx,
};

use crate::engines::wait;

crate::store_conformance!(
    applications_are_kept_and_listed,
    assignments_are_kept_and_listed,
    parts_are_kept_and_listed,
    nothing_crosses_instances,
    what_belongs_to_a_principal_or_instance_goes,
);

const HERE: &str = "ssoins-1111111111111111";
const THERE: &str = "ssoins-2222222222222222";

fn instance(id: &str) -> InstanceId {
    id.parse().expect("an instance id")
}

fn id(digit: char) -> ApplicationId {
    format!("apl-{}", String::from(digit).repeat(16))
        .parse()
        .expect("an application id")
}

fn application(instance_id: &str, digit: char, account: &str) -> Application {
    Application {
        instance: instance(instance_id),
        id: id(digit),
        account: account.parse().expect("an account"),
        provider: "arn:aws:sso::aws:applicationProvider/custom".into(),
        name: format!("App {digit}"),
        description: None,
        status: ApplicationStatus::Enabled,
        portal: PortalOptions::default(),
        assignment_required: true,
        background_sessions: None,
        created: Timestamp::from_millis(1_700_000_000_123),
        created_from: "eu-west-1".into(),
    }
}

fn user(digit: char) -> AssignedPrincipal {
    let d = String::from(digit);
    let id = format!(
        "{}-{}-{}-{}-{}",
        d.repeat(8),
        d.repeat(4),
        d.repeat(4),
        d.repeat(4),
        d.repeat(12)
    );
    AssignedPrincipal::new("USER", &id).expect("a user")
}

fn group(digit: char) -> AssignedPrincipal {
    AssignedPrincipal::new("GROUP", user(digit).id()).expect("a group")
}

fn assignment(
    instance_id: &str,
    digit: char,
    principal: AssignedPrincipal,
) -> ApplicationAssignment {
    ApplicationAssignment {
        instance: instance(instance_id),
        application: id(digit),
        principal,
        created: Timestamp::from_millis(5),
    }
}

const A: &str = "111111111111";
const B: &str = "222222222222";

/// Runs a test's body in one transaction.
fn run(store: &Store, body: fn(&mut dyn Tx) -> Result<(), StoreError>) {
    wait(store.write(body)).expect("a working store");
}

fn applications_are_kept_and_listed(store: &Store) {
    run(store, |tx| {
        let here = instance(HERE);
        let mut first = application(HERE, '1', A);
        for made in [
            &first,
            &application(HERE, '2', B),
            &application(HERE, '3', A),
        ] {
            tx.insert_application(made)?;
        }
        assert!(matches!(
            tx.insert_application(&first),
            Err(StoreError::Duplicate(_))
        ));
        assert_eq!(tx.application(&here, &first.id)?, Some(first.clone()));
        assert_eq!(tx.count_applications(&here)?, 3);

        first.name = "Renamed ✓".into();
        first.description = Some("what".into());
        first.status = ApplicationStatus::Disabled;
        first.assignment_required = false;
        first.background_sessions = Some(ApplicationStatus::Enabled);
        first.portal.sign_in = Some(SignInOptions {
            origin: SignInOrigin::Application,
            application_url: Some("https://example.com/".into()),
        });
        assert!(tx.update_application(&first)?);
        assert!(!tx.update_application(&application(HERE, '9', A))?);
        assert_eq!(tx.application(&here, &first.id)?, Some(first));

        let filter = |account: Option<&str>, provider: Option<&str>| ApplicationFilter {
            account: account.map(|account| account.parse().expect("an account")),
            provider: provider.map(Into::into),
        };
        let custom = "arn:aws:sso::aws:applicationProvider/custom";
        let cases = [
            ("all", filter(None, None), None, 9, "123"),
            ("one page", filter(None, None), None, 2, "12"),
            ("the next page", filter(None, None), Some('2'), 2, "3"),
            ("one account's", filter(Some(A), None), None, 9, "13"),
            (
                "one account's next",
                filter(Some(A), None),
                Some('1'),
                9,
                "3",
            ),
            (
                "one provider's",
                filter(None, Some(custom)),
                Some('1'),
                9,
                "23",
            ),
            ("another provider's", filter(None, Some("x")), None, 9, ""),
            ("both", filter(Some(B), Some(custom)), None, 9, "2"),
            ("both, one not", filter(Some(B), Some("x")), None, 9, ""),
        ];
        for (case, filter, after, limit, want) in cases {
            let after = after.map(id);
            let page = tx.applications(&here, &filter, after.as_ref(), limit)?;
            let found: String = page
                .iter()
                .filter_map(|app| app.id.as_str().chars().last())
                .collect();
            assert_eq!(found, want, "{case}");
        }
        Ok(())
    });
}

fn assignments_are_kept_and_listed(store: &Store) {
    run(store, |tx| {
        let here = instance(HERE);
        tx.insert_application(&application(HERE, '1', A))?;
        tx.insert_application(&application(HERE, '2', A))?;
        for (app, principal) in [
            ('1', user('b')),
            ('1', user('a')),
            ('1', group('a')),
            ('2', user('a')),
        ] {
            tx.insert_application_assignment(&assignment(HERE, app, principal))?;
        }
        let again = tx.insert_application_assignment(&assignment(HERE, '1', user('a')));
        assert!(matches!(again, Err(StoreError::Duplicate(_))));

        let (mut seen, mut after) = (Vec::new(), None);
        for _ in 0..4 {
            let page = tx.application_assignments(&here, &id('1'), after.as_ref(), 2)?;
            after = page.last().map(|last| last.principal.clone());
            seen.extend(page.into_iter().map(|found| found.principal));
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, [group('a'), user('a'), user('b')]);

        let of = |tx: &mut dyn Tx, principal: &AssignedPrincipal, after: Option<&ApplicationId>| {
            tx.applications_of_principal(&here, principal, after, 9)
                .map(|found| found.into_iter().map(|app| app.id).collect::<Vec<_>>())
        };
        assert_eq!(of(tx, &user('a'), None)?, [id('1'), id('2')]);
        assert_eq!(of(tx, &user('a'), Some(&id('1')))?, [id('2')]);
        assert_eq!(of(tx, &group('b'), None)?, []);

        assert_eq!(
            tx.application_assignment(&here, &id('1'), &user('a'))?,
            Some(assignment(HERE, '1', user('a')))
        );
        assert!(tx.delete_application_assignment(&here, &id('1'), &user('a'))?);
        assert!(!tx.delete_application_assignment(&here, &id('1'), &user('a'))?);
        assert_eq!(
            tx.application_assignment(&here, &id('1'), &user('a'))?,
            None
        );

        assert!(tx.delete_application(&here, &id('1'))?);
        assert!(!tx.delete_application(&here, &id('1'))?);
        assert!(
            tx.application_assignments(&here, &id('1'), None, 9)?
                .is_empty()
        );
        Ok(())
    });
}

fn parts_are_kept_and_listed(store: &Store) {
    use ApplicationPartKind::{AccessScope, Grant};
    run(store, |tx| {
        let here = instance(HERE);
        let part = |kind, name: &str, content: &str| ApplicationPart {
            kind,
            name: name.into(),
            content: content.into(),
        };
        for kept in [
            part(AccessScope, "a", "[]"),
            part(AccessScope, "b", "[]"),
            part(Grant, "a", "{}"),
            part(AccessScope, "a", "[1]"),
        ] {
            tx.put_application_part(&here, &id('1'), &kept)?;
        }
        let a = part(AccessScope, "a", "[1]");
        let b = part(AccessScope, "b", "[]");
        assert_eq!(
            tx.application_parts(&here, &id('1'), AccessScope, None, 9)?,
            [a.clone(), b.clone()]
        );
        assert_eq!(
            tx.application_parts(&here, &id('1'), AccessScope, Some("a"), 9)?,
            [b]
        );
        assert_eq!(
            tx.application_part(&here, &id('1'), AccessScope, "a")?,
            Some(a)
        );
        assert_eq!(
            tx.application_part(&here, &id('2'), AccessScope, "a")?,
            None
        );
        assert!(tx.delete_application_part(&here, &id('1'), AccessScope, "a")?);
        assert!(!tx.delete_application_part(&here, &id('1'), AccessScope, "a")?);
        assert!(tx.application_part(&here, &id('1'), Grant, "a")?.is_some());
        Ok(())
    });
}

fn nothing_crosses_instances(store: &Store) {
    run(store, |tx| {
        let there = instance(THERE);
        tx.insert_application(&application(HERE, '1', A))?;
        tx.insert_application_assignment(&assignment(HERE, '1', user('a')))?;
        let part = ApplicationPart {
            kind: ApplicationPartKind::Grant,
            name: "a".into(),
            content: "{}".into(),
        };
        tx.put_application_part(&instance(HERE), &id('1'), &part)?;

        assert_eq!(tx.application(&there, &id('1'))?, None);
        assert!(!tx.update_application(&application(THERE, '1', A))?);
        assert!(!tx.delete_application(&there, &id('1'))?);
        assert!(
            tx.applications(&there, &ApplicationFilter::default(), None, 9)?
                .is_empty()
        );
        assert_eq!(tx.count_applications(&there)?, 0);
        assert_eq!(
            tx.application_assignment(&there, &id('1'), &user('a'))?,
            None
        );
        assert!(!tx.delete_application_assignment(&there, &id('1'), &user('a'))?);
        assert!(
            tx.application_assignments(&there, &id('1'), None, 9)?
                .is_empty()
        );
        assert!(
            tx.applications_of_principal(&there, &user('a'), None, 9)?
                .is_empty()
        );
        assert_eq!(tx.application_part(&there, &id('1'), part.kind, "a")?, None);
        assert!(
            tx.application_parts(&there, &id('1'), part.kind, None, 9)?
                .is_empty()
        );
        assert!(!tx.delete_application_part(&there, &id('1'), part.kind, "a")?);
        tx.delete_assignments_of_principal(&there, "USER", user('a').id())?;
        tx.delete_applications_of_instance(&there)?;

        // The same id may stand in both.
        tx.insert_application(&application(THERE, '1', B))?;
        let here = instance(HERE);
        assert_eq!(
            tx.application(&here, &id('1'))?,
            Some(application(HERE, '1', A))
        );
        assert!(
            tx.application_assignment(&here, &id('1'), &user('a'))?
                .is_some()
        );
        assert!(
            tx.application_part(&here, &id('1'), part.kind, "a")?
                .is_some()
        );
        Ok(())
    });
}

fn what_belongs_to_a_principal_or_instance_goes(store: &Store) {
    run(store, |tx| {
        let here = instance(HERE);
        tx.insert_application(&application(HERE, '1', A))?;
        for principal in [user('a'), group('a'), user('b')] {
            tx.insert_application_assignment(&assignment(HERE, '1', principal))?;
        }
        tx.delete_assignments_of_principal(&here, "USER", user('a').id())?;
        let left = tx.application_assignments(&here, &id('1'), None, 9)?;
        let left: Vec<_> = left.into_iter().map(|found| found.principal).collect();
        assert_eq!(left, [group('a'), user('b')]);
        tx.delete_applications_of_instance(&here)?;
        assert_eq!(tx.count_applications(&here)?, 0);
        assert!(
            tx.application_assignments(&here, &id('1'), None, 9)?
                .is_empty()
        );
        Ok(())
    });
}
