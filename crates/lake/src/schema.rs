//! The columns of an event data store, as CloudTrail Lake documents them.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};

/// The column by which files are sorted and partitioned.
pub const TIME: &str = "eventtime";

/// The column that tells records apart.
pub const ID: &str = "eventid";

/// The record as it came.
pub const JSON: &str = "eventjson";

static EVENTS: LazyLock<SchemaRef> = LazyLock::new(|| Arc::new(events()));

/// The schema of CloudTrail events ("Supported event schema" of CloudTrail Lake), in its order; then what events of other sources
/// have besides ("CloudTrail Lake integrations event schema"), which come by PutAuditEvents.
#[must_use]
pub fn schema() -> SchemaRef {
    Arc::clone(&EVENTS)
}

fn events() -> Schema {
    let mut columns = vec![
        text("eventversion"),
        structure("useridentity", user_identity()),
        time(TIME),
    ];
    columns.extend(texts(&[
        "eventsource",
        "eventname",
        "awsregion",
        "sourceipaddress",
        "useragent",
        "errorcode",
        "errormessage",
    ]));
    columns.extend([
        map("requestparameters"),
        map("responseelements"),
        map("additionaleventdata"),
    ]);
    columns.extend([text("requestid"), text(ID), flag("readonly")]);
    columns.push(list(
        "resources",
        texts(&["accountid", "type", "arn", "arnprefix"]),
    ));
    columns.extend([
        text("eventtype"),
        text("apiversion"),
        flag("managementevent"),
    ]);
    columns.extend(texts(&[
        "recipientaccountid",
        "sharedeventid",
        "annotation",
        "vpcendpointid",
        "vpcendpointaccountid",
    ]));
    columns.extend([
        map("serviceeventdetails"),
        map("addendum"),
        map("edgedevicedetails"),
        map("insightdetails"),
        text("eventcategory"),
        structure(
            "tlsdetails",
            texts(&["tlsversion", "ciphersuite", "clientprovidedhostheader"]),
        ),
        text("sessioncredentialfromconsole"),
        text(JSON),
        text("eventjsonchecksum"),
        structure("metadata", vec![time("ingestiontime"), text("channelarn")]),
        structure("eventdata", event_data()),
    ]);
    Schema::new(columns)
}

/// What another source told of an event.
fn event_data() -> Vec<Field> {
    let identity = vec![text("type"), text("principalid"), map("details")];
    let mut fields = vec![text("version"), structure("useridentity", identity)];
    fields.extend(texts(&["useragent", "eventsource", "eventname"]));
    fields.extend([
        time(TIME),
        text("uid"),
        map("requestparameters"),
        map("responseelements"),
    ]);
    fields.extend(texts(&[
        "errorcode",
        "errormessage",
        "sourceipaddress",
        "recipientaccountid",
    ]));
    fields.push(map("additionaleventdata"));
    fields
}

fn user_identity() -> Vec<Field> {
    let issuer = texts(&["type", "principalid", "arn", "accountid", "username"]);
    let session = vec![
        structure(
            "attributes",
            vec![time("creationdate"), text("mfaauthenticated")],
        ),
        structure("sessionissuer", issuer),
        structure(
            "webidfederationdata",
            vec![text("federatedprovider"), map("attributes")],
        ),
        text("sourceidentity"),
        text("ec2roledelivery"),
        text("ec2issuedinvpc"),
    ];
    let scope = texts(&[
        "sourcearn",
        "sourceaccount",
        "issuertype",
        "credentialsissuedto",
    ]);
    let mut fields = texts(&[
        "type",
        "principalid",
        "arn",
        "accountid",
        "accesskeyid",
        "username",
    ]);
    fields.extend([
        structure("sessioncontext", session),
        structure("onbehalfof", texts(&["userid", "identitystorearn"])),
        structure("inscopeof", scope),
        text("invokedby"),
        text("identityprovider"),
    ]);
    fields
}

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn texts(names: &[&str]) -> Vec<Field> {
    names.iter().map(|name| text(name)).collect()
}

fn flag(name: &str) -> Field {
    Field::new(name, DataType::Boolean, true)
}

/// UTC without saying so, as the other engines' `timestamp` is; CloudTrail's times have at most milliseconds.
fn time(name: &str) -> Field {
    Field::new(name, DataType::Timestamp(TimeUnit::Millisecond, None), true)
}

fn structure(name: &str, fields: Vec<Field>) -> Field {
    Field::new(name, DataType::Struct(Fields::from(fields)), true)
}

// The names inside lists and maps are the Parquet format's own, which all readers know.
fn list(name: &str, fields: Vec<Field>) -> Field {
    let element = Field::new("element", DataType::Struct(Fields::from(fields)), true);
    Field::new(name, DataType::List(Arc::new(element)), true)
}

fn map(name: &str) -> Field {
    let entry = vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, true),
    ];
    let entries = Field::new("key_value", DataType::Struct(Fields::from(entry)), false);
    Field::new(name, DataType::Map(Arc::new(entries), false), true)
}
