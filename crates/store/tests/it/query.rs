use atrium_model::Region;
use atrium_model::lake::{DeliveryStatus, Query, QueryCosts, QueryStatus, ResultPart};
use atrium_store::{QueryList, Store, StoreError};

use crate::kit::{A, B, account, at, run};

crate::store_conformance!(
    a_query_is_its_accounts,
    one_server_answers_a_query,
    queries_of_a_store_list_newest_first,
);

fn query(owner: &str, id: &str, created: i64, stores: &[&str]) -> Query {
    Query {
        account: account(owner),
        id: id.to_owned(),
        region: Region::US_EAST_1,
        statement: "SELECT 1".to_owned(),
        stores: stores
            .iter()
            .map(|store| (account(A), (*store).to_owned()))
            .collect(),
        people: None,
        status: QueryStatus::Queued,
        created: at(created),
        runs: 0,
        results: Vec::new(),
        costs: QueryCosts::default(),
        error: None,
        delivery: None,
        delivery_status: None,
    }
}

fn a_query_is_its_accounts(store: &Store) {
    run(store, |tx| {
        let one = query(A, "q", 5, &["s"]);
        tx.insert_query(&one)?;
        assert_eq!(tx.query(&account(A), "q")?, Some(one.clone()));
        assert_eq!(tx.query(&account(B), "q")?, None);
        assert_eq!(tx.count_active_queries(&account(A))?, 1);
        assert_eq!(tx.count_active_queries(&account(B))?, 0);
        assert!(tx.old_queries(at(5), 9)?.is_empty());
        assert_eq!(tx.old_queries(at(6), 9)?, std::slice::from_ref(&one));
        tx.delete_query(&one)?;
        assert_eq!(tx.query(&account(A), "q")?, None);
        assert!(tx.queries(&list(A, "s"))?.is_empty());
        Ok(())
    });
}

fn one_server_answers_a_query(store: &Store) {
    run(store, |tx| {
        let queued = query(A, "q", 5, &["s"]);
        tx.insert_query(&queued)?;
        assert!(tx.due_queries(at(4), 9)?.is_empty());
        assert_eq!(tx.due_queries(at(5), 9)?, std::slice::from_ref(&queued));
        assert!(tx.claim_query(&queued, at(5), at(20))?);
        assert!(!tx.claim_query(&queued, at(30), at(40))?);
        let running = tx.query(&account(A), "q")?.expect("a query");
        assert_eq!((running.status, running.runs), (QueryStatus::Running, 1));
        assert!(tx.due_queries(at(19), 9)?.is_empty());
        assert!(tx.extend_query(&account(A), "q", 1, at(30))?);
        assert!(!tx.extend_query(&account(B), "q", 1, at(30))?);
        assert!(tx.due_queries(at(29), 9)?.is_empty());

        // Its server is gone: another one takes it up, and the first has no say any more.
        assert_eq!(tx.due_queries(at(30), 9)?, std::slice::from_ref(&running));
        assert!(tx.claim_query(&running, at(30), at(40))?);
        assert!(!tx.extend_query(&account(A), "q", 1, at(50))?);
        let done = Query {
            status: QueryStatus::Finished,
            runs: 2,
            results: vec![ResultPart {
                segment: "x".to_owned(),
                size: 3,
                rows: 1,
            }],
            costs: QueryCosts {
                rows: 1,
                scanned: 2,
                bytes: 3,
                milliseconds: 4,
            },
            error: Some("none".to_owned()),
            delivery_status: Some(DeliveryStatus::Success),
            ..running
        };
        assert!(!tx.end_query(&done, (QueryStatus::Running, 1))?);
        assert!(!tx.end_query(&done, (QueryStatus::Queued, 2))?);
        assert!(tx.end_query(&done, (QueryStatus::Running, 2))?);
        assert!(!tx.end_query(&done, (QueryStatus::Running, 2))?);
        assert_eq!(tx.query(&account(A), "q")?, Some(done));
        assert_eq!(tx.count_active_queries(&account(A))?, 0);
        assert!(tx.due_queries(at(99), 9)?.is_empty());
        assert!(!tx.extend_query(&account(A), "q", 2, at(50))?);
        Ok(())
    });
}

fn list(owner: &str, store: &str) -> QueryList {
    QueryList {
        account: account(owner),
        store: store.to_owned(),
        from: at(0),
        to: at(100),
        status: None,
        after: None,
        limit: 9,
    }
}

fn queries_of_a_store_list_newest_first(store: &Store) {
    run(store, |tx| {
        for one in [
            query(A, "a", 1, &["s", "t"]),
            query(A, "b", 2, &["s"]),
            query(A, "c", 2, &["s"]),
            query(A, "d", 3, &["t"]),
            query(B, "e", 4, &["s"]),
        ] {
            tx.insert_query(&one)?;
        }
        assert!(tx.claim_query(&query(A, "b", 2, &["s"]), at(9), at(20))?);
        let mut ids = |list: QueryList| {
            let found = tx.queries(&list)?;
            Ok::<_, StoreError>(found.into_iter().map(|q| q.id).collect::<Vec<_>>())
        };
        assert_eq!(ids(list(A, "s"))?, ["c", "b", "a"]);
        assert_eq!(ids(list(B, "s"))?, ["e"]);
        assert!(ids(list(B, "t"))?.is_empty());
        let first = QueryList {
            limit: 1,
            ..list(A, "s")
        };
        assert_eq!(ids(first)?, ["c"]);
        let next = QueryList {
            after: Some((at(2), "c".to_owned())),
            ..list(A, "s")
        };
        assert_eq!(ids(next)?, ["b", "a"]);
        let of_status = QueryList {
            status: Some(QueryStatus::Running),
            ..list(A, "s")
        };
        assert_eq!(ids(of_status)?, ["b"]);
        let of_time = QueryList {
            from: at(2),
            to: at(2),
            ..list(A, "s")
        };
        assert_eq!(ids(of_time)?, ["c", "b"]);
        Ok(())
    });
}
