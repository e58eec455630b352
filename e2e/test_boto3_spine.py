"""What programs see through boto3: pages, error codes, validation messages."""

import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from atrium import error_of, unique


def make_user(identitystore, store, name):
    return identitystore.create_user(
        IdentityStoreId=store, UserName=name, DisplayName=name, Name={"GivenName": "A", "FamilyName": "B"},
        Emails=[{"Value": f"{name}@example.com", "Type": "work", "Primary": True}],
    )["UserId"]


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_pages_of_users_joined_are_the_whole_list(server, member, instance, size):
    identitystore = server.client("identitystore", member[0])
    store = instance["IdentityStoreId"]
    made = {make_user(identitystore, store, unique("page")) for _ in range(5)}
    pages = list(identitystore.get_paginator("list_users").paginate(
        IdentityStoreId=store, PaginationConfig={"PageSize": size}))
    assert all(len(page["Users"]) <= size for page in pages)
    seen = [user["UserId"] for page in pages for user in page["Users"]]
    assert len(seen) == len(set(seen))
    assert made <= set(seen)


def test_pages_of_accounts_joined_are_the_whole_list(server):
    made = {server.make_account() for _ in range(3)}
    pages = server.client("organizations").get_paginator("list_accounts")
    seen = [account["Id"] for page in pages.paginate(PaginationConfig={"PageSize": 2})
            for account in page["Accounts"]]
    assert len(seen) == len(set(seen))
    assert made <= set(seen)


def test_a_token_continues_its_own_list_only(server, member, instance):
    identitystore = server.client("identitystore", member[0])
    store = instance["IdentityStoreId"]
    for _ in range(3):
        make_user(identitystore, store, unique("token"))
    token = identitystore.list_users(IdentityStoreId=store, MaxResults=1)["NextToken"]
    own = server.client("sso-admin").list_instances()["Instances"][0]["IdentityStoreId"]
    for client, call, arguments in [
        (server.client("identitystore"), "list_users", {"IdentityStoreId": own}),
        (identitystore, "list_groups", {"IdentityStoreId": store}),
    ]:
        with pytest.raises(ClientError) as failure:
            getattr(client, call)(NextToken=token, **arguments)
        assert error_of(failure)[0] == "ValidationException"
    with pytest.raises(ClientError) as failure:
        identitystore.list_users(IdentityStoreId=store, NextToken="x" * 40)
    assert error_of(failure)[0] == "ValidationException"


def test_what_is_not_there_is_named(server, member, instance):
    identitystore = server.client("identitystore", member[0])
    store, nobody = instance["IdentityStoreId"], "94d00cd8-e9e6-4810-b177-b08e84775435"
    with pytest.raises(ClientError) as failure:
        identitystore.describe_user(IdentityStoreId=store, UserId=nobody)
    assert error_of(failure) == ("ResourceNotFoundException", "USER not found.")
    assert failure.value.response["ResourceType"] == "USER"
    assert failure.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    with pytest.raises(ClientError) as failure:
        identitystore.describe_group(IdentityStoreId=store, GroupId=nobody)
    assert error_of(failure) == ("ResourceNotFoundException", "GROUP not found.")


def test_a_taken_name_is_a_conflict(server, member, instance):
    identitystore = server.client("identitystore", member[0])
    store, name = instance["IdentityStoreId"], unique("twice")
    make_user(identitystore, store, name)
    with pytest.raises(ClientError) as failure:
        make_user(identitystore, store, name)
    assert error_of(failure)[0] == "ConflictException"
    assert failure.value.response["Reason"] == "UNIQUENESS_CONSTRAINT_VIOLATION"


# As the pinned model has it: AWS changes this one now and then.
MODEL = json.loads((Path(__file__).parent.parent / "models" / "identitystore.json").read_text())
STORE_PATTERN = MODEL["shapes"]["IdentityStoreId"]["pattern"]


@pytest.mark.parametrize(
    "service, call, arguments, message",
    [
        (
            "identitystore", "list_users", {"IdentityStoreId": "d-XYZ"},
            "1 validation error detected: Value 'd-XYZ' at 'identityStoreId' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {STORE_PATTERN}",
        ),
        (
            "identitystore", "list_users", {"IdentityStoreId": "d-9067642ac7", "MaxResults": 101},
            "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: "
            "Member must have value less than or equal to 100",
        ),
        (
            "sso-admin", "create_instance", {"Name": "x" * 256},
            f"1 validation error detected: Value '{'x' * 256}' at 'name' failed to satisfy constraint: "
            "Member must have length less than or equal to 255",
        ),
        (
            "sso-admin", "create_instance", {"ClientToken": "t" * 65, "Name": "a b"},
            "2 validation errors detected: ",
        ),
    ],
)
def test_broken_constraints_are_told_in_aws_words(server, service, call, arguments, message):
    client = server.client(service, parameter_validation=False)
    with pytest.raises(ClientError) as failure:
        getattr(client, call)(**arguments)
    code, text = error_of(failure)
    assert code == "ValidationException"
    assert text == message or (message.endswith("detected: ") and text.startswith(message))


def test_who_does_not_sign_properly_is_refused(server):
    admin = server.administrator
    cases = [
        ({**admin, "aws_secret_access_key": "wrong"}, "InvalidSignatureException"),
        ({"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "x"}, "UnrecognizedClientException"),
        ({**admin, "aws_session_token": "made-up"}, "UnrecognizedClientException"),
    ]
    for credentials, code in cases:
        with pytest.raises(ClientError) as failure:
            server.client("sso-admin", credentials).list_instances()
        assert error_of(failure)[0] == code


def test_a_client_token_gives_the_first_answer_again(server):
    credentials = server.assume(server.make_account())
    admin = server.client("sso-admin", credentials)
    token = unique("token")
    first = admin.create_instance(Name="one", ClientToken=token)["InstanceArn"]
    assert admin.create_instance(Name="one", ClientToken=token)["InstanceArn"] == first
    with pytest.raises(ClientError) as failure:
        admin.create_instance(Name="two", ClientToken=token)
    assert error_of(failure)[0] == "ConflictException"
    own = [entry for entry in admin.list_instances()["Instances"] if entry["InstanceArn"] == first]
    assert len(own) == 1


def test_an_instance_can_go_and_another_come(server):
    account = server.make_account()
    credentials = server.assume(account)
    admin = server.client("sso-admin", credentials)
    first = server.make_instance(credentials)
    admin.update_instance(InstanceArn=first["InstanceArn"], Name="renamed")
    assert admin.describe_instance(InstanceArn=first["InstanceArn"])["Name"] == "renamed"
    make_user(server.client("identitystore", credentials), first["IdentityStoreId"], unique("gone"))
    admin.delete_instance(InstanceArn=first["InstanceArn"])
    with pytest.raises(ClientError) as failure:
        admin.describe_instance(InstanceArn=first["InstanceArn"])
    assert error_of(failure)[0] == "AccessDeniedException"
    second = server.make_instance(credentials, region="eu-west-1")
    assert second["IdentityStoreId"] != first["IdentityStoreId"]
    users = server.client("identitystore", credentials, "eu-west-1").list_users(
        IdentityStoreId=second["IdentityStoreId"])
    assert users["Users"] == []
