"""Records such as an organization's accounts produce, some of them strange: the same for the same seed."""

import uuid

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
CALLS = {
    "sso": ["CreateInstance", "DeleteInstance", "ListInstances", "CreateAccountAssignment", "CreateApplicationAssignment",
            "CreatePermissionSet", "Authenticate", "GetRoleCredentials"],
    "identitystore": ["CreateUser", "CreateGroup", "CreateGroupMembership", "DeleteGroupMembership", "ListUsers"],
    "iam": ["CreateUser", "AttachRolePolicy", "AttachGroupPolicy", "CreateAccessKey", "ChangePassword", "CreatePolicy"],
    "sts": ["AssumeRole", "AssumeRoleWithSAML", "GetCallerIdentity"],
    "signin": ["ConsoleLogin", "CredentialChallenge", "UserAuthentication"],
    "s3": ["PutBucketPolicy", "ListBuckets"],
}


def caller(source, account):
    """A userIdentity of any kind."""
    session = {"sessionIssuer": {"type": "Role", "arn": f"arn:aws:iam::{account}:role/Admin", "userName": "Admin"},
               "attributes": {"creationDate": "2026-01-04T09:00:00Z", "mfaAuthenticated": source.choice(["true", "false"])}}
    person = {"userId": f"{source.getrandbits(32):08x}-alice", "identityStoreArn": "arn:aws:identitystore::111122223333:identitystore/d-1"}
    return source.choice([
        {"type": "AssumedRole", "principalId": "AROA:alice", "arn": f"arn:aws:sts::{account}:assumed-role/Admin/alice",
         "accountId": account, "accessKeyId": "ASIA", "sessionContext": session},
        {"type": "AssumedRole", "principalId": "AROA:bob", "arn": f"arn:aws:sts::{account}:assumed-role/Admin/bob",
         "accountId": account, "sessionContext": session, "onBehalfOf": person},
        {"type": "IAMUser", "principalId": "AIDA", "arn": f"arn:aws:iam::{account}:user/Ünal", "accountId": account, "userName": "Ünal"},
        {"type": "IdentityCenterUser", "arn": "", "accountId": account, "onBehalfOf": person, "credentialId": "c-1"},
        {"type": "SAMLUser", "principalId": "q:alice", "userName": "alice", "identityProvider": "q"},
        {"type": "AWSService", "invokedBy": "sso.amazonaws.com"},
        {"type": "Unknown"}, {}, None,
    ])


def make_record(source, time):
    """A record as an organization makes it; some of them strange."""
    service = source.choice(list(CALLS))
    name, account = source.choice(CALLS[service]), f"{100 + source.randrange(3):012}"
    request = source.choice([None, {}, {
        "instanceArn": "arn:aws:sso:::instance/ssoins-1", "name": "sandbox", "userName": HIDDEN, "displayName": HIDDEN, "groupId": "g-1",
        "memberId": {"userId": "u-1"}, "principalType": source.choice(["USER", "GROUP"]), "principalId": "p-1", "targetId": account,
        "targetType": "AWS_ACCOUNT", "permissionSetArn": "arn:ps", "roleArn": f"arn:aws:iam::{account}:role/Reader",
        "roleSessionName": "nightly", "roleName": "Reader", "groupName": "ops", "policyArn": "arn:p", "text": "a \"quoted\"\nline, ä",
    }])
    record = {
        "eventVersion": "1.11", "userIdentity": caller(source, account), "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{service}.amazonaws.com", "eventName": name, "awsRegion": source.choice(["us-east-1", "eu-west-1"]),
        "sourceIPAddress": source.choice(["203.0.113.7", "2001:db8::7", "AWS Internal", "sso.amazonaws.com", None]),
        "userAgent": source.choice(["aws-cli/2.31.3", "Boto3/1.40.21 (Ägypten)", None]),
        "requestParameters": request, "responseElements": source.choice([None, {"instanceArn": "arn:i", "userId": "u-1"}]),
        "requestID": source.choice([str(uuid.UUID(int=source.getrandbits(128))), None]),
        "eventID": str(uuid.UUID(int=source.getrandbits(128))), "readOnly": name.startswith(("List", "Get")),
        "resources": source.choice([None, [], [{"ARN": "arn:1", "type": "AWS::SSO::Instance", "accountId": account}, {"ARN": "arn:2"}]]),
        "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": account,
        "tlsDetails": {"tlsVersion": "TLSv1.3"},
    }
    if service == "signin":
        record["additionalEventData"] = {"AuthWorkflowID": "w-1", "CredentialType": "PASSWORD,TOTP", "UserName": "alice@example.com",
                                         "LoginTo": "https://d-1.awsapps.com/start/?state=secret", "MFAUsed": "No"}
        record["serviceEventDetails"] = {name: source.choice(["Success", "Failure"])}
    if source.random() < 0.2:
        record |= {"errorCode": "AccessDenied", "errorMessage": "not authorized"}
    if source.random() < 0.1:
        # Anything may be missing, and anything may be of another kind.
        field = source.choice([key for key in record if key not in ("eventVersion", "eventTime", "eventID")])
        record[field] = source.choice([None, 7, "text", ["a", {"b": [1, None]}], {"c": {"d": True}}])
    return record
