use atrium_model::iam::Tag;
use atrium_model::{Caller, Principal};
use atrium_wire::WireError;

use crate::Call;

/// Condition keys of one request, with their values.
#[derive(Default)]
pub(crate) struct Keys(Vec<(String, Vec<String>)>);

impl Keys {
    /// No keys.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// The tags of the resource: `aws:ResourceTag/…`, and IAM's older name for it.
    pub(crate) fn resource_tags(mut self, tags: &[Tag]) -> Self {
        for tag in tags {
            for prefix in ["aws:ResourceTag", "iam:ResourceTag"] {
                self.0
                    .push((format!("{prefix}/{}", tag.key), vec![tag.value.clone()]));
            }
        }
        self
    }

    /// The tags in the request: `aws:RequestTag/…` and `aws:TagKeys`.
    pub(crate) fn request_tags(mut self, tags: &[Tag]) -> Self {
        for tag in tags {
            self.0.push((
                format!("aws:RequestTag/{}", tag.key),
                vec![tag.value.clone()],
            ));
        }
        self.tag_keys(tags.iter().map(|tag| tag.key.clone()).collect())
    }

    /// `aws:TagKeys`, where values play no part.
    pub(crate) fn tag_keys(self, keys: Vec<String>) -> Self {
        if keys.is_empty() {
            self
        } else {
            self.all("aws:TagKeys", keys)
        }
    }

    /// A key of one value, if there is one. What the key has already stays.
    pub(crate) fn with(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) if !self.0.iter().any(|(known, _)| known == key) => {
                self.all(key, vec![value.to_owned()])
            }
            _ => self,
        }
    }

    /// A key of several values.
    pub(crate) fn all(mut self, key: &str, values: Vec<String>) -> Self {
        self.0.push((key.to_owned(), values));
        self
    }

    /// Hands the keys over in the form that authorizing takes.
    pub(crate) fn lend<T>(&self, then: impl FnOnce(&[(&str, &[&str])]) -> T) -> T {
        let values: Vec<Vec<&str>> = self
            .0
            .iter()
            .map(|(_, values)| values.iter().map(String::as_str).collect())
            .collect();
        let keys: Vec<(&str, &[&str])> = self
            .0
            .iter()
            .zip(&values)
            .map(|((key, _), values)| (key.as_str(), values.as_slice()))
            .collect();
        then(&keys)
    }
}

/// Refuses the call unless the caller may do `action` on `resource`.
pub(crate) fn allow(
    call: &mut Call<'_>,
    action: &str,
    resource: &str,
    keys: &Keys,
) -> Result<(), WireError> {
    if !may_use_iam(call.cx.caller) {
        let text = "The security token included in the request is invalid";
        return Err(WireError::new("InvalidClientTokenId", text).status(403));
    }
    keys.lend(|keys| call.authorize(action, resource, keys))
}

/// Credentials of GetFederationToken never reach IAM, those of GetSessionToken only with multi-factor authentication
/// (IAM User Guide, "Compare AWS STS credentials").
fn may_use_iam(caller: &Caller) -> bool {
    match (&caller.principal, &caller.session) {
        (Principal::Federated { .. }, _) => false,
        (_, _) if caller.is_visitor() => false,
        (Principal::Root | Principal::User { .. }, Some(session)) => session.mfa,
        (_, _) => true,
    }
}
