use atrium_access::{
    AttachError, BoundaryError, ChangeError, DetachError, InlinePolicyError, Quotas, Refused,
    attach_customer_managed_policy, attach_managed_policy, delete_inline_policy,
    delete_permissions_boundary, detach_customer_managed_policy, detach_managed_policy,
    permissions_boundary, put_inline_policy, put_permissions_boundary,
};
use atrium_model::access::PermissionsBoundary;

use crate::world::{ALLOW, BILLING, OWNER, READ_ONLY, customer, jane, run};

#[test]
fn the_inline_policy_is_a_policy_and_kept_as_written() {
    run(|step| {
        let (set, quotas, owner) = (step.set("Admin"), Quotas::default(), step.owner());
        let arn = set.arn();
        let spaced = format!(" {ALLOW}\n{}", " ".repeat(20_000));
        put_inline_policy(&mut *step.tx, &quotas, owner, &arn, spaced.clone()).expect("a policy");
        let now = step.now(&set);
        assert_eq!(now.policies.inline, Some(spaced.clone()));
        assert_eq!(now.revision, 2);
        put_inline_policy(&mut *step.tx, &quotas, owner, &arn, spaced).expect("the same");
        assert_eq!(step.now(&set).revision, 2);

        let long = ALLOW.replace("s3:*", &format!("s3:{}", "x".repeat(10_240)));
        let cases = [
            ("no JSON", "{", true),
            (
                "no statements",
                r#"{"Version": "2012-10-17", "Statement": []}"#,
                true,
            ),
            (
                "a trust policy",
                r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}"#,
                true,
            ),
            ("too long", long.as_str(), false),
        ];
        for (case, document, invalid) in cases {
            let put = put_inline_policy(&mut *step.tx, &quotas, owner, &arn, document.to_owned());
            match put {
                Err(InlinePolicyError::Invalid) => assert!(invalid, "{case}"),
                Err(InlinePolicyError::TooLong(10_240)) => assert!(!invalid, "{case}"),
                other => panic!("{case}: {other:?}"),
            }
        }
        delete_inline_policy(&mut *step.tx, owner, &arn).expect("it is gone");
        assert_eq!(step.now(&set).policies.inline, None);
        delete_inline_policy(&mut *step.tx, owner, &arn).expect("it stays gone");
        assert_eq!(step.now(&set).revision, 3);
    });
}

#[test]
fn managed_policies_are_attached_once_up_to_the_quota() {
    run(|step| {
        let (set, owner) = (step.set("Admin"), step.owner());
        let arn = set.arn();
        let quotas = Quotas {
            policies_per_permission_set: 3,
            ..Quotas::default()
        };
        let mut attach = |policy: &str| {
            attach_managed_policy(&mut *step.tx, &quotas, owner, &arn, policy.into())
        };
        attach(READ_ONLY).expect("attached");
        attach(BILLING).expect("attached");
        assert!(matches!(attach(READ_ONLY), Err(AttachError::Attached)));
        for unknown in [
            "arn:aws:iam::aws:policy/DoesNotExist",
            "arn:aws:iam::aws:policy/Billing",
            "arn:aws:iam::111111111111:policy/Mine",
        ] {
            let refused = attach(unknown);
            assert!(matches!(refused, Err(AttachError::UnknownPolicy(arn)) if arn == unknown));
        }
        let mut attach = |name: &str, path: &str| {
            let policy = customer(name, path);
            attach_customer_managed_policy(&mut *step.tx, &quotas, owner, &arn, policy)
        };
        attach("Mine", "/").expect("attached");
        assert!(matches!(attach("Mine", "/"), Err(AttachError::Attached)));
        // Another path is another policy, and the fourth in all.
        assert!(matches!(
            attach("Mine", "/a/"),
            Err(AttachError::QuotaExceeded(3))
        ));
        let one_more = attach_managed_policy(
            &mut *step.tx,
            &quotas,
            owner,
            &arn,
            "arn:aws:iam::aws:policy/IAMFullAccess".into(),
        );
        assert!(matches!(one_more, Err(AttachError::QuotaExceeded(3))));
        let now = step.now(&set);
        assert_eq!(now.policies.aws_managed, [READ_ONLY, BILLING]);
        assert_eq!(now.policies.customer_managed, [customer("Mine", "/")]);
        assert_eq!(now.revision, 4);

        detach_managed_policy(&mut *step.tx, owner, &arn, READ_ONLY).expect("detached");
        let again = detach_managed_policy(&mut *step.tx, owner, &arn, READ_ONLY);
        assert!(matches!(again, Err(DetachError::NotAttached)));
        let mine = customer("Mine", "/");
        detach_customer_managed_policy(&mut *step.tx, owner, &arn, &mine).expect("detached");
        let again = detach_customer_managed_policy(&mut *step.tx, owner, &arn, &mine);
        assert!(matches!(again, Err(DetachError::NotAttached)));
        assert_eq!(step.now(&set).revision, 6);
    });
}

#[test]
fn there_is_one_boundary_or_none() {
    run(|step| {
        let (set, owner) = (step.set("Admin"), step.owner());
        let arn = set.arn();
        let none = permissions_boundary(&mut *step.tx, owner, &arn);
        assert!(matches!(none, Err(BoundaryError::None)));
        let unknown = PermissionsBoundary::AwsManaged("arn:aws:iam::aws:policy/None".into());
        let refused = put_permissions_boundary(&mut *step.tx, owner, &arn, unknown);
        assert!(matches!(refused, Err(BoundaryError::UnknownPolicy(_))));
        for boundary in [
            PermissionsBoundary::AwsManaged(READ_ONLY.into()),
            PermissionsBoundary::CustomerManaged(customer("Mine", "/a/")),
        ] {
            put_permissions_boundary(&mut *step.tx, owner, &arn, boundary.clone()).expect("set");
            let found = permissions_boundary(&mut *step.tx, owner, &arn).expect("it");
            assert_eq!(found, boundary);
        }
        assert_eq!(step.now(&set).revision, 3);
        delete_permissions_boundary(&mut *step.tx, owner, &arn).expect("gone");
        delete_permissions_boundary(&mut *step.tx, owner, &arn).expect("still gone");
        assert_eq!(step.now(&set).revision, 4);
    });
}

#[test]
fn a_delegated_administrator_changes_no_policies_of_the_management_account() {
    run(|step| {
        let set = step.set("Managed");
        step.assign(&set, OWNER, jane());
        let (arn, quotas, delegate) = (set.arn(), Quotas::default(), step.delegate());
        let refused =
            |error: &ChangeError| matches!(error, ChangeError::Refused(Refused::Management));
        let inline = put_inline_policy(&mut *step.tx, &quotas, delegate, &arn, ALLOW.into());
        assert!(matches!(inline, Err(InlinePolicyError::Change(error)) if refused(&error)));
        let attach = attach_managed_policy(&mut *step.tx, &quotas, delegate, &arn, BILLING.into());
        assert!(matches!(attach, Err(AttachError::Change(error)) if refused(&error)));
        let boundary = PermissionsBoundary::AwsManaged(BILLING.into());
        let boundary = put_permissions_boundary(&mut *step.tx, delegate, &arn, boundary);
        assert!(matches!(boundary, Err(BoundaryError::Change(error)) if refused(&error)));
        let delete = delete_inline_policy(&mut *step.tx, delegate, &arn);
        assert!(matches!(delete, Err(error) if refused(&error)));
    });
}
