//! Digests, checked as the user guide says that whoever doubts them shall.

use std::io::Read as _;
use std::time::Duration;

use atrium_model::trail::{
    DigestChain, PreviousDigest, Selectors, Trail, TrailFile, TrailPlan, TrailSettings,
    TrailVersion,
};
use atrium_model::{Random, Region, Timestamp};
use atrium_store::{Bucket, Segment, Store, StoreError, Tx, Vault};
use atrium_trail::delivery::{
    Digest, SigningKey, commit_digest, digest_subject, make_digest, place_files,
};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const START: Timestamp = Timestamp::from_millis(1_767_603_662_500);
const HOUR: Duration = Duration::from_secs(3600);
const ACCOUNT: &str = "111111111111";

struct Zeros;

impl Random for Zeros {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(future)
}

pub fn run<T: Send + 'static>(
    store: &Store,
    body: impl FnMut(&mut dyn Tx) -> Result<T, StoreError> + Send + 'static,
) -> T {
    block(store.write(body)).expect("a working store")
}

fn trail() -> Trail {
    Trail {
        account: ACCOUNT.parse().expect("an account"),
        region: Region::US_EAST_1,
        name: "main".to_owned(),
        id: "t".to_owned(),
        settings: TrailSettings {
            bucket: "bucket".to_owned(),
            prefix: None,
            topic: None,
            global_events: true,
            multi_region: false,
            validation: true,
            organization: None,
            recursive: None,
            selectors: Selectors::default(),
            insights: Vec::new(),
        },
        logging: true,
        started: Some(START),
        stopped: None,
        tags: Vec::new(),
        created: START,
    }
}

fn chain(previous: Option<PreviousDigest>) -> DigestChain {
    DigestChain {
        account: ACCOUNT.parse().expect("an account"),
        trail: "t".to_owned(),
        recipient: ACCOUNT.parse().expect("an account"),
        region: Region::US_EAST_1,
        plan: trail().plan(),
        start: START,
        due: START,
        previous,
    }
}

fn file(name: &str) -> TrailFile {
    TrailFile {
        account: ACCOUNT.parse().expect("an account"),
        trail: "t".to_owned(),
        bucket: "bucket".to_owned(),
        name: name.to_owned(),
        recipient: ACCOUNT.parse().expect("an account"),
        region: Region::US_EAST_1,
        segment: format!("segment-{name}"),
        size: 4,
        md5: "0".repeat(32),
        hash: "ab".repeat(32),
        oldest: START,
        newest: START + Duration::from_secs(1),
        cut: START,
        chain: Some(trail().plan()),
        topic: Some("arn:aws:sns:us-east-1:111111111111:files".into()),
        tries: 0,
    }
}

/// A store with a trail that logs and its bucket, and the keys.
fn world() -> (Store, SigningKey, Vec<u8>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open_sqlite(&folder.path().join("atrium.db")).expect("a database");
    run(&store, |tx| {
        tx.insert_trail(&trail())?;
        tx.begin_digest_chain(&chain(None))?;
        tx.insert_bucket(&Bucket {
            name: "bucket".to_owned(),
            account: ACCOUNT.parse().map_err(StoreError::corrupt)?,
            region: Region::US_EAST_1,
            created: START,
        })
    });
    let vault = Vault::new([7; 32]);
    let made = SigningKey::generate(&vault, &Zeros, &Region::US_EAST_1, START).expect("a key");
    assert_eq!(made.fingerprint.len(), 32);
    let key = SigningKey::open(&vault, &made).expect("the key opens");
    assert!(
        SigningKey::open(&Vault::new([8; 32]), &made).is_err(),
        "another vault opens it"
    );
    (store, key, made.public, folder)
}

/// Makes the digest that is due at a moment, if one is, and commits it.
fn digest(store: &Store, key: &SigningKey, now: Timestamp) -> Option<Digest> {
    let made = made(store, key, now)?;
    commit(store, &made, now).then_some(made)
}

/// Makes the digest that is due at a moment, if one is.
fn made(store: &Store, key: &SigningKey, now: Timestamp) -> Option<Digest> {
    let due = run(store, move |tx| tx.due_digest_chains(now, 9));
    let chain = due.first()?.clone();
    let subject = run(store, move |tx| {
        digest_subject(tx, chain.clone(), now, HOUR)
    })?;
    Some(make_digest(subject, key, now).expect("a signature"))
}

fn commit(store: &Store, made: &Digest, now: Timestamp) -> bool {
    let segment = Segment {
        id: format!("segment-{}-{}", made.told.name, made.told.hash),
        size: made.body.len() as u64,
    };
    let made = made.clone();
    run(store, move |tx| {
        tx.announce_segment(&segment.id, now + HOUR)?;
        commit_digest(tx, &made, &segment, now, HOUR)
    })
}

/// Stops the trail in its first hour, whose digest is made.
fn stop(store: &Store, key: &SigningKey) {
    run(store, |tx| {
        tx.update_trail(&Trail {
            logging: false,
            stopped: Some(START + Duration::from_secs(60)),
            ..trail()
        })
    });
    digest(store, key, START + HOUR).expect("the hour in which it stopped");
}

/// How many chains there are.
fn chains(store: &Store) -> usize {
    let all = |tx: &mut dyn Tx| tx.due_digest_chains(Timestamp::from_millis(i64::MAX), 9);
    run(store, all).len()
}

/// What a digest says, once its signature is good.
fn verified(digest: &Digest, public: &[u8]) -> Value {
    let mut text = String::new();
    GzDecoder::new(digest.body.as_slice())
        .read_to_string(&mut text)
        .expect("it is compressed");
    let said: Value = serde_json::from_str(&text).expect("it is JSON");
    let field = |name: &str| said[name].as_str().unwrap_or("null");
    let signed = format!(
        "{}\n{}/{}\n{}\n{}",
        field("digestEndTime"),
        field("digestS3Bucket"),
        field("digestS3Object"),
        hex::encode(Sha256::digest(&text)),
        field("previousDigestSignature"),
    );
    let signature = hex::decode(&digest.told.signature).expect("hexadecimal");
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public)
        .verify(signed.as_bytes(), &signature)
        .expect("a good signature");
    said
}

#[test]
fn digests_follow_one_another_also_when_nothing_happens() {
    let (store, key, public, _folder) = world();
    run(&store, |tx| {
        for name in ["a", "b"] {
            let file = file(name);
            tx.announce_segment(&file.segment, START + HOUR)?;
            tx.insert_trail_file(&file)?;
        }
        place_files(tx, None, START, 9)
    });
    assert!(digest(&store, &key, START).is_none(), "it is not yet time");
    let first = digest(&store, &key, START + HOUR).expect("the first digest");
    let said = verified(&first, &public);
    assert_eq!(
        said["digestS3Object"],
        "AWSLogs/111111111111/CloudTrail-Digest/us-east-1/2026/01/05/111111111111_CloudTrail-Digest_us-east-1_main_\
         us-east-1_20260105T100102Z.json.gz"
    );
    assert_eq!(
        [
            &said["digestStartTime"],
            &said["digestEndTime"],
            &said["oldestEventTime"],
            &said["newestEventTime"]
        ],
        [
            "2026-01-05T09:01:02Z",
            "2026-01-05T10:01:02Z",
            "2026-01-05T09:01:02Z",
            "2026-01-05T09:01:03Z"
        ]
    );
    for member in [
        "S3Bucket",
        "S3Object",
        "HashValue",
        "HashAlgorithm",
        "Signature",
    ] {
        assert_eq!(
            said[format!("previousDigest{member}")],
            Value::Null,
            "{member}"
        );
    }
    let told: Vec<_> = said["logFiles"].as_array().expect("a list").clone();
    let want = |name: &str| {
        json!({"s3Bucket": "bucket", "s3Object": name, "hashValue": "ab".repeat(32), "hashAlgorithm": "SHA-256",
            "newestEventTime": "2026-01-05T09:01:03Z", "oldestEventTime": "2026-01-05T09:01:02Z"})
    };
    assert_eq!(told, [want("a"), want("b")]);

    let second = digest(&store, &key, START + HOUR * 2).expect("the second digest");
    let said = verified(&second, &public);
    assert_eq!(said["logFiles"], json!([]));
    assert_eq!(said["newestEventTime"], Value::Null);
    assert_eq!(said["digestStartTime"], "2026-01-05T10:01:02Z");
    assert_eq!(
        [
            &said["previousDigestS3Bucket"],
            &said["previousDigestS3Object"],
            &said["previousDigestHashValue"],
            &said["previousDigestHashAlgorithm"],
            &said["previousDigestSignature"]
        ],
        [
            &first.told.bucket,
            &first.told.name,
            &first.told.hash,
            "SHA-256",
            &first.told.signature
        ]
    );
    let object = run(&store, move |tx| tx.object("bucket", &second.told.name));
    let object = object.expect("it is in the bucket");
    assert_eq!(object.headers.user["signature"], second.told.signature);
    assert_eq!(object.headers.user["signature-algorithm"], "SHA256withRSA");
}

#[test]
fn a_chain_ends_with_its_trails_logging() {
    let (store, key, _, _folder) = world();
    stop(&store, &key);
    digest(&store, &key, START + HOUR * 2).expect("the last one");
    assert!(digest(&store, &key, START + HOUR * 9).is_none());
    assert_eq!(chains(&store), 0);
}

#[test]
fn a_chain_ends_an_hour_after_its_trail_was_deleted() {
    let (store, key, public, _folder) = world();
    let deleted = START + Duration::from_secs(3590);
    run(&store, move |tx| {
        tx.put_trail_version(&TrailVersion {
            account: trail().account,
            trail: trail().id,
            since: deleted,
            plan: TrailPlan {
                logging: false,
                ..trail().plan()
            },
        })?;
        tx.delete_trail(&trail())
    });
    digest(&store, &key, START + HOUR).expect("the hour in which it was deleted");
    // What it took last is cut and placed a little later.
    run(&store, |tx| {
        let file = file("a");
        tx.announce_segment(&file.segment, START + HOUR)?;
        tx.insert_trail_file(&file)?;
        place_files(tx, None, START + HOUR + Duration::from_secs(60), 9)
    });
    let last = digest(&store, &key, START + HOUR * 2).expect("the last one");
    let said = verified(&last, &public);
    assert_eq!(said["logFiles"][0]["s3Object"], "a");
    assert!(said["previousDigestSignature"].is_string(), "{said}");
    assert_eq!(chains(&store), 0);
}

#[test]
fn a_chain_of_an_account_that_is_not_the_organizations_ends() {
    let (store, key, _, _folder) = world();
    run(&store, |tx| {
        let organization = "o-aaaaaaaaaa".parse().map_err(StoreError::corrupt)?;
        tx.update_trail(&Trail {
            settings: TrailSettings {
                organization: Some(organization),
                ..trail().settings
            },
            ..trail()
        })?;
        tx.begin_digest_chain(&DigestChain {
            recipient: "222222222222".parse().map_err(StoreError::corrupt)?,
            ..chain(None)
        })?;
        tx.begin_digest_chain(&DigestChain {
            region: "eu-west-1".parse().map_err(StoreError::corrupt)?,
            ..chain(None)
        })
    });
    assert_eq!(chains(&store), 3);
    for _ in 0..3 {
        digest(&store, &key, START + HOUR).expect("one of each");
    }
    assert_eq!(
        chains(&store),
        1,
        "that of the trail's own account and Region"
    );
}

#[test]
fn what_comes_while_the_last_digest_is_made_is_told_by_another() {
    let (store, key, public, _folder) = world();
    stop(&store, &key);
    let last = made(&store, &key, START + HOUR * 2).expect("what was to be the last one");
    run(&store, |tx| {
        let file = file("late");
        tx.announce_segment(&file.segment, START + HOUR)?;
        tx.insert_trail_file(&file)?;
        place_files(tx, None, START + HOUR * 2, 9)
    });
    assert!(commit(&store, &last, START + HOUR * 2));
    let another = digest(&store, &key, START + HOUR * 3).expect("another one");
    let said = verified(&another, &public);
    assert_eq!(said["logFiles"][0]["s3Object"], "late");
    assert_eq!(said["previousDigestSignature"], last.told.signature);
    assert_eq!(chains(&store), 0);
}

#[test]
fn a_digest_replaces_none_of_a_trail_of_the_same_name() {
    let (store, key, _, _folder) = world();
    run(&store, |tx| {
        tx.begin_digest_chain(&DigestChain {
            trail: "before".to_owned(),
            ..chain(None)
        })
    });
    let now = START + HOUR;
    let first = digest(&store, &key, now).expect("a digest of one of them");
    assert!(digest(&store, &key, now).is_none(), "its place is taken");
    let second = digest(&store, &key, now + Duration::from_secs(1)).expect("a second later");
    assert_ne!(first.told.name, second.told.name);
    for digest in [first, second] {
        let name = digest.told.name.clone();
        let kept = run(&store, move |tx| tx.object("bucket", &name));
        assert_eq!(
            kept.expect("it is there").headers.user["signature"],
            digest.told.signature
        );
    }
}

#[test]
fn a_missing_bucket_holds_digests_and_files_up_and_no_longer() {
    let (store, key, public, _folder) = world();
    let remove = |tx: &mut dyn Tx| tx.delete_bucket("bucket", START);
    assert!(run(&store, remove));
    let placed = run(&store, |tx| {
        let file = file("a");
        tx.announce_segment(&file.segment, START + HOUR)?;
        tx.insert_trail_file(&file)?;
        place_files(tx, None, START, 9)
    });
    assert_eq!((placed.placed, placed.put_off), (0, 1));
    assert!(digest(&store, &key, START + HOUR).is_none());
    let account = trail().account;
    let status = run(&store, {
        let account = account.clone();
        move |tx| tx.trail_status(&account, "t")
    });
    assert_eq!(
        [status.error.as_deref(), status.digest_error.as_deref()],
        [Some("NoSuchBucket"); 2]
    );
    assert_eq!([status.delivered, status.digested], [None, None]);

    run(&store, |tx| {
        tx.insert_bucket(&Bucket {
            name: "bucket".to_owned(),
            account: ACCOUNT.parse().map_err(StoreError::corrupt)?,
            region: Region::US_EAST_1,
            created: START,
        })
    });
    let later = START + HOUR + Duration::from_secs(600);
    let placed = run(&store, move |tx| place_files(tx, None, later, 9));
    assert_eq!((placed.placed, placed.put_off), (1, 0));
    let made = digest(&store, &key, later).expect("a digest");
    assert_eq!(verified(&made, &public)["logFiles"][0]["s3Object"], "a");
    let status = run(&store, move |tx| tx.trail_status(&account, "t"));
    assert_eq!([&status.error, &status.digest_error], [&None, &None]);
    assert_eq!([status.delivered, status.digested], [Some(later); 2]);
}

#[test]
fn a_file_that_nobody_wants_for_a_month_is_given_up() {
    let (store, _, _, _folder) = world();
    let month = Duration::from_secs(30 * 24 * 3600 + 1);
    let left = run(&store, move |tx| {
        tx.delete_bucket("bucket", START)?;
        tx.insert_trail_file(&file("a"))?;
        place_files(tx, None, START + month, 9)?;
        tx.due_trail_files(Timestamp::from_millis(i64::MAX), 9)
    });
    assert!(left.is_empty());
    let loose = run(&store, move |tx| tx.claim_loose_segments(START + month, 9));
    assert_eq!(loose, ["segment-a"]);
}
