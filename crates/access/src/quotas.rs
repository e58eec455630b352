/// How much there may be of permission sets and of the work on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Permission sets of an instance.
    pub permission_sets: i64,
    /// Permission sets that one account has.
    pub permission_sets_per_account: i64,
    /// AWS managed and customer managed policies of a permission set together.
    pub policies_per_permission_set: usize,
    /// Characters of a permission set's inline policy, white space not counted.
    pub inline_policy_size: usize,
    /// Requests of an instance that aren't finished.
    pub outstanding_requests: i64,
}

impl Default for Quotas {
    /// AWS's values (user guide, "Quotas and limits"; the last has been observed).
    fn default() -> Self {
        Self {
            permission_sets: 3_500,
            permission_sets_per_account: 500,
            policies_per_permission_set: 20,
            inline_policy_size: 10_240,
            outstanding_requests: 10,
        }
    }
}
