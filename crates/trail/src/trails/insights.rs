use atrium_model::OpContext;
use atrium_model::trail::{
    AdvancedEventSelector, InsightSelector, ReadWriteType, Selectors, Trail,
};
use atrium_store::Tx;

use super::selectors::only_equals;
use super::{TrailError, status};

/// Keeps which insights a trail asks for; an empty list asks for none.
///
/// PutInsightSelectors in the CloudTrail API reference: the trail has to log management events, and those that write for insights into
/// the rate of calls.
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
    let logged = logged_management(&trail.settings.selectors);
    if let Some(why) = selectors
        .iter()
        .find_map(|selector| missing(selector, &logged))
    {
        return Err(TrailError::Insights(why.to_owned()));
    }
    trail.settings.insights = selectors;
    status::change(cx, tx, &trail)?;
    Ok(trail)
}

/// What an insight would need and a trail doesn't log: calls are counted of management events that write, errors of any.
fn missing(selector: &InsightSelector, logged: &[ReadWriteType]) -> Option<&'static str> {
    if logged.is_empty() {
        return Some("Insights are for trails that log management events.");
    }
    let counts_calls = selector.kind == "ApiCallRateInsight";
    let reads_only = logged.iter().all(|kind| *kind == ReadWriteType::ReadOnly);
    (counts_calls && reads_only)
        .then_some("ApiCallRateInsight is for trails that log management events that write.")
}

/// Which management events a trail logs: a kind for each selector that has any.
fn logged_management(selectors: &Selectors) -> Vec<ReadWriteType> {
    match selectors {
        Selectors::Basic(all) => {
            let with_management = all.iter().filter(|selector| selector.management);
            with_management
                .map(|selector| selector.read_write)
                .collect()
        }
        Selectors::Advanced(all) => all.iter().filter_map(advanced).collect(),
    }
}

fn advanced(selector: &AdvancedEventSelector) -> Option<ReadWriteType> {
    let value = |name: &str| {
        let field = selector.fields.iter().find(|field| field.field == name);
        field.and_then(only_equals)
    };
    match (value("eventCategory")?, value("readOnly")) {
        ("Management", Some("true")) => Some(ReadWriteType::ReadOnly),
        ("Management", Some(_)) => Some(ReadWriteType::WriteOnly),
        ("Management", None) => Some(ReadWriteType::All),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use atrium_model::trail::{EventSelector, FieldSelector};

    use super::*;

    fn basic(management: bool, read_write: ReadWriteType) -> Selectors {
        Selectors::Basic(vec![EventSelector {
            management,
            read_write,
            ..EventSelector::default()
        }])
    }

    fn fields(wanted: &[(&str, &[&str])]) -> Selectors {
        let field = |(field, values): &(&str, &[&str])| FieldSelector {
            field: (*field).to_owned(),
            equals: values.iter().map(|value| (*value).to_owned()).collect(),
            ..FieldSelector::default()
        };
        Selectors::Advanced(vec![AdvancedEventSelector {
            name: None,
            fields: wanted.iter().map(field).collect(),
        }])
    }

    #[test]
    fn a_rate_of_calls_needs_events_that_write_and_errors_need_any() {
        let management: (&str, &[&str]) = ("eventCategory", &["Management"]);
        let cases = [
            (basic(true, ReadWriteType::All), (true, true)),
            (basic(true, ReadWriteType::WriteOnly), (true, true)),
            (basic(true, ReadWriteType::ReadOnly), (false, true)),
            (basic(false, ReadWriteType::All), (false, false)),
            (fields(&[management]), (true, true)),
            (
                fields(&[management, ("readOnly", &["false"])]),
                (true, true),
            ),
            (
                fields(&[management, ("readOnly", &["true"])]),
                (false, true),
            ),
            (fields(&[("eventCategory", &["Data"])]), (false, false)),
        ];
        for (selectors, want) in cases {
            let logged = logged_management(&selectors);
            let may = |kind: &str| {
                let selector = InsightSelector {
                    kind: kind.to_owned(),
                    categories: None,
                };
                missing(&selector, &logged).is_none()
            };
            let found = (may("ApiCallRateInsight"), may("ApiErrorRateInsight"));
            assert_eq!(found, want, "{selectors:?}");
        }
    }
}
