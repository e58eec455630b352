"""AWS's request rates: refused without retries, never noticed with them; failures and stale answers made on purpose."""

from concurrent.futures import ThreadPoolExecutor

import boto3
import botocore.exceptions
import pytest
from botocore.config import Config

from atrium import Server, error_of, wait_for

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
    """Many calls at once: the codes of those that were refused."""

    def one(_):
        try:
            call()
        except botocore.exceptions.ClientError as error:
            return error.response["Error"]["Code"]

    with ThreadPoolExecutor(40) as pool:
        return [code for code in pool.map(one, range(count)) if code]


def test_a_burst_is_throttled_without_retries(with_rates):
    admin = client(with_rates, "sso-admin", total_max_attempts=1)
    refused = burst(admin.list_instances, 300)
    assert refused and set(refused) == {"ThrottlingException"}
    with pytest.raises(admin.exceptions.ThrottlingException) as failure:
        for _ in range(10_000):
            admin.list_instances()
    assert error_of(failure) == ("ThrottlingException", "Rate exceeded")
    assert failure.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_burst_succeeds_with_the_sdks_retries(with_rates):
    admin = client(with_rates, "sso-admin", mode="standard", total_max_attempts=30)
    retried = []
    admin.meta.events.register("needs-retry.sso-admin.ListInstances", lambda attempts, **_: retried.append(attempts))
    assert burst(admin.list_instances, 80) == []
    assert max(retried) > 1, "nothing was ever refused"


def test_each_refusal_leaves_its_event(with_rates):
    admin = client(with_rates, "sso-admin", total_max_attempts=1)
    refused = burst(admin.list_instances, 100)
    # LookupEvents has a rate of its own.
    trail = client(with_rates, "cloudtrail", mode="standard", total_max_attempts=30)

    def found():
        pages = trail.get_paginator("lookup_events").paginate(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ListInstances"}])
        events = [event["CloudTrailEvent"] for page in pages for event in page["Events"]]
        return sum('"errorCode":"ThrottlingException"' in event.replace(" ", "") for event in events) == len(refused)

    assert refused
    wait_for("events of the refusals", found)


def test_organizations_names_the_type(with_rates):
    organizations = client(with_rates, "organizations", total_max_attempts=1)

    def leave():
        # The management account cannot; each attempt counts all the same.
        organizations.leave_organization()

    with pytest.raises(organizations.exceptions.TooManyRequestsException) as failure:
        for _ in range(1000):
            try:
                leave()
            except organizations.exceptions.TooManyRequestsException:
                raise
            except botocore.exceptions.ClientError:
                pass
    assert failure.value.response["Type"]
    assert error_of(failure) == ("TooManyRequestsException", "Rate exceeded")


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
