//! Channels: what may be asked of them, and what becomes of the events that come through them.

use std::time::Duration;

use atrium_store::EventPosition;
use atrium_testkit::{Answer, Credentials, Options, Server, on_both_engines};
use serde_json::{Value, json};

use crate::world::{REGION, text};

on_both_engines!(Options::default();
    a_channel_leads_from_one_source_to_own_stores,
    a_store_with_a_channel_stays,
    an_event_is_kept_once_in_each_store,
    a_store_that_takes_nothing_is_told,
    the_event_of_a_call_does_not_repeat_what_came,
    tags_of_a_channel_are_its_own,
);

async fn call(server: &Server, by: &Credentials, operation: &str, input: Value) -> Answer {
    server
        .call(by, REGION, "cloudtrail", operation, input)
        .await
}

/// The ARN of a new event data store for events of a category.
async fn store(server: &Server, by: &Credentials, name: &str, category: &str) -> String {
    let selector = json!({"FieldSelectors": [{"Field": "eventCategory", "Equals": [category]}]});
    let made = json!({"Name": name, "TerminationProtectionEnabled": false, "AdvancedEventSelectors": [selector]});
    text(&call(server, by, "CreateEventDataStore", made).await.ok()["EventDataStoreArn"])
}

fn channel(name: &str, source: &str, stores: &[&str]) -> Value {
    let destinations = stores
        .iter()
        .map(|store| json!({"Type": "EVENT_DATA_STORE", "Location": store}));
    json!({"Name": name, "Source": source, "Destinations": destinations.collect::<Vec<_>>()})
}

async fn made(server: &Server, by: &Credentials, new: Value) -> String {
    text(&call(server, by, "CreateChannel", new).await.ok()["ChannelArn"])
}

fn event(account: &str, id: &str) -> Value {
    let data = json!({"version": "1", "userIdentity": {"type": "person", "principalId": "ann"},
        "eventSource": "shop.example", "eventName": "Sell", "eventTime": "2026-01-05T09:01:02Z", "UID": "u",
        "recipientAccountId": account});
    json!({"id": id, "eventData": data.to_string()})
}

async fn put(server: &Server, by: &Credentials, channel: &str, events: Vec<Value>) -> Answer {
    let input = json!({"channelArn": channel, "auditEvents": events});
    server
        .call(by, REGION, "cloudtrail-data", "PutAuditEvents", input)
        .await
}

/// What waits in a store to be written, read.
async fn waiting(server: &Server, by: &Credentials, store: &str) -> Vec<Value> {
    let (account, id) = (
        by.account.clone(),
        store.rsplit('/').next().unwrap().to_owned(),
    );
    let found = server
        .services()
        .store
        .read(move |tx| tx.pending_records(&account, &id, EventPosition::START, 100));
    let records = found.await.unwrap().into_iter();
    records
        .map(|record| serde_json::from_str(&record.record).unwrap())
        .collect()
}

async fn a_channel_leads_from_one_source_to_own_stores(server: Server) {
    let admin = server.admin().clone();
    let other = server.new_account("222200000002").await;
    let shop = store(&server, &admin, "shop", "ActivityAuditLog").await;
    let calls = store(&server, &admin, "calls", "Management").await;
    let theirs = store(&server, &other, "theirs", "ActivityAuditLog").await;
    let first = made(&server, &admin, channel("first", "Custom", &[&shop])).await;
    for (case, new, want) in [
        (
            "a source that nobody knows",
            channel("second", "Shop", &[&shop]),
            "InvalidSourceException",
        ),
        (
            "another of the same source",
            channel("second", "Custom", &[&shop]),
            "ChannelAlreadyExistsException",
        ),
        (
            "another of the same name",
            channel("first", "GitHub", &[&shop]),
            "ChannelAlreadyExistsException",
        ),
        (
            "a store of calls",
            channel("second", "GitHub", &[&calls]),
            "InvalidEventDataStoreCategoryException",
        ),
        (
            "a store of others",
            channel("second", "GitHub", &[&theirs]),
            "EventDataStoreNotFoundException",
        ),
        (
            "a store twice",
            channel("second", "GitHub", &[&shop, &shop]),
            "InvalidParameterException",
        ),
    ] {
        let refused = call(&server, &admin, "CreateChannel", new).await;
        assert_eq!(refused.refused(), want, "{case}");
    }
    let second = made(&server, &admin, channel("second", "GitHub", &[&shop])).await;
    let listed = call(&server, &admin, "ListChannels", json!({"MaxResults": 1}))
        .await
        .ok();
    let next = json!({"MaxResults": 1, "NextToken": listed["NextToken"]});
    let rest = call(&server, &admin, "ListChannels", next).await.ok();
    let mut found =
        [&listed, &rest].map(|page| text(&page["Channels"].as_array().unwrap()[0]["ChannelArn"]));
    found.sort();
    let mut want = [first.clone(), second.clone()];
    want.sort();
    assert_eq!(found, want);
    let renamed = json!({"Channel": second, "Name": "first"});
    let refused = call(&server, &admin, "UpdateChannel", renamed).await;
    assert_eq!(refused.refused(), "ChannelAlreadyExistsException");
    for operation in ["GetChannel", "UpdateChannel", "DeleteChannel"] {
        let refused = call(&server, &other, operation, json!({ "Channel": first })).await;
        assert_eq!(refused.refused(), "ChannelNotFoundException", "{operation}");
    }
    let none = call(&server, &other, "ListChannels", json!({})).await.ok();
    assert_eq!(none["Channels"], json!([]));
}

async fn a_store_with_a_channel_stays(server: Server) {
    let admin = server.admin().clone();
    let shop = store(&server, &admin, "shop", "ActivityAuditLog").await;
    let other = store(&server, &admin, "other", "ActivityAuditLog").await;
    let arn = made(&server, &admin, channel("first", "Custom", &[&shop])).await;
    let kind = json!([{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]);
    let changed = json!({"EventDataStore": shop, "AdvancedEventSelectors": kind});
    let refused = call(&server, &admin, "UpdateEventDataStore", changed).await;
    assert_eq!(refused.refused(), "InvalidEventSelectorsException");
    let gone = json!({ "EventDataStore": shop });
    let refused = call(&server, &admin, "DeleteEventDataStore", gone.clone()).await;
    assert_eq!(refused.refused(), "ChannelExistsForEDSException");
    let destinations = json!([{"Type": "EVENT_DATA_STORE", "Location": other}]);
    let moved = json!({"Channel": arn, "Destinations": destinations});
    let moved = call(&server, &admin, "UpdateChannel", moved).await.ok();
    assert_eq!(moved["Destinations"], destinations);
    call(&server, &admin, "DeleteEventDataStore", gone)
        .await
        .ok();
}

async fn an_event_is_kept_once_in_each_store(server: Server) {
    let admin = server.admin().clone();
    let account = admin.account.to_string();
    let stores = [
        store(&server, &admin, "one", "ActivityAuditLog").await,
        store(&server, &admin, "two", "ActivityAuditLog").await,
    ];
    let arn = made(
        &server,
        &admin,
        channel("shop", "Custom", &[&stores[0], &stores[1]]),
    )
    .await;
    let first = put(&server, &admin, &arn, vec![event(&account, "a")])
        .await
        .ok();
    let event_id = text(&first["successful"][0]["eventID"]);
    let again = vec![event(&account, "a"), event(&account, "b")];
    let again = put(&server, &admin, &arn, again).await.ok();
    assert_eq!(
        again["successful"][0],
        json!({"id": "a", "eventID": event_id})
    );
    for store in &stores {
        let records = waiting(&server, &admin, store).await;
        assert_eq!(records.len(), 2, "{store}");
        let ids: Vec<&Value> = records.iter().map(|record| &record["eventID"]).collect();
        assert!(ids.contains(&&json!(event_id)), "{ids:?}");
        assert_eq!(records[0]["metadata"]["channelARN"], arn.as_str());
    }
    // After a day nobody knows it any more.
    server.clock().advance(Duration::from_secs(24 * 3600 + 1));
    let now = atrium_api::Clock::now(server.clock());
    let forgotten = server
        .services()
        .store
        .write(move |tx| tx.forget_channel_events(now, 100));
    assert_eq!(forgotten.await.unwrap(), 2);
    let later = put(&server, &admin, &arn, vec![event(&account, "a")])
        .await
        .ok();
    assert_ne!(later["successful"][0]["eventID"], event_id.as_str());
    let twice = vec![event(&account, "x"), event(&account, "x")];
    let refused = put(&server, &admin, &arn, twice).await;
    assert_eq!(refused.refused(), "DuplicatedAuditEventId");
    assert_eq!(waiting(&server, &admin, &stores[0]).await.len(), 3);
}

async fn a_store_that_takes_nothing_is_told(server: Server) {
    let admin = server.admin().clone();
    let shop = store(&server, &admin, "shop", "ActivityAuditLog").await;
    let arn = made(&server, &admin, channel("shop", "Custom", &[&shop])).await;
    let stop = json!({ "EventDataStore": shop });
    call(&server, &admin, "StopEventDataStoreIngestion", stop)
        .await
        .ok();
    let answer = put(
        &server,
        &admin,
        &arn,
        vec![event(admin.account.as_str(), "a")],
    )
    .await
    .ok();
    assert_eq!(answer["failed"][0]["errorCode"], "AccountNotSubscribed");
    assert!(waiting(&server, &admin, &shop).await.is_empty());
    let found = call(&server, &admin, "GetChannel", json!({ "Channel": arn }))
        .await
        .ok();
    let status = &found["IngestionStatus"];
    assert_eq!(status["LatestIngestionErrorCode"], "AccountNotSubscribed");
    assert!(status["LatestIngestionSuccessTime"].is_null());
}

async fn the_event_of_a_call_does_not_repeat_what_came(server: Server) {
    let admin = server.admin().clone();
    let shop = store(&server, &admin, "shop", "ActivityAuditLog").await;
    let arn = made(&server, &admin, channel("shop", "Custom", &[&shop])).await;
    put(
        &server,
        &admin,
        &arn,
        vec![event(admin.account.as_str(), "a")],
    )
    .await
    .ok();
    let named = json!([{"AttributeKey": "EventName", "AttributeValue": "PutAuditEvents"}]);
    let found = call(
        &server,
        &admin,
        "LookupEvents",
        json!({ "LookupAttributes": named }),
    )
    .await
    .ok();
    let record: Value =
        serde_json::from_str(found["Events"][0]["CloudTrailEvent"].as_str().unwrap()).unwrap();
    assert_eq!(record["eventSource"], "cloudtrail-data.amazonaws.com");
    assert_eq!(record["requestParameters"], json!({ "channelArn": arn }));
    assert_eq!(record["resources"][0]["ARN"], arn.as_str());
    assert_eq!(record["readOnly"], false);
}

async fn tags_of_a_channel_are_its_own(server: Server) {
    let admin = server.admin().clone();
    let shop = store(&server, &admin, "shop", "ActivityAuditLog").await;
    let arn = made(&server, &admin, channel("shop", "Custom", &[&shop])).await;
    let tags = json!([{"Key": "team", "Value": "blue"}, {"Key": "cost", "Value": "7"}]);
    let add = json!({"ResourceId": arn, "TagsList": tags});
    call(&server, &admin, "AddTags", add).await.ok();
    let remove = json!({"ResourceId": arn, "TagsList": [{"Key": "team"}]});
    call(&server, &admin, "RemoveTags", remove).await.ok();
    let named = json!({ "ResourceIdList": [arn] });
    let listed = call(&server, &admin, "ListTags", named.clone()).await.ok();
    let want = json!([{"ResourceId": arn, "TagsList": [{"Key": "cost", "Value": "7"}]}]);
    assert_eq!(listed["ResourceTagList"], want);
    let other = server.new_account("222200000002").await;
    assert_eq!(
        call(&server, &other, "ListTags", named).await.refused(),
        "ResourceNotFoundException"
    );
}
