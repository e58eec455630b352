//! GetTrail, DescribeTrails and ListTrails.

use atrium_model::trail::Trail;
use atrium_trail::trails::{TrailError, TrailName, find_trail, list_trails};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::failure;
use super::{convert, find};
use crate::call::store_failure;
use crate::{Call, Registry};

/// How many trails are read at once, and the size of ListTrails's pages. AWS doesn't say.
const PAGE: usize = 100;
/// The most trails that one DescribeTrails tells of. Ours: its answer has no pages.
const MOST: usize = 1000;

pub(super) fn register(registry: &mut Registry) {
    registry.read::<ops::GetTrail>(get);
    registry.read::<ops::DescribeTrails>(describe);
    registry.read::<ops::ListTrails>(list);
}

fn get(
    call: &mut Call<'_>,
    input: wire::GetTrailRequest,
) -> Result<wire::GetTrailResponse, WireError> {
    let trail = find::to_read(call, &input.name)?;
    Ok(wire::GetTrailResponse {
        trail: Some(convert::trail(trail)),
    })
}

/// DescribeTrails: of the trails that are named those that are there, or all that can be seen from the Region.
fn describe(
    call: &mut Call<'_>,
    input: wire::DescribeTrailsRequest,
) -> Result<wire::DescribeTrailsResponse, WireError> {
    call.authorize("cloudtrail:DescribeTrails", "*", &[])?;
    let shadows = input.include_shadow_trails.unwrap_or(true);
    let names = input.trail_name_list.unwrap_or_default();
    let found = match names.is_empty() {
        true => seen(call)?,
        false => named(call, &names)?,
    };
    let (account, region) = (call.account(), call.cx.region);
    let at_home = |trail: &Trail| trail.region == *region && trail.account == *account;
    let shown = found
        .into_iter()
        .filter(|trail| shadows || at_home(trail))
        .map(convert::trail);
    Ok(wire::DescribeTrailsResponse {
        trail_list: Some(shown.collect()),
    })
}

fn seen(call: &mut Call<'_>) -> Result<Vec<Trail>, WireError> {
    let (account, region) = (call.account().clone(), call.cx.region);
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = list_trails(&mut *call.tx, &account, after.as_ref(), PAGE);
        let page = page.map_err(store_failure)?;
        all.extend(page.trails.into_iter().filter(|trail| trail.is_in(region)));
        after = page.next;
        if after.is_none() || all.len() >= MOST {
            return Ok(all);
        }
    }
}

fn named(call: &mut Call<'_>, names: &[String]) -> Result<Vec<Trail>, WireError> {
    let mut found: Vec<Trail> = Vec::new();
    for text in names.iter().take(MOST) {
        let name = TrailName::parse(&call.cx, text).map_err(failure)?;
        match find_trail(&call.cx, &mut *call.tx, &name) {
            Ok(trail) if !found.contains(&trail) => found.push(trail),
            Ok(_) | Err(TrailError::NotFound { .. }) => {}
            Err(error) => return Err(failure(error)),
        }
    }
    Ok(found)
}

/// ListTrails: all trails that the account can see, whatever their home Region.
fn list(
    call: &mut Call<'_>,
    input: wire::ListTrailsRequest,
) -> Result<wire::ListTrailsResponse, WireError> {
    call.authorize("cloudtrail:ListTrails", "*", &[])?;
    let after = call.page("", input.next_token.as_deref())?;
    let account = call.account().clone();
    let page = list_trails(&mut *call.tx, &account, after.as_ref(), PAGE);
    let page = page.map_err(store_failure)?;
    let trails = page.trails.into_iter().map(|trail| wire::TrailInfo {
        trail_arn: Some(trail.arn()),
        home_region: Some(trail.region.to_string()),
        name: Some(trail.name),
    });
    Ok(wire::ListTrailsResponse {
        trails: Some(trails.collect()),
        next_token: page.next.map(|after| call.next_token("", &after)),
    })
}
