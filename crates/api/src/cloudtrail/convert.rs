//! From wire values to the model's and back.

use atrium_model::Timestamp;
use atrium_model::iam::Tag;
use atrium_model::trail::{
    AdvancedEventSelector, DataResource, EventSelector, FieldSelector, ReadWriteType, Selectors,
    Trail,
};
use atrium_wire::cloudtrail as wire;

/// A moment on the wire.
pub(super) fn time(time: Timestamp) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_millisecond(time.as_millis()).ok()
}

/// The name of a topic: the end of its ARN.
pub(super) fn topic_name(arn: Option<&String>) -> Option<String> {
    arn.and_then(|arn| arn.rsplit(':').next())
        .map(str::to_owned)
}

/// What GetTrail and DescribeTrails show.
pub(super) fn trail(trail: Trail) -> wire::Trail {
    let arn = trail.arn();
    let settings = trail.settings;
    wire::Trail {
        name: Some(trail.name),
        s3_key_prefix: settings.prefix,
        s3_bucket_name: Some(settings.bucket),
        sns_topic_name: topic_name(settings.topic.as_ref()),
        sns_topic_arn: settings.topic,
        include_global_service_events: Some(settings.global_events),
        is_multi_region_trail: Some(settings.multi_region),
        home_region: Some(trail.region.to_string()),
        trail_arn: Some(arn),
        log_file_validation_enabled: Some(settings.validation),
        cloud_watch_logs_log_group_arn: None,
        cloud_watch_logs_role_arn: None,
        kms_key_id: None,
        has_custom_event_selectors: Some(settings.selectors != Selectors::default()),
        has_insight_selectors: Some(!settings.insights.is_empty()),
        is_organization_trail: Some(settings.organization.is_some()),
        recursive_logging: settings.recursive,
    }
}

/// The tags of a request. A tag without a value has an empty one.
pub(super) fn tags_in(tags: Vec<wire::Tag>) -> Vec<Tag> {
    let tag = |tag: wire::Tag| Tag {
        key: tag.key,
        value: tag.value.unwrap_or_default(),
    };
    tags.into_iter().map(tag).collect()
}

/// Tags on the wire.
pub(super) fn tags_out(tags: Vec<Tag>) -> Vec<wire::Tag> {
    let tag = |tag: Tag| wire::Tag {
        key: tag.key,
        value: Some(tag.value).filter(|value| !value.is_empty()),
    };
    tags.into_iter().map(tag).collect()
}

/// `EventSelectors` of a request.
pub(super) fn basic_in(all: Vec<wire::EventSelector>) -> Vec<EventSelector> {
    let data = |data: wire::DataResource| DataResource {
        kind: data.r#type.unwrap_or_default(),
        values: data.values.unwrap_or_default(),
    };
    let selector = |selector: wire::EventSelector| EventSelector {
        read_write: match selector.read_write_type.as_deref() {
            Some("ReadOnly") => ReadWriteType::ReadOnly,
            Some("WriteOnly") => ReadWriteType::WriteOnly,
            _ => ReadWriteType::All,
        },
        management: selector.include_management_events.unwrap_or(true),
        data: selector
            .data_resources
            .unwrap_or_default()
            .into_iter()
            .map(data)
            .collect(),
        excluded_sources: selector
            .exclude_management_event_sources
            .unwrap_or_default(),
    };
    all.into_iter().map(selector).collect()
}

/// `AdvancedEventSelectors` of a request.
pub(super) fn advanced_in(all: Vec<wire::AdvancedEventSelector>) -> Vec<AdvancedEventSelector> {
    let field = |field: wire::AdvancedFieldSelector| FieldSelector {
        field: field.field,
        equals: field.equals.unwrap_or_default(),
        starts_with: field.starts_with.unwrap_or_default(),
        ends_with: field.ends_with.unwrap_or_default(),
        not_equals: field.not_equals.unwrap_or_default(),
        not_starts_with: field.not_starts_with.unwrap_or_default(),
        not_ends_with: field.not_ends_with.unwrap_or_default(),
    };
    let selector = |selector: wire::AdvancedEventSelector| AdvancedEventSelector {
        name: selector.name,
        fields: selector.field_selectors.into_iter().map(field).collect(),
    };
    all.into_iter().map(selector).collect()
}

/// Both kinds of selectors on the wire; a trail has one of them.
pub(super) fn selectors_out(
    selectors: Selectors,
) -> (
    Option<Vec<wire::EventSelector>>,
    Option<Vec<wire::AdvancedEventSelector>>,
) {
    match selectors {
        Selectors::Basic(all) => (Some(all.into_iter().map(basic_out).collect()), None),
        Selectors::Advanced(all) => (None, Some(all.into_iter().map(advanced_out).collect())),
    }
}

fn basic_out(selector: EventSelector) -> wire::EventSelector {
    let data = |data: DataResource| wire::DataResource {
        r#type: Some(data.kind),
        values: Some(data.values),
    };
    wire::EventSelector {
        read_write_type: Some(selector.read_write.as_str().to_owned()),
        include_management_events: Some(selector.management),
        data_resources: Some(selector.data.into_iter().map(data).collect()),
        exclude_management_event_sources: Some(selector.excluded_sources),
    }
}

/// `AdvancedEventSelectors` of an answer.
pub(super) fn all_advanced_out(
    all: Vec<AdvancedEventSelector>,
) -> Vec<wire::AdvancedEventSelector> {
    all.into_iter().map(advanced_out).collect()
}

fn advanced_out(selector: AdvancedEventSelector) -> wire::AdvancedEventSelector {
    let some = |values: Vec<String>| Some(values).filter(|values| !values.is_empty());
    let field = |field: FieldSelector| wire::AdvancedFieldSelector {
        field: field.field,
        equals: some(field.equals),
        starts_with: some(field.starts_with),
        ends_with: some(field.ends_with),
        not_equals: some(field.not_equals),
        not_starts_with: some(field.not_starts_with),
        not_ends_with: some(field.not_ends_with),
    };
    wire::AdvancedEventSelector {
        name: selector.name,
        field_selectors: selector.fields.into_iter().map(field).collect(),
    }
}
