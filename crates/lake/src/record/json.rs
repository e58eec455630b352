//! JSON read one level at a time: what lies deeper stays text until someone asks.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of an object in their order, the values unread.
#[derive(Debug)]
pub struct Object<'a>(Vec<(Text<'a>, &'a RawValue)>);

/// A JSON string. Half of a surrogate pair, which JSON allows and UTF-8 doesn't, becomes U+FFFD.
#[derive(Debug)]
pub struct Text<'a>(pub Cow<'a, str>);

impl<'a> Object<'a> {
    /// The value of a name, letter case apart: CloudTrail itself writes both `ARN` and `arn`. Of several, the last.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key.0.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// The value of a name as it is written. Of several, the last.
    pub fn get_exactly(&self, name: &str) -> Option<&'a RawValue> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key.0 == name)
            .map(|(_, value)| *value)
    }

    /// The members, each name once, with its last value.
    pub fn into_members(self) -> Vec<(Cow<'a, str>, &'a RawValue)> {
        let mut members: Vec<(Cow<'a, str>, &'a RawValue)> = Vec::with_capacity(self.0.len());
        let mut places = std::collections::HashMap::with_capacity(self.0.len());
        for (Text(key), value) in self.0 {
            match places.get(&key) {
                Some(&place) => members[place] = (key, value),
                None => {
                    places.insert(key.clone(), members.len());
                    members.push((key, value));
                }
            }
        }
        members
    }
}

/// A value as text: a string's own, any other value's JSON, nothing for `null`.
pub fn text_of(value: &RawValue) -> Option<Cow<'_, str>> {
    let json = value.get();
    if json.starts_with('"') {
        return serde_json::from_str::<Text<'_>>(json)
            .ok()
            .map(|text| text.0);
    }
    (json != "null").then_some(Cow::Borrowed(json))
}

/// The members of a value that is an object.
pub fn object_of(value: &RawValue) -> Option<Object<'_>> {
    value
        .get()
        .starts_with('{')
        .then(|| serde_json::from_str(value.get()).ok())
        .flatten()
}

/// The items of a value that is an array.
pub fn items_of(value: &RawValue) -> Option<Vec<&RawValue>> {
    value
        .get()
        .starts_with('[')
        .then(|| serde_json::from_str(value.get()).ok())
        .flatten()
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut members = Vec::with_capacity(32);
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Text<'de>, E> {
                Ok(Text(String::from_utf8_lossy(bytes)))
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(
                    String::from_utf8_lossy(bytes).into_owned(),
                )))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}
