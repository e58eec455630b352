//! Who makes a call.

use serde::{Deserialize, Serialize};

use crate::{AccountId, IdentityStoreId, Timestamp, UserId};

/// The authenticated maker of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The account whose principal this is; `aws:PrincipalAccount`.
    pub account: AccountId,
    /// Who in the account.
    pub principal: Principal,
    /// The access key id that signed the call; empty if nobody did.
    pub access_key_id: String,
    /// Present when temporary credentials were used.
    pub session: Option<Session>,
}

/// The kinds of principal that make calls. The last three make calls that nobody signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Principal {
    /// The account's root user.
    Root,
    /// An IAM user.
    User {
        /// `AIDA…`
        id: String,
        /// The user's name.
        name: String,
        /// The user's path, `/` or `/…/`.
        path: String,
    },
    /// A session of an IAM role.
    Role {
        /// `AROA…`
        id: String,
        /// The role's name.
        name: String,
        /// The role's path, `/` or `/…/`.
        path: String,
        /// The session's name.
        session_name: String,
    },
    /// A session from GetFederationToken.
    Federated {
        /// The federated user's name.
        name: String,
        /// The IAM user that asked for the session; the account's id if the root user did.
        user_id: String,
        /// That user's name; empty for the root user.
        user_name: String,
    },
    /// Someone whom an identity provider of the account vouches for, before they have assumed a role.
    ProviderUser(ProviderUser),
    /// A person of an Identity Center instance who shows a bearer token.
    Person {
        /// Who it is.
        user: IdentityCenterUser,
        /// What names the token in events. It is no secret.
        credential_id: String,
    },
    /// Nobody known.
    Anonymous,
}

/// Someone whom an identity provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderUser {
    /// What kind of provider it is.
    pub kind: ProviderKind,
    /// The provider's ARN, which trust policies name as `Federated`.
    pub provider_arn: String,
    /// The provider as events name it: the SAML name qualifier, or the ARN of an OpenID Connect provider.
    pub provider: String,
    /// CloudTrail's `principalId`: provider and user, of OpenID Connect with the audience between them.
    pub id: String,
    /// What the provider calls the user.
    pub name: String,
}

/// The kinds of identity provider that an account may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProviderKind {
    /// SAML 2.0.
    Saml,
    /// OpenID Connect.
    OpenIdConnect,
}

/// What temporary credentials carry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// When the credentials were issued; `aws:TokenIssueTime`.
    pub issued_at: Timestamp,
    /// When they stop working.
    pub expires_at: Timestamp,
    /// Session policies as JSON documents, inline and managed alike.
    pub policies: Vec<String>,
    /// Whether session policies were passed, though the list of readable ones may be empty.
    pub restricted: bool,
    /// Session tags; `aws:PrincipalTag/…`.
    pub tags: Vec<(String, String)>,
    /// Keys of the tags that go on to the next role of a chain.
    pub transitive_tag_keys: Vec<String>,
    /// The source identity, once set.
    pub source_identity: Option<String>,
    /// Whether the session was asked for with multi-factor authentication.
    pub mfa: bool,
    /// The person of an identity store behind the session.
    pub on_behalf_of: Option<IdentityCenterUser>,
    /// The issuer of the session, when it isn't the principal itself.
    pub issuer: Option<SessionIssuer>,
    /// The identity provider that the session came through.
    #[serde(default)]
    pub federation: Option<Federation>,
}

/// The identity provider that a session came through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Federation {
    /// What kind of provider it is.
    pub kind: ProviderKind,
    /// The provider's ARN; `aws:FederatedProvider`.
    pub provider_arn: String,
    /// What the provider said of the user, as condition keys such as `SAML:sub`.
    pub keys: Vec<(String, String)>,
}

/// The user or role that a session came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionIssuer {
    /// `Role` or `User`.
    pub kind: String,
    /// The issuer's unique id.
    pub id: String,
    /// The issuer's ARN.
    pub arn: String,
    /// The issuer's name.
    pub name: String,
}

/// A person of an identity store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityCenterUser {
    /// The account that owns the instance.
    pub account: AccountId,
    /// The identity store.
    pub identity_store: IdentityStoreId,
    /// The user.
    pub user: UserId,
}

impl Caller {
    /// The caller's ARN as GetCallerIdentity, error messages and CloudTrail show it.
    pub fn arn(&self) -> String {
        let account = &self.account;
        match &self.principal {
            Principal::Root => format!("arn:aws:iam::{account}:root"),
            Principal::User { name, path, .. } => {
                format!("arn:aws:iam::{account}:user{path}{name}")
            }
            Principal::Role {
                name, session_name, ..
            } => {
                format!("arn:aws:sts::{account}:assumed-role/{name}/{session_name}")
            }
            Principal::Federated { name, .. } => {
                format!("arn:aws:sts::{account}:federated-user/{name}")
            }
            Principal::ProviderUser(user) => user.id.clone(),
            Principal::Person { user, .. } => {
                format!("arn:aws:identitystore:::user/{}", user.user)
            }
            Principal::Anonymous => "anonymous".to_owned(),
        }
    }

    /// `aws:PrincipalArn`: for a role session the role's own ARN.
    pub fn principal_arn(&self) -> String {
        match &self.principal {
            Principal::Role { name, path, .. } => {
                format!("arn:aws:iam::{}:role{path}{name}", self.account)
            }
            _ => self.arn(),
        }
    }

    /// `aws:userid`, the `UserId` of GetCallerIdentity and CloudTrail's `principalId`.
    pub fn user_id(&self) -> String {
        match &self.principal {
            Principal::Root => self.account.to_string(),
            Principal::User { id, .. } => id.clone(),
            Principal::Role {
                id, session_name, ..
            } => format!("{id}:{session_name}"),
            Principal::Federated { name, .. } => format!("{}:{name}", self.account),
            Principal::ProviderUser(user) => user.id.clone(),
            Principal::Person { user, .. } => user.user.to_string(),
            Principal::Anonymous => "anonymous".to_owned(),
        }
    }

    /// Whether the caller signed nothing, and so is no principal of its account: no policy of IAM is attached to it.
    pub fn is_visitor(&self) -> bool {
        match &self.principal {
            Principal::ProviderUser(_) | Principal::Person { .. } | Principal::Anonymous => true,
            Principal::Root
            | Principal::User { .. }
            | Principal::Role { .. }
            | Principal::Federated { .. } => false,
        }
    }

    /// Whether this is the account's root user.
    pub fn is_root(&self) -> bool {
        matches!(self.principal, Principal::Root)
    }
}
