//! The two ways in which Trino writes what a time looks like: MySQL's `%Y-%m-%d` and Joda's `yyyy-MM-dd`.

use datafusion::common::{Result, exec_datafusion_err, exec_err};
use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;

/// Whose patterns they are.
#[derive(Clone, Copy, Debug)]
pub enum Style {
    /// `date_format`, `date_parse`.
    Percent,
    /// `format_datetime`, `parse_datetime`.
    Letters,
}

/// The time in the form of a pattern.
pub fn format(style: Style, pattern: &str, time: DateTime) -> Result<String> {
    let pattern = translated(style, pattern)?;
    jiff::fmt::strtime::format(&pattern, time).map_err(|error| exec_datafusion_err!("{error}"))
}

/// The time that a text in the form of a pattern tells.
pub fn parse(style: Style, pattern: &str, text: &str) -> Result<DateTime> {
    let invalid = || {
        exec_datafusion_err!(
            "Invalid format: \"{}\"",
            text.chars().take(40).collect::<String>()
        )
    };
    let pattern = translated(style, pattern)?;
    let mut parts = BrokenDownTime::parse(pattern, text).map_err(|_| invalid())?;
    // What a pattern doesn't name is the beginning: of the day, of the hour.
    if parts.hour().is_none() {
        parts.set_hour(Some(0)).map_err(|_| invalid())?;
    }
    if parts.minute().is_none() {
        parts.set_minute(Some(0)).map_err(|_| invalid())?;
    }
    if parts.second().is_none() {
        parts.set_second(Some(0)).map_err(|_| invalid())?;
    }
    parts.to_datetime().map_err(|_| invalid())
}

fn translated(style: Style, pattern: &str) -> Result<String> {
    match style {
        Style::Percent => percents(pattern),
        Style::Letters => letters(pattern),
    }
}

/// MySQL's letters, where they differ from strftime's.
fn percents(pattern: &str) -> Result<String> {
    let mut translated = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            translated.push(character);
            continue;
        }
        let known = match characters.next() {
            Some('i') => "%M",
            Some('s' | 'S') => "%S",
            Some('f') => "%6f",
            Some('M') => "%B",
            Some('W') => "%A",
            Some('c') => "%-m",
            Some('e') => "%-d",
            Some('k') => "%-H",
            Some('l') => "%-I",
            Some('h' | 'I') => "%I",
            Some('r') => "%I:%M:%S %p",
            Some('T') => "%H:%M:%S",
            Some('v') => "%V",
            Some('x') => "%G",
            Some('Y') => "%Y",
            Some('y') => "%y",
            Some('m') => "%m",
            Some('d') => "%d",
            Some('H') => "%H",
            Some('p') => "%p",
            Some('a') => "%a",
            Some('b') => "%b",
            Some('j') => "%j",
            Some('%') => "%%",
            other => {
                return exec_err!(
                    "%{} is not supported in a date format",
                    other.map(String::from).unwrap_or_default()
                );
            }
        };
        translated.push_str(known);
    }
    Ok(translated)
}

/// Joda's letters; how often one stands there tells how wide.
fn letters(pattern: &str) -> Result<String> {
    let mut translated = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (literal, left) = quoted(&rest[1..]);
            translated.push_str(&literal.replace('%', "%%"));
            rest = left;
            continue;
        }
        let width = rest.chars().take_while(|next| *next == first).count();
        rest = &rest[width * first.len_utf8()..];
        if !first.is_ascii_alphabetic() {
            translated.extend(std::iter::repeat_n(
                if first == '%' {
                    "%%".to_owned()
                } else {
                    first.to_string()
                },
                width,
            ));
            continue;
        }
        let known = match (first, width) {
            ('y' | 'Y', 2) => "%y",
            ('y' | 'Y', _) => "%Y",
            ('x', _) => "%G",
            ('M', 1) => "%-m",
            ('M', 2) => "%m",
            ('M', 3) => "%b",
            ('M', _) => "%B",
            ('d', 1) => "%-d",
            ('d', _) => "%d",
            ('D', _) => "%j",
            ('E', 1..=3) => "%a",
            ('E', _) => "%A",
            ('w', _) => "%V",
            ('e', _) => "%u",
            ('H', 1) => "%-H",
            ('H', _) => "%H",
            ('h', 1) => "%-I",
            ('h', _) => "%I",
            ('m', 1) => "%-M",
            ('m', _) => "%M",
            ('s', 1) => "%-S",
            ('s', _) => "%S",
            ('S', _) => "%3f",
            ('a', _) => "%p",
            _ => return exec_err!("{first} is not supported in a date format"),
        };
        translated.push_str(known);
    }
    Ok(translated)
}

/// Joda's literal text up to the closing quote.
fn quoted(text: &str) -> (String, &str) {
    match text.split_once('\'') {
        Some(("", rest)) => ("'".to_owned(), rest),
        Some((literal, rest)) => (literal.to_owned(), rest),
        None => (text.to_owned(), ""),
    }
}
