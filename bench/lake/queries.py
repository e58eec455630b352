"""The same questions in CloudTrail Lake's SQL and in DuckDB's."""

from typing import NamedTuple


class Question(NamedTuple):
    """A question; `lake` has the table `events`, and so has `duckdb`, a view of the same files."""

    name: str
    lake: str
    duckdb: str


QUESTIONS = [
    Question(
        "instances created and deleted (the published query)",
        """SELECT userIdentity.arn AS userARN, eventName, userIdentity.accountId FROM events
WHERE userIdentity.arn IS NOT NULL AND eventName = 'DeleteInstance' OR eventName = 'CreateInstance'""",
        """SELECT useridentity.arn, eventname, useridentity.accountid FROM events
WHERE useridentity.arn IS NOT NULL AND eventname = 'DeleteInstance' OR eventname = 'CreateInstance'""",
    ),
    Question(
        "top ten callers of each day",
        """SELECT day, caller, calls FROM (
    SELECT date_trunc('day', eventTime) AS day, userIdentity.arn AS caller, count(*) AS calls,
        row_number() OVER (PARTITION BY date_trunc('day', eventTime) ORDER BY count(*) DESC, userIdentity.arn) AS place
    FROM events GROUP BY date_trunc('day', eventTime), userIdentity.arn) AS ranked
WHERE place <= 10""",
        """SELECT day, caller, calls FROM (
    SELECT date_trunc('day', eventtime) AS day, useridentity.arn AS caller, count(*) AS calls,
        row_number() OVER (PARTITION BY date_trunc('day', eventtime) ORDER BY count(*) DESC, useridentity.arn) AS place
    FROM events GROUP BY date_trunc('day', eventtime), useridentity.arn)
WHERE place <= 10""",
    ),
    Question(
        "when each person was first seen, and from where",
        """SELECT userIdentity.onBehalfOf.userId AS person, min(eventTime) AS seen, count(DISTINCT sourceIPAddress) AS addresses,
    min(sourceIPAddress) AS address
FROM events WHERE userIdentity.onBehalfOf.userId IS NOT NULL GROUP BY userIdentity.onBehalfOf.userId""",
        """SELECT useridentity.onbehalfof.userid AS person, min(eventtime) AS seen, count(DISTINCT sourceipaddress) AS addresses,
    min(sourceipaddress) AS address
FROM events WHERE useridentity.onbehalfof.userid IS NOT NULL GROUP BY useridentity.onbehalfof.userid""",
    ),
    Question(
        "sessions: calls of a person with no pause of half an hour",
        """SELECT person, count(*) AS sessions, max(calls) AS most FROM (
    SELECT person, session, count(*) AS calls FROM (
        SELECT person, sum(begins) OVER (PARTITION BY person ORDER BY called, id ROWS UNBOUNDED PRECEDING) AS session FROM (
            SELECT person, called, id, CASE WHEN before IS NULL OR called > date_add('minute', 30, before) THEN 1 ELSE 0 END AS begins FROM (
                SELECT userIdentity.onBehalfOf.userId AS person, eventTime AS called, eventID AS id,
                    lag(eventTime) OVER (PARTITION BY userIdentity.onBehalfOf.userId ORDER BY eventTime, eventID) AS before
                FROM events) AS one) AS two) AS three
    GROUP BY person, session) AS four
GROUP BY person""",
        """SELECT person, count(*) AS sessions, max(calls) AS most FROM (
    SELECT person, session, count(*) AS calls FROM (
        SELECT person, sum(begins) OVER (PARTITION BY person ORDER BY called, id ROWS UNBOUNDED PRECEDING) AS session FROM (
            SELECT person, called, id, CASE WHEN before IS NULL OR called > before + INTERVAL 30 MINUTE THEN 1 ELSE 0 END AS begins FROM (
                SELECT useridentity.onbehalfof.userid AS person, eventtime AS called, eventid AS id,
                    lag(eventtime) OVER (PARTITION BY useridentity.onbehalfof.userid ORDER BY eventtime, eventid) AS before
                FROM events)))
    GROUP BY person, session)
GROUP BY person""",
    ),
    Question(
        "people who assumed a role and never described a user",
        """SELECT DISTINCT a.userIdentity.arn AS caller FROM events a
WHERE a.eventName = 'AssumeRole' AND a.errorCode IS NULL AND a.userIdentity.arn NOT IN (
    SELECT userIdentity.arn FROM events WHERE eventName = 'DescribeUser' AND userIdentity.arn IS NOT NULL)""",
        """SELECT DISTINCT a.useridentity.arn AS caller FROM events a
WHERE a.eventname = 'AssumeRole' AND a.errorcode IS NULL AND a.useridentity.arn NOT IN (
    SELECT useridentity.arn FROM events WHERE eventname = 'DescribeUser' AND useridentity.arn IS NOT NULL)""",
    ),
    Question(
        "distinct callers, addresses and sessions of each service and day",
        """SELECT date_trunc('day', eventTime) AS day, eventSource, count(DISTINCT userIdentity.arn) AS callers,
    count(DISTINCT sourceIPAddress) AS addresses, count(DISTINCT userIdentity.accessKeyId) AS sessions
FROM events GROUP BY date_trunc('day', eventTime), eventSource""",
        """SELECT date_trunc('day', eventtime) AS day, eventsource, count(DISTINCT useridentity.arn) AS callers,
    count(DISTINCT sourceipaddress) AS addresses, count(DISTINCT useridentity.accesskeyid) AS sessions
FROM events GROUP BY date_trunc('day', eventtime), eventsource""",
    ),
]
