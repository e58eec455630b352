//! Keys that one object has twice. JSON permits them and readers keep the last, so that conditions would be lost.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::PatternError;
use super::read::Place;

/// Refuses JSON in which an object, at any level, has a key twice. What is not JSON at all is refused elsewhere.
pub(super) fn refuse(json: &str) -> Result<(), PatternError> {
    let mut found = Ok(());
    let walk = Walk {
        place: &mut Place::default(),
        found: &mut found,
    };
    // The first that is found ends the walk, as a syntax error does.
    let _ = walk.deserialize(&mut serde_json::Deserializer::from_str(json));
    found
}

/// Goes through a value and keeps nothing but the first key that comes again.
struct Walk<'a> {
    place: &'a mut Place,
    found: &'a mut Result<(), PatternError>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { place, found } = self;
        while list.next_element_seed(Walk { place, found })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let Self { place, found } = self;
        let mut seen = BTreeSet::new();
        while let Some(name) = fields.next_key::<String>()? {
            place.0.push(name.clone());
            if !seen.insert(name) {
                *found = place.wrong("the key is there twice");
                return Err(serde::de::Error::custom("a key is there twice"));
            }
            fields.next_value_seed(Walk { place, found })?;
            place.0.pop();
        }
        Ok(())
    }
}
