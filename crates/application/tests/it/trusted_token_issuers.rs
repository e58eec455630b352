use atrium_application::{
    NewTrustedTokenIssuer, Quotas, TrustedTokenIssuerChange, TrustedTokenIssuerError,
    create_trusted_token_issuer, delete_trusted_token_issuer, describe_trusted_token_issuer,
    update_trusted_token_issuer,
};
use atrium_model::InstanceId;
use atrium_model::control::{TrustedTokenIssuer, TrustedTokenIssuerArn};

use crate::world::{MEMBER, OWNER, Step, account, instance_id, run};

fn create(
    step: &mut Step<'_>,
    instance: &InstanceId,
    quotas: &Quotas,
    name: &str,
) -> Result<TrustedTokenIssuer, TrustedTokenIssuerError> {
    let new = NewTrustedTokenIssuer {
        name: name.into(),
        issuer_url: "https://issuer.example.com".into(),
        claim_attribute_path: "email".into(),
        identity_store_attribute_path: "emails.value".into(),
    };
    create_trusted_token_issuer(
        &step.cx,
        &mut *step.tx,
        quotas,
        instance,
        &account(OWNER),
        new,
    )
}

fn arn(issuer: &TrustedTokenIssuer) -> TrustedTokenIssuerArn {
    issuer.arn().parse().expect("an ARN")
}

#[test]
fn an_issuer_is_made_changed_and_removed() {
    run(|step| {
        let instance = instance_id();
        let made = create(step, &instance, &Quotas::default(), "one").expect("made");
        assert!(made.id.as_str().starts_with("tti-"), "{}", made.id);
        let arn = arn(&made);
        let kept = describe_trusted_token_issuer(&mut *step.tx, &arn).expect("kept");
        assert_eq!(kept, made);

        let change = TrustedTokenIssuerChange {
            claim_attribute_path: Some("sub".into()),
            ..TrustedTokenIssuerChange::default()
        };
        update_trusted_token_issuer(&mut *step.tx, &arn, change).expect("changed");
        let change = TrustedTokenIssuerChange {
            name: Some("two".into()),
            identity_store_attribute_path: Some("userName".into()),
            ..TrustedTokenIssuerChange::default()
        };
        update_trusted_token_issuer(&mut *step.tx, &arn, change).expect("changed");
        let kept = describe_trusted_token_issuer(&mut *step.tx, &arn).expect("kept");
        let want = TrustedTokenIssuer {
            name: "two".into(),
            claim_attribute_path: "sub".into(),
            identity_store_attribute_path: "userName".into(),
            ..made
        };
        assert_eq!(kept, want);

        delete_trusted_token_issuer(&mut *step.tx, &arn).expect("removed");
        let change = TrustedTokenIssuerChange::default();
        for got in [
            describe_trusted_token_issuer(&mut *step.tx, &arn).map(|_| ()),
            update_trusted_token_issuer(&mut *step.tx, &arn, change),
            delete_trusted_token_issuer(&mut *step.tx, &arn),
        ] {
            assert!(matches!(got, Err(TrustedTokenIssuerError::NotFound)));
        }
    });
}

#[test]
fn names_are_taken_once_in_an_instance() {
    run(|step| {
        let (here, quotas) = (instance_id(), Quotas::default());
        let there: InstanceId = "ssoins-0000000000000000".parse().expect("an id");
        create(step, &here, &quotas, "one").expect("made");
        let two = create(step, &here, &quotas, "two").expect("made");
        create(step, &there, &quotas, "one").expect("made elsewhere");
        let taken = |got: Result<(), TrustedTokenIssuerError>| matches!(got, Err(TrustedTokenIssuerError::NameTaken(name)) if name == "one");
        assert!(taken(create(step, &here, &quotas, "one").map(|_| ())));
        let rename = |name: &str| TrustedTokenIssuerChange {
            name: Some(name.into()),
            ..TrustedTokenIssuerChange::default()
        };
        let arn = arn(&two);
        assert!(taken(update_trusted_token_issuer(
            &mut *step.tx,
            &arn,
            rename("one")
        )));
        // Its own name is free for it.
        update_trusted_token_issuer(&mut *step.tx, &arn, rename("two")).expect("no change");
    });
}

#[test]
fn an_instance_has_only_so_many_and_the_arn_must_fit() {
    run(|step| {
        let quotas = Quotas {
            trusted_token_issuers: 1,
            ..Quotas::default()
        };
        let one = create(step, &instance_id(), &quotas, "one").expect("made");
        assert!(matches!(
            create(step, &instance_id(), &quotas, "two"),
            Err(TrustedTokenIssuerError::Quota(1))
        ));
        let other = TrustedTokenIssuerArn {
            account: account(MEMBER),
            ..arn(&one)
        };
        assert!(matches!(
            describe_trusted_token_issuer(&mut *step.tx, &other),
            Err(TrustedTokenIssuerError::NotFound)
        ));
    });
}
