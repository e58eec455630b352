/// How much an instance may hold. The defaults are AWS's (user guide, "IAM Identity Center quotas").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Users in an identity store.
    pub users: i64,
    /// Groups in an identity store.
    pub groups: i64,
    /// Tags on a resource.
    pub tags: i64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            users: 100_000,
            groups: 100_000,
            tags: 50,
        }
    }
}
