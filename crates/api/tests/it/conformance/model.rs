//! AWS's models as they are written, read without the code under test.

use std::path::Path;

use serde_json::{Map, Value};

/// The services whose operations are walked.
pub const SERVICES: [&str; 9] = [
    "account",
    "atrium",
    "cloudtrail",
    "cloudtrail-data",
    "iam",
    "identitystore",
    "organizations",
    "sso-admin",
    "sts",
];

/// One service.
pub struct Model {
    pub service: &'static str,
    json: Value,
}

/// One operation of a model.
#[derive(Clone, Copy)]
pub struct Operation<'m> {
    pub model: &'m Model,
    pub name: &'m str,
    json: &'m Value,
}

/// One shape of a model.
#[derive(Clone, Copy)]
pub struct Shape<'m> {
    model: &'m Model,
    pub name: &'m str,
    json: &'m Value,
}

/// One member of a structure, or what a list or map is made of.
#[derive(Clone, Copy)]
pub struct Member<'m> {
    pub name: &'m str,
    pub shape: Shape<'m>,
    json: &'m Value,
}

impl Model {
    /// Reads `models/<service>.json`.
    pub fn read(service: &'static str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
        let text = std::fs::read(folder.join(format!("{service}.json"))).unwrap();
        let json = serde_json::from_slice(&text).unwrap();
        Self { service, json }
    }

    /// All operations, in the order of the model.
    pub fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let all = self.json["operations"].as_object().unwrap().iter();
        all.map(|(name, json)| Operation {
            model: self,
            name,
            json,
        })
    }

    /// Such as `json`, `query`, `rest-json`.
    pub fn protocol(&self) -> &str {
        self.metadata("protocol")
    }

    /// What the model says about the service; empty if it doesn't.
    pub fn metadata(&self, name: &str) -> &str {
        self.json["metadata"][name].as_str().unwrap_or_default()
    }

    /// The name that signatures carry.
    pub fn signing_name(&self) -> &str {
        match self.metadata("signingName") {
            "" => self.metadata("endpointPrefix"),
            name => name,
        }
    }

    fn shape(&self, name: &str) -> Shape<'_> {
        let shapes = self.json["shapes"].as_object().unwrap();
        let (name, json) = shapes
            .get_key_value(name)
            .unwrap_or_else(|| panic!("{} has no shape {name}", self.service));
        Shape {
            model: self,
            name,
            json,
        }
    }
}

impl<'m> Operation<'m> {
    pub fn input(&self) -> Option<Shape<'m>> {
        self.named("input")
    }

    pub fn output(&self) -> Option<Shape<'m>> {
        self.named("output")
    }

    /// The element that holds the output in the query protocol.
    pub fn wrapper(&self) -> Option<&'m str> {
        self.json["output"]["resultWrapper"].as_str()
    }

    pub fn errors(&self) -> impl Iterator<Item = Shape<'m>> + use<'m> {
        let (model, none) = (self.model, &[]);
        let all = self.json["errors"]
            .as_array()
            .map_or(none as &[_], |all| all);
        all.iter()
            .map(move |error| model.shape(error["shape"].as_str().unwrap()))
    }

    /// HTTP method and path.
    pub fn http(&self) -> (&'m str, &'m str) {
        let http = &self.json["http"];
        (
            http["method"].as_str().unwrap_or("POST"),
            http["requestUri"].as_str().unwrap_or("/"),
        )
    }

    fn named(&self, what: &str) -> Option<Shape<'m>> {
        let name = self.json[what]["shape"].as_str()?;
        Some(self.model.shape(name))
    }
}

impl<'m> Shape<'m> {
    /// Such as `structure`.
    pub fn kind(&self) -> &'m str {
        self.json["type"].as_str().unwrap()
    }

    pub fn is_scalar(&self) -> bool {
        !matches!(self.kind(), "structure" | "list" | "map")
    }

    /// Whether it is any JSON.
    pub fn is_document(&self) -> bool {
        self.json["document"] == true
    }

    pub fn is_union(&self) -> bool {
        self.json["union"] == true
    }

    pub fn is_sensitive(&self) -> bool {
        self.json["sensitive"] == true
    }

    /// Members of a structure.
    pub fn members(&self) -> impl Iterator<Item = Member<'m>> + use<'m> {
        let model = self.model;
        let all = self.json["members"].as_object().into_iter().flatten();
        all.map(move |(name, json)| Member::new(model, name, json))
    }

    pub fn member(&self, name: &str) -> Option<Member<'m>> {
        self.members().find(|member| member.name == name)
    }

    pub fn requires(&self, member: &str) -> bool {
        let names = self.json["required"].as_array().into_iter().flatten();
        names.into_iter().any(|name| name == member)
    }

    /// What a list holds.
    pub fn item(&self) -> Member<'m> {
        Member::new(self.model, "member", &self.json["member"])
    }

    /// What names the entries of a map.
    pub fn key(&self) -> Member<'m> {
        Member::new(self.model, "key", &self.json["key"])
    }

    /// What the entries of a map are.
    pub fn value(&self) -> Member<'m> {
        Member::new(self.model, "value", &self.json["value"])
    }

    /// The least length or value.
    pub fn min(&self) -> Option<i64> {
        self.json["min"].as_i64()
    }

    /// The greatest length or value.
    pub fn max(&self) -> Option<i64> {
        self.json["max"].as_i64()
    }

    pub fn pattern(&self) -> Option<&'m str> {
        self.json["pattern"].as_str()
    }

    /// The values of an enumeration; empty if it is none.
    pub fn values(&self) -> Vec<&'m str> {
        let all = self.json["enum"].as_array().into_iter().flatten();
        all.filter_map(Value::as_str).collect()
    }

    /// Whether a list stands without an element of its own.
    pub fn is_flattened(&self) -> bool {
        self.json["flattened"] == true
    }

    /// Code of an error in the query protocol, if the model has one.
    pub fn error_code(&self) -> Option<&'m str> {
        self.json["error"]["code"].as_str()
    }

    /// HTTP status of an error, if the model has one.
    pub fn error_status(&self) -> Option<u64> {
        self.json["error"]["httpStatusCode"].as_u64()
    }

    /// How a timestamp is written, where it isn't as the protocol has it.
    pub fn timestamp_format(&self) -> Option<&'m str> {
        self.json["timestampFormat"].as_str()
    }
}

impl<'m> Member<'m> {
    fn new(model: &'m Model, name: &'m str, json: &'m Value) -> Self {
        let shape = json["shape"]
            .as_str()
            .unwrap_or_else(|| panic!("no shape of {name} in {json}"));
        Self {
            name,
            shape: model.shape(shape),
            json,
        }
    }

    /// The name on the wire.
    pub fn wire_name(&self) -> &'m str {
        self.json["locationName"].as_str().unwrap_or(self.name)
    }

    /// Where it stands in a REST request; in the body if the model says nothing.
    pub fn location(&self) -> Option<&'m str> {
        self.json["location"].as_str()
    }

    /// Whether it tells repeated requests from new ones.
    pub fn is_idempotency_token(&self) -> bool {
        self.json["idempotencyToken"] == true
    }

    pub fn is_flattened(&self) -> bool {
        self.json["flattened"] == true || self.shape.is_flattened()
    }

    /// How a timestamp is written, where it isn't as the protocol has it.
    pub fn timestamp_format(&self) -> Option<&'m str> {
        let own = self.json["timestampFormat"].as_str();
        own.or_else(|| self.shape.timestamp_format())
    }
}

/// A structure without some of its members.
pub fn without(value: &Value, name: &str) -> Value {
    let mut members: Map<String, Value> = value.as_object().cloned().unwrap_or_default();
    members.shift_remove(name);
    members.into()
}
