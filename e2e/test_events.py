"""The audit trail as LookupEvents shows it."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from botocore.exceptions import ClientError

from atrium import ROLE, error_of, unique

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"


@pytest.fixture
def lone(server):
    """A new member account with an instance: credentials, account, instance."""
    account = server.make_account()
    credentials = server.assume(account, session="alice")
    return credentials, account, server.make_instance(credentials)


def test_creating_an_instance_leaves_the_record_to_watch(server, lone):
    credentials, account, instance = lone
    (record,) = server.events(credentials, attribute=("EventName", "CreateInstance"))
    identity = record["userIdentity"]
    assert identity["type"] == "AssumedRole"
    assert identity["arn"] == f"arn:aws:sts::{account}:assumed-role/{ROLE}/alice"
    assert identity["accountId"] == account
    assert identity["accessKeyId"] == credentials["aws_access_key_id"]
    assert identity["sessionContext"]["sessionIssuer"]["arn"] == f"arn:aws:iam::{account}:role/{ROLE}"
    assert identity["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"
    assert record["eventSource"] == "sso.amazonaws.com"
    assert record["requestParameters"]["name"] == instance["Name"]
    assert record["responseElements"] == {"instanceArn": instance["InstanceArn"]}
    assert (record["awsRegion"], record["recipientAccountId"]) == ("us-east-1", account)
    assert (record["readOnly"], record["managementEvent"]) == (False, True)
    assert (record["eventType"], record["eventCategory"]) == ("AwsApiCall", "Management")
    assert record["sourceIPAddress"] == "127.0.0.1"
    assert "Boto3" in record["userAgent"]
    when = datetime.strptime(record["eventTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    assert abs(datetime.now(timezone.utc) - when) < timedelta(minutes=10)
    names = list(record)
    assert names[:7] == ["eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion",
                         "sourceIPAddress"]


def test_a_caller_sees_its_own_last_calls(server, lone):
    credentials, _, instance = lone
    admin = server.client("sso-admin", credentials)
    for _ in range(3):
        admin.describe_instance(InstanceArn=instance["InstanceArn"])
        answer = server.client("cloudtrail", credentials).lookup_events(MaxResults=1)
        event = answer["Events"][0]
        # The look-up's own event comes after its answer.
        assert event["EventName"] == "DescribeInstance"
        assert event["ReadOnly"] == "true"
        assert event["Username"] == "alice"
        assert event["EventSource"] == "sso.amazonaws.com"
        assert event["AccessKeyId"] == credentials["aws_access_key_id"]
        assert event["Resources"] == []
        record = json.loads(event["CloudTrailEvent"])
        assert record["eventID"] == event["EventId"]
        assert record["requestParameters"] == {"instanceArn": instance["InstanceArn"]}
        assert record["responseElements"] is None


def test_calls_are_found_by_the_resources_that_they_name(server, lone):
    credentials, account, _ = lone
    iam, s3 = server.client("iam", credentials), server.client("s3", credentials)
    trails, name = server.client("cloudtrail", credentials), unique("named")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}]}
    policy = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    iam.attach_user_policy(UserName=name, PolicyArn=policy)
    with pytest.raises(ClientError):
        iam.create_user(UserName=name)
    s3.create_bucket(Bucket=name)
    trail = trails.create_trail(Name=name, S3BucketName=name)["TrailARN"]

    def found(attribute, value):
        pages = server.client("cloudtrail", credentials).get_paginator("lookup_events")
        chosen = [{"AttributeKey": attribute, "AttributeValue": value}]
        events = [event for page in pages.paginate(LookupAttributes=chosen) for event in page["Events"]]
        return {
            (event["EventName"], *sorted((one["ResourceType"], one["ResourceName"]) for one in event["Resources"]))
            for event in events
        }

    user = ("AWS::IAM::User", name)
    created = ("CreateUser", user)
    with_key = ("CreateAccessKey", ("AWS::IAM::AccessKey", key), user)
    attached = ("AttachUserPolicy", ("AWS::IAM::Policy", policy), user)
    made = ("CreatePolicy", ("AWS::IAM::Policy", policy))
    bucket = ("CreateBucket", ("AWS::S3::Bucket", name))
    logged = ("CreateTrail", ("AWS::CloudTrail::Trail", trail), ("AWS::CloudTrail::Trail", name))
    for attribute, value, want in [
        ("ResourceName", name, {created, with_key, attached, made, bucket, logged}),
        ("ResourceName", policy, {attached, made}),
        ("ResourceName", key, {with_key}),
        ("ResourceName", trail, {logged}),
        ("ResourceName", unique("nobody"), set()),
        ("ResourceType", "AWS::IAM::User", {created, with_key, attached}),
        ("ResourceType", "AWS::S3::Bucket", {bucket}),
        ("ResourceType", "AWS::CloudTrail::Trail", {logged}),
    ]:
        assert found(attribute, value) == want, (attribute, value)
    # The refused call names the user as well.
    assert len(server.events(credentials, attribute=("ResourceName", name))) == 7
    # The records themselves are as they were.
    assert all("resources" not in record for record in server.events(credentials, attribute=("ResourceName", name)))


def test_refused_calls_are_recorded_with_their_reason(server, lone):
    credentials, _, instance = lone
    identitystore = server.client("identitystore", credentials)
    nobody = "94d00cd8-e9e6-4810-b177-b08e84775435"
    with pytest.raises(ClientError) as failure:
        identitystore.describe_user(IdentityStoreId=instance["IdentityStoreId"], UserId=nobody)
    (record,) = server.events(credentials, attribute=("EventName", "DescribeUser"))
    assert (record["errorCode"], record["errorMessage"]) == error_of(failure)
    assert record["responseElements"] is None
    request = failure.value.response["ResponseMetadata"]["RequestId"]
    assert record["requestID"] == request


def test_personal_values_are_hidden(server, lone):
    credentials, _, instance = lone
    secret = unique("Wilhelmina")
    made = server.client("identitystore", credentials).create_user(
        IdentityStoreId=instance["IdentityStoreId"], UserName=secret, DisplayName=secret, Title=secret,
        Name={"GivenName": secret, "FamilyName": secret},
        Emails=[{"Value": f"{secret}@example.com", "Type": "work", "Primary": True}],
    )
    (record,) = server.events(credentials, attribute=("EventName", "CreateUser"))
    assert secret not in json.dumps(record)
    assert record["requestParameters"]["userName"] == HIDDEN
    assert record["requestParameters"]["identityStoreId"] == instance["IdentityStoreId"]
    assert record["responseElements"]["userId"] == made["UserId"]
    assert record["responseElements"]["identityStoreId"] == instance["IdentityStoreId"]


def test_who_owns_what_another_account_works_on_gets_a_copy(server, lone):
    credentials, account, _ = lone
    (copy,) = server.events(credentials, attribute=("EventName", "AssumeRole"))
    management = server.client("sts").get_caller_identity()["Account"]
    identity = copy["userIdentity"]
    assert set(identity) == {"type", "accountId", "principalId"}
    assert (identity["type"], identity["accountId"]) == ("AWSAccount", management)
    assert copy["recipientAccountId"] == account
    role = f"arn:aws:iam::{account}:role/{ROLE}"
    assert copy["resources"] == [{"accountId": account, "type": "AWS::IAM::Role", "ARN": role}]
    own = server.events(attribute=("EventName", "AssumeRole"))
    (original,) = [record for record in own if record.get("sharedEventID") == copy["sharedEventID"]]
    assert original["eventID"] != copy["eventID"]
    assert original["requestID"] == copy["requestID"]
    assert (original["recipientAccountId"], original["userIdentity"]["accountId"]) == (management, management)
    # What an account does in itself has no copy.
    made = server.events(credentials, attribute=("EventName", "CreateInstance"))
    assert made and all("sharedEventID" not in record for record in made)


def test_the_owner_of_an_instance_sees_what_members_read_in_it(server, lone):
    credentials, account, _ = lone
    (organization,) = server.client("sso-admin").list_instances()["Instances"]
    server.client("identitystore", credentials).list_groups(IdentityStoreId=organization["IdentityStoreId"])
    own = server.events(attribute=("EventName", "ListGroups"))
    (copy,) = [record for record in own if record["userIdentity"]["accountId"] == account]
    assert copy["userIdentity"]["type"] == "AWSAccount"
    assert copy["resources"] == [
        {"accountId": organization["OwnerAccountId"], "type": "AWS::SSO::Instance", "ARN": organization["InstanceArn"]}
    ]


def test_events_stay_in_their_account_and_region(server, lone):
    credentials, account, _ = lone
    stranger = server.assume(server.make_account())
    assert all(record["recipientAccountId"] != account for record in server.events(stranger))
    assert server.events(credentials, region="eu-west-1", attribute=("EventName", "CreateInstance")) == []


def test_pages_joined_are_every_event_once(server, lone):
    credentials, _, instance = lone
    identitystore = server.client("identitystore", credentials)
    for _ in range(7):
        identitystore.create_group(IdentityStoreId=instance["IdentityStoreId"], DisplayName=unique("group"))
    pages = server.client("cloudtrail", credentials).get_paginator("lookup_events").paginate(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateGroup"}],
        PaginationConfig={"PageSize": 2},
    )
    events = [event for page in pages for event in page["Events"]]
    assert len({event["EventId"] for event in events}) == len(events) == 7
    times = [event["EventTime"] for event in events]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize(
    "arguments, code",
    [
        ({"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "a"},
                               {"AttributeKey": "Username", "AttributeValue": "b"}]},
         "InvalidLookupAttributesException"),
        ({"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": " " * 1001}]},
         "InvalidLookupAttributesException"),
        ({"StartTime": datetime(2026, 1, 2), "EndTime": datetime(2026, 1, 1)}, "InvalidTimeRangeException"),
        ({"NextToken": "made-up"}, "InvalidNextTokenException"),
    ],
)
def test_wrong_questions_are_refused(server, arguments, code):
    with pytest.raises(ClientError) as failure:
        server.client("cloudtrail").lookup_events(**arguments)
    assert error_of(failure)[0] == code


def test_what_s3_does_not_offer_is_recorded(server, lone):
    credentials, account, _ = lone
    bucket = unique("refused")
    s3 = server.client("s3", credentials)
    s3.create_bucket(Bucket=bucket)
    with pytest.raises(ClientError) as failure:
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": []}))
    with pytest.raises(ClientError):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    (record,) = server.events(credentials, attribute=("EventName", "PutBucketPolicy"))
    assert (record["errorCode"], record["errorMessage"]) == error_of(failure)
    assert record["errorCode"] == "NotImplemented"
    assert record["requestParameters"]["bucketName"] == bucket
    (record,) = server.events(credentials, attribute=("EventName", "PutBucketVersioning"))
    assert (record["recipientAccountId"], record["readOnly"]) == (account, False)


def test_who_a_person_is_stays_hidden_where_it_is_looked_up(server, lone):
    credentials, _, instance = lone
    secret = unique("Wilhelmina")
    identitystore = server.client("identitystore", credentials)
    unique_attribute = {"AttributePath": "userName", "AttributeValue": secret}
    with pytest.raises(ClientError):
        identitystore.get_user_id(
            IdentityStoreId=instance["IdentityStoreId"], AlternateIdentifier={"UniqueAttribute": unique_attribute}
        )
    (record,) = server.events(credentials, attribute=("EventName", "GetUserId"))
    assert secret not in json.dumps(record["requestParameters"])
    told = record["requestParameters"]["alternateIdentifier"]["uniqueAttribute"]
    assert told["attributeValue"] == HIDDEN
