"""AWS's request rates: refused without retries, never noticed with them; failures and stale answers made on purpose."""

from concurrent.futures import ThreadPoolExecutor

import boto3
import botocore.exceptions
import pytest
from botocore.config import Config

from atrium import Server, wait_for

DEV = {"aws_access_key_id": "123456789012", "aws_secret_access_key": "any"}


@pytest.fixture
def with_rates(engine, tmp_path):
    """A server on which AWS's request rates hold."""
    yield from running(Server(tmp_path, engine(), ["--throttle", "aws"]))


def running(server):
    try:
        yield server.start()
    finally:
        assert server.stop() == 0, server.log()


def client(server, service, credentials=None, **retries):
    config = Config(retries=retries, max_pool_connections=50, read_timeout=60)
    return boto3.client(service, endpoint_url=server.endpoint, region_name="us-east-1", config=config,
                        **(credentials or server.administrator))


def burst(call, count):
    """Many calls at once: the errors of those that were refused."""

    def one(_):
        try:
            call()
        except botocore.exceptions.ClientError as error:
            return error

    with ThreadPoolExecutor(40) as pool:
        return [error for error in pool.map(one, range(count)) if error]


def refused(call, count, kind):
    """Errors of this kind, of the first burst that has one: a machine may be too slow for the rate once."""
    return wait_for("refusal", lambda: [error for error in burst(call, count) if isinstance(error, kind)])


def error_in(error):
    """Code and message of a boto3 failure that was caught."""
    return error.response["Error"]["Code"], error.response["Error"]["Message"]


def test_a_burst_is_throttled_without_retries(with_rates):
    admin = client(with_rates, "sso-admin", total_max_attempts=1)
    for error in refused(admin.list_instances, 300, botocore.exceptions.ClientError):
        assert isinstance(error, admin.exceptions.ThrottlingException)
        assert error_in(error) == ("ThrottlingException", "Rate exceeded")
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_burst_succeeds_with_the_sdks_retries(with_rates):
    admin = client(with_rates, "sso-admin", mode="standard", total_max_attempts=30)
    retried = []
    admin.meta.events.register("needs-retry.sso-admin.ListInstances", lambda attempts, **_: retried.append(attempts))

    def succeeded_in_the_end():
        assert burst(admin.list_instances, 80) == []
        return max(retried) > 1

    wait_for("refusal", succeeded_in_the_end)


def test_each_refusal_leaves_its_event(with_rates):
    admin = client(with_rates, "sso-admin", total_max_attempts=1)
    errors = refused(admin.list_instances, 100, admin.exceptions.ThrottlingException)
    # LookupEvents has a rate of its own.
    trail = client(with_rates, "cloudtrail", mode="standard", total_max_attempts=30)

    def found():
        pages = trail.get_paginator("lookup_events").paginate(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ListInstances"}])
        events = [event["CloudTrailEvent"] for page in pages for event in page["Events"]]
        return sum('"errorCode":"ThrottlingException"' in event.replace(" ", "") for event in events) == len(errors)

    wait_for("events of the refusals", found)


def test_organizations_names_the_type(with_rates):
    organizations = client(with_rates, "organizations", total_max_attempts=1)

    # The management account cannot leave; each attempt counts all the same.
    error = refused(organizations.leave_organization, 80, organizations.exceptions.TooManyRequestsException)[0]
    assert error.response["Type"]
    assert error_in(error) == ("TooManyRequestsException", "Rate exceeded")


def outcomes(folder, engine, seed, count=60):
    """Codes of calls, one after another, on a server that fails on purpose."""
    server = Server(folder, engine(), ["--dev", "--error-rate", "0.4", "--fault-seed", str(seed)])
    found = []
    for server in running(server):
        admin = client(server, "sso-admin", DEV, total_max_attempts=1)
        for _ in range(count):
            try:
                admin.list_instances()
                found.append(None)
            except botocore.exceptions.ClientError as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                found.append((error.response["Error"]["Code"], status))
    return found


def test_the_seed_decides_what_fails(engine, tmp_path):
    first = outcomes(tmp_path / "one", engine, 7)
    assert set(first) == {None, ("ThrottlingException", 400), ("InternalServerException", 500)}
    assert first == outcomes(tmp_path / "two", engine, 7)
    assert first != outcomes(tmp_path / "three", engine, 8)


def test_retries_get_through_a_bad_day(engine, tmp_path):
    arguments = ["--dev", "--error-rate", "0.3", "--response-delay", "1..20", "--fault-seed", "3"]
    for server in running(Server(tmp_path, engine(), arguments)):
        admin = client(server, "sso-admin", DEV, mode="standard", total_max_attempts=20)
        arn = admin.create_instance(Name="rehearsed")["InstanceArn"]
        for _ in range(40):
            assert arn in [found["InstanceArn"] for found in admin.list_instances()["Instances"]]


def names(admin):
    return [found["Name"] for found in admin.list_instances()["Instances"]]


def test_reads_may_be_behind_and_writes_never_are(engine, tmp_path):
    # The picture is taken when the server starts and outlives the test.
    arguments = ["--dev", "--stale-reads", "1", "--staleness", "600000"]
    for server in running(Server(tmp_path, engine(), arguments)):
        admin = client(server, "sso-admin", DEV)
        arn = admin.create_instance(Name="unseen")["InstanceArn"]
        assert names(admin) == []
        # What can't be seen is refused as what isn't there.
        with pytest.raises(admin.exceptions.AccessDeniedException):
            admin.describe_instance(InstanceArn=arn)
        admin.update_instance(InstanceArn=arn, Name="changed")
        trail = client(server, "cloudtrail", DEV)
        told = [event["EventName"] for event in trail.lookup_events()["Events"]]
        assert told.count("UpdateInstance") == 1 and told.count("ListInstances") == 1


def test_what_was_written_is_seen_in_the_end(engine, tmp_path):
    arguments = ["--dev", "--stale-reads", "0.5", "--staleness", "20", "--fault-seed", "3"]
    for server in running(Server(tmp_path, engine(), arguments)):
        admin = client(server, "sso-admin", DEV)
        admin.create_instance(Name="seen")
        while names(admin) != ["seen"]:
            pass
        # Once the picture itself has it, no read misses it.
        seen = 0
        while seen < 20:
            seen = seen + 1 if names(admin) == ["seen"] else 0
