//! What the class Authentication has more: who signs in to what, and how.

use super::UNKNOWN;
use crate::event::Event;
use crate::objects::{Account, Endpoint, Service, User};
use crate::record::Record;
use crate::shape::Text;

/// Fills in the attributes of an Authentication event whose actor is known.
pub(super) fn fill(event: &mut Event, record: &mut Record) {
    let user = role(record).or_else(|| event.actor.user.clone());
    event.user = Some(user.unwrap_or_else(|| User {
        name: Some(UNKNOWN.into()),
        ..User::default()
    }));
    let service = record.first(&["eventSource"]);
    event.service = Some(Service {
        name: service.unwrap_or_else(|| UNKNOWN.into()),
    });
    event.is_mfa = second_factor(record);
    event.dst_endpoint = destination(record);
    let (protocol, id) = match record.text("eventName").as_deref() {
        Some("AssumeRoleWithSAML") => ("SAML", 5),
        Some("AssumeRoleWithWebIdentity") => ("OpenID", 4),
        _ => return,
    };
    event.auth_protocol = Some(protocol.into());
    event.auth_protocol_id = Some(id);
}

/// The session that AssumeRole and its siblings make: the role's, under the name that the caller chose.
fn role(record: &Record) -> Option<User> {
    let uid = record.first(&["requestParameters.roleArn"])?;
    let account = uid.as_str().split(':').nth(4).filter(|id| !id.is_empty());
    Some(User {
        name: record.first(&["requestParameters.roleSessionName"]),
        account: account.map(|id| Account {
            uid: id.to_owned().into(),
        }),
        uid: Some(uid),
        ..User::default()
    })
}

/// Whether a second factor was used: the console says so, Identity Center tells the kinds of credentials. What an external provider
/// asked for isn't known.
fn second_factor(record: &mut Record) -> Option<bool> {
    let told = record.text("additionalEventData.MFAUsed");
    if let Some(told) = told.and_then(|told| match &*told {
        "Yes" => Some(true),
        "No" => Some(false),
        _ => None,
    }) {
        record.remove("additionalEventData.MFAUsed");
        return Some(told);
    }
    let kinds = record.text("additionalEventData.CredentialType")?;
    match &*kinds {
        several if several.contains(',') => Some(true),
        "PASSWORD" => Some(false),
        // A step after the password; as the only credential of a sign-in it is none.
        "TOTP" | "RESYNC_TOTP" | "WEBAUTHN" => {
            Some(record.text("eventName").as_deref() != Some("UserAuthentication"))
        }
        _ => None,
    }
}

/// Where the person goes next, without the query: codes and tokens stand there that events should not spread.
fn destination(record: &mut Record) -> Option<Endpoint> {
    let url = record.take("additionalEventData.LoginTo")?;
    let end = url.as_str().find(['?', '#']);
    let place: Text = match end {
        Some(end) => url.as_str()[..end].to_owned().into(),
        None => url,
    };
    Some(Endpoint {
        svc_name: Some(place),
        ..Endpoint::default()
    })
}
