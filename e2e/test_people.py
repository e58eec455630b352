"""People are known by name in SQL, as they were called when an event happened."""

import json
import os
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from atrium import Server, binary, error_of, unique, wait_for
from test_lake_service import ask, finish, make_store
from test_tokens import Scene

THEN = "e.eventTime >= {0}.valid_from AND ({0}.valid_until IS NULL OR e.eventTime < {0}.valid_until)"
WHO = f"""
SELECT e.eventTime, e.eventName, u.user_name, u.display_name, u.email
FROM {{store}} e JOIN identity_users u
  ON u.user_id = e.userIdentity.onBehalfOf.userId
  AND u.identity_store_arn = e.userIdentity.onBehalfOf.identityStoreArn
  AND {THEN.format("u")}
WHERE e.eventName = 'ListAccounts' AND u.user_id = '{{user}}'
ORDER BY e.eventTime
"""
WHOM = f"""
SELECT e.eventName, u.user_name
FROM {{store}} e JOIN identity_users u
  ON u.user_id = coalesce(element_at(e.responseElements, 'userId'), element_at(e.requestParameters, 'userId'))
  AND {THEN.format("u")}
WHERE e.eventSource = 'identitystore.amazonaws.com' AND e.eventName LIKE '%User' AND e.errorCode IS NULL
  AND u.user_id = '{{user}}'
ORDER BY e.eventTime
"""
IN_GROUPS = f"""
SELECT e.eventTime, g.display_name AS "group"
FROM {{store}} e
JOIN identity_memberships m ON m.user_id = e.userIdentity.onBehalfOf.userId AND {THEN.format("m")}
JOIN identity_groups g ON g.group_id = m.group_id AND {THEN.format("g")}
WHERE e.eventName = 'ListAccounts' AND m.user_id = '{{user}}'
ORDER BY e.eventTime
"""


@pytest.fixture(scope="module", autouse=True)
def lake_program():
    """The program that answers queries stands beside the server's."""
    if not binary().with_name("atrium-lake").is_file():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("atrium-lake is not built: cargo build -p atrium-lake")


@pytest.fixture(scope="module")
def server(engine, tmp_path_factory):
    server = Server(
        tmp_path_factory.mktemp("people"), engine(), ["--issuer-network", "127.0.0.0/8", "--lake-interval", "0.3"]
    )
    try:
        yield server.start()
    finally:
        assert server.stop() == 0, server.log()


@pytest.fixture(scope="module")
def scene(server):
    return Scene(server)


@pytest.fixture(scope="module")
def store(server):
    return make_store(server)[1]


def a_second_later():
    """Records tell whole seconds; what comes next begins early in one, so that its record tells the same."""
    time.sleep(1.1)
    time.sleep(1.05 - time.time() % 1)


def print_rows(server, statement):
    """The same with the command."""
    done = subprocess.run(
        [binary(), "lake", "query", "--output", "json", statement],
        capture_output=True, text=True, timeout=120, env=server.environment(),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def enter(scene, name):
    """The person's own call, which tells who made it by id only."""
    token = scene.exchange(scene.issuer.token(f"{name}@example.com"))["accessToken"]
    scene.portal().list_accounts(accessToken=token)
    return token


def test_who_acted_is_known_by_the_name_of_that_time(server, scene, store):
    name, user = scene.user("any")
    directory, group = scene.directory, unique("group")
    made = directory.create_group(IdentityStoreId=scene.store, DisplayName=group)["GroupId"]
    member = directory.create_group_membership(
        IdentityStoreId=scene.store, GroupId=made, MemberId={"UserId": user})["MembershipId"]
    token = enter(scene, name)
    a_second_later()
    renamed = f"{name}-2"
    directory.update_user(IdentityStoreId=scene.store, UserId=user, Operations=[
        {"AttributePath": "userName", "AttributeValue": renamed},
        {"AttributePath": "displayName", "AttributeValue": "Renamed \"Ann\" O'Néill"}])
    directory.delete_group_membership(IdentityStoreId=scene.store, MembershipId=member)
    directory.update_group(IdentityStoreId=scene.store, GroupId=made, Operations=[
        {"AttributePath": "displayName", "AttributeValue": f"{group}-2"}])
    a_second_later()
    scene.portal().list_accounts(accessToken=token)
    a_second_later()
    directory.delete_user(IdentityStoreId=scene.store, UserId=user)
    a_second_later()

    who = WHO.format(store=store, user=user)
    rows = ask(server, who)
    mail = f"{name}@example.com"
    assert [(row["user_name"], row["display_name"], row["email"]) for row in rows] == [
        (name, name, mail), (renamed, "Renamed \"Ann\" O'Néill", mail)]
    assert print_rows(server, who) == rows

    whom = WHOM.format(store=store, user=user)
    rows = ask(server, whom)
    assert [(row["eventName"], row["user_name"]) for row in rows] == [
        ("CreateUser", name), ("UpdateUser", renamed), ("DeleteUser", renamed)]
    assert print_rows(server, whom) == rows

    rows = ask(server, IN_GROUPS.format(store=store, user=user))
    assert [row["group"] for row in rows] == [group]
    # The records themselves hide names.
    hidden = ask(server, f"SELECT eventJson FROM {store} WHERE eventName = 'UpdateUser'")
    assert hidden and not any(renamed in row["eventJson"] for row in hidden)


def test_an_instance_is_known_by_name_after_it_is_gone(server, store):
    member = server.assume(server.make_account())
    _, own = make_store(server, member)
    sso, name = server.client("sso-admin", member), unique("instance")
    arn = sso.create_instance(Name=name)["InstanceArn"]
    a_second_later()
    sso.update_instance(InstanceArn=arn, Name=f"{name}-2")
    a_second_later()
    sso.delete_instance(InstanceArn=arn)
    statement = f"""
        SELECT e.eventName, i.instance_name, i.instance_type FROM {own} e JOIN identity_instances i
          ON i.instance_arn = coalesce(element_at(e.responseElements, 'instanceArn'),
                                       element_at(e.requestParameters, 'instanceArn'))
          AND {THEN.format("i")}
        WHERE e.eventName IN ('CreateInstance', 'UpdateInstance', 'DeleteInstance') AND i.instance_arn = '{arn}'
        ORDER BY e.eventTime"""
    assert [tuple(row.values()) for row in ask(server, statement, member)] == [
        ("CreateInstance", name, "ACCOUNT"), ("UpdateInstance", f"{name}-2", "ACCOUNT"),
        ("DeleteInstance", f"{name}-2", "ACCOUNT")]
    # To the management account it was never there.
    assert ask(server, f"SELECT * FROM {store}, identity_instances i WHERE i.instance_arn = '{arn}'") == []


def test_people_are_read_by_those_who_may_list_them(server, scene, store):
    iam, user = server.client("iam"), unique("analyst")
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    credentials = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}

    def allow(*actions):
        statement = [{"Effect": "Allow", "Action": ["cloudtrail:*", *actions], "Resource": "*"}]
        iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": statement}))

    lake = server.client("cloudtrail", credentials)
    statement = f"SELECT count(*) AS many FROM {store} e JOIN identity_users u ON e.eventID = u.user_id"
    allow()
    ask(server, f"SELECT count(*) AS many FROM {store}", credentials)
    with pytest.raises(ClientError) as denied:
        lake.start_query(QueryStatement=statement)
    assert error_of(denied)[0] == "AccessDeniedException" and "identitystore:ListUsers" in str(denied.value)
    allow("identitystore:ListUsers")
    assert ask(server, statement, credentials) == [{"many": "0"}]

    query = server.client("cloudtrail").start_query(QueryStatement=statement)["QueryId"]
    finish(server, query)
    lake.get_query_results(QueryId=query)
    allow()
    with pytest.raises(ClientError) as denied:
        lake.get_query_results(QueryId=query)
    assert error_of(denied)[0] == "AccessDeniedException"


def test_an_account_gets_its_own_people(server, scene, store):
    member = server.assume(server.make_account())
    _, own = make_store(server, member)
    name, _ = scene.user("any")
    made = server.make_instance(member)
    directory, hers = server.client("identitystore", member), unique("hers")
    directory.create_user(IdentityStoreId=made["IdentityStoreId"], UserName=hers, DisplayName=hers,
                          Name={"GivenName": "A", "FamilyName": "B"})
    everybody = "SELECT DISTINCT u.user_name FROM {} e, identity_users u"
    ours = {row["user_name"] for row in ask(server, everybody.format(store))}
    theirs = {row["user_name"] for row in ask(server, everybody.format(own), member)}
    assert name in ours and hers not in ours
    # A member account may list its organization's people too.
    assert {name, hers} <= theirs


def test_many_people_are_joined(server, scene, store):
    """More than are read from the database at once."""
    names = [unique(f"p{number}") for number in range(1100)]
    for name in names:
        scene.directory.create_user(IdentityStoreId=scene.store, UserName=name, DisplayName=name,
                                    Name={"GivenName": "A", "FamilyName": "B"})
    statement = f"""
        SELECT DISTINCT u.user_name FROM {store} e JOIN identity_users u
          ON u.user_id = element_at(e.responseElements, 'userId') AND {THEN.format("u")}
        WHERE e.eventName = 'CreateUser'"""
    found = [row["user_name"] for row in ask(server, statement)]
    assert set(names) <= set(found) and len(found) == len(set(found))
    wait_for("files", lambda: list((server.folder / "data" / "objects" / "lake").rglob("*.parquet")))
    assert sorted(row["user_name"] for row in ask(server, statement)) == sorted(found)
