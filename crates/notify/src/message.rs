use std::time::SystemTime;

/// Something to send.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Tells it from other messages to the target; the same each time it is tried.
    pub id: &'a str,
    /// The account that it is about.
    pub account: &'a str,
    /// The names of the rules that want it sent, separated by commas.
    pub rules: &'a str,
    /// Whom it is for, if the target does not say: the ARN of the topic, or the address of one of the target's mailboxes.
    pub topic: Option<&'a str>,
    /// What is sent, as JSON: an event in EventBridge's form.
    pub body: &'a str,
    /// The target that it could not be sent to, and why, if this is its dead letter.
    pub failed_at: Option<(&'a str, &'a str)>,
    /// The time.
    pub now: SystemTime,
}

impl Message<'_> {
    /// What goes beside the body of a dead letter: names and values, none of them empty.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'static str, String)> {
        let failed = self.failed_at.into_iter().flat_map(|(target, error)| {
            [
                ("RULES", self.rules.to_owned()),
                ("TARGET", target.to_owned()),
                ("ERROR_MESSAGE", error.to_owned()),
            ]
        });
        failed.filter(|(_, value)| !value.is_empty())
    }
}
