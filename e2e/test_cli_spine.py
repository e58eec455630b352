"""The way of an administrator with the AWS CLI, from an empty organization to a person with an application."""

import json

import pytest

from atrium import CliError, ROLE, unique, wait_for

DENY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "DenyCreateAccountInstances",
            "Effect": "Deny",
            "Action": ["sso:CreateInstance"],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ["000000000000"]}},
        }
    ],
}


def cli_credentials(server, account):
    role = f"arn:aws:iam::{account}:role/{ROLE}"
    made = server.aws("sts", "assume-role", "--role-arn", role, "--role-session-name", "cli")
    assert made["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account}:assumed-role/{ROLE}/cli"
    keys = made["Credentials"]
    return {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }


def create_account(server, name):
    request = server.aws(
        "organizations", "create-account", "--account-name", name, "--email", f"{name}@example.com"
    )["CreateAccountStatus"]["Id"]

    def done():
        status = server.aws(
            "organizations", "describe-create-account-status", "--create-account-request-id", request
        )["CreateAccountStatus"]
        assert status["State"] != "FAILED", status
        return status.get("AccountId")

    return wait_for("account", done)


@pytest.fixture(scope="module")
def tree(server):
    """A unit under a policy that lets nobody in it create instances, and the root."""
    root = server.aws("organizations", "list-roots")["Roots"][0]
    if {"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"} not in root["PolicyTypes"]:
        server.aws("organizations", "enable-policy-type", "--root-id", root["Id"], "--policy-type",
                   "SERVICE_CONTROL_POLICY")
    unit = server.aws("organizations", "create-organizational-unit", "--parent-id", root["Id"], "--name",
                      unique("workloads"))["OrganizationalUnit"]
    policy = server.aws(
        "organizations", "create-policy", "--name", unique("no-instances"), "--type", "SERVICE_CONTROL_POLICY",
        "--description", "", "--content", json.dumps(DENY),
    )["Policy"]["PolicySummary"]
    server.aws("organizations", "attach-policy", "--policy-id", policy["Id"], "--target-id", unit["Id"])
    return root, unit, policy


def test_the_organization_is_there(server):
    organization = server.aws("organizations", "describe-organization")["Organization"]
    caller = server.aws("sts", "get-caller-identity")
    assert organization["MasterAccountId"] == caller["Account"]
    assert organization["FeatureSet"] == "ALL"
    with pytest.raises(CliError, match="AlreadyInOrganizationException"):
        server.aws("organizations", "create-organization")


def test_the_organization_instance_is_there(server):
    instances = server.aws("sso-admin", "list-instances")["Instances"]
    account = server.aws("sts", "get-caller-identity")["Account"]
    assert [found["OwnerAccountId"] for found in instances] == [account]
    assert instances[0]["InstanceArn"].startswith("arn:aws:sso:::instance/ssoins-")
    with pytest.raises(CliError, match="Organization management account is not allowed to perform the operation."):
        server.aws("sso-admin", "create-instance")


def test_a_policy_keeps_a_unit_from_creating_instances(server, tree):
    root, unit, policy = tree
    denied, allowed = create_account(server, unique("denied")), create_account(server, unique("allowed"))
    server.aws("organizations", "move-account", "--account-id", denied, "--source-parent-id", root["Id"],
               "--destination-parent-id", unit["Id"])
    refusal = (
        r"An error occurred \(AccessDeniedException\) when calling the CreateInstance operation: User: "
        rf"arn:aws:sts::{denied}:assumed-role/{ROLE}/cli is not authorized to perform: sso:CreateInstance on resource: "
        r"\S+ with an explicit deny in a service control policy"
    )
    with pytest.raises(CliError, match=refusal):
        server.aws("sso-admin", "create-instance", credentials=cli_credentials(server, denied))
    made = server.aws("sso-admin", "create-instance", "--name", "sandbox",
                      credentials=cli_credentials(server, allowed))
    assert made["InstanceArn"].startswith("arn:aws:sso:::instance/ssoins-")

    # Nothing but the policy stands in the way.
    server.aws("organizations", "detach-policy", "--policy-id", policy["Id"], "--target-id", unit["Id"])
    assert server.aws("sso-admin", "create-instance", credentials=cli_credentials(server, denied))
    server.aws("organizations", "attach-policy", "--policy-id", policy["Id"], "--target-id", unit["Id"])


def test_a_member_sees_the_organizations_instance_and_its_own(server, member, instance):
    credentials, account = member
    found = server.aws("sso-admin", "list-instances", credentials=credentials)["Instances"]
    management = server.aws("sts", "get-caller-identity")["Account"]
    assert {entry["OwnerAccountId"] for entry in found} == {account, management}
    assert instance["InstanceArn"] in [entry["InstanceArn"] for entry in found]
    elsewhere = server.aws("sso-admin", "list-instances", credentials=credentials, region="eu-west-1")
    assert elsewhere["Instances"] == []
    with pytest.raises(CliError, match="ConflictException"):
        server.aws("sso-admin", "create-instance", credentials=credentials)
    with pytest.raises(CliError, match="ConflictException"):
        server.aws("sso-admin", "create-instance", credentials=credentials, region="eu-west-1")


def test_people_of_an_instance(server, member, instance):
    credentials, _ = member
    store, name = instance["IdentityStoreId"], unique("jane")
    made = server.aws(
        "identitystore", "create-user", "--identity-store-id", store, "--user-name", name, "--display-name", "Jane Doe",
        "--name", "GivenName=Jane,FamilyName=Doe", "--emails", f"Value={name}@example.com,Type=work,Primary=true",
        credentials=credentials,
    )
    assert made["IdentityStoreId"] == store
    identifier = {"UniqueAttribute": {"AttributePath": "userName", "AttributeValue": name}}
    found = server.aws("identitystore", "get-user-id", "--identity-store-id", store, "--alternate-identifier",
                       json.dumps(identifier), credentials=credentials)
    assert found == {"UserId": made["UserId"], "IdentityStoreId": store}
    users = server.aws("identitystore", "list-users", "--identity-store-id", store, credentials=credentials)["Users"]
    assert [user["UserName"] for user in users if user["UserId"] == made["UserId"]] == [name]
    with pytest.raises(CliError, match="ConflictException"):
        server.aws("identitystore", "create-user", "--identity-store-id", store, "--user-name", name,
                   "--display-name", "J", "--name", "GivenName=J,FamilyName=D", credentials=credentials)
    # The management account owns another store: this one is not its own.
    with pytest.raises(CliError, match="AccessDeniedException|ResourceNotFoundException"):
        server.aws("identitystore", "list-users", "--identity-store-id", store)


def test_applications_and_who_has_them(server, member, instance):
    credentials, account = member
    store, arn = instance["IdentityStoreId"], instance["InstanceArn"]

    def admin(*arguments):
        return server.aws("sso-admin", *arguments, credentials=credentials)

    name = unique("jo")
    user = server.aws(
        "identitystore", "create-user", "--identity-store-id", store, "--user-name", name, "--display-name", name,
        "--name", "GivenName=Jo,FamilyName=Day", credentials=credentials,
    )["UserId"]
    application = admin(
        "create-application", "--instance-arn", arn, "--application-provider-arn",
        "arn:aws:sso::aws:applicationProvider/custom", "--name", unique("board"),
    )["ApplicationArn"]
    assert application.startswith(f"arn:aws:sso::{account}:application/")
    who = ["--application-arn", application, "--principal-id", user, "--principal-type", "USER"]
    admin("create-application-assignment", *who)
    assigned = admin("list-application-assignments", "--application-arn", application)["ApplicationAssignments"]
    assert assigned == [{"ApplicationArn": application, "PrincipalId": user, "PrincipalType": "USER"}]
    listed = admin("list-applications", "--instance-arn", arn)["Applications"]
    assert application in [found["ApplicationArn"] for found in listed]
    admin("delete-application-assignment", *who)
    admin("delete-application", "--application-arn", application)
    listed = admin("list-applications", "--instance-arn", arn)["Applications"]
    assert application not in [found["ApplicationArn"] for found in listed]
