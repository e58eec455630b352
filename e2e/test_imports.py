"""What comes into event data stores from elsewhere: log files of buckets, and events through channels."""

import base64
import gzip
import hashlib
import json
import os
import random
import uuid
from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest
from botocore.exceptions import ClientError

from atrium import REGION, Server, binary, error_of, unique, wait_for
from test_lake_service import ask, drop_store, make_store
from test_trails import arrived, delivered, make_trail

pytestmark = pytest.mark.long

OPTIONS = ["--lake-interval", "0.3", "--trail-interval", "0.2"]
# A step of a server that was killed over it is another's after twenty seconds.
LONG = 300

AUDIT = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]


@pytest.fixture(scope="module", autouse=True)
def lake_program():
    """The program that writes the files stands beside the server's."""
    if not binary().with_name("atrium-lake").is_file():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("atrium-lake is not built: cargo build -p atrium-lake")


def make_bucket(server):
    bucket = unique("logs")
    server.client("s3").create_bucket(Bucket=bucket)
    return bucket


def make_role(server, bucket, store):
    """A role as CloudTrail's console makes it for an import; its ARN."""
    iam, name, account = server.client("iam"), unique("importer"), store.split(":")[4]
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": account, "aws:SourceArn": store}}}]}
    own = {"StringEquals": {"aws:ResourceAccount": account, "aws:SourceAccount": account, "aws:SourceArn": store}}
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketAcl"], "Resource": f"arn:aws:s3:::{bucket}",
         "Condition": own},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*", "Condition": own}]}
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName=name, PolicyName="read", PolicyDocument=json.dumps(policy))
    return made["Role"]["Arn"]


def start(server, bucket, store, prefix="", **bounds):
    """Starts an import of a bucket; its id."""
    source = {"S3LocationUri": f"s3://{bucket}/{prefix}", "S3BucketRegion": REGION,
              "S3BucketAccessRoleArn": make_role(server, bucket, store)}
    started = server.client("cloudtrail").start_import(Destinations=[store], ImportSource={"S3": source}, **bounds)
    assert started["ImportStatus"] == "INITIALIZING" and started["Destinations"] == [store]
    return started["ImportId"]


def finish(server, import_id, seconds=LONG):
    """What is told of an import once it is over."""
    lake = server.client("cloudtrail")

    def look():
        found = lake.get_import(ImportId=import_id)
        return found["ImportStatus"] not in ("INITIALIZING", "IN_PROGRESS") and found

    return wait_for("end of the import", look, seconds)


def stored(server, name):
    """How often each record's id is in an event data store."""
    return Counter(row["eventID"] for row in ask(server, f"SELECT eventID FROM {name}"))


# Records as services of AWS have written them over the years; none of them is a real one.


def record(version, when, **fields):
    """A record in the form of a version, and what nobody here knows of besides."""
    account = f"{random.randrange(10**11, 10**12)}"
    made = {
        "eventVersion": version,
        "userIdentity": {"type": "AssumedRole", "principalId": "AROAEXAMPLE:ann", "accountId": account,
                         "arn": f"arn:aws:sts::{account}:assumed-role/Admin/ann",
                         "sessionContext": {"attributes": {"creationDate": "2026-01-05T09:00:00Z",
                                                           "mfaAuthenticated": "false"},
                                            "webIdFederationData": {}}},
        "eventTime": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": "ec2.amazonaws.com",
        "eventName": "RunInstances",
        "awsRegion": "ap-southeast-2",
        "sourceIPAddress": "192.0.2.7",
        "userAgent": "aws-cli/2.15 \u00e9\u202f",
        "requestParameters": {"instancesSet": {"items": [{"imageId": "ami-1", "minCount": 1}]}, "flags": None},
        "responseElements": None,
        "eventID": str(uuid.uuid4()),
    }
    if version not in ("1.01",):
        made["eventType"] = "AwsApiCall"
        made["recipientAccountId"] = account
    if version in ("1.08", "1.09", "1.11"):
        made |= {"readOnly": False, "managementEvent": True, "eventCategory": "Management",
                 "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"}}
    if version == "1.11":
        made["eventContext"] = {"requestContext": {"aws:PrincipalTag/team": "blue"}}
    return made | {"somethingNew": {"of": ["a", "later", "year"]}} | fields


def key(account, day, number=0, folder="CloudTrail"):
    stamp = day.strftime("%Y%m%dT0905Z")
    return (f"AWSLogs/{account}/{folder}/ap-southeast-2/{day:%Y/%m/%d}/"
            f"{account}_CloudTrail_ap-southeast-2_{stamp}_{number:016d}.json.gz")


def pack(records):
    return gzip.compress(json.dumps({"Records": records}).encode())


# The same for all of a run, whenever it passes midnight.
NOW = datetime.now(timezone.utc).replace(microsecond=0)


def days_ago(days):
    return NOW - timedelta(days=days)


def put(server, bucket, name, body):
    server.client("s3").put_object(Bucket=bucket, Key=name, Body=body)


def test_what_a_trail_delivered_comes_back(server):
    """Each record of a trail's files is in the event data store once, as it was delivered."""
    trail, bucket = make_trail(server, S3KeyPrefix="audit", EnableLogFileValidation=True)
    cloudtrail = server.client("cloudtrail")
    cloudtrail.start_logging(Name=trail)
    server.client("iam").create_user(UserName=unique("user"))
    cloudtrail.stop_logging(Name=trail)
    arrived(server, bucket, "StopLogging")
    want = {found["eventID"]: found for _, found in delivered(server, bucket)}
    files = {name for name, _ in delivered(server, bucket)}
    store, name = make_store(server, StartIngestion=False)
    done = finish(server, start(server, bucket, store))
    assert done["ImportStatus"] == "COMPLETED"
    statistics = done["ImportStatistics"]
    assert statistics["PrefixesFound"] == statistics["PrefixesCompleted"] > 0
    assert (statistics["FilesCompleted"], statistics["EventsCompleted"], statistics["FailedEntries"]) == (
        len(files), len(want), 0)
    rows = ask(server, f"SELECT eventID, eventJson FROM {name}")
    assert len(rows) == len(want)
    assert {row["eventID"]: json.loads(row["eventJson"]) for row in rows} == want
    assert cloudtrail.list_imports(Destination=store)["Imports"][0]["ImportStatus"] == "COMPLETED"
    drop_store(server, store)


def test_files_of_another_account_are_kept_whole(server):
    """Records of all versions, with accounts and fields that nobody here knows; what is no log is told."""
    bucket = make_bucket(server)
    want = {}
    for number, version in enumerate(["1.01", "1.02", "1.04", "1.05", "1.08", "1.09", "1.11"]):
        records = [record(version, days_ago(number)) for _ in range(3)]
        want |= {found["eventID"]: found for found in records}
        put(server, bucket, key("444455556666", days_ago(number), number), pack(records))
    good = pack([record("1.08", days_ago(1))])
    bad = {
        "plain": b'{"Records": []}',
        "cut": good[:-12],
        "words": gzip.compress(b"hello"),
        "digest": gzip.compress(b'{"logFiles": []}'),
        "strange": pack([record("1.08", days_ago(1)), {"eventID": "x"}]),
        "later": pack([record("2.0", days_ago(1))]),
        "bomb": gzip.compress(b" " * (200 << 20)),
    }
    for name, body in bad.items():
        put(server, bucket, f"AWSLogs/444455556666/CloudTrail/{name}.json.gz", body)
    for other in ("CloudTrail-Digest", "Config"):
        put(server, bucket, key("444455556666", days_ago(1), folder=other), b"no log")
    put(server, bucket, key("444455556666", days_ago(400)), pack([record("1.08", days_ago(400))]))
    store, name = make_store(server, StartIngestion=False)
    import_id = start(server, bucket, store)
    done = finish(server, import_id)
    assert done["ImportStatus"] == "FAILED"
    statistics = done["ImportStatistics"]
    # The file of long ago is read, and nothing in it is kept.
    assert (statistics["FilesCompleted"], statistics["EventsCompleted"], statistics["FailedEntries"]) == (
        8, len(want), len(bad))
    rows = ask(server, f"SELECT eventID, eventJson, recipientAccountId FROM {name}")
    assert {row["eventID"]: json.loads(row["eventJson"]) for row in rows} == want and len(rows) == len(want)
    failures = server.client("cloudtrail").get_paginator("list_import_failures").paginate(
        ImportId=import_id, PaginationConfig={"PageSize": 2})
    failures = [failure for page in failures for failure in page["Failures"]]
    told = {failure["Location"].rsplit("/", 1)[1].split(".")[0]: failure for failure in failures}
    assert told.keys() == bad.keys() and {failure["Status"] for failure in failures} == {"FAILED"}
    assert told["bomb"]["ErrorType"] == "FileTooLarge"
    assert "record 2" in told["strange"]["ErrorMessage"]

    # One is mended; the rest fails again.
    mended = record("1.08", days_ago(1))
    put(server, bucket, "AWSLogs/444455556666/CloudTrail/cut.json.gz", pack([mended]))
    server.aws("cloudtrail", "start-import", "--import-id", import_id)
    again = finish(server, import_id)
    assert again["ImportStatistics"]["FailedEntries"] == len(bad) - 1
    assert stored(server, name) == Counter([*want, mended["eventID"]])
    found = server.aws("cloudtrail", "list-import-failures", "--import-id", import_id)["Failures"]
    assert Counter(failure["Status"] for failure in found) == {"SUCCEEDED": 1, "FAILED": len(bad) - 1}
    drop_store(server, store)


def test_an_import_is_bounded_by_place_and_time(server):
    bucket = make_bucket(server)
    records = {number: record("1.08", days_ago(number)) for number in range(5)}
    for number, found in records.items():
        put(server, bucket, key("444455556666", days_ago(number)), pack([found]))
    elsewhere = record("1.08", days_ago(2))
    put(server, bucket, "copied/some.json.gz", pack([elsewhere]))
    store, name = make_store(server, StartIngestion=False)
    bounds = {"StartEventTime": days_ago(3) - timedelta(seconds=9), "EndEventTime": days_ago(1) + timedelta(seconds=9)}
    done = finish(server, start(server, bucket, store, **bounds))
    assert done["StartEventTime"] == bounds["StartEventTime"]
    want = [records[number]["eventID"] for number in (1, 2, 3)]
    assert stored(server, name) == Counter(want)
    finish(server, start(server, bucket, store, "copied/"))
    assert stored(server, name) == Counter([*want, elsewhere["eventID"]])
    drop_store(server, store)


def fill(server, bucket, days, each):
    """A file of records for each of so many days; their ids."""
    ids = []
    for number in range(days):
        records = [record("1.08", days_ago(number)) for _ in range(each)]
        ids += [found["eventID"] for found in records]
        put(server, bucket, key("444455556666", days_ago(number)), pack(records))
    return ids


def begun(server, import_id):
    """Waits until some files are in, and not all."""
    lake = server.client("cloudtrail")

    def look():
        found = lake.get_import(ImportId=import_id)
        return found["ImportStatistics"]["FilesCompleted"] > 0 and found

    return wait_for("the first files", look, LONG)


def test_killing_the_server_loses_and_doubles_nothing(own_server):
    """Power goes in the middle of an import, again and again: it ends once, with each record once."""
    server, bucket = own_server, make_bucket(own_server)
    store, name = make_store(server, StartIngestion=False)
    want = fill(server, bucket, 260, 4)
    import_id = start(server, bucket, store)
    assert begun(server, import_id)["ImportStatus"] == "IN_PROGRESS"
    server.kill()
    server.start()
    done = finish(server, import_id)
    assert done["ImportStatus"] == "COMPLETED"
    assert done["ImportStatistics"] == {"PrefixesFound": 260, "PrefixesCompleted": 260, "FilesCompleted": 260,
                                        "EventsCompleted": len(want), "FailedEntries": 0}
    assert stored(server, name) == Counter(want)


def test_replicas_share_an_import(engine, tmp_path):
    url = engine()
    if url is None:
        pytest.skip("the embedded database is one server's")
    shared = [*OPTIONS, "--object-store", f"file://{tmp_path / 'objects'}"]
    first, second = (Server(tmp_path / name, url, shared) for name in ("first", "second"))
    try:
        first.start()
        second.share(first)
        second.start()
        bucket = make_bucket(first)
        store, name = make_store(first, StartIngestion=False)
        want = fill(first, bucket, 200, 2)
        import_id = start(second, bucket, store)
        begun(second, import_id)
        first.kill()
        assert finish(second, import_id)["ImportStatistics"]["EventsCompleted"] == len(want)
        assert stored(second, name) == Counter(want)
    finally:
        for server in (first, second):
            assert server.stop() in (0, -9, None), server.log()


# Channels.


def make_channel(server, source="Custom"):
    """An event data store for events from elsewhere, and a channel to it: its ARN, the store's ARN and id."""
    store, name = make_store(server, AdvancedEventSelectors=AUDIT)
    made = server.client("cloudtrail").create_channel(
        Name=unique("channel"), Source=source, Destinations=[{"Type": "EVENT_DATA_STORE", "Location": store}],
        Tags=[{"Key": "team", "Value": "blue"}])
    return made["ChannelArn"], store, name


def drop_channel(server, channel, store):
    lake = server.client("cloudtrail")
    with pytest.raises(ClientError) as held:
        lake.delete_event_data_store(EventDataStore=store)
    assert error_of(held)[0] == "ChannelExistsForEDSException"
    lake.delete_channel(Channel=channel)
    drop_store(server, store)


def event(account, uid, **fields):
    """The eventData of an event of a shop."""
    return json.dumps({
        "version": "1", "userIdentity": {"type": "person", "principalId": "ann", "details": {"till": 7}},
        "eventSource": "shop.example", "eventName": "Sell", "eventTime": days_ago(0).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "UID": uid, "requestParameters": {"goods": [{"name": "tea"}]}, "recipientAccountId": account, **fields,
    })


def test_events_from_elsewhere_are_asked_like_others(server):
    channel, store, name = make_channel(server)
    account, data = channel.split(":")[4], server.client("cloudtrail-data")
    sold, stolen = event(account, "u-1"), event("444455556666", "u-2")
    good = base64.b64encode(hashlib.sha256(sold.encode()).digest()).decode()
    answer = data.put_audit_events(channelArn=channel, auditEvents=[
        {"id": "a", "eventData": sold, "eventDataChecksum": good},
        {"id": "b", "eventData": sold, "eventDataChecksum": "wrong"},
        {"id": "c", "eventData": stolen},
        {"id": "d", "eventData": "no JSON"},
        {"id": "e", "eventData": event(account, "u-3", eventName="")},
    ])
    assert [taken["id"] for taken in answer["successful"]] == ["a"]
    assert {failed["id"]: failed["errorCode"] for failed in answer["failed"]} == {
        "b": "InvalidChecksum", "c": "InvalidRecipient", "d": "InvalidData", "e": "FieldNotFound"}
    event_id = answer["successful"][0]["eventID"]
    # Sent again, it is known.
    again = data.put_audit_events(channelArn=channel, auditEvents=[{"id": "a", "eventData": sold}])
    assert again["successful"] == [{"id": "a", "eventID": event_id}]
    rows = ask(server, f"""
        SELECT eventID, eventCategory, eventType, recipientAccountId, eventData.UID AS uid, metadata.channelARN AS channel,
               element_at(eventData.userIdentity.details, 'till') AS till, eventJson
        FROM {name} WHERE eventData.eventName = 'Sell' AND eventData.eventTime > timestamp '2026-01-01 00:00:00'""")
    assert len(rows) == 1
    row = rows[0]
    assert json.loads(row.pop("eventJson"))["eventData"] == json.loads(sold)
    assert row == {"eventID": event_id, "eventCategory": "ActivityAuditLog", "eventType": "ActivityLog",
                   "recipientAccountId": account, "uid": "u-1", "channel": channel, "till": "7"}

    with pytest.raises(ClientError) as twice:
        data.put_audit_events(channelArn=channel, auditEvents=[{"id": "x", "eventData": sold}] * 2)
    assert error_of(twice)[0] == "DuplicatedAuditEventId"
    with pytest.raises(ClientError) as missing:
        data.put_audit_events(channelArn=f"{channel[:-36]}{uuid.uuid4()}", auditEvents=[{"id": "x", "eventData": sold}])
    assert error_of(missing)[0] == "ChannelNotFound"
    drop_channel(server, channel, store)


def test_the_command_line_puts_events(server):
    channel, store, name = make_channel(server)
    account = channel.split(":")[4]
    events = json.dumps([{"id": "cli-1", "eventData": event(account, "u-9")}])
    answer = server.aws("cloudtrail-data", "put-audit-events", "--channel-arn", channel, "--audit-events", events)
    assert answer["failed"] == [] and answer["successful"][0]["id"] == "cli-1"
    assert stored(server, name) == Counter([answer["successful"][0]["eventID"]])
    found = server.aws("cloudtrail", "get-channel", "--channel", channel)
    assert found["IngestionStatus"]["LatestIngestionSuccessEventID"] == answer["successful"][0]["eventID"]
    listed = server.aws("cloudtrail", "list-channels")["Channels"]
    assert channel in [each["ChannelArn"] for each in listed]
    server.aws("cloudtrail", "update-channel", "--channel", channel, "--name", "renamed")
    tags = server.aws("cloudtrail", "list-tags", "--resource-id-list", channel)["ResourceTagList"][0]["TagsList"]
    assert tags == [{"Key": "team", "Value": "blue"}]
    drop_channel(server, channel, store)


def limited(server, statements):
    """Keys of a new user who may do what the statements say."""
    iam, name = server.client("iam"), unique("limited")
    iam.create_user(UserName=name)
    policy = {"Version": "2012-10-17", "Statement": statements}
    iam.put_user_policy(UserName=name, PolicyName="limited", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


def test_a_policy_lets_another_account_in(server):
    channel, store, name = make_channel(server)
    account, partner = channel.split(":")[4], server.make_account()
    theirs = server.client("cloudtrail-data", server.assume(partner))
    events = [{"id": "p-1", "eventData": event(account, "u-1")}]

    def refused(**more):
        with pytest.raises(ClientError) as denied:
            theirs.put_audit_events(channelArn=channel, auditEvents=events, **more)
        return error_of(denied)[0]

    assert refused() == "ChannelInsufficientPermission"
    lake = server.client("cloudtrail")
    policy = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{partner}:root"}, "Resource": channel,
        "Action": "cloudtrail-data:PutAuditEvents",
        "Condition": {"StringEquals": {"cloudtrail:ExternalId": "our-secret"}}}]}
    lake.put_resource_policy(ResourceArn=channel, ResourcePolicy=json.dumps(policy))
    assert json.loads(lake.get_resource_policy(ResourceArn=channel)["ResourcePolicy"]) == policy
    assert refused() == "ChannelInsufficientPermission"
    assert refused(externalId="another") == "ChannelInsufficientPermission"
    answer = theirs.put_audit_events(channelArn=channel, auditEvents=events, externalId="our-secret")
    assert stored(server, name) == Counter([answer["successful"][0]["eventID"]])
    # Who may not change the channel's policy may not by its id either.
    denied = limited(server, [
        {"Effect": "Allow", "Action": "cloudtrail:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "cloudtrail:DeleteResourcePolicy", "Resource": channel}])
    for named in (channel, channel.rsplit("/", 1)[1]):
        with pytest.raises(ClientError) as refusal:
            server.client("cloudtrail", denied).delete_resource_policy(ResourceArn=named)
        assert error_of(refusal)[0] == "AccessDeniedException", named
    lake.delete_resource_policy(ResourceArn=channel)
    assert refused(externalId="our-secret") == "ChannelInsufficientPermission"
    with pytest.raises(ClientError) as none:
        lake.get_resource_policy(ResourceArn=channel)
    assert error_of(none)[0] == "ResourcePolicyNotFoundException"
    drop_channel(server, channel, store)
