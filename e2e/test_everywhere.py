"""Power loss while many records come in: files, look-ups and the lake then hold the same ones, each once."""

import gzip
import json
import os
import random
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from atrium import REGION, SIGNING, TARGETS, unique, wait_for

pytestmark = pytest.mark.long

OPTIONS = ["--trail-interval", "0.5", "--lake-interval", "2"]
# So many records are kept at least, over all the lives of the server.
RECORDS = int(os.environ.get("ATRIUM_E2E_RECORDS", "100000"))
LIVES = 6
CALLERS = 6
# So many records of calls that only read may wait to be kept, and go with a life (docs/trails.md, EventBuffer).
LOST = 8192
# One call in so many changes something.
CHANGES = 20
NAMES = ("ListInstances", "CreateUser")
# A server that was killed over a delivery has its turn for half a minute.
LONG = 600


@pytest.mark.timeout(3600)
def test_files_lookups_and_the_lake_agree_after_power_losses(own_server):
    server = own_server
    trail, bucket = make_trail(server)
    store = make_store(server)
    identity_store = server.client("sso-admin").list_instances()["Instances"][0]["IdentityStoreId"]
    kept, answered, acknowledged, deaths = kept_in(server, store), 0, set(), 0
    while kept < RECORDS:
        more, made = call_until_killed(server, identity_store, RECORDS // LIVES)
        server.start()
        before, kept = kept, kept_in(server, store)
        # Nobody was told of what came to each caller last, and it may be kept all the same.
        assert more - LOST <= kept - before <= more + CALLERS, (deaths, more, kept - before)
        answered, acknowledged, deaths = answered + more, acknowledged | made, deaths + 1

    looked = {event["eventID"]: event for name in NAMES for event in server.events(attribute=("EventName", name))}
    print(f"{len(looked)} looked up, {answered} answered, {deaths} deaths")
    made = [event["responseElements"]["userId"] for event in looked.values() if event["eventName"] == "CreateUser"]
    assert len(made) == len(set(made)) and acknowledged <= set(made)
    assert len(looked) == kept

    same(asked(server, store), looked)
    delivered = Delivered(server, bucket)
    wait_for("all records in files", lambda: delivered.look() >= len(looked), LONG)
    server.client("cloudtrail").stop_logging(Name=trail)
    time.sleep(1)
    delivered.look()
    same(delivered.records, looked)


def same(found, wanted):
    """Record for record; without a picture of a hundred thousand differences."""
    missing, more = list(wanted.keys() - found.keys()), list(found.keys() - wanted.keys())
    assert not missing and not more, (len(missing), len(more), [wanted[i] for i in missing[:1]], [found[i] for i in more[:1]])
    changed = [(found[i], wanted[i]) for i in wanted if found[i] != wanted[i]]
    assert not changed, (len(changed), changed[0])


def make_trail(server):
    bucket, name = unique("trail"), unique("trail")
    server.client("s3").create_bucket(Bucket=bucket)
    server.client("cloudtrail").create_trail(Name=name, S3BucketName=bucket)
    server.client("cloudtrail").start_logging(Name=name)
    return name, bucket


def make_store(server):
    made = server.client("cloudtrail").create_event_data_store(Name=unique("store"), TerminationProtectionEnabled=False)
    return made["EventDataStoreArn"].rsplit("/", 1)[1]


def call_until_killed(server, identity_store, calls):
    """Calls over several connections until the server is gone, which it is at some moment before so many are answered,
    or soon after. How many were answered, and the users that were made."""
    answers, made, going = [], set(), threading.Event()

    def call():
        connection = Connection(server)
        read = connection.signed("sso-admin", "ListInstances", {})
        going.wait()
        try:
            while True:
                for _ in range(CHANGES):
                    connection.send(read)
                    answers.append(1)
                name = unique("u")
                person = {"IdentityStoreId": identity_store, "UserName": name, "DisplayName": name,
                          "Name": {"GivenName": "A", "FamilyName": "B"}}
                made.add(connection.send(connection.signed("identitystore", "CreateUser", person))["UserId"])
                answers.append(1)
        except OSError:
            return

    callers = [threading.Thread(target=call) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    going.set()
    enough = calls * random.uniform(0.7, 1.3)
    wait_for("calls", lambda: len(answers) >= enough, 1800)
    server.kill()
    for caller in callers:
        caller.join()
    return len(answers), made


class Connection:
    """One connection, which sends requests that are signed already: the SDK would take most of the time."""

    def __init__(self, server):
        place = urlsplit(server.endpoint)
        self.host = place.netloc
        self.socket = socket.create_connection((place.hostname, place.port), timeout=300)
        self.file = self.socket.makefile("rb")
        found = server.administrator
        self.keys = Credentials(found["aws_access_key_id"], found["aws_secret_access_key"])

    def signed(self, service, operation, body):
        headers = {"X-Amz-Target": f"{TARGETS[service]}.{operation}", "Content-Type": "application/x-amz-json-1.1"}
        request = AWSRequest("POST", f"http://{self.host}/", data=json.dumps(body), headers=headers)
        SigV4Auth(self.keys, SIGNING.get(service, service), REGION).add_auth(request)
        lines = [f"{name}: {value}" for name, value in request.prepare().headers.items()]
        head = "\r\n".join(["POST / HTTP/1.1", f"Host: {self.host}", *lines])
        return f"{head}\r\n\r\n{json.dumps(body)}".encode()

    def send(self, request):
        self.socket.sendall(request)
        status = self.file.readline()
        length = 0
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = self.file.read(length)
        # Nobody is told of a success that is cut off.
        if not status or len(body) < length or b" 503 " in status:
            raise ConnectionResetError
        assert b" 200 " in status, body
        return json.loads(body)


def ask(server, store, what):
    """The id of a query that has an answer: what there is of the store's records of those names."""
    lake = server.client("cloudtrail")
    names = ", ".join(f"'{name}'" for name in NAMES)
    query = lake.start_query(QueryStatement=f"SELECT {what} FROM {store} WHERE eventName IN ({names})")["QueryId"]

    def done():
        return lake.describe_query(QueryId=query)["QueryStatus"] not in ("QUEUED", "RUNNING")

    wait_for("answer", done, 1800)
    return query


def kept_in(server, store):
    """How many records a store has."""
    page = server.client("cloudtrail").get_query_results(QueryId=ask(server, store, "count(*) AS n"))
    assert page["QueryStatus"] == "FINISHED", page
    return int(page["QueryResultRows"][0][0]["n"])


def asked(server, store):
    """The records that a store has."""
    lake, query = server.client("cloudtrail"), ask(server, store, "eventJson")
    records, count, token = {}, 0, {}
    while True:
        page = lake.get_query_results(QueryId=query, MaxQueryResults=1000, **token)
        assert page["QueryStatus"] == "FINISHED", page
        found = [json.loads(row[0]["eventJson"]) for row in page["QueryResultRows"]]
        count += len(found)
        records.update((record["eventID"], record) for record in found)
        if "NextToken" not in page:
            assert count == len(records), "the lake has a record twice"
            return records
        token = {"NextToken": page["NextToken"]}


class Delivered:
    """What is in a bucket's log files; each is read once."""

    def __init__(self, server, bucket):
        self.s3, self.bucket = server.client("s3"), bucket
        self.seen, self.records = set(), {}

    def look(self):
        """Reads what is new; how many records there are."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
            for thing in page.get("Contents", []):
                if thing["Key"] not in self.seen:
                    self.read(thing["Key"])
        return len(self.records)

    def read(self, key):
        self.seen.add(key)
        body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        for record in json.loads(gzip.decompress(body))["Records"]:
            if record["eventName"] in NAMES:
                assert record["eventID"] not in self.records, "a record was delivered twice"
                self.records[record["eventID"]] = record
