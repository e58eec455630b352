/// The text is none of the words that its kind of value allows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a valid {kind}")]
pub struct UnknownText {
    kind: &'static str,
    text: String,
}

impl UnknownText {
    pub(crate) fn new(kind: &'static str, text: &str) -> Self {
        Self {
            kind,
            text: text.chars().take(64).collect(),
        }
    }
}

/// An enum whose variants are words of the service model.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $kind:literal, { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant),*
        }

        impl $name {
            /// Every value, in the model's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The value as the wire spells it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),*
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::organization::UnknownText;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(crate::organization::UnknownText::new($kind, text)),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use crate::organization::{AccountStatus, PolicyType};

    #[test]
    fn words_are_read_back() {
        for kind in PolicyType::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        assert!("active".parse::<AccountStatus>().is_err());
    }
}
