//! One type for each kind of id, so that a user id can't be passed where a group id belongs.
//!
//! Shapes are those of the sso-admin, identitystore and organizations service models.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The text does not have the shape its kind of id must have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a valid {kind}")]
pub struct ParseIdError {
    kind: &'static str,
    text: String,
}

impl ParseIdError {
    pub(crate) fn new(kind: &'static str, text: &str) -> Self {
        Self {
            kind,
            text: text.chars().take(128).collect(),
        }
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $fits:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let fits: fn(&str) -> bool = $fits;
                if fits(text) { Ok(Self(text.to_owned())) } else { Err(ParseIdError::new($kind, text)) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseIdError;

            fn try_from(text: String) -> Result<Self, ParseIdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_digit())
}

fn lower_alphanumeric(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
}

fn lower_hexadecimal(text: &str, length: usize) -> bool {
    text.len() == length
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn uuid(text: &str) -> bool {
    let mut parts = text.split('-');
    [8, 4, 4, 4, 12].iter().all(|length| {
        parts.next().is_some_and(|part| {
            part.len() == *length && part.bytes().all(|b| b.is_ascii_hexdigit())
        })
    }) && parts.next().is_none()
}

fn prefixed(text: &str, prefix: &str, rest: fn(&str) -> bool) -> bool {
    text.strip_prefix(prefix).is_some_and(rest)
}

/// `[<10 hex>-]<uuid>`: the identitystore model's `ResourceId`.
fn directory_resource(text: &str) -> bool {
    uuid(text)
        || (text.len() == 47 && text.is_char_boundary(11) && {
            let (store, rest) = text.split_at(11);
            store.ends_with('-') && lower_hexadecimal(&store[..10], 10) && uuid(rest)
        })
}

id!(
    /// A twelve-digit AWS account id; leading zeros count.
    AccountId, "account id", |t| digits(t, 12)
);
id!(
    /// An Identity Center instance id, such as `ssoins-7223ab0123456789`.
    InstanceId, "instance id", |t| {
        // The model also allows the older spelling, without `sso`.
        let tail = t.strip_prefix("sso").unwrap_or(t).strip_prefix("ins-");
        tail.is_some_and(|t| t.len() == 16 && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b)))
    }
);
id!(
    /// An identity store id: `d-` and ten hexadecimal digits, or a bare UUID for the oldest stores.
    IdentityStoreId, "identity store id", |t| prefixed(t, "d-", |r| lower_hexadecimal(r, 10)) || uuid(t)
);
id!(
    /// A user of an identity store.
    UserId, "user id", directory_resource
);
id!(
    /// A group of an identity store.
    GroupId, "group id", directory_resource
);
id!(
    /// A membership of a user in a group.
    MembershipId, "membership id", directory_resource
);
id!(
    /// An Identity Center application id, `apl-` and sixteen letters or digits.
    ApplicationId, "application id", |t| prefixed(t, "apl-", |r| r.len() == 16 && r.bytes().all(|b| b.is_ascii_alphanumeric()))
);
id!(
    /// A trusted token issuer of an Identity Center instance, `tti-` and a UUID in lower case.
    TrustedTokenIssuerId, "trusted token issuer id", |t| prefixed(t, "tti-", |r| {
        uuid(r) && !r.bytes().any(|b| b.is_ascii_uppercase())
    })
);
id!(
    /// A permission set's id within its instance, `ps-` and sixteen characters.
    PermissionSetId, "permission set id", |t| prefixed(t, "ps-", |r| {
        r.len() == 16 && r.bytes().all(|b| b.is_ascii_alphanumeric() || b"-./".contains(&b))
    })
);
id!(
    /// An organization id, `o-…`.
    OrganizationId, "organization id", |t| prefixed(t, "o-", |r| lower_alphanumeric(r, 10..=32))
);
id!(
    /// The root of an organization, `r-…`.
    RootId, "root id", |t| prefixed(t, "r-", |r| lower_alphanumeric(r, 4..=32))
);
id!(
    /// An organizational unit, `ou-<root>-…`.
    OrganizationalUnitId, "organizational unit id", |t| prefixed(t, "ou-", |r| {
        r.split_once('-').is_some_and(|(root, own)| lower_alphanumeric(root, 4..=32) && lower_alphanumeric(own, 8..=32))
    })
);
id!(
    /// An Organizations policy, `p-…`.
    PolicyId, "policy id", |t| prefixed(t, "p-", |r| {
        (8..=128).contains(&r.len()) && r.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
);
id!(
    /// A handshake between accounts, `h-…`.
    HandshakeId, "handshake id", |t| prefixed(t, "h-", |r| lower_alphanumeric(r, 8..=32))
);
id!(
    /// A transfer of a responsibility between organizations, `rt-…`.
    ResponsibilityTransferId, "responsibility transfer id", |t| prefixed(t, "rt-", |r| lower_alphanumeric(r, 8..=32))
);
id!(
    /// A request to create an account, `car-…`.
    CreateAccountRequestId, "create account request id", |t| prefixed(t, "car-", |r| lower_alphanumeric(r, 8..=32))
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instance_id_follows_the_service_model() {
        let cases = [
            ("current spelling", "ssoins-7223ab0123456789", true),
            ("older spelling", "ins-7223ab0123456789", true),
            ("one byte short", "ssoins-7223ab012345678", false),
            ("underscore", "ssoins-7223ab01_3456789", false),
        ];
        for (case, text, want) in cases {
            assert_eq!(text.parse::<InstanceId>().is_ok(), want, "{case}: {text:?}");
        }
    }

    #[test]
    fn directory_ids_come_bare_or_with_the_stores_digits() {
        let cases = [
            ("plain", "94d00cd8-e9e6-4810-b177-b08e84775435", true),
            (
                "with store",
                "9067642ac7-94d00cd8-e9e6-4810-b177-b08e84775435",
                true,
            ),
            (
                "store too short",
                "906764-94d00cd8-e9e6-4810-b177-b08e84775435",
                false,
            ),
            ("empty", "", false),
            (
                "multi-byte",
                "ééééé9067642ac794d00cd8-e9e6-4810-b177-b08e8477",
                false,
            ),
        ];
        for (case, text, want) in cases {
            assert_eq!(text.parse::<UserId>().is_ok(), want, "{case}: {text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn parsing_never_panics(text in "\\PC{0,60}") {
            let _ = text.parse::<UserId>();
            let _ = text.parse::<InstanceId>();
            let _ = text.parse::<OrganizationalUnitId>();
        }
    }
}
