use atrium_model::trail::Notice;
use atrium_store::Store;

use crate::kit::{at, run};

crate::store_conformance!(
    a_notice_is_kept_once,
    who_claims_a_notice_has_it_for_a_while,
    targets_have_nothing_to_do_with_one_another,
    what_is_given_up_is_listed_and_can_be_revived,
    what_nobody_takes_is_given_up_and_forgotten_in_the_end,
);

fn notice(target: &str, id: &str, due: i64) -> Notice {
    Notice {
        target: target.into(),
        id: id.into(),
        account: "111111111111".parse().expect("an account"),
        origin: "rule".into(),
        topic: None,
        failed_at: None,
        body: "{}".into(),
        made: at(1),
        tries: 0,
        due: Some(at(due)),
        dead: None,
        error: None,
    }
}

fn ids(found: &[Notice]) -> Vec<&str> {
    let mut ids: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

fn a_notice_is_kept_once(store: &Store) {
    run(store, |tx| {
        let whole = Notice {
            topic: Some("arn:aws:sns:us-east-1:111111111111:files".into()),
            failed_at: Some("queue".into()),
            tries: 3,
            error: Some("why".into()),
            ..notice("t", "a", 5)
        };
        tx.insert_notice(&whole)?;
        tx.insert_notice(&notice("t", "a", 1))?;
        let claimed = tx.claim_notices("t", at(5), at(50), 9)?;
        let want = Notice {
            due: Some(at(50)),
            ..whole
        };
        assert_eq!(claimed, [want]);
        assert!(tx.delete_notice("t", "a")?);
        assert!(!tx.delete_notice("t", "a")?);
        Ok(())
    });
}

fn who_claims_a_notice_has_it_for_a_while(store: &Store) {
    run(store, |tx| {
        for (id, due) in [("late", 30), ("b", 10), ("a", 10), ("first", 5)] {
            tx.insert_notice(&notice("t", id, due))?;
        }
        assert!(!tx.is_notice_due("t", at(4))?);
        assert!(tx.is_notice_due("t", at(5))?);
        let claimed = tx.claim_notices("t", at(10), at(20), 2)?;
        assert_eq!(ids(&claimed), ["a", "first"], "those that wait longest");
        let rest = tx.claim_notices("t", at(10), at(21), 9)?;
        assert_eq!(ids(&rest), ["b"]);
        assert!(!tx.is_notice_due("t", at(19))?);
        let again = tx.claim_notices("t", at(20), at(40), 9)?;
        assert_eq!(
            ids(&again),
            ["a", "first"],
            "whose server has not come back"
        );

        let [one, other] = claimed.as_slice() else {
            panic!("two were claimed");
        };
        assert!(
            !tx.put_off_notice(one, at(60), "late")?,
            "it is another's now"
        );
        assert!(!tx.give_up_notice(other, at(60), "late")?);
        let [one, other] = again.as_slice() else {
            panic!("two were claimed");
        };
        assert!(tx.put_off_notice(one, at(60), "busy")?);
        assert!(tx.give_up_notice(other, at(40), "gone")?);
        let claimed = tx.claim_notices("t", at(60), at(90), 9)?;
        let put_off = claimed
            .iter()
            .find(|found| found.id == one.id)
            .expect("it is due");
        assert_eq!((put_off.tries, put_off.error.as_deref()), (1, Some("busy")));
        assert!(!ids(&claimed).contains(&other.id.as_str()));
        Ok(())
    });
}

fn targets_have_nothing_to_do_with_one_another(store: &Store) {
    run(store, |tx| {
        tx.insert_notice(&notice("t", "a", 1))?;
        tx.insert_notice(&notice("u", "a", 1))?;
        assert!(tx.claim_notices("v", at(9), at(20), 9)?.is_empty());
        assert_eq!(tx.claim_notices("t", at(9), at(20), 9)?.len(), 1);
        assert!(!tx.is_notice_due("t", at(9))?);
        assert!(tx.is_notice_due("u", at(9))?);
        assert!(tx.delete_notice("t", "a")?);
        assert!(tx.is_notice_due("u", at(9))?);
        Ok(())
    });
}

fn what_is_given_up_is_listed_and_can_be_revived(store: &Store) {
    run(store, |tx| {
        for (target, id) in [("t", "b"), ("t", "a"), ("s", "z"), ("t", "alive")] {
            tx.insert_notice(&notice(target, id, 1))?;
        }
        for claimed in tx.claim_notices("t", at(9), at(20), 9)? {
            if claimed.id != "alive" {
                assert!(tx.give_up_notice(&claimed, at(9), "gone")?);
            }
        }
        let claimed = tx.claim_notices("s", at(9), at(20), 9)?;
        assert!(tx.give_up_notice(&claimed[0], at(9), "gone")?);
        let dead = tx.dead_notices(("", ""), 2)?;
        let last = dead.last().expect("two of three");
        let rest = tx.dead_notices((&last.target, &last.id), 2)?;
        let all: Vec<_> = dead
            .iter()
            .chain(&rest)
            .map(|one| (one.target.as_str(), one.id.as_str()))
            .collect();
        assert_eq!(all, [("s", "z"), ("t", "a"), ("t", "b")]);
        let told = (dead[0].tries, dead[0].error.as_deref(), dead[0].dead);
        assert_eq!(told, (1, Some("gone"), Some(at(9))));

        assert!(tx.revive_notice("t", "a", at(100))?);
        assert!(!tx.revive_notice("t", "a", at(100))?, "it lives");
        assert!(!tx.revive_notice("t", "alive", at(100))?);
        let revived = tx.claim_notices("t", at(100), at(120), 9)?;
        let revived = revived.iter().find(|one| one.id == "a").expect("it is due");
        assert_eq!(
            (revived.tries, revived.made, revived.dead),
            (0, at(100), None)
        );
        Ok(())
    });
}

fn what_nobody_takes_is_given_up_and_forgotten_in_the_end(store: &Store) {
    run(store, |tx| {
        for (id, due) in [("a", 10), ("b", 11), ("c", 20)] {
            tx.insert_notice(&notice("t", id, due))?;
        }
        tx.insert_notice(&notice("u", "other", 10))?;
        assert_eq!(tx.next_target("")?.as_deref(), Some("t"));
        assert_eq!(tx.next_target("t")?.as_deref(), Some("u"));
        assert_eq!(tx.next_target("u")?, None);
        let mut strand = |limit| tx.give_up_stranded_notices("t", at(12), at(30), "unknown", limit);
        assert_eq!((strand(1)?, strand(9)?, strand(9)?), (1, 1, 0));
        assert!(tx.is_notice_due("u", at(20))?, "it is another's");
        assert_eq!(ids(&tx.dead_notices(("", ""), 9)?), ["a", "b"]);
        assert_eq!(tx.forget_dead_notices(at(30), 9)?, 0);
        assert_eq!(tx.forget_dead_notices(at(31), 1)?, 1);
        assert_eq!(ids(&tx.dead_notices(("", ""), 9)?), ["b"]);
        assert_eq!(tx.forget_dead_notices(at(31), 9)?, 1);
        assert!(tx.is_notice_due("t", at(20))?);
        Ok(())
    });
}
