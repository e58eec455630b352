use super::ExternalId;

/// The attributes whose values are unique in an identity store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UniqueAttribute {
    /// A user's `userName`.
    UserName,
    /// A user's e-mail address.
    Email,
    /// A user's id at another provider.
    UserExternalId,
    /// A group's `displayName`.
    GroupDisplayName,
    /// A group's id at another provider.
    GroupExternalId,
}

impl UniqueAttribute {
    /// How the attribute is called where its values are kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserName => "user_name",
            Self::Email => "email",
            Self::UserExternalId => "user_external_id",
            Self::GroupDisplayName => "group_display_name",
            Self::GroupExternalId => "group_external_id",
        }
    }
}

/// A value of a unique attribute, in the form in which values are compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UniqueKey {
    /// The attribute.
    pub attribute: UniqueAttribute,
    value: String,
}

impl UniqueKey {
    /// A key that compares without regard to case.
    pub fn folded(attribute: UniqueAttribute, text: &str) -> Self {
        // Lower-casing after upper-casing also joins letters that differ only in lower case, such as final sigma.
        Self {
            attribute,
            value: text.to_uppercase().to_lowercase(),
        }
    }

    /// A key of an external id: issuer and id, both exactly as given.
    pub fn external(attribute: UniqueAttribute, id: &ExternalId) -> Self {
        // Neither part can hold a line feed, so no two pairs share a text.
        Self {
            attribute,
            value: format!("{}\n{}", id.issuer, id.id),
        }
    }

    /// The text that is compared.
    pub fn value(&self) -> &str {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ignore_case_where_the_service_does() {
        let cases = [
            ("Jane@Example.com", "jane@example.COM", true),
            ("ΝΊΚΟΣ", "νίκος", true),
            ("jane", "jané", false),
        ];
        for (a, b, same) in cases {
            let key = |text| UniqueKey::folded(UniqueAttribute::UserName, text);
            assert_eq!(key(a) == key(b), same, "{a} {b}");
        }
        let external = |issuer: &str, id: &str| {
            let id = ExternalId {
                issuer: issuer.into(),
                id: id.into(),
            };
            UniqueKey::external(UniqueAttribute::UserExternalId, &id)
        };
        assert_ne!(external("a", "b"), external("a", "B"));
        assert_ne!(external("a", "bc"), external("ab", "c"));
    }
}
