use atrium_model::OpContext;
use atrium_model::trail::{InsightSelector, Selectors, Trail};
use atrium_store::Tx;

use super::{TrailError, status};

/// Keeps which insights a trail asks for; an empty list asks for none.
///
/// PutInsightSelectors in the CloudTrail API reference: the trail has to log management events.
pub fn put_insight_selectors(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    mut trail: Trail,
    selectors: Vec<InsightSelector>,
) -> Result<Trail, TrailError> {
    for (at, selector) in selectors.iter().enumerate() {
        if selectors[..at]
            .iter()
            .any(|other| other.kind == selector.kind)
        {
            let why = format!("The insight type {} is given twice.", selector.kind);
            return Err(TrailError::Insights(why));
        }
    }
    if !selectors.is_empty() && !logs_management(&trail.settings.selectors) {
        let why = "Insights are for trails that log management events.";
        return Err(TrailError::Insights(why.to_owned()));
    }
    trail.settings.insights = selectors;
    status::change(cx, tx, &trail)?;
    Ok(trail)
}

fn logs_management(selectors: &Selectors) -> bool {
    match selectors {
        Selectors::Basic(all) => all.iter().any(|selector| selector.management),
        Selectors::Advanced(all) => all.iter().any(|selector| {
            selector.fields.iter().any(|field| {
                field.field == "eventCategory" && field.equals.iter().any(|v| v == "Management")
            })
        }),
    }
}
