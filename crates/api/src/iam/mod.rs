//! IAM: users, groups, roles, access keys and policies of an account.

mod absent;
mod access_keys;
mod account;
mod attached;
mod authorize;
mod boundaries;
mod entities;
mod failure;
mod groups;
mod inline;
mod members;
mod oidc_provider_tags;
mod oidc_providers;
mod page;
mod policies;
mod policy_versions;
mod provider_arn;
mod roles;
mod saml_provider_tags;
mod saml_providers;
mod shapes;
mod tags;
mod users;

use atrium_iam::Quotas;
use atrium_model::{AccountId, OpContext};
use atrium_store::{StoreError, Tx};

use crate::{Registry, Services};

pub(crate) use authorize::Keys;
pub(crate) use provider_arn::ProviderArn;
pub(crate) use shapes::date;

pub(crate) fn register(registry: &mut Registry) {
    users::register(registry);
    tags::register(registry);
    access_keys::register(registry);
    groups::register(registry);
    members::register(registry);
    roles::register(registry);
    boundaries::register(registry);
    policies::register(registry);
    policy_versions::register(registry);
    attached::register(registry);
    entities::register(registry);
    inline::register(registry);
    account::register(registry);
    saml_providers::register(registry);
    saml_provider_tags::register(registry);
    oidc_providers::register(registry);
    oidc_provider_tags::register(registry);
    absent::register(registry);
}

/// Makes the role through which a management account administers an account that it created.
pub(crate) fn create_organization_access_role(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    member: &AccountId,
    management: &AccountId,
    role_name: &str,
) -> Result<(), StoreError> {
    atrium_iam::create_access_role(cx, tx, member, management, role_name)
}

/// How much an account may hold.
fn quotas(services: &Services) -> &Quotas {
    &services.settings.quotas.iam
}
