//! Writes the static schema: one `static` a shape, an operation, a pattern, and one for the service.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::Value;

use crate::model::{Model, flag, required, target};

/// Appends the schema of `model` to `code`.
pub fn write(model: &Model, code: &mut String) {
    let ids: BTreeMap<&str, usize> = model
        .shapes
        .keys()
        .enumerate()
        .map(|(id, name)| (name.as_str(), id))
        .collect();
    write_service(model, code);
    for (id, (name, operation)) in model.operations.iter().enumerate() {
        write_operation(id, name, operation, &ids, code);
    }
    let used = model.reachable(roots(model).iter().map(String::as_str));
    let mut patterns: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &used {
        if let Some(pattern) = model.shape(name)["pattern"].as_str() {
            let next = patterns.len();
            patterns.entry(pattern).or_insert(next);
        }
    }
    for (pattern, id) in &patterns {
        put(
            code,
            format_args!("static P{id}: Pattern = Pattern::new({pattern:?});"),
        );
    }
    for name in &used {
        write_shape(model, name, &ids, &patterns, code);
    }
}

/// Every shape an operation names: inputs, outputs, errors.
fn roots(model: &Model) -> BTreeSet<String> {
    let mut roots = BTreeSet::new();
    for (_, operation) in &model.operations {
        for role in ["input", "output"] {
            roots.extend(operation[role]["shape"].as_str().map(str::to_owned));
        }
        for error in operation["errors"].as_array().into_iter().flatten() {
            roots.extend(error["shape"].as_str().map(str::to_owned));
        }
    }
    roots
}

fn write_service(model: &Model, code: &mut String) {
    let meta = &model.metadata;
    let text = |key: &str| meta[key].as_str().unwrap_or_default();
    let protocol = match (text("protocol"), text("jsonVersion")) {
        ("json", "1.0") => "AwsJson10",
        ("json", _) => "AwsJson11",
        ("query", _) => "AwsQuery",
        ("rest-json", _) => "RestJson1",
        (other, _) => panic!("unknown protocol `{other}`"),
    };
    let signing_name = meta["signingName"]
        .as_str()
        .unwrap_or(text("endpointPrefix"));
    let operations: Vec<String> = (0..model.operations.len())
        .map(|id| format!("&OP{id}"))
        .collect();
    put(
        code,
        format_args!(
            "/// What the model says of the service as a whole.\n\
             pub static SERVICE: ServiceMeta = ServiceMeta {{ name: {:?}, service_id: {:?}, protocol: Protocol::{protocol}, \
             api_version: {:?}, signing_name: {signing_name:?}, endpoint_prefix: {:?}, target_prefix: {:?}, xml_namespace: {:?}, \
             operations: &[{}] }};",
            model.service,
            text("serviceId"),
            text("apiVersion"),
            text("endpointPrefix"),
            text("targetPrefix"),
            text("xmlNamespace"),
            operations.join(","),
        ),
    );
}

fn write_operation(
    id: usize,
    name: &str,
    operation: &Value,
    ids: &BTreeMap<&str, usize>,
    code: &mut String,
) {
    let shape = |role: &str| match operation[role]["shape"].as_str() {
        Some(name) => format!("Some(&S{})", ids[name]),
        None => "None".to_owned(),
    };
    let errors: Vec<String> = operation["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|error| error["shape"].as_str())
        .map(|name| format!("&S{}", ids[name]))
        .collect();
    let http = &operation["http"];
    let unsigned = operation["authtype"] == "none"
        || operation["auth"]
            .as_array()
            .is_some_and(|kinds| kinds.iter().all(|kind| kind == "smithy.api#noAuth"));
    put(
        code,
        format_args!(
            "/// `{name}`.\n\
             pub static OP{id}: OperationMeta = OperationMeta {{ name: {name:?}, service: &SERVICE, method: {:?}, uri: {:?}, \
             status: {}, input: {}, output: {}, result_wrapper: {}, errors: &[{}], unsigned: {unsigned}, read_only: {}, \
             idempotent: {} }};",
            http["method"].as_str().unwrap_or("POST"),
            http["requestUri"].as_str().unwrap_or("/"),
            http["responseCode"].as_u64().unwrap_or(200),
            shape("input"),
            shape("output"),
            option(operation["output"]["resultWrapper"].as_str()),
            errors.join(","),
            flag(operation, "readonly"),
            flag(operation, "idempotent"),
        ),
    );
}

fn write_shape(
    model: &Model,
    name: &str,
    ids: &BTreeMap<&str, usize>,
    patterns: &BTreeMap<&str, usize>,
    code: &mut String,
) {
    let shape = model.shape(name);
    let needed = required(shape);
    let members: Vec<String> = model
        .members(shape)
        .iter()
        .map(|(name, m)| member(name, m, needed.contains(name), ids))
        .collect();
    let nested = |role: &str| match shape[role].as_object() {
        Some(_) => format!("Some(&{})", member(role, &shape[role], true, ids)),
        None => "None".to_owned(),
    };
    let number = |key: &str| match shape[key].as_f64() {
        Some(n) => format!("Some({})", n as i64),
        None => "None".to_owned(),
    };
    let pattern = match shape["pattern"].as_str() {
        Some(pattern) => format!("Some(&P{})", patterns[pattern]),
        None => "None".to_owned(),
    };
    let values: Vec<&str> = shape["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let error = if flag(shape, "exception") {
        let error = &shape["error"];
        let fault = flag(shape, "fault") || flag(shape, "synthetic");
        let status = match error["httpStatusCode"].as_u64() {
            Some(status) => format!("Some({status})"),
            None => "None".to_owned(),
        };
        format!(
            "Some(ErrorMeta {{ code: {}, status: {status}, fault: {} }})",
            option(error["code"].as_str()),
            fault
                || error["httpStatusCode"]
                    .as_u64()
                    .is_some_and(|status| status >= 500),
        )
    } else {
        "None".to_owned()
    };
    put(
        code,
        format_args!(
            "static S{}: ShapeMeta = ShapeMeta {{ name: {name:?}, kind: Kind::{}, members: &[{}], item: {}, key: {}, value: {}, \
             min: {}, max: {}, pattern: {pattern}, values: &{values:?}, sensitive: {}, flattened: {}, union: {}, \
             timestamp: {}, error: {error} }};",
            ids[name],
            model.kind(name),
            members.join(","),
            nested("member"),
            nested("key"),
            nested("value"),
            number("min"),
            number("max"),
            flag(shape, "sensitive"),
            flag(shape, "flattened"),
            flag(shape, "union"),
            timestamp(shape),
        ),
    );
}

fn member(name: &str, member: &Value, required: bool, ids: &BTreeMap<&str, usize>) -> String {
    let location = match member["location"].as_str() {
        None => "Body",
        Some("header") => "Header",
        Some("uri") => "Uri",
        Some("querystring") => "Query",
        Some("statusCode") => "Status",
        Some(other) => panic!("member `{name}` in unknown location `{other}`"),
    };
    format!(
        "MemberMeta {{ name: {name:?}, wire_name: {:?}, location: Location::{location}, required: {required}, \
         idempotency_token: {}, flattened: {}, timestamp: {}, shape: &S{} }}",
        member["locationName"].as_str().unwrap_or(name),
        flag(member, "idempotencyToken"),
        flag(member, "flattened"),
        timestamp(member),
        ids[target(member).as_str()],
    )
}

fn timestamp(value: &Value) -> &'static str {
    match value["timestampFormat"].as_str() {
        None => "None",
        Some("iso8601") => "Some(TimestampFormat::Iso8601)",
        Some("unixTimestamp") => "Some(TimestampFormat::Epoch)",
        Some("rfc822") => "Some(TimestampFormat::HttpDate)",
        Some(other) => panic!("unknown timestamp format `{other}`"),
    }
}

fn option(text: Option<&str>) -> String {
    match text {
        Some(text) => format!("Some({text:?})"),
        None => "None".to_owned(),
    }
}

fn put(code: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String can't fail.
    let _ = writeln!(code, "{line}");
}
