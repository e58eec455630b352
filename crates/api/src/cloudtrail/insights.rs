//! PutInsightSelectors and GetInsightSelectors: what is asked for is kept; nothing looks for unusual activity yet.

use atrium_model::trail::InsightSelector;
use atrium_trail::trails::{TrailError, put_insight_selectors};
use atrium_wire::WireError;
use atrium_wire::cloudtrail::{self as wire, ops};

use super::failure::failure;
use super::find;
use crate::{Call, Registry};

pub(super) fn register(registry: &mut Registry) {
    registry.write::<ops::PutInsightSelectors>(put);
    registry.read::<ops::GetInsightSelectors>(get);
}

/// The trail that is meant: event data stores have no insights here.
fn trail_name(
    call: &mut Call<'_>,
    trail: Option<String>,
    others: &[&Option<String>],
) -> Result<String, WireError> {
    let other = others.iter().any(|other| other.is_some());
    let error = match (trail, other) {
        (Some(trail), false) => return Ok(trail),
        (Some(_), true) => TrailError::Combination(
            "Specify either a trail or an event data store, and not both.".to_owned(),
        ),
        (None, true) => {
            TrailError::NotOffered("Event data stores have no insights here.".to_owned())
        }
        (None, false) => TrailError::Parameter("Specify TrailName.".to_owned()),
    };
    let action = find::action(call);
    call.authorize(&action, "*", &[])?;
    Err(failure(error))
}

fn put(
    call: &mut Call<'_>,
    input: wire::PutInsightSelectorsRequest,
) -> Result<wire::PutInsightSelectorsResponse, WireError> {
    let others = [&input.event_data_store, &input.insights_destination];
    let name = trail_name(call, input.trail_name, &others)?;
    let trail = find::to_change(call, &name)?;
    let mut selectors = Vec::new();
    for selector in input.insight_selectors {
        let Some(kind) = selector.insight_type else {
            let why = "Specify the InsightType of each selector.";
            return Err(failure(TrailError::Insights(why.to_owned())));
        };
        selectors.push(InsightSelector {
            kind,
            categories: selector.event_categories,
        });
    }
    let trail = put_insight_selectors(&call.cx, &mut *call.tx, trail, selectors);
    let trail = trail.map_err(failure)?;
    Ok(wire::PutInsightSelectorsResponse {
        trail_arn: Some(trail.arn()),
        insight_selectors: Some(out(trail.settings.insights)),
        event_data_store_arn: None,
        insights_destination: None,
    })
}

fn get(
    call: &mut Call<'_>,
    input: wire::GetInsightSelectorsRequest,
) -> Result<wire::GetInsightSelectorsResponse, WireError> {
    let name = trail_name(call, input.trail_name, &[&input.event_data_store])?;
    let trail = find::to_read(call, &name)?;
    let arn = trail.arn();
    if trail.settings.insights.is_empty() {
        return Err(WireError::new(
            "InsightNotEnabledException",
            format!("Trail {arn} does not have Insights enabled."),
        ));
    }
    Ok(wire::GetInsightSelectorsResponse {
        trail_arn: Some(arn),
        insight_selectors: Some(out(trail.settings.insights)),
        event_data_store_arn: None,
        insights_destination: None,
    })
}

fn out(selectors: Vec<InsightSelector>) -> Vec<wire::InsightSelector> {
    let selector = |selector: InsightSelector| wire::InsightSelector {
        insight_type: Some(selector.kind),
        event_categories: selector.categories,
    };
    selectors.into_iter().map(selector).collect()
}
