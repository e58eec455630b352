/// How much one instance may hold ("Identity Center quotas", AWS user guide).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Applications of an instance. AWS counts them together with the organization's accounts.
    pub applications: i64,
    /// Access scopes of an application.
    pub access_scopes: i64,
    /// Trusted token issuers of an instance. AWS publishes no number.
    pub trusted_token_issuers: i64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            applications: 7_000,
            access_scopes: 25,
            trusted_token_issuers: 100,
        }
    }
}
