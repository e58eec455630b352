use atrium_model::Timestamp;
use atrium_store::{
    Event, EventFilter, EventQuery, EventResource, IdempotentAnswer, Store, StoreError,
};

use crate::engines::wait;

crate::store_conformance!(
    settings_are_kept,
    answers_expire,
    events_page_newest_first,
    events_of_one_account_stay_there,
);

fn settings_are_kept(store: &Store) {
    wait(async {
        store
            .write(|tx| {
                tx.put_setting("a", "1")?;
                tx.put_setting("a", "2")?;
                tx.bump_policy_epoch()
            })
            .await?;
        let (a, b, epoch) = store
            .read(|tx| {
                Ok::<_, StoreError>((tx.setting("a")?, tx.setting("b")?, tx.policy_epoch()?))
            })
            .await?;
        assert_eq!((a.as_deref(), b, epoch), (Some("2"), None, 2));
        Ok::<_, StoreError>(())
    })
    .expect("a working store");
}

fn answers_expire(store: &Store) {
    let answer = IdempotentAnswer {
        request_hash: "h".into(),
        answer: "{}".into(),
    };
    let at = Timestamp::from_millis;
    wait(async {
        let kept = answer.clone();
        store
            .write(move |tx| tx.put_idempotent_answer("s", &kept, at(10)))
            .await?;
        let (before, after) = store
            .read(move |tx| {
                Ok::<_, StoreError>((
                    tx.idempotent_answer("s", at(9))?,
                    tx.idempotent_answer("s", at(10))?,
                ))
            })
            .await?;
        assert_eq!((before, after), (Some(answer), None));
        assert_eq!(
            store
                .write(move |tx| tx.forget_idempotent_answers(at(10), 5))
                .await?,
            1
        );
        Ok::<_, StoreError>(())
    })
    .expect("a working store");
}

fn event(account: &str, time: i64, name: &str) -> Event {
    Event {
        id: format!("{account}-{time}-{name}"),
        time: Timestamp::from_millis(time),
        account: account.parse().expect("an account"),
        region: "eu-west-1".parse().expect("a Region"),
        source: "sso.amazonaws.com".into(),
        name: name.into(),
        username: Some("jane".into()),
        access_key_id: None,
        read_only: name.starts_with("List"),
        resources: vec![EventResource {
            kind: "AWS::IAM::User".into(),
            arn: arn(account, name),
        }],
        record: "{}".into(),
    }
}

fn arn(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:user/people/{name}")
}

fn query(
    account: &str,
    filter: Option<EventFilter>,
    after: Option<(Timestamp, i64)>,
) -> EventQuery {
    EventQuery {
        account: account.parse().expect("an account"),
        region: "eu-west-1".parse().expect("a Region"),
        from: Timestamp::from_millis(0),
        to: Timestamp::from_millis(1000),
        filter,
        after,
        limit: 2,
    }
}

const A: &str = "111111111111";
const B: &str = "222222222222";

fn events_page_newest_first(store: &Store) {
    wait(async {
        store
            .write(|tx| {
                for (time, name) in [
                    (1, "CreateUser"),
                    (3, "ListUsers"),
                    (3, "CreateUser"),
                    (2, "DeleteUser"),
                ] {
                    tx.append_event(&event(A, time, name))?;
                }
                Ok::<_, StoreError>(())
            })
            .await?;
        let (mut seen, mut after) = (Vec::new(), None);
        for _ in 0..4 {
            let page = store
                .read(move |tx| tx.events(&query(A, None, after)))
                .await?;
            after = page.last().map(|(number, event)| (event.time, *number));
            seen.extend(
                page.into_iter()
                    .map(|(_, event)| (event.time.as_millis(), event.name)),
            );
            if after.is_none() {
                break;
            }
        }
        let seen: Vec<_> = seen
            .iter()
            .map(|(time, name)| (*time, name.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                (3, "CreateUser"),
                (3, "ListUsers"),
                (2, "DeleteUser"),
                (1, "CreateUser")
            ]
        );
        for (filter, want) in [
            (EventFilter::EventName("DeleteUser".into()), 1),
            (EventFilter::ReadOnly(true), 1),
            (EventFilter::ReadOnly(false), 2),
            (EventFilter::Username("jane".into()), 2),
            (EventFilter::Username("Jane".into()), 0),
            (EventFilter::EventId(format!("{A}-2-DeleteUser")), 1),
            (EventFilter::AccessKeyId("AKIA".into()), 0),
            (EventFilter::ResourceType("AWS::IAM::User".into()), 2),
            (EventFilter::ResourceType("AWS::IAM::Role".into()), 0),
            (EventFilter::ResourceName("DeleteUser".into()), 1),
            (EventFilter::ResourceName(arn(A, "DeleteUser")), 1),
            (EventFilter::ResourceName(arn(B, "DeleteUser")), 0),
            (EventFilter::ResourceName("AWS::IAM::User".into()), 0),
        ] {
            let query = query(A, Some(filter.clone()), None);
            let found = store.read(move |tx| tx.events(&query)).await?;
            assert_eq!(found.len(), want, "{filter:?}");
        }
        Ok::<_, StoreError>(())
    })
    .expect("a working store");
}

fn events_of_one_account_stay_there(store: &Store) {
    wait(async {
        store
            .write(|tx| tx.append_event(&event(A, 1, "CreateUser")))
            .await?;
        assert!(
            store
                .read(|tx| tx.events(&query(B, None, None)))
                .await?
                .is_empty()
        );
        assert_eq!(
            store
                .write(|tx| tx.forget_events(Timestamp::from_millis(2), Timestamp::default(), 10))
                .await?,
            1
        );
        let users = EventFilter::ResourceType("AWS::IAM::User".into());
        let by_resource = query(A, Some(users), None);
        assert!(
            store
                .read(move |tx| tx.events(&by_resource))
                .await?
                .is_empty()
        );
        Ok::<_, StoreError>(())
    })
    .expect("a working store");
}
