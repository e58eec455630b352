//! What an operation's first word says.

use crate::class::{Activity, change};

const VERBS: [(&[&str], Activity); 4] = [
    (&["Create", "Add", "Put"], change::CREATE),
    (&["Get", "List", "Describe", "Search"], change::READ),
    (&["Update", "Modify", "Set"], change::UPDATE),
    (&["Delete", "Remove"], change::DELETE),
];

/// The activity of an API call.
pub(super) fn activity(operation: &str, reads: bool) -> Activity {
    let verb = of(operation);
    match VERBS.iter().find(|(verbs, _)| verbs.contains(&verb)) {
        Some((_, activity)) => *activity,
        None if reads => change::READ,
        None => Activity::OTHER,
    }
}

/// `AddUser`'s is `Add`, `Addressing` is one itself.
pub(super) fn of(operation: &str) -> &str {
    let mut letters = operation.char_indices().skip(1);
    match letters.find(|(_, letter)| letter.is_ascii_uppercase()) {
        Some((end, _)) => &operation[..end],
        None => operation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_tells() {
        let cases = [
            ("CreateLoadBalancer", false, change::CREATE),
            ("PutObject", false, change::CREATE),
            ("UpdateTrail", false, change::UPDATE),
            ("GetVpcLinks", true, change::READ),
            ("DeleteTrail", false, change::DELETE),
            ("AssumeRole", true, change::READ),
            ("UnknownAPI", false, Activity::OTHER),
            ("Settle", false, Activity::OTHER),
            ("Addressing", false, Activity::OTHER),
            ("", false, Activity::OTHER),
        ];
        for (operation, reads, want) in cases {
            assert_eq!(activity(operation, reads), want, "{operation}");
        }
    }
}
