//! The services: generated structs, operations and schema, one module each.

use crate::meta::{OperationMeta, ServiceMeta};

macro_rules! services {
    ($($module:ident $file:literal;)*) => {
        $(
            #[doc = concat!("Generated from `models/", $file, ".json`.")]
            #[allow(non_camel_case_types, unused_imports, reason = "names are the model's; not all services use all")]
            #[allow(clippy::doc_markdown, clippy::large_enum_variant, reason = "generated")]
            pub mod $module {
                use std::collections::BTreeMap;
                use std::fmt;

                use jiff::Timestamp;
                use crate::codec::writer::Object;
                use crate::meta::MemberMeta;
                use serde_json::{Map, Value};

                use crate::shape::{self, DecodeError, Shape};

                include!(concat!(env!("OUT_DIR"), "/", stringify!($module), ".rs"));
            }
        )*

        /// Every service.
        pub fn services() -> &'static [&'static ServiceMeta] {
            static ALL: &[&ServiceMeta] = &[$(&$module::schema::SERVICE),*];
            ALL
        }
    };
}

services! {
    account "account";
    atrium "atrium";
    cloudtrail "cloudtrail";
    cloudtrail_data "cloudtrail-data";
    iam "iam";
    identitystore "identitystore";
    organizations "organizations";
    sso "sso";
    sso_admin "sso-admin";
    sso_oidc "sso-oidc";
    sts "sts";
}

/// The service named `name`, such as `sso-admin`.
pub fn service(name: &str) -> Option<&'static ServiceMeta> {
    services()
        .iter()
        .copied()
        .find(|service| service.name == name)
}

/// The operation `operation` of the service named `service`: `find("sso-admin", "CreateInstance")`.
pub fn find(service: &str, operation: &str) -> Option<&'static OperationMeta> {
    self::service(service)?.operation(operation)
}
