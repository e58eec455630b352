use atrium_model::trail::Trail;
use atrium_model::{AccountId, OpContext, Region};
use atrium_store::{StoreError, Tx};

use super::organization::administers;
use super::{TrailError, TrailName};

/// The trail that a request names, if the caller may see it from where the call is made.
///
/// Members see their organization's trails, by ARN. A trail for all Regions is seen in all of them, elsewhere than at
/// home by ARN.
pub fn find_trail(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    named: &TrailName,
) -> Result<Trail, TrailError> {
    let missing = || TrailError::NotFound {
        arn: named.arn(),
        account: cx.caller.account.clone(),
    };
    let trail = tx
        .trail(&named.account, &named.region, &named.name)?
        .ok_or_else(missing)?;
    let is_own = trail.account == cx.caller.account;
    if !is_own && !is_of_organization(tx, &cx.caller.account, &trail)? {
        return Err(missing());
    }
    match trail.is_in(cx.region) {
        true => Ok(trail),
        false => Err(missing()),
    }
}

fn is_of_organization(
    tx: &mut dyn Tx,
    account: &AccountId,
    trail: &Trail,
) -> Result<bool, StoreError> {
    let Some(organization) = &trail.settings.organization else {
        return Ok(false);
    };
    let membership = tx.membership(account)?;
    Ok(membership.is_some_and(|membership| membership.organization == *organization))
}

/// The trail that a request wants to change: at home, and an organization's only by those who administer it.
pub fn trail_to_change(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    named: &TrailName,
) -> Result<Trail, TrailError> {
    let trail = find_trail(cx, tx, named)?;
    if let Some(organization) = &trail.settings.organization {
        let membership = tx.membership(&cx.caller.account)?;
        // An organization that is gone leaves its trail to the account that owns it, whichever organization that is in now.
        let may = match membership.filter(|membership| membership.organization == *organization) {
            Some(membership) => administers(tx, &cx.caller.account, &membership)?,
            None => trail.account == cx.caller.account,
        };
        if !may {
            return Err(TrailError::NotAdministrator);
        }
    }
    if trail.region != *cx.region {
        return Err(TrailError::HomeRegion(trail.region.to_string()));
    }
    Ok(trail)
}

/// The trails that an account sees from a Region: its own, then its organization's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailPage {
    /// The trails.
    pub trails: Vec<Trail>,
    /// Where the next page begins.
    pub next: Option<(bool, String, String)>,
}

/// A page of the trails that an account can see, wherever their home is.
///
/// A page is `limit` trails at most; `after` is where the page before ended.
pub fn list_trails(
    tx: &mut dyn Tx,
    account: &AccountId,
    after: Option<&(bool, String, String)>,
    limit: usize,
) -> Result<TrailPage, StoreError> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let beginning = (false, String::new(), String::new());
    let (shared, region, name) = after.unwrap_or(&beginning);
    let mut found: Vec<(bool, Trail)> = Vec::new();
    if !shared {
        let own = tx.trails(account, (region, name), most)?;
        found.extend(own.into_iter().map(|trail| (false, trail)));
    }
    if found.len() <= limit
        && let Some(membership) = tx.membership(account)?
        && !membership.is_management(account)
    {
        let after = if *shared {
            (region.as_str(), name.as_str())
        } else {
            ("", "")
        };
        let of_all = tx.organization_trails(&membership.organization, after, most)?;
        found.extend(of_all.into_iter().map(|trail| (true, trail)));
    }
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(shared, trail)| {
        let region: &Region = &trail.region;
        (*shared, region.to_string(), trail.name.clone())
    });
    let trails = found.into_iter().map(|(_, trail)| trail).collect();
    Ok(TrailPage { trails, next })
}
