use atrium_trail::Resource;
use serde_json::Value;

/// What an operation adds to the event of its call.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventNotes {
    /// `resources`.
    pub(crate) resources: Vec<Resource>,
    /// `additionalEventData`.
    pub(crate) additional: Option<Value>,
    /// `serviceEventDetails`, of calls that are told as events of the service.
    pub(crate) details: Option<Value>,
}
