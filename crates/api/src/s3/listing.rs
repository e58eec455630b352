//! Pages through the keys of a bucket, those with a common prefix rolled up into it.

use atrium_store::{ObjectSummary, StoreError};

/// Which keys to list.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    /// Only keys that begin with this.
    pub(super) prefix: String,
    /// Keys that go on with this after the prefix are rolled up, up to and with it.
    pub(super) delimiter: Option<String>,
    /// Only entries after this key or common prefix.
    pub(super) after: String,
    /// The most entries, keys and common prefixes together.
    pub(super) limit: usize,
}

/// A page of a list.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) objects: Vec<ObjectSummary>,
    pub(super) prefixes: Vec<String>,
    /// The last entry, if there are more after it.
    pub(super) next: Option<String>,
}

/// Rows read at once where keys are rolled up: each common prefix may end a batch early.
const BATCH: usize = 128;

impl Listing {
    /// Collects one page. `fetch` answers objects from a name on, below an upper bound, in order, at most so many.
    pub(super) fn page(
        &self,
        mut fetch: impl FnMut(&str, Option<&str>, usize) -> Result<Vec<ObjectSummary>, StoreError>,
    ) -> Result<Page, StoreError> {
        let mut page = Page::default();
        if self.limit == 0 {
            return Ok(page);
        }
        let end = successor(&self.prefix);
        let Some(mut from) = self.start() else {
            return Ok(page);
        };
        let (mut entries, mut last) = (0, String::new());
        loop {
            let batch = match self.delimiter {
                None => self.limit - entries + 1,
                Some(_) => (self.limit - entries + 1).min(BATCH),
            };
            let found = fetch(&from, end.as_deref(), batch)?;
            let whole = found.len() >= batch;
            let mut rolled: Option<String> = None;
            for object in found {
                if rolled
                    .as_ref()
                    .is_some_and(|prefix| object.name.starts_with(prefix.as_str()))
                {
                    continue;
                }
                if entries == self.limit {
                    page.next = Some(last);
                    return Ok(page);
                }
                entries += 1;
                from = format!("{}\u{1}", object.name);
                match self.roll_up(&object.name) {
                    Some(prefix) => {
                        last.clone_from(&prefix);
                        page.prefixes.push(prefix.clone());
                        rolled = Some(prefix);
                    }
                    None => {
                        last.clone_from(&object.name);
                        page.objects.push(object);
                        rolled = None;
                    }
                }
            }
            if !whole {
                return Ok(page);
            }
            // The rest of what was just rolled up is skipped at once.
            if let Some(prefix) = rolled {
                match successor(&prefix) {
                    Some(next) => from = next,
                    None => return Ok(page),
                }
            }
        }
    }

    /// The common prefix that a key is rolled up into.
    fn roll_up(&self, name: &str) -> Option<String> {
        let delimiter = self
            .delimiter
            .as_deref()
            .filter(|delimiter| !delimiter.is_empty())?;
        let rest = name.get(self.prefix.len()..)?;
        let end = rest.find(delimiter)? + delimiter.len();
        Some(format!("{}{}", self.prefix, rest.get(..end)?))
    }

    /// The first name that may be listed; none if there is none.
    fn start(&self) -> Option<String> {
        let after = match &self.after {
            after if after.is_empty() => String::new(),
            // Everything under a common prefix stands in the list as that prefix.
            after
                if after.starts_with(&self.prefix)
                    && self.roll_up(after).as_ref() == Some(after) =>
            {
                successor(after)?
            }
            // No text lies between a text and itself followed by the smallest character a key may hold.
            after => format!("{after}\u{1}"),
        };
        Some(after.max(self.prefix.clone()))
    }
}

/// The smallest text that is greater than everything that begins with `prefix`; none if there is no end to that.
fn successor(prefix: &str) -> Option<String> {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        let next = match last {
            // The characters around the surrogates.
            '\u{d7ff}' => Some('\u{e000}'),
            last => char::from_u32(u32::from(last) + 1),
        };
        if let Some(next) = next {
            text.push(next);
            return Some(text);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use atrium_model::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn fetch(
        names: &BTreeSet<String>,
    ) -> impl FnMut(&str, Option<&str>, usize) -> Result<Vec<ObjectSummary>, StoreError> {
        move |from, to, limit| {
            let all = names
                .iter()
                .filter(|name| name.as_str() >= from && to.is_none_or(|to| name.as_str() < to));
            Ok(all
                .take(limit)
                .map(|name| ObjectSummary {
                    name: name.clone(),
                    size: 1,
                    etag: "e".into(),
                    modified: Timestamp::from_millis(0),
                })
                .collect())
        }
    }

    /// The whole list, page by page.
    fn walk(names: &BTreeSet<String>, mut listing: Listing) -> Vec<String> {
        let mut seen = Vec::new();
        for _ in 0..=names.len() {
            let page = listing.page(fetch(names)).expect("a page");
            let mut entries: Vec<_> = page
                .objects
                .into_iter()
                .map(|object| object.name)
                .chain(page.prefixes)
                .collect();
            entries.sort();
            assert!(entries.len() <= listing.limit);
            seen.extend(entries);
            match page.next {
                Some(next) => listing.after = next,
                None => return seen,
            }
        }
        panic!("the list does not end");
    }

    #[test]
    fn keys_roll_up() {
        let names: BTreeSet<String> = ["a", "a/1", "a/2", "a/b/3", "b/", "c", "photos/x"]
            .into_iter()
            .map(String::from)
            .collect();
        let cases: [(&str, Option<&str>, &str, &[&str]); 8] = [
            (
                "",
                None,
                "",
                &["a", "a/1", "a/2", "a/b/3", "b/", "c", "photos/x"],
            ),
            ("", Some("/"), "", &["a", "a/", "b/", "c", "photos/"]),
            ("a/", Some("/"), "", &["a/1", "a/2", "a/b/"]),
            ("a/b", Some("/"), "", &["a/b/"]),
            ("", Some("/"), "a/", &["b/", "c", "photos/"]),
            ("", None, "a/2", &["a/b/3", "b/", "c", "photos/x"]),
            ("d", None, "", &[]),
            ("a", None, "z", &[]),
        ];
        for (prefix, delimiter, after, want) in cases {
            for limit in [1, 2, 100] {
                let listing = Listing {
                    prefix: prefix.into(),
                    delimiter: delimiter.map(Into::into),
                    after: after.into(),
                    limit,
                };
                assert_eq!(walk(&names, listing.clone()), want, "{listing:?}");
            }
        }
    }

    #[test]
    fn a_list_without_room_is_empty() {
        let names = ["a".to_owned()].into();
        let page = Listing::default().page(fetch(&names)).expect("a page");
        assert!(page.objects.is_empty() && page.next.is_none());
    }

    #[test]
    fn nothing_that_begins_alike_lies_beyond() {
        let cases = [
            ("", None),
            ("a", Some("b")),
            ("a/", Some("a0")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
        ];
        for (prefix, want) in cases {
            assert_eq!(successor(prefix).as_deref(), want, "{prefix:?}");
        }
    }

    proptest! {
        #[test]
        fn pages_joined_are_the_whole_list(
            names in prop::collection::btree_set("[ab/é😀]{1,5}", 0..60),
            prefix in "[ab/]{0,2}",
            delimiter in prop::option::of("[/b]|//"),
            limit in 1usize..5,
        ) {
            let mut want: BTreeSet<String> = BTreeSet::new();
            for name in names.iter().filter(|name| name.starts_with(&prefix)) {
                let rest = &name[prefix.len()..];
                let end = delimiter.as_ref().and_then(|delimiter| Some(rest.find(delimiter.as_str())? + delimiter.len()));
                want.insert(end.map_or_else(|| name.clone(), |end| name[..prefix.len() + end].to_owned()));
            }
            let listing = Listing { prefix, delimiter, after: String::new(), limit };
            prop_assert_eq!(walk(&names, listing), want.into_iter().collect::<Vec<_>>());
        }
    }
}
