"""Event data stores: what happened can be asked in SQL a moment later, and nothing is missing or there twice."""

import csv
import gzip
import hashlib
import io
import json
import os
import sqlite3
import subprocess
import threading
from collections import Counter
from contextlib import closing

import duckdb
import psycopg
import pytest
import rsa
from botocore.exceptions import BotoCoreError, ClientError

from atrium import REGION, Server, binary, error_of, kill_amid, unique, wait_for

# Records are written into files all the time.
OPTIONS = ["--lake-interval", "0.3"]

PUBLISHED = """
SELECT
    userIdentity.arn AS userARN, eventName, userIdentity.accountId
FROM
    {store}
WHERE
    userIdentity.arn IS NOT NULL
    AND eventName = 'DeleteInstance'
    OR eventName = 'CreateInstance'
"""
CORRECTED = """
SELECT eventTime, userIdentity.arn AS userARN, eventName, recipientAccountId,
       element_at(responseElements, 'instanceArn') AS instanceArn
FROM {store}
WHERE eventSource = 'sso.amazonaws.com' AND eventName IN ('CreateInstance', 'DeleteInstance') AND errorCode IS NULL
ORDER BY eventTime DESC
"""


@pytest.fixture(scope="module", autouse=True)
def lake_program():
    """The program that answers queries stands beside the server's."""
    if not binary().with_name("atrium-lake").is_file():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("atrium-lake is not built: cargo build -p atrium-lake")


def make_store(server, credentials=None, region=REGION, **settings):
    """The ARN of a new event data store, and its id."""
    made = server.client("cloudtrail", credentials, region).create_event_data_store(
        Name=unique("store"), TerminationProtectionEnabled=False, **settings
    )
    arn = made["EventDataStoreArn"]
    return arn, arn.rsplit("/", 1)[1]


def drop_store(server, arn, credentials=None, region=REGION):
    """Room for others: an account has ten."""
    server.client("cloudtrail", credentials, region).delete_event_data_store(EventDataStore=arn)


@pytest.fixture
def store(server):
    arn, name = make_store(server)
    yield name
    drop_store(server, arn)


def finish(server, query, credentials=None, region=REGION):
    """How a query ended, once it has."""
    lake = server.client("cloudtrail", credentials, region)

    def look():
        found = lake.describe_query(QueryId=query)
        return found["QueryStatus"] not in ("QUEUED", "RUNNING") and found

    return wait_for("answer", look)


def ask(server, statement, credentials=None, region=REGION, page=1000):
    """The rows of an answer: dictionaries in the columns' order."""
    lake = server.client("cloudtrail", credentials, region)
    query = lake.start_query(QueryStatement=statement)["QueryId"]
    done = finish(server, query, credentials, region)
    assert done["QueryStatus"] == "FINISHED", done
    rows, token = [], {}
    while True:
        found = lake.get_query_results(QueryId=query, MaxQueryResults=page, **token)
        for row in found["QueryResultRows"]:
            assert all(len(cell) == 1 for cell in row)
            rows.append({name: value for cell in row for name, value in cell.items()})
        assert found["QueryStatistics"]["ResultsCount"] == len(found["QueryResultRows"]) <= page
        if "NextToken" not in found:
            assert found["QueryStatistics"]["TotalResultsCount"] == len(rows)
            return rows
        token = {"NextToken": found["NextToken"]}


def test_a_store_lives_and_is_restored(server):
    lake = server.client("cloudtrail")
    name = unique("store")
    made = lake.create_event_data_store(Name=name, TagsList=[{"Key": "team", "Value": "blue"}])
    arn, short = made["EventDataStoreArn"], made["EventDataStoreArn"].rsplit("/", 1)[1]
    assert (made["Status"], made["RetentionPeriod"], made["BillingMode"]) == (
        "ENABLED", 366, "EXTENDABLE_RETENTION_PRICING")
    assert made["MultiRegionEnabled"] and made["TerminationProtectionEnabled"] and not made["OrganizationEnabled"]
    with pytest.raises(ClientError) as taken:
        lake.create_event_data_store(Name=name)
    assert error_of(taken)[0] == "EventDataStoreAlreadyExistsException"

    changed = lake.update_event_data_store(EventDataStore=short, RetentionPeriod=90, Name=f"{name}-2")
    assert (changed["Name"], changed["RetentionPeriod"]) == (f"{name}-2", 90)
    listed = lake.list_event_data_stores()["EventDataStores"]
    assert f"{name}-2" in [found["Name"] for found in listed]
    assert f"{name}-2" not in [
        found["Name"]
        for found in server.client("cloudtrail", region="eu-west-1").list_event_data_stores()["EventDataStores"]
    ]

    lake.add_tags(ResourceId=arn, TagsList=[{"Key": "cost", "Value": "7"}])
    lake.remove_tags(ResourceId=arn, TagsList=[{"Key": "team"}])
    assert lake.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"] == [{"Key": "cost", "Value": "7"}]

    lake.stop_event_data_store_ingestion(EventDataStore=arn)
    assert lake.get_event_data_store(EventDataStore=arn)["Status"] == "STOPPED_INGESTION"
    with pytest.raises(ClientError) as twice:
        lake.stop_event_data_store_ingestion(EventDataStore=arn)
    assert error_of(twice)[0] == "InvalidEventDataStoreStatusException"
    lake.start_event_data_store_ingestion(EventDataStore=arn)

    with pytest.raises(ClientError) as protected:
        lake.delete_event_data_store(EventDataStore=arn)
    assert error_of(protected)[0] == "EventDataStoreTerminationProtectedException"
    lake.update_event_data_store(EventDataStore=arn, TerminationProtectionEnabled=False)
    lake.delete_event_data_store(EventDataStore=arn)
    assert lake.get_event_data_store(EventDataStore=arn)["Status"] == "PENDING_DELETION"
    for refused in [
        lambda: lake.start_query(QueryStatement=f"SELECT 1 FROM {short}"),
        lambda: lake.update_event_data_store(EventDataStore=arn, RetentionPeriod=8),
        lambda: lake.delete_event_data_store(EventDataStore=arn),
    ]:
        with pytest.raises(ClientError) as inactive:
            refused()
        assert error_of(inactive)[0] == "InactiveEventDataStoreException"
    assert lake.restore_event_data_store(EventDataStore=arn)["Status"] == "ENABLED"
    drop_store(server, arn)


def test_the_published_query_and_the_corrected_one(server):
    server.client("organizations").enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    arn, store = make_store(server, OrganizationEnabled=True)
    account = server.make_account()
    member = server.assume(account)
    made = server.make_instance(member)["InstanceArn"]
    admin = server.client("sso-admin", member)
    with pytest.raises(ClientError):
        admin.create_instance(Name="another one")
    admin.delete_instance(InstanceArn=made)

    rows = ask(server, PUBLISHED.format(store=store))
    caller = server.client("sts", member).get_caller_identity()["Arn"]
    assert list(rows[0]) == ["userARN", "eventName", "accountId"]
    # It counts the refused call too.
    row = {"userARN": caller, "accountId": account}
    assert Counter(found["eventName"] for found in rows) == {"CreateInstance": 2, "DeleteInstance": 1}
    assert all(found | {"eventName": ""} == row | {"eventName": ""} for found in rows)

    rows = ask(server, CORRECTED.format(store=store))
    # Times are of whole seconds, so which comes first is not said.
    assert sorted(found["eventName"] for found in rows) == ["CreateInstance", "DeleteInstance"]
    assert {found["instanceArn"] for found in rows if found["eventName"] == "CreateInstance"} == {made}
    assert all((found["userARN"], found["recipientAccountId"]) == (caller, account) for found in rows)

    # The same from files, once all records are in some.
    wait_until_written(server, store)
    again = ask(server, CORRECTED.format(store=store))
    assert sorted(map(json.dumps, again)) == sorted(map(json.dumps, rows))
    # The member has no part in it.
    with pytest.raises(ClientError) as foreign:
        server.client("cloudtrail", member).start_query(QueryStatement=f"SELECT 1 FROM {store}")
    assert error_of(foreign)[0] == "EventDataStoreNotFoundException"
    drop_store(server, arn)


def wait_until_written(server, store):
    """Until everything that has happened is in files of a store that holds the management account's calls."""
    folder = server.folder / "data" / "objects" / "lake"
    # Records are written in their order: once this call is, all before it are.
    call = server.client("sts").get_caller_identity()["ResponseMetadata"]["RequestId"]

    def is_there():
        files = [str(file) for file in folder.rglob("*.parquet") if store in file.parts]
        if not files:
            return False
        found = duckdb.execute("SELECT count(*) FROM read_parquet($files) WHERE requestid = $call", {"files": files, "call": call})
        # A merged file and what it was merged from are there side by side for a while.
        return found.fetchone()[0] >= 1

    wait_for("the call in a file", is_there)


def test_an_answer_has_pages_and_is_its_askers(server, store):
    lake = server.client("cloudtrail")
    for _ in range(7):
        server.client("sts").get_caller_identity()
    statement = f"SELECT eventID, eventName FROM {store} WHERE eventName = 'GetCallerIdentity' ORDER BY eventID"
    rows = ask(server, statement, page=3)
    assert len(rows) >= 7
    assert [row["eventID"] for row in rows] == sorted({row["eventID"] for row in rows})
    looked = {record["eventID"] for record in server.events(attribute=("EventName", "GetCallerIdentity"))}
    assert {row["eventID"] for row in rows} <= looked

    query = lake.start_query(QueryStatement=statement)["QueryId"]
    done = finish(server, query)
    assert done["QueryString"] == statement and done["QueryStatistics"]["EventsMatched"] >= 7
    assert query in [found["QueryId"] for found in lake.list_queries(EventDataStore=store)["Queries"]]
    token = lake.get_query_results(QueryId=query, MaxQueryResults=1)["NextToken"]
    other = lake.start_query(QueryStatement=statement)["QueryId"]
    finish(server, other)
    with pytest.raises(ClientError) as refused:
        lake.get_query_results(QueryId=other, NextToken=token)
    assert error_of(refused)[0] == "InvalidNextTokenException"
    with pytest.raises(ClientError) as over:
        lake.cancel_query(QueryId=query)
    assert error_of(over)[0] == "InactiveQueryException"
    stranger = server.assume(server.make_account())
    for call in ("describe_query", "get_query_results", "cancel_query"):
        with pytest.raises(ClientError) as foreign:
            getattr(server.client("cloudtrail", stranger), call)(QueryId=query)
        assert error_of(foreign)[0] == "QueryIdNotFoundException"


def test_a_statement_that_is_wrong_says_where(server, store):
    lake = server.client("cloudtrail")
    for statement, code in [
        (f"DELETE FROM {store}", "InvalidQueryStatementException"),
        ("SELECT 1", "InvalidQueryStatementException"),
        ("SELECT 1 FROM 00000000-0000-4000-8000-000000000000", "EventDataStoreNotFoundException"),
    ]:
        with pytest.raises(ClientError) as refused:
            lake.start_query(QueryStatement=statement)
        assert error_of(refused)[0] == code, statement
    for statement, place in [
        (f"SELECT nothing\nFROM {store}", "line 1:8"),
        (f"SELECT eventName FROM {store} WHERE", "line 1:65: Expected"),
        (f"SELECT * FROM {store}; SELECT 1", "line 1:"),
        (f"SELECT * FROM {store} JOIN information_schema.tables t ON true", "line 1:"),
    ]:
        query = lake.start_query(QueryStatement=statement)["QueryId"]
        done = finish(server, query)
        assert done["QueryStatus"] == "FAILED" and done["ErrorMessage"].startswith(place), (statement, done)
        found = lake.get_query_results(QueryId=query)
        assert found["QueryStatus"] == "FAILED" and found["ErrorMessage"] == done["ErrorMessage"]


def test_a_query_needs_permission_for_each_store(server, store):
    iam = server.client("iam")
    arn, other = make_store(server)
    user = unique("analyst")
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    credentials = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    account = server.client("sts").get_caller_identity()["Account"]
    own = f"arn:aws:cloudtrail:{REGION}:{account}:eventdatastore/{store}"
    allow = [{"Effect": "Allow", "Action": "cloudtrail:*Quer*", "Resource": own}]
    iam.put_user_policy(
        UserName=user, PolicyName="lake", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": allow})
    )
    ask(server, f"SELECT count(*) AS many FROM {store}", credentials)
    for statement in (f"SELECT 1 FROM {other}", f"SELECT 1 FROM {store} a JOIN {other} b ON a.eventID = b.eventID"):
        with pytest.raises(ClientError) as denied:
            server.client("cloudtrail", credentials).start_query(QueryStatement=statement)
        assert error_of(denied)[0] == "AccessDeniedException"
    drop_store(server, arn)


def test_an_answer_is_delivered_and_signed(server, store):
    s3, bucket = server.client("s3"), unique("answers")
    s3.create_bucket(Bucket=bucket)
    lake = server.client("cloudtrail")
    statement = f"SELECT eventName, errorCode, userAgent FROM {store} ORDER BY eventTime, eventID LIMIT 20"
    query = lake.start_query(QueryStatement=statement, DeliveryS3Uri=f"s3://{bucket}/lake")["QueryId"]
    done = finish(server, query)
    assert (done["QueryStatus"], done["DeliveryStatus"]) == ("FINISHED", "SUCCESS"), done
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    folder = keys[0].rsplit("/", 1)[0]
    assert sorted(keys) == [f"{folder}/result_1.csv.gz", f"{folder}/result_sign.json"]
    assert folder.startswith("lake/AWSLogs/") and folder.endswith(f"/{query}")

    body = s3.get_object(Bucket=bucket, Key=keys[0])["Body"].read()
    rows = list(csv.reader(io.StringIO(gzip.decompress(body).decode(), newline="")))
    found = lake.get_query_results(QueryId=query)["QueryResultRows"]
    assert rows[0] == ["eventName", "errorCode", "userAgent"]
    assert rows[1:] == [[value for cell in row for value in cell.values()] for row in found]

    # As "Validate saved query results" in the user guide does it.
    sign = json.loads(s3.get_object(Bucket=bucket, Key=keys[1])["Body"].read())
    assert sign["files"] == [{"fileHashValue": hashlib.sha256(body).hexdigest(), "fileName": "result_1.csv.gz"}]
    known = lake.list_public_keys(StartTime=sign["queryCompleteTime"], EndTime=sign["queryCompleteTime"])
    [key] = [key for key in known["PublicKeyList"] if key["Fingerprint"] == sign["publicKeyFingerprint"]]
    signed = " ".join(file["fileHashValue"] for file in sign["files"]).encode()
    key, signature = rsa.PublicKey.load_pkcs1(key["Value"], format="DER"), bytes.fromhex(sign["hashSignature"])
    assert rsa.verify(signed, signature, key) == "SHA-256"
    with pytest.raises(rsa.VerificationError):
        rsa.verify(signed[:-1] + b"x", signature, key)

    with pytest.raises(ClientError) as missing:
        lake.start_query(QueryStatement=statement, DeliveryS3Uri=f"s3://{unique('nowhere')}")
    assert error_of(missing)[0] == "S3BucketDoesNotExistException"


def test_the_command_prints_an_answer(server, store):
    def run(*arguments):
        done = subprocess.run(
            [binary(), "lake", "query", *arguments],
            capture_output=True, text=True, timeout=120, env=server.environment(),
        )
        return done.returncode, done.stdout, done.stderr

    statement = f"SELECT eventName AS what, count(*) AS many FROM {store} GROUP BY eventName ORDER BY 1 LIMIT 3"
    status, out, err = run(statement, "--output", "json")
    assert status == 0, err
    rows = json.loads(out)
    assert rows and all(list(row) == ["what", "many"] for row in rows)
    status, out, err = run(statement, "--output", "csv")
    assert status == 0 and out.startswith("what,many\n"), err
    status, out, err = run(statement)
    assert status == 0 and "what" in out and rows[0]["what"] in out
    status, out, err = run(f"SELECT nothing FROM {store}")
    assert (status, out) == (1, "") and "line 1:8" in err


def test_an_answer_waits_for_transactions_under_way(server, store):
    if not server.database_url:
        pytest.skip("the embedded database has one writer")
    count = f"SELECT count(*) AS n FROM {store} WHERE eventName = 'GetSessionToken'"
    lake = server.client("cloudtrail")
    elsewhere = server.database_url.rsplit("/", 1)[0] + "/postgres"
    with psycopg.connect(elsewhere) as foreign, psycopg.connect(server.database_url) as open:
        for connection in foreign, open:
            # Now it has a number, and what is written after it stands behind it in the log.
            connection.execute("SELECT pg_current_xact_id()")
        server.client("sts").get_session_token()
        query = lake.start_query(QueryStatement=count)["QueryId"]
        wait_for("the query's turn", lambda: lake.describe_query(QueryId=query)["QueryStatus"] != "QUEUED")
        open.rollback()
        # What is open in another database is no business of this one's.
        assert finish(server, query)["QueryStatus"] == "FINISHED"
    assert lake.get_query_results(QueryId=query)["QueryResultRows"] == [[{"n": "1"}]]


def test_stopped_stores_take_nothing(server):
    arn, store = make_store(server, StartIngestion=False)
    lake = server.client("cloudtrail")
    count = f"SELECT eventName FROM {store}"
    assert ask(server, count) == []
    lake.start_event_data_store_ingestion(EventDataStore=arn)
    server.client("sts").get_caller_identity()
    lake.stop_event_data_store_ingestion(EventDataStore=arn)
    server.client("sts").get_session_token()
    names = [row["eventName"] for row in ask(server, count)]
    assert "StartEventDataStoreIngestion" in names and "GetCallerIdentity" in names
    assert "CreateEventDataStore" not in names
    assert "StopEventDataStoreIngestion" in names and "GetSessionToken" not in names
    drop_store(server, arn)


def files_of(server, store) -> int:
    """How many files the records of a store are in, those aside that merged ones have replaced."""
    count = f"SELECT count(*) FROM lake_file WHERE store = '{store}'"
    if server.database_url:
        with psycopg.connect(server.database_url) as connection:
            return connection.execute(count).fetchone()[0]
    with closing(sqlite3.connect(server.folder / "data" / "atrium.db")) as connection:
        return connection.execute(count).fetchone()[0]


def test_small_files_become_large_ones(server):
    arn, store = make_store(server)
    count = f"SELECT count(*) AS n, count(DISTINCT eventID) AS ids FROM {store} WHERE eventName = 'GetSessionToken'"
    # Eight in a day are merged: so many are of one day, also if another begins meanwhile.
    for _ in range(16):
        server.client("sts").get_session_token()
        wait_until_written(server, store)
        assert ask(server, count)[0]["n"] == ask(server, count)[0]["ids"]
    # There are sixteen files at least, unless some were merged.
    wait_for("merged files", lambda: files_of(server, store) < 16)
    assert ask(server, count) == [{"n": "16", "ids": "16"}]
    drop_store(server, arn)


ROUNDS = 3
WRITERS = 6


def test_kill_9_leaves_lookup_and_lake_agreed(own_server):
    server = own_server
    _, store = make_store(server)
    identity_store = server.client("sso-admin").list_instances()["Instances"][0]["IdentityStoreId"]
    for _ in range(ROUNDS):
        write_until_killed(server, identity_store)
        server.start()
    looked = {record["eventID"]: record for record in server.events(attribute=("EventName", "CreateUser"))}
    assert len(looked) > ROUNDS * WRITERS
    statement = f"SELECT eventID, eventJson FROM {store} WHERE eventName = 'CreateUser'"
    rows = ask(server, statement)
    assert Counter(row["eventID"] for row in rows) == Counter(list(looked))
    assert all(json.loads(row["eventJson"]) == looked[row["eventID"]] for row in rows)
    # Once everything is in files, it is still so.
    wait_until_written(server, store)
    rows = ask(server, statement)
    assert Counter(row["eventID"] for row in rows) == Counter(list(looked))


def write_until_killed(server, identity_store):
    """Creates users over several connections until the server is gone."""
    acknowledged, going = [], threading.Event()

    def write():
        client = server.client("identitystore", attempts=1)
        going.wait()
        while True:
            name = unique("u")
            try:
                client.create_user(
                    IdentityStoreId=identity_store, UserName=name, DisplayName=name,
                    Name={"GivenName": "A", "FamilyName": "B"},
                )
                acknowledged.append(name)
            except BotoCoreError:
                return
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                    raise
                return

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    going.set()
    kill_amid(server, acknowledged)
    for writer in writers:
        writer.join()
