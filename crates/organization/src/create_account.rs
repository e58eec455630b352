use atrium_model::organization::{
    CreateAccountFailureReason, CreateAccountState, CreateAccountStatus, JoinedMethod,
    Organization, OrganizationTag, ParentId,
};
use atrium_model::{AccountId, CreateAccountRequestId, OpContext};
use atrium_store::{StoreError, Tx};

use crate::membership::admit;
use crate::{
    NewAccount, NewAccountError, Page, PageRequest, Quotas, TagError, create_account, put_tags,
};

/// An account to be made in an organization.
#[derive(Clone, Debug)]
pub struct NewMemberAccount {
    /// The root user's e-mail address.
    pub email: String,
    /// Its name.
    pub name: String,
    /// Its tags.
    pub tags: Vec<OrganizationTag>,
}

/// Makes an account in the root of an organization.
///
/// A request that can't be fulfilled is answered with a status that says why, as AWS's asynchronous one does; only
/// tags that are no tags refuse it outright.
pub fn create_member_account(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    new: NewMemberAccount,
    quotas: &Quotas,
) -> Result<CreateAccountStatus, TagError> {
    crate::tags::check(&new.tags, quotas)?;
    let outcome = if tx.count_accounts(&organization.id)? >= quotas.accounts {
        Err(CreateAccountFailureReason::AccountLimitExceeded)
    } else {
        let NewMemberAccount { email, name, tags } = new.clone();
        match create_account(
            cx,
            tx,
            NewAccount {
                id: None,
                email,
                name,
            },
        ) {
            Ok(account) => {
                let root = ParentId::Root(organization.root.clone());
                admit(
                    cx,
                    tx,
                    organization,
                    &account.id,
                    root,
                    JoinedMethod::Created,
                )?;
                put_tags(tx, organization, account.id.as_str(), &tags, quotas)?;
                Ok(account.id)
            }
            Err(NewAccountError::EmailTaken) => Err(CreateAccountFailureReason::EmailAlreadyExists),
            Err(NewAccountError::IdTaken(_)) => Err(CreateAccountFailureReason::InternalFailure),
            Err(NewAccountError::Store(error)) => return Err(error.into()),
        }
    };
    let status = CreateAccountStatus {
        id: request_id(cx)?,
        organization: organization.id.clone(),
        account_name: new.name,
        state: match outcome {
            Ok(_) => CreateAccountState::Succeeded,
            Err(_) => CreateAccountState::Failed,
        },
        requested_at: cx.now(),
        completed_at: Some(cx.now()),
        account: outcome.as_ref().ok().cloned(),
        failure_reason: outcome.err(),
    };
    tx.insert_create_account_status(&status)?;
    Ok(status)
}

fn request_id(cx: &OpContext<'_>) -> Result<CreateAccountRequestId, StoreError> {
    let id = format!("car-{}", cx.new_hex(32));
    id.parse()
        .map_err(|error| StoreError::Corrupt(format!("{error}")))
}

/// The request is not one of the organization's.
#[derive(Debug, thiserror::Error)]
pub enum CreateAccountStatusError {
    /// There is no such request.
    #[error("the organization has no such request")]
    NotFound,
    /// The store failed.
    #[error("could not read the request")]
    Store(#[from] StoreError),
}

/// What became of a request to create an account.
pub fn describe_create_account_status(
    tx: &mut dyn Tx,
    organization: &Organization,
    id: &CreateAccountRequestId,
) -> Result<CreateAccountStatus, CreateAccountStatusError> {
    tx.create_account_status(&organization.id, id)?
        .ok_or(CreateAccountStatusError::NotFound)
}

/// The requests to create accounts in one of some states, or in any.
pub fn list_create_account_status(
    tx: &mut dyn Tx,
    organization: &Organization,
    states: &[CreateAccountState],
    page: &PageRequest,
) -> Result<Page<CreateAccountStatus>, StoreError> {
    let (after, limit) = (page.after.as_deref(), page.limit());
    let found = tx.create_account_statuses(&organization.id, states, after, limit)?;
    Ok(page.cut(found, |status| status.id.to_string()))
}

/// The account that a successful request made.
pub fn created_account(status: &CreateAccountStatus) -> Option<&AccountId> {
    status
        .account
        .as_ref()
        .filter(|_| status.state == CreateAccountState::Succeeded)
}
