use atrium_model::AccountId;
use atrium_model::organization::{
    FeatureSet, Handshake, HandshakeAction, HandshakeState, HandshakeTarget, Organization,
};
use atrium_organization::*;

use crate::handshakes::{accept, cancel, decline, invite};
use crate::refused;
use crate::world::{MANAGEMENT, World, all, id, quotas};

fn joined(world: &World, organization: &Organization, number: &str) -> AccountId {
    let account = world.account(number).id;
    let target = HandshakeTarget::Account(account.clone());
    let sent = invite(world, organization, target, quotas()).expect("sent");
    accept(world, &account, &sent).expect("joined");
    account
}

fn request(world: &World, organization: &Organization) -> Result<Handshake, AllFeaturesError> {
    let organization = organization.clone();
    world.run(move |cx, tx| enable_all_features(cx, tx, &organization, &quotas()))
}

fn part(world: &World, account: &AccountId) -> Handshake {
    let account = account.clone();
    let filter = HandshakeFilter {
        action: Some(HandshakeAction::ApproveAllFeatures),
        ..HandshakeFilter::default()
    };
    let found = world
        .ok(move |cx, tx| list_handshakes_for_account(cx, tx, &account, filter.clone(), &all()));
    found
        .items
        .into_iter()
        .find(|part| part.state.is_pending())
        .expect("a part")
}

fn features(world: &World) -> FeatureSet {
    world
        .ok(|_, tx| standing(tx, &id(MANAGEMENT)))
        .organization
        .feature_set
}

#[test]
fn every_invited_account_agrees_to_all_features() {
    let world = World::new();
    let organization = world.organization(FeatureSet::ConsolidatedBilling);
    let (one, two) = (
        joined(&world, &organization, "222222222222"),
        joined(&world, &organization, "333333333333"),
    );
    let created = world.member(&organization, "created");
    let sent = request(&world, &organization).expect("sent");
    assert_eq!(sent.state, HandshakeState::Requested);
    refused!(
        request(&world, &organization),
        AllFeaturesError::AlreadyPending
    );
    let target = HandshakeTarget::Account(id("444444444444"));
    refused!(
        invite(&world, &organization, target, quotas()),
        InviteError::EnablingAllFeatures
    );
    refused!(
        accept(&world, &id(MANAGEMENT), &sent),
        HandshakeError::InvalidTransition(HandshakeState::Requested)
    );
    refused!(
        decline(&world, &id(MANAGEMENT), &sent),
        HandshakeError::InvalidTransition(_)
    );
    accept(&world, &one, &part(&world, &one)).expect("agreed");
    refused!(
        accept(&world, &id(MANAGEMENT), &sent),
        HandshakeError::InvalidTransition(_)
    );
    accept(&world, &two, &part(&world, &two)).expect("agreed");
    assert_eq!(features(&world), FeatureSet::ConsolidatedBilling);
    accept(&world, &id(MANAGEMENT), &sent).expect("done");
    assert_eq!(features(&world), FeatureSet::All);
    let organization = world.ok(move |_, tx| standing(tx, &created)).organization;
    refused!(
        request(&world, &organization),
        AllFeaturesError::AlreadyEnabled
    );
}

#[test]
fn one_refusal_stops_the_request_and_a_departure_does_not() {
    let world = World::new();
    let organization = world.organization(FeatureSet::ConsolidatedBilling);
    let (one, two) = (
        joined(&world, &organization, "222222222222"),
        joined(&world, &organization, "333333333333"),
    );
    let sent = request(&world, &organization).expect("sent");
    decline(&world, &one, &part(&world, &one)).expect("refused");
    accept(&world, &two, &part(&world, &two)).expect("agreed");
    refused!(
        accept(&world, &id(MANAGEMENT), &sent),
        HandshakeError::InvalidTransition(_)
    );
    cancel(&world, &id(MANAGEMENT), &sent).expect("taken back");

    let sent = request(&world, &organization).expect("sent again");
    accept(&world, &two, &part(&world, &two)).expect("agreed");
    let (org, leaver) = (organization.clone(), one.clone());
    world.ok(move |cx, tx| remove_account(cx, tx, &org, &leaver, &quotas()));
    accept(&world, &id(MANAGEMENT), &sent).expect("nobody is left to agree");
    assert_eq!(features(&world), FeatureSet::All);
}

#[test]
fn without_invited_accounts_the_management_account_decides() {
    let world = World::new();
    let organization = world.organization(FeatureSet::ConsolidatedBilling);
    world.member(&organization, "created");
    let sent = request(&world, &organization).expect("sent");
    assert_eq!(sent.state, HandshakeState::Open);
    cancel(&world, &id(MANAGEMENT), &sent).expect("taken back");
    let sent = request(&world, &organization).expect("sent again");
    accept(&world, &id(MANAGEMENT), &sent).expect("done");
    assert_eq!(features(&world), FeatureSet::All);
}
