use atrium_model::Region;
use atrium_model::lake::{
    Import, ImportFailure, ImportPlace, ImportSource, ImportStatistics, ImportStatus,
};
use atrium_store::{ImportList, Store, StoreError};

use crate::kit::{A, B, account, at, run};

crate::store_conformance!(
    imports_belong_to_accounts,
    the_newest_import_comes_first,
    a_step_is_one_servers,
    who_saw_an_older_step_changes_nothing,
    failures_come_in_the_order_of_their_keys,
    a_stores_imports_go_with_it,
);

fn import(owner: &str, id: &str, created: i64) -> Import {
    Import {
        account: account(owner),
        id: id.to_owned(),
        region: Region::US_EAST_1,
        owner: account(owner),
        store: "s".to_owned(),
        source: ImportSource {
            location: "s3://logs/".to_owned(),
            region: "us-east-1".to_owned(),
            role: "arn:aws:iam::111111111111:role/r".to_owned(),
        },
        from: Some(at(-5)),
        to: None,
        status: ImportStatus::Initializing,
        created: at(created),
        updated: at(created),
        attempt: 1,
        step: 0,
        runs: 0,
        place: ImportPlace::default(),
        statistics: ImportStatistics::default(),
    }
}

fn failure(name: &str, attempt: i64) -> ImportFailure {
    ImportFailure {
        name: name.to_owned(),
        kind: "InvalidLogFile".to_owned(),
        message: "it is none".to_owned(),
        attempt,
        is_mended: false,
        updated: at(7),
    }
}

fn list(owner: &str) -> ImportList {
    ImportList {
        account: account(owner),
        region: Region::US_EAST_1,
        destination: None,
        status: None,
        after: None,
        limit: 10,
    }
}

fn imports_belong_to_accounts(store: &Store) {
    run(store, |tx| {
        let own = import(A, "i", 1);
        tx.insert_import(&own)?;
        assert_eq!(tx.import(&account(A), "i")?, Some(own.clone()));
        assert_eq!(tx.import(&account(B), "i")?, None);
        assert!(tx.has_active_import(&account(A))?);
        assert!(!tx.has_active_import(&account(B))?);
        assert!(tx.is_imported_into(&account(A), "s")?);
        assert!(!tx.is_imported_into(&account(A), "t")?);
        assert!(!tx.is_imported_into(&account(B), "s")?);
        assert_eq!(tx.imports(&list(B))?, []);
        tx.put_import_failure(&own, &failure("k", 1))?;
        let foreign = import(B, "i", 1);
        assert_eq!(tx.import_failures(&foreign, "", 9)?, []);
        assert_eq!(tx.import_failure(&foreign, "k")?, None);
        assert!(!tx.advance_import(&foreign, None)?);
        assert!(!tx.claim_import(&foreign, at(9), at(10))?);
        Ok(())
    });
}

fn the_newest_import_comes_first(store: &Store) {
    run(store, |tx| {
        for (id, created) in [("a", 1), ("b", 3), ("c", 3), ("d", 2)] {
            tx.insert_import(&import(A, id, created))?;
        }
        tx.insert_import(&Import {
            region: "eu-west-1".parse().expect("a Region"),
            ..import(A, "e", 9)
        })?;
        let done = Import {
            status: ImportStatus::Completed,
            ..import(A, "d", 2)
        };
        assert!(tx.advance_import(&done, None)?);
        let mut ids = |list: &ImportList| -> Result<String, StoreError> {
            Ok(tx
                .imports(list)?
                .into_iter()
                .map(|found| found.id)
                .collect())
        };
        assert_eq!(ids(&list(A))?, "cbda");
        assert_eq!(
            ids(&ImportList {
                limit: 2,
                ..list(A)
            })?,
            "cb"
        );
        let after = Some((at(3), "b".to_owned()));
        assert_eq!(ids(&ImportList { after, ..list(A) })?, "da");
        let status = Some(ImportStatus::Completed);
        assert_eq!(ids(&ImportList { status, ..list(A) })?, "d");
        let destination = Some((account(A), "s".to_owned()));
        assert_eq!(
            ids(&ImportList {
                destination,
                ..list(A)
            })?,
            "cbda"
        );
        let destination = Some((account(B), "s".to_owned()));
        assert_eq!(
            ids(&ImportList {
                destination,
                ..list(A)
            })?,
            ""
        );
        Ok(())
    });
}

fn a_step_is_one_servers(store: &Store) {
    run(store, |tx| {
        let new = import(A, "i", 1);
        tx.insert_import(&new)?;
        assert_eq!(tx.due_imports(at(0), 9)?, []);
        assert_eq!(tx.due_imports(at(1), 9)?, std::slice::from_ref(&new));
        assert!(tx.claim_import(&new, at(1), at(5))?);
        assert!(!tx.claim_import(&new, at(1), at(5))?, "it is taken");
        assert_eq!(tx.due_imports(at(4), 9)?, []);
        // Whoever took it is gone.
        let again = Import { runs: 1, ..new };
        assert_eq!(tx.due_imports(at(5), 9)?, std::slice::from_ref(&again));
        assert!(tx.claim_import(&again, at(5), at(9))?);
        assert!(!tx.put_import_turn(&again, 1, at(11))?, "it isn't theirs");
        let ours = Import {
            runs: 2,
            ..again.clone()
        };
        assert!(tx.put_import_turn(&ours, 2, at(11))?);
        assert_eq!(tx.due_imports(at(10), 9)?, []);
        assert!(tx.put_import_turn(&ours, 1, at(9))?);
        assert_eq!(tx.due_imports(at(9), 9)?, std::slice::from_ref(&again));
        assert!(tx.claim_import(&again, at(9), at(12))?);
        let next = Import {
            status: ImportStatus::InProgress,
            runs: 0,
            updated: at(6),
            place: ImportPlace {
                after: "k".to_owned(),
                folder: "f/".to_owned(),
                is_counted: true,
                is_through: false,
            },
            statistics: ImportStatistics {
                prefixes_found: 1,
                prefixes_completed: 2,
                files: 3,
                events: 4,
                failed: 5,
            },
            ..again
        };
        assert!(tx.advance_import(&next, Some(at(6)))?);
        let kept = Import { step: 1, ..next };
        assert_eq!(tx.due_imports(at(6), 9)?, [kept]);
        Ok(())
    });
}

fn who_saw_an_older_step_changes_nothing(store: &Store) {
    run(store, |tx| {
        let seen = import(A, "i", 1);
        tx.insert_import(&seen)?;
        let stopped = Import {
            status: ImportStatus::Stopped,
            ..seen.clone()
        };
        assert!(tx.advance_import(&stopped, None)?);
        assert!(!tx.advance_import(&seen, Some(at(2)))?);
        assert!(!tx.claim_import(&seen, at(9), at(10))?);
        assert!(!tx.put_import_turn(&seen, 0, at(10))?);
        assert_eq!(tx.due_imports(at(9), 9)?, []);
        assert!(!tx.has_active_import(&account(A))?);
        assert!(!tx.is_imported_into(&account(A), "s")?);
        let kept = tx.import(&account(A), "i")?;
        assert_eq!(kept, Some(Import { step: 1, ..stopped }));
        Ok(())
    });
}

fn failures_come_in_the_order_of_their_keys(store: &Store) {
    run(store, |tx| {
        let own = import(A, "i", 1);
        for name in ["b", "", "a/Z", "a/z", "é"] {
            tx.put_import_failure(&own, &failure(name, 1))?;
        }
        let names = |found: Vec<ImportFailure>| -> Vec<String> {
            found.into_iter().map(|found| found.name).collect()
        };
        assert_eq!(
            names(tx.import_failures(&own, "", 9)?),
            ["", "a/Z", "a/z", "b", "é"]
        );
        assert_eq!(names(tx.import_failures(&own, "a/z", 2)?), ["a/z", "b"]);
        let second = Import { attempt: 2, ..own };
        let mended = ImportFailure {
            is_mended: true,
            ..failure("a/Z", 2)
        };
        tx.put_import_failure(&second, &mended)?;
        tx.put_import_failure(&second, &failure("b", 2))?;
        assert_eq!(tx.import_failure(&second, "a/Z")?, Some(mended));
        // The bucket as a whole is no file.
        assert_eq!(names(tx.import_retries(&second, 9)?), ["a/z", "é"]);
        assert_eq!(names(tx.import_retries(&second, 1)?), ["a/z"]);
        Ok(())
    });
}

fn a_stores_imports_go_with_it(store: &Store) {
    run(store, |tx| {
        let (own, other) = (import(A, "i", 1), import(B, "i", 1));
        for each in [&own, &other] {
            tx.insert_import(each)?;
            tx.put_import_failure(each, &failure("k", 1))?;
        }
        tx.delete_event_data_store(&account(A), "s")?;
        assert_eq!(tx.import(&account(A), "i")?, None);
        assert_eq!(tx.import_failures(&own, "", 9)?, []);
        assert!(tx.import(&account(B), "i")?.is_some());
        assert_eq!(tx.import_failures(&other, "", 9)?.len(), 1);
        Ok(())
    });
}
