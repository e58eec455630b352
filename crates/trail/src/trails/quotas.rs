/// How much there may be; "Quotas in AWS CloudTrail" in the CloudTrail user guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Trails that take events of a Region; one for all Regions counts in each.
    pub trails: i64,
    /// `EventSelectors` of a trail.
    pub event_selectors: usize,
    /// Values of all `DataResources` of a trail.
    pub data_resources: usize,
    /// Values of all conditions of a trail's advanced selectors.
    pub advanced_values: usize,
    /// Tags of a trail.
    pub tags: usize,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            trails: 5,
            event_selectors: 5,
            data_resources: 250,
            advanced_values: 500,
            tags: 50,
        }
    }
}
