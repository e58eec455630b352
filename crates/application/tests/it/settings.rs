use atrium_application::{
    ApplicationError, PartError, PutPartError, Quotas, application_assignment_configuration,
    application_session_configuration, delete_part, list_parts, part, put_access_scope,
    put_application_assignment_configuration, put_application_session_configuration, put_part,
};
use atrium_model::application::ApplicationStatus;
use atrium_store::{ApplicationPart, ApplicationPartKind};

use crate::world::{arn, member, other, owner, run};

fn scope(name: &str) -> ApplicationPart {
    ApplicationPart {
        kind: ApplicationPartKind::AccessScope,
        name: name.into(),
        content: "[]".into(),
    }
}

#[test]
fn assignment_is_required_until_said_otherwise() {
    run(|step| {
        let arn = arn(&step.make(member(), "App"));
        for required in [false, true] {
            assert_eq!(
                application_assignment_configuration(&mut *step.tx, owner(), &arn).expect("there"),
                !required
            );
            put_application_assignment_configuration(&mut *step.tx, member(), &arn, required)
                .expect("kept");
        }
        let refused = put_application_assignment_configuration(&mut *step.tx, other(), &arn, false);
        assert!(matches!(refused, Err(ApplicationError::Denied)));
    });
}

#[test]
fn sessions_have_no_setting_until_they_get_one() {
    run(|step| {
        let arn = arn(&step.make(owner(), "App"));
        for (put, want) in [
            (None, None),
            (
                Some(ApplicationStatus::Enabled),
                Some(ApplicationStatus::Enabled),
            ),
            (None, Some(ApplicationStatus::Enabled)),
            (
                Some(ApplicationStatus::Disabled),
                Some(ApplicationStatus::Disabled),
            ),
        ] {
            put_application_session_configuration(&mut *step.tx, owner(), &arn, put).expect("kept");
            let found = application_session_configuration(&mut *step.tx, owner(), &arn);
            assert_eq!(found.expect("there"), want, "{put:?}");
        }
    });
}

#[test]
fn scopes_are_counted_and_replaced() {
    run(|step| {
        let arn = arn(&step.make(owner(), "App"));
        let quotas = Quotas {
            access_scopes: 2,
            ..Quotas::default()
        };
        for (name, fits) in [("a", true), ("b", true), ("c", false), ("a", true)] {
            match put_access_scope(&mut *step.tx, &quotas, owner(), &arn, &scope(name)) {
                Ok(()) => assert!(fits, "{name}"),
                Err(PutPartError::QuotaExceeded(2)) => assert!(!fits, "{name}"),
                Err(error) => panic!("{name}: {error}"),
            }
        }
        let kind = ApplicationPartKind::AccessScope;
        let page = list_parts(&mut *step.tx, owner(), &arn, kind, Some("a"), 9).expect("a page");
        assert_eq!(page, [scope("b")]);
    });
}

#[test]
fn grants_come_and_go() {
    run(|step| {
        let arn = arn(&step.make(owner(), "App"));
        let kind = ApplicationPartKind::Grant;
        let grant = ApplicationPart {
            kind,
            name: "refresh_token".into(),
            content: "{}".into(),
        };
        put_part(&mut *step.tx, owner(), &arn, &grant).expect("kept");
        assert_eq!(
            part(&mut *step.tx, owner(), &arn, kind, "refresh_token").expect("there"),
            grant
        );
        for _ in 0..2 {
            delete_part(&mut *step.tx, owner(), &arn, kind, "refresh_token").expect("gone");
        }
        let found = part(&mut *step.tx, owner(), &arn, kind, "refresh_token");
        assert!(matches!(found, Err(PartError::NotFound)));
        let refused = put_part(&mut *step.tx, other(), &arn, &grant);
        assert!(matches!(
            refused,
            Err(PutPartError::Application(ApplicationError::Denied))
        ));
    });
}
