//! Who called: `userIdentity`.

use jiff::Timestamp;

use super::UNKNOWN;
use crate::objects::{Account, Actor, Idp, Session, User};
use crate::record::Record;
use crate::shape::{Text, Time};

/// The actor. The schema wants a user, a session or a service in it.
pub(super) fn actor(record: &mut Record) -> Actor {
    let mut actor = Actor {
        user: user(record),
        session: session(record),
        idp: idp(record),
        invoked_by: record.take("userIdentity.invokedBy"),
    };
    if actor.user.is_none() && actor.session.is_none() && actor.invoked_by.is_none() {
        actor.user = Some(User {
            r#type: record.take("userIdentity.type"),
            name: Some(UNKNOWN.into()),
            ..User::default()
        });
    }
    actor
}

fn user(record: &mut Record) -> Option<User> {
    let mut user = User {
        uid: record.take("userIdentity.arn"),
        uid_alt: record.take_first(&["userIdentity.principalId", "userIdentity.onBehalfOf.userId"]),
        account: record
            .take("userIdentity.accountId")
            .map(|uid| Account { uid }),
        credential_uid: record
            .take_first(&["userIdentity.accessKeyId", "userIdentity.credentialId"]),
        // A person's typed name, which the sign-in service tells once.
        name: record.take_first(&["userIdentity.userName", "additionalEventData.UserName"]),
        r#type: None,
    };
    if user == User::default() {
        return None;
    }
    if user.uid.is_none() && user.name.is_none() && user.account.is_none() {
        // The schema wants one of the three.
        user.uid = user.uid_alt.take();
        if user.uid.is_none() {
            user.name = Some(UNKNOWN.into());
        }
    }
    user.r#type = record.take("userIdentity.type");
    Some(user)
}

fn session(record: &mut Record) -> Option<Session> {
    const CREATED: &str = "userIdentity.sessionContext.attributes.creationDate";
    const MFA: &str = "userIdentity.sessionContext.attributes.mfaAuthenticated";
    let created = record.text(CREATED).and_then(|text| moment(&text));
    let is_mfa = record.text(MFA).and_then(|text| text.parse().ok());
    let session = Session {
        created_time: created.map(Time::milliseconds),
        created_time_dt: created,
        is_mfa,
        issuer: record.take("userIdentity.sessionContext.sessionIssuer.arn"),
    };
    if created.is_some() {
        record.remove(CREATED);
    }
    if is_mfa.is_some() {
        record.remove(MFA);
    }
    Some(session).filter(|session| *session != Session::default())
}

fn moment(text: &str) -> Option<Time> {
    Time::of(text.parse::<Timestamp>().ok()?)
}

fn idp(record: &mut Record) -> Option<Idp> {
    let name: Option<Text> = record.take_first(&[
        "userIdentity.identityProvider",
        "userIdentity.sessionContext.webIdFederationData.federatedProvider",
    ]);
    let uid = record.take("userIdentity.onBehalfOf.identityStoreArn");
    (name.is_some() || uid.is_some()).then_some(Idp { name, uid })
}
