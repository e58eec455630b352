use atrium_model::AccountId;
use atrium_model::organization::{
    FeatureSet, Handshake, HandshakeState, HandshakeTarget, JoinedMethod, Organization,
    OrganizationTag,
};
use atrium_organization::*;

use crate::refused;
use crate::world::{DAY, MANAGEMENT, STRANGER, World, all, id, quotas};

pub fn invite(
    world: &World,
    organization: &Organization,
    target: HandshakeTarget,
    quotas: Quotas,
) -> Result<Handshake, InviteError> {
    let organization = organization.clone();
    world.run(move |cx, tx| {
        let tags = vec![OrganizationTag {
            key: "team".into(),
            value: "a".into(),
        }];
        let new = NewInvitation {
            target: target.clone(),
            notes: Some("come".into()),
            tags,
        };
        invite_account(cx, tx, &organization, new, &quotas)
    })
}

pub fn accept(
    world: &World,
    account: &AccountId,
    handshake: &Handshake,
) -> Result<Handshake, HandshakeError> {
    let (account, handshake) = (account.clone(), handshake.id.clone());
    world.run(move |cx, tx| accept_handshake(cx, tx, &account, &handshake, &quotas()))
}

pub fn decline(
    world: &World,
    account: &AccountId,
    handshake: &Handshake,
) -> Result<Handshake, HandshakeError> {
    let (account, handshake) = (account.clone(), handshake.id.clone());
    world.run(move |cx, tx| decline_handshake(cx, tx, &account, &handshake, &quotas()))
}

pub fn cancel(
    world: &World,
    account: &AccountId,
    handshake: &Handshake,
) -> Result<Handshake, HandshakeError> {
    let (account, handshake) = (account.clone(), handshake.id.clone());
    world.run(move |cx, tx| cancel_handshake(cx, tx, &account, &handshake, &quotas()))
}

fn by_id(account: &str) -> HandshakeTarget {
    HandshakeTarget::Account(id(account))
}

#[test]
fn an_invited_account_joins_with_its_tags() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    world.account(STRANGER);
    let by_email = HandshakeTarget::Email("999999999999@EXAMPLE.com".into());
    let sent = invite(&world, &organization, by_email, quotas()).expect("sent");
    assert_eq!(sent.state, HandshakeState::Open);
    assert_eq!(
        sent.expires_at.since(sent.requested_at).as_secs(),
        15 * 24 * 3600
    );
    let lists = |account: &str| {
        let account = id(account);
        world.ok(move |cx, tx| {
            list_handshakes_for_account(cx, tx, &account, HandshakeFilter::default(), &all())
        })
    };
    assert_eq!(
        (lists(STRANGER).items.len(), lists(MANAGEMENT).items.len()),
        (1, 0)
    );
    let third: AccountId = world.account("888888888888").id;
    for account in [third, id(MANAGEMENT)] {
        refused!(accept(&world, &account, &sent), HandshakeError::NotFound);
        refused!(decline(&world, &account, &sent), HandshakeError::NotFound);
    }
    refused!(
        cancel(&world, &id(STRANGER), &sent),
        HandshakeError::NotFound
    );
    let done = accept(&world, &id(STRANGER), &sent).expect("joined");
    assert_eq!(done.state, HandshakeState::Accepted);
    refused!(
        accept(&world, &id(STRANGER), &sent),
        HandshakeError::AlreadyInState(_)
    );
    refused!(
        decline(&world, &id(STRANGER), &sent),
        HandshakeError::InvalidTransition(_)
    );
    refused!(
        cancel(&world, &id(MANAGEMENT), &sent),
        HandshakeError::InvalidTransition(_)
    );
    let org = organization.clone();
    let found = world.ok(move |_, tx| describe_account(tx, &org, &id(STRANGER)));
    assert_eq!(found.joined.expect("a place").method, JoinedMethod::Invited);
    let org = organization.clone();
    let tags = world.ok(move |_, tx| list_tags(tx, &org, STRANGER, &all()));
    assert_eq!(tags.items.len(), 1);
    // Invited accounts may leave at once.
    world.ok(move |cx, tx| remove_account(cx, tx, &organization, &id(STRANGER), &quotas()));
}

#[test]
fn an_invitation_is_refused_or_taken_back_once() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    world.account(STRANGER);
    let send = || invite(&world, &organization, by_id(STRANGER), quotas());
    let sent = send().expect("sent");
    refused!(send(), InviteError::Duplicate);
    let done = decline(&world, &id(STRANGER), &sent).expect("declined");
    assert_eq!(done.state, HandshakeState::Declined);
    refused!(
        decline(&world, &id(STRANGER), &sent),
        HandshakeError::AlreadyInState(_)
    );
    refused!(
        accept(&world, &id(STRANGER), &sent),
        HandshakeError::InvalidTransition(_)
    );
    let sent = send().expect("sent again");
    cancel(&world, &id(MANAGEMENT), &sent).expect("canceled");
    refused!(
        cancel(&world, &id(MANAGEMENT), &sent),
        HandshakeError::AlreadyInState(_)
    );
    let sent = send().expect("sent a third time");
    world.pass(15 * DAY);
    let (account, handshake) = (id(STRANGER), sent.id.clone());
    let found = world.ok(move |_, tx| describe_handshake(tx, &account, &handshake));
    let now = sent.expires_at;
    assert_eq!(found.state_at(now), HandshakeState::Expired);
    refused!(
        accept(&world, &id(STRANGER), &sent),
        HandshakeError::InvalidTransition(_)
    );
    send().expect("the expired one is not in the way");
    world.pass(46 * DAY);
    let listed = world.ok(move |cx, tx| {
        list_handshakes_for_organization(cx, tx, &organization, HandshakeFilter::default(), &all())
    });
    assert!(
        listed.items.is_empty(),
        "30 days after its end a handshake leaves the list"
    );
}

#[test]
fn invitations_have_limits() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let member = world.member(&organization, "one");
    world.account(STRANGER);
    let by =
        |target: HandshakeTarget, quotas: Quotas| invite(&world, &organization, target, quotas);
    refused!(
        by(by_id(member.as_str()), quotas()),
        InviteError::AlreadyInOrganization
    );
    refused!(
        by(by_id(MANAGEMENT), quotas()),
        InviteError::AlreadyInOrganization
    );
    refused!(
        by(HandshakeTarget::Email("ONE@example.com".into()), quotas()),
        InviteError::AlreadyInOrganization
    );
    refused!(
        by(
            by_id(STRANGER),
            Quotas {
                accounts: 2,
                ..quotas()
            }
        ),
        InviteError::AccountLimit
    );
    let few = Quotas {
        accounts: 3,
        invitations_per_day: 3,
        ..quotas()
    };
    for number in 1..=3 {
        by(by_id(&format!("{number:012}")), few.clone())
            .expect("nobody says there is no such account");
    }
    refused!(by(by_id(STRANGER), few.clone()), InviteError::RateLimit);
    world.pass(DAY + 1);
    let sent = by(by_id(STRANGER), few).expect("the next day");

    // Another organization is quicker.
    world.account("222222222222");
    let other =
        world.ok(|cx, tx| create_organization(cx, tx, &id("222222222222"), FeatureSet::All));
    let quicker = invite(&world, &other, by_id(STRANGER), quotas()).expect("sent");
    accept(&world, &id(STRANGER), &quicker).expect("joined");
    refused!(
        accept(&world, &id(STRANGER), &sent),
        HandshakeError::AlreadyInOrganization
    );
}
