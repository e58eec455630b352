/// A tag of an account, organizational unit, root or policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct OrganizationTag {
    /// The key; letter case counts.
    pub key: String,
    /// The value.
    pub value: String,
}
