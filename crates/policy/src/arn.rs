//! ARNs as patterns: in conditions component by component, in `Resource` as one text.

use crate::glob::{Atom, Case, matches};

/// Whether an ARN fits a pattern in an `Arn…` condition: each of the six components is checked on its own, so a
/// wildcard doesn't reach beyond a colon before the last one. A lone `*` fits every value.
pub(crate) fn components_match(pattern: &[Atom], arn: &str) -> bool {
    if pattern == [Atom::Many] {
        return true;
    }
    let mut wants = pattern.splitn(6, |atom| *atom == Atom::Char(':'));
    let mut parts = arn.splitn(6, ':');
    for _ in 0..6 {
        match (wants.next(), parts.next()) {
            (Some(want), Some(part)) if matches(want, part, Case::Sensitive) => {}
            _ => return false,
        }
    }
    true
}

/// Whether a resource fits a pattern of `Resource`. AWS lets a `*` here reach beyond colons, and completes an ARN of
/// fewer than six components with `*`.
pub(crate) fn resource_matches(pattern: &[Atom], resource: &str) -> bool {
    if pattern == [Atom::Many] {
        return true;
    }
    let colons = pattern
        .iter()
        .filter(|atom| **atom == Atom::Char(':'))
        .count();
    if colons >= 5 || pattern.last() == Some(&Atom::Many) {
        return matches(pattern, resource, Case::Sensitive);
    }
    let mut completed = pattern.to_vec();
    for _ in colons..5 {
        completed.extend([Atom::Char(':'), Atom::Many]);
    }
    matches(&completed, resource, Case::Sensitive)
}
