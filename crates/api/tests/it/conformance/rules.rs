//! What a model forbids, and how AWS says so: written apart from the code under test, to be held against it.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Value, json};

use super::model::{Operation, Shape};
use super::text::Pattern;

const REDACTED: &str = "*** Sensitive Data Redacted ***";
/// Values are shown up to this many bytes.
const SHOWN: usize = 2048;

/// Members of CloudTrail's requests that have exceptions of their own, in the operations that declare them.
const TRAIL: [(&str, &str); 5] = [
    ("eventCategory", "InvalidEventCategoryException"),
    ("lookupAttributes", "InvalidLookupAttributesException"),
    ("maxResults", "InvalidMaxResultsException"),
    ("name", "InvalidTrailNameException"),
    ("nextToken", "InvalidNextTokenException"),
];

/// A value that breaks one constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Such as `tags.1.member.key`.
    pub path: String,
    shown: String,
    rule: Rule,
}

#[derive(Clone, Debug, PartialEq)]
enum Rule {
    Required,
    Short(i64),
    Long(i64),
    Small(i64),
    Great(i64),
    Enum(Vec<String>),
    Pattern(String),
    Within(&'static str, String),
}

impl Fault {
    /// The kind of rule, in a word.
    pub fn kind(&self) -> &'static str {
        match &self.rule {
            Rule::Required => "required",
            Rule::Short(_) => "short",
            Rule::Long(_) => "long",
            Rule::Small(_) => "small",
            Rule::Great(_) => "great",
            Rule::Enum(_) => "enum",
            Rule::Pattern(_) => "pattern",
            Rule::Within(..) => "within",
        }
    }

    /// Whether something that is required isn't there.
    pub fn is_missing(&self) -> bool {
        self.rule == Rule::Required
    }
}

impl Rule {
    fn text(&self) -> String {
        match self {
            Self::Required => "Member must not be null".to_owned(),
            Self::Short(n) => format!("Member must have length greater than or equal to {n}"),
            Self::Long(n) => format!("Member must have length less than or equal to {n}"),
            Self::Small(n) => format!("Member must have value greater than or equal to {n}"),
            Self::Great(n) => format!("Member must have value less than or equal to {n}"),
            Self::Enum(values) => {
                format!(
                    "Member must satisfy enum value set: [{}]",
                    values.join(", ")
                )
            }
            Self::Pattern(java) => {
                format!("Member must satisfy regular expression pattern: {java}")
            }
            Self::Within(what, rules) => format!("{what} must satisfy constraint: [{rules}]"),
        }
    }

    /// What Organizations answers, in its reference's words.
    fn reason(&self) -> (&'static str, &'static str) {
        match self {
            Self::Required => (
                "INPUT_REQUIRED",
                "You must include a value for all required parameters.",
            ),
            Self::Short(_) => (
                "MIN_LENGTH_EXCEEDED",
                "You provided a string parameter that is shorter than allowed.",
            ),
            Self::Long(_) => (
                "MAX_LENGTH_EXCEEDED",
                "You provided a string parameter that is longer than allowed.",
            ),
            Self::Small(_) => (
                "MIN_VALUE_EXCEEDED",
                "You provided a numeric parameter that has a smaller value than allowed.",
            ),
            Self::Great(_) => (
                "MAX_VALUE_EXCEEDED",
                "You provided a numeric parameter that has a larger value than allowed.",
            ),
            Self::Enum(_) => ("INVALID_ENUM", "You specified an invalid value."),
            Self::Pattern(_) => (
                "INVALID_PATTERN",
                "You provided a value that does not match the required pattern.",
            ),
            Self::Within(..) => (
                "INVALID_LIST_MEMBER",
                "You provided a list to a parameter that contains at least one invalid value.",
            ),
        }
    }
}

/// What an operation must answer to a request with these faults: code, message, and members of the error.
pub fn refusal(operation: Operation<'_>, faults: &[Fault]) -> (&'static str, String, Value) {
    let items: Vec<String> = faults
        .iter()
        .map(|fault| {
            let (shown, path, rule) = (&fault.shown, &fault.path, fault.rule.text());
            format!("Value {shown} at '{path}' failed to satisfy constraint: {rule}")
        })
        .collect();
    let noun = if items.len() == 1 { "error" } else { "errors" };
    let message = format!(
        "{} validation {noun} detected: {}",
        items.len(),
        items.join("; ")
    );
    match operation.model.service {
        "organizations" => {
            let (reason, message) = faults[0].rule.reason();
            (
                "InvalidInputException",
                message.to_owned(),
                json!({"Reason": reason}),
            )
        }
        "cloudtrail" => {
            let first = faults[0].path.split('.').next().unwrap_or_default();
            let own = TRAIL.iter().find(|(member, _)| *member == first);
            let codes = own
                .map(|(_, code)| *code)
                .into_iter()
                .chain(["InvalidParameterException"]);
            let mut codes =
                codes.filter(|code| operation.errors().any(|shape| shape.name == *code));
            (
                codes.next().unwrap_or("ValidationException"),
                message,
                json!({}),
            )
        }
        "iam" | "sts" => ("ValidationError", message, json!({})),
        "account" => {
            let fields = faults.iter();
            let fields =
                fields.map(|fault| json!({"name": fault.path, "message": fault.rule.text()}));
            let fields: Vec<Value> = fields.collect();
            let members = json!({"reason": "fieldValidationFailed", "fieldList": fields});
            ("ValidationException", message, members)
        }
        _ => ("ValidationException", message, json!({})),
    }
}

/// Checks values; keeps the patterns that it met.
#[derive(Default)]
pub struct Rules {
    patterns: HashMap<String, Rc<Pattern>>,
}

impl Rules {
    pub fn pattern(&mut self, java: &str) -> Rc<Pattern> {
        let made = self.patterns.entry(java.to_owned());
        Rc::clone(made.or_insert_with(|| Rc::new(Pattern::new(java))))
    }

    /// What a value breaks of its own shape's constraints, in words.
    pub fn told(&mut self, shape: Shape<'_>, value: &Value) -> Vec<String> {
        let rules = self.broken(shape, value).into_iter();
        rules.map(|rule| rule.text()).collect()
    }

    /// Everything that is wrong with the input, in the order of the model.
    pub fn faults(&mut self, shape: Shape<'_>, input: &Value) -> Vec<Fault> {
        let mut found = Vec::new();
        self.structure(shape, input, "", &mut found);
        found
    }

    fn structure(&mut self, shape: Shape<'_>, value: &Value, path: &str, found: &mut Vec<Fault>) {
        for member in shape.members() {
            let place = match path {
                "" => lower(member.name),
                path => format!("{path}.{}", lower(member.name)),
            };
            match &value[member.name] {
                Value::Null if shape.requires(member.name) => found.push(missing(place)),
                Value::Null => {}
                inner => self.value(member.shape, inner, &place, found),
            }
        }
    }

    fn value(&mut self, shape: Shape<'_>, value: &Value, path: &str, found: &mut Vec<Fault>) {
        for rule in self.broken(shape, value) {
            found.push(fault(shape, value, path, rule));
        }
        match (shape.kind(), value) {
            ("structure", value) => self.structure(shape, value, path, found),
            ("list", Value::Array(items)) => {
                let inner = shape.item().shape;
                for (n, item) in items.iter().enumerate() {
                    let place = format!("{path}.{}.member", n + 1);
                    if item.is_null() {
                        found.push(missing(place));
                    } else if !inner.is_scalar() {
                        self.value(inner, item, &place, found);
                    }
                }
                // Of scalars AWS tells once that they are wrong, and all that they have to satisfy.
                if inner.is_scalar()
                    && items
                        .iter()
                        .any(|item| !self.broken(inner, item).is_empty())
                {
                    let rule = Rule::Within("Member", all(inner));
                    found.push(fault(shape, value, path, rule));
                }
            }
            ("map", Value::Object(entries)) => {
                let (key, inner) = (shape.key().shape, shape.value().shape);
                if entries
                    .keys()
                    .any(|name| !self.broken(key, &json!(name)).is_empty())
                {
                    let rule = Rule::Within("Map keys", all(key));
                    found.push(fault(shape, value, path, rule));
                }
                if !inner.is_scalar() {
                    for (name, item) in entries {
                        self.value(inner, item, &format!("{path}.{name}.member"), found);
                    }
                } else if entries
                    .values()
                    .any(|item| !self.broken(inner, item).is_empty())
                {
                    let rule = Rule::Within("Map value", all(inner));
                    found.push(fault(shape, value, path, rule));
                }
            }
            _ => {}
        }
    }

    /// Constraints of the shape itself that the value breaks.
    fn broken(&mut self, shape: Shape<'_>, value: &Value) -> Vec<Rule> {
        let mut rules = Vec::new();
        let (size, is_number) = match (shape.kind(), value) {
            ("string", Value::String(text)) => (text.chars().count() as i64, false),
            ("integer" | "long", Value::Number(number)) => (number.as_i64().unwrap(), true),
            ("list", Value::Array(items)) => (items.len() as i64, false),
            ("map", Value::Object(entries)) => (entries.len() as i64, false),
            _ => return rules,
        };
        if let Some(min) = shape.min().filter(|min| size < *min) {
            rules.push(if is_number {
                Rule::Small(min)
            } else {
                Rule::Short(min)
            });
        }
        if let Some(max) = shape.max().filter(|max| size > *max) {
            rules.push(if is_number {
                Rule::Great(max)
            } else {
                Rule::Long(max)
            });
        }
        let Value::String(text) = value else {
            return rules;
        };
        let values = shape.values();
        if !values.is_empty() && !values.contains(&text.as_str()) {
            rules.push(Rule::Enum(values.into_iter().map(str::to_owned).collect()));
        }
        if let Some(java) = shape.pattern()
            && !self.pattern(java).matches(text)
        {
            rules.push(Rule::Pattern(java.to_owned()));
        }
        rules
    }
}

fn missing(path: String) -> Fault {
    let (shown, rule) = ("null".to_owned(), Rule::Required);
    Fault { path, shown, rule }
}

fn fault(shape: Shape<'_>, value: &Value, path: &str, rule: Rule) -> Fault {
    let mut text = shown(shape, value);
    if text.len() >= SHOWN {
        let end = (0..SHOWN)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap();
        text.truncate(end);
        text.push('…');
    }
    Fault {
        path: path.to_owned(),
        shown: format!("'{text}'"),
        rule,
    }
}

/// The constraints of a scalar as AWS lists them: from above, from below, the rest.
fn all(shape: Shape<'_>) -> String {
    let number = matches!(shape.kind(), "integer" | "long");
    let max = shape
        .max()
        .map(if number { Rule::Great } else { Rule::Long });
    let min = shape
        .min()
        .map(if number { Rule::Small } else { Rule::Short });
    let values = shape
        .values()
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    let values = (!values.is_empty()).then_some(Rule::Enum(values));
    let pattern = shape.pattern().map(|java| Rule::Pattern(java.to_owned()));
    let rules = [max, min, values, pattern].into_iter().flatten();
    rules.map(|rule| rule.text()).collect::<Vec<_>>().join(", ")
}

/// The value as Java prints it.
fn shown(shape: Shape<'_>, value: &Value) -> String {
    if shape.is_sensitive() {
        return REDACTED.to_owned();
    }
    let entry = |(name, inner): (&String, &Value)| match shape.kind() {
        "map" => format!("{}={}", lower(name), shown(shape.value().shape, inner)),
        _ => {
            let member = shape.member(name).unwrap();
            format!("{}={}", lower(name), shown(member.shape, inner))
        }
    };
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items = items.iter().map(|item| shown(shape.item().shape, item));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) => {
            let parts: Vec<String> = members.iter().map(entry).collect();
            format!("{{{}}}", parts.join(", "))
        }
        other => other.to_string(),
    }
}

/// `InstanceArn` becomes `instanceArn`.
pub fn lower(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}
