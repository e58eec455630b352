//! The iam area: users, groups, roles, access keys and managed policies of an account, and the temporary credentials
//! that STS hands out.
//!
//! Rules only. It knows nothing of HTTP, of the wire's error codes, and of SQL. Policies are parsed by
//! `atrium-policy`; who may call what is decided by whoever calls these functions.

mod access_key;
mod alias;
mod assume;
mod attachment;
mod authenticate;
mod bootstrap;
mod boundary;
mod error;
mod federated;
mod federation;
mod group;
mod ids;
mod inline;
mod managed_policy;
mod oidc_provider;
mod policy_version;
mod quotas;
mod role;
mod saml_attributes;
mod saml_provider;
mod saml_user;
mod session;
mod tags;
mod token;
mod trust;
mod user;
mod web_user;

pub use access_key::{
    create_access_key, delete_access_key, find_access_key, set_access_key_status,
};
pub use alias::{create_account_alias, delete_account_alias};
pub use assume::{AssumeRole, NewRoleSession, plan_role_session};
pub use attachment::{Target, attach, attachable, detach};
pub use authenticate::{AuthenticateError, Authenticated, authenticate};
pub use bootstrap::{
    ADMINISTRATOR_ACCESS, bootstrap_administrator, create_access_role, new_administrator_key,
};
pub use boundary::{set_role_boundary, set_user_boundary};
pub use error::{IamError, InUse, Limit, Missing};
pub use federated::{FederationError, Wanted};
pub use federation::{
    NewFederation, federated_user_session, longest_session_seconds, session_token_session,
};
pub use group::{
    add_user_to_group, create_group, delete_group, find_group, remove_user_from_group, update_group,
};
pub use ids::account_of_access_key;
pub use inline::{delete_inline_policy, find_inline_policy, put_inline_policy};
pub use managed_policy::{
    NewPolicy, create_policy, delete_policy, find_policy, own_policy, tag_policy, untag_policy,
};
pub use oidc_provider::{
    NewOidcProvider, add_client_id, create_oidc_provider, delete_oidc_provider, find_oidc_provider,
    remove_client_id, tag_oidc_provider, untag_oidc_provider, update_thumbprints,
};
pub use policy_version::{
    create_policy_version, delete_policy_version, find_policy_version, set_default_policy_version,
    version_number,
};
pub use quotas::Quotas;
pub use role::{
    NewRole, create_role, delete_role, find_role, tag_role, untag_role, update_role,
    update_trust_policy,
};
pub use saml_provider::{
    NewSamlProvider, create_saml_provider, delete_saml_provider, find_saml_provider,
    tag_saml_provider, untag_saml_provider, update_saml_metadata,
};
pub use saml_user::{SamlUser, read_saml_user};
pub use session::{SessionError, SessionPolicies, check_session_policies, packed_size};
pub use token::{Credentials, SessionGrant, issue};
pub use trust::shown_trust_policy;
pub use user::{NewUser, create_user, delete_user, find_user, tag_user, untag_user, update_user};
pub use web_user::{WebUser, read_web_user};
