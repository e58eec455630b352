//! From a record to an event: every field of the record has one place.

mod caller;
mod endpoint;
mod observables;
mod outcome;
mod sign_in;
mod target;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::choose::{Choice, choose};
use crate::class::{Activity, Class, Classes};
use crate::event::{Event, OCSF_VERSION};
use crate::objects::{
    Account, Api, Cloud, Feature, HttpRequest, Metadata, Owner, Product, Request, Resource,
    Response, Service,
};
use crate::record::Record;
use crate::shape::{Text, Time};

/// What a required text says if the record doesn't have it.
const UNKNOWN: &str = "Unknown";

/// The event of a record. `time` is the record's `eventTime`, which the caller has read already.
///
/// It never fails: what is missing is called `Unknown`, and what is of another kind than documented stands in `unmapped`.
#[must_use]
pub fn event(record: Map<String, Value>, time: Timestamp, classes: Classes) -> Event {
    let mut record = Record::new(record);
    let Choice {
        class,
        activity,
        entity,
    } = choose(&record, classes);
    let (category_uid, category_name) = class.category();
    let (status, status_id) = outcome::status(&record, class);
    // What tells of targets stays where it is, in the parameters; so it is read before those are taken.
    let mut event = Event {
        time: time.as_millisecond(),
        time_dt: Time::of(time),
        category_name: category_name.into(),
        category_uid,
        class_name: class.caption().into(),
        class_uid: class.uid(),
        activity_name: activity_name(activity, &record),
        activity_id: activity.id,
        type_name: format!("{}: {}", class.caption(), activity.name).into(),
        type_uid: i64::from(class.uid()) * 100 + i64::from(activity.id),
        severity: "Informational".into(),
        severity_id: 1,
        status,
        status_id,
        ..Event::default()
    };
    match class {
        Class::AccountChange => {
            event.user = Some(target::account(&record));
            event.policy = target::policy(&record, activity);
        }
        Class::EntityManagement => event.entity = Some(target::entity(&record, entity)),
        Class::UserAccess => {
            event.user = Some(target::assignee(&record));
            event.privileges = Some(target::privileges(&record));
            event.resource = target::assigned(&record);
        }
        Class::GroupManagement => {
            event.group = Some(target::group(&record));
            event.user = target::member(&record, activity);
            event.privileges = target::group_privileges(&record, activity);
            event.resource = target::assigned(&record);
        }
        Class::ApiActivity => event.resources = resources(&mut record),
        Class::Authentication => {}
    }
    // Some steps of a sign-in name only the caller's account, which is the instance's.
    let caller_s = record.first(&["userIdentity.accountId"]);
    event.actor = caller::actor(&mut record);
    if class == Class::Authentication {
        sign_in::fill(&mut event, &mut record);
    }
    if class.has("src_endpoint") {
        event.src_endpoint = Some(endpoint::source(&mut record));
        event.http_request = record
            .take("userAgent")
            .map(|user_agent| HttpRequest { user_agent });
    }
    event.metadata = metadata(class, &mut record);
    event.cloud = cloud(&mut record, caller_s);
    event.api = api(&mut record);
    // The same moment as `time`, with whose text nothing more is told.
    record.remove("eventTime");
    event.observables = Some(observables::of(&event, &record)).filter(|found| !found.is_empty());
    event.unmapped = record.rest();
    event
}

/// The activity's word, or that of the operation if the class has none.
fn activity_name(activity: Activity, record: &Record) -> Text {
    match record.text("eventName") {
        Some(operation) if activity == Activity::OTHER => operation.into_owned().into(),
        _ => activity.name.into(),
    }
}

fn metadata(class: Class, record: &mut Record) -> Metadata {
    let feature = record.take("eventCategory");
    Metadata {
        version: OCSF_VERSION.into(),
        product: Product {
            name: "CloudTrail".into(),
            vendor_name: "AWS".into(),
            version: record.take("eventVersion"),
            feature: Feature {
                // What AWS's own mapping says of records from before there were categories.
                name: feature.unwrap_or_else(|| "Management, Data, and Insights".into()),
            },
        },
        uid: record.take("eventID"),
        event_code: record.take("eventType"),
        profiles: class.profiles().iter().map(|name| (*name).into()).collect(),
    }
}

fn cloud(record: &mut Record, caller_s: Option<Text>) -> Cloud {
    let account = record.take("recipientAccountId").or(caller_s);
    Cloud {
        provider: "AWS".into(),
        region: record.take("awsRegion"),
        account: account.map(|uid| Account { uid }),
    }
}

fn api(record: &mut Record) -> Api {
    let asked = record.take_json("requestParameters");
    // `UID` is the same in events that came through a channel.
    let id = record.take_first(&["requestID", "eventData.UID"]);
    let request = (asked.is_some() || id.is_some()).then(|| Request {
        // AWS's own mapping writes two quotation marks where there is no id.
        uid: id.unwrap_or_else(|| "''".into()),
        data: asked,
    });
    let response = Response {
        error: record.take("errorCode"),
        message: record.take("errorMessage"),
        data: record.take_json("responseElements"),
    };
    Api {
        operation: record.take("eventName").unwrap_or_else(|| UNKNOWN.into()),
        version: record.take("apiVersion"),
        service: record.take("eventSource").map(|name| Service { name }),
        request,
        response: Some(response).filter(|response| *response != Response::default()),
    }
}

/// `resources`: those that have an ARN.
fn resources(record: &mut Record) -> Option<Vec<Resource>> {
    let mut found = Vec::new();
    for item in record.items("resources") {
        // CloudTrail itself writes both spellings.
        let Some(uid) = take_from(item, "ARN").or_else(|| take_from(item, "arn")) else {
            continue;
        };
        found.push(Resource {
            uid,
            r#type: take_from(item, "type"),
            owner: take_from(item, "accountId").map(|uid| Owner {
                account: Account { uid },
            }),
        });
    }
    Some(found).filter(|found| !found.is_empty())
}

fn take_from(item: &mut Map<String, Value>, name: &str) -> Option<Text> {
    let text = crate::record::text_of(item.get(name)?)?.into_owned();
    item.remove(name);
    Some(text.into())
}
