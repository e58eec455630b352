//! Responsibilities that one organization leaves to another; they are agreed on by handshakes.

use atrium_model::organization::{
    HandshakeTarget, NewResponsibilityTransfer, Organization, ResponsibilityTransfer,
    ResponsibilityTransferStatus, TransferDirection, TransferParticipant,
};
use atrium_model::{ResponsibilityTransferId, Timestamp};
use atrium_organization::{
    self as area, ChangeTransferError, Standing, TransferError, TransferInviteError,
};
use atrium_wire::WireError;
use atrium_wire::organizations::{self as wire, ops};

use super::access::{Keys, Who, enter, permit, standing};
use super::handshakes::{convert_handshake, target};
use super::{convert, errors, quotas};
use crate::call::store_failure;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::InviteOrganizationToTransferResponsibility>(invite);
    registry.read::<ops::DescribeResponsibilityTransfer>(describe);
    registry.read::<ops::ListInboundResponsibilityTransfers>(list_inbound);
    registry.read::<ops::ListOutboundResponsibilityTransfers>(list_outbound);
    registry.write::<ops::UpdateResponsibilityTransfer>(update);
    registry.write::<ops::TerminateResponsibilityTransfer>(terminate);
}

fn convert_transfer(
    call: &Call<'_>,
    organization: &Organization,
    direction: TransferDirection,
    transfer: ResponsibilityTransfer,
) -> wire::ResponsibilityTransfer {
    let participant = |side: TransferParticipant| wire::TransferParticipant {
        management_account_id: side.account.map(|account| account.to_string()),
        management_account_email: side.email,
    };
    let status = transfer.status_at(call.cx.now());
    let pending = status == ResponsibilityTransferStatus::Requested;
    wire::ResponsibilityTransfer {
        arn: Some(transfer.arn(organization, direction)),
        id: Some(transfer.id.to_string()),
        r#type: Some(transfer.kind.to_string()),
        status: Some(status.to_string()),
        start_timestamp: convert::time(transfer.starts_at),
        end_timestamp: transfer.ends_at.and_then(convert::time),
        active_handshake_id: pending.then(|| transfer.handshake.to_string()),
        name: Some(transfer.name),
        source: Some(participant(transfer.source)),
        target: Some(participant(transfer.target)),
    }
}

/// A moment of a request. One that is too far away for a number of milliseconds can't pass any rule about it.
fn moment(time: jiff::Timestamp) -> Timestamp {
    Timestamp::from_millis(time.as_millisecond())
}

fn invite(
    call: &mut Call<'_>,
    input: wire::InviteOrganizationToTransferResponsibilityRequest,
) -> Result<wire::InviteOrganizationToTransferResponsibilityResponse, WireError> {
    const ACTION: &str = "organizations:InviteOrganizationToTransferResponsibility";
    let tags = input.tags.unwrap_or_default();
    let keys = Keys::none().request_tags(&tags);
    let standing = standing(call, ACTION)?;
    permit(call, &standing, Who::Management, ACTION, "*", &keys)?;
    if !tags.is_empty() {
        let action = "organizations:TagResource";
        permit(call, &standing, Who::Management, action, "*", &keys)?;
    }
    let source: HandshakeTarget = target(&input.target)?;
    let new = NewResponsibilityTransfer {
        kind: convert::parse(&input.r#type)?,
        source,
        name: input.source_name,
        notes: input.notes.filter(|notes| !notes.is_empty()),
        starts_at: moment(input.start_timestamp),
        tags: convert::tags(Some(tags)),
    };
    let organization = &standing.organization;
    let sent =
        area::invite_to_transfer(&call.cx, call.tx, organization, new, quotas(call.services));
    let handshake = Some(convert_handshake(call, sent.map_err(invite_error)?));
    Ok(wire::InviteOrganizationToTransferResponsibilityResponse { handshake })
}

fn invite_error(error: TransferInviteError) -> WireError {
    let start = |reason, text| errors::invalid_input(reason, text);
    match error {
        TransferInviteError::StartNotDay => start(
            "START_DATE_NOT_BEGINNING_OF_DAY",
            "You provided an invalid start date. The start date must be the beginning of the day (00:00:00.000).",
        ),
        TransferInviteError::StartNotMonth => start(
            "START_DATE_NOT_BEGINNING_OF_MONTH",
            "You provided an invalid start date. The start date must be the first day of the month.",
        ),
        TransferInviteError::StartTooEarly => start(
            "START_DATE_TOO_EARLY",
            "You provided an invalid start date. The start date is too early.",
        ),
        TransferInviteError::StartTooLate => start(
            "START_DATE_TOO_LATE",
            "You provided an invalid start date. The start date is too late.",
        ),
        TransferInviteError::Own => own_transfer(),
        TransferInviteError::AlreadyTransferred => already_transferred(),
        TransferInviteError::Duplicate => WireError::new(
            "DuplicateHandshakeException",
            "A handshake with the same action and target already exists.",
        ),
        TransferInviteError::InboundQuota => errors::constraint(
            "RESPONSIBILITY_TRANSFER_MAX_INBOUND_QUOTA_VIOLATION",
            "You have exceeded your inbound transfers limit.",
        ),
        TransferInviteError::RateLimit => errors::handshake_constraint(
            "HANDSHAKE_RATE_LIMIT_EXCEEDED",
            "You have exceeded the number of handshakes that you can send in one day.",
        ),
        TransferInviteError::Tags(error) => errors::tags(error),
        TransferInviteError::Store(error) => store_failure(error),
    }
}

pub(super) fn own_transfer() -> WireError {
    errors::handshake_constraint(
        "SOURCE_AND_TARGET_CANNOT_MATCH",
        "An account can't accept a transfer invitation if it is both the sender and recipient of the invitation.",
    )
}

pub(super) fn already_transferred() -> WireError {
    errors::handshake_constraint(
        "RESPONSIBILITY_TRANSFER_ALREADY_EXISTS",
        "You cannot perform this operation with the current transfer.",
    )
}

fn not_found() -> WireError {
    WireError::new(
        "ResponsibilityTransferNotFoundException",
        "We can't find a transfer that you specified.",
    )
}

fn transfer_error(error: TransferError) -> WireError {
    match error {
        TransferError::NotFound => not_found(),
        TransferError::Store(error) => store_failure(error),
    }
}

/// Permits an operation on a transfer. One that the organization has no part in looks like one that does not exist.
fn on_transfer(
    call: &mut Call<'_>,
    who: Who,
    action: &str,
    id: &ResponsibilityTransferId,
) -> Result<Standing, WireError> {
    let standing = standing(call, action)?;
    let organization = &standing.organization;
    let arn = match area::describe_transfer(call.tx, organization, id) {
        Ok((transfer, direction)) => transfer.arn(organization, direction),
        Err(TransferError::Store(error)) => return Err(store_failure(error)),
        Err(TransferError::NotFound) => format!(
            "arn:aws:organizations::{}:transfer/{}/*/*/{id}",
            organization.management, organization.id
        ),
    };
    let keys = Keys::none().resource_tags(call, organization, id.as_str())?;
    permit(call, &standing, who, action, &arn, &keys)?;
    Ok(standing)
}

fn describe(
    call: &mut Call<'_>,
    input: wire::DescribeResponsibilityTransferRequest,
) -> Result<wire::DescribeResponsibilityTransferResponse, WireError> {
    let id = convert::parse(&input.id)?;
    let action = "organizations:DescribeResponsibilityTransfer";
    let standing = on_transfer(call, Who::Reader, action, &id)?;
    let organization = &standing.organization;
    let found = area::describe_transfer(call.tx, organization, &id);
    let (transfer, direction) = found.map_err(transfer_error)?;
    Ok(wire::DescribeResponsibilityTransferResponse {
        responsibility_transfer: Some(convert_transfer(call, organization, direction, transfer)),
    })
}

fn list_inbound(
    call: &mut Call<'_>,
    input: wire::ListInboundResponsibilityTransfersRequest,
) -> Result<wire::ListInboundResponsibilityTransfersResponse, WireError> {
    let action = "organizations:ListInboundResponsibilityTransfers";
    let organization = enter(call, Who::Reader, action, &Keys::none())?;
    let only = input.id.as_deref().map(convert::parse).transpose()?;
    let scope = input.id.unwrap_or_default();
    let page = convert::page(call, &scope, input.next_token.as_deref(), input.max_results)?;
    let found = area::list_inbound_transfers(call.tx, &organization, only.as_ref(), &page);
    let found = found.map_err(transfer_error)?;
    let next_token = convert::next(call, &scope, &found);
    let direction = TransferDirection::Inbound;
    let transfers = found
        .items
        .into_iter()
        .map(|found| convert_transfer(call, &organization, direction, found));
    Ok(wire::ListInboundResponsibilityTransfersResponse {
        responsibility_transfers: Some(transfers.collect()),
        next_token,
    })
}

fn list_outbound(
    call: &mut Call<'_>,
    input: wire::ListOutboundResponsibilityTransfersRequest,
) -> Result<wire::ListOutboundResponsibilityTransfersResponse, WireError> {
    let action = "organizations:ListOutboundResponsibilityTransfers";
    let organization = enter(call, Who::Reader, action, &Keys::none())?;
    let page = convert::page(call, "", input.next_token.as_deref(), input.max_results)?;
    let found = area::list_outbound_transfers(call.tx, &organization, &page);
    let found = found.map_err(store_failure)?;
    let next_token = convert::next(call, "", &found);
    let direction = TransferDirection::Outbound;
    let transfers = found
        .items
        .into_iter()
        .map(|found| convert_transfer(call, &organization, direction, found));
    Ok(wire::ListOutboundResponsibilityTransfersResponse {
        responsibility_transfers: Some(transfers.collect()),
        next_token,
    })
}

fn change_error(error: ChangeTransferError) -> WireError {
    let end = |reason, text| errors::invalid_input(reason, text);
    match error {
        ChangeTransferError::NotFound => not_found(),
        ChangeTransferError::AlreadyWithdrawn => WireError::new(
            "ResponsibilityTransferAlreadyInStatusException",
            "The responsibility transfer is already in the status that you specified.",
        ),
        ChangeTransferError::InvalidTransition(_) => WireError::new(
            "InvalidResponsibilityTransferTransitionException",
            "The responsibility transfer can't transition to the requested state because it's not in a valid state for this operation.",
        ),
        ChangeTransferError::NotRenamable => errors::constraint(
            "TRANSFER_RESPONSIBILITY_UPDATE_NOT_ALLOWED",
            "You can't update the transfer: only the organization that takes over can, and only while the transfer isn't ended.",
        ),
        ChangeTransferError::EndNotMonth => end(
            "END_DATE_NOT_END_OF_MONTH",
            "You provided an invalid end date. The end date must be the end of the last day of the month (23.59.59.999).",
        ),
        ChangeTransferError::EndTooEarly => end(
            "END_DATE_TOO_EARLY",
            "You provided an invalid end date. It is too early for the transfer to end.",
        ),
        ChangeTransferError::EndTooLate => end(
            "END_DATE_TOO_LATE",
            "You provided an invalid end date. It is too late for the transfer to end.",
        ),
        ChangeTransferError::Store(error) => store_failure(error),
    }
}

fn update(
    call: &mut Call<'_>,
    input: wire::UpdateResponsibilityTransferRequest,
) -> Result<wire::UpdateResponsibilityTransferResponse, WireError> {
    let id = convert::parse(&input.id)?;
    let action = "organizations:UpdateResponsibilityTransfer";
    let standing = on_transfer(call, Who::Management, action, &id)?;
    let organization = &standing.organization;
    let changed = area::rename_transfer(&call.cx, call.tx, organization, &id, input.name);
    let transfer = changed.map_err(change_error)?;
    let direction = TransferDirection::Inbound;
    Ok(wire::UpdateResponsibilityTransferResponse {
        responsibility_transfer: Some(convert_transfer(call, organization, direction, transfer)),
    })
}

fn terminate(
    call: &mut Call<'_>,
    input: wire::TerminateResponsibilityTransferRequest,
) -> Result<wire::TerminateResponsibilityTransferResponse, WireError> {
    let id = convert::parse(&input.id)?;
    let action = "organizations:TerminateResponsibilityTransfer";
    let standing = on_transfer(call, Who::Management, action, &id)?;
    let organization = &standing.organization;
    let end = input.end_timestamp.map(moment);
    let ended = area::terminate_transfer(&call.cx, call.tx, organization, &id, end);
    let (transfer, direction) = ended.map_err(change_error)?;
    Ok(wire::TerminateResponsibilityTransferResponse {
        responsibility_transfer: Some(convert_transfer(call, organization, direction, transfer)),
    })
}
