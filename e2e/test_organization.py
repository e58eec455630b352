"""Organizations from end to end by boto3: resource control policies, transfers of bills, invalid effective policies."""

import datetime
import json

import pytest
from botocore.exceptions import ClientError

from atrium import unique

RCP = "RESOURCE_CONTROL_POLICY"
DENIED = "with an explicit deny in a resource control policy"
UTC = datetime.timezone.utc


def code(refused):
    return refused.value.response["Error"]["Code"]


def reason(refused):
    return refused.value.response.get("Reason")


def refuses(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return refused


@pytest.fixture(scope="module")
def organizations(server):
    return server.client("organizations")


@pytest.fixture(scope="module")
def root(organizations):
    return organizations.list_roots()["Roots"][0]["Id"]


def make_policy(organizations, kind, content):
    made = organizations.create_policy(Name=unique("policy"), Description="", Type=kind, Content=json.dumps(content))
    return made["Policy"]["PolicySummary"]["Id"]


@pytest.fixture
def guarded(organizations, root):
    """While the type is enabled; disabling it detaches every policy of it."""
    organizations.enable_policy_type(RootId=root, PolicyType=RCP)
    yield
    organizations.disable_policy_type(RootId=root, PolicyType=RCP)


def statement(*actions, **more):
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": list(actions), "Resource": "*", **more}]}


def test_resource_control_policies_bind_buckets_and_roles(server, organizations, root, guarded):
    account = server.make_account()
    credentials = server.assume(account)
    s3 = server.client("s3", credentials)
    bucket = unique("guarded")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"hello")
    attached = organizations.list_policies_for_target(TargetId=account, Filter=RCP)["Policies"]
    assert [policy["Name"] for policy in attached] == ["RCPFullAWSAccess"]
    assert code(refuses(organizations.detach_policy, PolicyId=attached[0]["Id"], TargetId=account)) == (
        "InvalidInputException")

    policy = make_policy(organizations, RCP, statement("s3:GetObject", "sts:AssumeRole"))
    organizations.attach_policy(PolicyId=policy, TargetId=account)
    refused = refuses(s3.get_object, Bucket=bucket, Key="k")
    assert code(refused) == "AccessDenied" and DENIED in str(refused.value)
    s3.put_object(Bucket=bucket, Key="k", Body=b"other actions are free")
    with pytest.raises(ClientError) as refused:
        server.assume(account)
    assert code(refused) == "AccessDenied" and DENIED in str(refused.value)
    server.assume(server.make_account())

    # With a condition, as data perimeters have it: nobody from outside.
    organization = organizations.describe_organization()["Organization"]["Id"]
    perimeter = statement("s3:*", "sts:AssumeRole", Condition={
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": organization},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}})
    organizations.update_policy(PolicyId=policy, Content=json.dumps(perimeter))
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"other actions are free"
    server.assume(account)

    organizations.update_policy(PolicyId=policy, Content=json.dumps(statement("s3:*")))
    assert code(refuses(s3.list_objects_v2, Bucket=bucket)) == "AccessDenied"
    organizations.disable_policy_type(RootId=root, PolicyType=RCP)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    organizations.enable_policy_type(RootId=root, PolicyType=RCP)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1, "enabled anew, nothing of it is attached"


def test_resource_control_policies_only_deny(organizations, guarded):
    wrong = [
        {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]},
        statement("*"),
    ]
    for content in wrong:
        refused = refuses(organizations.create_policy, Name=unique("policy"), Description="", Type=RCP,
                          Content=json.dumps(content))
        assert code(refused) == "MalformedPolicyDocumentException"


def next_month():
    """The beginning of the first month that is more than two days ahead."""
    soon = datetime.datetime.now(UTC) + datetime.timedelta(days=2)
    month = soon.replace(day=28, hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=4)
    return month.replace(day=1)


def test_bills_are_left_to_another_organization(server, organizations):
    start = next_month()
    ask = {"Type": "BILLING", "SourceName": "their bills", "StartTimestamp": start}
    account = "888877776666"
    refused = refuses(organizations.invite_organization_to_transfer_responsibility,
                      **{**ask, "StartTimestamp": start + datetime.timedelta(days=1)},
                      Target={"Id": account, "Type": "ACCOUNT"})
    assert (code(refused), reason(refused)) == ("InvalidInputException", "START_DATE_NOT_BEGINNING_OF_MONTH")
    own = server.client("sts").get_caller_identity()["Account"]
    refused = refuses(organizations.invite_organization_to_transfer_responsibility, **ask,
                      Target={"Id": own, "Type": "ACCOUNT"})
    assert reason(refused) == "SOURCE_AND_TARGET_CANNOT_MATCH"
    sent = organizations.invite_organization_to_transfer_responsibility(
        **ask, Target={"Id": account, "Type": "ACCOUNT"}, Notes="please", Tags=[{"Key": "team", "Value": "a"}],
    )["Handshake"]
    assert (sent["Action"], sent["State"]) == ("TRANSFER_RESPONSIBILITY", "OPEN")
    transfer = sent["Resources"][0]["Value"]
    described = organizations.describe_responsibility_transfer(Id=transfer)["ResponsibilityTransfer"]
    assert described["Status"] == "REQUESTED" and described["StartTimestamp"] == start
    assert described["Source"] == {"ManagementAccountId": account}
    assert described["Target"]["ManagementAccountId"] == own
    assert described["ActiveHandshakeId"] == sent["Id"]
    assert f"/billing/inbound/{transfer}" in described["Arn"]
    assert organizations.list_tags_for_resource(ResourceId=transfer)["Tags"] == [{"Key": "team", "Value": "a"}]
    renamed = organizations.update_responsibility_transfer(Id=transfer, Name="more bills")["ResponsibilityTransfer"]
    assert renamed["Name"] == "more bills"
    listed = organizations.list_inbound_responsibility_transfers(Type="BILLING")["ResponsibilityTransfers"]
    assert [found["Id"] for found in listed] == [transfer]
    assert organizations.list_outbound_responsibility_transfers(Type="BILLING")["ResponsibilityTransfers"] == []
    assert code(refuses(organizations.terminate_responsibility_transfer, Id=transfer)) == (
        "InvalidResponsibilityTransferTransitionException")
    refused = refuses(organizations.invite_organization_to_transfer_responsibility, **ask,
                      Target={"Id": account, "Type": "ACCOUNT"})
    assert code(refused) == "DuplicateHandshakeException"
    organizations.cancel_handshake(HandshakeId=sent["Id"])
    described = organizations.describe_responsibility_transfer(Id=transfer)["ResponsibilityTransfer"]
    assert described["Status"] == "CANCELED" and "ActiveHandshakeId" not in described
    assert code(refuses(organizations.describe_responsibility_transfer, Id="rt-0123456789")) == (
        "ResponsibilityTransferNotFoundException")


def test_invalid_effective_policies_are_found(server, organizations, root):
    account = server.make_account()
    organizations.enable_policy_type(RootId=root, PolicyType="TAG_POLICY")
    fine = make_policy(organizations, "TAG_POLICY", {"tags": {"team": {
        "tag_key": {"@@assign": "Team"}, "enforced_for": {"@@assign": ["sqs:queue"]}}}})
    wrong = make_policy(organizations, "TAG_POLICY", {"tags": {"team": {"enforced_for": {"@@append": ["nosuch:thing"]}}}})
    organizations.attach_policy(PolicyId=fine, TargetId=root)
    assert organizations.list_accounts_with_invalid_effective_policy(PolicyType="TAG_POLICY")["Accounts"] == []
    organizations.attach_policy(PolicyId=wrong, TargetId=account)
    pages = organizations.get_paginator("list_accounts_with_invalid_effective_policy").paginate(PolicyType="TAG_POLICY")
    assert [found["Id"] for page in pages for found in page["Accounts"]] == [account]
    pages = organizations.get_paginator("list_effective_policy_validation_errors").paginate(
        AccountId=account, PolicyType="TAG_POLICY")
    errors = [error for page in pages for error in page["EffectivePolicyValidationErrors"]]
    assert [(error["ErrorCode"], error["PathToError"], error["ContributingPolicies"]) for error in errors] == [
        ("RESOURCE_TYPE_INVALID", "$.tags.team.enforced_for[1]", [fine, wrong])]
    organizations.disable_policy_type(RootId=root, PolicyType="TAG_POLICY")
    refused = refuses(organizations.list_accounts_with_invalid_effective_policy, PolicyType="TAG_POLICY")
    assert code(refused) == "EffectivePolicyNotFoundException"


def test_a_closed_account_is_closed(server, organizations):
    account = server.make_account()
    credentials = server.assume(account)
    s3 = server.client("s3", credentials)
    s3.create_bucket(Bucket=unique("closed"))
    organizations.close_account(AccountId=account)
    shown = organizations.describe_account(AccountId=account)["Account"]
    assert (shown["Status"], shown["State"]) == ("SUSPENDED", "CLOSED")
    assert code(refuses(organizations.close_account, AccountId=account)) == "AccountAlreadyClosedException"
    assert code(refuses(s3.list_buckets)) == "InvalidAccessKeyId"
    assert code(refuses(server.client("sts", credentials).get_caller_identity)) == "InvalidClientTokenId"
    with pytest.raises(ClientError) as refused:
        server.assume(account)
    assert code(refused) == "AccessDenied"
