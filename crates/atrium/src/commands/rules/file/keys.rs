//! Keys of a TOML table, taken one by one, so that what is left at the end is what means nothing.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::cli::Failure;

/// The file that is read.
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// What is wrong somewhere, and in which line that is.
    pub(super) fn wrong(&self, place: &Place, why: impl std::fmt::Display) -> Failure {
        let before = self.text.as_bytes().iter().take(place.at);
        let line = 1 + before.filter(|&&byte| byte == b'\n').count();
        let path = self.path.display();
        let key = match place.key.as_str() {
            "" => String::new(),
            key => format!("`{key}`: "),
        };
        Failure::Usage(format!("{path}, line {line}: {key}{why}"))
    }
}

/// Where something stands, to be named if it is wrong.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// The key, with those of the tables around it.
    key: String,
    /// The byte at which its value begins.
    at: usize,
}

impl Place {
    /// The file as a whole, or a byte of it.
    pub(super) fn of_file(at: usize) -> Self {
        Self {
            key: String::new(),
            at,
        }
    }
}

/// A value and where it stands.
pub(super) type Placed<T> = (T, Place);

/// The keys of a table that were not yet taken.
pub(super) struct Keys<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) place: Place,
    left: DeTable<'a>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(source: &'a Source<'a>, place: Place, left: DeTable<'a>) -> Self {
        Self {
            source,
            place,
            left,
        }
    }

    /// What is wrong with a value.
    pub(super) fn wrong(&self, place: &Place, why: impl std::fmt::Display) -> Failure {
        self.source.wrong(place, why)
    }

    /// Takes a key's value.
    pub(super) fn value(&mut self, key: &str) -> Option<Placed<DeValue<'a>>> {
        let found = self
            .left
            .keys()
            .find(|known| known.get_ref() == key)?
            .clone();
        let value = self.left.remove(&found)?;
        let place = self.place_of(key, &value);
        Some((value.into_inner(), place))
    }

    fn place_of(&self, key: &str, value: &Spanned<DeValue<'a>>) -> Place {
        let key = match self.place.key.is_empty() {
            true => key.to_owned(),
            false => format!("{}.{key}", self.place.key),
        };
        let at = value.span().start;
        Place { key, at }
    }

    /// Takes a value of one kind, if the key is there.
    fn of<T>(
        &mut self,
        key: &str,
        kind: &str,
        read: impl FnOnce(DeValue<'a>) -> Option<T>,
    ) -> Result<Option<Placed<T>>, Failure> {
        let Some((value, place)) = self.value(key) else {
            return Ok(None);
        };
        match read(value) {
            Some(value) => Ok(Some((value, place))),
            None => Err(self.wrong(&place, format!("expected {kind}"))),
        }
    }

    /// Takes a text that is not empty.
    pub(super) fn text(&mut self, key: &str) -> Result<Option<Placed<String>>, Failure> {
        self.of(key, "a text that is not empty", |value| text(&value))
    }

    /// Takes a text that must be there.
    pub(super) fn needed(&mut self, key: &str) -> Result<Placed<String>, Failure> {
        let found = self.text(key)?;
        found.ok_or_else(|| self.wrong(&self.place, format!("the key `{key}` is missing")))
    }

    /// Takes a list of texts.
    pub(super) fn texts(&mut self, key: &str) -> Result<Option<Placed<Vec<String>>>, Failure> {
        self.of(key, "a list of texts", |value| {
            let DeValue::Array(values) = value else {
                return None;
            };
            values.iter().map(|value| text(value.get_ref())).collect()
        })
    }

    /// Takes `true` or `false`; `usual` if the key is not there.
    pub(super) fn flag(&mut self, key: &str, usual: bool) -> Result<bool, Failure> {
        let found = self.of(key, "true or false", |value| value.as_bool())?;
        Ok(found.map_or(usual, |(flag, _)| flag))
    }

    /// Takes a whole number within bounds; `usual` if the key is not there.
    pub(super) fn number(
        &mut self,
        key: &str,
        bounds: std::ops::RangeInclusive<u32>,
        usual: u32,
    ) -> Result<u32, Failure> {
        let kind = format!("a number from {} to {}", bounds.start(), bounds.end());
        let found = self.of(key, &kind, |value| {
            let number = value.as_integer().filter(|number| number.radix() == 10)?;
            let number = number.as_str().parse().ok()?;
            bounds.contains(&number).then_some(number)
        })?;
        Ok(found.map_or(usual, |(number, _)| number))
    }

    /// Takes a table.
    pub(super) fn table(&mut self, key: &str) -> Result<Option<Keys<'a>>, Failure> {
        let found = self.of(key, "a table", |value| match value {
            DeValue::Table(table) => Some(table),
            _ => None,
        })?;
        let source = self.source;
        Ok(found.map(|(table, place)| Keys::new(source, place, table)))
    }

    /// Takes a list of tables; none if the key is not there. Each is named by its number.
    pub(super) fn tables(&mut self, key: &str) -> Result<Vec<Keys<'a>>, Failure> {
        let found = self.of(key, "a list of tables", |value| {
            let DeValue::Array(values) = value else {
                return None;
            };
            let tables = values.into_iter().map(|value| {
                let at = value.span().start;
                match value.into_inner() {
                    DeValue::Table(table) => Some((at, table)),
                    _ => None,
                }
            });
            tables.collect::<Option<Vec<_>>>()
        })?;
        let (tables, place) = match found {
            Some(found) => found,
            None => return Ok(Vec::new()),
        };
        let keys = tables.into_iter().enumerate().map(|(number, (at, table))| {
            let key = format!("{}[{number}]", place.key);
            Keys::new(self.source, Place { key, at }, table)
        });
        Ok(keys.collect())
    }

    /// Takes all tables of a table, each by its name.
    pub(super) fn named_tables(mut self) -> Result<Vec<(String, Keys<'a>)>, Failure> {
        let names: Vec<String> = self
            .left
            .keys()
            .map(|name| name.get_ref().to_string())
            .collect();
        let mut all = Vec::new();
        for name in names {
            if let Some(table) = self.table(&name)? {
                all.push((name, table));
            }
        }
        Ok(all)
    }

    /// Takes a text, or one from the file that `KEY_file` names: secrets need not stand among settings. A file's path is
    /// from where this file is.
    pub(super) fn needed_or_in_file(&mut self, key: &str) -> Result<Placed<String>, Failure> {
        let in_file = format!("{key}_file");
        let named = self.text(&in_file)?;
        let given = self.text(key)?;
        match (given, named) {
            (Some(given), None) => Ok(given),
            (None, Some((path, place))) => {
                let path = self.beside(&path);
                let text = std::fs::read_to_string(&path).map_err(|error| {
                    self.wrong(&place, format!("`{}`: {error}", path.display()))
                })?;
                Ok((text.trim().to_owned(), place))
            }
            _ => {
                let why = format!("one of `{key}` and `{in_file}` is needed");
                Err(self.wrong(&self.place, why))
            }
        }
    }

    fn beside(&self, path: &str) -> PathBuf {
        let folder = self.source.path.parent().unwrap_or(Path::new(""));
        folder.join(path)
    }

    /// Makes sure that nothing is left.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Some((key, value)) = self.left.iter().next() else {
            return Ok(());
        };
        let mut place = self.place_of(key.get_ref(), value);
        place.at = key.span().start;
        Err(self.wrong(&place, "no such key"))
    }
}

fn text(value: &DeValue<'_>) -> Option<String> {
    let text = value.as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned)
}
