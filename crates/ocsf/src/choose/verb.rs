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
    let found = VERBS
        .iter()
        .find(|(words, _)| words.iter().any(|word| begins(operation, word)));
    match found {
        Some((_, activity)) => *activity,
        None if reads => change::READ,
        None => Activity::OTHER,
    }
}

/// `AddUser` begins with `Add`, `Address` doesn't.
fn begins(operation: &str, word: &str) -> bool {
    operation
        .strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_lowercase()))
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
