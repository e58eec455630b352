"""Trails: what is delivered to buckets, and how it is known that nobody has changed it."""

import gzip
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta, timezone

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from atrium import REGION, Server, error_of, kill_amid, unique, wait_for

# Fractions of AWS's five minutes and of its hour.
OPTIONS = ["--trail-interval", "0.2", "--digest-interval", "1"]
# A server that was killed over a delivery has its turn for half a minute.
LONG = 300


def make_trail(server, credentials=None, region=REGION, **settings):
    """A bucket of its own and a trail that delivers to it; its ARN and the bucket."""
    bucket = unique("trail")
    place = {} if region == REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    server.client("s3", credentials, region).create_bucket(Bucket=bucket, **place)
    made = server.client("cloudtrail", credentials, region).create_trail(
        Name=unique("trail"), S3BucketName=bucket, **settings
    )
    return made["TrailARN"], bucket


def keys(server, bucket, kind="CloudTrail", credentials=None):
    """The keys of a bucket's log files, or of its digests."""
    pages = server.client("s3", credentials).get_paginator("list_objects_v2").paginate(Bucket=bucket)
    found = [thing["Key"] for page in pages for thing in page.get("Contents", [])]
    return [key for key in found if f"/{kind}/" in key]


def delivered(server, bucket, credentials=None):
    """Every record in a bucket's log files, with the key of its file."""
    s3 = server.client("s3", credentials)
    found = []
    for key in keys(server, bucket, credentials=credentials):
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        file = json.loads(gzip.decompress(body))
        assert list(file) == ["Records"] and file["Records"], key
        found += [(key, record) for record in file["Records"]]
    return found


def arrived(server, bucket, event_name, credentials=None, seconds=180):
    """The records in a bucket, once one of this name is among them."""

    def look():
        found = delivered(server, bucket, credentials)
        return any(record["eventName"] == event_name for _, record in found) and found

    return wait_for(f"{event_name} in {bucket}", look, seconds)


def logged(server, trail, credentials=None):
    """The records that LookupEvents has from the trail's StartLogging to its StopLogging, both of them included."""
    records = server.events(credentials)

    def about(record, name):
        return record["eventName"] == name and record["requestParameters"]["name"] == trail

    end = next(at for at, record in enumerate(records) if about(record, "StopLogging"))
    begin = next(at for at, record in enumerate(records) if about(record, "StartLogging"))
    return records[end : begin + 1]


def validate(server, trail, since, *arguments, credentials=None):
    """What `aws cloudtrail validate-logs` says."""
    program = shutil.which("aws", path=f"{sys.executable.rsplit('/', 1)[0]}:{server.environment()['PATH']}")
    done = subprocess.run(
        [program, "cloudtrail", "validate-logs", "--trail-arn", trail, "--start-time", since.isoformat(), "--verbose",
         *arguments],
        capture_output=True, text=True, timeout=120, env=server.environment(credentials),
    )
    assert "Traceback" not in done.stderr and done.returncode in (0, 1), done.stderr
    return done.stdout + done.stderr


def test_what_is_called_arrives(server):
    """Each record once, where AWS puts it, as LookupEvents has it."""
    trail, bucket = make_trail(server, S3KeyPrefix="audit")
    account = trail.split(":")[4]
    cloudtrail = server.client("cloudtrail")
    cloudtrail.start_logging(Name=trail)
    user = unique("user")
    server.client("iam").create_user(UserName=user)
    with pytest.raises(ClientError):
        server.client("iam").create_user(UserName=user)
    server.client("sso-admin").list_instances()
    cloudtrail.stop_logging(Name=trail)
    want = {record["eventID"]: record for record in logged(server, trail)}

    def complete():
        found = delivered(server, bucket)
        return len(found) >= len(want) and found

    found = wait_for("all records", complete)
    assert sorted(record["eventID"] for _, record in found) == sorted(want)
    assert all(record == want[record["eventID"]] for _, record in found)
    names = [record["eventName"] for _, record in found]
    assert names.count("CreateUser") == 2 and "ListInstances" in names
    shape = (
        rf"audit/AWSLogs/{account}/CloudTrail/us-east-1/\d{{4}}/\d\d/\d\d/"
        rf"{account}_CloudTrail_us-east-1_\d{{8}}T\d{{4}}Z_\w{{16}}\.json\.gz"
    )
    assert all(re.fullmatch(shape, key) for key, _ in found)
    head = server.client("s3").head_object(Bucket=bucket, Key=found[0][0])
    assert (head["ContentType"], head["ContentEncoding"]) == ("application/json", "gzip")

    status = cloudtrail.get_trail_status(Name=trail)
    assert status["IsLogging"] is False and status["LatestDeliveryTime"] >= status["StartLoggingTime"]
    assert status["TimeLoggingStopped"] >= status["TimeLoggingStarted"] > ""
    assert "LatestDeliveryError" not in status


def test_a_trail_takes_what_its_selectors_say(server):
    trail, bucket = make_trail(server)
    cloudtrail = server.client("cloudtrail")
    writes = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
    cloudtrail.put_event_selectors(TrailName=trail, EventSelectors=writes)
    shown = cloudtrail.get_event_selectors(TrailName=trail)["EventSelectors"]
    assert shown == [{**writes[0], "DataResources": [], "ExcludeManagementEventSources": []}]
    cloudtrail.start_logging(Name=trail)
    server.client("iam").list_users()
    server.client("iam").create_user(UserName=unique("user"))
    arrived(server, bucket, "CreateUser")
    reads = [
        {"Name": "reads", "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "readOnly", "Equals": ["true"]}]}
    ]
    cloudtrail.put_event_selectors(TrailName=trail, AdvancedEventSelectors=reads)
    assert cloudtrail.get_event_selectors(TrailName=trail)["AdvancedEventSelectors"] == reads
    assert cloudtrail.get_trail(Name=trail)["Trail"]["HasCustomEventSelectors"] is True
    server.client("iam").create_user(UserName=unique("user"))
    server.client("iam").list_groups()
    found = arrived(server, bucket, "ListGroups")
    cloudtrail.delete_trail(Name=trail)
    names = [record["eventName"] for _, record in found]
    assert names.count("CreateUser") == 1 and "ListUsers" not in names


def test_a_trail_for_all_regions_takes_the_others_too(server):
    trail, bucket = make_trail(server, IsMultiRegionTrail=True)
    here, there = (server.client("cloudtrail", region=region) for region in (REGION, "eu-west-1"))
    here.start_logging(Name=trail)
    assert [one["TrailARN"] for one in there.describe_trails()["trailList"]].count(trail) == 1
    assert trail not in [
        one["TrailARN"] for one in there.describe_trails(includeShadowTrails=False)["trailList"]
    ]
    with pytest.raises(ClientError) as failure:
        there.stop_logging(Name=trail)
    assert error_of(failure)[0] == "InvalidHomeRegionException"
    server.client("sso-admin", region="eu-west-1").list_instances()

    def from_there():
        found = delivered(server, bucket)
        return [key for key, record in found if record["awsRegion"] == "eu-west-1"]

    for key in wait_for("events of the other Region", from_there):
        assert "/CloudTrail/eu-west-1/" in key
    here.delete_trail(Name=trail)


def test_digests_show_every_change(server):
    """`aws cloudtrail validate-logs` accepts what was delivered, and finds what was changed, deleted or moved."""
    since = datetime.now(timezone.utc) - timedelta(minutes=5)
    trail, bucket = make_trail(server, EnableLogFileValidation=True)
    s3, iam = server.client("s3"), server.client("iam")
    server.client("cloudtrail").start_logging(Name=trail)
    for _ in range(2):
        before = len(keys(server, bucket))
        iam.create_user(UserName=unique("user"))
        wait_for("another file", lambda: len(keys(server, bucket)) > before)
    server.client("cloudtrail").stop_logging(Name=trail)
    arrived(server, bucket, "StopLogging")

    def said():
        text = validate(server, trail, since)
        assert "INVALID" not in text, text
        count = re.search(r"(\d+)/(\d+) log files valid", text)
        return count and int(count.group(1)) == len(keys(server, bucket)) and text

    text = wait_for("a digest of every file", said)
    digests = keys(server, bucket, "CloudTrail-Digest")
    assert re.search(r"\d+/\d+ digest files valid", text) and digests
    public = server.client("cloudtrail").list_public_keys(StartTime=since)["PublicKeyList"]
    assert len(public) == 1 and len(public[0]["Fingerprint"]) == 32

    files = keys(server, bucket)
    content = bytearray(gzip.decompress(s3.get_object(Bucket=bucket, Key=files[0])["Body"].read()))
    content[len(content) // 2] ^= 1
    s3.put_object(Bucket=bucket, Key=files[0], Body=gzip.compress(bytes(content)))
    s3.delete_object(Bucket=bucket, Key=files[1])
    text = validate(server, trail, since)
    assert f"{files[0]}\tINVALID: hash value doesn't match" in text, text
    assert f"{files[1]}\tINVALID: not found" in text, text

    # A digest that lies elsewhere than it says is no good, wherever that is.
    end = re.search(r"_(\d{8}T\d{6}Z)\.json\.gz$", digests[-1]).group(1)
    later = (datetime.strptime(end, "%Y%m%dT%H%M%SZ") + timedelta(seconds=7)).strftime("%Y%m%dT%H%M%SZ")
    moved = digests[-1].replace(end, later)
    s3.copy_object(Bucket=bucket, Key=moved, CopySource={"Bucket": bucket, "Key": digests[-1]})
    text = validate(server, trail, since)
    assert f"{moved}\tINVALID: has been moved from its original location" in text, text
    s3.delete_object(Bucket=bucket, Key=moved)

    # Without the signature it came with, the same content is no digest.
    body = s3.get_object(Bucket=bucket, Key=digests[-1])
    flipped = bytearray.fromhex(body["Metadata"]["signature"])
    flipped[9] ^= 1
    s3.put_object(
        Bucket=bucket, Key=digests[-1], Body=body["Body"].read(),
        Metadata={**body["Metadata"], "signature": flipped.hex()},
    )
    text = validate(server, trail, since)
    assert f"{digests[-1]}\tINVALID: signature verification failed" in text, text


def test_digests_come_also_when_nothing_happens(server):
    trail, bucket = make_trail(server, EnableLogFileValidation=True)
    # Nothing that this trail takes ever happens.
    none = [{"FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]}]
    cloudtrail, s3 = server.client("cloudtrail"), server.client("s3")
    cloudtrail.put_event_selectors(TrailName=trail, AdvancedEventSelectors=none)
    cloudtrail.start_logging(Name=trail)
    wait_for("three digests", lambda: len(keys(server, bucket, "CloudTrail-Digest")) >= 3)
    cloudtrail.delete_trail(Name=trail)
    digests = []
    for key in keys(server, bucket, "CloudTrail-Digest"):
        digests.append(json.loads(gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read())))
    assert keys(server, bucket) == [] and all(digest["logFiles"] == [] for digest in digests)
    assert digests[0]["previousDigestS3Object"] is None
    for before, digest in zip(digests, digests[1:]):
        assert digest["previousDigestS3Object"] == before["digestS3Object"]
        assert digest["digestStartTime"] == before["digestEndTime"]
    status = server.client("cloudtrail")
    with pytest.raises(ClientError) as failure:
        status.get_trail_status(Name=trail)
    assert error_of(failure)[0] == "TrailNotFoundException"


def test_an_organizations_trail_takes_the_events_of_its_accounts(server):
    member = server.make_account()
    inside = server.assume(member)
    server.client("organizations").enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    organization = server.client("organizations").describe_organization()["Organization"]["Id"]
    trail, bucket = make_trail(server, IsOrganizationTrail=True, IsMultiRegionTrail=True, EnableLogFileValidation=True)
    since = datetime.now(timezone.utc) - timedelta(minutes=5)
    server.client("cloudtrail").start_logging(Name=trail)

    theirs = server.client("cloudtrail", inside)
    shown = {one["TrailARN"]: one for one in theirs.describe_trails()["trailList"]}[trail]
    assert shown["IsOrganizationTrail"] is True
    assert theirs.get_trail_status(Name=trail)["IsLogging"] is True
    for change in (theirs.stop_logging, theirs.delete_trail):
        with pytest.raises(ClientError) as failure:
            change(Name=trail)
        assert error_of(failure)[0] == "NotOrganizationMasterAccountException"
    with pytest.raises(ClientError) as failure:
        theirs.create_trail(Name="mine", S3BucketName=bucket, IsOrganizationTrail=True)
    assert error_of(failure)[0] == "NotOrganizationMasterAccountException"

    user = unique("user")
    server.client("iam", inside).create_user(UserName=user)
    found = arrived(server, bucket, "CreateUser")
    made = [(key, record) for key, record in found if record["eventName"] == "CreateUser"]
    assert [record["recipientAccountId"] for _, record in made] == [member]
    assert made[0][0].startswith(f"AWSLogs/{organization}/{member}/CloudTrail/us-east-1/")
    own = trail.split(":")[4]
    assert any(key.startswith(f"AWSLogs/{organization}/{own}/CloudTrail/") for key, _ in found)

    def said():
        text = validate(server, trail, since, "--account-id", member)
        return re.search(r"[1-9]\d*/\d+ log files valid", text) and text

    assert "INVALID" not in wait_for("a digest of the member's files", said)
    # Who administers CloudTrail for the organization administers its trails.
    management = server.client("cloudtrail")
    management.register_organization_delegated_admin(MemberAccountId=member)
    theirs.stop_logging(Name=trail)
    assert management.get_trail_status(Name=trail)["IsLogging"] is False
    management.deregister_organization_delegated_admin(DelegatedAdminAccountId=member)
    with pytest.raises(ClientError):
        theirs.start_logging(Name=trail)
    management.delete_trail(Name=trail)


def test_the_cli_makes_and_changes_trails(server):
    bucket, name = unique("cli"), unique("cli")
    server.client("s3").create_bucket(Bucket=bucket)
    aws = server.aws
    made = aws("cloudtrail", "create-trail", "--name", name, "--s3-bucket-name", bucket, "--tags-list", "Key=a,Value=1")
    arn = made["TrailARN"]
    assert aws("cloudtrail", "get-trail", "--name", name)["Trail"]["HomeRegion"] == REGION
    aws("cloudtrail", "update-trail", "--name", name, "--is-multi-region-trail", "--sns-topic-name", "files")
    shown = aws("cloudtrail", "describe-trails", "--trail-name-list", name)["trailList"][0]
    assert shown["IsMultiRegionTrail"] and shown["SnsTopicARN"].endswith(":files")
    aws("cloudtrail", "add-tags", "--resource-id", arn, "--tags-list", "Key=b,Value=2")
    aws("cloudtrail", "remove-tags", "--resource-id", arn, "--tags-list", "Key=a")
    tags = aws("cloudtrail", "list-tags", "--resource-id-list", arn)["ResourceTagList"]
    assert tags == [{"ResourceId": arn, "TagsList": [{"Key": "b", "Value": "2"}]}]
    aws("cloudtrail", "put-insight-selectors", "--trail-name", name,
        "--insight-selectors", '[{"InsightType": "ApiCallRateInsight"}]')
    assert aws("cloudtrail", "get-insight-selectors", "--trail-name", name)["InsightSelectors"]
    assert arn in [one["TrailARN"] for one in aws("cloudtrail", "list-trails")["Trails"]]
    aws("cloudtrail", "delete-trail", "--name", name)
    assert arn not in [one["TrailARN"] for one in aws("cloudtrail", "list-trails")["Trails"]]


def test_what_can_not_be_is_refused(server, member):
    trail, bucket = make_trail(server)
    foreign = unique("foreign")
    server.client("s3", member[0]).create_bucket(Bucket=foreign)
    cloudtrail = server.client("cloudtrail")

    def create(**settings):
        return cloudtrail.create_trail(**{"Name": unique("t"), "S3BucketName": bucket, **settings})

    cases = [
        ("TrailAlreadyExistsException", lambda: create(Name=trail.rsplit("/", 1)[1])),
        ("InvalidTrailNameException", lambda: create(Name="a--b")),
        ("S3BucketDoesNotExistException", lambda: create(S3BucketName=unique("nowhere"))),
        ("InsufficientS3BucketPolicyException", lambda: create(S3BucketName=foreign)),
        ("InvalidS3BucketNameException", lambda: create(S3BucketName="X")),
        ("InvalidS3PrefixException", lambda: create(S3KeyPrefix="p" * 201)),
        ("InvalidSnsTopicNameException", lambda: create(SnsTopicName="a b")),
        ("UnsupportedOperationException", lambda: create(KmsKeyId="alias/key")),
        ("UnsupportedOperationException", lambda: create(CloudWatchLogsLogGroupArn="arn:aws:logs:::g")),
        (
            "InvalidParameterCombinationException",
            lambda: create(IsMultiRegionTrail=True, IncludeGlobalServiceEvents=False),
        ),
        ("InvalidTagParameterException", lambda: create(TagsList=[{"Key": "aws:x", "Value": "1"}])),
        ("TrailNotFoundException", lambda: cloudtrail.get_trail(Name="nothing")),
        ("CloudTrailARNInvalidException", lambda: cloudtrail.get_trail(Name="arn:aws:cloudtrail:x")),
        ("InvalidEventSelectorsException", lambda: cloudtrail.put_event_selectors(TrailName=trail)),
        ("InsightNotEnabledException", lambda: cloudtrail.get_insight_selectors(TrailName=trail)),
        ("TrailNotFoundException", lambda: server.client("cloudtrail", member[0]).get_trail(Name=trail)),
    ]
    for code, call in cases:
        with pytest.raises(ClientError) as failure:
            call()
        assert error_of(failure)[0] == code, error_of(failure)
    region = "eu-west-3"
    local = unique("local")
    server.client("s3", region=region).create_bucket(
        Bucket=local, CreateBucketConfiguration={"LocationConstraint": region}
    )
    there = server.client("cloudtrail", region=region)
    with pytest.raises(ClientError) as failure:
        for _ in range(6):
            there.create_trail(Name=unique("t"), S3BucketName=local)
    assert error_of(failure)[0] == "MaximumNumberOfTrailsExceededException"
    assert len(there.describe_trails(includeShadowTrails=False)["trailList"]) <= 5
    for one in there.describe_trails(includeShadowTrails=False)["trailList"]:
        there.delete_trail(Name=one["TrailARN"])
    cloudtrail.delete_trail(Name=trail)


def work(server, going, stop, made):
    """Makes and lists users over a connection until it breaks or `stop` is set: the names of those that were acknowledged."""
    iam = server.client("iam")
    going.wait()
    while not stop.is_set():
        try:
            made.append(iam.create_user(UserName=unique("u"))["User"]["UserName"])
            iam.list_users(MaxItems=1)
        except BotoCoreError:
            return
        except ClientError as error:
            code = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if code < 500 and error.response["Error"]["Code"] not in ("Throttling", "LimitExceeded"):
                raise


def run(servers, during, workers=4):
    """Calls all servers while something happens, which knows what was acknowledged so far."""
    going, stop, made = threading.Event(), threading.Event(), []
    threads = [threading.Thread(target=work, args=(one, going, stop, made)) for one in servers for _ in range(workers)]
    for thread in threads:
        thread.start()
    going.set()
    during(made)
    stop.set()
    for thread in threads:
        thread.join()


def check_once(server, trail, bucket):
    """What was delivered is what LookupEvents has, each record once."""
    want = sorted(record["eventID"] for record in logged(server, trail))
    assert len(want) > 20

    def complete():
        found = [record["eventID"] for _, record in delivered(server, bucket)]
        assert len(found) == len(set(found)), "a record was delivered twice"
        return set(want) <= set(found) and found

    found = wait_for("all records", complete, LONG)
    # Anything that comes late would be a record too much.
    time.sleep(1)
    assert sorted(record["eventID"] for _, record in delivered(server, bucket)) == sorted(found) == want


def test_power_loss_neither_loses_nor_repeats_a_record(own_server):
    server = own_server
    trail, bucket = make_trail(server, EnableLogFileValidation=True)
    since = datetime.now(timezone.utc) - timedelta(minutes=5)
    server.client("cloudtrail").start_logging(Name=trail)
    for _ in range(4):
        run([server], lambda made: kill_amid(server, made))
        server.start()
    server.client("cloudtrail").stop_logging(Name=trail)
    check_once(server, trail, bucket)

    def said():
        text = validate(server, trail, since)
        assert "INVALID" not in text, text
        count = re.search(r"(\d+)/(\d+) log files valid", text)
        return count and int(count.group(1)) == len(keys(server, bucket))

    wait_for("digests of all files", said, LONG)


def test_replicas_share_the_delivery(engine, tmp_path):
    url = engine()
    if url is None:
        pytest.skip("the embedded database is one server's")
    shared = [*OPTIONS, "--object-store", f"file://{tmp_path / 'objects'}"]
    first, second = (Server(tmp_path / name, url, shared) for name in ("first", "second"))
    try:
        first.start()
        second.share(first)
        second.start()
        trail, bucket = make_trail(first, EnableLogFileValidation=True)
        first.client("cloudtrail").start_logging(Name=trail)

        def both_live(made):
            wait_for("calls", lambda: len(made) > 20)
            time.sleep(2)

        run([first, second], both_live, workers=2)

        def one_dies(made):
            kill_amid(first, made)
            enough = len(made) + 10
            wait_for("calls of the other", lambda: len(made) >= enough)

        run([first, second], one_dies, workers=2)
        second.client("cloudtrail").stop_logging(Name=trail)
        check_once(second, trail, bucket)
    finally:
        for server in (first, second):
            server.stop()


def test_calls_without_a_region_arrive_whatever_was_signed_for(server):
    """A trail of us-east-1 has what is done in IAM, also by those who sign for a Region that nobody looks at."""
    trail, bucket = make_trail(server)
    cloudtrail = server.client("cloudtrail")
    cloudtrail.start_logging(Name=trail)
    server.client("sts", region="eu-west-1").get_caller_identity()
    server.client("iam", region="eu-west-1").create_user(UserName=unique("mole"))
    found = arrived(server, bucket, "CreateUser")
    cloudtrail.delete_trail(Name=trail)
    (key,) = [key for key, record in found if record["eventName"] == "CreateUser"]
    assert "/CloudTrail/us-east-1/" in key
    assert "GetCallerIdentity" not in [record["eventName"] for _, record in found]
