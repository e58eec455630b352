//! Maps, arrays, JSON.

use super::{Case, each_has_its_value};

const VALUES: &[Case] = &[
    (
        "a key",
        "SELECT element_at(requestParameters, 'name') FROM $EDS WHERE eventid = 'e1'",
        Some("sandbox"),
    ),
    (
        "a missing key",
        "SELECT element_at(requestParameters, 'none') FROM $EDS WHERE eventid = 'e1'",
        None,
    ),
    (
        "a key of no map",
        "SELECT element_at(requestParameters, 'none') FROM $EDS WHERE eventid = 'e3'",
        None,
    ),
    (
        "a subscript",
        "SELECT requestParameters['name'] FROM $EDS WHERE eventid = 'e1'",
        Some("sandbox"),
    ),
    (
        "a number in a map is text",
        "SELECT element_at(requestParameters, 'count') FROM $EDS WHERE eventid = 'e1'",
        Some("3"),
    ),
    (
        "an item's field",
        "SELECT element_at(resources, 2).arn FROM $EDS WHERE eventid = 'e1'",
        Some("arn:r2"),
    ),
    (
        "an item from the end",
        "SELECT element_at(resources, -1).TYPE FROM $EDS WHERE eventid = 'e1'",
        Some("B"),
    ),
    (
        "an item that isn't there",
        "SELECT element_at(resources, 3).arn FROM $EDS WHERE eventid = 'e1'",
        None,
    ),
    (
        "cardinality of an array",
        "SELECT cardinality(resources) FROM $EDS WHERE eventid = 'e1'",
        Some("2"),
    ),
    (
        "cardinality of a map",
        "SELECT cardinality(requestParameters) FROM $EDS WHERE eventid = 'e1'",
        Some("3"),
    ),
    (
        "map_keys",
        "SELECT array_join(array_sort(map_keys(requestParameters)), ',') FROM $EDS WHERE eventid = 'e1'",
        Some("count,name,tags"),
    ),
    (
        "contains",
        "SELECT contains(map_keys(requestParameters), 'name') FROM $EDS WHERE eventid = 'e1'",
        Some("true"),
    ),
    (
        "json_extract keeps quotes",
        "SELECT json_extract(element_at(requestParameters, 'tags'), '$[0].key') FROM $EDS WHERE eventid = 'e1'",
        Some("\"team\""),
    ),
    (
        "json_extract_scalar doesn't",
        "SELECT json_extract_scalar(element_at(requestParameters, 'tags'), '$[1].value') FROM $EDS WHERE eventid = 'e1'",
        Some("dev"),
    ),
    (
        "of an object there is no scalar",
        "SELECT json_extract_scalar(element_at(requestParameters, 'tags'), '$[1]') FROM $EDS WHERE eventid = 'e1'",
        None,
    ),
    (
        "from the record itself",
        "SELECT json_extract_scalar(eventJson, '$.userIdentity.onBehalfOf.userId') FROM $EDS WHERE eventid = 'e1'",
        Some("u-ann"),
    ),
    (
        "a path with names in brackets",
        "SELECT json_extract_scalar(eventJson, '$[\"userIdentity\"][\"type\"]') FROM $EDS WHERE eventid = 'e4'",
        Some("AWSService"),
    ),
    (
        "of no JSON there is nothing",
        "SELECT json_extract(errorMessage, '$.a') FROM $EDS WHERE eventid = 'e2'",
        None,
    ),
    (
        "a cast of JSON takes the quotes off",
        "SELECT CAST(json_extract(eventJson, '$.eventName') AS VARCHAR) FROM $EDS WHERE eventid = 'e1'",
        Some("CreateInstance"),
    ),
    (
        "also of a column of a subquery",
        "SELECT CAST(j AS varchar) FROM (SELECT json_extract(eventJson, '$.eventName') AS j FROM $EDS WHERE eventid = 'e1')",
        Some("CreateInstance"),
    ),
    (
        "a cast of a JSON number",
        "SELECT CAST(json_extract(eventJson, '$.requestParameters.count') AS BIGINT) + 1 FROM $EDS WHERE eventid = 'e1'",
        Some("4"),
    ),
    (
        "JSON to an array",
        "SELECT cardinality(CAST(json_extract(eventJson, '$.requestParameters.tags') AS ARRAY(MAP(VARCHAR, VARCHAR)))) FROM $EDS WHERE eventid = 'e1'",
        Some("2"),
    ),
    (
        "and its items",
        "SELECT element_at(element_at(CAST(json_extract(eventJson, '$.requestParameters.tags') AS ARRAY(MAP(VARCHAR, VARCHAR))), 2), 'value') FROM $EDS WHERE eventid = 'e1'",
        Some("dev"),
    ),
    (
        "a lambda over an array",
        "SELECT array_join(transform(filter(resources, r -> r.type = 'B'), r -> r.arn), ',') FROM $EDS WHERE eventid = 'e1'",
        Some("arn:r2"),
    ),
    (
        "a lambda over JSON",
        "SELECT transform(filter(CAST(json_parse(element_at(requestParameters, 'tags')) AS ARRAY(JSON)), t -> CAST(json_extract(t, '$.key') AS varchar) = 'stage'), t -> json_extract_scalar(t, '$.value')) FROM $EDS WHERE eventid = 'e1'",
        Some("[dev]"),
    ),
    (
        "any_match",
        "SELECT any_match(resources, r -> r.arn = 'arn:r1') FROM $EDS WHERE eventid = 'e1'",
        Some("true"),
    ),
    (
        "any_match beside a condition and a nested field",
        "SELECT count(*) FROM $EDS WHERE NOT readOnly AND (any_match(resources, r -> r.type = 'A') OR eventName = eventSource || tlsDetails.tlsVersion)",
        Some("1"),
    ),
    (
        "none_match",
        "SELECT none_match(resources, r -> r.arn = 'arn:r1') FROM $EDS WHERE eventid = 'e1'",
        Some("false"),
    ),
    (
        "all_match",
        "SELECT all_match(resources, r -> r.arn LIKE 'arn:%') FROM $EDS WHERE eventid = 'e1'",
        Some("true"),
    ),
    (
        "arrays_overlap",
        "SELECT arrays_overlap(ARRAY[1, 2], ARRAY[2, 3])",
        Some("true"),
    ),
    (
        "slice",
        "SELECT slice(ARRAY[1, 2, 3, 4], 2, 2)",
        Some("[2, 3]"),
    ),
    (
        "slice from the end",
        "SELECT slice(ARRAY[1, 2, 3, 4], -2, 2)",
        Some("[3, 4]"),
    ),
    (
        "slice past the end",
        "SELECT slice(ARRAY[1, 2, 3], 2, 9)",
        Some("[2, 3]"),
    ),
    (
        "slice that begins outside",
        "SELECT cardinality(slice(ARRAY[1, 2], 3, 1)) + cardinality(slice(ARRAY[1, 2], -3, 1))",
        Some("0"),
    ),
    (
        "slice of a column",
        "SELECT slice(resources, -1, 1)[1].arn FROM $EDS WHERE eventid = 'e1'",
        Some("arn:r2"),
    ),
    (
        "slice of NULL",
        "SELECT slice(resources, 1, 1) FROM $EDS WHERE eventid = 'e2'",
        None,
    ),
    (
        "array_distinct, array_max, array_min",
        "SELECT cardinality(array_distinct(ARRAY[1, 1, 2])) + array_max(ARRAY[1, 5]) + array_min(ARRAY[1, 5])",
        Some("8"),
    ),
    (
        "json_array_length",
        "SELECT json_array_length(element_at(requestParameters, 'tags')) FROM $EDS WHERE eventid = 'e1'",
        Some("2"),
    ),
    (
        "json_array_get",
        "SELECT json_array_get('[1, \"b\", {}]', -2)",
        Some("\"b\""),
    ),
    (
        "json_array_contains text",
        "SELECT json_array_contains('[1, \"b\"]', 'b')",
        Some("true"),
    ),
    (
        "json_array_contains a number",
        "SELECT json_array_contains('[1, \"2\"]', 2)",
        Some("false"),
    ),
    (
        "json_array_contains of no array",
        "SELECT json_array_contains('{}', 2)",
        None,
    ),
    (
        "is_json_scalar",
        "SELECT is_json_scalar('\"a\"') AND NOT is_json_scalar('[1]')",
        Some("true"),
    ),
    (
        "json_format",
        "SELECT json_format(json_parse('[1]'))",
        Some("[1]"),
    ),
    (
        "json_size",
        "SELECT json_size('{\"a\": [1, 2, 3]}', '$.a')",
        Some("3"),
    ),
    (
        "reverse of an array",
        "SELECT reverse(ARRAY[1, 2, NULL])",
        Some("[null, 2, 1]"),
    ),
    (
        "array_position of what isn't there",
        "SELECT array_position(ARRAY[1, 2], 3)",
        Some("0"),
    ),
    (
        "array_position",
        "SELECT array_position(ARRAY['a', 'b', 'b'], 'b')",
        Some("2"),
    ),
    (
        "contains beside NULL",
        "SELECT contains(ARRAY['x', NULL], 'y')",
        None,
    ),
    (
        "contains beside NULL in spite of it",
        "SELECT contains(ARRAY['x', NULL], 'x')",
        Some("true"),
    ),
    (
        "contains of another type",
        "SELECT contains(ARRAY[1, 2], 1.5)",
        Some("false"),
    ),
    (
        "array_max with NULL",
        "SELECT array_max(ARRAY[1, NULL])",
        None,
    ),
    ("array_min", "SELECT array_min(ARRAY[3, 1, 2])", Some("1")),
    (
        "arrays_overlap with NULL",
        "SELECT arrays_overlap(ARRAY[1, NULL], ARRAY[2])",
        None,
    ),
    (
        "arrays_overlap",
        "SELECT arrays_overlap(ARRAY[1, NULL], ARRAY[2, 1])",
        Some("true"),
    ),
    (
        "arrays that don't overlap",
        "SELECT arrays_overlap(ARRAY[1], ARRAY[2])",
        Some("false"),
    ),
    (
        "a map as JSON",
        "SELECT json_extract_scalar(CAST(requestParameters AS JSON), '$.name') FROM $EDS WHERE eventid = 'e1'",
        Some("sandbox"),
    ),
    (
        "an array as JSON",
        "SELECT json_array_length(CAST(ARRAY[1, 2] AS JSON))",
        Some("2"),
    ),
    (
        "rows as JSON",
        "SELECT json_extract_scalar(CAST(resources AS JSON), '$[1].arn') FROM $EDS WHERE eventid = 'e1'",
        Some("arn:r2"),
    ),
    (
        "JSON within an array as JSON",
        "SELECT CAST(CAST(json_parse('[{\"a\": 1}, null]') AS array(json)) AS json)",
        Some("[{\"a\": 1},null]"),
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn maps_arrays_and_json() {
    each_has_its_value(VALUES).await;
}
