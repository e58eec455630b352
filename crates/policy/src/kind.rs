//! The kinds of policies, and how large each may be.

/// Characters of a managed policy, white space not counted.
pub const MANAGED_MAX: usize = 6144;
/// Characters of all inline policies of a user together, white space not counted.
pub const USER_INLINE_MAX: usize = 2048;
/// Characters of all inline policies of a role together, white space not counted.
pub const ROLE_INLINE_MAX: usize = 10_240;
/// Characters of all inline policies of a group together, white space not counted.
pub const GROUP_INLINE_MAX: usize = 5120;
/// Characters of the inline policy of a permission set, as the service model limits it.
pub const PERMISSION_SET_INLINE_MAX: usize = 32_768;
/// Characters of a role's trust policy by default, white space not counted.
pub const TRUST_MAX: usize = 2048;
/// Characters of a role's trust policy once the quota is raised as far as it goes.
pub const TRUST_MAX_RAISED: usize = 4096;
/// Characters of session policies, inline and managed together, everything counted.
pub const SESSION_MAX: usize = 2048;
/// Bytes of a service control policy, white space included.
pub const SCP_MAX: usize = 10_240;
/// Bytes of a resource control policy, white space included.
pub const RCP_MAX: usize = 5120;
/// Characters of a resource-based policy of any service (S3's limit, the largest of them).
pub const RESOURCE_MAX: usize = 20_480;
/// Characters of any policy text this crate reads at all: the longest the service models let through.
pub const TEXT_MAX: usize = 131_072;

/// What a policy document is used for. It decides which elements it must and must not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyKind {
    /// A service control policy of AWS Organizations.
    ServiceControl,
    /// A resource control policy of AWS Organizations.
    ResourceControl,
    /// An inline policy of a user, group, role or permission set.
    Identity,
    /// A customer or AWS managed policy. Only version `2012-10-17` is taken.
    Managed,
    /// A policy used as a permissions boundary: a managed policy.
    Boundary,
    /// A policy passed to AssumeRole and its siblings.
    Session,
    /// A role's trust policy: it has principals and no resource.
    Trust,
    /// A policy attached to a resource: it has principals.
    Resource,
}

impl PolicyKind {
    /// The size quota of one policy of this kind, in the unit that [`size`] counts. Inline policies share a quota
    /// that depends on who holds them ([`USER_INLINE_MAX`] and its siblings); here the largest, a role's, is given.
    pub fn max_size(self) -> usize {
        match self {
            Self::ServiceControl => SCP_MAX,
            Self::ResourceControl => RCP_MAX,
            Self::Identity => ROLE_INLINE_MAX,
            Self::Managed | Self::Boundary => MANAGED_MAX,
            Self::Session => SESSION_MAX,
            Self::Trust => TRUST_MAX,
            Self::Resource => RESOURCE_MAX,
        }
    }

    /// Whether the document names principals.
    pub fn has_principal(self) -> bool {
        matches!(self, Self::Trust | Self::Resource | Self::ResourceControl)
    }

    /// Whether AWS Organizations keeps policies of this kind.
    pub fn is_organization(self) -> bool {
        matches!(self, Self::ServiceControl | Self::ResourceControl)
    }
}

/// The size of a policy text as the quota of its kind counts it: bytes for Organizations, all characters for session
/// and resource-based policies, characters outside of JSON's own white space for IAM.
///
/// ```
/// use atrium_policy::{PolicyKind, size};
///
/// let text = "{ \"Id\": \"a b\" }";
/// assert_eq!(size(text, PolicyKind::Managed), 12);
/// assert_eq!(size(text, PolicyKind::ServiceControl), 15);
/// ```
pub fn size(text: &str, kind: PolicyKind) -> usize {
    match kind {
        PolicyKind::ServiceControl | PolicyKind::ResourceControl => text.len(),
        PolicyKind::Session | PolicyKind::Resource => text.chars().count(),
        PolicyKind::Identity | PolicyKind::Managed | PolicyKind::Boundary | PolicyKind::Trust => {
            let (mut count, mut in_text, mut escaped) = (0, false, false);
            for c in text.chars() {
                if in_text || !c.is_whitespace() {
                    count += 1;
                }
                match c {
                    _ if escaped => escaped = false,
                    '\\' if in_text => escaped = true,
                    '"' => in_text = !in_text,
                    _ => {}
                }
            }
            count
        }
    }
}
