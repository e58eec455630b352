use serde::{Deserialize, Serialize};

/// The attributes of a user. Serialized with the names that attribute paths use, such as `userName`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The name the user signs in with, unique in the store.
    pub user_name: String,
    /// The parts of the name.
    pub name: PersonName,
    /// The name shown for the user.
    pub display_name: String,
    /// A short name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nick_name: Option<String>,
    /// Where the user's page is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_url: Option<String>,
    /// At most one e-mail address, unique in the store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<Email>,
    /// At most one postal address.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// At most one telephone number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phone_numbers: Vec<PhoneNumber>,
    /// What kind of user this is, such as `Contractor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_type: Option<String>,
    /// The user's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The language the user prefers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_language: Option<String>,
    /// The user's region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The user's time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// At most three pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Photo>,
    /// The user's web site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// The user's day of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// At most one role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<ProfileRole>,
    /// The extension `aws:identitystore:enterprise`.
    #[serde(
        rename = "aws:identitystore:enterprise",
        skip_serializing_if = "Option::is_none"
    )]
    pub enterprise: Option<EnterpriseExtension>,
}

macro_rules! part {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$field_doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$type>,)*
        }
    };
}

/// The parts of a person's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonName {
    /// The family name.
    pub family_name: String,
    /// The given name.
    pub given_name: String,
    /// The whole name as it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// The middle name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// What stands before the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub honorific_prefix: Option<String>,
    /// What stands after the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub honorific_suffix: Option<String>,
}

part! {
    /// An e-mail address.
    Email {
        /// The address.
        value: String,
        /// Such as `work`.
        r#type: String,
        /// Whether it is the main one.
        primary: bool,
    }
}

part! {
    /// A postal address.
    Address {
        /// Street and number.
        street_address: String,
        /// City.
        locality: String,
        /// State or region.
        region: String,
        /// Postal code.
        postal_code: String,
        /// Country.
        country: String,
        /// The whole address as it is written.
        formatted: String,
        /// Such as `home`.
        r#type: String,
        /// Whether it is the main one.
        primary: bool,
    }
}

part! {
    /// A telephone number.
    PhoneNumber {
        /// The number.
        value: String,
        /// Such as `mobile`.
        r#type: String,
        /// Whether it is the main one.
        primary: bool,
    }
}

part! {
    /// A picture.
    Photo {
        /// Where it is, or its data.
        value: String,
        /// Such as `thumbnail`.
        r#type: String,
        /// A name to show.
        display: String,
        /// Whether it is the main one.
        primary: bool,
    }
}

part! {
    /// A role the person has, in the words of the organization.
    ProfileRole {
        /// The role.
        value: String,
        /// Its type.
        r#type: String,
        /// Whether it is the main one.
        primary: bool,
    }
}

part! {
    /// SCIM's enterprise attributes.
    EnterpriseExtension {
        /// The employee number.
        employee_number: String,
        /// The cost center.
        cost_center: String,
        /// The organization.
        organization: String,
        /// The division.
        division: String,
        /// The department.
        department: String,
        /// The manager.
        manager: Manager,
    }
}

part! {
    /// A person's manager.
    Manager {
        /// The manager's user id.
        value: String,
    }
}

impl EnterpriseExtension {
    /// The extension's name.
    pub const NAME: &'static str = "aws:identitystore:enterprise";
}
