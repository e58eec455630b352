"""Permission sets from end to end: assigned, changed, provisioned, taken back; by the AWS CLI and boto3."""

import json
import re
import threading

import pytest
from botocore.exceptions import ClientError

from atrium import CliError, Server, unique, wait_for

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
BILLING = "arn:aws:iam::aws:policy/job-function/Billing"
ALLOW = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
RESERVED = "/aws-reserved/sso.amazonaws.com/"


class Center:
    """The organization's instance, and what tests do with it."""

    def __init__(self, server, credentials=None):
        self.server = server
        self.admin = server.client("sso-admin", credentials, attempts=8)
        found = self.admin.list_instances()["Instances"]
        found = next(i for i in found if i["OwnerAccountId"] == server.client("sts").get_caller_identity()["Account"])
        self.arn, self.store, self.owner = found["InstanceArn"], found["IdentityStoreId"], found["OwnerAccountId"]

    def user(self):
        name = unique("user")
        return self.server.client("identitystore").create_user(
            IdentityStoreId=self.store, UserName=name, DisplayName=name, Name={"GivenName": "A", "FamilyName": "B"}
        )["UserId"]

    def set(self, name=None, **more):
        name = name or unique("set")
        made = self.admin.create_permission_set(InstanceArn=self.arn, Name=name, **more)
        return made["PermissionSet"]["PermissionSetArn"]

    def on(self, arn):
        return {"InstanceArn": self.arn, "PermissionSetArn": arn}

    def assignment(self, arn, account, user):
        return {**self.on(arn), "TargetId": account, "TargetType": "AWS_ACCOUNT", "PrincipalType": "USER",
                "PrincipalId": user}

    def assign(self, arn, account, user):
        begun = self.admin.create_account_assignment(**self.assignment(arn, account, user))
        return self.created(begun["AccountAssignmentCreationStatus"])

    def created(self, status):
        assert status["Status"] == "IN_PROGRESS" and "FailureReason" not in status
        return self.ended(lambda: self.admin.describe_account_assignment_creation_status(
            InstanceArn=self.arn, AccountAssignmentCreationRequestId=status["RequestId"]
        )["AccountAssignmentCreationStatus"])

    def take_back(self, arn, account, user):
        begun = self.admin.delete_account_assignment(**self.assignment(arn, account, user))
        request = begun["AccountAssignmentDeletionStatus"]["RequestId"]
        return self.ended(lambda: self.admin.describe_account_assignment_deletion_status(
            InstanceArn=self.arn, AccountAssignmentDeletionRequestId=request
        )["AccountAssignmentDeletionStatus"])

    def provision(self, arn, account=None):
        target = {"TargetType": "AWS_ACCOUNT", "TargetId": account} if account else {
            "TargetType": "ALL_PROVISIONED_ACCOUNTS"}
        begun = self.admin.provision_permission_set(**self.on(arn), **target)["PermissionSetProvisioningStatus"]
        assert begun.get("AccountId") == account
        return self.ended(lambda: self.admin.describe_permission_set_provisioning_status(
            InstanceArn=self.arn, ProvisionPermissionSetRequestId=begun["RequestId"]
        )["PermissionSetProvisioningStatus"])

    @staticmethod
    def ended(describe):
        def look():
            status = describe()
            return status if status["Status"] != "IN_PROGRESS" else None

        return wait_for("end of a request", look)

    def roles(self, account):
        iam = self.iam(account)
        return [role for page in iam.get_paginator("list_roles").paginate(PathPrefix=RESERVED) for role in page["Roles"]]

    def iam(self, account):
        return self.server.client("iam", None if account == self.owner else self.server.assume(account))


@pytest.fixture(scope="module")
def center(server):
    return Center(server)


def refused(code, call, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    assert error.value.response["Error"]["Code"] == code, error.value
    return error.value.response["Error"]["Message"]


def test_the_life_of_an_assignment(server, center):
    account, user = server.make_account(), center.user()
    name = unique("life")
    arn = center.set(name, Description="What for", SessionDuration="PT4H", RelayState="https://example.com/")
    center.admin.attach_managed_policy_to_permission_set(**center.on(arn), ManagedPolicyArn=READ_ONLY)
    center.admin.put_inline_policy_to_permission_set(**center.on(arn), InlinePolicy=ALLOW)
    assert center.assign(arn, account, user)["Status"] == "SUCCEEDED"

    [role] = center.roles(account)
    assert re.fullmatch(f"AWSReservedSSO_{name}_[0-9a-f]{{16}}", role["RoleName"])
    assert role["Path"] == RESERVED and role["MaxSessionDuration"] == 43200 and role["Description"] == "What for"
    [statement] = role["AssumeRolePolicyDocument"]["Statement"]
    assert re.fullmatch(
        f"arn:aws:iam::{account}:saml-provider/AWSSSO_[0-9a-f]{{16}}_DO_NOT_DELETE", statement["Principal"]["Federated"]
    )
    iam, of = center.iam(account), {"RoleName": role["RoleName"]}
    assert [p["PolicyArn"] for p in iam.list_attached_role_policies(**of)["AttachedPolicies"]] == [READ_ONLY]
    inline = iam.get_role_policy(**of, PolicyName="AwsSSOInlinePolicy")["PolicyDocument"]
    assert inline == json.loads(ALLOW)
    refused("UnmodifiableEntity", iam.delete_role, **of)

    listed = center.admin.list_account_assignments(**center.on(arn), AccountId=account)["AccountAssignments"]
    assert [entry["PrincipalId"] for entry in listed] == [user]
    message = refused("ConflictException", center.admin.delete_permission_set, **center.on(arn))
    assert message.startswith("Could not delete because PermissionSet has ApplicationProfile associated")

    assert center.take_back(arn, account, user)["Status"] == "SUCCEEDED"
    assert center.roles(account) == []
    again = center.take_back(arn, account, user)
    assert (again["Status"], again["FailureReason"]) == (
        "FAILED", "Received a 404 status error: Assignment not found.")
    center.admin.delete_permission_set(**center.on(arn))
    message = refused("ResourceNotFoundException", center.admin.describe_permission_set, **center.on(arn))
    assert message == f"Could not find PermissionSet with id {arn.rsplit('/', 1)[1]}"
    events = server.events(server.assume(account), attribute=("EventSource", "iam.amazonaws.com"))
    # The refused attempt of the test itself is recorded too.
    names = [event["eventName"] for event in events if "errorCode" not in event]
    made = ["CreateSAMLProvider", "CreateRole", "AttachRolePolicy", "PutRolePolicy"]
    gone = ["DetachRolePolicy", "DeleteRolePolicy", "DeleteRole"]
    changes = [name for name in reversed(names) if name in made + gone]
    assert changes == made + gone


def test_drift_until_it_is_provisioned(server, center):
    accounts, user = [server.make_account(), server.make_account()], center.user()
    arn = center.set()
    for account in accounts:
        assert center.assign(arn, account, user)["Status"] == "SUCCEEDED"

    def having(status):
        return center.admin.list_accounts_for_provisioned_permission_set(
            **center.on(arn), ProvisioningStatus=status)["AccountIds"]

    latest, drifted = "LATEST_PERMISSION_SET_PROVISIONED", "LATEST_PERMISSION_SET_NOT_PROVISIONED"
    assert (sorted(having(latest)), having(drifted)) == (sorted(accounts), [])
    center.admin.update_permission_set(**center.on(arn), Description="New")
    center.admin.attach_managed_policy_to_permission_set(**center.on(arn), ManagedPolicyArn=BILLING)
    assert (having(latest), sorted(having(drifted))) == ([], sorted(accounts))
    sets = center.admin.list_permission_sets_provisioned_to_account(
        InstanceArn=center.arn, AccountId=accounts[0], ProvisioningStatus=drifted)["PermissionSets"]
    assert sets == [arn]
    assert center.provision(arn, accounts[0])["Status"] == "SUCCEEDED"
    assert having(drifted) == accounts[1:]
    assert center.provision(arn)["Status"] == "SUCCEEDED"
    assert having(drifted) == []
    for account in accounts:
        [role] = center.roles(account)
        assert role["Description"] == "New"

    # A policy that only one of the accounts has.
    reference = {"Name": "Mine", "Path": "/team/"}
    center.admin.attach_customer_managed_policy_reference_to_permission_set(
        **center.on(arn), CustomerManagedPolicyReference=reference)
    center.iam(accounts[0]).create_policy(PolicyName="Mine", Path="/team/", PolicyDocument=ALLOW)
    failed = center.provision(arn)
    assert (failed["Status"], failed["FailureReason"]) == (
        "FAILED", f"Received a 404 status error: Not supported policy arn:aws:iam::{accounts[1]}:policy/team/Mine.")
    assert having(drifted) == accounts[1:]


def test_what_is_refused(server, center):
    admin, user = center.admin, center.user()
    name = unique("refused")
    arn = center.set(name)
    here = {"InstanceArn": center.arn}
    message = refused("ConflictException", admin.create_permission_set, **here, Name=name)
    assert message == f"PermissionSet with name {name} already exists."
    refused("ValidationException", admin.create_permission_set, **here, Name="x", SessionDuration="PT13H")
    message = refused("ValidationException", admin.put_inline_policy_to_permission_set, **center.on(arn),
                      InlinePolicy='{"Statement": []}')
    assert "Invalid PermissionsPolicy Document" in message
    refused("ResourceNotFoundException", admin.attach_managed_policy_to_permission_set, **center.on(arn),
            ManagedPolicyArn="arn:aws:iam::aws:policy/None")
    admin.attach_managed_policy_to_permission_set(**center.on(arn), ManagedPolicyArn=BILLING)
    message = refused("ConflictException", admin.attach_managed_policy_to_permission_set, **center.on(arn),
                      ManagedPolicyArn=BILLING)
    assert "already has a typed link attachment" in message
    refused("ResourceNotFoundException", admin.get_permissions_boundary_for_permission_set, **center.on(arn))
    assert admin.get_inline_policy_for_permission_set(**center.on(arn))["InlinePolicy"] == ""
    refused("ResourceNotFoundException", admin.create_account_assignment,
            **center.assignment(arn, "000000000000", user))
    refused("ValidationException", admin.provision_permission_set, **center.on(arn), TargetType="AWS_ACCOUNT")
    nobody = "04d00cd8-e9e6-4810-b177-b08e84775435"
    failed = center.assign(arn, server.make_account(), nobody)
    assert failed["FailureReason"].startswith(f"Received a 404 status error: the USER assignee {nobody} was not found")


def test_account_instances_and_members_have_none(server, center, member, instance):
    credentials, _ = member
    theirs = server.client("sso-admin", credentials)
    words = "This operation is not supported for account instances of IAM Identity Center"
    for call, more in [
        (theirs.list_permission_sets, {}),
        (theirs.create_permission_set, {"Name": "Admin"}),
        (theirs.list_account_assignment_creation_status, {}),
    ]:
        assert refused("ValidationException", call, InstanceArn=instance["InstanceArn"], **more) == words
        refused("AccessDeniedException", call, InstanceArn=center.arn, **more)


def test_the_management_account_is_its_own(own_server):
    server = own_server
    center = Center(server)
    account, other, user = server.make_account(), server.make_account(), center.user()
    organizations = server.client("organizations")
    organizations.enable_aws_service_access(ServicePrincipal="sso.amazonaws.com")
    organizations.register_delegated_administrator(AccountId=other, ServicePrincipal="sso.amazonaws.com")
    delegate = server.client("sso-admin", server.assume(other))
    arn = center.set()
    delegate.create_permission_set(InstanceArn=center.arn, Name="Theirs")
    message = refused("AccessDeniedException", delegate.create_account_assignment,
                      **center.assignment(arn, center.owner, user))
    assert message.endswith(f"is not authorized to perform: sso:CreateAccountAssignment on resource: {arn}")
    delegate.create_account_assignment(**center.assignment(arn, account, user))
    assert center.assign(arn, center.owner, user)["Status"] == "SUCCEEDED"
    # One assignment in the management account, and the set is out of the delegate's reach.
    refused("AccessDeniedException", delegate.create_account_assignment, **center.assignment(arn, other, user))
    refused("AccessDeniedException", delegate.update_permission_set, **center.on(arn), Description="Mine")
    refused("AccessDeniedException", delegate.provision_permission_set, **center.on(arn),
            TargetType="ALL_PROVISIONED_ACCOUNTS")
    delegate.describe_permission_set(**center.on(arn))
    created = [event for event in server.events(attribute=("EventName", "CreateRole"))
               if event["userIdentity"].get("invokedBy") == "sso.amazonaws.com"]
    assert [event["userIdentity"]["type"] for event in created] == ["IAMUser"]

    # Whoever may not make roles there gets no assignment there.
    iam = server.client("iam")
    iam.create_user(UserName="sso-only")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sso:*", "Resource": "*"}]}
    iam.put_user_policy(UserName="sso-only", PolicyName="sso", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="sso-only")["AccessKey"]
    keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    limited = Center(server, keys)
    second = limited.set()
    failed = limited.assign(second, center.owner, user)
    assert failed["FailureReason"].startswith("Received a 403 status error: Access denied by IAM.")
    assert "iam:CreateRole" in failed["FailureReason"]
    assert limited.assign(second, account, user)["Status"] == "SUCCEEDED"

    assert center.roles(account) != []


def test_too_many_at_once_and_a_server_that_is_killed(own_server):
    """Whatever was asked for is done once, also when the server dies with requests in progress."""
    server = own_server
    center = Center(server)
    accounts, user = [server.make_account() for _ in range(4)], center.user()
    sets = [center.set() for _ in range(3)]
    asked = {}

    def ask(arn):
        admin = server.client("sso-admin", attempts=10)
        for account in accounts:
            try:
                begun = admin.create_account_assignment(**center.assignment(arn, account, user))
            except Exception as error:  # the server is gone
                if isinstance(error, ClientError):
                    assert error.response["Error"]["Code"] == "ThrottlingException", error
                return
            asked[(arn, account)] = begun["AccountAssignmentCreationStatus"]["RequestId"]

    threads = [threading.Thread(target=ask, args=(arn,)) for arn in sets]
    for thread in threads:
        thread.start()
    wait_for("some requests", lambda: len(asked) >= 5)
    server.kill()
    for thread in threads:
        thread.join()
    server.start()
    center = Center(server)
    for (arn, account), request in asked.items():
        status = center.ended(lambda: center.admin.describe_account_assignment_creation_status(
            InstanceArn=center.arn, AccountAssignmentCreationRequestId=request)["AccountAssignmentCreationStatus"])
        assert status["Status"] == "SUCCEEDED", status
        assert (status["TargetId"], status["PermissionSetArn"]) == (account, arn)
    pages = center.admin.get_paginator("list_account_assignment_creation_status").paginate(InstanceArn=center.arn)
    wait_for("the end of all requests", lambda: all(
        entry["Status"] == "SUCCEEDED" for page in pages for entry in page["AccountAssignmentsCreationStatus"]))
    for account in accounts:
        of_account = center.admin.list_permission_sets_provisioned_to_account(
            InstanceArn=center.arn, AccountId=account)["PermissionSets"]
        assert len(center.roles(account)) == len(of_account) >= sum(1 for key in asked if key[1] == account)


def test_roles_go_with_an_account_and_with_the_instance(engine, tmp_path):
    server = Server(tmp_path, engine(), ["--quota", "organizations.created-account-stay=0"])
    server.start()
    try:
        center = Center(server)
        leaving, staying, user = server.make_account(), server.make_account(), center.user()
        arn = center.set()
        for account in (leaving, staying):
            assert center.assign(arn, account, user)["Status"] == "SUCCEEDED"
        server.client("organizations").remove_account_from_organization(AccountId=leaving)
        wait_for("end of the role", lambda: center.roles(leaving) == [])
        listed = center.admin.list_account_assignments(**center.on(arn), AccountId=leaving)["AccountAssignments"]
        assert listed == []
        refused("ResourceNotFoundException", center.admin.delete_account_assignment,
                **center.assignment(arn, leaving, user))
        assert len(center.roles(staying)) == 1
        center.admin.delete_instance(InstanceArn=center.arn)
        wait_for("end of the role", lambda: center.roles(staying) == [])
    finally:
        assert server.stop() == 0, server.log()


def test_the_aws_cli_does_it_too(server, center):
    account, user = server.make_account(), center.user()
    name = unique("cli")
    made = server.aws("sso-admin", "create-permission-set", "--instance-arn", center.arn, "--name", name, "--tags",
                      "Key=team,Value=x")
    arn = made["PermissionSet"]["PermissionSetArn"]
    on = ["--instance-arn", center.arn, "--permission-set-arn", arn]
    tags = server.aws("sso-admin", "list-tags-for-resource", "--instance-arn", center.arn, "--resource-arn", arn)
    assert tags["Tags"] == [{"Key": "team", "Value": "x"}]
    who = ["--target-type", "AWS_ACCOUNT", "--target-id", account, "--principal-type", "USER", "--principal-id", user]
    begun = server.aws("sso-admin", "create-account-assignment", *on, *who)
    assert center.created(begun["AccountAssignmentCreationStatus"])["Status"] == "SUCCEEDED"
    has = server.aws("sso-admin", "list-account-assignments-for-principal", "--instance-arn", center.arn,
                     "--principal-type", "USER", "--principal-id", user)
    assert [entry["PermissionSetArn"] for entry in has["AccountAssignments"]] == [arn]
    with pytest.raises(CliError, match="ConflictException"):
        server.aws("sso-admin", "delete-permission-set", *on)
