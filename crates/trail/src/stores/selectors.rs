//! What may be asked of an event data store's selectors; AdvancedFieldSelector in the CloudTrail API reference.

use atrium_model::lake::ACTIVITY;
use atrium_model::trail::{AdvancedEventSelector, FieldSelector};

use super::{Quotas, StoreRuleError};
use crate::trails::{DATA_FIELDS, NETWORK_FIELDS, SelectorRules, check_advanced};

/// Fields that selectors of a store may look at, by the category of events.
const RULES: SelectorRules = SelectorRules {
    holder: "an event data store",
    fields: &[
        (
            "Management",
            &[
                "eventCategory",
                "eventName",
                "eventSource",
                "eventType",
                "readOnly",
                "sessionCredentialFromConsole",
                "userIdentity.arn",
            ],
        ),
        ("Data", DATA_FIELDS),
        ("NetworkActivity", NETWORK_FIELDS),
    ],
    any_management_source: true,
};

/// The rules of stores for events that come through channels: nothing but their category can be chosen.
const CHANNEL_RULES: SelectorRules = SelectorRules {
    holder: "an event data store for ActivityAuditLog events",
    fields: &[(ACTIVITY, &["eventCategory"])],
    any_management_source: true,
};

/// Categories of events that AWS has and Atrium does not.
const ABSENT: &[&str] = &["ConfigurationItem", "Evidence", "Insight"];

/// The selectors of a store: those that are asked for, if they make sense, or all management events.
pub(super) fn checked(
    quotas: &Quotas,
    asked: Option<Vec<AdvancedEventSelector>>,
) -> Result<Vec<AdvancedEventSelector>, StoreRuleError> {
    let Some(asked) = asked else {
        return Ok(vec![all_management()]);
    };
    let fields = asked.iter().flat_map(|selector| &selector.fields);
    let categories = fields.filter(|field| field.field == "eventCategory");
    let absent = |value: &&String| ABSENT.contains(&value.as_str());
    if let Some(category) = categories.flat_map(|field| &field.equals).find(absent) {
        let why = format!("Event data stores for {category} events are not offered here.");
        return Err(StoreRuleError::NotOffered(why));
    }
    let most = quotas.selectors;
    if asked.len() > most {
        let why = format!("An event data store has at most {most} advanced event selectors.");
        return Err(StoreRuleError::Selectors(why));
    }
    // A store holds events of the one kind or of the other.
    let rules = match is_of_channels(&asked) {
        true => &CHANNEL_RULES,
        false => &RULES,
    };
    check_advanced(rules, quotas.values, &asked).map_err(StoreRuleError::Selectors)?;
    Ok(asked)
}

/// Whether selectors ask for events that come through channels.
fn is_of_channels(asked: &[AdvancedEventSelector]) -> bool {
    let mut fields = asked.iter().flat_map(|selector| &selector.fields);
    fields.any(|field| {
        field.field == "eventCategory" && field.equals.iter().any(|category| category == ACTIVITY)
    })
}

/// As AWS shows it for a store that was made without selectors.
fn all_management() -> AdvancedEventSelector {
    AdvancedEventSelector {
        name: Some("Default management events".to_owned()),
        fields: vec![FieldSelector {
            field: "eventCategory".to_owned(),
            equals: vec!["Management".to_owned()],
            ..FieldSelector::default()
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selector(fields: &[(&str, &[&str])]) -> AdvancedEventSelector {
        let field = |(name, values): &(&str, &[&str])| FieldSelector {
            field: (*name).to_owned(),
            equals: values.iter().map(|value| (*value).to_owned()).collect(),
            ..FieldSelector::default()
        };
        AdvancedEventSelector {
            name: None,
            fields: fields.iter().map(field).collect(),
        }
    }

    #[test]
    fn selectors_follow_the_reference() {
        let management: (&str, &[&str]) = ("eventCategory", &["Management"]);
        let sso = selector(&[management, ("eventSource", &["sso.amazonaws.com"])]);
        let cases = [
            ("one service", vec![sso.clone()], true),
            ("five", vec![sso.clone(); 5], true),
            ("six", vec![sso; 6], false),
            ("none", vec![], false),
            (
                "by name and caller",
                vec![selector(&[
                    management,
                    ("eventName", &["CreateInstance", "DeleteInstance"]),
                    ("userIdentity.arn", &["arn:aws:iam::111122223333:root"]),
                ])],
                true,
            ),
            (
                "resources of management events",
                vec![selector(&[
                    management,
                    ("resources.ARN", &["arn:aws:s3:::b"]),
                ])],
                false,
            ),
            (
                "no category",
                vec![selector(&[("readOnly", &["true"])])],
                false,
            ),
            (
                "from elsewhere",
                vec![selector(&[("eventCategory", &["ActivityAuditLog"])])],
                true,
            ),
            (
                "from elsewhere, by name",
                vec![selector(&[
                    ("eventCategory", &["ActivityAuditLog"]),
                    ("eventName", &["Sell"]),
                ])],
                false,
            ),
            (
                "from everywhere",
                vec![
                    selector(&[("eventCategory", &["ActivityAuditLog"])]),
                    selector(&[management]),
                ],
                false,
            ),
            (
                "of Config",
                vec![selector(&[("eventCategory", &["ConfigurationItem"])])],
                false,
            ),
            (
                "of a bucket",
                vec![selector(&[
                    ("eventCategory", &["Data"]),
                    ("resources.type", &["AWS::S3::Object"]),
                ])],
                true,
            ),
        ];
        for (case, asked, want) in cases {
            let found = checked(&Quotas::default(), Some(asked));
            assert_eq!(found.is_ok(), want, "{case}: {found:?}");
        }
        let usual = checked(&Quotas::default(), None).expect("the usual ones");
        assert!(checked(&Quotas::default(), Some(usual)).is_ok());
    }
}
