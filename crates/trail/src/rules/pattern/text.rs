/// What a text may be asked for.
#[derive(Clone, Debug)]
pub(super) enum TextTest {
    /// `equals-ignore-case`.
    IgnoringCase(String),
    /// `prefix`.
    Prefix(String),
    /// `prefix` with `equals-ignore-case`.
    PrefixIgnoringCase(String),
    /// `suffix`.
    Suffix(String),
    /// `suffix` with `equals-ignore-case`.
    SuffixIgnoringCase(String),
    /// `wildcard`.
    Wildcard(Wildcard),
}

impl TextTest {
    pub(super) fn passes(&self, text: &str) -> bool {
        match self {
            Self::IgnoringCase(want) => lower(text).eq(lower(want)),
            Self::Prefix(want) => text.starts_with(want.as_str()),
            Self::PrefixIgnoringCase(want) => begins(lower(text), lower(want)),
            Self::Suffix(want) => text.ends_with(want.as_str()),
            Self::SuffixIgnoringCase(want) => begins(lower_back(text), lower_back(want)),
            Self::Wildcard(wildcard) => wildcard.covers(text),
        }
    }
}

fn lower(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// From the end.
fn lower_back(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .rev()
        .flat_map(|c| c.to_lowercase().collect::<Vec<_>>().into_iter().rev())
}

fn begins(mut text: impl Iterator<Item = char>, want: impl Iterator<Item = char>) -> bool {
    want.into_iter().all(|c| text.next() == Some(c))
}

/// A text in which `*` stands for any characters, or none. `\*` and `\\` stand for `*` and `\`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wildcard {
    /// What is between the stars: one part more than there are stars.
    parts: Vec<String>,
}

impl Wildcard {
    /// Answers what is wrong with the text if it is none.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut parts = vec![String::new()];
        let mut chars = text.chars();
        let mut after_star = false;
        while let Some(c) = chars.next() {
            let literal = match c {
                '*' if after_star => return Err("two `*` side by side"),
                '*' => None,
                '\\' => match chars.next() {
                    Some(c @ ('*' | '\\')) => Some(c),
                    _ => return Err("after `\\` comes `*` or `\\`"),
                },
                c => Some(c),
            };
            after_star = literal.is_none();
            match (literal, parts.last_mut()) {
                (Some(c), Some(part)) => part.push(c),
                _ => parts.push(String::new()),
            }
        }
        Ok(Self { parts })
    }

    /// Whether it covers the whole text.
    ///
    /// Each part is taken where it comes first: if what follows fits later, it fits there too. So this takes time by the
    /// lengths of both, never by their product.
    pub(crate) fn covers(&self, text: &str) -> bool {
        let [first, middle @ .., last] = self.parts.as_slice() else {
            return self.parts.first().is_some_and(|only| only == text);
        };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else {
            return false;
        };
        for part in middle {
            match rest.find(part.as_str()) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last.as_str())
    }
}
