use atrium_model::iam::Tag;
use atrium_model::trail::{
    DigestChain, DigestKey, PreviousDigest, Selectors, Trail, TrailFile, TrailSettings,
    TrailStatus, TrailVersion,
};
use atrium_model::{AccountId, Region, Timestamp};
use atrium_store::{Store, StoreError, Tx};

use crate::engines::wait;

crate::store_conformance!(
    trails_are_kept_and_listed,
    an_organizations_trails_are_listed,
    a_status_is_its_own_trails,
    versions_page_by_trail_and_time,
    files_wait_are_placed_and_are_told_of,
    chains_go_on_from_where_they_are,
    keys_are_a_regions,
);

const A: &str = "111111111111";
const B: &str = "222222222222";

const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn id(text: &str) -> AccountId {
    text.parse().expect("an account")
}

fn region(text: &str) -> Region {
    text.parse().expect("a Region")
}

fn run(store: &Store, body: fn(&mut dyn Tx) -> Result<(), StoreError>) {
    wait(store.write(body)).expect("a working store");
}

fn trail(account: &str, place: &str, name: &str) -> Trail {
    Trail {
        account: id(account),
        region: region(place),
        name: name.into(),
        id: format!("{account}-{place}-{name}"),
        settings: TrailSettings {
            bucket: "bucket".into(),
            prefix: Some("p".into()),
            topic: None,
            global_events: true,
            multi_region: false,
            validation: true,
            organization: None,
            recursive: None,
            selectors: Selectors::default(),
            insights: Vec::new(),
        },
        logging: false,
        started: None,
        stopped: None,
        tags: vec![Tag {
            key: "k".into(),
            value: String::new(),
        }],
        created: at(5),
    }
}

fn names(found: &[Trail]) -> Vec<String> {
    found
        .iter()
        .map(|trail| format!("{}/{}", trail.region, trail.name))
        .collect()
}

fn trails_are_kept_and_listed(store: &Store) {
    run(store, |tx| {
        let eu = || trail(A, "eu-west-1", "main");
        for new in [
            eu(),
            trail(A, "us-east-1", "main"),
            trail(A, "eu-west-1", "Main"),
            trail(B, "eu-west-1", "main"),
        ] {
            tx.insert_trail(&new)?;
        }
        let again = Trail {
            id: "other".into(),
            ..eu()
        };
        assert!(matches!(
            tx.insert_trail(&again),
            Err(StoreError::Duplicate(_))
        ));
        assert_eq!(tx.trail(&id(A), &region("eu-west-1"), "main")?, Some(eu()));
        assert_eq!(tx.trail(&id(A), &region("eu-west-2"), "main")?, None);
        let first = tx.trails(&id(A), ("", ""), 2)?;
        assert_eq!(names(&first), ["eu-west-1/Main", "eu-west-1/main"]);
        let rest = tx.trails(&id(A), ("eu-west-1", "main"), 2)?;
        assert_eq!(names(&rest), ["us-east-1/main"]);

        let count = |tx: &mut dyn Tx, place: &str| tx.count_trails(&id(A), &region(place));
        assert_eq!([count(tx, "eu-west-1")?, count(tx, "us-west-2")?], [2, 0]);
        let mut changed = eu();
        changed.settings.multi_region = true;
        changed.logging = true;
        changed.started = Some(at(8));
        changed.stopped = Some(at(7));
        assert!(tx.update_trail(&changed)?);
        assert_eq!(
            tx.trail(&id(A), &region("eu-west-1"), "main")?,
            Some(changed.clone())
        );
        assert_eq!([count(tx, "eu-west-1")?, count(tx, "us-west-2")?], [2, 1]);
        assert!(tx.delete_trail(&changed)?);
        assert!(!tx.delete_trail(&changed)?);
        assert!(!tx.update_trail(&changed)?);
        // Another account's of the same name is still there.
        assert_eq!(names(&tx.trails(&id(B), ("", ""), 9)?), ["eu-west-1/main"]);
        Ok(())
    });
}

fn an_organizations_trails_are_listed(store: &Store) {
    run(store, |tx| {
        let organization = "o-aaaaaaaaaa".parse().map_err(StoreError::corrupt)?;
        let other = "o-bbbbbbbbbb".parse().map_err(StoreError::corrupt)?;
        let mut shared = trail(A, "us-east-1", "all");
        shared.settings.organization = Some(organization);
        tx.insert_trail(&shared)?;
        tx.insert_trail(&trail(A, "us-east-1", "own"))?;
        let organization = shared.settings.organization.as_ref().expect("it is set");
        let found = tx.organization_trails(organization, ("", ""), 9)?;
        assert_eq!(found, [shared.clone()]);
        assert!(tx.organization_trails(&other, ("", ""), 9)?.is_empty());
        let after = ("us-east-1", "all");
        assert!(tx.organization_trails(organization, after, 9)?.is_empty());
        Ok(())
    });
}

fn a_status_is_its_own_trails(store: &Store) {
    run(store, |tx| {
        let kept = trail(A, "us-east-1", "main");
        tx.insert_trail(&kept)?;
        let status = TrailStatus {
            delivered: Some(at(3)),
            error: Some("NoSuchBucket".into()),
            ..TrailStatus::default()
        };
        tx.put_trail_status(&id(A), &kept.id, &status)?;
        assert_eq!(tx.trail_status(&id(A), &kept.id)?, status);
        // The id alone is not enough.
        tx.put_trail_status(&id(B), &kept.id, &TrailStatus::default())?;
        assert_eq!(tx.trail_status(&id(A), &kept.id)?, status);
        assert_eq!(tx.trail_status(&id(B), &kept.id)?, TrailStatus::default());
        assert!(tx.update_trail(&kept)?);
        assert_eq!(tx.trail_status(&id(A), &kept.id)?, status);
        Ok(())
    });
}

fn versions_page_by_trail_and_time(store: &Store) {
    run(store, |tx| {
        let version = |account: &str, since: i64, logging: bool| {
            let mut plan = trail(account, "us-east-1", "main").plan();
            plan.logging = logging;
            TrailVersion {
                account: id(account),
                trail: format!("{account}-t"),
                since: at(since),
                plan,
            }
        };
        for (account, since, logging) in [(B, 1, true), (A, 9, false), (A, 2, true), (A, 2, false)]
        {
            tx.put_trail_version(&version(account, since, logging))?;
        }
        let all = tx.trail_versions(("", "", at(0)), 9)?;
        let want = [
            version(A, 2, false),
            version(A, 9, false),
            version(B, 1, true),
        ];
        assert_eq!(all, want);
        let first = &all[0];
        let after = (first.account.as_str(), first.trail.as_str(), first.since);
        assert_eq!(tx.trail_versions(after, 1)?, [version(A, 9, false)]);
        tx.delete_trail_version(first)?;
        assert_eq!(tx.trail_versions(("", "", at(0)), 9)?, want[1..]);
        Ok(())
    });
}

fn file(account: &str, name: &str, cut: i64) -> TrailFile {
    TrailFile {
        account: id(account),
        trail: format!("{account}-t"),
        bucket: "bucket".into(),
        name: name.into(),
        recipient: id(A),
        region: region("us-east-1"),
        segment: format!("s-{name}"),
        size: 3,
        md5: "m".into(),
        hash: "h".into(),
        oldest: at(1),
        newest: at(2),
        cut: at(cut),
        chain: Some(trail(account, "us-east-1", "main").plan()),
        topic: Some("arn:aws:sns:us-east-1:111111111111:files".into()),
        tries: 0,
    }
}

fn chain(account: &str, start: i64, due: i64) -> DigestChain {
    DigestChain {
        account: id(account),
        trail: format!("{account}-t"),
        recipient: id(A),
        region: region("us-east-1"),
        plan: trail(account, "us-east-1", "main").plan(),
        start: at(start),
        due: at(due),
        previous: None,
    }
}

fn files_wait_are_placed_and_are_told_of(store: &Store) {
    run(store, |tx| {
        for new in [file(A, "b", 10), file(A, "a", 20), file(B, "a", 5)] {
            tx.insert_trail_file(&new)?;
        }
        assert!(matches!(
            tx.insert_trail_file(&file(A, "a", 1)),
            Err(StoreError::Duplicate(_))
        ));
        let due = tx.due_trail_files(at(10), 9)?;
        assert_eq!(due, [file(B, "a", 5), file(A, "b", 10)]);
        assert_eq!(tx.due_trail_files(at(10), 1)?, [file(B, "a", 5)]);
        tx.put_off_trail_file(&file(B, "a", 5), at(30))?;
        assert_eq!(tx.due_trail_files(at(10), 9)?, [file(A, "b", 10)]);
        let late = TrailFile {
            tries: 1,
            ..file(B, "a", 5)
        };
        assert_eq!(tx.due_trail_files(at(30), 9)?[2], late);

        let of_a = chain(A, 0, 0);
        assert!(tx.undigested_trail_files(&of_a, 9)?.is_empty());
        tx.place_trail_file(&file(A, "b", 10))?;
        tx.place_trail_file(&file(A, "a", 20))?;
        assert_eq!(tx.due_trail_files(at(90), 9)?, [late]);
        let placed = tx.undigested_trail_files(&of_a, 9)?;
        assert_eq!(placed, [file(A, "a", 20), file(A, "b", 10)]);
        assert_eq!(tx.undigested_trail_files(&of_a, 1)?, placed[..1]);
        assert!(tx.undigested_trail_files(&chain(B, 0, 0), 9)?.is_empty());
        tx.delete_trail_file(&placed[0])?;
        assert_eq!(tx.undigested_trail_files(&of_a, 9)?, placed[1..]);
        Ok(())
    });
}

fn chains_go_on_from_where_they_are(store: &Store) {
    run(store, |tx| {
        tx.begin_digest_chain(&chain(A, 1, 10))?;
        // One that has begun goes on.
        tx.begin_digest_chain(&chain(A, 2, 20))?;
        tx.begin_digest_chain(&chain(B, 3, 5))?;
        assert!(tx.due_digest_chains(at(4), 9)?.is_empty());
        assert_eq!(
            tx.due_digest_chains(at(10), 9)?,
            [chain(B, 3, 5), chain(A, 1, 10)]
        );
        let next = DigestChain {
            previous: Some(PreviousDigest {
                bucket: "b".into(),
                name: "n".into(),
                hash: "h".into(),
                signature: "s".into(),
            }),
            ..chain(A, 10, 20)
        };
        assert!(tx.advance_digest_chain(&chain(A, 1, 10), &next)?);
        assert!(!tx.advance_digest_chain(&chain(A, 1, 10), &next)?);
        assert!(!tx.end_digest_chain(&chain(A, 1, 10))?);
        assert_eq!(tx.due_digest_chains(at(20), 9)?[1], next);
        assert!(tx.end_digest_chain(&next)?);
        assert_eq!(tx.due_digest_chains(at(99), 9)?, [chain(B, 3, 5)]);
        Ok(())
    });
}

fn keys_are_a_regions(store: &Store) {
    run(store, |tx| {
        let key = |place: &str, since: i64, until: i64| DigestKey {
            region: region(place),
            fingerprint: format!("f{since}"),
            public: vec![1, 2],
            sealed: vec![3],
            since: at(since),
            until: at(until),
        };
        let (old, new) = (key("us-east-1", 10, 20), key("us-east-1", 20, 30));
        for one in [&new, &old, &key("eu-west-1", 10, 20)] {
            tx.insert_digest_key(one)?;
        }
        let us = region("us-east-1");
        let mut within = |from: i64, to: i64| tx.digest_keys(&us, at(from), at(to), None, 9);
        assert_eq!(within(0, 9)?, []);
        assert_eq!(within(12, 13)?, std::slice::from_ref(&old));
        assert_eq!(within(15, 25)?, [old.clone(), new.clone()]);
        assert_eq!(within(31, 40)?, []);
        let all = (at(0), at(99));
        assert_eq!(
            tx.digest_keys(&us, all.0, all.1, None, 1)?,
            std::slice::from_ref(&old)
        );
        assert_eq!(
            tx.digest_keys(&us, all.0, all.1, Some(old.since), 1)?,
            [new]
        );
        Ok(())
    });
}
