//! Policies written back as JSON.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::{policy::Policy, principal_pattern::PrincipalType, statement::Statement};

impl Policy {
    /// The document as JSON, elements in AWS's customary order. Reading it again gives an equal policy.
    pub fn render(&self) -> String {
        let mut document = Map::new();
        let texts = [("Version", &self.version), ("Id", &self.id)];
        for (name, text) in texts {
            if let Some(text) = text {
                document.insert(name.into(), json!(text));
            }
        }
        document.insert(
            "Statement".into(),
            self.statements.iter().map(statement).collect(),
        );
        Value::Object(document).to_string()
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render())
    }
}

fn one_or_many<'a>(texts: impl Iterator<Item = &'a str>) -> Value {
    let mut texts: Vec<Value> = texts.map(Value::from).collect();
    match texts.len() {
        1 => texts.remove(0),
        _ => Value::Array(texts),
    }
}

fn statement(statement: &Statement) -> Value {
    let name = |not: bool, name: &str| {
        if not {
            format!("Not{name}")
        } else {
            name.to_owned()
        }
    };
    let mut members = Map::new();
    if let Some(sid) = &statement.sid {
        members.insert("Sid".into(), json!(sid));
    }
    members.insert("Effect".into(), json!(statement.effect.to_string()));
    if let Some(element) = &statement.principal {
        members.insert(name(element.not, "Principal"), principals(statement));
    }
    let (not, actions) = statement.actions();
    members.insert(name(not, "Action"), one_or_many(actions));
    if statement.resource.is_some() {
        let (not, resources) = statement.resources();
        members.insert(name(not, "Resource"), one_or_many(resources));
    }
    let mut condition = Map::new();
    for clause in &statement.condition {
        let keys = condition
            .entry(clause.operator())
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(keys) = keys {
            keys.insert(clause.key().to_owned(), one_or_many(clause.values()));
        }
    }
    if !condition.is_empty() {
        members.insert("Condition".into(), Value::Object(condition));
    }
    Value::Object(members)
}

fn principals(statement: &Statement) -> Value {
    let (_, patterns) = statement.principals();
    if patterns
        .iter()
        .any(|pattern| pattern.kind() == PrincipalType::Everyone)
    {
        return json!("*");
    }
    let mut members = Map::new();
    for kind in patterns.iter().map(|pattern| pattern.kind()) {
        if !members.contains_key(kind.name()) {
            let same = patterns.iter().filter(|pattern| pattern.kind() == kind);
            members.insert(
                kind.name().into(),
                one_or_many(same.map(|pattern| pattern.text())),
            );
        }
    }
    Value::Object(members)
}
