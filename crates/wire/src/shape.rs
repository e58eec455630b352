//! Typed values: from and to [`Value`], for the structs that `build.rs` generates.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::codec::writer::{Object, list, scalar, time};
use crate::meta::{MemberMeta, OperationMeta};
use crate::timestamp;

/// A type of a service model.
pub trait Shape: Sized + Send + 'static {
    /// Reads a value as [`crate::decode`] gives it.
    ///
    /// # Errors
    ///
    /// When a required member is absent or a value has another type. Never for a value that passed
    /// [`crate::decode`] with the schema of the same shape.
    fn from_value(value: Value) -> Result<Self, DecodeError>;

    /// The value with members named as in the model; absent members are left out.
    fn into_value(self) -> Value;

    /// Appends the value to an answer in JSON, as `at` has it on the wire.
    ///
    /// It is the same text as that of [`Shape::into_value`] in an answer, without the tree in between: on long pages the
    /// tree costs more than all else.
    fn write_json(&self, at: &MemberMeta, out: &mut Vec<u8>);

    /// Whether the value stands for an absent one, and is left out of structures.
    fn is_null(&self) -> bool {
        false
    }
}

/// An operation of a service, as a type.
pub trait Operation: Send + Sync + 'static {
    /// What callers send; [`Unit`] if the model has no input shape.
    type Input: Shape;
    /// What they get; [`Unit`] if the model has no output shape.
    type Output: Shape;

    /// Its place in the schema.
    fn meta() -> &'static OperationMeta;
}

/// A value that doesn't fit its shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at `{member}`")]
pub struct DecodeError {
    /// Innermost member that was being read; empty at the top.
    pub member: String,
    /// What it should have been.
    pub expected: &'static str,
}

/// Input or output of operations for which the model has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unit;

impl DecodeError {
    fn new(expected: &'static str) -> Self {
        Self {
            member: String::new(),
            expected,
        }
    }

    fn at(mut self, member: &str) -> Self {
        if self.member.is_empty() {
            member.clone_into(&mut self.member);
        }
        self
    }
}

impl Shape for Unit {
    fn from_value(_: Value) -> Result<Self, DecodeError> {
        Ok(Self)
    }

    fn into_value(self) -> Value {
        Value::Object(Map::new())
    }

    fn write_json(&self, _: &MemberMeta, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{}");
    }
}

impl Shape for String {
    fn from_value(value: Value) -> Result<Self, DecodeError> {
        match value {
            Value::String(text) => Ok(text),
            _ => Err(DecodeError::new("String")),
        }
    }

    fn into_value(self) -> Value {
        Value::String(self)
    }

    fn write_json(&self, _: &MemberMeta, out: &mut Vec<u8>) {
        scalar(self, out);
    }
}

impl Shape for i64 {
    fn from_value(value: Value) -> Result<Self, DecodeError> {
        value.as_i64().ok_or(DecodeError::new("Long"))
    }

    fn into_value(self) -> Value {
        self.into()
    }

    fn write_json(&self, _: &MemberMeta, out: &mut Vec<u8>) {
        scalar(self, out);
    }
}

impl Shape for f64 {
    fn from_value(value: Value) -> Result<Self, DecodeError> {
        value.as_f64().ok_or(DecodeError::new("Double"))
    }

    fn into_value(self) -> Value {
        self.into()
    }

    fn write_json(&self, _: &MemberMeta, out: &mut Vec<u8>) {
        scalar(self, out);
    }

    fn is_null(&self) -> bool {
        !self.is_finite()
    }
}

impl Shape for bool {
    fn from_value(value: Value) -> Result<Self, DecodeError> {
        value.as_bool().ok_or(DecodeError::new("Boolean"))
    }

    fn into_value(self) -> Value {
        self.into()
    }

    fn write_json(&self, _: &MemberMeta, out: &mut Vec<u8>) {
        scalar(self, out);
    }
}

impl Shape for Timestamp {
    fn from_value(value: Value) -> Result<Self, DecodeError> {
        timestamp::from_epoch(&value).ok_or(DecodeError::new("Timestamp"))
    }

    fn into_value(self) -> Value {
        timestamp::to_epoch(self)
    }

    fn write_json(&self, at: &MemberMeta, out: &mut Vec<u8>) {
        time(*self, at, out);
    }
}

impl Shape for Vec<u8> {
    fn from_value(value: Value) -> Result<Self, DecodeError> {
        let text = value.as_str().ok_or(DecodeError::new("Blob"))?;
        STANDARD.decode(text).map_err(|_| DecodeError::new("Blob"))
    }

    fn into_value(self) -> Value {
        Value::String(STANDARD.encode(self))
    }

    fn write_json(&self, _: &MemberMeta, out: &mut Vec<u8>) {
        scalar(&STANDARD.encode(self), out);
    }
}

impl Shape for Value {
    fn from_value(value: Value) -> Result<Self, DecodeError> {
        Ok(value)
    }

    fn into_value(self) -> Value {
        self
    }

    fn write_json(&self, _: &MemberMeta, out: &mut Vec<u8>) {
        scalar(self, out);
    }

    fn is_null(&self) -> bool {
        self.is_null()
    }
}

impl<T: Shape> Shape for Box<T> {
    fn from_value(value: Value) -> Result<Self, DecodeError> {
        T::from_value(value).map(Self::new)
    }

    fn into_value(self) -> Value {
        (*self).into_value()
    }

    fn write_json(&self, at: &MemberMeta, out: &mut Vec<u8>) {
        (**self).write_json(at, out);
    }

    fn is_null(&self) -> bool {
        (**self).is_null()
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn from_value(value: Value) -> Result<Self, DecodeError> {
        match value {
            Value::Array(items) => items.into_iter().map(T::from_value).collect(),
            _ => Err(DecodeError::new("list")),
        }
    }

    fn into_value(self) -> Value {
        Value::Array(self.into_iter().map(T::into_value).collect())
    }

    fn write_json(&self, at: &MemberMeta, out: &mut Vec<u8>) {
        list(self, at, out);
    }
}

impl<T: Shape> Shape for BTreeMap<String, T> {
    fn from_value(value: Value) -> Result<Self, DecodeError> {
        members(value)?
            .into_iter()
            .map(|(key, value)| Ok((key, T::from_value(value)?)))
            .collect()
    }

    fn into_value(self) -> Value {
        Value::Object(
            self.into_iter()
                .map(|(key, value)| (key, value.into_value()))
                .collect(),
        )
    }

    fn write_json(&self, at: &MemberMeta, out: &mut Vec<u8>) {
        let mut object = Object::begin(at.shape, out);
        for (key, value) in self {
            object.entry(key, value);
        }
        object.end();
    }
}

// What follows serves the generated code only.

pub(crate) fn members(value: Value) -> Result<Map<String, Value>, DecodeError> {
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(DecodeError::new("structure")),
    }
}

pub(crate) fn req<T: Shape>(
    map: &mut Map<String, Value>,
    name: &'static str,
) -> Result<T, DecodeError> {
    opt(map, name)?.ok_or_else(|| DecodeError::new("a value").at(name))
}

pub(crate) fn opt<T: Shape>(
    map: &mut Map<String, Value>,
    name: &'static str,
) -> Result<Option<T>, DecodeError> {
    match map.swap_remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => T::from_value(value)
            .map(Some)
            .map_err(|error| error.at(name)),
    }
}

pub(crate) fn put_req<T: Shape>(map: &mut Map<String, Value>, name: &'static str, value: T) {
    map.insert(name.to_owned(), value.into_value());
}

pub(crate) fn put_opt<T: Shape>(
    map: &mut Map<String, Value>,
    name: &'static str,
    value: Option<T>,
) {
    if let Some(value) = value {
        put_req(map, name, value);
    }
}

/// Stands for a sensitive member in `Debug` output.
#[derive(Debug)]
pub(crate) struct Hidden;
