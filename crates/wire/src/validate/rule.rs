//! Constraints, and how they are put into words.

use std::fmt;

/// A constraint that a value broke.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    Required,
    MinLength(i64),
    MaxLength(i64),
    MinValue(i64),
    MaxValue(i64),
    Enum(&'static [&'static str]),
    Pattern(&'static str),
    /// At least one item of a list of scalars breaks one of these.
    Items(Vec<Rule>),
    Keys(Vec<Rule>),
    Values(Vec<Rule>),
}

impl Rule {
    /// `InvalidInputExceptionReason` of Organizations.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Required => "INPUT_REQUIRED",
            Self::MinLength(_) => "MIN_LENGTH_EXCEEDED",
            Self::MaxLength(_) => "MAX_LENGTH_EXCEEDED",
            Self::MinValue(_) => "MIN_VALUE_EXCEEDED",
            Self::MaxValue(_) => "MAX_VALUE_EXCEEDED",
            Self::Enum(_) => "INVALID_ENUM",
            Self::Pattern(_) => "INVALID_PATTERN",
            Self::Items(_) | Self::Keys(_) | Self::Values(_) => "INVALID_LIST_MEMBER",
        }
    }

    /// What the reference of Organizations says of that reason.
    pub fn explanation(&self) -> &'static str {
        match self {
            Self::Required => "You must include a value for all required parameters.",
            Self::MinLength(_) => "You provided a string parameter that is shorter than allowed.",
            Self::MaxLength(_) => "You provided a string parameter that is longer than allowed.",
            Self::MinValue(_) => {
                "You provided a numeric parameter that has a smaller value than allowed."
            }
            Self::MaxValue(_) => {
                "You provided a numeric parameter that has a larger value than allowed."
            }
            Self::Enum(_) => "You specified an invalid value.",
            Self::Pattern(_) => "You provided a value that does not match the required pattern.",
            Self::Items(_) | Self::Keys(_) | Self::Values(_) => {
                "You provided a list to a parameter that contains at least one invalid value."
            }
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => f.write_str("Member must not be null"),
            Self::MinLength(n) => write!(f, "Member must have length greater than or equal to {n}"),
            Self::MaxLength(n) => write!(f, "Member must have length less than or equal to {n}"),
            Self::MinValue(n) => write!(f, "Member must have value greater than or equal to {n}"),
            Self::MaxValue(n) => write!(f, "Member must have value less than or equal to {n}"),
            Self::Enum(values) => write!(
                f,
                "Member must satisfy enum value set: [{}]",
                values.join(", ")
            ),
            Self::Pattern(source) => write!(
                f,
                "Member must satisfy regular expression pattern: {source}"
            ),
            Self::Items(rules) => write!(f, "Member must satisfy constraint: [{}]", Joined(rules)),
            Self::Keys(rules) => write!(f, "Map keys must satisfy constraint: [{}]", Joined(rules)),
            Self::Values(rules) => {
                write!(f, "Map value must satisfy constraint: [{}]", Joined(rules))
            }
        }
    }
}

struct Joined<'a>(&'a [Rule]);

impl fmt::Display for Joined<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, rule) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            rule.fmt(f)?;
        }
        Ok(())
    }
}
