"""AWS's published way to audit, against an organization in which every account owns an instance."""

import csv
import io

import sample_audit
from atrium import ROLE, unique

ACCOUNTS = 5


def test_the_published_audit_finishes(own_server, monkeypatch):
    server = own_server
    own = server.client("sts").get_caller_identity()["Account"]
    organization_instance = server.client("sso-admin").list_instances()["Instances"][0]
    expected, boards = {}, []
    for number in range(ACCOUNTS):
        account = server.make_account()
        credentials = server.assume(account)
        instance = server.make_instance(credentials)
        expected[account] = [instance["IdentityStoreId"], instance["InstanceArn"]]
        admin = server.client("sso-admin", credentials)
        identitystore = server.client("identitystore", credentials)
        users = [make_user(identitystore, instance["IdentityStoreId"], name)
                 for name in ("everywhere", f"only-{number}")]
        board = admin.create_application(
            InstanceArn=instance["InstanceArn"], Name=f"board-{number}",
            ApplicationProviderArn="arn:aws:sso::aws:applicationProvider/custom",
        )["ApplicationArn"]
        admin.create_application_assignment(ApplicationArn=board, PrincipalId=users[0], PrincipalType="USER")
        boards.append([f"board-{number}", board, f"['{users[0]}']"])
    make_user(server.client("identitystore"), organization_instance["IdentityStoreId"], "alone")
    bucket = unique("reports")
    server.client("s3").create_bucket(Bucket=bucket)

    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, server.environment()[name])
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    keys = sample_audit.audit(own, ROLE, bucket)

    s3 = server.client("s3")
    listed = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket, Prefix="sample/")["Contents"]]
    assert sorted(listed) == sorted(keys)
    duplicates, instances, applications = [read(s3, bucket, key) for key in keys]

    assert duplicates[0] == ["User_email", "IdentityStoreId"]
    assert len(duplicates) == 2 and duplicates[1][0] == "everywhere@example.com"
    assert sorted(duplicates[1][1].split(",")) == sorted(store for store, _ in expected.values())
    assert instances[0] == ["accountId", "IdentityCenterInstance", "Identity Store Arn"]
    found = {account: entry for account, *entry in instances[1:]}
    # The script forgets what it found before its own account, whose place in the list is not fixed.
    own_entry = [organization_instance["IdentityStoreId"], organization_instance["InstanceArn"]]
    assert found.pop(own) == own_entry
    assert found.items() <= expected.items()
    assert applications[0] == ["Name", "Application ARN", "Users"]
    assert sorted(applications[1:]) == sorted(boards)


def make_user(identitystore, store, name):
    return identitystore.create_user(
        IdentityStoreId=store, UserName=name, DisplayName=name, Name={"GivenName": "A", "FamilyName": "B"},
        Emails=[{"Value": f"{name}@example.com", "Type": "work", "Primary": True}],
    )["UserId"]


def read(s3, bucket, key):
    text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    return list(csv.reader(io.StringIO(text)))
