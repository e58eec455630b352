//! Who may call what in an organization; identity-center.md §9.2.

use atrium_model::organization::Organization;
use atrium_organization::{Role, Standing};
use atrium_policy::{Decision, Policy, PolicyKind, PolicySet, evaluate};
use atrium_wire::WireError;
use atrium_wire::organizations::Tag;

use super::errors;
use crate::Call;
use crate::call::store_failure;

/// Whose call an operation is, besides that the caller's policies must allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Any account of the organization.
    Member,
    /// The management account, a delegated administrator, or whom the delegation policy allows it.
    Reader,
    /// The management account, or whom the delegation policy allows it.
    PolicyAdministrator,
    /// The management account.
    Management,
}

/// What the caller's account is in its organization.
///
/// An account that stands alone is told so, if its policies allow `action` at all.
pub(super) fn standing(call: &mut Call<'_>, action: &str) -> Result<Standing, WireError> {
    let account = call.account().clone();
    match atrium_organization::standing(call.tx, &account) {
        Ok(standing) => Ok(standing),
        Err(error) => {
            call.authorize(action, "*", &[])?;
            Err(errors::not_in_use(error))
        }
    }
}

/// Refuses unless the caller's policies allow `action` on `resource`, and the call is one of its account's.
pub(super) fn permit(
    call: &mut Call<'_>,
    standing: &Standing,
    who: Who,
    action: &str,
    resource: &str,
    keys: &Keys,
) -> Result<(), WireError> {
    keys.lend(|keys| {
        call.authorize(action, resource, keys)?;
        let own = match (standing.role, who) {
            (Role::Management, _) | (_, Who::Member) => true,
            (Role::DelegatedAdministrator, Who::Reader) => true,
            (Role::DelegatedAdministrator | Role::Member, _) => false,
        };
        let delegable = matches!(who, Who::Reader | Who::PolicyAdministrator);
        if own || (delegable && delegated(call, &standing.organization, action, resource, keys)?) {
            return Ok(());
        }
        Err(errors::denied())
    })
}

/// [`standing`] and [`permit`] for operations that are about no single resource.
pub(super) fn enter(
    call: &mut Call<'_>,
    who: Who,
    action: &str,
    keys: &Keys,
) -> Result<Organization, WireError> {
    let standing = standing(call, action)?;
    permit(call, &standing, who, action, "*", keys)?;
    Ok(standing.organization)
}

/// Whether the organization's delegation policy lets the caller do this.
fn delegated(
    call: &mut Call<'_>,
    organization: &Organization,
    action: &str,
    resource: &str,
    keys: &[(&str, &[&str])],
) -> Result<bool, WireError> {
    let Some(document) = call
        .tx
        .resource_policy(&organization.id)
        .map_err(store_failure)?
    else {
        return Ok(false);
    };
    let Ok(policy) = Policy::parse(&document.content, PolicyKind::Resource) else {
        return Ok(false);
    };
    let authority = call.authority();
    let request = authority.request(&call.cx, call.facts, action, resource, keys);
    let levels = authority.levels();
    let set = PolicySet {
        resource: Some(&policy),
        resource_account: Some(organization.management.as_str()),
        ..authority.policies(&levels)
    };
    Ok(matches!(evaluate(&request, &set), Decision::Allowed { .. }))
}

/// Condition keys of a request.
#[derive(Default)]
pub(super) struct Keys(Vec<(String, Vec<String>)>);

impl Keys {
    /// None.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// One more key.
    pub(super) fn with(mut self, key: &str, value: &str) -> Self {
        self.0.push((key.to_owned(), vec![value.to_owned()]));
        self
    }

    /// `aws:RequestTag/…` and `aws:TagKeys` of the tags in a request.
    pub(super) fn request_tags(mut self, tags: &[Tag]) -> Self {
        for tag in tags {
            self.0.push((
                format!("aws:RequestTag/{}", tag.key),
                vec![tag.value.clone()],
            ));
        }
        self.tag_keys(tags.iter().map(|tag| tag.key.clone()).collect())
    }

    /// `aws:TagKeys` of a request.
    pub(super) fn tag_keys(mut self, keys: Vec<String>) -> Self {
        if !keys.is_empty() {
            self.0.push(("aws:TagKeys".to_owned(), keys));
        }
        self
    }

    /// `aws:ResourceTag/…` of a resource.
    pub(super) fn resource_tags(
        mut self,
        call: &mut Call<'_>,
        organization: &Organization,
        resource: &str,
    ) -> Result<Self, WireError> {
        let tags = call
            .tx
            .organization_tags(&organization.id, resource, None, 1000);
        for tag in tags.map_err(store_failure)? {
            self.0
                .push((format!("aws:ResourceTag/{}", tag.key), vec![tag.value]));
        }
        Ok(self)
    }

    fn lend<T>(&self, with: impl FnOnce(&[(&str, &[&str])]) -> T) -> T {
        let values: Vec<(&str, Vec<&str>)> = self
            .0
            .iter()
            .map(|(key, values)| (key.as_str(), values.iter().map(String::as_str).collect()))
            .collect();
        let keys: Vec<(&str, &[&str])> = values
            .iter()
            .map(|(key, values)| (*key, values.as_slice()))
            .collect();
        with(&keys)
    }
}
