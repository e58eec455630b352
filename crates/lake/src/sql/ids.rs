//! `FROM 9c0f0f2b-…`: an event data store's id is a table's name without quotes, which no tokenizer takes for one word.

use std::borrow::Cow;
use std::collections::HashSet;

use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use super::dialect::LakeDialect;
use super::error::SqlError;

const LENGTH: usize = 36;

/// The tokens of a statement, each id as one quoted name, every token at its place.
pub fn tokens(statement: &str) -> Result<Vec<TokenWithSpan>, SqlError> {
    let (masked, ids) = mask(statement);
    let mut tokens = Tokenizer::new(&LakeDialect, &masked).tokenize_with_location()?;
    for token in &mut tokens {
        if let (true, Token::Word(word)) = (ids.contains(&token.span.start), &mut token.token) {
            word.value = unmask(&word.value);
            word.quote_style = Some('"');
        }
    }
    Ok(tokens)
}

/// Writes each id outside of quotes and comments as a word of the same length, so that no place in the statement moves.
fn mask(statement: &str) -> (Cow<'_, str>, HashSet<Location>) {
    let mut masked = String::with_capacity(statement.len());
    let mut places = HashSet::new();
    let mut place = Location { line: 1, column: 1 };
    let mut rest = statement;
    let mut after_word = false;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => quoted(rest, first),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ if !after_word && is_id(rest) => {
                places.insert(place);
                masked.push_str(&word_of(&rest[..LENGTH]));
                place.column += LENGTH as u64;
                rest = &rest[LENGTH..];
                after_word = true;
                continue;
            }
            _ => first.len_utf8(),
        };
        let (taken, left) = rest.split_at(length);
        masked.push_str(taken);
        for character in taken.chars() {
            if character == '\n' {
                place = Location {
                    line: place.line + 1,
                    column: 1,
                };
            } else {
                place.column += 1;
            }
        }
        after_word = first.is_alphanumeric() || first == '_';
        rest = left;
    }
    if places.is_empty() {
        (Cow::Borrowed(statement), places)
    } else {
        (Cow::Owned(masked), places)
    }
}

/// The length of a text in quotes; a doubled quote stands for itself.
fn quoted(text: &str, quote: char) -> usize {
    let mut end = 1;
    while let Some(found) = text[end..].find(quote) {
        end += found + 1;
        if !text[end..].starts_with(quote) {
            return end;
        }
        end += 1;
    }
    text.len()
}

fn is_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= LENGTH
        && bytes[..LENGTH]
            .iter()
            .enumerate()
            .all(|(place, byte)| match place {
                8 | 13 | 18 | 23 => *byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
        && !text[LENGTH..]
            .starts_with(|next: char| next.is_alphanumeric() || next == '_' || next == '-')
}

/// A word may not begin with a digit: `0`–`9` become `g`–`p`.
fn word_of(id: &str) -> String {
    let first = id.bytes().next().map(|byte| {
        if byte.is_ascii_digit() {
            (byte - b'0' + b'g') as char
        } else {
            byte as char
        }
    });
    first
        .into_iter()
        .chain(id.chars().skip(1))
        .map(|c| if c == '-' { '_' } else { c })
        .collect()
}

fn unmask(word: &str) -> String {
    let first = word.bytes().next().map(|byte| {
        if (b'g'..=b'p').contains(&byte) {
            (byte - b'g' + b'0') as char
        } else {
            byte as char
        }
    });
    let id = first
        .into_iter()
        .chain(word.chars().skip(1))
        .map(|c| if c == '_' { '-' } else { c });
    id.collect::<String>().to_ascii_lowercase()
}
