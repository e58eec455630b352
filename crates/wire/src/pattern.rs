//! Java regular expressions of the models, matched as AWS matches them.

use std::fmt;
use std::sync::OnceLock;

/// Compiled programs larger than this many bytes are refused; the largest in the models needs a tenth.
const SIZE_LIMIT: usize = 4 << 20;

/// A pattern of the model, compiled at its first use and kept.
pub struct Pattern {
    source: &'static str,
    compiled: OnceLock<Option<Compiled>>,
}

enum Compiled {
    Plain(regex::Regex),
    /// Two patterns of the models look ahead, which the linear-time engine can't.
    Fancy(fancy_regex::Regex),
}

impl Pattern {
    /// A pattern in Java's syntax.
    pub const fn new(source: &'static str) -> Self {
        Self {
            source,
            compiled: OnceLock::new(),
        }
    }

    /// The pattern as the model has it, for messages.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// Whether the whole of `text` matches. A pattern that doesn't compile matches nothing; a test compiles them all.
    pub fn matches(&self, text: &str) -> bool {
        match self.compiled() {
            Some(Compiled::Plain(regex)) => regex.is_match(text),
            // An error means that the backtracking limit was hit.
            Some(Compiled::Fancy(regex)) => regex.is_match(text).unwrap_or(false),
            None => false,
        }
    }

    /// Whether the pattern could be translated.
    pub fn compiles(&self) -> bool {
        self.compiled().is_some()
    }

    fn compiled(&self) -> Option<&Compiled> {
        self.compiled.get_or_init(|| compile(self.source)).as_ref()
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.source)
    }
}

fn compile(java: &str) -> Option<Compiled> {
    // The group keeps alternatives together, so anchors inside them stay harmless.
    let source = format!(r"\A(?:{})\z", translate(java));
    if let Ok(regex) = regex::RegexBuilder::new(&source)
        .size_limit(SIZE_LIMIT)
        .build()
    {
        return Some(Compiled::Plain(regex));
    }
    let fancy = fancy_regex::RegexBuilder::new(&source)
        .delegate_size_limit(SIZE_LIMIT)
        .build();
    fancy.ok().map(Compiled::Fancy)
}

/// Java's `\w`, `\d`, `\s` and `\b` know ASCII only, and it writes code points as UTF-16 units.
fn translate(java: &str) -> String {
    let mut out = String::with_capacity(java.len());
    let mut rest = java;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let mut chars = rest.chars();
        let Some(escaped) = chars.next() else {
            out.push('\\');
            break;
        };
        rest = chars.as_str();
        match escaped {
            'w' => out.push_str("[0-9A-Za-z_]"),
            'W' => out.push_str("[^0-9A-Za-z_]"),
            'd' => out.push_str("[0-9]"),
            'D' => out.push_str("[^0-9]"),
            's' => out.push_str(r"[\t-\r ]"),
            'S' => out.push_str(r"[^\t-\r ]"),
            'b' => out.push_str(r"(?-u:\b)"),
            'u' => rest = code_point(rest, &mut out),
            other => out.extend(['\\', other]),
        }
    }
    out.push_str(rest);
    out
}

/// Translates the digits after `\u`, and a low surrogate after a high one, and gives what follows.
fn code_point<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let unit = |text: &str| {
        text.get(..4)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
    };
    let Some(first) = unit(rest) else {
        out.push('u');
        return rest;
    };
    let after = &rest[4..];
    if let (0xD800..=0xDBFF, Some(second @ 0xDC00..=0xDFFF)) =
        (first, after.strip_prefix("\\u").and_then(unit))
    {
        let point = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        out.push_str(&format!(r"\x{{{point:X}}}"));
        return &after[6..];
    }
    out.push_str(&format!(r"\x{{{first:X}}}"));
    after
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn the_whole_text_must_match_as_java_means_it() {
        let cases = [
            (
                r"d-[0-9a-f]{10}$|^[0-9a-f]{8}-[0-9a-f]{4}",
                "d-1234567890",
                true,
            ),
            (
                r"d-[0-9a-f]{10}$|^[0-9a-f]{8}-[0-9a-f]{4}",
                "12345678-1234",
                true,
            ),
            (
                r"d-[0-9a-f]{10}$|^[0-9a-f]{8}-[0-9a-f]{4}",
                "xd-1234567890",
                false,
            ),
            (
                r"d-[0-9a-f]{10}$|^[0-9a-f]{8}-[0-9a-f]{4}",
                "d-1234567890\n",
                false,
            ),
            (r"[\w+=,.@-]+", "a.b@c", true),
            (r"[\w+=,.@-]+", "é", false),
            (r"\d{12}", "١٢٣٤٥٦٧٨٩٠١٢", false),
            (r"[\u0020-\u00FF]+", "aÿ", true),
            (r"[\u0020-\u00FF]+", "Ā", false),
            (r"[\uD800\uDC00-\uDBFF\uDFFF]+", "😀", true),
            (r"P(?=\d|T\d)(?:(\d+)D)?(?:T(?:(\d+)H)?)?", "PT1H", true),
            (r"P(?=\d|T\d)(?:(\d+)D)?(?:T(?:(\d+)H)?)?", "P", false),
            (r"[\S\s]*", "a\nb", true),
            (r"\b[0-9a-f]{2}\b-x", "0f-x", true),
        ];
        for (pattern, text, want) in cases {
            assert_eq!(
                Pattern::new(pattern).matches(text),
                want,
                "{pattern} on {text:?}"
            );
        }
    }
}
