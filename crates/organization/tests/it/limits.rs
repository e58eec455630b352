//! Numbers of AWS's quota page and of handshakes that no other test comes to.

use atrium_model::organization::{
    FeatureSet, Handshake, HandshakeAction, HandshakeState, HandshakeTarget, Organization,
    PolicyType, TargetId,
};
use atrium_organization::*;

use crate::handshakes::{accept, cancel, decline, invite};
use crate::refused;
use crate::world::{DAY, MANAGEMENT, STRANGER, World, all, id, quotas};

#[test]
fn the_numbers_are_awss() {
    let quotas = quotas();
    let days = |days: u64| std::time::Duration::from_secs(days * 86_400);
    assert_eq!(quotas.units, 2_000);
    assert_eq!(quotas.unit_depth, 5);
    assert_eq!(quotas.tags, 50);
    assert_eq!(quotas.invitations_per_day, 20);
    assert_eq!(quotas.closed_accounts, 250);
    assert_eq!(quotas.stay_of_created_accounts, days(4));
    assert_eq!(quotas.invitation_expiry, days(15));
    assert_eq!(quotas.all_features_expiry, days(90));
    assert_eq!(quotas.finished_handshakes_listed, days(30));
    for kind in PolicyType::ALL {
        let (number, attached, size) = match kind {
            PolicyType::ServiceControlPolicy => (10_000, 10, 10_240),
            PolicyType::ResourceControlPolicy => (1_000, 5, 5_120),
            PolicyType::AiservicesOptOutPolicy => (1_000, 5, 2_500),
            PolicyType::ChatbotPolicy => (1_000, 5, 10_000),
            _ => (1_000, 10, 10_000),
        };
        assert_eq!(quotas.policies(*kind), number, "{kind}");
        assert_eq!(quotas.attachments(*kind), attached, "{kind}");
        assert_eq!(quotas.policy_size(*kind), size, "{kind}");
    }
}

fn of_organization(world: &World, organization: &Organization) -> Vec<Handshake> {
    let organization = organization.clone();
    world
        .ok(move |cx, tx| {
            let filter = HandshakeFilter::default();
            list_handshakes_for_organization(cx, tx, &organization, filter, &all())
        })
        .items
}

#[test]
fn finished_handshakes_are_listed_for_thirty_days() {
    type End = fn(&World, &Handshake);
    let ends: [(&str, End); 3] = [
        ("accepted", |world, sent| {
            accept(world, &id(STRANGER), sent).expect("accepted");
        }),
        ("declined", |world, sent| {
            decline(world, &id(STRANGER), sent).expect("declined");
        }),
        ("canceled", |world, sent| {
            cancel(world, &id(MANAGEMENT), sent).expect("canceled");
        }),
    ];
    for (case, end) in ends {
        let world = World::new();
        let organization = world.organization(FeatureSet::All);
        world.account(STRANGER);
        let target = HandshakeTarget::Account(id(STRANGER));
        let sent = invite(&world, &organization, target, quotas()).expect("sent");
        world.pass(DAY);
        end(&world, &sent);
        world.pass(30 * DAY - 1);
        assert_eq!(of_organization(&world, &organization).len(), 1, "{case}");
        world.pass(1);
        assert_eq!(of_organization(&world, &organization), [], "{case}");
    }
}

#[test]
fn a_request_for_all_features_stands_for_ninety_days() {
    let world = World::new();
    let organization = world.organization(FeatureSet::ConsolidatedBilling);
    let account = world.account(STRANGER).id;
    let target = HandshakeTarget::Account(account.clone());
    let sent = invite(&world, &organization, target, quotas()).expect("sent");
    accept(&world, &account, &sent).expect("joined");
    let ask = || {
        let organization = organization.clone();
        world.run(move |cx, tx| enable_all_features(cx, tx, &organization, &quotas()))
    };
    let request = ask().expect("asked");
    assert_eq!(
        request.expires_at.since(request.requested_at).as_secs(),
        90 * 86_400
    );
    let part = of_organization(&world, &organization)
        .into_iter()
        .find(|found| found.action == HandshakeAction::ApproveAllFeatures)
        .expect("a part");
    assert_eq!(part.expires_at, request.expires_at);
    world.pass(90 * DAY - 1);
    refused!(ask(), AllFeaturesError::AlreadyPending);
    world.pass(1);
    refused!(
        accept(&world, &account, &part),
        HandshakeError::InvalidTransition(HandshakeState::Expired)
    );
    refused!(
        accept(&world, &id(MANAGEMENT), &request),
        HandshakeError::InvalidTransition(HandshakeState::Expired)
    );
    // What expired is neither in the way of another request nor of invitations.
    let target = HandshakeTarget::Account(id("444444444444"));
    invite(&world, &organization, target, quotas()).expect("sent");
    ask().expect("asked again");
}

#[test]
fn an_organization_that_is_full_takes_nobody_in() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let account = world.account(STRANGER).id;
    let target = HandshakeTarget::Account(account.clone());
    let sent = invite(&world, &organization, target, quotas()).expect("sent");
    world.member(&organization, "quicker");
    let full = Quotas {
        accounts: 2,
        ..quotas()
    };
    let handshake = sent.id.clone();
    refused!(
        world.run(move |cx, tx| accept_handshake(cx, tx, &account, &handshake, &full)),
        HandshakeError::AccountLimit
    );
}

#[test]
fn a_target_has_so_many_policies_of_a_type() {
    let world = World::new();
    let organization = world.organization(FeatureSet::All);
    let root = TargetId::Root(organization.root.clone());
    for (kind, most) in [
        (PolicyType::AiservicesOptOutPolicy, 5),
        (PolicyType::TagPolicy, 10),
    ] {
        let org = organization.clone();
        world.ok(move |_, tx| enable_policy_type(tx, &org, &org.root, kind));
        let few = Quotas {
            other_policies: most + 1,
            ..quotas()
        };
        let create = |number: i64| {
            let (organization, few) = (organization.clone(), few.clone());
            world.run(move |cx, tx| {
                let new = NewPolicy {
                    kind,
                    name: format!("{kind} {number}"),
                    description: String::new(),
                    content: "{}".to_owned(),
                    tags: Vec::new(),
                };
                create_policy(cx, tx, &organization, new, &few)
            })
        };
        for number in 0..=most {
            let made = create(number).expect("a policy").summary.id;
            let (organization, root) = (organization.clone(), root.clone());
            let answer =
                world.run(move |_, tx| attach_policy(tx, &organization, &made, &root, &quotas()));
            match number < most {
                true => answer.expect("attached"),
                false => refused!(answer, AttachmentError::TooMany),
            }
        }
        refused!(create(most + 1), PolicyError::Quota);
    }
}
