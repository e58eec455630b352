/// How much an account may hold. The defaults are AWS's ("IAM and AWS STS quotas" in the IAM User Guide).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Users in an account.
    pub users: i64,
    /// Groups in an account.
    pub groups: i64,
    /// Roles in an account.
    pub roles: i64,
    /// Customer managed policies in an account.
    pub policies: i64,
    /// Versions of a managed policy.
    pub policy_versions: i64,
    /// SAML providers in an account.
    pub saml_providers: i64,
    /// OpenID Connect providers in an account.
    pub oidc_providers: i64,
    /// Client ids of an OpenID Connect provider.
    pub client_ids: usize,
    /// Access keys of a user.
    pub access_keys_per_user: i64,
    /// Groups that a user is in.
    pub groups_per_user: i64,
    /// Managed policies attached to a user.
    pub attached_per_user: i64,
    /// Managed policies attached to a role.
    pub attached_per_role: i64,
    /// Managed policies attached to a group.
    pub attached_per_group: i64,
    /// Tags of a user, role or policy.
    pub tags: usize,
    /// Characters of a managed policy, white space not counted.
    pub policy_size: usize,
    /// Characters of all inline policies of a user, white space not counted.
    pub user_inline_size: usize,
    /// Characters of all inline policies of a role, white space not counted.
    pub role_inline_size: usize,
    /// Characters of all inline policies of a group, white space not counted.
    pub group_inline_size: usize,
    /// Characters of a trust policy, white space not counted.
    pub trust_policy_size: usize,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            users: 5000,
            groups: 300,
            roles: 1000,
            policies: 1500,
            policy_versions: 5,
            saml_providers: 100,
            oidc_providers: 100,
            client_ids: 100,
            access_keys_per_user: 2,
            groups_per_user: 10,
            attached_per_user: 10,
            attached_per_role: 10,
            attached_per_group: 10,
            tags: 50,
            policy_size: atrium_policy::MANAGED_MAX,
            user_inline_size: atrium_policy::USER_INLINE_MAX,
            role_inline_size: atrium_policy::ROLE_INLINE_MAX,
            group_inline_size: atrium_policy::GROUP_INLINE_MAX,
            trust_policy_size: atrium_policy::TRUST_MAX,
        }
    }
}
