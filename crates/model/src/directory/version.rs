use super::{InstanceKind, Profile};
use crate::{GroupId, MembershipId, Region, Timestamp, UserId};

/// Something as it was for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version<T> {
    /// How it was.
    pub value: T,
    /// Tells the versions of one thing apart, later ones by greater numbers.
    pub number: i64,
    /// From when on.
    pub from: Timestamp,
    /// How it ended; none as long as it is so.
    pub ended: Option<End>,
}

/// How a version ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Another one took its place.
    Changed(Timestamp),
    /// What it was of is no more.
    Gone(Timestamp),
}

/// What a person is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserNames {
    /// The name to sign in with.
    pub user_name: String,
    /// The name that is shown.
    pub display_name: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// The e-mail address.
    pub email: Option<String>,
}

impl Profile {
    /// What the person is known by.
    pub fn names(&self) -> UserNames {
        UserNames {
            user_name: self.user_name.clone(),
            display_name: self.display_name.clone(),
            given_name: self.name.given_name.clone(),
            family_name: self.name.family_name.clone(),
            // There is at most one.
            email: self.emails.first().and_then(|email| email.value.clone()),
        }
    }
}

/// A user by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedUser {
    /// The user.
    pub id: UserId,
    /// What the person is known by.
    pub names: UserNames,
}

/// A group by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedGroup {
    /// The group.
    pub id: GroupId,
    /// Its name.
    pub display_name: String,
    /// What it is for.
    pub description: Option<String>,
}

/// That a user is in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedMembership {
    /// The membership's own id.
    pub id: MembershipId,
    /// The group.
    pub group: GroupId,
    /// The member.
    pub user: UserId,
}

/// An instance by name. Whose it is and which is known where it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedInstance {
    /// Whom it serves.
    pub kind: InstanceKind,
    /// Where it lives.
    pub region: Region,
    /// Its name, if it has one.
    pub name: Option<String>,
}
