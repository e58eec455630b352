use atrium_model::application::ApplicationStatus;
use atrium_model::directory::{InstanceStatus, UserStatus};
use atrium_signin::{Grant, find_bearer, issuer_is_trusted, sign_out};
use atrium_store::ApplicationPartKind;
use serde_json::json;

use crate::world::{JANE, Says, URL, account, run};

const JOE: &str = "94d00cd8-e9e6-4810-b177-000000000002";

/// The error's variant.
fn name<T>(outcome: Result<T, atrium_signin::ExchangeError>) -> String {
    let error = outcome.err().map(|error| format!("{error:?}"));
    let error = error.unwrap_or_else(|| "Ok".to_owned());
    error.split('(').next().unwrap_or_default().to_owned()
}

#[test]
fn an_assertion_stands_for_the_one_user_it_names() {
    run(|step| {
        let here = step.here.clone();
        let application = step.application(&here, 'a');
        let jane = step.user(&here, JANE, "jane");
        step.assign(&application, &jane);
        let says = Says::of("Jane@Example.com");
        let issued = step.assert(&application, &says).unwrap();
        assert_eq!(
            (issued.user.id.clone(), issued.seconds()),
            (jane.clone(), 3600)
        );
        assert_eq!(
            issued.token.scopes,
            ["aws", "openid", "sts:identity_context"]
        );
        assert!(issued.access_token.starts_with("AAAA") && issued.refresh_token.is_some());
        assert!(!issued.access_token.contains(&issued.token.hash));

        let other = |url| Says {
            url,
            ..says.clone()
        };
        let cases = [
            (
                "another issuer",
                other("https://else.example"),
                "UnknownIssuer",
            ),
            (
                "an issuer with a slash",
                other("https://issuer.example/"),
                "UnknownIssuer",
            ),
            (
                "no audience",
                Says {
                    audiences: vec![],
                    ..says.clone()
                },
                "Audience",
            ),
            (
                "another audience",
                Says {
                    audiences: vec!["App", "app "],
                    ..says.clone()
                },
                "Audience",
            ),
            (
                "one of several",
                Says {
                    audiences: vec!["x", "api"],
                    ..says.clone()
                },
                "Ok",
            ),
            (
                "no claim",
                Says {
                    claims: json!({}),
                    ..says.clone()
                },
                "Nobody",
            ),
            (
                "an empty claim",
                Says {
                    claims: json!({"email": ""}),
                    ..says.clone()
                },
                "Nobody",
            ),
            ("nobody", Says::of("nobody@example.com"), "Nobody"),
        ];
        for (case, says, want) in cases {
            assert_eq!(name(step.assert(&application, &says)), want, "{case}");
        }
        assert!(issuer_is_trusted(step.tx, &application, URL).unwrap());
        assert!(!issuer_is_trusted(step.tx, &application, "https://else.example").unwrap());
    });
}

#[test]
fn users_are_found_by_what_is_unique() {
    run(|step| {
        let here = step.here.clone();
        let jane = step.user(&here, JANE, "jane");
        let cases = [
            ("userName", "JANE", "Ok"),
            ("emails.value", "jane@example.com", "Ok"),
            ("externalIds.id", "ext-jane", "Ok"),
            ("externalIds.id", "EXT-JANE", "Nobody"),
            ("displayName", "jane", "Nobody"),
            ("name.givenName", "jane", "Nobody"),
        ];
        for (number, (attribute, value, want)) in cases.into_iter().enumerate() {
            let digit = char::from(b'a' + u8::try_from(number).unwrap());
            let application = step.application(&here, digit);
            step.assign(&application, &jane);
            let issuer = step.issuer(&here, digit, "who", attribute);
            step.trust(&application, &[issuer]);
            let says = Says {
                claims: json!({"who": value}),
                ..Says::of("")
            };
            assert_eq!(
                name(step.assert(&application, &says)),
                want,
                "{attribute} {value}"
            );
        }
    });
}

#[test]
fn who_may_not_is_refused() {
    run(|step| {
        let here = step.here.clone();
        let mut application = step.application(&here, 'a');
        let jane = step.user(&here, JANE, "jane");
        let says = Says::of("jane@example.com");
        assert_eq!(name(step.assert(&application, &says)), "NotAssigned");
        application.assignment_required = false;
        assert_eq!(name(step.assert(&application, &says)), "Ok");
        let store = &here.identity_store;
        let mut user = step.tx.user(store, &jane).unwrap().unwrap();
        user.status = UserStatus::Disabled;
        step.tx.update_user(&user).unwrap();
        assert_eq!(name(step.assert(&application, &says)), "Disabled");
        user.status = UserStatus::Enabled;
        step.tx.update_user(&user).unwrap();
        application.status = ApplicationStatus::Disabled;
        assert_eq!(name(step.assert(&application, &says)), "Application");
        application.status = ApplicationStatus::Enabled;
        let (id, grant) = (application.id.clone(), atrium_signin::JWT_BEARER);
        step.tx
            .delete_application_part(&here.id, &id, ApplicationPartKind::Grant, grant)
            .unwrap();
        assert_eq!(name(step.assert(&application, &says)), "NotGranted");
        assert!(!issuer_is_trusted(step.tx, &application, URL).unwrap());
    });
}

#[test]
fn another_instances_issuers_and_people_count_for_nothing() {
    run(|step| {
        let (here, there) = (step.here.clone(), step.there.clone());
        let (ours, theirs) = (step.application(&here, 'a'), step.application(&there, 'a'));
        let jane = step.user(&there, JANE, "jane");
        step.assign(&theirs, &jane);
        let says = Says::of("jane@example.com");
        assert_eq!(name(step.assert(&ours, &says)), "Nobody");
        let issued = step.assert(&theirs, &says).unwrap();
        let foreign = step.issuer(&there, 'b', "email", "emails.value");
        step.trust(&ours, &[foreign]);
        assert_eq!(name(step.assert(&ours, &says)), "UnknownIssuer");
        let subject = Grant::SubjectToken(&issued.access_token);
        assert_eq!(name(step.exchange(&ours, subject, None)), "Token");
        let refresh = issued.refresh_token.unwrap();
        assert_eq!(
            name(step.exchange(&ours, Grant::RefreshToken(&refresh), None)),
            "Token"
        );
    });
}

#[test]
fn scopes_are_the_applications_and_never_grow() {
    run(|step| {
        let here = step.here.clone();
        let application = step.application(&here, 'a');
        let jane = step.user(&here, JANE, "jane");
        step.assign(&application, &jane);
        step.part(
            &application,
            ApplicationPartKind::AccessScope,
            "a:b",
            &json!(null),
        );
        let all = step
            .assert(&application, &Says::of("jane@example.com"))
            .unwrap();
        assert_eq!(
            all.token.scopes,
            ["a:b", "aws", "openid", "sts:identity_context"]
        );
        let refresh = all.refresh_token.unwrap();
        let cases: [(&[&str], &str); 4] = [
            (&["openid", "a:b", "openid"], "Ok"),
            (&[], "Ok"),
            (&["a:b", "c:d"], "Scope"),
            (&["A:B"], "Scope"),
        ];
        for (scopes, want) in cases {
            let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
            let outcome = step.exchange(&application, Grant::RefreshToken(&refresh), Some(&scopes));
            assert_eq!(name(outcome), want, "{scopes:?}");
        }
        let narrow = ["openid".to_owned()];
        let narrow = step
            .exchange(&application, Grant::RefreshToken(&refresh), Some(&narrow))
            .unwrap();
        let wide = ["a:b".to_owned()];
        let subject = Grant::SubjectToken(&narrow.access_token);
        assert_eq!(
            name(step.exchange(&application, subject, Some(&wide))),
            "Scope"
        );
        // A scope that was taken from the application is gone from what may be renewed.
        let id = application.id.clone();
        step.tx
            .delete_application_part(&here.id, &id, ApplicationPartKind::AccessScope, "a:b")
            .unwrap();
        let renewed = step
            .exchange(&application, Grant::RefreshToken(&refresh), None)
            .unwrap();
        assert_eq!(
            renewed.token.scopes,
            ["aws", "openid", "sts:identity_context"]
        );
    });
}

#[test]
fn tokens_are_good_as_long_as_everything_they_hang_on() {
    run(|step| {
        let here = step.here.clone();
        let mut application = step.application(&here, 'a');
        let jane = step.user(&here, JANE, "jane");
        step.user(&here, JOE, "joe");
        step.assign(&application, &jane);
        let issued = step
            .assert(&application, &Says::of("jane@example.com"))
            .unwrap();
        let token = issued.access_token.clone();
        let now = step.cx.now;
        let bearer = find_bearer(step.tx, &token, now).unwrap().unwrap();
        assert_eq!(
            (bearer.user.id.clone(), bearer.instance.id.clone()),
            (jane.clone(), here.id.clone())
        );
        for wrong in [
            "",
            "AAAA",
            &token[1..],
            &format!("{token}A"),
            &issued.refresh_token.unwrap(),
        ] {
            assert!(
                find_bearer(step.tx, wrong, now).unwrap().is_none(),
                "{wrong}"
            );
        }

        let good = |step: &mut crate::world::Step<'_>| {
            find_bearer(step.tx, &token, now).unwrap().is_some()
        };
        application.status = ApplicationStatus::Disabled;
        step.tx.update_application(&application).unwrap();
        assert!(!good(step), "the application is off");
        application.status = ApplicationStatus::Enabled;
        step.tx.update_application(&application).unwrap();
        let mut instance = here.clone();
        instance.status = InstanceStatus::DeleteInProgress;
        step.tx.update_instance(&instance).unwrap();
        assert!(!good(step), "the instance is going");
        step.tx.update_instance(&here).unwrap();
        assert!(good(step));
        step.later(3599);
        let at = step.cx.now;
        assert!(find_bearer(step.tx, &token, at).unwrap().is_some());
        step.later(1);
        let at = step.cx.now;
        assert!(
            find_bearer(step.tx, &token, at).unwrap().is_none(),
            "an hour is over"
        );
        sign_out(step.tx, &bearer).unwrap();
        assert!(!good(step), "signed out");

        let issued = step
            .assert(&application, &Says::of("jane@example.com"))
            .unwrap();
        let at = step.cx.now;
        step.tx.close_account(&account('1'), at).unwrap();
        assert!(
            find_bearer(step.tx, &issued.access_token, at)
                .unwrap()
                .is_none(),
            "the account is closed"
        );
    });
}
