//! ListPublicKeys.

use atrium_model::Timestamp;
use atrium_model::trail::DigestKey;
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::convert;
use crate::call::store_failure;
use crate::{Call, Registry};

/// The size of a page. AWS doesn't say.
const PAGE: usize = 50;

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::ListPublicKeys>(list);
}

/// ListPublicKeys: the keys of the Region that signed at some time of the range; without one, the present one.
fn list(
    call: &mut Call<'_>,
    input: wire::ListPublicKeysRequest,
) -> Result<wire::ListPublicKeysResponse, WireError> {
    call.authorize("cloudtrail:ListPublicKeys", "*", &[])?;
    let now = call.cx.now();
    let time = |time: jiff::Timestamp| Timestamp::from_millis(time.as_millisecond());
    let (start, end) = (input.start_time.map(time), input.end_time.map(time));
    let from = start.or(end).unwrap_or(now);
    let to = end.unwrap_or_else(|| from.max(now));
    if from > to {
        return Err(WireError::new(
            "InvalidTimeRangeException",
            "The time range is not valid: the start time occurs after the end time.",
        ));
    }
    let scope = format!("{}/{}", from.as_millis(), to.as_millis());
    // Without times the range is the present moment, which the next page can't name again.
    let scope = match (start, end) {
        (None, None) => "now".to_owned(),
        _ => scope,
    };
    let after = call.page::<Timestamp>(&scope, input.next_token.as_deref())?;
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX) + 1;
    let found = call.tx.digest_keys(call.cx.region, from, to, after, most);
    let mut found = found.map_err(store_failure)?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|last| last.since);
    Ok(wire::ListPublicKeysResponse {
        public_key_list: Some(found.into_iter().map(key).collect()),
        next_token: next.map(|after| call.next_token(&scope, &after)),
    })
}

fn key(key: DigestKey) -> wire::PublicKey {
    wire::PublicKey {
        value: Some(key.public),
        validity_start_time: convert::time(key.since),
        validity_end_time: convert::time(key.until),
        fingerprint: Some(key.fingerprint),
    }
}
