//! Callers of each kind.

use atrium_model::{Caller, IdentityCenterUser, Principal, Session, SessionIssuer, Timestamp};

pub const ACCOUNT: &str = "444455556666";

pub fn caller(principal: Principal, session: Option<Session>) -> Caller {
    let key = if session.is_some() {
        "ASIAEXAMPLE"
    } else {
        "AKIAEXAMPLE"
    };
    Caller {
        account: ACCOUNT.parse().expect("an account"),
        principal,
        access_key_id: key.into(),
        session,
    }
}

pub fn session() -> Session {
    Session {
        issued_at: Timestamp::from_millis(1_767_603_600_123),
        ..Session::default()
    }
}

pub fn role() -> Principal {
    Principal::Role {
        id: "AROAEXAMPLE".into(),
        name: "Admin".into(),
        path: "/".into(),
        session_name: "alice".into(),
    }
}

pub fn user() -> Principal {
    Principal::User {
        id: "AIDAEXAMPLE".into(),
        name: "jane".into(),
        path: "/staff/".into(),
    }
}

pub fn federated() -> Caller {
    let issuer = SessionIssuer {
        kind: "User".into(),
        id: "AIDAEXAMPLE".into(),
        arn: format!("arn:aws:iam::{ACCOUNT}:user/jane"),
        name: "jane".into(),
    };
    let principal = Principal::Federated {
        user_name: "jane".to_owned(),
        name: "guest".into(),
        user_id: "AIDAEXAMPLE".into(),
    };
    caller(
        principal,
        Some(Session {
            issuer: Some(issuer),
            ..session()
        }),
    )
}

pub fn person() -> IdentityCenterUser {
    IdentityCenterUser {
        account: "111122223333".parse().expect("an account"),
        identity_store: "d-9067642ac7".parse().expect("a store"),
        user: "94d00cd8-e9e6-4810-b177-b08e84775435"
            .parse()
            .expect("a user"),
    }
}
