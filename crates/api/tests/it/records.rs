//! Where records are kept, for whom, and that they can be read.

use atrium_api::Clock as _;
use atrium_model::trail::{AdvancedEventSelector, FieldSelector, Selectors};
use atrium_store::{Event, EventFilter, EventQuery, StoreError};
use atrium_testkit::{Credentials, Options, Server, on_both_engines};
use atrium_trail::rules::{EventPattern, envelope};
use atrium_trail::selected;
use serde_json::{Value, json};

use crate::trails::make_bucket;
use crate::world::{REGION, assume, text};

on_both_engines!(Options::default();
    services_without_regions_are_recorded_in_one,
    what_is_nested_deeply_can_be_read_again,
    owners_of_trails_hear_of_delegated_administrators,
);

/// The records of an operation that LookupEvents shows, newest first.
async fn look_up(server: &Server, by: &Credentials, region: &str, operation: &str) -> Vec<Value> {
    let asked =
        json!({"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": operation}]});
    let answer = server.call(by, region, "cloudtrail", "LookupEvents", asked);
    let answer = answer.await.ok();
    let events = answer["Events"].as_array().unwrap();
    let record = |event: &Value| serde_json::from_str(&text(&event["CloudTrailEvent"])).unwrap();
    events.iter().map(record).collect()
}

/// Whoever signs for a Region that nobody looks at hides nothing.
async fn services_without_regions_are_recorded_in_one(server: Server) {
    const FAR: &str = "ap-southeast-2";
    let by = server.admin();
    for (service, operation, input, region) in [
        ("iam", "CreateUser", json!({"UserName": "mole"}), REGION),
        ("organizations", "ListRoots", json!({}), REGION),
        ("account", "ListRegions", json!({}), REGION),
        ("sts", "GetCallerIdentity", json!({}), FAR),
        ("sso-admin", "ListInstances", json!({}), FAR),
    ] {
        server.call(by, FAR, service, operation, input).await.ok();
        let found = look_up(&server, by, region, operation).await;
        let [record] = found.as_slice() else {
            panic!("{operation} in {region}: {found:?}");
        };
        assert_eq!(record["awsRegion"], region, "{operation}");
        let elsewhere = if region == FAR { REGION } else { FAR };
        let found = look_up(&server, by, elsewhere, operation).await;
        assert!(found.is_empty(), "{operation} in {elsewhere}: {found:?}");
        let is_change = operation == "CreateUser";
        assert_eq!(
            record["responseElements"].is_object(),
            is_change,
            "{record}"
        );
    }
}

/// The newest event of an operation in an account.
async fn newest(server: &Server, account: &Credentials, operation: &str) -> Event {
    server.flush_events().await;
    let now = server.clock().now();
    let query = EventQuery {
        account: account.account.clone(),
        region: REGION.parse().unwrap(),
        from: now,
        to: now,
        filter: Some(EventFilter::EventName(operation.to_owned())),
        after: None,
        limit: 1,
    };
    let found = server.services().store.read(move |tx| tx.events(&query));
    let found = found
        .await
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
    found.into_iter().next().expect("an event").1
}

async fn what_is_nested_deeply_can_be_read_again(server: Server) {
    const OPERATION: &str = "PutApplicationAuthenticationMethod";
    let by = server.admin();
    let pattern = json!({"detail": {"requestParameters": {"authenticationMethodType": ["IAM"]}}});
    let pattern = EventPattern::new(&pattern).unwrap();
    let selectors = Selectors::Advanced(vec![AdvancedEventSelector {
        name: None,
        fields: vec![FieldSelector {
            field: "userIdentity.arn".to_owned(),
            starts_with: vec!["arn:".to_owned()],
            ..FieldSelector::default()
        }],
    }]);
    for levels in [3, 60, 61, 123] {
        let nested = (1..levels).fold(json!([]), |inner, _| json!([inner]));
        let input = json!({
            "ApplicationArn": format!("arn:aws:sso::{}:application/ssoins-7223000000000000/apl-7223000000000000", by.account),
            "AuthenticationMethodType": "IAM",
            "AuthenticationMethod": {"Iam": {"ActorPolicy": nested}},
        });
        let answer = server.call(by, REGION, "sso-admin", OPERATION, input).await;
        assert!(answer.code().is_some(), "there is no such application");
        let event = newest(&server, by, OPERATION).await;
        let sent = envelope(&event).expect("rules read it");
        assert!(pattern.matches(&sent), "{levels}: {sent}");
        assert!(selected(&selectors, &event), "{levels}");
        let shown = look_up(&server, by, REGION, OPERATION).await;
        assert_eq!(shown[0]["eventID"], event.id.as_str());
        assert_eq!(
            shown[0]["requestID"],
            answer.headers["x-amzn-requestid"].to_str().unwrap()
        );
        let told = &shown[0]["requestParameters"]["authenticationMethod"]["iam"]["actorPolicy"];
        assert_eq!(*told == nested, levels <= 61, "{levels}: {told}");
    }
}

async fn owners_of_trails_hear_of_delegated_administrators(server: Server) {
    let owner = server.admin();
    let call = async |by: &Credentials, operation: &str, input: Value| {
        let service = match atrium_wire::find("cloudtrail", operation) {
            Some(_) => "cloudtrail",
            None => "organizations",
        };
        server.call(by, REGION, service, operation, input).await
    };
    let mut accounts = Vec::new();
    for name in ["delegate", "member"] {
        let asked = json!({"AccountName": name, "Email": format!("{name}@made.example")});
        let made = call(owner, "CreateAccount", asked).await.ok();
        let asked = json!({"CreateAccountRequestId": made["CreateAccountStatus"]["Id"]});
        let made = call(owner, "DescribeCreateAccountStatus", asked).await.ok();
        let id = text(&made["CreateAccountStatus"]["AccountId"]);
        accounts.push(assume(&server, owner, &id, "OrganizationAccountAccessRole").await);
    }
    let [delegate, member] = <[Credentials; 2]>::try_from(accounts).unwrap();
    let asked = json!({"MemberAccountId": delegate.account.as_str()});
    call(owner, "RegisterOrganizationDelegatedAdmin", asked)
        .await
        .ok();
    make_bucket(&server, "everybody").await;
    let new = |name: &str| json!({"Name": name, "S3BucketName": "everybody", "IsOrganizationTrail": true});
    let trail = call(owner, "CreateTrail", new("first")).await.ok()["TrailARN"].clone();
    call(owner, "StartLogging", json!({"Name": trail}))
        .await
        .ok();

    let second = trail.as_str().unwrap().replace("/first", "/second");
    let store = json!({"Name": "everything", "OrganizationEnabled": true, "TerminationProtectionEnabled": false});
    let made = call(&delegate, "CreateEventDataStore", store).await.ok();
    let store = &made["EventDataStoreArn"];
    let writes = json!([{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": true}]);
    let tags = json!([{"Key": "team", "Value": "blue"}]);
    let steps = [
        (&delegate, "CreateTrail", new("second"), json!(second), ""),
        (
            &delegate,
            "PutEventSelectors",
            json!({"TrailName": trail, "EventSelectors": writes}),
            trail.clone(),
            "",
        ),
        (
            &delegate,
            "UpdateTrail",
            json!({"Name": trail, "IncludeGlobalServiceEvents": true}),
            trail.clone(),
            "",
        ),
        (
            &delegate,
            "AddTags",
            json!({"ResourceId": trail, "TagsList": tags}),
            trail.clone(),
            "",
        ),
        (
            &delegate,
            "StopLogging",
            json!({"Name": trail}),
            trail.clone(),
            "",
        ),
        (
            &member,
            "StartLogging",
            json!({"Name": trail}),
            trail.clone(),
            "refused",
        ),
        (
            &delegate,
            "DeleteTrail",
            json!({"Name": trail}),
            trail.clone(),
            "",
        ),
        (
            &delegate,
            "UpdateEventDataStore",
            json!({"EventDataStore": store, "Name": "all"}),
            store.clone(),
            "",
        ),
        (
            &delegate,
            "RemoveTags",
            json!({"ResourceId": store, "TagsList": tags}),
            store.clone(),
            "",
        ),
        (
            &delegate,
            "StopEventDataStoreIngestion",
            json!({"EventDataStore": store}),
            store.clone(),
            "",
        ),
        (
            &delegate,
            "DeleteEventDataStore",
            json!({"EventDataStore": store}),
            store.clone(),
            "",
        ),
    ];
    let mut made = vec![(&delegate, "CreateEventDataStore", store.clone(), "")];
    for (by, operation, input, arn, outcome) in steps {
        let answer = call(by, operation, input).await;
        assert_eq!(
            answer.is_ok(),
            outcome.is_empty(),
            "{operation}: {}",
            answer.text
        );
        made.push((by, operation, arn, outcome));
    }
    for (by, operation, arn, outcome) in made {
        let copies = look_up(&server, owner, REGION, operation).await;
        let copy = copies
            .iter()
            .find(|copy| copy["userIdentity"]["accountId"] == by.account.as_str());
        let copy = copy.unwrap_or_else(|| panic!("{operation} is not told to the owner"));
        let own = look_up(&server, by, REGION, operation).await;
        let [own] = own.as_slice() else {
            panic!("{operation}: {own:?}");
        };
        assert_eq!(copy["userIdentity"]["type"], "AWSAccount");
        assert_eq!(copy["recipientAccountId"], owner.account.as_str());
        assert_eq!(own["recipientAccountId"], by.account.as_str());
        assert!(own["sharedEventID"].is_string(), "{own}");
        for field in [
            "sharedEventID",
            "requestID",
            "requestParameters",
            "resources",
            "errorCode",
        ] {
            assert_eq!(own[field], copy[field], "{operation} {field}");
        }
        assert_ne!(own["eventID"], copy["eventID"]);
        assert_eq!(copy["errorCode"].is_string(), !outcome.is_empty(), "{copy}");
        assert_eq!(copy["resources"][0]["ARN"], arn, "{operation}");
        assert_eq!(copy["resources"][0]["accountId"], owner.account.as_str());
    }

    // What only reads has no copy, nor what one does with one's own.
    call(
        &delegate,
        "GetEventDataStore",
        json!({"EventDataStore": store}),
    )
    .await
    .ok();
    call(owner, "GetTrail", json!({"Name": second})).await.ok();
    for operation in ["GetEventDataStore", "GetTrail"] {
        for record in look_up(&server, owner, REGION, operation).await {
            assert!(record.get("sharedEventID").is_none(), "{record}");
        }
    }
    assert!(
        look_up(&server, owner, REGION, "GetEventDataStore")
            .await
            .is_empty()
    );
}
