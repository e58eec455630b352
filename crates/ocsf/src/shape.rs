//! The shapes of attributes. Each structure tells its attributes once; its JSON and its columns follow from that.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// True or false.
    Flag,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits; times are milliseconds since 1970.
    Long,
    /// A moment: a text of RFC 3339 in JSON, a timestamp in columns.
    Time,
    /// Texts by name.
    Map,
    /// A structure.
    Object(&'static [Attribute]),
    /// Any number of one kind.
    List(&'static Self),
}

/// An attribute of a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name in the schema.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// Something an attribute can hold.
pub trait Shape {
    /// Which kind that is.
    const KIND: Kind;

    /// Whether the attribute is left out.
    fn is_absent(&self) -> bool {
        false
    }
}

/// The most characters that a text of the schema may have (`string_t`).
const LONGEST: usize = 65_535;

/// A text of at most 65,535 characters; longer ones are cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Text(Cow<'static, str>);

impl Text {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Text {
    fn from(mut text: String) -> Self {
        if text.len() > LONGEST
            && let Some((end, _)) = text.char_indices().nth(LONGEST)
        {
            text.truncate(end);
        }
        Self(Cow::Owned(text))
    }
}

/// A moment that readers of dates understand: between 1970 and 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time(Timestamp);

impl Time {
    /// The moment, if it is in those years.
    #[must_use]
    pub fn of(time: Timestamp) -> Option<Self> {
        let in_range = time >= Timestamp::UNIX_EPOCH
            && jiff::tz::TimeZone::UTC.to_datetime(time).year() <= 9999;
        in_range.then_some(Self(time))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn milliseconds(self) -> i64 {
        self.0.as_millisecond()
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Shape for Text {
    const KIND: Kind = Kind::Text;
}

/// JSON as text: the schema lets it be of any length.
impl Shape for String {
    const KIND: Kind = Kind::Text;
}

impl Shape for bool {
    const KIND: Kind = Kind::Flag;
}

impl Shape for i32 {
    const KIND: Kind = Kind::Integer;
}

impl Shape for i64 {
    const KIND: Kind = Kind::Long;
}

impl Shape for Time {
    const KIND: Kind = Kind::Time;
}

impl Shape for BTreeMap<String, String> {
    const KIND: Kind = Kind::Map;

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Shape> Shape for Option<T> {
    const KIND: Kind = T::KIND;

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Shape> Shape for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);
}

/// Structures of the schema, each with its attributes.
macro_rules! objects {
    ($($(#[$about:meta])* $name:ident { $($(#[$told:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
        pub struct $name {
            $($(#[$told])*
            #[serde(skip_serializing_if = "crate::shape::Shape::is_absent")]
            pub $field: $kind,)*
        }

        impl $crate::shape::Shape for $name {
            const KIND: $crate::shape::Kind = $crate::shape::Kind::Object(&[$($crate::shape::Attribute {
                name: $crate::shape::plain(stringify!($field)),
                kind: <$kind as $crate::shape::Shape>::KIND,
            }),*]);
        }
    )*};
}
pub(crate) use objects;

/// A field's name without the mark of names that are words of Rust.
pub(crate) const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}
