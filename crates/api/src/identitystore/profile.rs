//! Users as the service shows them.

use std::collections::BTreeMap;

use atrium_model::directory::{
    Address, Email, EnterpriseExtension, ExternalId, PersonName, PhoneNumber, Photo, ProfileRole,
    User,
};
use atrium_wire::identitystore as wire;
use serde_json::Value;

use super::date;

/// `None` for an empty list: the service leaves such members out.
pub(super) fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    if list.is_empty() { None } else { Some(list) }
}

pub(super) fn external_ids(ids: Vec<ExternalId>) -> Option<Vec<wire::ExternalId>> {
    some(
        ids.into_iter()
            .map(|id| wire::ExternalId {
                issuer: id.issuer,
                id: id.id,
            })
            .collect(),
    )
}

/// A user; with the enterprise extension if it was asked for.
pub(super) fn user(user: User, with_enterprise: bool) -> wire::User {
    let arn = user.arn();
    let profile = user.profile;
    let extensions = profile
        .enterprise
        .filter(|_| with_enterprise)
        .map(enterprise);
    wire::User {
        identity_store_id: user.store.to_string(),
        user_id: user.id.to_string(),
        user_arn: arn,
        revision: user.revision.to_string(),
        user_name: Some(profile.user_name),
        external_ids: external_ids(user.external_ids),
        name: Some(name(profile.name)),
        display_name: Some(profile.display_name),
        nick_name: profile.nick_name,
        profile_url: profile.profile_url,
        emails: some(profile.emails.into_iter().map(email).collect()),
        addresses: some(profile.addresses.into_iter().map(address).collect()),
        phone_numbers: some(
            profile
                .phone_numbers
                .into_iter()
                .map(phone_number)
                .collect(),
        ),
        user_type: profile.user_type,
        title: profile.title,
        preferred_language: profile.preferred_language,
        locale: profile.locale,
        timezone: profile.timezone,
        user_status: Some(user.status.as_str().to_owned()),
        photos: some(profile.photos.into_iter().map(photo).collect()),
        website: profile.website,
        birthdate: profile.birthdate,
        roles: some(profile.roles.into_iter().map(role).collect()),
        created_at: Some(date(user.created_at)),
        created_by: Some(user.created_by),
        updated_at: Some(date(user.updated_at)),
        updated_by: Some(user.updated_by),
        extensions,
    }
}

fn name(name: PersonName) -> wire::Name {
    wire::Name {
        formatted: name.formatted,
        family_name: Some(name.family_name),
        given_name: Some(name.given_name),
        middle_name: name.middle_name,
        honorific_prefix: name.honorific_prefix,
        honorific_suffix: name.honorific_suffix,
    }
}

fn email(email: Email) -> wire::Email {
    wire::Email {
        value: email.value,
        r#type: email.r#type,
        primary: email.primary,
    }
}

fn address(address: Address) -> wire::Address {
    wire::Address {
        street_address: address.street_address,
        locality: address.locality,
        region: address.region,
        postal_code: address.postal_code,
        country: address.country,
        formatted: address.formatted,
        r#type: address.r#type,
        primary: address.primary,
    }
}

fn phone_number(number: PhoneNumber) -> wire::PhoneNumber {
    wire::PhoneNumber {
        value: number.value,
        r#type: number.r#type,
        primary: number.primary,
    }
}

fn photo(photo: Photo) -> wire::Photo {
    wire::Photo {
        value: photo.value.unwrap_or_default(),
        r#type: photo.r#type,
        display: photo.display,
        primary: photo.primary,
    }
}

fn role(role: ProfileRole) -> wire::Role {
    wire::Role {
        value: role.value,
        r#type: role.r#type,
        primary: role.primary,
    }
}

fn enterprise(extension: EnterpriseExtension) -> BTreeMap<String, Value> {
    // A structure of texts always becomes JSON.
    let value = serde_json::to_value(extension).unwrap_or(Value::Null);
    BTreeMap::from([(EnterpriseExtension::NAME.to_owned(), value)])
}
