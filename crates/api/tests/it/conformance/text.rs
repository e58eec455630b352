//! Texts that match the models' patterns, and texts that nearly do.

use fancy_regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};

/// One pattern of a model.
pub struct Pattern {
    regex: Regex,
    /// None for those that look ahead.
    hir: Option<Hir>,
}

/// Texts for patterns that look ahead, of which nothing can be made.
const BY_HAND: [&str; 4] = ["PT1H", "PT12H", "an-alias", "ab1"];

impl Pattern {
    /// A pattern in Java's syntax, which has to match a whole text.
    pub fn new(java: &str) -> Self {
        let inner = ascii(java);
        let regex = Regex::new(&format!(r"\A(?:{inner})\z"));
        let regex = regex.unwrap_or_else(|error| panic!("{java}: {error}"));
        let hir = regex_syntax::parse(&inner).ok();
        Self { regex, hir }
    }

    pub fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text).unwrap()
    }

    /// No matching text is shorter than this.
    pub fn least(&self) -> usize {
        let hir = self.hir.as_ref();
        hir.and_then(|hir| hir.properties().minimum_len())
            .unwrap_or(0)
    }

    /// A matching text of so many characters, if one was found.
    pub fn of_length(&self, length: usize) -> Option<String> {
        let Some(hir) = &self.hir else {
            let mut texts = BY_HAND.iter().filter(|text| text.len() == length);
            return texts
                .find(|text| self.matches(text))
                .map(|text| (*text).to_owned());
        };
        let least = hir.properties().minimum_len().unwrap_or(0);
        let most = hir.properties().maximum_len().unwrap_or(usize::MAX);
        if length < least || length > most {
            return None;
        }
        (0..12).find_map(|seed| {
            let mut maker = Maker {
                seed,
                room: length - least,
                text: String::new(),
            };
            maker.grow(hir);
            let fits = maker.text.chars().count() == length && self.matches(&maker.text);
            fits.then_some(maker.text)
        })
    }

    /// A text near `text`, as long, that doesn't match; if there is none, one that is longer by a character.
    pub fn near(&self, text: &str) -> Option<String> {
        const STRANGE: [char; 8] = ['!', ' ', '~', 'é', '日', '\u{1F600}', 'A', '\n'];
        let tail: String = text.chars().skip(1).collect();
        let other_head = STRANGE.iter().map(|c| format!("{c}{tail}"));
        let longer = STRANGE.iter().map(|c| format!("{text}{c}"));
        let candidates = other_head.filter(|_| !text.is_empty()).chain(longer);
        candidates
            .into_iter()
            .find(|candidate| !self.matches(candidate))
    }
}

struct Maker {
    seed: usize,
    /// How much longer than the shortest the text may still become.
    room: usize,
    text: String,
}

impl Maker {
    fn grow(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => {
                self.text.push_str(std::str::from_utf8(&literal.0).unwrap())
            }
            HirKind::Class(class) => self.text.push(self.pick(class)),
            HirKind::Capture(capture) => self.grow(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.grow(part)),
            HirKind::Alternation(parts) => {
                let least = hir.properties().minimum_len().unwrap_or(0);
                let extra = |part: &Hir| part.properties().minimum_len().unwrap_or(0) - least;
                let fitting: Vec<&Hir> = parts
                    .iter()
                    .filter(|part| extra(part) <= self.room)
                    .collect();
                let chosen = fitting[self.seed % fitting.len()];
                self.room -= extra(chosen);
                self.grow(chosen);
            }
            HirKind::Repetition(repetition) => {
                let cost = repetition
                    .sub
                    .properties()
                    .minimum_len()
                    .unwrap_or(0)
                    .max(1);
                let most = repetition.max.unwrap_or(u32::MAX);
                let mut count = 0;
                while count < repetition.min || (count < most && self.room >= cost) {
                    if count >= repetition.min {
                        self.room -= cost;
                    }
                    count += 1;
                    self.grow(&repetition.sub);
                }
            }
        }
    }

    fn pick(&self, class: &Class) -> char {
        const USUAL: [char; 8] = ['a', '0', 'b', '1', 'A', '-', '.', '/'];
        let has = |c: char| match class {
            Class::Unicode(class) => class
                .ranges()
                .iter()
                .any(|r| (r.start()..=r.end()).contains(&c)),
            Class::Bytes(class) => class
                .ranges()
                .iter()
                .any(|r| c.is_ascii() && (r.start()..=r.end()).contains(&(c as u8))),
        };
        let usual = USUAL.into_iter().find(|c| has(*c));
        usual.unwrap_or_else(|| match class {
            Class::Unicode(class) => class.ranges()[0].start(),
            Class::Bytes(class) => char::from(class.ranges()[0].start()),
        })
    }
}

/// What Java means by its classes, which know ASCII only, and by the halves of code points.
fn ascii(java: &str) -> String {
    let classes = [
        (r"\w", "[0-9A-Za-z_]"),
        (r"\d", "[0-9]"),
        (r"\s", r"[\t-\r ]"),
        (r"\S", r"[^\t-\r ]"),
    ];
    let mut text = java
        .replace(r"\uD800\uDC00", r"\x{10000}")
        .replace(r"\uDBFF\uDFFF", r"\x{10FFFF}");
    text = text.replace(r"\_", "_");
    for (class, ascii) in classes {
        text = text.replace(class, ascii);
    }
    let mut parts = text.split(r"\u");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(4);
        out.push_str(&format!(r"\x{{{digits}}}{rest}"));
    }
    out
}

#[test]
fn patterns_match_what_is_made_for_them() {
    let cases = [
        (
            r"arn:aws(-[a-z]{1,5}){0,3}:sso:::instance/(sso)?ins-[a-zA-Z0-9-.]{16}",
            46,
        ),
        (r"[\w+=,.@-]+", 64),
        (r"^(r-[0-9a-z]{4,32})|(\d{12})$", 12),
        (r"[\u0020-\u00FF]+", 3),
    ];
    for (java, length) in cases {
        let pattern = Pattern::new(java);
        let text = pattern
            .of_length(length)
            .unwrap_or_else(|| panic!("none for {java}"));
        assert!(!pattern.matches(&pattern.near(&text).unwrap()), "{java}");
    }
}
