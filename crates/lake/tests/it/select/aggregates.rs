//! Aggregates.

use super::{Case, each_has_its_value};

const VALUES: &[Case] = &[
    (
        "count distinct",
        "SELECT count(DISTINCT userIdentity.arn) FROM $EDS",
        Some("2"),
    ),
    (
        "approx_distinct",
        "SELECT approx_distinct(userIdentity.arn) FROM $EDS",
        Some("2"),
    ),
    ("count_if", "SELECT count_if(readOnly) FROM $EDS", Some("1")),
    (
        "a filter",
        "SELECT count(*) FILTER (WHERE errorCode IS NOT NULL) FROM $EDS",
        Some("1"),
    ),
    (
        "max_by",
        "SELECT max_by(eventName, eventTime) FROM $EDS WHERE eventSource LIKE 'sso%'",
        Some("ListInstances"),
    ),
    (
        "min_by",
        "SELECT min_by(eventid, eventTime) FROM $EDS",
        Some("e1"),
    ),
    (
        "any_value of what can't be compared",
        "SELECT any_value(responseElements) FROM $EDS",
        Some("{instanceArn=arn:i1}"),
    ),
    (
        "stddev_samp",
        "SELECT stddev_samp(day(eventTime)) > 0 FROM $EDS",
        Some("true"),
    ),
    (
        "arbitrary",
        "SELECT arbitrary(errorCode) FROM $EDS",
        Some("AccessDeniedException"),
    ),
    (
        "bool_or",
        "SELECT bool_or(readOnly) FROM $EDS",
        Some("true"),
    ),
    (
        "avg",
        "SELECT avg(cardinality(resources)) FROM $EDS",
        Some("1.0"),
    ),
    (
        "array_agg",
        "SELECT cardinality(array_agg(DISTINCT eventSource)) FROM $EDS",
        Some("2"),
    ),
    (
        "approx_percentile",
        "SELECT approx_percentile(x, 0.5) FROM (VALUES (1.0), (2.0), (3.0)) AS t(x)",
        Some("2.0"),
    ),
    (
        "a scalar subquery",
        "SELECT eventName FROM $EDS WHERE eventTime = (SELECT max(eventTime) FROM $EDS)",
        Some("CreateInstance"),
    ),
    (
        "IN a subquery",
        "SELECT count(*) FROM $EDS WHERE userIdentity.principalId IN (SELECT userIdentity.principalid FROM $EDS WHERE eventID = 'e1')",
        Some("2"),
    ),
    (
        "EXISTS",
        "SELECT count(*) FROM $EDS a WHERE EXISTS (SELECT 1 FROM $EDS b WHERE b.errorcode IS NOT NULL AND b.eventsource = a.eventsource)",
        Some("3"),
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn aggregates() {
    each_has_its_value(VALUES).await;
}
