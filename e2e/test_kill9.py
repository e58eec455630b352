"""Power loss: whatever was acknowledged is there afterwards, with its one event, and nothing is there twice."""

import threading
from collections import Counter

from botocore.exceptions import BotoCoreError, ClientError

from atrium import kill_amid, unique

ROUNDS = 3
WRITERS = 8


def test_nothing_acknowledged_is_lost(own_server):
    server = own_server
    store = server.client("sso-admin").list_instances()["Instances"][0]["IdentityStoreId"]
    acknowledged = {}
    for _ in range(ROUNDS):
        acknowledged.update(write_until_killed(server, store))
        server.start()
    assert len(acknowledged) > ROUNDS * WRITERS

    pages = server.client("identitystore").get_paginator("list_users").paginate(IdentityStoreId=store)
    users = [(user["UserId"], user["UserName"]) for page in pages for user in page["Users"]]
    assert len(users) == len(set(users)) == len({name for _, name in users})
    assert acknowledged.items() <= set(users)

    records = server.events(attribute=("EventName", "CreateUser"))
    ids = [record["eventID"] for record in records]
    assert len(ids) == len(set(ids))
    made = Counter(record["responseElements"]["userId"] for record in records if "errorCode" not in record)
    # State and event commit together, so the users are exactly the events, also those nobody was told of.
    assert made == Counter({user: 1 for user, _ in users})


def write_until_killed(server, store):
    """Creates users over several connections until the server is gone; answers those that were acknowledged."""
    acknowledged, going = {}, threading.Event()

    def write():
        identitystore = server.client("identitystore", attempts=1)
        going.wait()
        while True:
            name = unique("u")
            try:
                made = identitystore.create_user(
                    IdentityStoreId=store, UserName=name, DisplayName=name, Name={"GivenName": "A", "FamilyName": "B"}
                )
            except BotoCoreError:
                return
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                    raise
                return
            acknowledged[made["UserId"]] = name

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    going.set()
    kill_amid(server, acknowledged)
    for writer in writers:
        writer.join()
    return acknowledged
