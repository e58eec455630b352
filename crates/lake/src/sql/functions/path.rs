//! JSON paths as Trino's `json_extract` takes them: `$.a.b[0]["c"]`.

use serde_json::value::RawValue;

use crate::record::{items_of, object_of};

/// A path through a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Item(usize),
}

impl Path {
    /// Reads a path; nothing if it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim().strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, left) = if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                (Step::Member(after[..end].to_owned()), &after[end..])
            } else {
                bracketed(rest.strip_prefix('[')?)?
            };
            if step == Step::Member(String::new()) {
                return None;
            }
            steps.push(step);
            rest = left;
        }
        Some(Self(steps))
    }

    /// What lies at the end of the path.
    #[must_use]
    pub fn find<'a>(&self, document: &'a RawValue) -> Option<&'a RawValue> {
        self.0.iter().try_fold(document, |value, step| match step {
            Step::Member(name) => object_of(value)?.get_exactly(name),
            Step::Item(place) => items_of(value)?.get(*place).copied(),
        })
    }
}

/// What stands between brackets: a place, or a name in quotes.
fn bracketed(text: &str) -> Option<(Step, &str)> {
    let quote = text
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''));
    let Some(quote) = quote else {
        let (place, rest) = text.split_once(']')?;
        return Some((Step::Item(place.trim().parse().ok()?), rest));
    };
    let mut name = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        if character == quote {
            return Some((Step::Member(name), text[at + 1..].strip_prefix(']')?));
        }
        let character = if character == '\\' {
            characters.next()?.1
        } else {
            character
        };
        name.push(character);
    }
    None
}
