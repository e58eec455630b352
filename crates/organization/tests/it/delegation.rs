use atrium_model::organization::{FeatureSet, Organization, SSO_PRINCIPAL};
use atrium_organization::*;

use crate::refused;
use crate::world::{MANAGEMENT, STRANGER, World, all, id, quotas};

fn trust(
    world: &World,
    organization: &Organization,
    principal: &str,
) -> Result<(), ServiceAccessError> {
    let (organization, principal) = (organization.clone(), principal.to_owned());
    world.run(move |cx, tx| enable_service_access(cx, tx, &organization, &principal))
}

fn distrust(
    world: &World,
    organization: &Organization,
    principal: &str,
) -> Result<(), ServiceAccessError> {
    let (organization, principal) = (organization.clone(), principal.to_owned());
    world.run(move |_, tx| disable_service_access(tx, &organization, &principal))
}

fn register(
    world: &World,
    organization: &Organization,
    account: &str,
    principal: &str,
) -> Result<(), DelegationError> {
    let (organization, account) = (organization.clone(), id(account));
    let principal = principal.to_owned();
    world.run(move |cx, tx| {
        register_delegated_administrator(cx, tx, &organization, &account, &principal)
    })
}

fn deregister(
    world: &World,
    organization: &Organization,
    account: &str,
    principal: &str,
) -> Result<(), DelegationError> {
    let (organization, account) = (organization.clone(), id(account));
    let principal = principal.to_owned();
    world.run(move |_, tx| {
        deregister_delegated_administrator(tx, &organization, &account, &principal)
    })
}

#[test]
fn delegation_follows_trust() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let (one, two) = (
        world.member(&organization, "one"),
        world.member(&organization, "two"),
    );
    let closed = world.member(&organization, "closed");
    world.account(STRANGER);
    let (org, account) = (organization.clone(), closed.clone());
    world.ok(move |cx, tx| close_account(cx, tx, &org, &account, &quotas()));
    let on = |account: &str| register(&world, &organization, account, SSO_PRINCIPAL);
    refused!(on(one.as_str()), DelegationError::ServiceNotTrusted(_));
    trust(&world, &organization, SSO_PRINCIPAL).expect("trusted");
    trust(&world, &organization, SSO_PRINCIPAL).expect("trusted still");
    refused!(
        trust(&world, &organization, "nobody.amazonaws.com"),
        ServiceAccessError::Unrecognized(_)
    );
    refused!(on(MANAGEMENT), DelegationError::Management);
    refused!(on(STRANGER), DelegationError::AccountNotFound);
    refused!(on(closed.as_str()), DelegationError::Suspended);
    refused!(
        register(&world, &organization, one.as_str(), "nobody.amazonaws.com"),
        DelegationError::Unrecognized(_)
    );
    on(one.as_str()).expect("registered");
    refused!(on(one.as_str()), DelegationError::AlreadyRegistered(_));
    refused!(on(two.as_str()), DelegationError::TooMany(_));
    refused!(
        distrust(&world, &organization, SSO_PRINCIPAL),
        ServiceAccessError::DelegatedAdministratorExists(_)
    );
    let administrators = |principal: Option<&'static str>| {
        let organization = organization.clone();
        world.run(move |_, tx| list_delegated_administrators(tx, &organization, principal, &all()))
    };
    assert_eq!(administrators(None).expect("a list").items.len(), 1);
    assert_eq!(
        administrators(Some(SSO_PRINCIPAL)).expect("a list").items[0]
            .account
            .id,
        one
    );
    refused!(
        administrators(Some("nobody")),
        DelegationError::Unrecognized(_)
    );
    let services = |account: &str| {
        let (organization, account) = (organization.clone(), id(account));
        world.run(move |_, tx| list_delegated_services(tx, &organization, &account, &all()))
    };
    assert_eq!(
        services(one.as_str()).expect("a list").items[0].principal,
        SSO_PRINCIPAL
    );
    refused!(services(two.as_str()), DelegationError::NotRegistered);
    refused!(services(STRANGER), DelegationError::AccountNotFound);
    refused!(
        deregister(&world, &organization, two.as_str(), SSO_PRINCIPAL),
        DelegationError::NotRegistered
    );
    deregister(&world, &organization, one.as_str(), SSO_PRINCIPAL).expect("deregistered");
    distrust(&world, &organization, SSO_PRINCIPAL).expect("distrusted");
    distrust(&world, &organization, SSO_PRINCIPAL).expect("distrusted still");
    let listed = world.ok(move |_, tx| list_service_access(tx, &organization, &all()));
    assert!(listed.items.is_empty());
}

#[test]
fn consolidated_billing_trusts_nobody() {
    let world = World::new();
    let organization = world.organization(FeatureSet::ConsolidatedBilling);
    let member = world.member(&organization, "one");
    refused!(
        trust(&world, &organization, SSO_PRINCIPAL),
        ServiceAccessError::NotAllFeatures
    );
    refused!(
        register(&world, &organization, member.as_str(), SSO_PRINCIPAL),
        DelegationError::NotAllFeatures
    );
}
