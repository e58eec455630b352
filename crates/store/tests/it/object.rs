use atrium_model::Timestamp;
use atrium_store::{
    Bucket, Object, ObjectHeaders, Segment, Store, StoreError, Tx, Upload, UploadPart,
};

use crate::engines::wait;

crate::store_conformance!(
    buckets_belong_to_accounts,
    objects_replace_one_another,
    objects_list_in_order_of_their_bytes,
    uploads_keep_their_parts,
    loose_segments_are_claimed_once_due,
);

const A: &str = "111111111111";
const B: &str = "222222222222";

const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn run(store: &Store, body: fn(&mut dyn Tx) -> Result<(), StoreError>) {
    wait(store.write(body)).expect("a working store");
}

fn bucket(name: &str, account: &str) -> Bucket {
    Bucket {
        name: name.into(),
        account: account.parse().expect("an account"),
        region: "eu-west-1".parse().expect("a Region"),
        created: at(7),
    }
}

fn segment(id: &str, size: u64) -> Segment {
    Segment {
        id: id.into(),
        size,
    }
}

fn object(bucket: &str, name: &str, segments: Vec<Segment>) -> Object {
    Object {
        bucket: bucket.into(),
        name: name.into(),
        segments,
        etag: "d41d8cd98f00b204e9800998ecf8427e".into(),
        headers: ObjectHeaders {
            content_type: Some("text/plain".into()),
            user: [("team".to_owned(), "blue".to_owned())].into(),
            ..ObjectHeaders::default()
        },
        modified: at(8),
    }
}

fn loose(tx: &mut dyn Tx, now: i64) -> Result<Vec<String>, StoreError> {
    tx.claim_loose_segments(at(now), 100)
}

fn buckets_belong_to_accounts(store: &Store) {
    run(store, |tx| {
        tx.insert_bucket(&bucket("one", A))?;
        tx.insert_bucket(&bucket("two", A))?;
        tx.insert_bucket(&bucket("six", B))?;
        let taken = tx.insert_bucket(&bucket("one", B));
        assert!(matches!(taken, Err(StoreError::Duplicate(_))));
        assert_eq!(tx.bucket("one")?, Some(bucket("one", A)));
        assert_eq!(tx.bucket("none")?, None);
        let a = A.parse().expect("an account");
        assert_eq!(tx.buckets(&a, "", 9)?, [bucket("one", A), bucket("two", A)]);
        assert_eq!(tx.buckets(&a, "one", 9)?, [bucket("two", A)]);
        assert!(tx.delete_bucket("one", at(9))?);
        assert!(!tx.delete_bucket("one", at(9))?);
        assert_eq!(tx.buckets(&a, "", 9)?, [bucket("two", A)]);
        Ok(())
    });
}

fn objects_replace_one_another(store: &Store) {
    run(store, |tx| {
        let first = object("one", "a/b", vec![segment("s1", 3), segment("s2", 4)]);
        tx.put_object(&first, at(10))?;
        assert_eq!(tx.object("one", "a/b")?, Some(first.clone()));
        assert_eq!(first.size(), 7);
        assert_eq!(tx.object("two", "a/b")?, None);
        assert_eq!(loose(tx, 100)?, Vec::<String>::new());

        let second = object("one", "a/b", vec![segment("s3", 1)]);
        tx.put_object(&second, at(10))?;
        assert_eq!(tx.object("one", "a/b")?, Some(second));
        assert_eq!(loose(tx, 9)?, Vec::<String>::new());
        assert_eq!(loose(tx, 10)?, ["s1", "s2"]);
        tx.forget_segments(&["s1".into(), "s2".into()])?;

        assert!(!tx.delete_object("two", "a/b", at(20))?);
        assert!(tx.delete_object("one", "a/b", at(20))?);
        assert!(!tx.delete_object("one", "a/b", at(20))?);
        assert_eq!(loose(tx, 20)?, ["s3"]);
        Ok(())
    });
}

fn objects_list_in_order_of_their_bytes(store: &Store) {
    run(store, |tx| {
        for name in ["b", "a/2", "a/1", "é", "Z", "a", "😀"] {
            tx.put_object(&object("one", name, vec![segment(name, 1)]), at(1))?;
        }
        tx.put_object(&object("two", "a/3", vec![segment("x", 1)]), at(1))?;
        let cases: [(&str, Option<&str>, i64, &[&str]); 5] = [
            ("", None, 9, &["Z", "a", "a/1", "a/2", "b", "é", "😀"]),
            ("", None, 2, &["Z", "a"]),
            ("a/", Some("a0"), 9, &["a/1", "a/2"]),
            ("a/2", Some("a0"), 9, &["a/2"]),
            ("c", Some("d"), 9, &[]),
        ];
        for (from, to, limit, want) in cases {
            let found = tx.objects("one", from, to, limit)?;
            let names: Vec<_> = found.iter().map(|object| object.name.as_str()).collect();
            assert_eq!(names, want, "{from:?} to {to:?}");
            assert!(
                found
                    .iter()
                    .all(|object| object.size == 1 && object.modified == at(8))
            );
        }
        Ok(())
    });
}

fn uploads_keep_their_parts(store: &Store) {
    run(store, |tx| {
        let upload = |name: &str, id: &str| Upload {
            bucket: "one".into(),
            name: name.into(),
            id: id.into(),
            headers: ObjectHeaders::default(),
            created: at(3),
        };
        let part = |number, id: &str| UploadPart {
            number,
            segment: segment(id, 5),
            etag: "e".into(),
            modified: at(4),
        };
        tx.insert_bucket(&bucket("one", A))?;
        tx.insert_upload(&upload("a", "u1"))?;
        tx.insert_upload(&upload("a", "u2"))?;
        tx.insert_upload(&upload("b", "u3"))?;
        assert_eq!(tx.upload("one", "a", "u1")?, Some(upload("a", "u1")));
        for (bucket, name, id) in [("two", "a", "u1"), ("one", "b", "u1"), ("one", "a", "u3")] {
            assert_eq!(tx.upload(bucket, name, id)?, None);
        }
        assert_eq!(tx.uploads("one", ("", ""), 9)?.len(), 3);
        assert_eq!(tx.uploads("one", ("a", "u1"), 1)?, [upload("a", "u2")]);
        assert!(tx.uploads("two", ("", ""), 9)?.is_empty());

        tx.put_part("u1", &part(1, "p1"), at(50))?;
        tx.put_part("u1", &part(2, "p2"), at(50))?;
        tx.put_part("u1", &part(1, "p3"), at(50))?;
        tx.put_part("u2", &part(1, "p4"), at(50))?;
        tx.put_part("u3", &part(1, "p5"), at(50))?;
        assert_eq!(tx.parts("u1", 0, 9)?, [part(1, "p3"), part(2, "p2")]);
        assert_eq!(tx.parts("u1", 1, 9)?, [part(2, "p2")]);
        assert_eq!(loose(tx, 50)?, ["p1"]);
        tx.forget_segments(&["p1".into()])?;

        tx.delete_upload(&upload("a", "u1"), &[segment("p3", 5)], at(60))?;
        assert_eq!(tx.upload("one", "a", "u1")?, None);
        assert!(tx.parts("u1", 0, 9)?.is_empty());
        assert_eq!(loose(tx, 60)?, ["p2"]);
        tx.forget_segments(&["p2".into()])?;

        assert!(tx.delete_bucket("one", at(70))?);
        assert!(tx.uploads("one", ("", ""), 9)?.is_empty());
        assert_eq!(loose(tx, 70)?, ["p4", "p5"]);
        Ok(())
    });
}

fn loose_segments_are_claimed_once_due(store: &Store) {
    run(store, |tx| {
        tx.announce_segment("late", at(100))?;
        tx.announce_segment("soon", at(10))?;
        assert_eq!(loose(tx, 9)?, Vec::<String>::new());
        assert!(tx.hold_segment("late")?);
        assert!(!tx.hold_segment("late")?, "held already");
        assert_eq!(loose(tx, 10)?, ["soon"]);
        assert!(!tx.hold_segment("soon")?, "its bytes may be gone");
        assert_eq!(loose(tx, 10)?, ["soon"], "claimed until forgotten");
        tx.forget_segments(&["soon".into()])?;
        assert_eq!(loose(tx, 1000)?, Vec::<String>::new());
        Ok(())
    });
}
