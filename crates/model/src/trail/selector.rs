use serde::{Deserialize, Serialize};

/// Which events a trail takes: CloudTrail has two languages for it, and a trail one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Selectors {
    /// `EventSelectors`.
    Basic(Vec<EventSelector>),
    /// `AdvancedEventSelectors`.
    Advanced(Vec<AdvancedEventSelector>),
}

impl Default for Selectors {
    /// What a new trail takes: all management events.
    fn default() -> Self {
        Self::Basic(vec![EventSelector::default()])
    }
}

/// Whether events that read are wanted, those that change something, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadWriteType {
    /// Those that read.
    ReadOnly,
    /// The others.
    WriteOnly,
    /// Both.
    #[default]
    All,
}

impl ReadWriteType {
    /// As the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "ReadOnly",
            Self::WriteOnly => "WriteOnly",
            Self::All => "All",
        }
    }

    /// Whether an event is wanted that does read, or does not.
    pub fn takes(self, read_only: bool) -> bool {
        match self {
            Self::ReadOnly => read_only,
            Self::WriteOnly => !read_only,
            Self::All => true,
        }
    }
}

/// One of `EventSelectors`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventSelector {
    /// `ReadWriteType`.
    pub read_write: ReadWriteType,
    /// `IncludeManagementEvents`.
    pub management: bool,
    /// `DataResources`: kept and shown, as Atrium records no data events.
    pub data: Vec<DataResource>,
    /// `ExcludeManagementEventSources`.
    pub excluded_sources: Vec<String>,
}

impl Default for EventSelector {
    fn default() -> Self {
        Self {
            read_write: ReadWriteType::All,
            management: true,
            data: Vec::new(),
            excluded_sources: Vec::new(),
        }
    }
}

/// Resources whose data events are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataResource {
    /// Such as `AWS::S3::Object`.
    pub kind: String,
    /// ARNs, or what they begin with.
    pub values: Vec<String>,
}

/// One of `AdvancedEventSelectors`: it takes what all of its fields allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvancedEventSelector {
    /// What its maker calls it.
    pub name: Option<String>,
    /// What it asks for.
    pub fields: Vec<FieldSelector>,
}

/// What one field of a record must be like. Of several values of an operator one is enough; of those that begin with
/// `Not`, none may fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldSelector {
    /// Such as `eventCategory`.
    pub field: String,
    /// `Equals`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub equals: Vec<String>,
    /// `StartsWith`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub starts_with: Vec<String>,
    /// `EndsWith`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ends_with: Vec<String>,
    /// `NotEquals`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_equals: Vec<String>,
    /// `NotStartsWith`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_starts_with: Vec<String>,
    /// `NotEndsWith`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_ends_with: Vec<String>,
}

impl FieldSelector {
    /// The values of all operators, by the operator's name.
    pub fn operators(&self) -> [(&'static str, &[String]); 6] {
        [
            ("Equals", &self.equals),
            ("StartsWith", &self.starts_with),
            ("EndsWith", &self.ends_with),
            ("NotEquals", &self.not_equals),
            ("NotStartsWith", &self.not_starts_with),
            ("NotEndsWith", &self.not_ends_with),
        ]
    }
}

/// One of `InsightSelectors`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsightSelector {
    /// Such as `ApiCallRateInsight`.
    pub kind: String,
    /// `EventCategories`.
    pub categories: Option<Vec<String>>,
}
