//! People and roles signing in.

use super::Choice;
use crate::class::{Activity, Class, sign_in};

/// The events that AWS's mapping of CloudTrail has as Authentication. `UserAuthentication` ends a sign-in, so it is a logon.
pub(super) fn documented(source: &str, name: &str) -> Option<Choice> {
    let activity = match (source, name) {
        ("signin", "ConsoleLogin" | "ExternalIdPDirectoryLogin" | "UserAuthentication")
        | ("sts", "AssumeRole" | "AssumeRoleWithSAML" | "AssumeRoleWithWebIdentity") => {
            sign_in::LOGON
        }
        ("signin", "CheckMfa" | "CredentialChallenge" | "CredentialVerification") => {
            Activity::OTHER
        }
        _ => return None,
    };
    Some(Choice::new(Class::Authentication, activity))
}

/// The access portal's.
pub(super) fn portal(name: &str) -> Option<Choice> {
    let activity = match name {
        "Authenticate" => sign_in::LOGON,
        "Logout" => sign_in::LOGOFF,
        _ => return None,
    };
    Some(Choice::new(Class::Authentication, activity))
}
