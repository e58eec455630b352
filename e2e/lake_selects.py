"""Random SELECTs, each in the words of the lake and in DuckDB's: the same seed makes the same statements."""

import random

STORE = "9c0f0f2b-6a1d-4b5e-8d3a-001e4f6a7b8c"

# Each expression is a pair: the lake's text and DuckDB's.
TEXTS = [
    "eventname", "eventsource", "awsregion", "errorcode", "sourceipaddress", "recipientaccountid", "useragent",
    "useridentity.type", "useridentity.arn", "useridentity.accountid", "useridentity.onbehalfof.userid",
    "useridentity.sessioncontext.sessionissuer.username", "useridentity.sessioncontext.attributes.mfaauthenticated",
    "tlsdetails.tlsversion",
]
KEYS = ["instanceArn", "name", "targetId", "maxResults", "none"]
PATHS = ["$.eventName", "$.userIdentity.type", "$.requestParameters.instanceArn", "$.requestParameters.tags[0].value",
         "$.requestParameters.maxResults", "$.responseElements.instanceArn", "$.nothing.at.all"]


class Selects:
    """A source of statements."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def statement(self):
        shape = self.random.choice([
            self.projection, self.projection, self.groups, self.groups, self.windows, self.joins, self.sets, self.distinct,
            self.unnested, self.nested, self.semi_joins, self.totals,
        ])
        lake, duck, ordered = shape()
        return lake.replace("EVENTS", STORE), duck.replace("EVENTS", "events"), ordered

    # Expressions.

    def either(self, *makers):
        return self.random.choice(makers)()

    def column(self):
        name = self.random.choice(TEXTS)
        return name, name

    def text(self, depth=0):
        if depth > 2 or self.random.random() < 0.45:
            return self.either(self.column, self.column, self.key, self.path)
        lake, duck = self.text(depth + 1)
        number = self.random.randint(1, 6)
        other_lake, other_duck = self.text(depth + 1)
        return self.random.choice([
            (f"upper({lake})", f"upper({duck})"),
            (f"lower({lake})", f"lower({duck})"),
            (f"substr({lake}, {number}, 5)", f"substr({duck}, {number}, 5)"),
            (f"substr({lake}, -{number}, 2)",
             f"CASE WHEN length({duck}) < {number} THEN '' ELSE substr({duck}, -{number}, 2) END"),
            (f"coalesce({lake}, {other_lake}, '-')", f"coalesce({duck}, {other_duck}, '-')"),
            (f"concat({lake}, ':', {other_lake})", f"({duck} || ':' || {other_duck})"),
            (f"{lake} || '!'", f"{duck} || '!'"),
            (f"replace({lake}, 'a')", f"replace({duck}, 'a', '')"),
            (f"split_part({lake}, ':', {number})", f"CASE WHEN length({duck}) >= 0 AND len(string_split({duck}, ':')) >= {number} THEN split_part({duck}, ':', {number}) END"),
            (f"if(readonly, {lake}, {other_lake})", f"if(readonly, {duck}, {other_duck})"),
            (f"nullif({lake}, {other_lake})", f"nullif({duck}, {other_duck})"),
            (f"regexp_extract({lake}, '([a-z]+)[^a-z]+([a-z]+)', 2)",
             f"nullif(regexp_extract({duck}, '([a-z]+)[^a-z]+([a-z]+)', 2), '')"),
            (f"greatest({lake}, {other_lake})",
             f"CASE WHEN {duck} IS NULL OR {other_duck} IS NULL THEN NULL ELSE greatest({duck}, {other_duck}) END"),
            (f"least({lake}, {other_lake})",
             f"CASE WHEN {duck} IS NULL OR {other_duck} IS NULL THEN NULL ELSE least({duck}, {other_duck}) END"),
        ])

    def key(self):
        name = self.random.choice(KEYS)
        column = self.random.choice(["requestparameters", "responseelements", "serviceeventdetails"])
        lake = self.random.choice([f"element_at({column}, '{name}')", f"{column}['{name}']"])
        return lake, f"{column}['{name}']"

    def path(self):
        path = self.random.choice(PATHS)
        return f"json_extract_scalar(eventjson, '{path}')", f"json_extract_string(eventjson, '{path}')"

    def integer(self):
        lake, duck = self.text(1)
        return self.random.choice([
            (f"length({lake})", f"length({duck})"),
            ("cardinality(resources)", "len(resources)"),
            ("cardinality(slice(resources, 2, 3))", "len(resources[2:4])"),
            ("cardinality(slice(resources, -1, 3))", "len(resources[-1:])"),
            ("cardinality(requestparameters)", "cardinality(requestparameters)"),
            ("hour(eventtime)", "hour(eventtime)"),
            ("minute(eventtime)", "minute(eventtime)"),
            ("day_of_week(eventtime)", "isodow(eventtime)"),
            ("day_of_year(eventtime)", "dayofyear(eventtime)"),
            ("week(eventtime)", "weekofyear(eventtime)"),
            ("strpos(useridentity.arn, ':')", "strpos(useridentity.arn, ':')"),
            ("date_diff('hour', useridentity.sessioncontext.attributes.creationdate, eventtime)",
             "date_sub('hour', useridentity.sessioncontext.attributes.creationdate, eventtime)"),
            ("TRY_CAST(json_extract(eventjson, '$.requestParameters.maxResults') AS bigint)",
             "TRY_CAST(json_extract_string(eventjson, '$.requestParameters.maxResults') AS bigint)"),
        ])

    def time(self):
        unit = self.random.choice(["hour", "day", "month", "minute", "year"])
        days = self.random.randint(-40, 40)
        return self.random.choice([
            ("eventtime", "eventtime"),
            (f"date_trunc('{unit}', eventtime)", f"CAST(date_trunc('{unit}', eventtime) AS TIMESTAMP)"),
            (f"date_add('day', {days}, eventtime)", f"eventtime + INTERVAL ({days}) DAY"),
            (f"date_add('month', {days}, eventtime)", f"eventtime + INTERVAL ({days}) MONTH"),
        ])

    def value(self):
        return self.either(self.text, self.text, self.integer, self.time)

    def condition(self, depth=0):
        if depth < 2 and self.random.random() < 0.4:
            (a, b), (c, d) = self.condition(depth + 1), self.condition(depth + 1)
            word = self.random.choice(["AND", "OR"])
            if self.random.random() < 0.2:
                return f"NOT ({a} {word} {c})", f"NOT ({b} {word} {d})"
            return f"({a} {word} {c})", f"({b} {word} {d})"
        lake, duck = self.text(1)
        number_lake, number_duck = self.integer()
        number = self.random.randint(0, 30)
        word = self.random.choice(["Create", "Admin", "us-", "arn:aws:s", "sso", "Denied"])
        moment = f"2026-01-{self.random.randint(4, 9):02} {self.random.randint(0, 23):02}:30:00"
        return self.random.choice([
            ("readonly", "readonly"),
            (f"{lake} LIKE '%{word}%'", f"{duck} LIKE '%{word}%'"),
            (f"{lake} NOT LIKE '{word}_%'", f"{duck} NOT LIKE '{word}_%'"),
            (f"{lake} IS NULL", f"{duck} IS NULL"),
            (f"{lake} IS NOT NULL", f"{duck} IS NOT NULL"),
            (f"{lake} IS DISTINCT FROM 'Admin'", f"{duck} IS DISTINCT FROM 'Admin'"),
            (f"{lake} > '{word}'", f"{duck} > '{word}'"),
            (f"{lake} IN ('Admin', 'us-east-1', 'CreateInstance')", f"{duck} IN ('Admin', 'us-east-1', 'CreateInstance')"),
            (f"{number_lake} BETWEEN 1 AND {number}", f"{number_duck} BETWEEN 1 AND {number}"),
            (f"{number_lake} <> {number}", f"{number_duck} <> {number}"),
            (f"eventtime > '{moment}'", f"eventtime > TIMESTAMP '{moment}'"),
            (f"eventtime <= TIMESTAMP '{moment}'", f"eventtime <= TIMESTAMP '{moment}'"),
            (f"eventtime >= from_iso8601_timestamp('{moment.replace(' ', 'T')}Z')", f"eventtime >= TIMESTAMP '{moment}'"),
            ("any_match(resources, r -> r.type = 'AWS::SSO::Instance')",
             "len(list_filter(resources, lambda r: r.type = 'AWS::SSO::Instance')) > 0"),
            ("contains(map_keys(requestparameters), 'name')", "list_contains(map_keys(requestparameters), 'name')"),
            (f"regexp_like({lake}, '^[a-z]+[^a-z]')", f"regexp_matches({duck}, '^[a-z]+[^a-z]')"),
        ])

    def where(self):
        if self.random.random() < 0.25:
            return "", ""
        lake, duck = self.condition()
        return f" WHERE {lake}", f" WHERE {duck}"

    def several(self, maker, least, most):
        made = [maker() for _ in range(self.random.randint(least, most))]
        return [lake for lake, _ in made], [duck for _, duck in made]

    def aggregate(self):
        lake, duck = self.either(self.text, self.integer)
        number_lake, number_duck = self.integer()
        condition_lake, condition_duck = self.condition(2)
        return self.random.choice([
            ("count(*)", "count(*)"),
            (f"count({lake})", f"count({duck})"),
            (f"count(DISTINCT {lake})", f"count(DISTINCT {duck})"),
            (f"min({lake})", f"min({duck})"),
            (f"max({lake})", f"max({duck})"),
            (f"sum({number_lake})", f"sum({number_duck})"),
            (f"avg({number_lake})", f"avg({number_duck})"),
            (f"count_if({condition_lake})", f"count(*) FILTER (WHERE {condition_duck})"),
            (f"bool_or({condition_lake})", f"bool_or({condition_duck})"),
            (f"max({lake}) FILTER (WHERE {condition_lake})", f"max({duck}) FILTER (WHERE {condition_duck})"),
            ("max(eventtime)", "max(eventtime)"),
            ("max_by(eventid, eventjson)", "arg_max(eventid, eventjson)"),
        ])

    # Statements: the lake's, DuckDB's, and whether the order of the rows counts.

    def projection(self):
        lake, duck = self.several(self.value, 1, 5)
        where_lake, where_duck = self.where()
        if self.random.random() < 0.5:
            return f"SELECT {', '.join(lake)} FROM EVENTS{where_lake}", f"SELECT {', '.join(duck)} FROM EVENTS{where_duck}", False
        key_lake, key_duck = self.value()
        way = self.random.choice(["", " ASC", " DESC", " DESC NULLS FIRST", " NULLS LAST"])
        limit = self.random.choice(["", f" LIMIT {self.random.randint(0, 40)}"])
        return (f"SELECT {', '.join(lake)} FROM EVENTS{where_lake} ORDER BY {key_lake}{way}, eventid{limit}",
                f"SELECT {', '.join(duck)} FROM EVENTS{where_duck} ORDER BY {key_duck}{way}, eventid{limit}", True)

    def distinct(self):
        lake, duck = self.several(self.text, 1, 2)
        where_lake, where_duck = self.where()
        return (f"SELECT DISTINCT {', '.join(lake)} FROM EVENTS{where_lake}",
                f"SELECT DISTINCT {', '.join(duck)} FROM EVENTS{where_duck}", False)

    def totals(self):
        lake, duck = self.several(self.aggregate, 1, 4)
        where_lake, where_duck = self.where()
        return f"SELECT {', '.join(lake)} FROM EVENTS{where_lake}", f"SELECT {', '.join(duck)} FROM EVENTS{where_duck}", False

    def groups(self):
        by_lake, by_duck = self.several(self.value, 1, 3)
        lake, duck = self.several(self.aggregate, 1, 3)
        where_lake, where_duck = self.where()
        having = self.random.choice(["", " HAVING count(*) > 1", " HAVING count(*) BETWEEN 2 AND 50"])
        places = ", ".join(str(place + 1) for place in range(len(by_lake)))
        order, limit = self.random.choice([("", ""), (f" ORDER BY {places}", f" LIMIT {self.random.randint(1, 30)}")])
        return (f"SELECT {', '.join(by_lake + lake)} FROM EVENTS{where_lake} GROUP BY {', '.join(by_lake)}{having}{order}{limit}",
                f"SELECT {', '.join(by_duck + duck)} FROM EVENTS{where_duck} GROUP BY {', '.join(by_duck)}{having}{order}{limit}",
                bool(order))

    def windows(self):
        by_lake, by_duck = self.text(1)
        number_lake, number_duck = self.integer()
        where_lake, where_duck = self.where()
        way = self.random.choice(["", " DESC"])
        call = self.random.choice(["row_number()", "rank()", "dense_rank()", "lag(eventid)", "lead(eventname, 2)",
                                   "first_value(eventid)", "count(*)", "max(eventname)", "ntile(3)"])
        frame = self.random.choice(["", " ROWS BETWEEN 2 PRECEDING AND CURRENT ROW"])
        if not call.startswith(("count", "max", "first")):
            frame = ""
        over = f"OVER (PARTITION BY %s ORDER BY eventtime{way}, eventid{frame})"
        total = f"sum(%s) OVER (PARTITION BY eventname ORDER BY eventtime{way}, eventid)"
        return (f"SELECT eventid, {call} {over % by_lake}, {total % number_lake} FROM EVENTS{where_lake}",
                f"SELECT eventid, {call} {over % by_duck}, {total % number_duck} FROM EVENTS{where_duck}", False)

    def joins(self):
        kind = self.random.choice(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])
        key = self.random.choice(["arn", "eventname", "day"])
        left_lake, left_duck = self.condition(1)
        right_lake, right_duck = self.condition(1)

        def side(condition):
            return (f"(SELECT useridentity.arn AS arn, eventname, date_trunc('day', eventtime) AS day, count(*) AS n, min(eventid) AS e"
                    f" FROM EVENTS WHERE {condition} GROUP BY useridentity.arn, eventname, date_trunc('day', eventtime))")

        text = "SELECT a.e, b.e, a.n + b.n, coalesce(a.{0}, b.{0}) IS NULL FROM {1} a {2} {3} b ON a.{0} = b.{0} AND a.n >= b.n"
        return (text.format(key, side(left_lake), kind, side(right_lake)), text.format(key, side(left_duck), kind, side(right_duck)), False)

    def semi_joins(self):
        lake, duck = self.condition(1)
        outer_lake, outer_duck = self.condition(1)
        text = self.random.choice([
            "SELECT eventid FROM EVENTS WHERE {0} AND useridentity.arn IN (SELECT useridentity.arn FROM EVENTS WHERE {1})",
            "SELECT eventid FROM EVENTS WHERE {0} AND eventname NOT IN (SELECT eventname FROM EVENTS WHERE {1})",
            "SELECT count(*) FROM EVENTS a WHERE NOT EXISTS (SELECT 1 FROM (SELECT eventname, awsregion FROM EVENTS WHERE {1}) b"
            " WHERE b.eventname = a.eventname AND b.awsregion = a.awsregion)",
            "SELECT eventid FROM EVENTS a WHERE {0} AND NOT EXISTS (SELECT 1 FROM (SELECT eventtime AS t FROM EVENTS WHERE {1}) b"
            " WHERE b.t > a.eventtime)",
            "SELECT a.eventid, b.t FROM (SELECT eventid, eventtime FROM EVENTS WHERE {0}) a LEFT JOIN"
            " (SELECT min(eventtime) AS t, awsregion FROM EVENTS WHERE {1} GROUP BY awsregion) b ON b.t > a.eventtime",
            "SELECT eventid FROM EVENTS WHERE eventtime = (SELECT max(eventtime) FROM EVENTS WHERE {1})",
        ])
        return text.format(outer_lake, lake), text.format(outer_duck, duck), False

    def sets(self):
        word = self.random.choice(["UNION", "UNION ALL", "EXCEPT", "INTERSECT"])
        lake, duck = self.several(self.text, 1, 2)
        first_lake, first_duck = self.where()
        second_lake, second_duck = self.where()
        text = "SELECT {0} FROM EVENTS{1} {3} SELECT {0} FROM EVENTS{2}"
        return (text.format(", ".join(lake), first_lake, second_lake, word),
                text.format(", ".join(duck), first_duck, second_duck, word), False)

    def nested(self):
        lake, duck = self.text(1)
        where_lake, where_duck = self.where()
        text = ("WITH first AS (SELECT {0} AS who, min(eventtime) AS seen, count(*) AS n FROM EVENTS{1} GROUP BY {0}),"
                " ranked AS (SELECT who, seen, n, rank() OVER (ORDER BY n DESC, who) AS place FROM first)"
                " SELECT who, seen, n, place FROM ranked WHERE place <= {2} ORDER BY place")
        most = self.random.randint(1, 25)
        return text.format(lake, where_lake, most), text.format(duck, where_duck, most), True

    def unnested(self):
        where_lake, where_duck = self.where()
        condition = self.random.choice(["r.arn IS NOT NULL", "r.type LIKE 'AWS%'", "true"])
        return (f"SELECT e.eventid, r.type, r.arn FROM (SELECT * FROM EVENTS{where_lake}) AS e CROSS JOIN UNNEST(e.resources) AS t(r) WHERE {condition}",
                f"SELECT eventid, r.type, r.arn FROM (SELECT eventid, unnest(resources) AS r FROM (SELECT * FROM EVENTS{where_duck})) WHERE {condition}",
                False)
