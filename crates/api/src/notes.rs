use atrium_model::AccountId;
use atrium_trail::Resource;
use serde_json::Value;

/// What an operation adds to the event of its call.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventNotes {
    /// Members of `requestParameters` that are shown otherwise than they came, or not at all.
    pub(crate) parameters: Vec<(&'static str, Option<Value>)>,
    /// `resources`.
    pub(crate) resources: Vec<Resource>,
    /// The account that owns what the call worked on: if it isn't the caller's, it gets a copy of the event.
    pub(crate) owner: Option<AccountId>,
    /// `additionalEventData`.
    pub(crate) additional: Option<Value>,
    /// `serviceEventDetails`, of calls that are told as events of the service.
    pub(crate) details: Option<Value>,
}

impl EventNotes {
    /// `requestParameters` with what the operation wants otherwise in them.
    pub(crate) fn corrected(&self, mut shown: Value) -> Value {
        if let Value::Object(members) = &mut shown {
            for (name, value) in &self.parameters {
                match value {
                    Some(value) => members.insert((*name).to_owned(), value.clone()),
                    None => members.shift_remove(*name),
                };
            }
        }
        shown
    }
}
