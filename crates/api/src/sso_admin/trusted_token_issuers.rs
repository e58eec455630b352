//! Trusted token issuers: CreateTrustedTokenIssuer, DescribeTrustedTokenIssuer, UpdateTrustedTokenIssuer,
//! DeleteTrustedTokenIssuer, ListTrustedTokenIssuers.

use atrium_application::{
    NewTrustedTokenIssuer, TrustedTokenIssuerChange, TrustedTokenIssuerError,
};
use atrium_directory::InstanceAccess;
use atrium_model::TrustedTokenIssuerId;
use atrium_model::control::{TrustedTokenIssuer, TrustedTokenIssuerArn};
use atrium_wire::WireError;
use atrium_wire::sso_admin::{self as wire, ops};

use super::instances::{find, in_primary_region, open, open_with_tags};
use super::tags::{authorize_tagged, pairs, put, tags_of};
use crate::call::store_failure;
use crate::identitystore::{cut, denied};
use crate::{Call, Registry};

pub(crate) fn register(registry: &mut Registry) {
    registry.write::<ops::CreateTrustedTokenIssuer>(create_trusted_token_issuer);
    registry.read::<ops::DescribeTrustedTokenIssuer>(describe_trusted_token_issuer);
    registry.write::<ops::UpdateTrustedTokenIssuer>(update_trusted_token_issuer);
    registry.write::<ops::DeleteTrustedTokenIssuer>(delete_trusted_token_issuer);
    registry.read::<ops::ListTrustedTokenIssuers>(list_trusted_token_issuers);
}

/// The most issuers on a page.
const PAGE: i64 = 100;
/// The one type there is.
const TYPE: &str = "OIDC_JWT";
/// The one way there is to find an issuer's keys.
const DISCOVERY: &str = "OPEN_ID_DISCOVERY";

fn create_trusted_token_issuer(
    call: &mut Call<'_>,
    input: wire::CreateTrustedTokenIssuerRequest,
) -> Result<wire::CreateTrustedTokenIssuerResponse, WireError> {
    const ACTION: &str = "sso:CreateTrustedTokenIssuer";
    let tags = pairs(input.tags.unwrap_or_default());
    let (instance, _) = open_with_tags(
        call,
        &input.instance_arn,
        ACTION,
        &tags,
        InstanceAccess::administers,
    )?;
    let configuration = input
        .trusted_token_issuer_configuration
        .oidc_jwt_configuration
        .ok_or_else(configuration_missing)?;
    let new = NewTrustedTokenIssuer {
        name: input.name,
        issuer_url: configuration.issuer_url,
        claim_attribute_path: configuration.claim_attribute_path,
        identity_store_attribute_path: configuration.identity_store_attribute_path,
    };
    let token = input.client_token;
    call.idempotent(token.as_deref(), |call| {
        let quotas = &call.quotas().application;
        let (cx, tx) = (&call.cx, &mut *call.tx);
        let made = atrium_application::create_trusted_token_issuer(
            cx,
            tx,
            quotas,
            &instance.id,
            &instance.owner,
            new,
        );
        let arn = made.map_err(failure)?.arn();
        if !tags.is_empty() {
            authorize_tagged(call, "sso:TagResource", &arn, &tags, &[])?;
            let most = call.quotas().directory.tags;
            put(call, &instance.id, &arn, &tags, most)?;
        }
        Ok(wire::CreateTrustedTokenIssuerResponse {
            trusted_token_issuer_arn: Some(arn),
        })
    })
}

fn describe_trusted_token_issuer(
    call: &mut Call<'_>,
    input: wire::DescribeTrustedTokenIssuerRequest,
) -> Result<wire::DescribeTrustedTokenIssuerResponse, WireError> {
    let arn = reach(
        call,
        "sso:DescribeTrustedTokenIssuer",
        &input.trusted_token_issuer_arn,
    )?;
    let found = atrium_application::describe_trusted_token_issuer(&mut *call.tx, &arn);
    let found = found.map_err(failure)?;
    Ok(wire::DescribeTrustedTokenIssuerResponse {
        trusted_token_issuer_arn: Some(found.arn()),
        trusted_token_issuer_type: Some(TYPE.to_owned()),
        name: Some(found.name),
        trusted_token_issuer_configuration: Some(wire::TrustedTokenIssuerConfiguration {
            oidc_jwt_configuration: Some(wire::OidcJwtConfiguration {
                issuer_url: found.issuer_url,
                claim_attribute_path: found.claim_attribute_path,
                identity_store_attribute_path: found.identity_store_attribute_path,
                jwks_retrieval_option: DISCOVERY.to_owned(),
            }),
        }),
    })
}

fn update_trusted_token_issuer(
    call: &mut Call<'_>,
    input: wire::UpdateTrustedTokenIssuerRequest,
) -> Result<wire::UpdateTrustedTokenIssuerResponse, WireError> {
    let arn = reach(
        call,
        "sso:UpdateTrustedTokenIssuer",
        &input.trusted_token_issuer_arn,
    )?;
    let mut change = TrustedTokenIssuerChange {
        name: input.name,
        ..TrustedTokenIssuerChange::default()
    };
    if let Some(configuration) = input.trusted_token_issuer_configuration {
        let configuration = configuration
            .oidc_jwt_configuration
            .ok_or_else(configuration_missing)?;
        change.claim_attribute_path = configuration.claim_attribute_path;
        change.identity_store_attribute_path = configuration.identity_store_attribute_path;
    }
    atrium_application::update_trusted_token_issuer(&mut *call.tx, &arn, change)
        .map_err(failure)?;
    Ok(wire::UpdateTrustedTokenIssuerResponse {})
}

fn delete_trusted_token_issuer(
    call: &mut Call<'_>,
    input: wire::DeleteTrustedTokenIssuerRequest,
) -> Result<wire::DeleteTrustedTokenIssuerResponse, WireError> {
    let arn = reach(
        call,
        "sso:DeleteTrustedTokenIssuer",
        &input.trusted_token_issuer_arn,
    )?;
    atrium_application::delete_trusted_token_issuer(&mut *call.tx, &arn).map_err(failure)?;
    call.tx
        .delete_tags(&arn.instance, &arn.to_string())
        .map_err(store_failure)?;
    Ok(wire::DeleteTrustedTokenIssuerResponse {})
}

fn list_trusted_token_issuers(
    call: &mut Call<'_>,
    input: wire::ListTrustedTokenIssuersRequest,
) -> Result<wire::ListTrustedTokenIssuersResponse, WireError> {
    let (instance, _) = open(
        call,
        &input.instance_arn,
        "sso:ListTrustedTokenIssuers",
        InstanceAccess::administers,
    )?;
    let scope = instance.arn();
    let after = call.page::<TrustedTokenIssuerId>(&scope, input.next_token.as_deref())?;
    let limit = input.max_results.unwrap_or(PAGE).clamp(1, PAGE);
    let mut found = call
        .tx
        .trusted_token_issuers(&instance.id, after.as_ref(), limit + 1)
        .map_err(store_failure)?;
    let next_token = cut(&mut found, limit).map(|last| call.next_token(&scope, &last.id));
    Ok(wire::ListTrustedTokenIssuersResponse {
        trusted_token_issuers: Some(found.into_iter().map(metadata).collect()),
        next_token,
    })
}

fn metadata(issuer: TrustedTokenIssuer) -> wire::TrustedTokenIssuerMetadata {
    wire::TrustedTokenIssuerMetadata {
        trusted_token_issuer_arn: Some(issuer.arn()),
        name: Some(issuer.name),
        trusted_token_issuer_type: Some(TYPE.to_owned()),
    }
}

/// Authorizes `action` on an issuer of an instance that the caller administers. One of an instance that isn't there,
/// or is another's, is refused like one that policies don't allow.
fn reach(call: &mut Call<'_>, action: &str, arn: &str) -> Result<TrustedTokenIssuerArn, WireError> {
    let parsed: TrustedTokenIssuerArn = arn.parse().map_err(|_| denied(call, action, arn))?;
    let found = find(call, &parsed.instance)?;
    let tags = match &found {
        Some((instance, _)) => tags_of(call, &instance.id, arn)?,
        None => Vec::new(),
    };
    authorize_tagged(call, action, arn, &[], &tags)?;
    let (instance, _) = found
        .filter(|(_, access)| access.administers())
        .ok_or_else(|| denied(call, action, arn))?;
    call.works_on(&instance);
    in_primary_region(call, &instance)?;
    Ok(parsed)
}

fn failure(error: TrustedTokenIssuerError) -> WireError {
    match error {
        TrustedTokenIssuerError::NotFound => {
            WireError::not_found("The trusted token issuer was not found.")
        }
        TrustedTokenIssuerError::NameTaken(name) => WireError::conflict(format!(
            "TrustedTokenIssuer with name {name} already exists."
        )),
        TrustedTokenIssuerError::Quota(most) => WireError::new(
            "ServiceQuotaExceededException",
            format!("The instance has reached the quota of {most} trusted token issuers."),
        ),
        TrustedTokenIssuerError::Store(error) => store_failure(error),
    }
}

/// The model's union has one member, and a request may leave it out.
fn configuration_missing() -> WireError {
    WireError::validation("OidcJwtConfiguration is required for TrustedTokenIssuerType OIDC_JWT.")
}
