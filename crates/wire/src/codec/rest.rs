//! HTTP methods, paths, headers and query strings of the REST protocol.

use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::codec::query::scalar;
use crate::error::WireError;
use crate::meta::{Kind, Location, MemberMeta, OperationMeta, Protocol, ShapeMeta};
use crate::services::services;

/// The operation with this method and path. Where two differ only in the query string, the more exact one wins.
pub fn operation(parts: &Parts) -> Option<&'static OperationMeta> {
    services()
        .iter()
        .filter(|service| service.protocol == Protocol::RestJson1)
        .flat_map(|service| service.operations)
        .filter(|operation| operation.method == parts.method.as_str() && fits(operation.uri, parts))
        .max_by_key(|operation| operation.uri.contains('?'))
        .copied()
}

fn fits(template: &str, parts: &Parts) -> bool {
    let (path, query) = template.split_once('?').unwrap_or((template, ""));
    labels(path, parts.uri.path()).is_some()
        && query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .all(|pair| has(parts, pair))
}

fn has(parts: &Parts, pair: &str) -> bool {
    parts
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .any(|given| given == pair)
}

/// What stands in the places of the `{labels}`, or none if the path doesn't fit.
fn labels<'a>(template: &'a str, path: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    let mut found = Vec::new();
    loop {
        match (template.next(), path.next()) {
            (None, None) => return Some(found),
            (Some(want), Some(given)) => match want
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'))
            {
                Some(_) if given.is_empty() => return None,
                Some(name) => found.push((name, given)),
                None if want == given => {}
                None => return None,
            },
            _ => return None,
        }
    }
}

/// Adds the members that stand outside of the body.
pub fn members(
    operation: &OperationMeta,
    shape: &ShapeMeta,
    parts: &Parts,
    out: &mut Map<String, Value>,
) -> Result<(), WireError> {
    let path = operation.uri.split('?').next().unwrap_or_default();
    let labels = labels(path, parts.uri.path()).unwrap_or_default();
    for member in shape.members {
        let texts: Vec<String> = match member.location {
            Location::Body | Location::Status => continue,
            Location::Header => parts
                .headers
                .get_all(member.wire_name)
                .iter()
                .map(|value| {
                    value
                        .to_str()
                        .map(str::to_owned)
                        .map_err(|_| unreadable(member))
                })
                .collect::<Result<_, _>>()?,
            Location::Query => {
                form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
                    .filter(|(name, _)| name == member.wire_name)
                    .map(|(_, value)| value.into_owned())
                    .collect()
            }
            Location::Uri => labels
                .iter()
                .filter(|(name, _)| *name == member.wire_name)
                .map(|(_, text)| {
                    percent_decode_str(text)
                        .decode_utf8()
                        .map(Into::into)
                        .map_err(|_| unreadable(member))
                })
                .collect::<Result<_, _>>()?,
        };
        if let Some(value) = value(member, &texts)? {
            out.insert(member.name.to_owned(), value);
        }
    }
    Ok(())
}

fn value(member: &MemberMeta, texts: &[String]) -> Result<Option<Value>, WireError> {
    let name = member.wire_name;
    match (member.shape.kind, member.shape.item, texts) {
        (_, _, []) => Ok(None),
        (Kind::List, Some(inner), texts) => {
            let items = texts.iter().map(|text| scalar(inner.shape, text, name));
            Ok(Some(Value::Array(items.collect::<Result<_, _>>()?)))
        }
        (kind, _, [text]) if kind.is_scalar() => scalar(member.shape, text, name).map(Some),
        _ => Err(unreadable(member)),
    }
}

fn unreadable(member: &MemberMeta) -> WireError {
    WireError::serialization(format!("Value of '{}' can't be read", member.wire_name))
}
