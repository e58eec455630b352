//! From the ARN in a request to the application's place, and who the caller is there.

use atrium_application::{ApplicationError, Approach, Standing};
use atrium_directory::InstanceAccess;
use atrium_model::application::ApplicationArn;
use atrium_model::directory::Instance;
use atrium_model::{AccountId, InstanceId};
use atrium_wire::WireError;

use super::instances::find;
use super::tags::{authorize_tagged, tags_of};
use crate::Call;
use crate::call::store_failure;
use crate::identitystore::denied;

/// An instance that the caller's account has to do with.
pub(super) struct Reach {
    pub(super) instance: Instance,
    account: AccountId,
    standing: Standing,
}

impl Reach {
    /// Whether the caller's account administers the instance.
    pub(super) fn administers(&self) -> bool {
        self.standing == Standing::Administrator
    }

    pub(super) fn approach(&self) -> Approach<'_> {
        Approach {
            instance: &self.instance.id,
            account: &self.account,
            standing: self.standing,
        }
    }
}

/// Authorizes `action` on an application, and finds its instance.
///
/// An instance that isn't there, or is another's, is refused like one that policies don't allow.
pub(super) fn application(
    call: &mut Call<'_>,
    action: &str,
    arn: &str,
) -> Result<(Reach, ApplicationArn), WireError> {
    let parsed: ApplicationArn = arn.parse().map_err(|_| denied(call, action, arn))?;
    let found = find(call, &parsed.instance)?;
    let tags = match &found {
        Some((instance, _)) => tags_of(call, &instance.id, arn)?,
        None => Vec::new(),
    };
    let named: Vec<(String, [&str; 1])> = tags
        .iter()
        .map(|(key, value)| (format!("aws:ResourceTag/{key}"), [value.as_str()]))
        .collect();
    let account = [parsed.account.as_str()];
    let mut keys: Vec<(&str, &[&str])> = vec![("sso:ApplicationAccount", &account)];
    keys.extend(named.iter().map(|(key, value)| (key.as_str(), &value[..])));
    call.authorize(action, arn, &keys)?;
    Ok((reach(call, action, arn, found)?, parsed))
}

/// Authorizes `action` on an instance, with the tags that the request brings, and finds it.
pub(super) fn instance(
    call: &mut Call<'_>,
    action: &str,
    arn: &str,
    request_tags: &[(String, String)],
) -> Result<Reach, WireError> {
    let id: Option<InstanceId> = arn
        .strip_prefix("arn:aws:sso:::instance/")
        .and_then(|id| id.parse().ok());
    let found = match &id {
        Some(id) => find(call, id)?,
        None => None,
    };
    let tags = match &found {
        Some((instance, _)) => tags_of(call, &instance.id, arn)?,
        None => Vec::new(),
    };
    authorize_tagged(call, action, arn, request_tags, &tags)?;
    reach(call, action, arn, found)
}

fn reach(
    call: &Call<'_>,
    action: &str,
    arn: &str,
    found: Option<(Instance, InstanceAccess)>,
) -> Result<Reach, WireError> {
    let (instance, access) = found.ok_or_else(|| denied(call, action, arn))?;
    Ok(Reach {
        instance,
        account: call.account().clone(),
        standing: match access {
            InstanceAccess::Owner | InstanceAccess::DelegatedAdministrator => {
                Standing::Administrator
            }
            InstanceAccess::Member => Standing::Member,
        },
    })
}

/// The answer when an application is not there for the caller.
pub(super) fn refused(
    call: &Call<'_>,
    action: &str,
    arn: &ApplicationArn,
    error: ApplicationError,
) -> WireError {
    match error {
        ApplicationError::NotFound => {
            WireError::not_found(format!("Could not find Application with id {}", arn.id))
        }
        ApplicationError::Denied => denied(call, action, &arn.to_string()),
        ApplicationError::Store(error) => store_failure(error),
    }
}
