//! Patterns as texts: those of LIKE, and what `regexp_replace` puts in the place of a match.

use datafusion::sql::sqlparser::ast::{Expr, Value, ValueWithSpan};

use super::dialect::{call, text};

/// A text literal's text.
pub fn text_in(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Value(ValueWithSpan {
            value: Value::SingleQuotedString(text),
            ..
        }) => Some(text.clone()),
        _ => None,
    }
}

/// Says a pattern of Trino's LIKE in Arrow's words: there a backslash escapes, here only what ESCAPE names does.
pub fn pattern_of(pattern: &mut Expr, escape: &mut Option<ValueWithSpan>) -> Result<(), String> {
    let escapes = match escape.take() {
        None => None,
        Some(ValueWithSpan {
            value: Value::SingleQuotedString(escapes),
            ..
        }) => Some(one_character(&escapes)?),
        Some(other) => return Err(format!("ESCAPE takes one character, not {other}")),
    };
    let new = match (text_in(pattern), escapes) {
        (Some(written), escapes) => text(&escaped(&written, escapes)?),
        (None, None) => {
            let doubled = vec![pattern.clone(), text(r"\"), text(r"\\")];
            call("replace", doubled)
        }
        (None, Some(_)) => return Err("ESCAPE needs a pattern that is written out".to_owned()),
    };
    *pattern = new;
    Ok(())
}

fn one_character(escapes: &str) -> Result<char, String> {
    let mut characters = escapes.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) => Ok(one),
        _ => Err("Escape string must be a single character".to_owned()),
    }
}

fn escaped(pattern: &str, escapes: Option<char>) -> Result<String, String> {
    let mut written = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if Some(character) == escapes {
            match characters.next() {
                Some(next) if next == '%' || next == '_' || Some(next) == escapes => {
                    written.extend(['\\', next]);
                }
                _ => {
                    return Err(
                        "Escape character must be followed by '%', '_' or the escape character itself"
                            .to_owned(),
                    );
                }
            }
        } else if character == '\\' {
            written.push_str(r"\\");
        } else {
            written.push(character);
        }
    }
    Ok(written)
}

/// Says a replacement of Trino's in Rust's words: `$1a` is group 1 and an `a`, and a backslash takes the sense from what follows.
pub fn replacement_of(replacement: &str) -> String {
    let mut written = String::with_capacity(replacement.len());
    let mut characters = replacement.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('$') => written.push_str("$$"),
                Some(other) => written.push(other),
                None => {}
            },
            '$' => {
                let mut group = String::new();
                while let Some(digit) = characters.next_if(char::is_ascii_digit) {
                    group.push(digit);
                }
                match group.is_empty() {
                    true => written.push('$'),
                    false => written.push_str(&format!("${{{group}}}")),
                }
            }
            other => written.push(other),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_said_in_arrow_s_words() {
        let cases = [
            ("a%", None, Ok("a%")),
            (r"CORP\alice", None, Ok(r"CORP\\alice")),
            ("a$%b", Some('$'), Ok(r"a\%b")),
            ("a$$b", Some('$'), Ok(r"a\$b")),
            (r"a\_b", Some('\\'), Ok(r"a\_b")),
            ("a$b", Some('$'), Err(())),
            ("a$", Some('$'), Err(())),
        ];
        for (pattern, escapes, want) in cases {
            let found = escaped(pattern, escapes).map_err(drop);
            assert_eq!(
                found.as_deref(),
                want.as_ref().map(|want| *want),
                "{pattern}"
            );
        }
    }

    #[test]
    fn replacements_are_said_in_rust_s_words() {
        let cases = [
            ("", ""),
            ("x", "x"),
            ("$1a", "${1}a"),
            ("$12", "${12}"),
            (r"\$1", "$$1"),
            (r"\\", r"\"),
            ("${name}!", "${name}!"),
            ("a$", "a$"),
        ];
        for (written, want) in cases {
            assert_eq!(replacement_of(written), want, "{written}");
        }
    }
}
