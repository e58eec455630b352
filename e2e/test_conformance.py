"""Every offered operation, asked with botocore's own serializer and held against botocore's own models."""

import tomllib
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from atrium import unique, wait_for
from shapes import SERVICES

# What services answer without the model's saying so.
COMMON = {"AccessDenied", "AccessDeniedException", "ValidationError", "ValidationException", "NoSuchEntity"}
REQUIRED = "Member must not be null"
# Organizations has words of its own.
INPUT_REQUIRED = "You must include a value for all required parameters."


def unoffered():
    path = Path(__file__).resolve().parent.parent / "models" / "unoffered.toml"
    reasons = tomllib.loads(path.read_text())["reason"]
    return {(reason["service"], name) for reason in reasons for name in reason["operations"]}


def operations(client):
    """The models of the operations that are offered."""
    model, missing = client.meta.service_model, unoffered()
    names = [name for name in model.operation_names if (model.service_name, name) not in missing]
    return [model.operation_model(name) for name in names]


def ask(client, operation, parameters):
    """The answer, or the error's code and message. The client has checked the answer's shape."""
    try:
        return client._make_api_call(operation.name, parameters), None
    except ClientError as failure:
        assert failure.response["ResponseMetadata"]["HTTPStatusCode"] < 500, (operation.name, failure.response)
        return None, (failure.response["Error"]["Code"], failure.response["Error"]["Message"])


def declared(operation):
    """The codes of errors that the operation may answer."""
    shapes = operation.error_shapes
    return COMMON | {shape.name for shape in shapes} | {shape.metadata.get("error", {}).get("code") for shape in shapes}


def lower(name):
    return name[0].lower() + name[1:]


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_what_is_missing_is_told(own_server, service):
    # On a server of its own: requests without members that are required still do what they say.
    client = own_server.client(service, parameter_validation=False)
    late = ("Delete", "Leave", "Close")
    for operation in sorted(operations(client), key=lambda operation: operation.name.startswith(late)):
        shape = operation.input_shape
        missing = [name for name in shape.members if name in shape.required_members] if shape else []
        _, error = ask(client, operation, {})
        if not missing:
            assert error is None or error[0] in declared(operation), (operation.name, error)
            continue
        assert error, operation.name
        code, message = error
        if service == "organizations":
            assert (code, message) == ("InvalidInputException", INPUT_REQUIRED), operation.name
            continue
        told = [f"Value null at '{lower(name)}' failed to satisfy constraint: {REQUIRED}" for name in missing]
        noun = "error" if len(told) == 1 else "errors"
        assert message == f"{len(told)} validation {noun} detected: {'; '.join(told)}", operation.name


@pytest.fixture(scope="module")
def filled(server):
    """Several things of each kind, and the names that requests give them."""
    organizations, admin = server.client("organizations"), server.client("sso-admin")
    store, iam = server.client("identitystore"), server.client("iam")
    accounts = [server.make_account() for _ in range(3)]
    root = organizations.list_roots()["Roots"][0]["Id"]
    for _ in range(3):
        organizations.create_organizational_unit(ParentId=root, Name=unique("unit"))
    for principal in ("sso.amazonaws.com", "account.amazonaws.com"):
        organizations.enable_aws_service_access(ServicePrincipal=principal)
        organizations.register_delegated_administrator(AccountId=accounts[0], ServicePrincipal=principal)
    instance = admin.list_instances()["Instances"][0]
    arn, directory = instance["InstanceArn"], instance["IdentityStoreId"]
    sets, users, groups, applications = [], [], [], []
    for n in range(3):
        made = admin.create_permission_set(InstanceArn=arn, Name=unique("set"), Tags=[{"Key": f"k{n}", "Value": "v"}])
        sets.append(made["PermissionSet"]["PermissionSetArn"])
        names = {"GivenName": "A", "FamilyName": "B"}
        made = store.create_user(IdentityStoreId=directory, UserName=unique("user"), DisplayName="A", Name=names)
        users.append(made["UserId"])
        groups.append(store.create_group(IdentityStoreId=directory, DisplayName=unique("group"))["GroupId"])
        made = admin.create_application(
            InstanceArn=arn, Name=unique("app"), ApplicationProviderArn="arn:aws:sso::aws:applicationProvider/custom"
        )
        applications.append(made["ApplicationArn"])
        iam.create_user(UserName=unique("user"), Path="/e2e/")
        iam.create_group(GroupName=unique("group"))
    for group in groups:
        for user in users:
            store.create_group_membership(IdentityStoreId=directory, GroupId=group, MemberId={"UserId": user})
    for policy in ("ReadOnlyAccess", "AdministratorAccess"):
        managed = f"arn:aws:iam::aws:policy/{policy}"
        admin.attach_managed_policy_to_permission_set(InstanceArn=arn, PermissionSetArn=sets[0], ManagedPolicyArn=managed)
    for target, permission_set in [(accounts[0], sets[0]), (accounts[0], sets[1]), (accounts[1], sets[0])]:
        for user in users:
            made = admin.create_account_assignment(
                InstanceArn=arn, TargetId=target, TargetType="AWS_ACCOUNT", PermissionSetArn=permission_set,
                PrincipalType="USER", PrincipalId=user,
            )
            request = made["AccountAssignmentCreationStatus"]["RequestId"]
            wait_for("assignment", lambda: admin.describe_account_assignment_creation_status(
                InstanceArn=arn, AccountAssignmentCreationRequestId=request
            )["AccountAssignmentCreationStatus"]["Status"] == "SUCCEEDED")
    for user in users:
        admin.create_application_assignment(ApplicationArn=applications[0], PrincipalId=user, PrincipalType="USER")
    return {
        "InstanceArn": arn, "IdentityStoreId": directory, "PermissionSetArn": sets[0], "AccountId": accounts[0],
        "UserId": users[0], "GroupId": groups[0], "MemberId": {"UserId": users[0]}, "PrincipalId": users[0],
        "PrincipalType": "USER", "ApplicationArn": applications[0], "ParentId": root, "TargetId": accounts[0],
        "Filter": "SERVICE_CONTROL_POLICY", "ChildType": "ACCOUNT", "ChildId": accounts[0], "ResourceId": accounts[0],
        "PolicyId": "p-FullAWSAccess", "ResourceArn": sets[0],
    }


@pytest.mark.parametrize("service", ["iam", "identitystore", "organizations", "sso-admin"])
def test_lists_are_the_same_in_pages_of_one(server, filled, service):
    client = server.client(service)
    walked = []
    for operation in operations(client):
        method = next(name for name, api in client.meta.method_to_api_mapping.items() if api == operation.name)
        shape = operation.input_shape
        required = shape.required_members if shape else []
        sized = shape and {"MaxResults", "MaxItems"} & shape.members.keys()
        if not (client.can_paginate(method) and sized) or any(name not in filled for name in required):
            continue
        paginator = client.get_paginator(method)
        parameters = {name: filled[name] for name in required}
        whole = paginator.paginate(**parameters).build_full_result()
        pages = paginator.paginate(**parameters, PaginationConfig={"PageSize": 1}).build_full_result()
        assert pages == whole, operation.name
        walked.append(operation.name)
    least = {"iam": 8, "identitystore": 4, "organizations": 9, "sso-admin": 10}[service]
    assert len(walked) >= least, walked
