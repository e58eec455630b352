use serde::{Deserialize, Serialize};

/// An attribute for access control: a session tag that roles of permission sets get, and where its value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessControlAttribute {
    /// The key of the session tag.
    pub key: String,
    /// Where the value comes from, such as `${path:enterprise.costCenter}`; the first that has one wins.
    pub source: Vec<String>,
}
