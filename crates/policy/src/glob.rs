//! Patterns with `*` and `?`, matched without recursion and in time bounded by pattern length times text length.

/// One step of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Atom {
    /// This very character.
    Char(char),
    /// `?`: any one character.
    One,
    /// `*`: any characters, or none.
    Many,
}

/// Appends `text` to a pattern. A run of `*` counts as one.
pub(crate) fn push_wildcards(atoms: &mut Vec<Atom>, text: &str) {
    for c in text.chars() {
        match c {
            '*' if atoms.last() == Some(&Atom::Many) => {}
            '*' => atoms.push(Atom::Many),
            '?' => atoms.push(Atom::One),
            c => atoms.push(Atom::Char(c)),
        }
    }
}

/// Appends `text` to a pattern with every character standing for itself.
pub(crate) fn push_literal(atoms: &mut Vec<Atom>, text: &str) {
    atoms.extend(text.chars().map(Atom::Char));
}

/// Whether upper and lower case are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Sensitive,
    Ignored,
}

impl Case {
    fn same(self, a: char, b: char) -> bool {
        a == b
            || (self == Self::Ignored
                && (a.eq_ignore_ascii_case(&b)
                    || (!(a.is_ascii() && b.is_ascii()) && a.to_lowercase().eq(b.to_lowercase()))))
    }
}

/// Whether the pattern covers the whole text.
///
/// Only the last `*` seen is ever retried: if the rest of the pattern fits later in the text, an earlier `*` could
/// not have done better.
pub(crate) fn matches(atoms: &[Atom], text: &str, case: Case) -> bool {
    let mut at = 0;
    let mut rest = text.chars();
    let mut retry = None;
    loop {
        match atoms.get(at) {
            Some(Atom::Many) if at + 1 == atoms.len() => return true,
            Some(Atom::Many) => {
                at += 1;
                retry = Some((at, rest.clone()));
                continue;
            }
            Some(atom) => {
                let Some(c) = rest.next() else { return false };
                let fits = match *atom {
                    Atom::Char(want) => case.same(want, c),
                    Atom::One | Atom::Many => true,
                };
                if fits {
                    at += 1;
                    continue;
                }
            }
            None if rest.as_str().is_empty() => return true,
            None => {}
        }
        let Some((star, from)) = &mut retry else {
            return false;
        };
        if from.next().is_none() {
            return false;
        }
        (at, rest) = (*star, from.clone());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn glob(pattern: &str, text: &str, case: Case) -> bool {
        let mut atoms = Vec::new();
        push_wildcards(&mut atoms, pattern);
        matches(&atoms, text, case)
    }

    /// The definition, tried out in full.
    fn reference(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((&'*', rest)), None) => reference(rest, text),
            (Some((&'*', rest)), Some((_, tail))) => {
                reference(rest, text) || reference(pattern, tail)
            }
            (Some((p, rest)), Some((t, tail))) => (*p == '?' || p == t) && reference(rest, tail),
            _ => false,
        }
    }

    #[test]
    fn stars_and_question_marks() {
        let cases = [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("?", "", false),
            ("?", "é", true),
            ("a*c", "abcbc", true),
            ("a*c", "abcb", false),
            ("*a*b", "xaxxab", true),
            ("a**b", "ab", true),
            ("?*?", "a", false),
            ("sso:Create*", "sso:CreateInstance", true),
        ];
        for (pattern, text, want) in cases {
            assert_eq!(
                glob(pattern, text, Case::Sensitive),
                want,
                "{pattern} {text}"
            );
        }
        assert!(glob(
            "SSO:createinstance",
            "sso:CreateInstance",
            Case::Ignored
        ));
        assert!(glob("ÄRGER", "ärger", Case::Ignored));
        assert!(!glob("Ärger", "ärger", Case::Sensitive));
    }

    #[test]
    fn a_hostile_pattern_takes_no_exponential_time() {
        let pattern = "*a".repeat(2_000) + "b";
        assert!(!glob(&pattern, &"a".repeat(4_000), Case::Sensitive));
    }

    proptest! {
        #[test]
        fn matching_agrees_with_the_definition(pattern in "[ab*?]{0,9}", text in "[ab]{0,9}") {
            let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            prop_assert_eq!(glob(&pattern, &text, Case::Sensitive), reference(&p, &t));
        }
    }
}
