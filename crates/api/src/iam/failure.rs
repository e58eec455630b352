//! IAM's codes and texts for what can go wrong.

use atrium_iam::{IamError, InUse, Limit, Missing};
use atrium_model::iam::HolderKind;
use atrium_wire::WireError;

use crate::call::store_failure;

/// The answer to an error of the iam area.
pub(super) fn failure(error: IamError) -> WireError {
    let taken = |text: String| WireError::new("EntityAlreadyExists", text);
    match error {
        IamError::Missing(missing) => WireError::new("NoSuchEntity", missing_text(&missing)),
        IamError::UserExists(name) => taken(format!("User with name {name} already exists.")),
        IamError::RoleExists(name) => taken(format!("Role with name {name} already exists.")),
        IamError::GroupExists(name) => taken(format!("Group with name {name} already exists.")),
        IamError::PolicyExists(name) => taken(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        )),
        IamError::SamlProviderExists(name) => {
            taken(format!("SAML provider with name {name} already exists."))
        }
        IamError::OidcProviderExists(url) => {
            taken(format!("Provider with url {url} already exists."))
        }
        IamError::Metadata(error) => {
            WireError::new("InvalidInput", format!("Could not parse metadata: {error}"))
        }
        IamError::MetadataExpired => {
            WireError::new("InvalidInput", "The metadata document has expired.")
        }
        IamError::ProviderUrl(_) => {
            WireError::new("InvalidInput", "Invalid Open ID Connect Provider URL")
        }
        IamError::Thumbprint(text) => WireError::new(
            "InvalidInput",
            format!("{text} is not the thumbprint of a certificate."),
        ),
        IamError::AliasExists(alias) => taken(format!("The account alias {alias} already exists.")),
        IamError::InUse(in_use) => WireError::new("DeleteConflict", in_use_text(in_use)),
        IamError::LimitExceeded(Limit::Thumbprints(most)) => WireError::new(
            "InvalidInput",
            format!("Thumbprint list must contain fewer than {most} entries."),
        ),
        IamError::LimitExceeded(limit) => WireError::new("LimitExceeded", limit_text(&limit)),
        IamError::Malformed(error) => WireError::new("MalformedPolicyDocument", error.message()),
        IamError::UnknownPrincipal(arn) => WireError::new(
            "MalformedPolicyDocument",
            format!("Invalid principal in policy: \"AWS\":\"{arn}\""),
        ),
        IamError::ReservedRole(name) => WireError::new(
            "UnmodifiableEntity",
            format!(
                "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
            ),
        ),
        IamError::ReservedName(name) => WireError::new(
            "InvalidInput",
            format!("The value {name} is reserved for use by AWS."),
        ),
        IamError::ForeignPolicy => WireError::access_denied("Policy is outside your own account."),
        IamError::DuplicateTagKeys => WireError::new(
            "InvalidInput",
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ),
        IamError::InvalidStatus(status) => WireError::validation(format!(
            "1 validation error detected: Value '{status}' at 'status' failed to satisfy constraint: Member must \
             satisfy enum value set: [Active, Inactive]"
        )),
        IamError::Store(error) => store_failure(error),
    }
}

fn missing_text(missing: &Missing) -> String {
    match missing {
        Missing::User(name) => format!("The user with name {name} cannot be found."),
        Missing::Role(name) => format!("The role with name {name} cannot be found."),
        Missing::Group(name) => format!("The group with name {name} cannot be found."),
        Missing::Policy(arn) => format!("Policy {arn} was not found."),
        Missing::AttachablePolicy(arn) => {
            format!("Policy {arn} does not exist or is not attachable.")
        }
        Missing::Boundary(arn) => {
            format!("Scope ARN: {arn} does not exist or is not attachable.")
        }
        Missing::PolicyVersion { arn, version } => {
            format!("Policy {arn} version {version} does not exist or is not attachable.")
        }
        Missing::InlinePolicy { kind, name } => {
            format!(
                "The {} policy with name {name} cannot be found.",
                word(*kind)
            )
        }
        Missing::AccessKey(id) => format!("The Access Key with id {id} cannot be found."),
        Missing::SamlProvider(arn) => format!("Manifest not found for arn {arn}"),
        Missing::OidcProvider(arn) => format!("OpenIDConnect Provider not found for arn {arn}"),
        Missing::Alias(alias) => format!("The account alias with name {alias} cannot be found."),
    }
}

fn in_use_text(in_use: InUse) -> &'static str {
    match in_use {
        InUse::AccessKeys => "Cannot delete entity, must remove access keys first.",
        InUse::InlinePolicies => "Cannot delete entity, must delete policies first.",
        InUse::AttachedPolicies => "Cannot delete entity, must detach all policies first.",
        InUse::Membership => "Cannot delete entity, must remove users from group first.",
        InUse::Attachments => "Cannot delete a policy attached to entities.",
        InUse::Versions => {
            "This policy has more than one version. Before you delete a policy, you must delete the policy's \
             versions. The default version is deleted with the policy."
        }
        InUse::DefaultVersion => "Cannot delete the default version of a policy.",
    }
}

fn limit_text(limit: &Limit) -> String {
    match limit {
        Limit::Quota { name, most } => format!("Cannot exceed quota for {name}: {most}"),
        Limit::InlineSize { kind, name, most } => {
            format!(
                "Maximum policy size of {most} bytes exceeded for {} {name}",
                word(*kind)
            )
        }
        Limit::PolicyVersions(most) => format!(
            "A managed policy can have up to {most} versions. Before you create a new version, you must delete an \
             existing version."
        ),
        Limit::Thumbprints(most) => format!("Cannot exceed quota for Thumbprints: {most}"),
        Limit::Tags => "The number of tags has reached the maximum limit.".to_owned(),
    }
}

fn word(kind: HolderKind) -> &'static str {
    match kind {
        HolderKind::User => "user",
        HolderKind::Role => "role",
        HolderKind::Group => "group",
    }
}
