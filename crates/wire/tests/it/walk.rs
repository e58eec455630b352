//! Walks over every operation of every service.

use std::collections::BTreeSet;

use atrium_wire::meta::{Kind, Location, MemberMeta, OperationMeta, Protocol, ShapeMeta};
use atrium_wire::{Output, decode, encode, services, validate};
use http::request::Parts;
use serde_json::{Map, Value};

use crate::request::parts;
use crate::sample::smallest;

fn operations() -> impl Iterator<Item = &'static OperationMeta> {
    services()
        .iter()
        .flat_map(|service| service.operations)
        .copied()
}

/// `value` as a client would send it.
fn send(operation: &OperationMeta, value: &Value) -> (Parts, Vec<u8>) {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut headers = Vec::new();
    let mut body = Map::new();
    let members = operation.input.map_or(&[][..], |shape| shape.members);
    for (member, value) in members
        .iter()
        .filter_map(|member| Some((member, value.get(member.name)?)))
    {
        let text = || {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        match member.location {
            Location::Header => headers.push((member.wire_name, text())),
            Location::Query => drop(query.append_pair(member.wire_name, &text())),
            _ => drop(body.insert(member.wire_name.to_owned(), value.clone())),
        }
    }
    if operation.service.protocol == Protocol::AwsQuery {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", operation.name)
            .append_pair("Version", operation.service.api_version);
        if let Some(shape) = operation.input {
            members_to_form(shape, value, "", &mut form);
        }
        return (parts("POST", "/", &[]), form.finish().into_bytes());
    }
    let query = query.finish();
    let mark = if operation.uri.contains('?') {
        '&'
    } else {
        '?'
    };
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    (
        parts(
            operation.method,
            &format!("{}{mark}{query}", operation.uri),
            &headers,
        ),
        Value::Object(body).to_string().into(),
    )
}

type Form<'a> = form_urlencoded::Serializer<'a, String>;

fn members_to_form(shape: &ShapeMeta, value: &Value, prefix: &str, form: &mut Form<'_>) {
    for member in shape.members {
        if let Some(value) = value.get(member.name) {
            to_form(
                member,
                value,
                &format!("{prefix}{}", member.wire_name),
                form,
            );
        }
    }
}

fn to_form(member: &MemberMeta, value: &Value, name: &str, form: &mut Form<'_>) {
    let shape = member.shape;
    match (shape.kind, value, shape.item, shape.value) {
        (Kind::Structure, value, ..) => {
            form.append_pair(name, "");
            members_to_form(shape, value, &format!("{name}."), form);
        }
        (Kind::List, Value::Array(items), Some(inner), _) => {
            if items.is_empty() {
                form.append_pair(name, "");
            }
            for (at, item) in items.iter().enumerate() {
                to_form(inner, item, &format!("{name}.member.{}", at + 1), form);
            }
        }
        (Kind::Map, Value::Object(map), _, Some(inner)) => {
            if map.is_empty() {
                form.append_pair(name, "");
            }
            for (at, (key, item)) in map.iter().enumerate() {
                form.append_pair(&format!("{name}.entry.{}.key", at + 1), key);
                to_form(inner, item, &format!("{name}.entry.{}.value", at + 1), form);
            }
        }
        (_, Value::String(text), ..) => drop(form.append_pair(name, text)),
        (_, other, ..) => drop(form.append_pair(name, &other.to_string())),
    }
}

#[test]
fn every_pattern_compiles() {
    fn visit(shape: &'static ShapeMeta, seen: &mut BTreeSet<(&'static str, usize)>) {
        if !seen.insert((shape.name, std::ptr::from_ref(shape).addr())) {
            return;
        }
        if let Some(pattern) = shape.pattern {
            assert!(pattern.compiles(), "{}: {pattern:?}", shape.name);
        }
        let inner = [shape.item, shape.key, shape.value].into_iter().flatten();
        shape
            .members
            .iter()
            .chain(inner)
            .for_each(|member| visit(member.shape, seen));
    }
    let mut seen = BTreeSet::new();
    for operation in operations() {
        operation
            .input
            .iter()
            .chain(&operation.output)
            .for_each(|shape| visit(shape, &mut seen));
    }
    assert!(seen.len() > 1000);
}

#[test]
fn the_smallest_input_of_every_operation_decodes() {
    for operation in operations() {
        let Some(shape) = operation.input else {
            continue;
        };
        let value = smallest(shape);
        let (parts, body) = send(operation, &value);
        let got = decode(operation, &parts, &body)
            .unwrap_or_else(|error| panic!("{operation:?} {value}: {error}"));
        assert_eq!(got, value, "{operation:?}");
        if operation.service.protocol != Protocol::AwsQuery {
            let again =
                atrium_wire::identify(&parts_with_target(operation, parts), &body).expect("known");
            assert_eq!(again, operation);
        }
    }
}

fn parts_with_target(operation: &OperationMeta, mut parts: Parts) -> Parts {
    if operation.service.protocol == Protocol::AwsJson11 {
        let target = format!("{}.{}", operation.service.target_prefix, operation.name);
        parts
            .headers
            .insert("x-amz-target", target.parse().expect("a header"));
    }
    parts
}

#[test]
fn every_required_member_is_required() {
    let mut count = 0;
    for operation in operations() {
        let Some(shape) = operation.input else {
            continue;
        };
        for member in shape.members.iter().filter(|member| member.required) {
            let mut value = smallest(shape);
            value
                .as_object_mut()
                .expect("an object")
                .remove(member.name);
            let error = validate(operation, &value).expect_err(member.name);
            let told = error.message.contains("must not be null")
                || error.message.contains("required parameters")
                || error.code == "UnauthorizedException";
            assert!(told, "{operation:?} without {}: {error}", member.name);
            count += 1;
        }
    }
    assert!(count > 500, "{count}");
}

#[test]
fn every_operation_can_answer() {
    for operation in operations() {
        let value = operation.output.map_or(Value::Null, smallest);
        let answer = encode(operation, Output::Value(value), "r");
        assert_eq!(answer.status(), operation.status, "{operation:?}");
        assert_eq!(
            answer.body().is_empty(),
            operation.output.is_none() && operation.service.protocol != Protocol::AwsQuery
        );
    }
}
