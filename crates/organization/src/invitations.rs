use std::time::Duration;

use atrium_model::organization::{
    Account, FeatureSet, Handshake, HandshakeAction, HandshakeTarget, JoinedMethod, Organization,
    OrganizationTag, ParentId,
};
use atrium_model::{OpContext, Timestamp};
use atrium_store::{HandshakeQuery, StoreError, Tx};

use crate::handshakes::begin;
use crate::membership::admit;
use crate::{HandshakeError, Quotas, TagError, put_tags};

/// Why an account can't be invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// An invitation of this account is open.
    #[error("the account already has an open invitation")]
    Duplicate,
    /// The account is in this organization.
    #[error("the account is already in the organization")]
    AlreadyInOrganization,
    /// The organization has as many accounts as it may.
    #[error("the organization has as many accounts as it may")]
    AccountLimit,
    /// Too many were invited in the last 24 hours.
    #[error("too many invitations in the last 24 hours")]
    RateLimit,
    /// The organization is on its way to all features.
    #[error("the organization is enabling all features")]
    EnablingAllFeatures,
    /// A tag is none.
    #[error(transparent)]
    Tags(#[from] TagError),
    /// The store failed.
    #[error("could not save the invitation")]
    Store(#[from] StoreError),
}

/// An invitation to be sent.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// Who is invited.
    pub target: HandshakeTarget,
    /// Words for the invited.
    pub notes: Option<String>,
    /// Tags that the account gets when it joins.
    pub tags: Vec<OrganizationTag>,
}

/// Invites an account into an organization.
///
/// Nothing tells the sender whether there is such an account, unless it is a member already.
pub fn invite_account(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
    new: NewInvitation,
    quotas: &Quotas,
) -> Result<Handshake, InviteError> {
    crate::tags::check(&new.tags, quotas)?;
    let management = tx.account(&organization.management)?;
    let management = management.ok_or_else(|| {
        StoreError::Corrupt(format!(
            "organization `{}` has no management account",
            organization.id
        ))
    })?;
    let known = match &new.target {
        HandshakeTarget::Account(id) => tx.account(id)?,
        HandshakeTarget::Email(email) => tx.account_by_email(email)?,
    };
    let joined = known.and_then(|account| account.joined);
    if joined.is_some_and(|joined| joined.organization == organization.id) {
        return Err(InviteError::AlreadyInOrganization);
    }
    if tx.count_accounts(&organization.id)? >= quotas.accounts {
        return Err(InviteError::AccountLimit);
    }
    tx.expire_handshakes(&organization.id, cx.now())?;
    if organization.feature_set != FeatureSet::All && enabling_all_features(cx, tx, organization)? {
        return Err(InviteError::EnablingAllFeatures);
    }
    let day = Duration::from_secs(24 * 3600);
    let yesterday = cx
        .now()
        .as_millis()
        .saturating_sub(i64::try_from(day.as_millis()).unwrap_or(i64::MAX));
    let sent = tx.count_handshakes_since(
        &organization.id,
        HandshakeAction::Invite,
        Timestamp::from_millis(yesterday),
    )?;
    if sent >= quotas.invitations_per_day.max(quotas.accounts) {
        return Err(InviteError::RateLimit);
    }
    let mut handshake = begin(
        cx,
        organization,
        &management,
        HandshakeAction::Invite,
        new.target,
        quotas.invitation_expiry,
    )?;
    handshake.details.notes = new.notes;
    handshake.details.tags = new.tags;
    let listed_until = handshake.expires_at + quotas.finished_handshakes_listed;
    tx.insert_handshake(&handshake, listed_until)
        .map_err(|error| match error {
            StoreError::Duplicate(_) => InviteError::Duplicate,
            error => error.into(),
        })?;
    Ok(handshake)
}

fn enabling_all_features(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    organization: &Organization,
) -> Result<bool, StoreError> {
    Ok(
        crate::all_features::open_request(cx, tx, organization, &HandshakeQuery::default())?
            .is_some(),
    )
}

/// Brings an invited account into the organization.
pub(crate) fn accept(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    handshake: &Handshake,
    account: &Account,
    quotas: &Quotas,
) -> Result<(), HandshakeError> {
    if account.joined.is_some() {
        return Err(HandshakeError::AlreadyInOrganization);
    }
    if !account.is_active() {
        return Err(HandshakeError::NotActive);
    }
    let organization = tx
        .organization(&handshake.organization)?
        .ok_or(HandshakeError::NotFound)?;
    if tx.count_accounts(&organization.id)? >= quotas.accounts {
        return Err(HandshakeError::AccountLimit);
    }
    let root = ParentId::Root(organization.root.clone());
    admit(
        cx,
        tx,
        &organization,
        &account.id,
        root,
        JoinedMethod::Invited,
    )?;
    put_tags(
        tx,
        &organization,
        account.id.as_str(),
        &handshake.details.tags,
        quotas,
    )?;
    Ok(())
}
