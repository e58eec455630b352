//! `application/x-www-form-urlencoded`, as the query protocol nests it.

use std::collections::BTreeMap;

use crate::error::WireError;

/// More parameters than this are refused. IAM's largest request has fewer than 2,000.
const MAX_PARAMETERS: usize = 10_000;

/// More dots in a name than this are refused. The deepest input of the models has 9.
const MAX_DEPTH: usize = 32;

/// Parameters by the dotted parts of their names.
#[derive(Debug, Default)]
pub struct Node {
    pub value: Option<String>,
    pub children: BTreeMap<String, Node>,
}

/// The first parameter called `name`.
pub fn first(form: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(form)
        .take(MAX_PARAMETERS)
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// All parameters of the query string and the body, as a tree.
///
/// # Errors
///
/// When there are too many, one is nested too deeply, or one is there twice: which of the two would count is
/// what an attacker likes to play with.
pub fn parse(query: &[u8], body: &[u8]) -> Result<Node, WireError> {
    let mut root = Node::default();
    let pairs = form_urlencoded::parse(query).chain(form_urlencoded::parse(body));
    for (count, (name, value)) in pairs.enumerate() {
        if count >= MAX_PARAMETERS {
            return Err(WireError::new("MalformedInput", "Too many parameters"));
        }
        let mut node = &mut root;
        for (depth, part) in name.split('.').enumerate() {
            if depth >= MAX_DEPTH {
                return Err(WireError::new(
                    "MalformedInput",
                    "Parameter name is nested too deeply",
                ));
            }
            node = node.children.entry(part.to_owned()).or_default();
        }
        if node.value.replace(value.into_owned()).is_some() {
            let name: String = name.chars().take(128).collect();
            return Err(WireError::new(
                "MalformedInput",
                format!("Duplicate parameter {name}"),
            ));
        }
    }
    Ok(root)
}
