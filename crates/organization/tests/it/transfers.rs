use atrium_model::organization::{
    FeatureSet, Handshake, HandshakeAction, HandshakeTarget, NewResponsibilityTransfer,
    Organization, OrganizationTag, ResponsibilityTransfer, ResponsibilityTransferStatus as Status,
    ResponsibilityTransferType, TransferDirection,
};
use atrium_model::{ResponsibilityTransferId, Timestamp};
use atrium_organization::*;

use crate::handshakes::{accept, cancel, decline};
use crate::refused;
use crate::world::{DAY, MANAGEMENT, World, all, id, quotas};

/// The world begins on 2023-11-14; these are the beginnings of the months after.
const DECEMBER: i64 = 1_701_388_800_000;
const JANUARY: i64 = 1_704_067_200_000;
/// The last second of November.
const END_OF_NOVEMBER: i64 = DECEMBER - 1_000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn other(world: &World, account: &str) -> Organization {
    world.account(account);
    let account = id(account);
    world.ok(move |cx, tx| create_organization(cx, tx, &account, FeatureSet::All))
}

fn ask(
    world: &World,
    organization: &Organization,
    source: HandshakeTarget,
    starts_at: i64,
    quotas: Quotas,
) -> Result<Handshake, TransferInviteError> {
    let organization = organization.clone();
    world.run(move |cx, tx| {
        let new = NewResponsibilityTransfer {
            kind: ResponsibilityTransferType::Billing,
            source: source.clone(),
            name: "their bills".to_owned(),
            notes: None,
            starts_at: at(starts_at),
            tags: vec![OrganizationTag {
                key: "team".into(),
                value: "a".into(),
            }],
        };
        invite_to_transfer(cx, tx, &organization, new, &quotas)
    })
}

fn asked(world: &World, organization: &Organization, source: &Organization) -> Handshake {
    let source = HandshakeTarget::Account(source.management.clone());
    ask(world, organization, source, DECEMBER, quotas()).expect("asked")
}

fn transfer_id(handshake: &Handshake) -> ResponsibilityTransferId {
    let terms = handshake.details.transfer.as_ref().expect("terms");
    terms.id.parse().expect("an id")
}

fn describe(
    world: &World,
    organization: &Organization,
    id: &ResponsibilityTransferId,
) -> Result<(ResponsibilityTransfer, TransferDirection), TransferError> {
    let (organization, id) = (organization.clone(), id.clone());
    world.run(move |_, tx| describe_transfer(tx, &organization, &id))
}

fn end(
    world: &World,
    organization: &Organization,
    id: &ResponsibilityTransferId,
    ends_at: Option<i64>,
) -> Result<ResponsibilityTransfer, ChangeTransferError> {
    let (organization, id) = (organization.clone(), id.clone());
    let ends_at = ends_at.map(at);
    world
        .run(move |cx, tx| terminate_transfer(cx, tx, &organization, &id, ends_at))
        .map(|(transfer, _)| transfer)
}

#[test]
fn a_transfer_is_asked_for_agreed_to_and_ended() {
    let world = World::new();
    let taking = world.organization(FeatureSet::All);
    let giving = other(&world, "222222222222");
    let stranger = other(&world, "333333333333");
    let by_email = HandshakeTarget::Email("222222222222@EXAMPLE.com".into());
    world.pass(DAY);
    let sent = ask(&world, &taking, by_email, DECEMBER, quotas()).expect("asked");
    assert_eq!(sent.action, HandshakeAction::TransferResponsibility);
    // Fifteen days would be later.
    assert_eq!(sent.expires_at, at(DECEMBER - DAY));
    let rt = transfer_id(&sent);
    let (asked, direction) = describe(&world, &taking, &rt).expect("one's own");
    assert_eq!(direction, TransferDirection::Inbound);
    assert_eq!(
        (asked.status, &asked.source.account),
        (Status::Requested, &None)
    );
    assert_eq!(asked.target.account, Some(id(MANAGEMENT)));
    assert_eq!(
        asked.arn(&taking, direction),
        format!(
            "arn:aws:organizations::{MANAGEMENT}:transfer/{}/billing/inbound/{rt}",
            taking.id
        )
    );
    let (_, direction) = describe(&world, &giving, &rt).expect("asked of them");
    assert_eq!(direction, TransferDirection::Outbound);
    refused!(describe(&world, &stranger, &rt), TransferError::NotFound);
    refused!(
        end(&world, &giving, &rt, None),
        ChangeTransferError::InvalidTransition(Status::Requested)
    );
    accept(&world, &id("222222222222"), &sent).expect("agreed");
    let (agreed, _) = describe(&world, &giving, &rt).expect("theirs");
    assert_eq!(agreed.status, Status::Accepted);
    assert_eq!(agreed.source.account, Some(id("222222222222")));
    let again = HandshakeTarget::Account(id("222222222222"));
    refused!(
        ask(&world, &taking, again, JANUARY, quotas()),
        TransferInviteError::AlreadyTransferred
    );
    for organization in [&taking, &giving] {
        let organization = organization.clone();
        refused!(
            world.run(move |cx, tx| delete_organization(cx, tx, &organization)),
            DeleteOrganizationError::ActiveTransfer
        );
    }
    let done = end(&world, &giving, &rt, None).expect("ended");
    assert_eq!(
        (done.status, done.ends_at),
        (Status::Withdrawn, Some(at(DECEMBER - 1)))
    );
    refused!(
        end(&world, &taking, &rt, None),
        ChangeTransferError::AlreadyWithdrawn
    );
    world.pass(20 * DAY);
    world.ok(move |cx, tx| delete_organization(cx, tx, &giving));
    let listed = world.ok({
        let taking = taking.clone();
        move |_, tx| list_inbound_transfers(tx, &taking, None, &all())
    });
    assert_eq!(listed.items.len(), 1, "what is over is still told");
    world.ok(move |cx, tx| delete_organization(cx, tx, &taking));
}

#[test]
fn what_is_asked_for_has_its_times_and_limits() {
    let world = World::new();
    let taking = world.organization(FeatureSet::All);
    let giving = other(&world, "222222222222");
    let source = || HandshakeTarget::Account(giving.management.clone());
    let by = |start: i64| ask(&world, &taking, source(), start, quotas());
    refused!(by(DECEMBER + 1), TransferInviteError::StartNotDay);
    refused!(by(DECEMBER + DAY), TransferInviteError::StartNotMonth);
    refused!(by(i64::MAX), TransferInviteError::StartNotDay);
    // The beginning of November 2023, and of January 2025.
    refused!(by(1_698_796_800_000), TransferInviteError::StartTooEarly);
    refused!(by(1_735_689_600_000), TransferInviteError::StartTooLate);
    for own in [
        HandshakeTarget::Account(id(MANAGEMENT)),
        HandshakeTarget::Email("111111111111@EXAMPLE.com".into()),
    ] {
        refused!(
            ask(&world, &taking, own, DECEMBER, quotas()),
            TransferInviteError::Own
        );
    }
    let one = Quotas {
        inbound_transfers: 1,
        invitations_per_day: 2,
        ..quotas()
    };
    let nobody = HandshakeTarget::Account(id("000000000009"));
    let sent = ask(&world, &taking, nobody, DECEMBER, one.clone());
    let sent = sent.expect("nobody says there is no such account");
    refused!(
        ask(&world, &taking, source(), DECEMBER, one.clone()),
        TransferInviteError::InboundQuota
    );
    cancel(&world, &id(MANAGEMENT), &sent).expect("canceled");
    let (canceled, _) = describe(&world, &taking, &transfer_id(&sent)).expect("it is told");
    assert_eq!(canceled.status, Status::Canceled);
    let sent = ask(&world, &taking, source(), DECEMBER, one.clone()).expect("asked");
    refused!(by(DECEMBER), TransferInviteError::Duplicate);
    decline(&world, &giving.management, &sent).expect("declined");
    let (declined, _) = describe(&world, &giving, &transfer_id(&sent)).expect("it is told");
    assert_eq!(declined.status, Status::Declined);
    refused!(
        ask(&world, &taking, source(), DECEMBER, one),
        TransferInviteError::RateLimit
    );
    let sent = by(JANUARY).expect("asked");
    assert_eq!(
        sent.expires_at.since(sent.requested_at).as_secs(),
        15 * 86_400
    );
    world.pass(15 * DAY);
    let (expired, _) = describe(&world, &taking, &transfer_id(&sent)).expect("it is told");
    assert_eq!(expired.status_at(sent.expires_at), Status::Expired);
    refused!(
        accept(&world, &giving.management, &sent),
        HandshakeError::InvalidTransition(_)
    );
    by(JANUARY).expect("the expired one is not in the way");
    world.pass(DAY * 2);
    // It is the first of December now: too late for the first of December, and a day before it was as well.
    refused!(by(DECEMBER), TransferInviteError::StartTooEarly);
}

#[test]
fn only_management_accounts_give_away_and_only_once() {
    let world = World::new();
    let taking = world.organization(FeatureSet::All);
    let member = world.member(&taking, "member");
    world.account("999999999999");
    let ask_of = |account: &atrium_model::AccountId| {
        let source = HandshakeTarget::Account(account.clone());
        ask(&world, &taking, source, DECEMBER, quotas()).expect("asked")
    };
    let sent = ask_of(&member);
    refused!(
        accept(&world, &member, &sent),
        HandshakeError::NotManagement
    );
    let alone = id("999999999999");
    let sent = ask_of(&alone);
    refused!(accept(&world, &alone, &sent), HandshakeError::NotInUse);

    let giving = other(&world, "222222222222");
    let third = other(&world, "333333333333");
    let (one, two) = (
        asked(&world, &taking, &giving),
        asked(&world, &third, &giving),
    );
    accept(&world, &giving.management, &one).expect("agreed");
    refused!(
        accept(&world, &giving.management, &two),
        HandshakeError::OutboundQuota
    );
    // What ended in November is not in the way of what begins in December.
    end(&world, &taking, &transfer_id(&one), Some(END_OF_NOVEMBER)).expect("ended");
    accept(&world, &giving.management, &two).expect("agreed");
}

#[test]
fn chains_of_transfers_are_short() {
    let world = World::new();
    let a = world.organization(FeatureSet::All);
    let b = other(&world, "222222222222");
    let c = other(&world, "333333333333");
    let d = other(&world, "444444444444");
    let give = |source: &Organization, target: &Organization| {
        let sent = asked(&world, target, source);
        accept(&world, &source.management, &sent)
    };
    give(&a, &b).expect("a to b");
    refused!(give(&b, &a), HandshakeError::TransferLevels);
    give(&b, &c).expect("a to b to c");
    refused!(give(&c, &d), HandshakeError::TransferLevels);
    refused!(give(&d, &a), HandshakeError::TransferLevels);
    give(&d, &b).expect("d and a to b to c");
}

#[test]
fn ends_are_ends_of_months_and_names_are_the_takers() {
    let world = World::new();
    let taking = world.organization(FeatureSet::All);
    let giving = other(&world, "222222222222");
    let sent = asked(&world, &taking, &giving);
    let rt = transfer_id(&sent);
    let rename = |organization: &Organization| {
        let (organization, rt) = (organization.clone(), rt.clone());
        world.run(move |cx, tx| rename_transfer(cx, tx, &organization, &rt, "new".to_owned()))
    };
    assert_eq!(rename(&taking).expect("renamed").name, "new");
    accept(&world, &giving.management, &sent).expect("agreed");
    rename(&taking).expect("renamed");
    refused!(rename(&giving), ChangeTransferError::NotRenamable);
    let by = |ends_at: i64| end(&world, &taking, &rt, Some(ends_at));
    refused!(by(JANUARY), ChangeTransferError::EndNotMonth);
    refused!(by(JANUARY - 1_001), ChangeTransferError::EndNotMonth);
    // The end of October 2023, and of December 2024.
    refused!(by(1_698_796_799_999), ChangeTransferError::EndTooEarly);
    refused!(by(1_735_689_599_999), ChangeTransferError::EndTooLate);
    let done = by(JANUARY - 1_000).expect("ended");
    assert_eq!(done.ends_at, Some(at(JANUARY - 1)));
    refused!(rename(&taking), ChangeTransferError::NotRenamable);
    let org = taking.clone();
    let tags = world.ok(move |_, tx| list_tags(tx, &org, rt.as_str(), &all()));
    assert_eq!(tags.items.len(), 1);
}
