//! Calls that nobody signs: who makes them follows from what they carry. A signature is not looked at.

use std::sync::Arc;

use atrium_model::Region;
use atrium_wire::{Output, WireError};
use bytes::Bytes;
use http::request::Parts;

use crate::arrival::Arrival;
use crate::authority::{Authenticated, Authority};
use crate::edge::{not_offered, spared};
use crate::job::Job;
use crate::registry::Before;
use crate::rehearsal::Fate;

/// Reads the input, finds out whose call it is, and runs the operation.
///
/// A call that is refused before anybody is known for it is in no account's trail.
pub(crate) async fn serve(
    arrival: Arrival,
    parts: &Parts,
    body: &Bytes,
    request_id: &str,
    fate: Fate,
) -> Result<Output, WireError> {
    let (services, operation) = (Arc::clone(&arrival.services), arrival.operation);
    let entry = services
        .registry
        .find(operation)
        .ok_or_else(|| not_offered(operation))?;
    let Before::Admit(admit) = &entry.before else {
        return Err(WireError::internal());
    };
    let input = atrium_wire::decode(operation, parts, body)?;
    let (facts, now) = (Arc::clone(&arrival.facts), arrival.now);
    let (visitor, prepared) = admit(arrival, input.clone()).await?;
    let host = facts.host.as_deref().unwrap_or_default();
    let region = visitor
        .region
        .or_else(|| region_of(host))
        .unwrap_or(Region::US_EAST_1);
    // No policy bears on the caller, in whichever epoch.
    let authority = Authority::of_visitor(visitor.caller, 0);
    let caller = Arc::new(Authenticated {
        authority,
        secret: String::new(),
        credentials: None,
    });
    let job = Job {
        services: Arc::clone(&services),
        operation,
        caller,
        region,
        facts,
        request_id: request_id.to_owned(),
        now,
        prepared,
        stale: fate.stale,
    };
    match spared(&job, fate.fault) {
        Ok(()) => job.run(input).await,
        Err(error) => Err(job.refuse(error).await),
    }
}

/// The Region in a host name such as `portal.sso.eu-west-1.amazonaws.com`.
fn region_of(host: &str) -> Option<Region> {
    let name = host.split(':').next().unwrap_or_default();
    name.split('.').find_map(|label| label.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_tells_its_region() {
        let cases = [
            ("portal.sso.eu-west-1.amazonaws.com", Some("eu-west-1")),
            ("sts.us-east-2.api.aws:443", Some("us-east-2")),
            ("sts.amazonaws.com", None),
            ("127.0.0.1:4080", None),
            ("", None),
        ];
        for (host, want) in cases {
            assert_eq!(
                region_of(host).map(|region| region.as_str()),
                want,
                "{host}"
            );
        }
    }
}
