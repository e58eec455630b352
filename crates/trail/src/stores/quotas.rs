/// How much there may be; "Quotas in AWS CloudTrail" in the CloudTrail user guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Event data stores of an account in a Region.
    pub stores: i64,
    /// Advanced event selectors of a store.
    pub selectors: usize,
    /// Values of all conditions of a store's selectors.
    pub values: usize,
    /// Tags of a store.
    pub tags: usize,
    /// Queries of an account that are not over.
    pub queries: i64,
    /// Channels of an account in a Region.
    pub channels: i64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            stores: 10,
            selectors: 5,
            values: 500,
            tags: 50,
            queries: 10,
            channels: 25,
        }
    }
}
