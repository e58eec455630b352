//! Which attributes users and groups have, as the identitystore service model and its API reference tell.

use std::sync::LazyLock;

use regex::Regex;

use super::ProfileError;

/// An attribute: its name, what it holds, and whether every user or group has it.
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
}

/// What an attribute holds.
pub(super) enum Kind {
    Text(&'static Text),
    Flag,
    Object(&'static [Attribute]),
    /// At most so many objects.
    List(usize, &'static [Attribute]),
}

/// A kind of text.
pub(super) struct Text {
    limit: usize,
    pattern: &'static str,
    regex: LazyLock<Regex>,
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $limit:literal, $pattern:literal) => {
        $(#[$doc])*
        pub(super) static $name: Text = Text {
            limit: $limit,
            pattern: $pattern,
            regex: LazyLock::new(|| Regex::new(concat!("^(?:", $pattern, ")$")).expect("a pattern of ours")),
        };
    };
}

text!(
    /// The model's `UserName`.
    USER_NAME, 128, r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"
);
text!(
    /// The model's `SensitiveStringType` and `GroupDisplayName`.
    PLAIN, 1024, r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r \u{a0}\u{3000}]+"
);
text!(
    /// The model's `ExternalIdIssuer` and `ExternalIdIdentifier`.
    EXTERNAL_ID_PART, 256, r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"
);

/// The model's `ExternalIds`: at most ten.
pub(super) const MAX_EXTERNAL_IDS: usize = 10;

impl Text {
    /// Refuses a text that does not have this kind's length and characters.
    pub(super) fn check(&self, path: &str, text: &str) -> Result<(), ProfileError> {
        let path = || path.to_owned();
        if text.is_empty() {
            return Err(ProfileError::Empty(path()));
        }
        if text.chars().nth(self.limit).is_some() {
            return Err(ProfileError::TooLong {
                path: path(),
                limit: self.limit,
            });
        }
        if !self.regex.is_match(text) {
            return Err(ProfileError::Pattern {
                path: path(),
                pattern: self.pattern,
            });
        }
        Ok(())
    }
}

const fn text(name: &'static str) -> Attribute {
    Attribute {
        name,
        kind: Kind::Text(&PLAIN),
        required: false,
    }
}

const fn flag(name: &'static str) -> Attribute {
    Attribute {
        name,
        kind: Kind::Flag,
        required: false,
    }
}

const fn object(name: &'static str, members: &'static [Attribute]) -> Attribute {
    Attribute {
        name,
        kind: Kind::Object(members),
        required: false,
    }
}

const fn list(name: &'static str, limit: usize, members: &'static [Attribute]) -> Attribute {
    Attribute {
        name,
        kind: Kind::List(limit, members),
        required: false,
    }
}

const fn required(mut attribute: Attribute) -> Attribute {
    attribute.required = true;
    attribute
}

/// The attributes of a user.
pub(super) static PROFILE: &[Attribute] = &[
    Attribute {
        name: "userName",
        kind: Kind::Text(&USER_NAME),
        required: true,
    },
    required(object("name", NAME)),
    required(text("displayName")),
    text("nickName"),
    text("profileUrl"),
    list("emails", 1, VALUE),
    list("addresses", 1, ADDRESS),
    list("phoneNumbers", 1, VALUE),
    text("userType"),
    text("title"),
    text("preferredLanguage"),
    text("locale"),
    text("timezone"),
    list("photos", 3, PHOTO),
    text("website"),
    text("birthdate"),
    list("roles", 1, VALUE),
    object("aws:identitystore:enterprise", ENTERPRISE),
];

static NAME: &[Attribute] = &[
    required(text("familyName")),
    required(text("givenName")),
    text("formatted"),
    text("middleName"),
    text("honorificPrefix"),
    text("honorificSuffix"),
];

static VALUE: &[Attribute] = &[text("value"), text("type"), flag("primary")];

static PHOTO: &[Attribute] = &[
    required(text("value")),
    text("type"),
    text("display"),
    flag("primary"),
];

static ADDRESS: &[Attribute] = &[
    text("streetAddress"),
    text("locality"),
    text("region"),
    text("postalCode"),
    text("country"),
    text("formatted"),
    text("type"),
    flag("primary"),
];

static ENTERPRISE: &[Attribute] = &[
    text("employeeNumber"),
    text("costCenter"),
    text("organization"),
    text("division"),
    text("department"),
    object("manager", MANAGER),
];

static MANAGER: &[Attribute] = &[text("value")];

/// The attributes of a group.
pub(super) static GROUP: &[Attribute] = &[required(text("displayName")), text("description")];
