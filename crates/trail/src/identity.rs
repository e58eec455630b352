use atrium_model::{
    AccountId, Caller, Federation, IdentityCenterUser, Partition, Principal, ProviderKind,
    ProviderUser, Session,
};
use serde_json::{Map, Value, json};

use crate::text::iso_seconds;

/// `userIdentity`: who called, as the account `recipient` gets to see it.
pub(crate) fn user_identity(caller: Option<&Caller>, recipient: &AccountId) -> Value {
    let Some(caller) = caller else {
        return json!({"type": "Unknown", "accountId": recipient.as_str()});
    };
    let mut identity = Map::new();
    let mut put = |name: &str, value: Value| drop(identity.insert(name.to_owned(), value));
    if caller.account != *recipient {
        // The copy of the account that owns the resource tells which account called, not who in it.
        put("type", "AWSAccount".into());
        put("principalId", caller.user_id().into());
        put("accountId", caller.account.as_str().into());
        return Value::Object(identity);
    }
    let (kind, user_name) = match &caller.principal {
        Principal::ProviderUser(user) => return provider_user(user),
        Principal::Person {
            user,
            credential_id,
        } => {
            return json!({
                "type": "IdentityCenterUser",
                "accountId": user.account.as_str(),
                "onBehalfOf": on_behalf_of(user),
                "credentialId": credential_id,
            });
        }
        Principal::Anonymous => {
            return json!({"type": "Unknown", "accountId": recipient.as_str()});
        }
        Principal::Root => ("Root", None),
        Principal::User { name, .. } => ("IAMUser", Some(name)),
        Principal::Role { .. } => ("AssumedRole", None),
        Principal::Federated { .. } => ("FederatedUser", None),
    };
    put("type", kind.into());
    put("principalId", caller.user_id().into());
    put("arn", caller.arn().into());
    put("accountId", caller.account.as_str().into());
    if !caller.access_key_id.is_empty() {
        put("accessKeyId", caller.access_key_id.as_str().into());
    }
    if let Some(name) = user_name {
        put("userName", name.as_str().into());
    }
    if let Some(session) = &caller.session {
        put("sessionContext", session_context(caller, session));
        if let Some(person) = &session.on_behalf_of {
            put("onBehalfOf", on_behalf_of(person));
        }
    }
    Value::Object(identity)
}

/// The `userIdentity` of someone who comes with the word of an identity provider.
fn provider_user(user: &ProviderUser) -> Value {
    let kind = match user.kind {
        ProviderKind::Saml => "SAMLUser",
        ProviderKind::OpenIdConnect => "WebIdentityUser",
    };
    json!({
        "type": kind,
        "principalId": user.id,
        "userName": user.name,
        "identityProvider": user.provider,
    })
}

/// `sessionContext`; empty objects in it belong to records before 1.09.
fn session_context(caller: &Caller, session: &Session) -> Value {
    let mut context = Map::new();
    if let Some(issuer) = session_issuer(caller, session) {
        context.insert("sessionIssuer".into(), issuer);
    }
    if let Some(Federation {
        kind: ProviderKind::OpenIdConnect,
        provider_arn,
        ..
    }) = &session.federation
    {
        let data = json!({"federatedProvider": provider_arn, "attributes": {}});
        context.insert("webIdFederationData".into(), data);
    }
    let attributes = json!({
        "creationDate": iso_seconds(session.issued_at),
        // A text, not a flag.
        "mfaAuthenticated": session.mfa.to_string(),
    });
    context.insert("attributes".into(), attributes);
    if let Some(identity) = &session.source_identity {
        context.insert("sourceIdentity".into(), identity.as_str().into());
    }
    Value::Object(context)
}

/// `sessionIssuer`: the role of a role session, the user of a federated one.
fn session_issuer(caller: &Caller, session: &Session) -> Option<Value> {
    let (kind, id, arn, name) = match (&session.issuer, &caller.principal) {
        (Some(issuer), _) => (
            // Records call an IAM user by the name of its identity type.
            if issuer.kind == "User" {
                "IAMUser"
            } else {
                &issuer.kind
            },
            issuer.id.as_str(),
            issuer.arn.clone(),
            issuer.name.as_str(),
        ),
        (None, Principal::Role { id, name, .. }) => {
            ("Role", id.as_str(), caller.principal_arn(), name.as_str())
        }
        (
            None,
            Principal::Root
            | Principal::User { .. }
            | Principal::Federated { .. }
            | Principal::ProviderUser(_)
            | Principal::Person { .. }
            | Principal::Anonymous,
        ) => return None,
    };
    Some(json!({
        "type": kind, "principalId": id, "arn": arn, "accountId": caller.account.as_str(), "userName": name,
    }))
}

/// `onBehalfOf`: the person of Identity Center behind the session.
fn on_behalf_of(person: &IdentityCenterUser) -> Value {
    let (account, store) = (&person.account, &person.identity_store);
    json!({
        "userId": person.user.as_str(),
        "identityStoreArn": format!("arn:{}:identitystore::{account}:identitystore/{store}", Partition::NAME),
    })
}

/// The name that LookupEvents shows for the caller. Records of what people do in Identity Center tell no names.
pub(crate) fn username(caller: &Caller) -> Option<&str> {
    match &caller.principal {
        Principal::Root => Some("root"),
        Principal::User { name, .. } | Principal::Federated { name, .. } => Some(name),
        Principal::Role { session_name, .. } => Some(session_name),
        Principal::ProviderUser(user) => Some(&user.name),
        Principal::Person { .. } | Principal::Anonymous => None,
    }
}
