//! Answers as JSON text, straight from typed values. [`super::body`] writes the same text from untyped ones.

use std::slice;

use jiff::Timestamp;
use serde::Serialize;

use crate::meta::{Location, MemberMeta, OperationMeta, ShapeMeta, TimestampFormat};
use crate::shape::Shape;
use crate::timestamp;

/// The body of a successful answer. Members that don't belong into the body are left out.
pub fn body<T: Shape>(operation: &OperationMeta, output: &T) -> String {
    let Some(shape) = operation.output else {
        return String::new();
    };
    let mut out = Vec::with_capacity(512);
    output.write_json(&MemberMeta::whole(shape), &mut out);
    // All of it was texts, or made by serde_json.
    String::from_utf8(out).unwrap_or_else(|_| "{}".to_owned())
}

/// An object that is being written.
pub struct Object<'a> {
    shape: &'a ShapeMeta,
    /// The members that are still to come: values have theirs in the order of the model.
    ahead: slice::Iter<'a, MemberMeta>,
    out: &'a mut Vec<u8>,
    empty: bool,
}

impl<'a> Object<'a> {
    /// Opens a structure or map.
    pub fn begin(shape: &'a ShapeMeta, out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self {
            shape,
            ahead: shape.members.iter(),
            out,
            empty: true,
        }
    }

    /// Adds a member of a structure, unless it is null or belongs elsewhere.
    pub fn member<T: Shape>(&mut self, name: &str, value: &T) {
        let Some(member) = self.ahead.find(|member| member.name == name) else {
            return;
        };
        if member.location == Location::Body && !value.is_null() {
            self.key(member.wire_name);
            value.write_json(member, self.out);
        }
    }

    /// Adds an entry of a map.
    pub fn entry<T: Shape>(&mut self, key: &str, value: &T) {
        if let Some(at) = self.shape.value {
            self.key(key);
            value.write_json(at, self.out);
        }
    }

    fn key(&mut self, key: &str) {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        scalar(key, self.out);
        self.out.push(b':');
    }

    /// Closes it.
    pub fn end(self) {
        self.out.push(b'}');
    }
}

/// Appends a list.
pub fn list<T: Shape>(items: &[T], at: &MemberMeta, out: &mut Vec<u8>) {
    out.push(b'[');
    if let Some(at) = at.shape.item {
        for (place, item) in items.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            item.write_json(at, out);
        }
    }
    out.push(b']');
}

/// Appends a time: seconds since 1970, unless the model says otherwise.
pub fn time(time: Timestamp, at: &MemberMeta, out: &mut Vec<u8>) {
    match at.timestamp.or(at.shape.timestamp) {
        Some(TimestampFormat::Iso8601) => scalar(&timestamp::iso8601(time), out),
        Some(TimestampFormat::HttpDate) => scalar(&timestamp::http_date(time), out),
        _ => scalar(&timestamp::to_epoch(time), out),
    }
}

/// Appends a text, number, truth value or document.
pub fn scalar<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    // Writing JSON into memory fails for maps with keys that are not texts, and there are none.
    let _ = serde_json::to_writer(out, value);
}
