//! The rules of trails over a real store.

use atrium_model::iam::Tag;
use atrium_model::organization::{
    Account, AccountStatus, FeatureSet, Joined, JoinedMethod, Organization, ParentId,
};
use atrium_model::trail::Trail;
use atrium_model::{AccountId, Caller, OpContext, Principal, Random, Region, Timestamp};
use atrium_store::{Bucket, Store, StoreError, Tx};
use atrium_trail::trails::{
    NewTrail, Quotas, SERVICE, TrailError, TrailName, TrailUpdate, add_tags, create_trail,
    delete_trail, find_trail, list_trails, remove_tags, start_logging, stop_logging,
    trail_to_change, update_trail,
};

const MANAGEMENT: &str = "111111111111";
const MEMBER: &str = "222222222222";
const STRANGER: &str = "333333333333";
const HOME: &str = "eu-west-1";
const AWAY: &str = "us-east-1";

struct Counting(std::sync::atomic::AtomicU64);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let next = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        bytes.fill(0);
        for (byte, value) in bytes.iter_mut().zip(next.to_le_bytes()) {
            *byte = value;
        }
    }
}

static RANDOM: Counting = Counting(std::sync::atomic::AtomicU64::new(0));

/// Runs `body` as the root of an account, in a Region, at a time.
fn by<T>(account: &str, region: &str, at: i64, body: impl FnOnce(&OpContext<'_>) -> T) -> T {
    let caller = Caller {
        account: account.parse().expect("an account"),
        principal: Principal::Root,
        access_key_id: String::new(),
        session: None,
    };
    let region: Region = region.parse().expect("a Region");
    body(&OpContext {
        now: Timestamp::from_millis(at),
        random: &RANDOM,
        caller: &caller,
        region: &region,
        request_id: "request",
    })
}

/// An organization of two accounts that trusts CloudTrail, a stranger, and a bucket of each account named after it.
fn world(tx: &mut dyn Tx) -> Result<(), StoreError> {
    let organization = Organization {
        id: "o-aaaaaaaaaa".parse().map_err(StoreError::corrupt)?,
        management: MANAGEMENT.parse().map_err(StoreError::corrupt)?,
        root: "r-aaaa".parse().map_err(StoreError::corrupt)?,
        feature_set: FeatureSet::All,
        created_at: Timestamp::from_millis(1),
    };
    tx.insert_organization(&organization)?;
    for number in [MANAGEMENT, MEMBER, STRANGER] {
        let id: AccountId = number.parse().map_err(StoreError::corrupt)?;
        let joined = (number != STRANGER).then(|| Joined {
            organization: organization.id.clone(),
            parent: ParentId::Root(organization.root.clone()),
            at: Timestamp::from_millis(1),
            method: JoinedMethod::Created,
        });
        tx.insert_account(&Account {
            id: id.clone(),
            email: format!("{number}@example.com"),
            name: number.to_owned(),
            status: AccountStatus::Active,
            created_at: Timestamp::from_millis(1),
            closed_at: None,
            joined,
        })?;
        tx.insert_bucket(&Bucket {
            name: format!("bucket-{number}"),
            account: id,
            region: Region::US_EAST_1,
            created: Timestamp::from_millis(1),
        })?;
    }
    tx.trust_service(&organization.id, SERVICE, Timestamp::from_millis(1))
}

/// Runs a test's work in one transaction of a fresh world.
fn run(body: impl FnOnce(&mut dyn Tx) + Send + 'static) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open_sqlite(&folder.path().join("atrium.db")).expect("a database");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let mut body = Some(body);
    let done = runtime.block_on(store.write(move |tx| {
        world(tx)?;
        if let Some(body) = body.take() {
            body(tx);
        }
        Ok::<_, StoreError>(())
    }));
    done.expect("a working store");
}

fn new(account: &str, name: &str) -> NewTrail {
    NewTrail {
        name: name.to_owned(),
        bucket: format!("bucket-{account}"),
        ..NewTrail::default()
    }
}

fn create(
    tx: &mut dyn Tx,
    account: &str,
    region: &str,
    new: NewTrail,
) -> Result<Trail, TrailError> {
    by(account, region, 5, |cx| {
        create_trail(cx, tx, &Quotas::default(), new)
    })
}

fn named(account: &str, region: &str, text: &str) -> TrailName {
    by(account, region, 5, |cx| TrailName::parse(cx, text)).expect("a name")
}

#[test]
fn a_new_trail_is_checked() {
    run(|tx| {
        let made = create(tx, MEMBER, HOME, new(MEMBER, "main")).expect("a trail");
        assert_eq!(
            made.arn(),
            "arn:aws:cloudtrail:eu-west-1:222222222222:trail/main"
        );
        assert!(made.settings.global_events && !made.settings.multi_region && !made.logging);
        let again = create(tx, MEMBER, HOME, new(MEMBER, "main"));
        assert!(matches!(again, Err(TrailError::Exists(_))), "{again:?}");
        create(tx, MEMBER, AWAY, new(MEMBER, "main")).expect("another Region's");
        create(tx, STRANGER, HOME, new(STRANGER, "main")).expect("another account's");
        let foreign = create(tx, MEMBER, HOME, new(STRANGER, "other"));
        assert!(matches!(foreign, Err(TrailError::ForeignBucket(_))));
        let nowhere = create(tx, MEMBER, HOME, new("none", "other"));
        assert!(matches!(nowhere, Err(TrailError::NoBucket(_))));
        let partial = NewTrail {
            multi_region: true,
            global_events: Some(false),
            ..new(MEMBER, "other")
        };
        let partial = create(tx, MEMBER, HOME, partial);
        assert!(matches!(partial, Err(TrailError::Combination(_))));
    });
}

#[test]
fn a_region_has_so_many_trails_and_one_for_all_counts_everywhere() {
    run(|tx| {
        for number in 0..4 {
            create(tx, MEMBER, HOME, new(MEMBER, &format!("t{number}-trail"))).expect("room");
        }
        let all = NewTrail {
            multi_region: true,
            ..new(MEMBER, "all")
        };
        let all = create(tx, MEMBER, AWAY, all).expect("the fifth");
        let sixth = create(tx, MEMBER, HOME, new(MEMBER, "sixth"));
        assert!(matches!(sixth, Err(TrailError::TooMany { most: 5, .. })));
        // What was refused is taken back by whoever calls; here its row is still there.
        let name = named(MEMBER, HOME, "sixth");
        let kept = tx.trail(&name.account, &name.region, &name.name);
        let kept = kept.expect("a store").expect("the row");
        tx.delete_trail(&kept).expect("a store");
        by(MEMBER, AWAY, 6, |cx| delete_trail(cx, tx, all)).expect("it goes");
        create(tx, MEMBER, HOME, new(MEMBER, "sixth")).expect("room again");
        let becomes = create(tx, MEMBER, AWAY, new(MEMBER, "becomes")).expect("a trail");
        let update = TrailUpdate {
            multi_region: Some(true),
            ..TrailUpdate::default()
        };
        let refused = by(MEMBER, AWAY, 7, |cx| {
            update_trail(cx, tx, &Quotas::default(), becomes, update)
        });
        assert!(matches!(refused, Err(TrailError::TooMany { .. })));
    });
}

#[test]
fn who_sees_and_changes_a_trail() {
    run(|tx| {
        let shared = |name: &str| NewTrail {
            organization: true,
            multi_region: true,
            ..new(MANAGEMENT, name)
        };
        let all = create(tx, MANAGEMENT, HOME, shared("all")).expect("the organization's");
        let own = create(tx, MEMBER, HOME, new(MEMBER, "own")).expect("the member's");
        for (who, wants) in [(MEMBER, "NotAdministrator"), (STRANGER, "NoOrganization")] {
            let refused = create(tx, who, HOME, shared("mine")).expect_err(wants);
            assert!(format!("{refused:?}").starts_with(wants), "{refused:?}");
        }
        // Who, from where, by which name: whether it is seen, and whether it can be changed.
        let cases = [
            (MANAGEMENT, HOME, "all", true, Ok(())),
            (MANAGEMENT, HOME, &*all.arn(), true, Ok(())),
            (MANAGEMENT, AWAY, &*all.arn(), true, Err("HomeRegion")),
            (MANAGEMENT, AWAY, "all", false, Err("NotFound")),
            (MEMBER, HOME, &*all.arn(), true, Err("NotAdministrator")),
            (MEMBER, AWAY, &*all.arn(), true, Err("NotAdministrator")),
            (MEMBER, HOME, "all", false, Err("NotFound")),
            (STRANGER, HOME, &*all.arn(), false, Err("NotFound")),
            (MEMBER, HOME, "own", true, Ok(())),
            (MEMBER, AWAY, &*own.arn(), false, Err("NotFound")),
            (MANAGEMENT, HOME, &*own.arn(), false, Err("NotFound")),
        ];
        for (who, region, text, seen, changed) in cases {
            let name = named(who, region, text);
            let found = by(who, region, 5, |cx| find_trail(cx, tx, &name));
            assert_eq!(found.is_ok(), seen, "{who} {region} {text}: {found:?}");
            let found = by(who, region, 5, |cx| trail_to_change(cx, tx, &name));
            match (&found, changed) {
                (Ok(_), Ok(())) => {}
                (Err(error), Err(want)) => assert!(
                    format!("{error:?}").starts_with(want),
                    "{who} {region} {text}: {error:?}"
                ),
                _ => panic!("{who} {region} {text}: {found:?}"),
            }
        }
        let member: AccountId = MEMBER.parse().expect("an account");
        let organization = all.settings.organization.clone().expect("it is one's");
        tx.register_delegated_administrator(
            &organization,
            &member,
            SERVICE,
            Timestamp::from_millis(2),
        )
        .expect("a store");
        let name = named(MEMBER, HOME, &all.arn());
        by(MEMBER, HOME, 5, |cx| trail_to_change(cx, tx, &name)).expect("a delegate changes it");
        let alone = || TrailUpdate {
            organization: Some(false),
            ..TrailUpdate::default()
        };
        let refused = by(MEMBER, HOME, 5, |cx| {
            update_trail(cx, tx, &Quotas::default(), all.clone(), alone())
        });
        assert!(
            matches!(refused, Err(TrailError::NotAdministrator)),
            "{refused:?}"
        );
        let third = create(tx, MEMBER, HOME, shared("third")).expect("a delegate makes one");
        assert_eq!(third.account.as_str(), MANAGEMENT);

        let page = list_trails(tx, &member, None, 1).expect("a page");
        assert_eq!((&*page.trails[0].name, page.trails.len()), ("own", 1));
        let page = list_trails(tx, &member, page.next.as_ref(), 1).expect("a page");
        assert_eq!((&*page.trails[0].name, page.trails.len()), ("all", 1));
        let page = list_trails(tx, &member, page.next.as_ref(), 1).expect("a page");
        assert_eq!((&*page.trails[0].name, page.next), ("third", None));
        let stranger = STRANGER.parse().expect("an account");
        let page = list_trails(tx, &stranger, None, 9).expect("a page");
        assert!(page.trails.is_empty());
    });
}

#[test]
fn a_trail_whose_organization_is_gone_is_its_owners() {
    run(|tx| {
        let mut left = create(tx, MEMBER, HOME, new(MEMBER, "left")).expect("a trail");
        let gone = "o-bbbbbbbbbb".parse().expect("an organization");
        left.settings.organization = Some(gone);
        tx.update_trail(&left).expect("a store");
        let name = named(MEMBER, HOME, "left");
        let found = by(MEMBER, HOME, 5, |cx| trail_to_change(cx, tx, &name));
        assert_eq!(found.expect("it is theirs").name, "left");
    });
}

#[test]
fn the_last_change_holds_whatever_its_servers_clock_says() {
    run(|tx| {
        let trail = create(tx, MEMBER, HOME, new(MEMBER, "main")).expect("a trail");
        by(MEMBER, HOME, 300, |cx| start_logging(cx, tx, trail.clone())).expect("it starts");
        let started = tx.trail(&trail.account, &trail.region, &trail.name);
        let started = started.expect("a store").expect("the trail");
        by(MEMBER, HOME, 200, |cx| stop_logging(cx, tx, started)).expect("it stops");
        let versions = tx
            .trail_versions(("", "", Timestamp::from_millis(0)), 9)
            .expect("a store");
        let told = versions
            .iter()
            .map(|version| (version.since.as_millis(), version.plan.logging));
        assert_eq!(told.collect::<Vec<_>>(), [(300, true), (301, false)]);
    });
}

#[test]
fn each_change_leaves_a_version_of_its_time() {
    run(|tx| {
        let made = create(tx, MEMBER, HOME, new(MEMBER, "main")).expect("a trail");
        let current = |tx: &mut dyn Tx| {
            tx.trail(&made.account, &made.region, &made.name)
                .expect("a store")
                .expect("the trail")
        };
        let trail = current(tx);
        by(MEMBER, HOME, 10, |cx| start_logging(cx, tx, trail)).expect("it starts");
        let trail = current(tx);
        by(MEMBER, HOME, 15, |cx| start_logging(cx, tx, trail)).expect("it runs already");
        let update = TrailUpdate {
            validation: Some(true),
            prefix: Some("logs".to_owned()),
            ..TrailUpdate::default()
        };
        let trail = current(tx);
        by(MEMBER, HOME, 20, |cx| {
            update_trail(cx, tx, &Quotas::default(), trail, update)
        })
        .expect("it changes");
        let trail = current(tx);
        by(MEMBER, HOME, 30, |cx| stop_logging(cx, tx, trail)).expect("it stops");
        let versions = tx
            .trail_versions(("", "", Timestamp::from_millis(0)), 9)
            .expect("a store");
        let told: Vec<_> = versions
            .iter()
            .map(|version| {
                let plan = &version.plan;
                (
                    version.since.as_millis(),
                    plan.logging,
                    plan.settings.validation,
                    plan.last_request.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (10, true, false, None),
                (20, true, true, None),
                (30, false, true, Some("request"))
            ]
        );
        let trail = current(tx);
        assert_eq!(
            (trail.started, trail.stopped),
            (
                Some(Timestamp::from_millis(10)),
                Some(Timestamp::from_millis(30))
            )
        );
        let chains = tx
            .due_digest_chains(Timestamp::from_millis(20), 9)
            .expect("a store");
        assert_eq!(
            chains.len(),
            1,
            "digests begin with the plan that wants them"
        );
    });
}

#[test]
fn tags_are_checked_and_removed_by_key_and_value() {
    run(|tx| {
        let tag = |key: &str, value: &str| Tag {
            key: key.to_owned(),
            value: value.to_owned(),
        };
        let made = NewTrail {
            tags: vec![tag("a", "1"), tag("b", "2")],
            ..new(MEMBER, "main")
        };
        let made = create(tx, MEMBER, HOME, made).expect("a trail");
        let current = |tx: &mut dyn Tx| {
            tx.trail(&made.account, &made.region, &made.name)
                .expect("a store")
                .expect("the trail")
        };
        let quotas = Quotas {
            tags: 3,
            ..Quotas::default()
        };
        let cases = [
            ("another value", vec![tag("a", "9")], true),
            ("a third", vec![tag("A", "")], true),
            ("one too many", vec![tag("d", "")], false),
            ("reserved", vec![tag("AWS:x", "")], false),
            ("twice", vec![tag("b", "1"), tag("b", "2")], false),
        ];
        for (case, tags, want) in cases {
            let trail = current(tx);
            let done = add_tags(tx, &quotas, trail, tags);
            assert_eq!(done.is_ok(), want, "{case}: {done:?}");
        }
        let trail = current(tx);
        remove_tags(
            tx,
            trail,
            &[tag("a", ""), tag("b", "other"), tag("none", "")],
        )
        .expect("a store");
        assert_eq!(current(tx).tags, [tag("b", "2"), tag("A", "")]);
    });
}
