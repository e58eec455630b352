"""Two servers on one PostgreSQL database: they share callers, changes and the work in the background."""

import itertools
import threading

import pytest
from botocore.exceptions import ClientError

from atrium import Server, unique, wait_for

PERMISSION_SETS = 4


@pytest.fixture
def replicas(engine, tmp_path):
    """Two servers with one database and one key; the first made both."""
    url = engine()
    if url is None:
        pytest.skip("the embedded database is one server's")
    first, second = (Server(tmp_path / name, url) for name in ("first", "second"))
    try:
        first.start()
        second.share(first)
        yield first, second.start()
    finally:
        for server in (first, second):
            assert server.stop() in (0, -9, None), server.log()


def begin(server, instance, **asked):
    """Asks for an assignment until it isn't one too many at a time."""
    admin = server.client("sso-admin", attempts=10)

    def accepted():
        try:
            answer = admin.create_account_assignment(InstanceArn=instance, TargetType="AWS_ACCOUNT", **asked)
        except ClientError as error:
            assert error.response["Error"]["Code"] in ("ConflictException", "ThrottlingException"), error
            return None
        return answer["AccountAssignmentCreationStatus"]["RequestId"]

    return wait_for("room for a request", accepted)


def test_replicas_share_their_work(replicas):
    """What is asked of either is seen by both, and done once, also when one of them dies over it."""
    first, second = replicas
    accounts = [first.make_account() for _ in range(4)]
    admin = second.client("sso-admin", attempts=10)
    found = admin.list_instances()["Instances"][0]
    instance, name = found["InstanceArn"], unique("user")
    user = first.client("identitystore").create_user(
        IdentityStoreId=found["IdentityStoreId"], UserName=name, DisplayName=name,
        Name={"GivenName": "A", "FamilyName": "B"},
    )["UserId"]
    seen = second.client("identitystore").describe_user(IdentityStoreId=found["IdentityStoreId"], UserId=user)
    assert seen["UserName"] == name
    sets = [
        admin.create_permission_set(InstanceArn=instance, Name=unique("set"))["PermissionSet"]["PermissionSetArn"]
        for _ in range(PERMISSION_SETS)
    ]

    requests, failures = [], []

    def ask(server, pairs):
        try:
            for account, arn in pairs:
                requests.append(begin(
                    server, instance, TargetId=account, PermissionSetArn=arn, PrincipalType="USER", PrincipalId=user))
        except Exception as error:
            failures.append(error)

    pairs = list(itertools.product(accounts, sets))
    threads = [
        threading.Thread(target=ask, args=(first, pairs[:6])),
        threading.Thread(target=ask, args=(second, pairs[6:])),
    ]
    for thread in threads:
        thread.start()
    threads[0].join()
    first.kill()
    threads[1].join()
    assert not failures, failures

    def status(request):
        return admin.describe_account_assignment_creation_status(
            InstanceArn=instance, AccountAssignmentCreationRequestId=request)["AccountAssignmentCreationStatus"]

    for request in requests:
        ended = wait_for("the end of a request", lambda: (
            lambda shown: shown["Status"] != "IN_PROGRESS" and shown)(status(request)))
        assert ended["Status"] == "SUCCEEDED", ended
    for account in accounts:
        member = second.assume(account)
        roles = second.client("iam", member).list_roles(PathPrefix="/aws-reserved/sso.amazonaws.com/")["Roles"]
        assert len(roles) == PERMISSION_SETS
        pages = second.client("cloudtrail", member).get_paginator("lookup_events").paginate(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateRole"}])
        made = [event for page in pages for event in page["Events"] if '"sso.amazonaws.com"' in event["CloudTrailEvent"]]
        assert len(made) == PERMISSION_SETS, [event["EventName"] for event in made]
