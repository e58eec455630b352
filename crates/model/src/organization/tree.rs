use std::{fmt, str::FromStr};

use super::UnknownText;
use crate::{AccountId, OrganizationId, OrganizationalUnitId, RootId};

/// An organizational unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationalUnit {
    /// `ou-…`
    pub id: OrganizationalUnitId,
    /// The organization it is in.
    pub organization: OrganizationId,
    /// What it is in.
    pub parent: ParentId,
    /// Unique among its siblings.
    pub name: String,
    /// The units from the root down to this one. Units never move, so it never changes.
    pub path: Vec<OrganizationalUnitId>,
}

/// What can hold accounts and organizational units.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParentId {
    /// The root.
    Root(RootId),
    /// An organizational unit.
    Unit(OrganizationalUnitId),
}

/// What policies can be attached to, and what besides policies can carry tags.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetId {
    /// The root.
    Root(RootId),
    /// An organizational unit.
    Unit(OrganizationalUnitId),
    /// An account.
    Account(AccountId),
}

impl ParentId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Root(id) => id.as_str(),
            Self::Unit(id) => id.as_str(),
        }
    }

    /// `ROOT` or `ORGANIZATIONAL_UNIT`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Root(_) => "ROOT",
            Self::Unit(_) => "ORGANIZATIONAL_UNIT",
        }
    }
}

impl TargetId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Root(id) => id.as_str(),
            Self::Unit(id) => id.as_str(),
            Self::Account(id) => id.as_str(),
        }
    }

    /// `ROOT`, `ORGANIZATIONAL_UNIT` or `ACCOUNT`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Root(_) => "ROOT",
            Self::Unit(_) => "ORGANIZATIONAL_UNIT",
            Self::Account(_) => "ACCOUNT",
        }
    }
}

impl From<ParentId> for TargetId {
    fn from(parent: ParentId) -> Self {
        match parent {
            ParentId::Root(id) => Self::Root(id),
            ParentId::Unit(id) => Self::Unit(id),
        }
    }
}

impl FromStr for ParentId {
    type Err = UnknownText;

    fn from_str(text: &str) -> Result<Self, UnknownText> {
        let root = text.parse().map(Self::Root);
        root.or_else(|_| text.parse().map(Self::Unit))
            .map_err(|_| UnknownText::new("parent id", text))
    }
}

impl FromStr for TargetId {
    type Err = UnknownText;

    fn from_str(text: &str) -> Result<Self, UnknownText> {
        let account = text.parse().map(Self::Account);
        account
            .or_else(|_| text.parse::<ParentId>().map(Self::from))
            .map_err(|_| UnknownText::new("target id", text))
    }
}

impl fmt::Display for ParentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for TargetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_tells_its_kind() {
        let cases = [
            ("r-ab12", Some("ROOT")),
            ("ou-ab12-abcdefgh", Some("ORGANIZATIONAL_UNIT")),
            ("000011112222", Some("ACCOUNT")),
            ("00001111222", None),
            ("p-FullAWSAccess", None),
            ("", None),
        ];
        for (text, want) in cases {
            assert_eq!(
                text.parse::<TargetId>().ok().map(|id| id.kind()),
                want,
                "{text}"
            );
        }
    }
}
