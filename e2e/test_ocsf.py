"""OCSF events, judged by the schema as its authors publish it and read back by DuckDB."""

import gzip
import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from botocore.exceptions import ClientError

import ocsf_schema
from atrium import Server, binary, unique, wait_for
from ocsf_records import HIDDEN, make_record
from test_imports import drop_channel, event as sale, make_channel
from test_lake_service import ask, drop_store, make_store, wait_until_written

SEED = int(os.environ.get("ATRIUM_OCSF_SEED", "20260105"))
# A folder of real records, which aren't the project's to give away.
SAMPLES = os.environ.get("ATRIUM_CLOUDTRAIL_SAMPLES")
ROOT = Path(__file__).resolve().parent.parent
CLASSES = {3001: "account-change", 3002: "authentication", 3004: "entity-management", 3005: "user-access",
           3006: "group-management", 6003: "api-activity"}


def ocsf(*arguments):
    """Runs the program: what it printed, and what it said."""
    done = subprocess.run([binary().with_name("atrium-lake"), "ocsf", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def events_of(*arguments):
    return [json.loads(line) for line in ocsf(*arguments)[0].splitlines()]


def all_valid(events):
    """Every event is as the schema has it; the first ones that aren't are shown."""
    wrong = [(found, event) for event in events if (found := ocsf_schema.problems(event))]
    shown = "\n".join(f"{found}\n{json.dumps(event)[:2000]}" for found, event in wrong[:5])
    assert not wrong, f"{len(wrong)} of {len(events)} are not valid:\n{shown}"


@pytest.fixture(autouse=True)
def seed():
    """Told with what fails."""
    print(f"ATRIUM_OCSF_SEED={SEED}")


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A file of some days' records."""
    source, time, lines = random.Random(SEED), datetime(2026, 1, 4), []
    for _ in range(1500):
        time += timedelta(seconds=source.randint(0, 300))
        lines.append(json.dumps(make_record(source, time), ensure_ascii=False))
    path = tmp_path_factory.mktemp("ocsf") / "records.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_what_the_rust_tests_judge_by_is_the_published_schema():
    assert ocsf_schema.EXTRACT.read_text(encoding="utf-8") == ocsf_schema.text(), "run python e2e/ocsf_schema.py"


def test_the_judge_says_no(records):
    (event, *_) = [event for event in events_of(records) if event["class_uid"] == 6003]
    for name, value in [("class_name", "API"), ("severity_id", 9), ("colour", "red"), ("time_dt", "today"), ("type_uid", 600300)]:
        assert ocsf_schema.problems({**event, name: value}), name
    for name in ("api", "cloud", "actor", "src_endpoint", "time"):
        assert ocsf_schema.problems({key: kept for key, kept in event.items() if key != name}), name


@pytest.mark.parametrize("classes, want", [("atrium", set(CLASSES)), ("security-lake", {3001, 3002, 6003})])
def test_every_event_is_valid(records, classes, want):
    events = events_of(records, "--classes", classes)
    assert len(events) == 1500
    all_valid(events)
    assert {event["class_uid"] for event in events} == want
    # The query of the address that a sign-in leads to.
    assert "secret" not in json.dumps([event for event in events if event["class_uid"] == 3002])


def test_a_failure_tells_its_seed(tmp_path):
    # A program that does nothing.
    (tmp_path / "atrium").symlink_to("/bin/true")
    (tmp_path / "atrium-lake").symlink_to("/bin/true")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", f"{__file__}::test_every_event_is_valid"], capture_output=True, text=True,
        env={**os.environ, "ATRIUM_BIN": str(tmp_path / "atrium"), "ATRIUM_OCSF_SEED": "7"})
    assert done.returncode == 1 and "2 failed" in done.stdout, done.stdout
    assert done.stdout.count("\nATRIUM_OCSF_SEED=7\n") == 2, done.stdout


def test_real_records_are_valid(tmp_path):
    if not SAMPLES:
        pytest.skip("ATRIUM_CLOUDTRAIL_SAMPLES names no folder of real records")
    lines, many = [], 0
    for path in sorted(Path(SAMPLES).glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            many += 1
            # A publisher's placeholder for a time is none.
            if not re.match(r"\d{4}-", record["eventTime"]):
                record["eventTime"] = "2024-10-10T13:23:45Z"
            lines.append(json.dumps(record))
    (tmp_path / "samples.jsonl").write_text("\n".join(lines))
    for classes in ("atrium", "security-lake"):
        events = events_of(tmp_path / "samples.jsonl", "--classes", classes)
        assert len(events) == many > 0
        all_valid(events)


# Reading back.


def pruned(value):
    """A row as an event is: without what is NULL, and with times in one spelling."""
    if isinstance(value, dict):
        return {name: kept for name, inner in value.items() if (kept := pruned(inner)) is not None}
    if isinstance(value, list):
        return [pruned(inner) for inner in value]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00(:00)?", value):
        return f"{value[:10]}T{value[11:19]}Z"
    return value


def rows_of(folder):
    """What DuckDB reads there, in its order: partitions, and the event."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    found = connection.execute(f"""
        SELECT region, accountId, eventDay, filename, to_json(event) FROM (
            SELECT region, accountId, eventDay, filename, COLUMNS(* EXCLUDE (region, accountId, eventDay, filename))
            FROM read_parquet('{folder}/*/*/*/*.parquet', hive_partitioning = true, hive_types_autocast = false, filename = true)
        ) AS event ORDER BY filename, time
    """).fetchall()
    rows = []
    for region, account, day, name, text in found:
        event = json.loads(text)
        for partition in ("region", "accountId", "eventDay", "filename"):
            del event[partition]
        # An attribute of maps has none where nothing is left; JSON leaves it out.
        rows.append((region, account, day, name, pruned(event)))
    return rows


def by_id(events):
    return sorted(events, key=lambda event: json.dumps(event, sort_keys=True))


@pytest.mark.parametrize("layout, classes", [("custom", "atrium"), ("cloud-trail", "security-lake")])
def test_duckdb_reads_the_events_that_the_lines_tell(records, tmp_path, layout, classes):
    ocsf(records, "--output", tmp_path / "out", "--layout", layout, "--classes", classes)
    told = events_of(records, "--classes", classes)
    if layout == "custom":
        tables = {uid: tmp_path / "out/ext" / f"atrium-{name}" for uid, name in CLASSES.items()}
        assert sorted(path.name for path in (tmp_path / "out/ext").iterdir()) == sorted(f"atrium-{name}" for name in CLASSES.values())
    else:
        tables = {None: tmp_path / "out/aws/CLOUD_TRAIL_MGMT/2.0"}
    for uid, folder in tables.items():
        rows = rows_of(folder)
        want = [event for event in told if uid in (None, event["class_uid"])]
        assert len(rows) == len(want) > 0
        assert by_id([row[-1] for row in rows]) == by_id(want)
        for region, account, day, _, event in rows:
            assert event["cloud"].get("region", "unknown") == region or region == "unknown"
            assert event["cloud"].get("account", {}).get("uid", "unknown") == account or account == "unknown"
            assert event["time_dt"][:10].replace("-", "") == day
        times = {}
        for *_, name, event in rows:
            times.setdefault(name, []).append(event["time"])
        assert all(found == sorted(found) for found in times.values())


def test_times_are_dates_to_other_engines(records, tmp_path):
    ocsf(records, "--output", tmp_path)
    connection = duckdb.connect()
    kinds = dict(connection.execute(f"""
        SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet('{tmp_path}/ext/atrium-api-activity/*/*/*/*.parquet'))
    """).fetchall())
    assert kinds["time"] == "BIGINT"
    assert kinds["time_dt"] == "TIMESTAMP WITH TIME ZONE"
    assert kinds["unmapped"] == "MAP(VARCHAR, VARCHAR)"
    assert '"user" STRUCT' in kinds["actor"] or "user STRUCT" in kinds["actor"]


def test_duckdb_asks_as_the_guide_says(tmp_path):
    source = random.Random(SEED)
    records = [make_record(source, datetime(2026, 1, 4)) for _ in range(300)]
    (tmp_path / "records.jsonl").write_text("\n".join(map(json.dumps, records)))
    ocsf(tmp_path / "records.jsonl", "--output", tmp_path / "security-lake")
    guide = (ROOT / "docs" / "ocsf.md").read_text(encoding="utf-8")
    statement = re.search(r"<!-- duckdb -->\n```sql\n(.*?)```", guide, re.DOTALL).group(1)
    statement = statement.replace("'security-lake", f"'{tmp_path}/security-lake")
    # Python has zoned times from DuckDB only with a package of its own.
    rows = duckdb.connect().execute(f"SELECT status FROM ({statement})").fetchall()
    want = [event for event in events_of(tmp_path / "records.jsonl")
            if event["class_uid"] == 3004 and event["api"]["operation"] == "CreateInstance"]
    assert Counter(status for (status,) in rows) == Counter(event["status"] for event in want) and rows


def test_lines_can_be_laid_out_as_well(records, tmp_path):
    ocsf(records, "--output", tmp_path, "--format", "jsonl", "--source", "team.a")
    found = list(tmp_path.glob("ext/team.a-*/region=*/accountId=*/eventDay=*/cloudtrail.jsonl"))
    events = [json.loads(line) for path in found for line in path.read_text(encoding="utf-8").splitlines()]
    assert by_id(events) == by_id(events_of(records))


# What a server itself has recorded.


@pytest.fixture(scope="module")
def server(engine, tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("ocsf"), engine(), ["--lake-interval", "0.3", "--trail-interval", "0.3"])
    try:
        yield server.start()
    finally:
        assert server.stop() == 0, server.log()


def test_a_server_s_own_records_become_events(server, tmp_path):
    trail = server.client("cloudtrail")
    trail.create_event_data_store(Name=unique("store"), TerminationProtectionEnabled=False)
    bucket = unique("trail")
    server.client("s3").create_bucket(Bucket=bucket)
    trail.create_trail(Name="ocsf", S3BucketName=bucket, IsMultiRegionTrail=True)
    trail.start_logging(Name="ocsf")

    admin, people = server.client("sso-admin"), server.client("identitystore")
    (instance,) = admin.list_instances()["Instances"]
    arn, store = instance["InstanceArn"], instance["IdentityStoreId"]
    person = people.create_user(IdentityStoreId=store, UserName="alice", DisplayName="Alice Example",
                                Name={"GivenName": "Alice", "FamilyName": "Example"})["UserId"]
    group = people.create_group(IdentityStoreId=store, DisplayName="operators")["GroupId"]
    people.create_group_membership(IdentityStoreId=store, GroupId=group, MemberId={"UserId": person})
    permissions = admin.create_permission_set(InstanceArn=arn, Name="reader")["PermissionSet"]["PermissionSetArn"]
    account = server.client("sts").get_caller_identity()["Account"]
    for kind, principal in (("USER", person), ("GROUP", group)):
        admin.create_account_assignment(InstanceArn=arn, TargetId=account, TargetType="AWS_ACCOUNT", PermissionSetArn=permissions,
                                        PrincipalType=kind, PrincipalId=principal)
    with pytest.raises(ClientError):
        admin.create_instance(Name="another")
    server.client("iam").create_user(UserName="last")

    # Changes are kept with their events; those of reads and refusals come with the next batch, so each is waited for.
    wanted = {("iam.amazonaws.com", "CreateUser", "Success"), ("sso.amazonaws.com", "CreateInstance", "Failure"),
              ("sso.amazonaws.com", "ListInstances", "Success")}

    def of_store():
        files = [path for path in (server.folder / "data").rglob("*.parquet") if not path.name.startswith("_")]
        events = events_of(*files) if files else []
        return wanted <= {(event["api"]["service"]["name"], event["api"]["operation"], event["status"]) for event in events} and events

    events = wait_for("events in the event data store's files", of_store)
    all_valid(events)
    found = {(event["class_uid"], event["api"]["operation"], event["status"]): event for event in events}
    assert found[3001, "CreateUser", "Success"]["actor"]["user"]["account"] == {"uid": account}
    assert found[3006, "CreateGroup", "Success"]["group"] == {"uid": group, "name": HIDDEN}
    assert found[3006, "CreateGroupMembership", "Success"]["user"] == {"uid": person}
    assert found[3006, "CreateAccountAssignment", "Success"]["group"] == {"uid": group}
    assigned = found[3005, "CreateAccountAssignment", "Success"]
    assert (assigned["user"], assigned["privileges"]) == ({"uid": person}, [permissions])
    assert assigned["resource"] == {"uid": account, "type": "AWS_ACCOUNT"}
    assert found[3004, "CreatePermissionSet", "Success"]["entity"] == {
        "uid": permissions, "name": "reader", "type": "AWS::SSO::PermissionSet"}
    refused = found[3004, "CreateInstance", "Failure"]
    assert refused["entity"] == {"name": "another", "type": "AWS::SSO::Instance"}
    assert (6003, "ListInstances", "Success") in found
    # What the records hide stays hidden.
    assert "operators" not in json.dumps(events) and "Alice" not in json.dumps(events)

    # The trail's files tell of the same calls.
    def of_trail():
        folder = tmp_path / "logs"
        for item in server.client("s3").list_objects_v2(Bucket=bucket).get("Contents", []):
            path = folder / item["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(server.client("s3").get_object(Bucket=bucket, Key=item["Key"])["Body"].read())
        logs = events_of(folder) if folder.is_dir() else []
        return any(event["metadata"]["uid"] == refused["metadata"]["uid"] for event in logs) and logs

    logs = {event["metadata"]["uid"]: event for event in wait_for("the call in the trail's files", of_trail)}
    all_valid(list(logs.values()))
    assert logs[refused["metadata"]["uid"]] == refused


def store_files(server, store):
    """The files of an event data store."""
    return sorted((server.folder / "data/objects/lake").glob(f"*/{store}/*/*.parquet"))


def test_merged_files_beside_their_parts_tell_an_event_once(server):
    arn, store = make_store(server)
    # Eight files of a day are merged.
    for _ in range(16):
        server.client("sts").get_session_token()
        wait_until_written(server, store)

    def is_doubled():
        rows, ids = duckdb.execute(
            "SELECT count(*), count(DISTINCT eventid) FROM read_parquet($files) WHERE eventname = 'GetSessionToken'",
            {"files": list(map(str, store_files(server, store)))}).fetchone()
        return rows > ids

    wait_for("merged files", is_doubled)
    (count,) = ask(server, f"SELECT count(*) AS n FROM {store} WHERE eventName = 'GetSessionToken'")
    files = store_files(server, store)
    for inputs in ([files[0].parent.parent], files):
        out, said = ocsf(*inputs)
        told = Counter(event["metadata"]["uid"] for event in map(json.loads, out.splitlines())
                       if event["api"]["operation"] == "GetSessionToken")
        assert set(told.values()) == {1}
        assert len(told) == int(count["n"]) == 16
        assert re.search(r"; 0 refused; [1-9]\d* left out, told already$", said.strip()), said
    drop_store(server, arn)


def test_events_from_elsewhere_are_told_as_sent(server):
    channel, arn, store = make_channel(server)
    account = channel.split(":")[4]
    sent = [sale(account, "u-1", sourceIPAddress="203.0.113.9", userAgent="till/3"),
            sale(account, "u-2", errorCode="SoldOut", errorMessage="none is left")]
    answer = server.client("cloudtrail-data").put_audit_events(
        channelArn=channel, auditEvents=[{"id": str(at), "eventData": data} for at, data in enumerate(sent)])
    ids = {taken["id"]: taken["eventID"] for taken in answer["successful"]}

    def told():
        files = store_files(server, store)
        found = {event["metadata"]["uid"]: event for event in (events_of(*files) if files else [])}
        return set(ids.values()) <= set(found) and [found[ids["0"]], found[ids["1"]]]

    sold, refused = events = wait_for("the events in files", told)
    all_valid(events)
    for one in events:
        assert (one["api"]["service"]["name"], one["api"]["operation"]) == ("shop.example", "Sell")
        assert one["actor"]["user"] == {"type": "person", "uid": "ann"}
        assert one["cloud"]["account"] == {"uid": account}
        assert one["unmapped"]["eventData.userIdentity.details.till"] == "7"
    assert (sold["status"], sold["src_endpoint"], sold["http_request"]) == (
        "Success", {"ip": "203.0.113.9"}, {"user_agent": "till/3"})
    assert sold["api"]["request"] == {"uid": "u-1", "data": '{"goods":[{"name":"tea"}]}'}
    assert (refused["status"], refused["api"]["response"]) == ("Failure", {"error": "SoldOut", "message": "none is left"})
    drop_channel(server, channel, arn)


def test_a_log_of_cloudtrail_s_is_read(records, tmp_path):
    texts = records.read_text(encoding="utf-8").splitlines()[:100]
    log = tmp_path / "log.json.gz"
    log.write_bytes(gzip.compress(('{"Records":[' + ",".join(texts) + "]}").encode()))
    events = events_of(log)
    assert Counter(event["metadata"]["uid"] for event in events) == Counter(json.loads(text)["eventID"] for text in texts)
