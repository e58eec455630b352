//! The shape of a policy document, before anything in it is understood.

use crate::{error::PolicyError, json::Json};

/// A document whose elements have the right names and JSON types.
pub(crate) struct Document {
    pub(crate) version: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) statements: Vec<RawStatement>,
}

/// A list of texts with the name it was written under: `Action` or `NotAction`, `Resource` or `NotResource`.
pub(crate) struct RawList {
    pub(crate) not: bool,
    pub(crate) texts: Vec<String>,
}

/// A statement whose elements have the right names and JSON types.
#[derive(Default)]
pub(crate) struct RawStatement {
    pub(crate) sid: Option<String>,
    pub(crate) effect: String,
    pub(crate) principal: Option<(bool, Json)>,
    pub(crate) action: Option<RawList>,
    pub(crate) resource: Option<RawList>,
    /// Operator, key, values.
    pub(crate) condition: Vec<(String, String, Vec<String>)>,
}

impl Document {
    pub(crate) fn read(json: Json) -> Result<Self, PolicyError> {
        let Json::Object(members) = json else {
            return Err(PolicyError::syntax("a policy is a JSON object"));
        };
        let mut document = Self {
            version: None,
            id: None,
            statements: Vec::new(),
        };
        for (name, value) in members {
            match (name.as_str(), value) {
                ("Version", Json::Text(text)) if text == "2012-10-17" || text == "2008-10-17" => {
                    document.version = Some(text);
                }
                ("Version", _) => {
                    return Err(PolicyError::syntax("Version is 2012-10-17 or 2008-10-17"));
                }
                ("Id", Json::Text(text)) => document.id = Some(text),
                ("Statement", Json::List(items)) => {
                    for (index, item) in items.into_iter().enumerate() {
                        document.statements.push(RawStatement::read(item, index)?);
                    }
                }
                ("Statement", value) => document.statements.push(RawStatement::read(value, 0)?),
                ("Id", _) => return Err(PolicyError::syntax("Id is a text")),
                _ => return Err(PolicyError::syntax(format!("unknown element `{name}`"))),
            }
        }
        match document.statements.is_empty() {
            true => Err(PolicyError::syntax("a policy needs a Statement")),
            false => Ok(document),
        }
    }
}

impl RawStatement {
    fn read(json: Json, index: usize) -> Result<Self, PolicyError> {
        let fail = |what: String| PolicyError::syntax(format!("statement {}: {what}", index + 1));
        let Json::Object(members) = json else {
            return Err(fail("a statement is a JSON object".into()));
        };
        let mut statement = Self::default();
        let mut effect = None;
        for (name, value) in members {
            let twice = match name.as_str() {
                "Sid" | "Effect" => match (value, name.as_str()) {
                    (Json::Text(text), "Sid") => statement.sid.replace(text).is_some(),
                    (Json::Text(text), _) => effect.replace(text).is_some(),
                    _ => return Err(fail(format!("{name} is a text"))),
                },
                "Principal" | "NotPrincipal" => statement
                    .principal
                    .replace((name == "NotPrincipal", value))
                    .is_some(),
                "Action" | "NotAction" => {
                    let texts = texts(value)
                        .ok_or_else(|| fail(format!("{name} is a text or a list of texts")))?;
                    statement
                        .action
                        .replace(RawList {
                            not: name == "NotAction",
                            texts,
                        })
                        .is_some()
                }
                "Resource" | "NotResource" => {
                    let texts = texts(value)
                        .ok_or_else(|| fail(format!("{name} is a text or a list of texts")))?;
                    statement
                        .resource
                        .replace(RawList {
                            not: name == "NotResource",
                            texts,
                        })
                        .is_some()
                }
                "Condition" => {
                    statement.condition = condition(value).map_err(&fail)?;
                    false
                }
                _ => return Err(fail(format!("unknown element `{name}`"))),
            };
            if twice {
                return Err(fail(format!("{name} excludes its counterpart")));
            }
        }
        statement.effect = effect.ok_or_else(|| fail("Effect is missing".into()))?;
        if !["allow", "deny"].contains(&statement.effect.to_ascii_lowercase().as_str()) {
            return Err(fail("Effect is Allow or Deny".into()));
        }
        Ok(statement)
    }
}

fn texts(json: Json) -> Option<Vec<String>> {
    let text = |json| match json {
        Json::Text(text) => Some(text),
        _ => None,
    };
    match json {
        Json::List(items) => items.into_iter().map(text).collect(),
        other => text(other).map(|text| vec![text]),
    }
}

fn condition(json: Json) -> Result<Vec<(String, String, Vec<String>)>, String> {
    let Json::Object(operators) = json else {
        return Err("Condition is an object of operators".into());
    };
    let mut clauses = Vec::new();
    for (operator, keys) in operators {
        let Json::Object(keys) = keys else {
            return Err(format!("{operator} is an object of condition keys"));
        };
        for (key, values) in keys {
            let items = match values {
                Json::List(items) => items,
                one => vec![one],
            };
            let scalar = |json| match json {
                Json::Text(text) | Json::Number(text) => Some(text),
                Json::Bool(truth) => Some(truth.to_string()),
                Json::Null | Json::List(_) | Json::Object(_) => None,
            };
            let values = items.into_iter().map(scalar).collect::<Option<Vec<_>>>();
            let values =
                values.ok_or_else(|| format!("values of {key} are texts, numbers or booleans"))?;
            if key.is_empty() {
                return Err(format!("{operator} has an empty condition key"));
            }
            clauses.push((operator.clone(), key, values));
        }
    }
    Ok(clauses)
}
