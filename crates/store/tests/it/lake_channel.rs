use atrium_model::iam::Tag;
use atrium_model::lake::{Channel, ChannelPut, Ingestion};
use atrium_model::{Region, Timestamp};
use atrium_store::{Store, StoreError};

use crate::kit::{A, B, account, run};

crate::store_conformance!(
    channels_belong_to_accounts,
    name_and_source_are_unique_in_account_and_region,
    a_store_knows_whether_a_channel_leads_to_it,
    an_event_comes_once,
);

fn channel(owner: &str, id: &str) -> Channel {
    Channel {
        account: account(owner),
        id: id.to_owned(),
        region: Region::US_EAST_1,
        name: format!("channel-{id}"),
        source: format!("source-{id}"),
        stores: vec!["s".to_owned()],
        tags: Vec::new(),
        policy: None,
        ingestion: Ingestion::default(),
        created: Timestamp::from_millis(1),
    }
}

fn channels_belong_to_accounts(store: &Store) {
    run(store, |tx| {
        let own = channel(A, "c");
        tx.insert_channel(&own)?;
        assert_eq!(tx.channel(&account(A), "c")?, Some(own.clone()));
        assert_eq!(tx.channel(&account(B), "c")?, None);
        let changed = Channel {
            policy: Some("{}".to_owned()),
            tags: vec![Tag {
                key: "team".into(),
                value: "blue".into(),
            }],
            ingestion: Ingestion {
                refusal: Some("InvalidData".to_owned()),
                ..Ingestion::default()
            },
            ..own
        };
        assert!(tx.update_channel(&changed)?);
        let foreign = Channel {
            account: account(B),
            ..changed.clone()
        };
        assert!(!tx.update_channel(&foreign)?);
        tx.delete_channel(&foreign)?;
        assert_eq!(tx.channel(&account(A), "c")?, Some(changed.clone()));
        let region = Region::US_EAST_1;
        assert_eq!(tx.channels(&account(A), &region, "", 9)?, [changed]);
        assert_eq!(tx.channels(&account(A), &region, "c", 9)?, []);
        assert_eq!(tx.channels(&account(B), &region, "", 9)?, []);
        assert_eq!(tx.count_channels(&account(A), &region)?, 1);
        assert_eq!(tx.count_channels(&account(B), &region)?, 0);
        Ok(())
    });
}

fn name_and_source_are_unique_in_account_and_region(store: &Store) {
    run(store, |tx| {
        tx.insert_channel(&channel(A, "a"))?;
        tx.insert_channel(&channel(A, "b"))?;
        for taken in [
            Channel {
                name: "channel-a".to_owned(),
                ..channel(A, "c")
            },
            Channel {
                source: "source-a".to_owned(),
                ..channel(A, "c")
            },
        ] {
            let refused = tx.insert_channel(&taken);
            assert!(
                matches!(refused, Err(StoreError::Duplicate(_))),
                "{refused:?}"
            );
        }
        let renamed = Channel {
            name: "channel-a".to_owned(),
            ..channel(A, "b")
        };
        let refused = tx.update_channel(&renamed);
        assert!(
            matches!(refused, Err(StoreError::Duplicate(_))),
            "{refused:?}"
        );
        tx.insert_channel(&Channel {
            region: "eu-west-1".parse().expect("a Region"),
            id: "c".to_owned(),
            ..channel(A, "a")
        })?;
        tx.insert_channel(&channel(B, "a"))
    });
}

fn a_store_knows_whether_a_channel_leads_to_it(store: &Store) {
    run(store, |tx| {
        let own = channel(A, "c");
        tx.insert_channel(&own)?;
        assert!(tx.has_channel(&account(A), "s")?);
        assert!(!tx.has_channel(&account(A), "t")?);
        assert!(!tx.has_channel(&account(B), "s")?);
        let moved = Channel {
            stores: vec!["t".to_owned()],
            ..own
        };
        tx.update_channel(&moved)?;
        assert!(!tx.has_channel(&account(A), "s")?);
        assert!(tx.has_channel(&account(A), "t")?);
        tx.delete_channel(&moved)?;
        assert!(!tx.has_channel(&account(A), "t")?);
        Ok(())
    });
}

fn an_event_comes_once(store: &Store) {
    run(store, |tx| {
        let put = |owner: &str, channel: &str, event: &str, until: i64| ChannelPut {
            account: account(owner),
            channel: channel.to_owned(),
            source_id: "x".to_owned(),
            event_id: event.to_owned(),
            until: Timestamp::from_millis(until),
        };
        assert_eq!(tx.put_channel_event(&put(A, "c", "1", 5))?, None);
        assert_eq!(
            tx.put_channel_event(&put(A, "c", "2", 9))?.as_deref(),
            Some("1")
        );
        assert_eq!(tx.put_channel_event(&put(A, "d", "3", 9))?, None);
        assert_eq!(tx.put_channel_event(&put(B, "c", "4", 9))?, None);
        assert!(!tx.may_forget_channel_events(Timestamp::from_millis(4))?);
        assert!(tx.may_forget_channel_events(Timestamp::from_millis(5))?);
        assert_eq!(tx.forget_channel_events(Timestamp::from_millis(4), 9)?, 0);
        assert_eq!(tx.forget_channel_events(Timestamp::from_millis(5), 9)?, 1);
        assert_eq!(tx.put_channel_event(&put(A, "c", "5", 9))?, None);
        assert_eq!(tx.forget_channel_events(Timestamp::from_millis(9), 2)?, 2);
        Ok(())
    });
}
