use atrium_model::Region;
use atrium_model::iam::Tag;
use atrium_model::lake::{
    BillingMode, EventDataStore, LakeFile, StoreSettings, StoreStatus, StoreVersion,
};
use atrium_store::{
    Backlog, BacklogLimits, EventPosition, LakeDay, PendingRecord, Store, StoreError,
};

use crate::engines::wait;
use crate::kit::{A, B, account, at, run};

crate::store_conformance!(
    stores_belong_to_accounts,
    names_are_unique_in_account_and_region,
    versions_come_in_order,
    records_wait_until_they_are_taken,
    taking_other_records_than_were_read_fails,
    a_file_is_held_or_loose,
    small_files_of_a_day_are_found,
);

fn event_data_store(owner: &str, id: &str, name: &str) -> EventDataStore {
    EventDataStore {
        account: account(owner),
        region: Region::US_EAST_1,
        id: id.to_owned(),
        name: name.to_owned(),
        settings: StoreSettings {
            selectors: Vec::new(),
            multi_region: true,
            organization: None,
            retention: 366,
            billing: BillingMode::ExtendableRetention,
            termination_protection: true,
        },
        status: StoreStatus::Enabled,
        tags: Vec::new(),
        created: at(1),
        updated: at(1),
        ends: None,
    }
}

fn stores_belong_to_accounts(store: &Store) {
    run(store, |tx| {
        let own = event_data_store(A, "a", "main");
        tx.insert_event_data_store(&own)?;
        let changed = EventDataStore {
            status: StoreStatus::StoppedIngestion,
            tags: vec![Tag {
                key: "team".into(),
                value: "blue".into(),
            }],
            updated: at(2),
            ends: Some(at(9)),
            ..own
        };
        assert!(tx.update_event_data_store(&changed)?);
        let stranger = EventDataStore {
            account: account(B),
            ..changed.clone()
        };
        assert!(!tx.update_event_data_store(&stranger)?);
        assert_eq!(
            tx.event_data_store(&account(A), "a")?,
            Some(changed.clone())
        );
        assert_eq!(tx.event_data_store(&account(B), "a")?, None);
        tx.delete_event_data_store(&account(B), "a")?;
        assert_eq!(
            tx.count_event_data_stores(&account(A), &Region::US_EAST_1)?,
            0
        );

        let other = event_data_store(A, "b", "other");
        tx.insert_event_data_store(&other)?;
        tx.insert_event_data_store(&event_data_store(B, "c", "main"))?;
        assert_eq!(
            tx.count_event_data_stores(&account(A), &Region::US_EAST_1)?,
            1
        );
        let page = tx.event_data_stores(&account(A), &Region::US_EAST_1, "", 1)?;
        assert_eq!(page, std::slice::from_ref(&changed));
        let page = tx.event_data_stores(&account(A), &Region::US_EAST_1, "a", 9)?;
        assert_eq!(page, std::slice::from_ref(&other));
        let elsewhere = "eu-west-1".parse().expect("a Region");
        assert!(
            tx.event_data_stores(&account(A), &elsewhere, "", 9)?
                .is_empty()
        );
        let all = tx.all_event_data_stores((A, "a"), 9)?;
        let all: Vec<&str> = all.iter().map(|store| store.id.as_str()).collect();
        assert_eq!(all, ["b", "c"]);
        tx.delete_event_data_store(&account(A), "a")?;
        assert_eq!(tx.event_data_store(&account(A), "a")?, None);
        Ok(())
    });
}

fn names_are_unique_in_account_and_region(store: &Store) {
    run(store, |tx| {
        tx.insert_event_data_store(&event_data_store(A, "a", "main"))?;
        let same = event_data_store(A, "b", "main");
        let refused = tx.insert_event_data_store(&same);
        assert!(
            matches!(refused, Err(StoreError::Duplicate(_))),
            "{refused:?}"
        );
        // Letter case makes another name.
        tx.insert_event_data_store(&event_data_store(A, "b", "Main"))?;
        let elsewhere = EventDataStore {
            region: "eu-west-1".parse().expect("a Region"),
            ..event_data_store(A, "c", "main")
        };
        tx.insert_event_data_store(&elsewhere)?;
        let refused = tx.update_event_data_store(&same);
        assert!(
            matches!(refused, Err(StoreError::Duplicate(_))),
            "{refused:?}"
        );
        assert!(tx.update_event_data_store(&event_data_store(A, "b", "third"))?);
        Ok(())
    });
}

fn versions_come_in_order(store: &Store) {
    run(store, |tx| {
        let version = |owner: &str, id: &str, since: i64, ingesting: bool| {
            let mut plan = event_data_store(owner, id, "main").plan();
            plan.ingesting = ingesting;
            StoreVersion {
                account: account(owner),
                store: id.to_owned(),
                since: at(since),
                plan,
            }
        };
        for each in [
            version(B, "c", 1, true),
            version(A, "a", 5, true),
            version(A, "a", 3, true),
            // In place of what began in the same moment.
            version(A, "a", 5, false),
        ] {
            tx.put_store_version(&each)?;
        }
        let begin = ("", "", at(i64::MIN));
        let all = tx.store_versions(begin, 9)?;
        assert_eq!(
            all,
            [
                version(A, "a", 3, true),
                version(A, "a", 5, false),
                version(B, "c", 1, true)
            ]
        );
        assert_eq!(tx.store_versions((A, "a", at(3)), 1)?, &all[1..2]);
        tx.delete_store_version(&all[0])?;
        assert_eq!(tx.store_versions(begin, 9)?, &all[1..]);
        Ok(())
    });
}

const fn position(transaction: i64, number: i64) -> EventPosition {
    EventPosition {
        transaction,
        number,
    }
}

fn record(store: &str, place: EventPosition) -> PendingRecord {
    PendingRecord {
        account: account(A),
        store: store.to_owned(),
        position: place,
        day: "2026-01-05".to_owned(),
        record: "{}".to_owned(),
    }
}

fn backlog(store: &str, records: i64, since: i64) -> Backlog {
    Backlog {
        account: account(A),
        store: store.to_owned(),
        records,
        bytes: 2 * records,
        since: at(since),
    }
}

const LIMITS: BacklogLimits = BacklogLimits {
    before: at(10),
    records: 3,
    bytes: 100,
};

fn records_wait_until_they_are_taken(store: &Store) {
    run(store, |tx| {
        let first = [record("a", position(1, 9)), record("a", position(2, 3))];
        tx.append_pending(&first, at(20))?;
        tx.append_pending(&[record("b", position(2, 3))], at(10))?;
        tx.append_pending(&[], at(10))?;
        // Neither old nor many: the first; old: the second.
        assert_eq!(tx.due_backlogs(at(30), LIMITS, 9)?, [backlog("b", 1, 10)]);
        let last = record("a", position(2, 4));
        tx.append_pending(std::slice::from_ref(&last), at(30))?;
        let both = [backlog("a", 3, 20), backlog("b", 1, 10)];
        assert_eq!(tx.due_backlogs(at(30), LIMITS, 9)?, both);
        assert_eq!(tx.due_backlogs(at(30), LIMITS, 1)?, &both[..1]);

        assert!(tx.claim_backlog(&account(A), "a", at(30), at(40))?);
        assert!(!tx.claim_backlog(&account(A), "a", at(39), at(50))?);
        assert!(!tx.claim_backlog(&account(B), "b", at(39), at(50))?);
        assert_eq!(tx.due_backlogs(at(39), LIMITS, 9)?, &both[1..]);

        let read = tx.pending_records(&account(A), "a", EventPosition::START, 2)?;
        assert_eq!(read, first);
        assert!(
            tx.pending_records(&account(B), "a", EventPosition::START, 2)?
                .is_empty()
        );
        tx.take_pending(&both[0], position(2, 3), 2, 4, at(35))?;
        let left = tx.pending_records(&account(A), "a", EventPosition::START, 9)?;
        assert_eq!(left, [last]);
        assert_eq!(tx.backlog(&account(A), "a")?, Some(backlog("a", 1, 35)));
        assert_eq!(
            tx.pending_records(&account(A), "b", EventPosition::START, 9)?
                .len(),
            1
        );
        tx.take_pending(&both[0], position(2, 4), 1, 2, at(36))?;
        assert_eq!(tx.backlog(&account(A), "a")?, None);
        Ok(())
    });
}

fn taking_other_records_than_were_read_fails(store: &Store) {
    run(store, |tx| {
        tx.append_pending(&[record("a", position(1, 1))], at(1))
    });
    let taken =
        wait(store.write(|tx| tx.take_pending(&backlog("a", 1, 1), position(1, 1), 2, 4, at(2))));
    assert!(matches!(taken, Err(StoreError::Conflict)), "{taken:?}");
    run(store, |tx| {
        assert_eq!(tx.backlog(&account(A), "a")?, Some(backlog("a", 1, 1)));
        Ok(())
    });
    // A record has one place in a store.
    let twice = wait(store.write(|tx| tx.append_pending(&[record("a", position(1, 1))], at(1))));
    assert!(matches!(twice, Err(StoreError::Duplicate(_))), "{twice:?}");
}

fn file(day: &str, name: &str, bytes: i64) -> LakeFile {
    LakeFile {
        account: account(A),
        store: "a".to_owned(),
        day: day.to_owned(),
        name: name.to_owned(),
        records: 1,
        bytes,
        made: at(10),
    }
}

fn a_file_is_held_or_loose(store: &Store) {
    run(store, |tx| {
        let one = file("2026-01-05", "x.parquet", 7);
        assert_eq!(
            one.path(),
            "lake/111111111111/a/eventday=2026-01-05/x.parquet"
        );
        tx.announce_lake_file(&one.path(), at(20))?;
        tx.insert_lake_file(&one)?;
        assert!(tx.loose_lake_files(at(99), 9)?.is_empty());
        assert_eq!(
            tx.lake_files(&account(A), "a", ("", ""), 9)?,
            std::slice::from_ref(&one)
        );
        assert!(tx.lake_files(&account(B), "a", ("", ""), 9)?.is_empty());
        assert!(
            tx.lake_files(&account(A), "a", ("2026-01-05", "x.parquet"), 9)?
                .is_empty()
        );
        let foreign = LakeFile {
            account: account(B),
            ..one.clone()
        };
        assert!(!tx.delete_lake_file(&foreign, at(30))?);
        assert!(tx.delete_lake_file(&one, at(30))?);
        assert!(!tx.delete_lake_file(&one, at(40))?);
        assert!(tx.loose_lake_files(at(29), 9)?.is_empty());
        assert_eq!(tx.loose_lake_files(at(30), 9)?, [one.path()]);
        tx.forget_lake_files(&[one.path()])?;
        assert!(tx.loose_lake_files(at(99), 9)?.is_empty());
        Ok(())
    });
    // One that was never announced, and one whose time has come, may be gone.
    for due in [None, Some(at(10))] {
        let kept = wait(store.write(move |tx| {
            let one = file("2026-01-06", "y.parquet", 7);
            if let Some(due) = due {
                tx.announce_lake_file(&one.path(), due)?;
            }
            tx.insert_lake_file(&one)
        }));
        assert!(matches!(kept, Err(StoreError::Conflict)), "{kept:?}");
    }
}

fn small_files_of_a_day_are_found(store: &Store) {
    run(store, |tx| {
        for (day, name, bytes) in [
            ("2026-01-05", "a", 1),
            ("2026-01-05", "b", 9),
            ("2026-01-06", "a", 1),
            ("2026-01-06", "b", 2),
        ] {
            let one = file(day, name, bytes);
            tx.announce_lake_file(&one.path(), at(20))?;
            tx.insert_lake_file(&one)?;
        }
        let day = LakeDay {
            account: account(A),
            store: "a".to_owned(),
            day: "2026-01-06".to_owned(),
        };
        assert!(tx.scattered_days(5, 2, Some(&day), 9)?.is_empty());
        assert_eq!(tx.scattered_days(5, 2, None, 9)?, [day]);
        assert!(tx.scattered_days(5, 3, None, 9)?.is_empty());
        let files = tx.lake_files_of_day(&account(A), "a", "2026-01-05", 9)?;
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert!(
            tx.lake_files_of_day(&account(B), "a", "2026-01-05", 9)?
                .is_empty()
        );
        Ok(())
    });
}
