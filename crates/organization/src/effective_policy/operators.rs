use serde_json::Value;

/// The key under which a policy says what policies below may do.
pub(super) const CHILD_CONTROL: &str = "@@operators_allowed_for_child_policies";

/// Which operators policies further down may use on a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operators {
    pub(super) assign: bool,
    pub(super) append: bool,
    pub(super) remove: bool,
}

impl Operators {
    /// Any of them, which is so where nothing is said.
    pub(super) const ALL: Self = Self {
        assign: true,
        append: true,
        remove: true,
    };

    const NONE: Self = Self {
        assign: false,
        append: false,
        remove: false,
    };

    /// Reads `["@@all"]`, `["@@none"]`, or a list of operators; words that aren't operators allow nothing.
    pub(super) fn read(value: &Value) -> Self {
        let words = match value {
            Value::Array(words) => words.as_slice(),
            word => std::slice::from_ref(word),
        };
        let mut allowed = Self::NONE;
        for word in words {
            match word.as_str() {
                Some("@@all") => return Self::ALL,
                Some("@@assign") => allowed.assign = true,
                Some("@@append") => allowed.append = true,
                Some("@@remove") => allowed.remove = true,
                _ => {}
            }
        }
        allowed
    }

    /// What both allow.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            assign: self.assign && other.assign,
            append: self.append && other.append,
            remove: self.remove && other.remove,
        }
    }
}
