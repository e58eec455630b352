//! The classes of events, and the words for what is done in each.

use crate::event::Event;
use crate::shape::{Attribute, Kind, Shape};

/// Which classes events are put into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Classes {
    /// Those that fit Identity Center best: six of them.
    #[default]
    Atrium,
    /// Those that Security Lake uses for CloudTrail: API Activity, Authentication, and Account Change for IAM.
    SecurityLake,
}

impl Classes {
    /// The classes.
    #[must_use]
    pub const fn all(self) -> &'static [Class] {
        match self {
            Self::Atrium => &Class::ALL,
            Self::SecurityLake => &[
                Class::AccountChange,
                Class::Authentication,
                Class::ApiActivity,
            ],
        }
    }
}

/// A class of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A user or role was made, changed or removed.
    AccountChange,
    /// Somebody signed in, or tried to.
    Authentication,
    /// Something of Identity Center was made, changed or removed.
    EntityManagement,
    /// A user got or lost access.
    UserAccess,
    /// A group, its members or its access changed.
    GroupManagement,
    /// Any other call.
    ApiActivity,
}

impl Class {
    /// All of them, by number.
    pub const ALL: [Self; 6] = [
        Self::AccountChange,
        Self::Authentication,
        Self::EntityManagement,
        Self::UserAccess,
        Self::GroupManagement,
        Self::ApiActivity,
    ];

    /// Its number.
    #[must_use]
    pub const fn uid(self) -> i32 {
        match self {
            Self::AccountChange => 3001,
            Self::Authentication => 3002,
            Self::EntityManagement => 3004,
            Self::UserAccess => 3005,
            Self::GroupManagement => 3006,
            Self::ApiActivity => 6003,
        }
    }

    /// Its name as the schema's files have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountChange => "account_change",
            Self::Authentication => "authentication",
            Self::EntityManagement => "entity_management",
            Self::UserAccess => "user_access",
            Self::GroupManagement => "group_management",
            Self::ApiActivity => "api_activity",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn caption(self) -> &'static str {
        match self {
            Self::AccountChange => "Account Change",
            Self::Authentication => "Authentication",
            Self::EntityManagement => "Entity Management",
            Self::UserAccess => "User Access Management",
            Self::GroupManagement => "Group Management",
            Self::ApiActivity => "API Activity",
        }
    }

    /// The number and name of its category.
    #[must_use]
    pub const fn category(self) -> (i32, &'static str) {
        match self {
            Self::ApiActivity => (6, "Application Activity"),
            _ => (3, "Identity & Access Management"),
        }
    }

    /// The profiles that its events use. Version 1.1.0 has no actor in classes 3004 to 3006 but with `host`.
    #[must_use]
    pub const fn profiles(self) -> &'static [&'static str] {
        match self {
            Self::EntityManagement | Self::UserAccess | Self::GroupManagement => {
                &["cloud", "datetime", "host"]
            }
            _ => &["cloud", "datetime"],
        }
    }

    /// Whether its events have an attribute of [`Event`].
    #[must_use]
    pub fn has(self, attribute: &str) -> bool {
        use Class::{
            AccountChange, ApiActivity, Authentication, EntityManagement, GroupManagement,
            UserAccess,
        };
        match attribute {
            "src_endpoint" | "http_request" => {
                matches!(self, ApiActivity | Authentication | AccountChange)
            }
            "service" | "dst_endpoint" | "is_mfa" | "auth_protocol" | "auth_protocol_id" => {
                self == Authentication
            }
            "user" => !matches!(self, ApiActivity | EntityManagement),
            "policy" => self == AccountChange,
            "entity" => self == EntityManagement,
            "group" => self == GroupManagement,
            "privileges" | "resource" => matches!(self, UserAccess | GroupManagement),
            "resources" => self == ApiActivity,
            _ => true,
        }
    }

    /// The attributes of its events, in their order.
    #[must_use]
    pub fn attributes(self) -> Vec<Attribute> {
        Self::attributes_of(&[self])
    }

    /// The attributes of events of several classes, for tables that hold them all.
    #[must_use]
    pub fn attributes_of(classes: &[Self]) -> Vec<Attribute> {
        let Kind::Object(all) = Event::KIND else {
            return Vec::new();
        };
        let wanted = |attribute: &&Attribute| classes.iter().any(|class| class.has(attribute.name));
        all.iter().filter(wanted).copied().collect()
    }
}

/// What was done, as a class has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Its number.
    pub id: i32,
    /// Its name.
    pub name: &'static str,
}

impl Activity {
    /// Something that the class has no word for.
    pub const OTHER: Self = Self::new(99, "Other");

    const fn new(id: i32, name: &'static str) -> Self {
        Self { id, name }
    }
}

/// The activities of API Activity and of Entity Management.
pub(crate) mod change {
    use super::Activity;

    pub const CREATE: Activity = Activity::new(1, "Create");
    pub const READ: Activity = Activity::new(2, "Read");
    pub const UPDATE: Activity = Activity::new(3, "Update");
    pub const DELETE: Activity = Activity::new(4, "Delete");
}

/// The activities of Account Change.
pub(crate) mod account {
    use super::Activity;

    pub const CREATE: Activity = Activity::new(1, "Create");
    pub const ENABLE: Activity = Activity::new(2, "Enable");
    pub const PASSWORD_CHANGE: Activity = Activity::new(3, "Password Change");
    pub const PASSWORD_RESET: Activity = Activity::new(4, "Password Reset");
    pub const DISABLE: Activity = Activity::new(5, "Disable");
    pub const DELETE: Activity = Activity::new(6, "Delete");
    pub const ATTACH_POLICY: Activity = Activity::new(7, "Attach Policy");
    pub const DETACH_POLICY: Activity = Activity::new(8, "Detach Policy");
    pub const MFA_ENABLE: Activity = Activity::new(10, "MFA Factor Enable");
    pub const MFA_DISABLE: Activity = Activity::new(11, "MFA Factor Disable");
}

/// The activities of Authentication.
pub(crate) mod sign_in {
    use super::Activity;

    pub const LOGON: Activity = Activity::new(1, "Logon");
    pub const LOGOFF: Activity = Activity::new(2, "Logoff");
}

/// The activities of Group Management; the first two are those of User Access Management.
pub(crate) mod group {
    use super::Activity;

    pub const ASSIGN: Activity = Activity::new(1, "Assign Privileges");
    pub const REVOKE: Activity = Activity::new(2, "Revoke Privileges");
    pub const ADD_USER: Activity = Activity::new(3, "Add User");
    pub const REMOVE_USER: Activity = Activity::new(4, "Remove User");
    pub const DELETE: Activity = Activity::new(5, "Delete");
    pub const CREATE: Activity = Activity::new(6, "Create");
}
