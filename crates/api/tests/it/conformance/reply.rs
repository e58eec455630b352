//! Answers, held against the model.

use atrium_testkit::Element;
use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value, json};

use super::check::Check;
use super::model::{Operation, Shape};
use super::rules::Rules;

/// What a service may answer without the model's saying so.
const COMMON: &[&str] = &[
    "AccessDeniedException",
    "ThrottlingException",
    "ValidationException",
];
const COMMON_QUERY: &[&str] = &[
    "AccessDenied",
    "InvalidParameterValue",
    "Throttling",
    "ValidationError",
];

/// One answer.
pub struct Reply {
    pub status: u16,
    /// The body as it came.
    pub text: String,
    /// Of an error.
    pub code: Option<String>,
    /// Of an error.
    pub message: String,
    /// The output, or the members of the error.
    pub value: Value,
    /// What is wrong with it.
    pub faults: Vec<String>,
}

impl Reply {
    pub fn read(operation: Operation<'_>, response: Response<Bytes>, rules: &mut Rules) -> Self {
        let (parts, body) = response.into_parts();
        let mut reply = Self {
            status: parts.status.as_u16(),
            text: String::from_utf8_lossy(&body).into_owned(),
            code: None,
            message: String::new(),
            value: Value::Null,
            faults: Vec::new(),
        };
        let header = |name: &str| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        if header("x-amzn-requestid").len() != 36 {
            reply.faults.push("has no request id".to_owned());
        }
        let model = operation.model;
        let content = match model.protocol() {
            "query" => "text/xml".to_owned(),
            "rest-json" => "application/json".to_owned(),
            _ => format!("application/x-amz-json-{}", model.metadata("jsonVersion")),
        };
        if header("content-type") != content && !body.is_empty() {
            reply
                .faults
                .push(format!("is {}, not {content}", header("content-type")));
        }
        match model.protocol() {
            "query" => reply.xml(operation),
            protocol => {
                let named =
                    (protocol == "rest-json").then(|| header("x-amzn-errortype").to_owned());
                reply.json(named.filter(|code| !code.is_empty()));
            }
        }
        if reply.status < 300 {
            reply.check_output(operation, rules);
        } else if reply.status < 500 {
            reply.check_error(operation, rules);
        } else {
            reply.faults.push("is the server's failure".to_owned());
        }
        reply
    }

    pub fn is_ok(&self) -> bool {
        self.status < 300
    }

    fn json(&mut self, code: Option<String>) {
        if !self.text.is_empty() {
            match serde_json::from_str(&self.text) {
                Ok(value) => self.value = value,
                Err(error) => self.faults.push(format!("isn't JSON: {error}")),
            }
        }
        if self.status >= 300 {
            self.code = code.or_else(|| self.value["__type"].as_str().map(str::to_owned));
            self.message = self.value["message"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
        }
    }

    fn xml(&mut self, operation: Operation<'_>) {
        let Some(root) = Element::parse(&self.text) else {
            self.faults.push("isn't XML".to_owned());
            return;
        };
        let child =
            |element: &Element, name: &str| element.child(name).map(|child| child.text.clone());
        if let Some(error) = root.child("Error") {
            self.code = child(error, "Code");
            self.message = child(error, "Message").unwrap_or_default();
            if root.name != "ErrorResponse" || child(error, "Type").as_deref() != Some("Sender") {
                self.faults
                    .push("isn't an ErrorResponse of the sender's".to_owned());
            }
            return;
        }
        if root.name != format!("{}Response", operation.name) {
            self.faults.push(format!("is a {}", root.name));
        }
        if root
            .child("ResponseMetadata")
            .and_then(|found| found.child("RequestId"))
            .is_none()
        {
            self.faults.push("has no ResponseMetadata".to_owned());
        }
        let found = operation.wrapper().map(|name| (name, root.child(name)));
        match (operation.output(), found) {
            (Some(shape), Some((_, Some(result)))) => {
                self.value = value(shape, false, result, &mut self.faults)
            }
            (Some(_), Some((name, None))) => self.faults.push(format!("has no {name}")),
            _ => {}
        }
    }

    fn check_output(&mut self, operation: Operation<'_>, rules: &mut Rules) {
        let xml = operation.model.protocol() == "query";
        match operation.output() {
            Some(shape) => {
                let mut check = Check {
                    rules,
                    xml,
                    faults: Vec::new(),
                };
                check.structure(shape, &self.value, "");
                self.faults.extend(check.faults);
            }
            None if xml || self.text.is_empty() || self.value == json!({}) => {}
            None => self.faults.push("has a body".to_owned()),
        }
    }

    fn check_error(&mut self, operation: Operation<'_>, rules: &mut Rules) {
        if self.message.is_empty() {
            self.faults.push("has no message".to_owned());
        }
        let Some(code) = self.code.clone() else {
            self.faults.push("has no code".to_owned());
            return;
        };
        let query = operation.model.protocol() == "query";
        let name = |shape: &Shape<'_>| match (query, shape.error_code()) {
            (true, Some(code)) => code.to_owned(),
            _ => shape.name.to_owned(),
        };
        let Some(shape) = operation.errors().find(|shape| name(shape) == code) else {
            let common = if query { COMMON_QUERY } else { COMMON };
            // IAM has it for most operations in the model, and for all in truth.
            let entity = operation.model.service == "iam" && code == "NoSuchEntity";
            let read = ["SerializationException", "MalformedInput"].contains(&code.as_str());
            if !(common.contains(&code.as_str()) || entity || read) {
                self.faults
                    .push(format!("is {code}, which the model doesn't have"));
            }
            return;
        };
        let status = match operation.model.protocol() {
            "json" => 400,
            _ => shape.error_status().unwrap_or(400),
        };
        if u64::from(self.status) != status {
            self.faults
                .push(format!("has status {}, not {status}", self.status));
        }
        if !query {
            let mut value = self.value.clone();
            if let Some(members) = value.as_object_mut() {
                for extra in ["__type", "message", "Message"] {
                    if shape.member(extra).is_none() {
                        members.shift_remove(extra);
                    }
                }
            }
            let mut check = Check {
                rules,
                xml: false,
                faults: Vec::new(),
            };
            check.structure(shape, &value, "");
            self.faults.extend(check.faults);
        }
    }
}

/// An element as JSON would have it.
fn value(shape: Shape<'_>, flattened: bool, element: &Element, faults: &mut Vec<String>) -> Value {
    let mut unknown =
        |name: &str| faults.push(format!("has a strange <{name}> in <{}>", element.name));
    match shape.kind() {
        "structure" => {
            let known = |child: &Element| {
                shape
                    .members()
                    .any(|member| member.wire_name() == child.name)
            };
            element
                .children
                .iter()
                .filter(|child| !known(child))
                .for_each(|child| unknown(&child.name));
            let mut members = Map::new();
            for member in shape.members() {
                let found = element
                    .children
                    .iter()
                    .filter(|child| child.name == member.wire_name());
                let found: Vec<&Element> = found.collect();
                if member.is_flattened() && !found.is_empty() {
                    let item = member.shape.item().shape;
                    let items = found.iter().map(|child| value(item, false, child, faults));
                    members.insert(member.name.to_owned(), items.collect());
                } else if let [child, rest @ ..] = found.as_slice() {
                    members.insert(
                        member.name.to_owned(),
                        value(member.shape, false, child, faults),
                    );
                    if !rest.is_empty() {
                        faults.push(format!("repeats <{}>", member.name));
                    }
                }
            }
            members.into()
        }
        "list" if !flattened => {
            let name = shape.item().wire_name();
            element
                .children
                .iter()
                .filter(|child| child.name != name)
                .for_each(|child| unknown(&child.name));
            element
                .children
                .iter()
                .map(|child| value(shape.item().shape, false, child, faults))
                .collect()
        }
        "map" => {
            let mut entries = Map::new();
            for child in &element.children {
                let (key, inner) = (
                    child.child(shape.key().wire_name()),
                    child.child(shape.value().wire_name()),
                );
                match (key, inner) {
                    (Some(key), Some(inner)) if child.name == "entry" => {
                        let inner = value(shape.value().shape, false, inner, faults);
                        entries.insert(key.text.clone(), inner);
                    }
                    _ => faults.push(format!(
                        "has a strange <{}> in <{}>",
                        child.name, element.name
                    )),
                }
            }
            entries.into()
        }
        "integer" | "long" | "double" | "float" | "boolean" => {
            serde_json::from_str(&element.text).unwrap_or_else(|_| element.text.clone().into())
        }
        _ => element.text.clone().into(),
    }
}
