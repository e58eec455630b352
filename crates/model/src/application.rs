//! The entities of the application area: applications of an Identity Center instance and who is assigned to them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    AccountId, ApplicationId, GroupId, InstanceId, ParseIdError, Partition, Timestamp, UserId,
};

/// An application of an Identity Center instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The instance it belongs to.
    pub instance: InstanceId,
    /// Its id within all instances.
    pub id: ApplicationId,
    /// The account that created it; a member of the organization may create one on the organization's instance.
    pub account: AccountId,
    /// The ARN of the application provider.
    pub provider: String,
    /// What it is called; names may repeat.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether people can sign in to it.
    pub status: ApplicationStatus,
    /// How the access portal shows it.
    pub portal: PortalOptions,
    /// Whether only assigned people get in; if not, everyone in the instance does.
    pub assignment_required: bool,
    /// Whether users' sessions may go on in the background; absent until it is set.
    pub background_sessions: Option<ApplicationStatus>,
    /// When it was created.
    pub created: Timestamp,
    /// The Region it was created from.
    pub created_from: String,
}

impl Application {
    /// `arn:aws:sso::<account>:application/<instance>/<id>`.
    pub fn arn(&self) -> String {
        ApplicationArn {
            account: self.account.clone(),
            instance: self.instance.clone(),
            id: self.id.clone(),
        }
        .to_string()
    }
}

/// The name of an application: the account that created it, its instance and its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationArn {
    /// The account that created the application.
    pub account: AccountId,
    /// The instance.
    pub instance: InstanceId,
    /// The application.
    pub id: ApplicationId,
}

impl fmt::Display for ApplicationArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            account,
            instance,
            id,
        } = self;
        write!(
            f,
            "arn:{}:sso::{account}:application/{instance}/{id}",
            Partition::NAME
        )
    }
}

impl FromStr for ApplicationArn {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let fail = || ParseIdError::new("application ARN", text);
        let arn: crate::Arn = text.parse().map_err(|_| fail())?;
        if (arn.partition(), arn.service(), arn.region()) != (Partition::NAME, "sso", "") {
            return Err(fail());
        }
        let resource = arn
            .resource()
            .strip_prefix("application/")
            .ok_or_else(fail)?;
        let (instance, id) = resource.split_once('/').ok_or_else(fail)?;
        Ok(Self {
            account: arn.account().parse()?,
            instance: instance.parse()?,
            id: id.parse()?,
        })
    }
}

/// A setting that is on or off, in the words of the service model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ApplicationStatus {
    /// On.
    Enabled,
    /// Off.
    Disabled,
}

impl ApplicationStatus {
    /// `ENABLED` or `DISABLED`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
        }
    }
}

impl FromStr for ApplicationStatus {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        match text {
            "ENABLED" => Ok(Self::Enabled),
            "DISABLED" => Ok(Self::Disabled),
            _ => Err(ParseIdError::new("application status", text)),
        }
    }
}

/// How the access portal shows an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalOptions {
    /// Whether the portal lists it.
    pub visibility: ApplicationStatus,
    /// Where signing in begins, once set.
    pub sign_in: Option<SignInOptions>,
}

impl Default for PortalOptions {
    /// Listed, with nothing said about signing in: what AWS keeps when a client sends no options.
    fn default() -> Self {
        Self {
            visibility: ApplicationStatus::Enabled,
            sign_in: None,
        }
    }
}

/// Where signing in to an application begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInOptions {
    /// Who begins.
    pub origin: SignInOrigin,
    /// Where the portal sends the browser; there whenever the application begins.
    pub application_url: Option<String>,
}

/// Who begins a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SignInOrigin {
    /// Identity Center signs the user in and sends them on.
    IdentityCenter,
    /// The portal sends the browser to the application's own page.
    Application,
}

/// A user or a group that is assigned to an application.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AssignedPrincipal {
    /// One person.
    User(UserId),
    /// Everyone in a group.
    Group(GroupId),
}

impl AssignedPrincipal {
    /// The principal from the service model's two fields, `USER` or `GROUP` and an id.
    pub fn new(kind: &str, id: &str) -> Result<Self, ParseIdError> {
        match kind {
            "USER" => Ok(Self::User(id.parse()?)),
            "GROUP" => Ok(Self::Group(id.parse()?)),
            _ => Err(ParseIdError::new("principal type", kind)),
        }
    }

    /// `USER` or `GROUP`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "USER",
            Self::Group(_) => "GROUP",
        }
    }

    /// The user's or group's id.
    pub fn id(&self) -> &str {
        match self {
            Self::User(id) => id.as_str(),
            Self::Group(id) => id.as_str(),
        }
    }
}

/// That a user or group may use an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationAssignment {
    /// The instance of the application and of the principal.
    pub instance: InstanceId,
    /// The application.
    pub application: ApplicationId,
    /// Who may use it.
    pub principal: AssignedPrincipal,
    /// Since when.
    pub created: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn application_arns_follow_the_service_model() {
        let good =
            "arn:aws:sso::111122223333:application/ssoins-7223ab0123456789/apl-0123456789abcdef";
        let cases = [
            ("right", good.to_owned(), true),
            (
                "an instance",
                "arn:aws:sso:::instance/ssoins-7223ab0123456789".to_owned(),
                false,
            ),
            (
                "with a Region",
                good.replace("sso::", "sso:eu-west-1:"),
                false,
            ),
            (
                "without an account",
                good.replace("111122223333", ""),
                false,
            ),
            ("another service", good.replace(":sso:", ":iam:"), false),
            ("an id too short", good.replace("abcdef", ""), false),
            ("more behind it", format!("{good}/x"), false),
        ];
        for (case, text, want) in cases {
            let parsed = text.parse::<ApplicationArn>();
            assert_eq!(parsed.is_ok(), want, "{case}: {text}");
            if let Ok(arn) = parsed {
                assert_eq!(arn.to_string(), text);
            }
        }
    }

    #[test]
    fn a_principal_needs_a_known_type_and_a_well_formed_id() {
        let id = "94d00cd8-e9e6-4810-b177-b08e84775435";
        for (kind, id, want) in [
            ("USER", id, true),
            ("GROUP", id, true),
            ("ROLE", id, false),
            ("USER", "jane", false),
        ] {
            assert_eq!(
                AssignedPrincipal::new(kind, id).is_ok(),
                want,
                "{kind} {id}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn parsing_never_panics(text in "(arn:aws:sso::[0-9]{0,13}:application/)?\\PC{0,60}") {
            let _ = text.parse::<ApplicationArn>();
        }
    }
}
