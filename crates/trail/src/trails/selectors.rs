//! What may be asked of a trail's selectors; PutEventSelectors and AdvancedFieldSelector in the CloudTrail API reference.

use atrium_model::OpContext;
use atrium_model::trail::{AdvancedEventSelector, EventSelector, FieldSelector, Selectors, Trail};
use atrium_store::Tx;

use super::{Quotas, TrailError, status};

/// Sources that may be left out of management events.
const NOISY: &[&str] = &["kms.amazonaws.com", "rdsdata.amazonaws.com"];
/// Resources whose data events basic selectors may ask for.
const DATA: &[&str] = &[
    "AWS::S3::Object",
    "AWS::Lambda::Function",
    "AWS::DynamoDB::Table",
];
/// What advanced selectors may ask for, depending on what has them.
pub(crate) struct SelectorRules {
    /// Such as `a trail`.
    pub(crate) holder: &'static str,
    /// Fields that they may look at, by the category of events.
    pub(crate) fields: &'static [(&'static str, &'static [&'static str])],
    /// Whether management events may be chosen by any source; otherwise noisy sources may be left out.
    pub(crate) any_management_source: bool,
}

/// Fields that selectors of data events may look at.
pub(crate) const DATA_FIELDS: &[&str] = &[
    "eventCategory",
    "eventName",
    "eventSource",
    "eventType",
    "readOnly",
    "resources.ARN",
    "resources.type",
    "sessionCredentialFromConsole",
    "userIdentity.arn",
];

/// Fields that selectors of network activity may look at.
pub(crate) const NETWORK_FIELDS: &[&str] = &[
    "errorCode",
    "eventCategory",
    "eventName",
    "eventSource",
    "userIdentity.arn",
    "vpcEndpointId",
];

const RULES: SelectorRules = SelectorRules {
    holder: "a trail",
    any_management_source: false,
    fields: &[
        ("Management", &["eventCategory", "eventSource", "readOnly"]),
        ("Data", DATA_FIELDS),
        ("NetworkActivity", NETWORK_FIELDS),
    ],
};

/// Sets which events a trail takes from now on.
pub fn put_event_selectors(
    cx: &OpContext<'_>,
    tx: &mut dyn Tx,
    quotas: &Quotas,
    mut trail: Trail,
    selectors: Selectors,
) -> Result<Trail, TrailError> {
    check(quotas, &selectors).map_err(TrailError::Selectors)?;
    trail.settings.selectors = selectors;
    status::change(cx, tx, &trail)?;
    Ok(trail)
}

fn check(quotas: &Quotas, selectors: &Selectors) -> Result<(), String> {
    match selectors {
        Selectors::Basic(all) => basic(quotas, all),
        Selectors::Advanced(all) => check_advanced(&RULES, quotas.advanced_values, all),
    }
}

fn basic(quotas: &Quotas, all: &[EventSelector]) -> Result<(), String> {
    let most = quotas.event_selectors;
    if all.is_empty() || all.len() > most {
        return Err(format!("A trail has from 1 to {most} event selectors."));
    }
    let data = || all.iter().flat_map(|selector| &selector.data);
    if let Some(other) = data().find(|data| !DATA.contains(&&*data.kind)) {
        let kinds = DATA.join(", ");
        return Err(format!(
            "The data resource type {} is not valid: it must be one of {kinds}.",
            other.kind
        ));
    }
    if let Some(value) = data()
        .flat_map(|data| &data.values)
        .find(|value| !value.starts_with("arn:"))
    {
        return Err(format!("The data resource {value} is not an ARN."));
    }
    let most = quotas.data_resources;
    if data().map(|data| data.values.len()).sum::<usize>() > most {
        return Err(format!("A trail has at most {most} data resources."));
    }
    let mut sources = all.iter().flat_map(|selector| &selector.excluded_sources);
    if let Some(other) = sources.find(|source| !NOISY.contains(&source.as_str())) {
        let sources = NOISY.join(", ");
        return Err(format!(
            "The event source {other} can't be excluded: it must be one of {sources}."
        ));
    }
    match all
        .iter()
        .find(|selector| !selector.management && selector.data.is_empty())
    {
        Some(_) => {
            Err("An event selector includes management events or data resources.".to_owned())
        }
        None => Ok(()),
    }
}

/// Checks advanced selectors that have at most so many values together.
pub(crate) fn check_advanced(
    rules: &SelectorRules,
    most: usize,
    all: &[AdvancedEventSelector],
) -> Result<(), String> {
    let holder = rules.holder;
    if all.is_empty() {
        return Err(format!("There is at least one event selector of {holder}."));
    }
    let values = |field: &FieldSelector| {
        let operators = field.operators();
        operators
            .iter()
            .map(|(_, values)| values.len())
            .sum::<usize>()
    };
    let fields = all.iter().flat_map(|selector| &selector.fields);
    if fields.map(values).sum::<usize>() > most {
        return Err(format!(
            "The advanced event selectors of {holder} have at most {most} values."
        ));
    }
    all.iter().try_for_each(|selector| one(rules, selector))
}

fn one(rules: &SelectorRules, selector: &AdvancedEventSelector) -> Result<(), String> {
    let holder = rules.holder;
    let of = |name: &str| selector.fields.iter().find(|field| field.field == name);
    let category = of("eventCategory")
        .and_then(only_equals)
        .ok_or("An advanced event selector has eventCategory, with Equals and one value.")?;
    let known = rules.fields.iter().find(|(name, _)| *name == category);
    let Some((_, allowed)) = known else {
        return Err(format!(
            "The event category {category} is not valid for {holder}."
        ));
    };
    for (at, field) in selector.fields.iter().enumerate() {
        let name = &field.field;
        if !allowed.contains(&name.as_str()) {
            return Err(format!(
                "The field {name} is not valid for {category} events of {holder}."
            ));
        }
        if selector.fields[..at]
            .iter()
            .any(|other| other.field == *name)
        {
            return Err(format!("The field {name} is given twice."));
        }
        operators(rules, category, field)?;
    }
    if category == "Data" && of("resources.type").is_none() {
        return Err("A selector of data events has resources.type.".to_owned());
    }
    if category == "NetworkActivity" && of("eventSource").is_none() {
        return Err("A selector of network activity events has eventSource.".to_owned());
    }
    Ok(())
}

/// The one value of a field that is compared with Equals alone.
pub(super) fn only_equals(field: &FieldSelector) -> Option<&str> {
    let others = field.operators();
    let others = others[1..].iter().all(|(_, values)| values.is_empty());
    match field.equals.as_slice() {
        [value] if others => Some(value),
        _ => None,
    }
}

/// Which operators a field takes.
fn operators(rules: &SelectorRules, category: &str, field: &FieldSelector) -> Result<(), String> {
    let name = field.field.as_str();
    let given = field.operators();
    let used = || given.iter().filter(|(_, values)| !values.is_empty());
    if used().next().is_none() {
        return Err(format!("The field {name} has no operator."));
    }
    let equals =
        || only_equals(field).ok_or_else(|| format!("The field {name} has Equals and one value."));
    match (category, name) {
        (_, "readOnly") if !["true", "false"].contains(&equals()?) => {
            Err("The field readOnly is true or false.".to_owned())
        }
        (_, "resources.type") | ("NetworkActivity", "eventSource") => equals().map(drop),
        ("Management", "eventSource") if !rules.any_management_source => {
            if used().any(|(operator, _)| *operator != "NotEquals") {
                return Err("The field eventSource of management events has NotEquals.".to_owned());
            }
            match field
                .not_equals
                .iter()
                .find(|s| !NOISY.contains(&s.as_str()))
            {
                Some(other) => Err(format!("The event source {other} can't be excluded.")),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use atrium_model::trail::{DataResource, ReadWriteType};

    fn field(name: &str, equals: &[&str]) -> FieldSelector {
        FieldSelector {
            field: name.to_owned(),
            equals: equals.iter().map(|v| (*v).to_owned()).collect(),
            ..FieldSelector::default()
        }
    }

    fn other_than(name: &str, values: &[&str]) -> FieldSelector {
        let values = values.iter().map(|v| (*v).to_owned()).collect();
        FieldSelector {
            not_equals: values,
            ..field(name, &[])
        }
    }

    #[test]
    fn advanced_selectors_follow_the_reference() {
        let management = || field("eventCategory", &["Management"]);
        let data = || field("eventCategory", &["Data"]);
        let many: Vec<String> = (0..501).map(|n| format!("n{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let cases = [
            ("management", vec![management()], true),
            (
                "writes",
                vec![management(), field("readOnly", &["false"])],
                true,
            ),
            (
                "neither",
                vec![management(), field("readOnly", &["maybe"])],
                false,
            ),
            (
                "without kms",
                vec![management(), other_than("eventSource", &[NOISY[0]])],
                true,
            ),
            (
                "without iam",
                vec![
                    management(),
                    other_than("eventSource", &["iam.amazonaws.com"]),
                ],
                false,
            ),
            (
                "of kms",
                vec![management(), field("eventSource", &[NOISY[0]])],
                false,
            ),
            (
                "a field of lakes",
                vec![management(), field("eventName", &["GetUser"])],
                false,
            ),
            ("no category", vec![field("readOnly", &["true"])], false),
            (
                "two categories",
                vec![field("eventCategory", &["Management", "Data"])],
                false,
            ),
            (
                "a strange one",
                vec![field("eventCategory", &["Insight"])],
                false,
            ),
            ("twice", vec![management(), management()], false),
            (
                "no operator",
                vec![management(), field("readOnly", &[])],
                false,
            ),
            (
                "data",
                vec![data(), field("resources.type", &["AWS::S3::Object"])],
                true,
            ),
            ("data of nothing", vec![data()], false),
            (
                "too many values",
                vec![
                    data(),
                    field("resources.type", &["AWS::S3::Object"]),
                    field("eventName", &many),
                ],
                false,
            ),
        ];
        for (case, fields, want) in cases {
            let selector = AdvancedEventSelector { name: None, fields };
            let found = check(&Quotas::default(), &Selectors::Advanced(vec![selector]));
            assert_eq!(found.is_ok(), want, "{case}: {found:?}");
        }
        assert!(check(&Quotas::default(), &Selectors::Advanced(Vec::new())).is_err());
    }

    #[test]
    fn basic_selectors_follow_the_reference() {
        let all = EventSelector::default;
        let data = |kind: &str, values: usize| EventSelector {
            management: false,
            data: vec![DataResource {
                kind: kind.to_owned(),
                values: vec!["arn:aws:s3:::b/".to_owned(); values],
            }],
            ..all()
        };
        let without = |source: &str| EventSelector {
            excluded_sources: vec![source.to_owned()],
            read_write: ReadWriteType::WriteOnly,
            ..all()
        };
        let cases = [
            ("default", vec![all()], true),
            ("none", vec![], false),
            ("five", vec![all(); 5], true),
            ("six", vec![all(); 6], false),
            ("data", vec![data(DATA[0], 250)], true),
            (
                "too much data",
                vec![data(DATA[0], 125), data(DATA[1], 126)],
                false,
            ),
            ("strange data", vec![data("AWS::EC2::Instance", 1)], false),
            ("without kms", vec![without(NOISY[0])], true),
            ("without sts", vec![without("sts.amazonaws.com")], false),
            (
                "nothing",
                vec![EventSelector {
                    management: false,
                    ..all()
                }],
                false,
            ),
        ];
        for (case, selectors, want) in cases {
            let found = check(&Quotas::default(), &Selectors::Basic(selectors));
            assert_eq!(found.is_ok(), want, "{case}: {found:?}");
        }
    }
}
