//! Where a call came from.

use std::net::IpAddr;

use super::UNKNOWN;
use crate::objects::Endpoint;
use crate::record::Record;

/// `sourceIPAddress` and `vpcEndpointId`. Before version 1.4 the schema doesn't count `domain` among what tells an endpoint, so a
/// service's name, or CloudTrail's `AWS Internal`, is in `svc_name` too.
pub(super) fn source(record: &mut Record) -> Endpoint {
    let mut endpoint = Endpoint {
        uid: record.take("vpcEndpointId"),
        ..Endpoint::default()
    };
    let address = record.text("sourceIPAddress").and_then(|text| {
        let address: IpAddr = text.parse().ok()?;
        Some(address.to_string())
    });
    if address.is_some() {
        record.remove("sourceIPAddress");
        endpoint.ip = address.map(Into::into);
    } else if let Some(domain) = record.take("sourceIPAddress") {
        endpoint.domain = Some(domain.clone());
        endpoint.svc_name = Some(domain);
    } else if endpoint.uid.is_none() {
        endpoint.name = Some(UNKNOWN.into());
    }
    endpoint
}
