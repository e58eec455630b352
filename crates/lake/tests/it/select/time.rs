//! Time.

use super::{Case, each_has_its_value};

const VALUES: &[Case] = &[
    (
        "a text is compared as a time",
        "SELECT count(*) FROM $EDS WHERE eventTime > '2026-01-05 10:00:00' AND eventTime < '2026-01-06 00:00:01'",
        Some("2"),
    ),
    (
        "a day alone",
        "SELECT count(*) FROM $EDS WHERE eventTime >= '2026-01-06'",
        Some("2"),
    ),
    (
        "BETWEEN",
        "SELECT count(*) FROM $EDS WHERE eventTime BETWEEN '2026-01-05 09:01:02' AND '2026-01-06 00:00:00'",
        Some("3"),
    ),
    (
        "a time's form",
        "SELECT eventTime FROM $EDS WHERE eventid = 'e4'",
        Some("2026-02-10 23:59:59.250"),
    ),
    (
        "a time as text",
        "SELECT CAST(eventTime AS varchar) FROM $EDS WHERE eventid = 'e1'",
        Some("2026-01-05 09:01:02.000"),
    ),
    (
        "AT TIME ZONE is the same moment elsewhere",
        "SELECT eventTime AT TIME ZONE '+05:30' FROM $EDS WHERE eventid = 'e1'",
        Some("2026-01-05 14:31:02.000 +05:30"),
    ),
    (
        "its hour there",
        "SELECT hour(eventTime AT TIME ZONE '-09:00') FROM $EDS WHERE eventid = 'e3'",
        Some("15"),
    ),
    (
        "its form there",
        "SELECT date_format(eventTime AT TIME ZONE '-09:00', '%Y-%m-%d %H') || ' ' || to_iso8601(eventTime AT TIME ZONE '-09:00') FROM $EDS WHERE eventid = 'e3'",
        Some("2026-01-05 15 2026-01-05T15:00:00.000-09:00"),
    ),
    (
        "it compares as the moment that it is",
        "SELECT count(*) FROM $EDS WHERE eventTime AT TIME ZONE '+14:00' >= from_iso8601_timestamp('2026-01-05T10:30:00Z')",
        Some("3"),
    ),
    (
        "a moment with a zone keeps it",
        "SELECT from_iso8601_timestamp('2026-01-05T10:30:00+01:00') AT TIME ZONE '+02:00'",
        Some("2026-01-05 11:30:00.000 +02:00"),
    ),
    (
        "date_trunc",
        "SELECT date_trunc('hour', eventTime) FROM $EDS WHERE eventid = 'e2'",
        Some("2026-01-05 10:00:00.000"),
    ),
    (
        "date",
        "SELECT date(eventTime) FROM $EDS WHERE eventid = 'e1'",
        Some("2026-01-05"),
    ),
    (
        "date_add",
        "SELECT date_add('month', 1, TIMESTAMP '2026-01-31 10:00:00')",
        Some("2026-02-28 10:00:00.000"),
    ),
    (
        "date_add backwards",
        "SELECT date_add('day', -7, eventTime) FROM $EDS WHERE eventid = 'e1'",
        Some("2025-12-29 09:01:02.000"),
    ),
    (
        "date_diff in hours",
        "SELECT date_diff('hour', TIMESTAMP '2026-01-05 09:01:02', TIMESTAMP '2026-01-05 11:00:00')",
        Some("1"),
    ),
    (
        "date_diff in months",
        "SELECT date_diff('month', TIMESTAMP '2026-01-31 00:00:00', TIMESTAMP '2026-03-30 00:00:00')",
        Some("1"),
    ),
    (
        "date_diff backwards",
        "SELECT date_diff('day', TIMESTAMP '2026-01-05 00:00:00', TIMESTAMP '2026-01-03 00:00:00')",
        Some("-2"),
    ),
    (
        "an interval",
        "SELECT TIMESTAMP '2026-01-05 00:00:00' + INTERVAL '7' DAY",
        Some("2026-01-12 00:00:00.000"),
    ),
    (
        "from_iso8601_timestamp",
        "SELECT count(*) FROM $EDS WHERE eventTime >= from_iso8601_timestamp('2026-01-06T00:00:00Z')",
        Some("2"),
    ),
    (
        "with an offset",
        "SELECT from_iso8601_timestamp('2026-01-06T02:00:00+02:00')",
        Some("2026-01-06 00:00:00.000 UTC"),
    ),
    (
        "from_iso8601_date",
        "SELECT from_iso8601_date('2026-01-06')",
        Some("2026-01-06"),
    ),
    (
        "to_iso8601",
        "SELECT to_iso8601(eventTime) FROM $EDS WHERE eventid = 'e1'",
        Some("2026-01-05T09:01:02.000"),
    ),
    (
        "from_unixtime",
        "SELECT from_unixtime(1767603662)",
        Some("2026-01-05 09:01:02.000 UTC"),
    ),
    (
        "to_unixtime",
        "SELECT to_unixtime(TIMESTAMP '2026-01-05 09:01:02')",
        Some("1.767603662E9"),
    ),
    (
        "date_format",
        "SELECT date_format(eventTime, '%Y-%m-%d %H:%i') FROM $EDS WHERE eventid = 'e1'",
        Some("2026-01-05 09:01"),
    ),
    (
        "format_datetime",
        "SELECT format_datetime(eventTime, 'yyyy/MM/dd''T''HH:mm:ss.SSS') FROM $EDS WHERE eventid = 'e4'",
        Some("2026/02/10T23:59:59.250"),
    ),
    (
        "date_parse",
        "SELECT date_parse('05.01.2026', '%d.%m.%Y')",
        Some("2026-01-05 00:00:00.000"),
    ),
    (
        "parse_datetime",
        "SELECT parse_datetime('2026-01-05 09', 'yyyy-MM-dd HH')",
        Some("2026-01-05 09:00:00.000 UTC"),
    ),
    (
        "day_of_week of a Monday",
        "SELECT day_of_week(eventTime) FROM $EDS WHERE eventid = 'e1'",
        Some("1"),
    ),
    (
        "dow of a Sunday",
        "SELECT dow(TIMESTAMP '2026-01-04 00:00:00')",
        Some("7"),
    ),
    (
        "parts",
        "SELECT year(t) * 10000 + month(t) * 100 + day(t) FROM (SELECT TIMESTAMP '2026-03-09 01:02:03.456' AS t)",
        Some("20260309"),
    ),
    (
        "more parts",
        "SELECT hour(t) * 10000 + minute(t) * 100 + second(t) FROM (SELECT TIMESTAMP '2026-03-09 01:02:03.456' AS t)",
        Some("10203"),
    ),
    (
        "the smallest part is not the first time's",
        "SELECT CAST(min(eventTime) AS varchar) || ' ' || CAST(min(hour(eventTime)) AS varchar) FROM $EDS",
        Some("2026-01-05 09:01:02.000 0"),
    ),
    (
        "millisecond",
        "SELECT millisecond(TIMESTAMP '2026-03-09 01:02:03.456')",
        Some("456"),
    ),
    (
        "quarter, doy",
        "SELECT quarter(t) * 1000 + day_of_year(t) FROM (SELECT TIMESTAMP '2026-04-01 00:00:00' AS t)",
        Some("2091"),
    ),
    (
        "week, yow",
        "SELECT year_of_week(t) * 100 + week(t) FROM (SELECT TIMESTAMP '2027-01-01 00:00:00' AS t)",
        Some("202653"),
    ),
    (
        "EXTRACT",
        "SELECT EXTRACT(dow FROM TIMESTAMP '2026-01-04 00:00:00') * 100 + EXTRACT(month FROM TIMESTAMP '2026-01-04 00:00:00')",
        Some("701"),
    ),
    (
        "now is after",
        "SELECT count(*) FROM $EDS WHERE eventTime < current_timestamp + INTERVAL '36500' DAY",
        Some("4"),
    ),
    (
        "a difference compares by its length",
        "SELECT count(*) FROM $EDS WHERE eventTime - userIdentity.sessionContext.attributes.creationDate > INTERVAL '1' HOUR",
        Some("2"),
    ),
    (
        "a difference of months of days",
        "SELECT max(eventTime) - min(eventTime) > INTERVAL '30' DAY FROM $EDS",
        Some("true"),
    ),
    (
        "intervals compare by their length",
        "SELECT INTERVAL '36' HOUR > INTERVAL '1' DAY AND INTERVAL '24' HOUR = INTERVAL '1' DAY AND INTERVAL '1' YEAR = INTERVAL '12' MONTH",
        Some("true"),
    ),
    (
        "a difference BETWEEN two",
        "SELECT count(*) FROM $EDS WHERE eventTime - userIdentity.sessionContext.attributes.creationDate BETWEEN INTERVAL '1' MINUTE AND INTERVAL '2' HOUR",
        Some("2"),
    ),
    (
        "a difference's form",
        "SELECT TIMESTAMP '2026-01-06 01:00:00' - TIMESTAMP '2026-01-05 00:00:00'",
        Some("1 01:00:00.000"),
    ),
    (
        "an interval's form",
        "SELECT CAST(INTERVAL '36' HOUR AS varchar) || '/' || CAST(INTERVAL '14' MONTH AS varchar)",
        Some("1 12:00:00.000/1-2"),
    ),
    (
        "a difference of days",
        "SELECT DATE '2026-01-05' - DATE '2026-01-01' > INTERVAL '3' DAY",
        Some("true"),
    ),
    (
        "intervals so many times",
        "SELECT INTERVAL '2' DAY * 3 = INTERVAL '6' DAY",
        Some("true"),
    ),
    (
        "half of a difference",
        "SELECT (max(eventTime) - min(eventTime)) / 2 FROM $EDS",
        Some("18 07:29:28.625"),
    ),
    (
        "a mean difference",
        "SELECT avg(eventTime - userIdentity.sessionContext.attributes.creationDate) FROM $EDS WHERE eventid IN ('e1', 'e2')",
        Some("0 00:45:31.000"),
    ),
    (
        "to_milliseconds",
        "SELECT to_milliseconds(INTERVAL '1' DAY)",
        Some("86400000"),
    ),
    (
        "a moment is itself elsewhere",
        "SELECT count(*) FROM $EDS WHERE eventTime AT TIME ZONE 'Asia/Tokyo' = eventTime",
        Some("4"),
    ),
    (
        "a moment elsewhere and a time",
        "SELECT count(*) FROM $EDS WHERE eventTime AT TIME ZONE '-05:00' >= TIMESTAMP '2026-01-06 00:00:00'",
        Some("2"),
    ),
    (
        "a moment elsewhere and a text",
        "SELECT count(*) FROM $EDS WHERE eventTime AT TIME ZONE '-05:00' BETWEEN '2026-01-05 10:00:00' AND '2026-01-06 00:00:00'",
        Some("2"),
    ),
    (
        "a join of moments",
        "SELECT count(*) FROM $EDS a JOIN $EDS b ON a.eventTime AT TIME ZONE 'Asia/Tokyo' = b.eventTime",
        Some("4"),
    ),
    (
        "date_add elsewhere",
        "SELECT date_add('day', 1, TIMESTAMP '2026-03-07 17:00:00' AT TIME ZONE 'America/New_York')",
        Some("2026-03-08 12:00:00.000 America/New_York"),
    ),
    (
        "hours elsewhere",
        "SELECT date_add('hour', 24, TIMESTAMP '2026-03-07 17:00:00' AT TIME ZONE 'America/New_York')",
        Some("2026-03-08 13:00:00.000 America/New_York"),
    ),
    (
        "date_diff elsewhere",
        "SELECT date_diff('hour', eventTime, date_add('day', 1, eventTime AT TIME ZONE 'America/New_York')) FROM $EDS WHERE eventid = 'e1'",
        Some("24"),
    ),
    (
        "a day later is a day",
        "SELECT date_add('day', 1, DATE '2026-05-05')",
        Some("2026-05-06"),
    ),
    (
        "a day's month",
        "SELECT CAST(date_trunc('month', date(eventTime)) AS varchar) FROM $EDS WHERE eventid = 'e1'",
        Some("2026-01-01"),
    ),
    (
        "a day in ISO 8601",
        "SELECT to_iso8601(DATE '2026-05-05')",
        Some("2026-05-05"),
    ),
    (
        "a month that ends",
        "SELECT date_diff('month', DATE '2026-01-31', DATE '2026-02-28')",
        Some("1"),
    ),
    (
        "a year that ends",
        "SELECT date_diff('year', DATE '2024-02-29', DATE '2025-02-28')",
        Some("1"),
    ),
    (
        "a month backwards",
        "SELECT date_diff('month', DATE '2026-02-28', DATE '2026-01-31')",
        Some("-1"),
    ),
    (
        "last_day_of_month",
        "SELECT last_day_of_month(eventTime) FROM $EDS WHERE eventid = 'e4'",
        Some("2026-02-28"),
    ),
    (
        "at_timezone",
        "SELECT at_timezone(eventTime, '+05:30') FROM $EDS WHERE eventid = 'e1'",
        Some("2026-01-05 14:31:02.000 +05:30"),
    ),
    (
        "times without seconds",
        "SELECT count(*) FROM $EDS WHERE eventTime > '2026-01-05 9:30' AND eventTime BETWEEN '2026-1-5' AND '2026-01-06 00:00'",
        Some("2"),
    ),
    (
        "a yes or no in text",
        "SELECT count(*) FROM $EDS WHERE readOnly = 'false' AND (sessionCredentialFromConsole = true OR eventid <> 'x')",
        Some("3"),
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn times() {
    each_has_its_value(VALUES).await;
}
