use crate::{
    check::check,
    condition::Clause,
    document::{Document, RawStatement},
    error::PolicyError,
    glob::push_wildcards,
    json::Json,
    kind::{PolicyKind, TEXT_MAX},
    principal_pattern::PrincipalElement,
    statement::{ActionPattern, Effect, Patterns, Statement},
    template::{Reading, Template},
};

/// A policy document, checked and compiled once. Matching a request never parses anything again.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub(crate) name: Box<str>,
    pub(crate) kind: PolicyKind,
    pub(crate) version: Option<Box<str>>,
    pub(crate) id: Option<Box<str>>,
    pub(crate) statements: Vec<Statement>,
}

impl Policy {
    /// Reads a policy document of a kind.
    ///
    /// # Errors
    ///
    /// [`PolicyError::Malformed`] with AWS's text, if the document isn't JSON, doesn't follow the grammar, or breaks a
    /// rule of its kind. Quotas aren't looked at: see [`size`](crate::size) and [`PolicyKind::max_size`].
    pub fn parse(text: &str, kind: PolicyKind) -> Result<Self, PolicyError> {
        Self::read(text, kind).map_err(|error| match kind.is_organization() {
            // Organizations doesn't tell what is wrong.
            true => PolicyError::new(
                "The provided policy document does not meet the requirements of the specified policy type.",
                error.detail(),
            ),
            false => error,
        })
    }

    fn read(text: &str, kind: PolicyKind) -> Result<Self, PolicyError> {
        if text.len() > TEXT_MAX && text.chars().count() > TEXT_MAX {
            return Err(PolicyError::syntax(format!(
                "the text is longer than {TEXT_MAX} characters"
            )));
        }
        if kind == PolicyKind::Trust && text.starts_with(' ') {
            let message = "JSON strings must not have leading spaces";
            return Err(PolicyError::new(message, "the text begins with a space"));
        }
        let json = Json::parse(text).map_err(|error| {
            let message = match kind {
                PolicyKind::Trust => "This policy contains invalid Json",
                PolicyKind::Identity | PolicyKind::Session => {
                    "The policy is not in the valid JSON format."
                }
                _ => "Syntax errors in policy.",
            };
            match error.classify() {
                // The only error of ours is a member given twice.
                serde_json::error::Category::Data => PolicyError::syntax(error.to_string()),
                _ => PolicyError::new(message, error.to_string()),
            }
        })?;
        let document = Document::read(json)?;
        check(&document, kind)?;
        // Variables came with version 2012-10-17; before, `${` is text like any other.
        let variables = document.version.as_deref() == Some("2012-10-17");
        let statements = document
            .statements
            .into_iter()
            .enumerate()
            .map(|(index, raw)| {
                compile(raw, kind, variables).map_err(|error| {
                    PolicyError::new(
                        error.message(),
                        format!("statement {}: {}", index + 1, error.detail()),
                    )
                })
            });
        Ok(Self {
            name: Box::default(),
            kind,
            statements: statements.collect::<Result<_, _>>()?,
            version: document.version.map(Into::into),
            id: document.id.map(Into::into),
        })
    }

    /// Gives the policy the name or id under which decisions and explanations mention it, such as `p-FullAWSAccess`.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into().into();
        self
    }

    /// The name given with [`named`](Self::named), or nothing.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the document is used for.
    pub fn kind(&self) -> PolicyKind {
        self.kind
    }

    /// The `Version` as written; without one, AWS takes `2008-10-17`.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The `Id` element.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The statements in their order.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }
}

fn compile(raw: RawStatement, kind: PolicyKind, variables: bool) -> Result<Statement, PolicyError> {
    let action = raw
        .action
        .ok_or_else(|| PolicyError::syntax("Action is missing"))?;
    let actions = action.texts.into_iter().map(|text| {
        let mut atoms = Vec::new();
        push_wildcards(&mut atoms, &text);
        ActionPattern {
            source: text.into(),
            atoms,
        }
    });
    let reading = Reading {
        wildcards: true,
        variables,
    };
    let resource = raw.resource.map(|resource| Patterns {
        not: resource.not,
        list: resource
            .texts
            .iter()
            .map(|text| Template::new(text, reading))
            .collect(),
    });
    let clauses = raw.condition.iter().map(|(operator, key, values)| {
        Clause::new(operator, key, values, variables).map_err(|detail| {
            match operator.contains("Date") {
                true => PolicyError::new("The policy failed legacy parsing", detail),
                false => PolicyError::syntax(detail),
            }
        })
    });
    Ok(Statement {
        effect: if raw.effect == "Deny" {
            Effect::Deny
        } else {
            Effect::Allow
        },
        principal: raw
            .principal
            .map(|(not, json)| principal(&json, not, kind))
            .transpose()?,
        action: Patterns {
            not: action.not,
            list: actions.collect(),
        },
        resource,
        condition: clauses.collect::<Result<_, _>>()?,
        sid: raw.sid.map(Into::into),
    })
}

fn principal(json: &Json, not: bool, kind: PolicyKind) -> Result<PrincipalElement, PolicyError> {
    if kind == PolicyKind::Trust && *json == Json::Text("*".into()) {
        // IAM wants `{"AWS": "*"}` here.
        let message = "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".";
        return Err(PolicyError::new(
            message,
            "write {\"AWS\": \"*\"} for everyone",
        ));
    }
    let element = PrincipalElement::read(json, not).map_err(|entry| match entry.as_str() {
        "" => PolicyError::syntax(
            "Principal is \"*\" or an object of AWS, Service, Federated or CanonicalUser",
        ),
        entry => PolicyError::new(
            format!("Invalid principal in policy: {entry}"),
            format!("{entry} is no principal"),
        ),
    })?;
    let everyone = || element.patterns.iter().all(|pattern| pattern.text() == "*");
    if kind == PolicyKind::ResourceControl && (not || !everyone()) {
        return Err(PolicyError::syntax(
            "Principal of a resource control policy is \"*\"",
        ));
    }
    Ok(element)
}
