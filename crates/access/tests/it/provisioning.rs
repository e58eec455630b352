use atrium_access::{
    ProvisionError, Quotas, Refused, RoleChangeKind, RoleQuotas, attach_customer_managed_policy,
    attach_managed_policy, delete_inline_policy, detach_managed_policy,
    list_accounts_for_permission_set, list_permission_sets_for_account, provision_permission_set,
    put_inline_policy, put_permissions_boundary,
};
use atrium_model::access::{AccessRequest, PermissionSet, PermissionsBoundary, ProvisioningStatus};
use atrium_policy::{Policy, PolicyKind};

use crate::world::{
    ALLOW, BILLING, IAM, MEMBER, OTHER, OWNER, READ_ONLY, STRANGER, Step, account, customer, jane,
    run, run_in, staff,
};

fn provision(step: &mut Step<'_>, set: &PermissionSet, at: Option<&str>) -> AccessRequest {
    let (owner, arn) = (step.owner(), set.arn());
    let at = at.map(account);
    provision_permission_set(&step.cx, step.tx, &Quotas::default(), owner, &arn, at, None)
        .expect("a request")
}

fn attach(step: &mut Step<'_>, set: &PermissionSet, policy: &str) {
    let owner = step.owner();
    let quotas = Quotas::default();
    attach_managed_policy(&mut *step.tx, &quotas, owner, &set.arn(), policy.into())
        .expect("attached");
}

fn inline(step: &mut Step<'_>, set: &PermissionSet) {
    let owner = step.owner();
    let quotas = Quotas::default();
    put_inline_policy(&mut *step.tx, &quotas, owner, &set.arn(), ALLOW.into()).expect("put");
}

#[test]
fn the_role_is_as_awss() {
    for region in ["eu-west-1", "us-east-1"] {
        run_in(region, |step| {
            let set = step.set("Admin");
            attach(step, &set, BILLING);
            inline(step, &set);
            step.policy(MEMBER, "Mine", "/team/");
            let (owner, quotas) = (step.owner(), Quotas::default());
            let mine = customer("Mine", "/team/");
            attach_customer_managed_policy(&mut *step.tx, &quotas, owner, &set.arn(), mine)
                .expect("attached");
            let boundary = PermissionsBoundary::CustomerManaged(customer("Mine", "/team/"));
            put_permissions_boundary(&mut *step.tx, owner, &set.arn(), boundary).expect("set");
            let epoch = step.epoch();
            step.assign(&set, MEMBER, jane());
            assert!(step.epoch() > epoch);
            let role = step.role(&set, MEMBER).expect("a role");
            let suffix = role
                .name
                .strip_prefix("AWSReservedSSO_Admin_")
                .expect("its name");
            assert!(suffix.len() == 16 && suffix.bytes().all(|b| b.is_ascii_hexdigit()));
            assert!(role.is_reserved());
            assert_eq!(role.max_session_seconds, 43_200);
            let mine = "arn:aws:iam::222222222222:policy/team/Mine";
            assert_eq!(role.boundary.as_deref(), Some(mine));
            assert_eq!(step.attached(&role), [mine, BILLING]);
            let policy = step
                .tx
                .inline_policy(&role.account, &role.id, "AwsSSOInlinePolicy")
                .expect("a store")
                .expect("an inline policy");
            assert_eq!(policy.content, ALLOW);
            Policy::parse(&role.trust_policy, PolicyKind::Trust).expect("a trust policy");
            let provider = step
                .tx
                .access_provider(&set.instance, &role.account)
                .expect("a store")
                .expect("a provider");
            assert!(role.trust_policy.contains(&format!(
                "arn:aws:iam::222222222222:saml-provider/{provider}"
            )));
            assert!(provider.starts_with("AWSSSO_") && provider.ends_with("_DO_NOT_DELETE"));
            let instance_region = step.instance.region.as_str();
            let with_region = format!("/aws-reserved/sso.amazonaws.com/{instance_region}/");
            let want = match instance_region {
                "us-east-1" => "/aws-reserved/sso.amazonaws.com/",
                _ => with_region.as_str(),
            };
            assert_eq!(role.path, want);
        });
    }
}

#[test]
fn an_account_has_one_provider_for_all_roles() {
    run(|step| {
        let (one, two) = (step.set("One"), step.set("Two"));
        let request = step.ask(&one, MEMBER, jane());
        let (_, changes) = step.work(&request);
        let made = |changes: &[atrium_access::RoleChange]| {
            changes
                .iter()
                .filter(|change| matches!(change.kind, RoleChangeKind::SamlProviderCreated(_)))
                .count()
        };
        assert_eq!(made(&changes), 1);
        let request = step.ask(&two, MEMBER, jane());
        assert_eq!(made(&step.work(&request).1), 0);
        let trusts = [&one, &two].map(|set| step.role(set, MEMBER).expect("a role").trust_policy);
        assert_eq!(trusts[0], trusts[1]);
    });
}

#[test]
fn a_change_is_seen_once_it_is_provisioned() {
    run(|step| {
        let set = step.set("Admin");
        attach(step, &set, READ_ONLY);
        inline(step, &set);
        step.assign(&set, MEMBER, jane());
        step.assign(&set, OTHER, jane());
        let before = step.role(&set, MEMBER).expect("a role");
        let (owner, arn) = (step.owner(), set.arn());
        attach(step, &set, BILLING);
        detach_managed_policy(&mut *step.tx, owner, &arn, READ_ONLY).expect("detached");
        delete_inline_policy(&mut *step.tx, owner, &arn).expect("gone");
        assert_eq!(
            step.attached(&before),
            [READ_ONLY],
            "roles stay as they are"
        );
        // Someone more gets the role as it is.
        step.assign(&set, MEMBER, staff());
        assert_eq!(step.attached(&before), [READ_ONLY]);

        let has = |step: &mut Step<'_>, status| {
            list_accounts_for_permission_set(&mut *step.tx, owner, &arn, Some(status), None, 9)
                .expect("a list")
        };
        let (latest, not) = (ProvisioningStatus::Latest, ProvisioningStatus::NotLatest);
        assert_eq!(has(step, not), [account(MEMBER), account(OTHER)]);
        let request = provision(step, &set, Some(MEMBER));
        let (outcome, changes) = step.work(&request);
        assert_eq!(outcome, Ok(()));
        assert_eq!(changes.len(), 3, "{changes:?}");
        assert_eq!(
            step.role(&set, MEMBER),
            Some(before.clone()),
            "it is the same role"
        );
        assert_eq!(step.attached(&before), [BILLING]);
        let inline = step
            .tx
            .inline_policy(&before.account, &before.id, "AwsSSOInlinePolicy");
        assert_eq!(inline.expect("a store"), None);
        assert_eq!(has(step, latest), [account(MEMBER)]);
        assert_eq!(has(step, not), [account(OTHER)]);

        let request = provision(step, &set, None);
        assert_eq!(step.work(&request).0, Ok(()));
        assert_eq!(has(step, latest).len(), 2);
        let sets = list_permission_sets_for_account(
            &mut *step.tx,
            owner,
            &account(OTHER),
            Some(latest),
            None,
            9,
        );
        assert_eq!(sets.expect("a list"), [set.id]);
    });
}

#[test]
fn policies_that_an_account_lacks_fail_it_alone() {
    run(|step| {
        let set = step.set("Admin");
        let (owner, quotas) = (step.owner(), Quotas::default());
        step.assign(&set, MEMBER, jane());
        step.assign(&set, OTHER, jane());
        let mine = customer("Mine", "/team/");
        attach_customer_managed_policy(&mut *step.tx, &quotas, owner, &set.arn(), mine)
            .expect("attached");
        step.policy(OTHER, "Mine", "/team/");
        // Neither another letter case nor another path will do.
        step.policy(MEMBER, "mine", "/team/");
        let want = "Received a 404 status error: Not supported policy arn:aws:iam::222222222222:policy/team/Mine.";
        let request = provision(step, &set, None);
        assert_eq!(step.work(&request).0, Err(want.into()));
        let role = step.role(&set, MEMBER).expect("a role");
        assert_eq!(step.attached(&role), [""; 0]);
        let other = step.role(&set, OTHER).expect("a role");
        assert_eq!(
            step.attached(&other),
            ["arn:aws:iam::333333333333:policy/team/Mine"]
        );
        let request = step.ask(&set, OWNER, jane());
        let (outcome, changes) = step.work(&request);
        assert!(outcome.is_err_and(|reason| reason.contains("Not supported policy")));
        assert_eq!(changes, [], "no role is left behind");
        assert!(step.role(&set, OWNER).is_none());
    });
}

#[test]
fn an_accounts_iam_has_its_own_quotas() {
    run(|step| {
        let set = step.set("Admin");
        attach(step, &set, READ_ONLY);
        attach(step, &set, BILLING);
        let cases = [
            (
                "PoliciesPerRole: 1",
                RoleQuotas {
                    policies_per_role: 1,
                    ..IAM
                },
            ),
            ("RolesPerAccount: 0", RoleQuotas { roles: 0, ..IAM }),
        ];
        for (quota, iam) in cases {
            let request = step.ask(&set, MEMBER, jane());
            let want = format!("Received a 409 status error: Cannot exceed quota for {quota}");
            assert_eq!(step.work_within(&request, iam), (Err(want), Vec::new()));
        }
    });
}

#[test]
fn many_accounts_are_done_in_pieces() {
    run(|step| {
        let set = step.set("Admin");
        for number in 0..45 {
            let id = format!("4444444444{number:02}");
            let mut member = step
                .tx
                .account(&account(MEMBER))
                .expect("a store")
                .expect("it");
            let joined = member.joined.take();
            member.id = account(&id);
            member.email = format!("{id}@example.com");
            step.tx.insert_account(&member).expect("an account");
            step.tx
                .place_account(&member.id, joined.as_ref())
                .expect("a place");
            step.assign(&set, &id, jane());
        }
        attach(step, &set, BILLING);
        let request = provision(step, &set, None);
        let mut turns = 0;
        while step.turn(IAM).is_some() {
            turns += 1;
        }
        assert_eq!(turns, 3);
        assert_eq!(step.work(&request).0, Ok(()));
        let owner = step.owner();
        let left = list_accounts_for_permission_set(
            &mut *step.tx,
            owner,
            &set.arn(),
            Some(ProvisioningStatus::NotLatest),
            None,
            9,
        );
        assert_eq!(left.expect("a list"), []);
    });
}

#[test]
fn what_is_not_there_is_not_provisioned() {
    run(|step| {
        let set = step.set("Admin");
        let request = provision(step, &set, Some(MEMBER));
        let (outcome, _) = step.work(&request);
        assert!(outcome.is_err_and(|reason| reason.starts_with("Received a 404 status error")));
        // Everywhere is nowhere yet.
        let request = provision(step, &set, None);
        assert_eq!(step.work(&request), (Ok(()), Vec::new()));

        let (quotas, arn) = (Quotas::default(), set.arn());
        let mut ask = |approach, quotas: &Quotas, at: Option<&str>| {
            let at = at.map(account);
            provision_permission_set(&step.cx, step.tx, quotas, approach, &arn, at, None).map(drop)
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
        let refused = ask(owner, &quotas, Some(STRANGER));
        assert!(matches!(refused, Err(ProvisionError::UnknownAccount(_))));
        let refused = ask(delegate, &quotas, Some(OWNER));
        assert!(matches!(
            refused,
            Err(ProvisionError::Refused(Refused::Management))
        ));
        let none = Quotas {
            outstanding_requests: 0,
            ..quotas
        };
        assert!(matches!(ask(owner, &none, None), Err(ProvisionError::Busy)));
    });
}

#[test]
fn roles_go_with_an_account_and_with_the_instance() {
    run(|step| {
        let set = step.set("Admin");
        attach(step, &set, BILLING);
        step.assign(&set, MEMBER, jane());
        step.assign(&set, OTHER, jane());
        let role = step.role(&set, MEMBER).expect("a role");
        let gone = |step: &mut Step<'_>, at: &str, name: &str| {
            let found = step.tx.role(&account(at), name);
            found.expect("a store").is_none()
        };
        step.tx
            .withdraw_account(&set.instance, &account(MEMBER))
            .expect("a store");
        while step.turn(IAM).is_some() {}
        assert!(gone(step, MEMBER, &role.name));
        assert_eq!(step.attached(&role), [""; 0]);

        let role = step.role(&set, OTHER).expect("a role");
        step.tx
            .delete_access_of_instance(&set.instance)
            .expect("a store");
        step.tx
            .delete_instance(step.instance, step.cx.now())
            .expect("a store");
        while step.turn(IAM).is_some() {}
        assert!(gone(step, OTHER, &role.name));
    });
}
