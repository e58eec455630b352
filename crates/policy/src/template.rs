//! Text of a policy that may hold variables: `${aws:username}`, `${key, 'default'}`, `${*}`, `${?}`, `${$}`.

use std::borrow::Cow;

use crate::{
    context::Context,
    glob::{Atom, push_literal, push_wildcards},
};

/// How the text of a policy is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// `*` and `?` are wildcards.
    pub(crate) wildcards: bool,
    /// `${…}` is a variable; only in version 2012-10-17.
    pub(crate) variables: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Atoms(Vec<Atom>),
    Variable {
        key: Box<str>,
        default: Option<Box<str>>,
    },
}

/// A text of a policy, split at its variables once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Template {
    source: Box<str>,
    parts: Vec<Part>,
}

impl Template {
    pub(crate) fn new(text: &str, reading: Reading) -> Self {
        let mut parts = Vec::new();
        let mut atoms = Vec::new();
        let plain = |atoms: &mut Vec<Atom>, text: &str| match reading.wildcards {
            true => push_wildcards(atoms, text),
            false => push_literal(atoms, text),
        };
        let mut rest = text;
        while let Some(at) = rest.find("${").filter(|_| reading.variables) {
            plain(&mut atoms, &rest[..at]);
            rest = &rest[at..];
            match Variable::read(&rest[2..]) {
                Some((variable, length)) => {
                    match variable {
                        Variable::Character(c) => atoms.push(Atom::Char(c)),
                        Variable::Key { key, default } => {
                            if !atoms.is_empty() {
                                parts.push(Part::Atoms(std::mem::take(&mut atoms)));
                            }
                            parts.push(Part::Variable {
                                key: key.into(),
                                default: default.map(Into::into),
                            });
                        }
                    }
                    rest = &rest[2 + length..];
                }
                None => {
                    plain(&mut atoms, "${");
                    rest = &rest[2..];
                }
            }
        }
        plain(&mut atoms, rest);
        if !atoms.is_empty() || parts.is_empty() {
            parts.push(Part::Atoms(atoms));
        }
        Self {
            source: text.into(),
            parts,
        }
    }

    /// The text as written in the policy.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Whether the text has variables that depend on the request.
    pub(crate) fn has_variables(&self) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part, Part::Variable { .. }))
    }

    /// The pattern for this request. Values of variables stand for themselves: a `*` in one is no wildcard.
    /// `None` if a variable has no value and no default, or several values.
    pub(crate) fn expand(&self, context: &Context<'_>) -> Option<Cow<'_, [Atom]>> {
        if let [Part::Atoms(atoms)] = self.parts.as_slice() {
            return Some(Cow::Borrowed(atoms));
        }
        let mut atoms = Vec::new();
        for part in &self.parts {
            match part {
                Part::Atoms(more) => atoms.extend_from_slice(more),
                Part::Variable { key, default } => match (context.get(key), default) {
                    ([value], _) => push_literal(&mut atoms, value),
                    ([], Some(default)) => push_literal(&mut atoms, default),
                    _ => return None,
                },
            }
        }
        Some(Cow::Owned(atoms))
    }
}

enum Variable<'t> {
    Character(char),
    Key {
        key: &'t str,
        default: Option<&'t str>,
    },
}

impl<'t> Variable<'t> {
    /// Reads what follows `${`, up to and with the closing brace; tells how many bytes that were.
    fn read(text: &'t str) -> Option<(Self, usize)> {
        let end = text.find(['}', ','])?;
        let key = text[..end].trim();
        if text[end..].starts_with('}') {
            let variable = match key {
                "*" => Self::Character('*'),
                "?" => Self::Character('?'),
                "$" => Self::Character('$'),
                "" => return None,
                key if key.contains(['$', '{', '\'']) => return None,
                key => Self::Key { key, default: None },
            };
            return Some((variable, end + 1));
        }
        if key.is_empty() || key.contains(['$', '{', '\'']) {
            return None;
        }
        let after = text[end + 1..].trim_start().strip_prefix('\'')?;
        let quote = after.find('\'')?;
        let tail = after[quote + 1..].trim_start().strip_prefix('}')?;
        Some((
            Self::Key {
                key,
                default: Some(&after[..quote]),
            },
            text.len() - tail.len(),
        ))
    }
}
