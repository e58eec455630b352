use atrium_model::token::{BearerToken, TokenKind};
use atrium_model::{ApplicationId, InstanceId, Timestamp, UserId};
use atrium_store::{Store, StoreError, Tx};

use crate::engines::wait;

crate::store_conformance!(
    tokens_are_kept_as_they_are,
    a_hash_is_taken_once,
    tokens_end_with_what_they_belong_to,
    expired_tokens_are_forgotten_oldest_first,
);

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn instance(digit: char) -> InstanceId {
    let id = format!("ssoins-{}", String::from(digit).repeat(16));
    id.parse().expect("an instance id")
}

fn application(digit: char) -> ApplicationId {
    let id = format!("apl-{}", String::from(digit).repeat(16));
    id.parse().expect("an application id")
}

fn user(number: u8) -> UserId {
    format!("94d00cd8-e9e6-4810-b177-{number:012x}")
        .parse()
        .expect("a user id")
}

fn token(hash: &str) -> BearerToken {
    BearerToken {
        instance: instance('1'),
        hash: hash.to_owned(),
        kind: TokenKind::Access,
        application: application('a'),
        user: user(1),
        scopes: vec!["openid".into(), "sso:account:access".into()],
        credential_id: "credential".into(),
        session: "session".into(),
        session_ends: at(1_700_000_009_123),
        issued: at(1_700_000_000_123),
        expires: at(1_700_000_003_123),
    }
}

fn write(
    store: &Store,
    mut work: impl FnMut(&mut dyn Tx) -> Result<(), StoreError> + Send + 'static,
) {
    wait(store.write(move |tx| work(tx))).expect("a working store");
}

/// Which of the hashes are kept, each as `instance hash`.
fn kept(store: &Store, all: &[BearerToken]) -> Vec<String> {
    let all = all.to_vec();
    let found = wait(store.read(move |tx| {
        let mut found = Vec::new();
        for token in &all {
            if tx.bearer_token(&token.instance, &token.hash)?.is_some() {
                found.push(token.hash.clone());
            }
        }
        Ok::<_, StoreError>(found)
    }));
    found.expect("a working store")
}

fn tokens_are_kept_as_they_are(store: &Store) {
    let refresh = BearerToken {
        kind: TokenKind::Refresh,
        scopes: Vec::new(),
        ..token("b")
    };
    for one in [token("a"), refresh] {
        let given = one.clone();
        write(store, move |tx| tx.insert_bearer_token(&given));
        let found = wait(store.read(move |tx| {
            let own = tx.bearer_token(&one.instance, &one.hash)?;
            assert_eq!(own.as_ref(), Some(&one));
            let elsewhere = tx.bearer_token(&instance('2'), &one.hash)?;
            let other = tx.bearer_token(&one.instance, "c")?;
            Ok::<_, StoreError>((elsewhere, other))
        }));
        assert_eq!(found.expect("a working store"), (None, None));
    }
}

fn a_hash_is_taken_once(store: &Store) {
    write(store, |tx| {
        tx.insert_bearer_token(&token("a"))?;
        let again = tx.insert_bearer_token(&token("a"));
        assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
        let elsewhere = BearerToken {
            instance: instance('2'),
            ..token("a")
        };
        tx.insert_bearer_token(&elsewhere)
    });
}

fn tokens_end_with_what_they_belong_to(store: &Store) {
    let all = [
        token("plain"),
        BearerToken {
            session: "other".into(),
            ..token("session")
        },
        BearerToken {
            user: user(2),
            session: "s2".into(),
            ..token("user")
        },
        BearerToken {
            application: application('b'),
            user: user(3),
            session: "s3".into(),
            ..token("application")
        },
        BearerToken {
            instance: instance('2'),
            ..token("instance")
        },
    ];
    let given = all.clone();
    write(store, move |tx| {
        given.iter().try_for_each(|one| tx.insert_bearer_token(one))
    });
    write(store, |tx| {
        tx.delete_bearer_tokens_of_session(&instance('1'), "session")
    });
    assert_eq!(
        kept(store, &all),
        ["session", "user", "application", "instance"]
    );
    write(store, |tx| {
        tx.delete_bearer_tokens_of_user(&instance('1'), &user(2))
    });
    assert_eq!(kept(store, &all), ["session", "application", "instance"]);
    write(store, |tx| {
        tx.delete_application(&instance('1'), &application('b'))
            .map(drop)
    });
    assert_eq!(kept(store, &all), ["session", "instance"]);
    write(store, |tx| {
        tx.delete_applications_of_instance(&instance('1'))
    });
    assert_eq!(kept(store, &all), ["instance"]);
}

fn expired_tokens_are_forgotten_oldest_first(store: &Store) {
    let all: Vec<_> = [30, 10, 20, 40]
        .into_iter()
        .map(|end| BearerToken {
            expires: at(end),
            ..token(&end.to_string())
        })
        .collect();
    let given = all.clone();
    write(store, move |tx| {
        given.iter().try_for_each(|one| tx.insert_bearer_token(one))
    });
    for (now, limit, gone, left) in [
        (9, 5, 0, &["30", "10", "20", "40"][..]),
        (30, 2, 2, &["30", "40"]),
        (30, 2, 1, &["40"]),
        (39, 2, 0, &["40"]),
    ] {
        let forgot = wait(store.write(move |tx| tx.forget_bearer_tokens(at(now), limit)));
        assert_eq!(forgot.expect("a working store"), gone, "{now}");
        assert_eq!(kept(store, &all), left, "{now}");
    }
}
