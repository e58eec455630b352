"""From a token of an issuer on loopback to an account, with boto3 and the AWS CLI."""

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
import rsa
from botocore import UNSIGNED
from botocore.exceptions import ClientError

from atrium import CliError, Server, unique, wait_for

JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CUSTOM = "arn:aws:sso::aws:applicationProvider/custom"
PUBLIC, PRIVATE = rsa.newkeys(2048)
_, OTHER = rsa.newkeys(2048)


def encoded(value) -> str:
    value = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def number(value: int) -> str:
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Issuer(ThreadingHTTPServer):
    """An OpenID Connect issuer: a configuration and one RSA key."""

    def __init__(self):
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.asked += 1
                body = issuer.documents().get(self.path)
                self.send_response(200 if body else 404)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = 0
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def documents(self):
        key = {"kty": "RSA", "kid": "one", "use": "sig", "alg": "RS256", "n": number(PUBLIC.n), "e": number(PUBLIC.e)}
        return {
            "/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": {"keys": [key]},
        }

    def token(self, mail, key=PRIVATE, header=None, **claims):
        now = int(time.time())
        claims = {"iss": self.url, "sub": "x", "aud": "app", "email": mail, "iat": now, "exp": now + 300, **claims}
        message = f"{encoded({'alg': 'RS256', 'kid': 'one', **(header or {})})}.{encoded(claims)}"
        return f"{message}.{encoded(rsa.sign(message.encode(), key, 'SHA-256'))}"


@pytest.fixture(scope="module")
def server(engine, tmp_path_factory):
    """A server that may reach issuers on loopback."""
    server = Server(tmp_path_factory.mktemp("tokens"), engine(), ["--issuer-network", "127.0.0.0/8"])
    try:
        yield server.start()
    finally:
        assert server.stop() == 0, server.log()


class Scene:
    """An application of the organization's instance that trusts an issuer, and people."""

    def __init__(self, server):
        self.server, self.issuer = server, Issuer()
        self.admin, self.directory = server.client("sso-admin"), server.client("identitystore")
        instance = self.admin.list_instances()["Instances"][0]
        self.arn, self.store = instance["InstanceArn"], instance["IdentityStoreId"]
        self.owner = server.client("sts").get_caller_identity()["Account"]
        self.account = server.make_account()
        self.application = self.make_application()

    def make_application(self):
        name = unique("app")
        arn = self.admin.create_application(InstanceArn=self.arn, ApplicationProviderArn=CUSTOM, Name=name)
        arn = arn["ApplicationArn"]
        issuer = self.admin.create_trusted_token_issuer(
            InstanceArn=self.arn, Name=name, TrustedTokenIssuerType="OIDC_JWT",
            TrustedTokenIssuerConfiguration={"OidcJwtConfiguration": {
                "IssuerUrl": self.issuer.url, "ClaimAttributePath": "email",
                "IdentityStoreAttributePath": "emails.value", "JwksRetrievalOption": "OPEN_ID_DISCOVERY"}},
        )["TrustedTokenIssuerArn"]
        trusted = [{"TrustedTokenIssuerArn": issuer, "AuthorizedAudiences": ["app"]}]
        for kind, grant in [(JWT, {"JwtBearer": {"AuthorizedTokenIssuers": trusted}}), ("refresh_token", {"RefreshToken": {}})]:
            self.admin.put_application_grant(ApplicationArn=arn, GrantType=kind, Grant=grant)
        self.admin.put_application_authentication_method(
            ApplicationArn=arn, AuthenticationMethodType="IAM",
            AuthenticationMethod={"Iam": {"ActorPolicy": {"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": {"AWS": self.owner}, "Action": "sso-oauth:CreateTokenWithIAM",
                "Resource": "*"}]}}},
        )
        self.admin.put_application_access_scope(ApplicationArn=arn, Scope="sso:account:access")
        return arn

    def user(self, title, assigned=True):
        name = unique("user")
        user = self.directory.create_user(
            IdentityStoreId=self.store, UserName=name, DisplayName=name, Name={"GivenName": "A", "FamilyName": "B"},
            Title=title, Emails=[{"Value": f"{name}@example.com", "Primary": True}],
        )["UserId"]
        if assigned:
            self.admin.create_application_assignment(
                ApplicationArn=self.application, PrincipalType="USER", PrincipalId=user)
        return name, user

    def give(self, user, policy):
        name = unique("set")
        arn = self.admin.create_permission_set(InstanceArn=self.arn, Name=name)["PermissionSet"]["PermissionSetArn"]
        self.admin.put_inline_policy_to_permission_set(
            InstanceArn=self.arn, PermissionSetArn=arn, InlinePolicy=json.dumps(policy))
        begun = self.admin.create_account_assignment(
            InstanceArn=self.arn, PermissionSetArn=arn, TargetType="AWS_ACCOUNT", TargetId=self.account,
            PrincipalType="USER", PrincipalId=user)["AccountAssignmentCreationStatus"]["RequestId"]

        def done():
            status = self.admin.describe_account_assignment_creation_status(
                InstanceArn=self.arn, AccountAssignmentCreationRequestId=begun)["AccountAssignmentCreationStatus"]
            assert status["Status"] != "FAILED", status
            return status["Status"] == "SUCCEEDED"

        wait_for("assignment", done)
        return name

    def exchange(self, assertion, **more):
        return self.server.client("sso-oidc").create_token_with_iam(
            clientId=self.application, grantType=JWT, assertion=assertion, **more)

    def portal(self):
        return self.server.client("sso", signature_version=UNSIGNED)


@pytest.fixture(scope="module")
def scene(server):
    return Scene(server)


def refused(call, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"]


def test_attributes_decide_in_the_account(server, scene):
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:ListAllMyBuckets", "s3:CreateBucket"], "Resource": "*",
         "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}]}
    scene.admin.create_instance_access_control_attribute_configuration(
        InstanceArn=scene.arn, InstanceAccessControlAttributeConfiguration={"AccessControlAttributes": [
            {"Key": "team", "Value": {"Source": ["${path:title}"]}}]})
    for team, may in [("red", True), ("blue", False)]:
        name, user = scene.user(team)
        role = scene.give(user, policy)
        token = scene.exchange(scene.issuer.token(f"{name}@example.com"))["accessToken"]
        portal = scene.portal()
        accounts = portal.list_accounts(accessToken=token)["accountList"]
        assert [account["accountId"] for account in accounts] == [scene.account]
        roles = portal.list_account_roles(accessToken=token, accountId=scene.account)["roleList"]
        assert roles == [{"roleName": role, "accountId": scene.account}]
        made = portal.get_role_credentials(accessToken=token, roleName=role, accountId=scene.account)["roleCredentials"]
        assert 3500 < made["expiration"] / 1000 - time.time() <= 3600
        credentials = {"aws_access_key_id": made["accessKeyId"], "aws_secret_access_key": made["secretAccessKey"],
                       "aws_session_token": made["sessionToken"]}
        identity = server.client("sts", credentials).get_caller_identity()
        assert identity["Account"] == scene.account and identity["Arn"].endswith(f"/{name}")
        s3 = server.client("s3", credentials)
        if may:
            s3.create_bucket(Bucket=unique("bucket"))
            assert s3.list_buckets()["Buckets"]
        else:
            assert refused(s3.create_bucket, Bucket=unique("bucket")) == "AccessDenied"
            assert refused(s3.list_buckets) == "AccessDenied"


def test_the_cli_enters_an_account(server, scene):
    name, user = scene.user("any")
    role = scene.give(user, {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"}]})
    assertion = scene.issuer.token(f"{name}@example.com")
    made = server.aws("sso-oidc", "create-token-with-iam", "--client-id", scene.application, "--grant-type", JWT,
                      "--assertion", assertion)
    assert made["tokenType"] == "Bearer" and made["expiresIn"] == 3600 and "idToken" not in made
    token = ["--access-token", made["accessToken"]]
    nobody = {"aws_access_key_id": "", "aws_secret_access_key": ""}
    accounts = server.aws("sso", "list-accounts", *token, credentials=nobody)["accountList"]
    assert [account["accountId"] for account in accounts] == [scene.account]
    given = server.aws("sso", "get-role-credentials", *token, "--account-id", scene.account, "--role-name", role,
                       credentials=nobody)["roleCredentials"]
    credentials = {"aws_access_key_id": given["accessKeyId"], "aws_secret_access_key": given["secretAccessKey"],
                   "aws_session_token": given["sessionToken"]}
    roles = server.aws("iam", "list-roles", credentials=credentials)["Roles"]
    assert any(role in found["RoleName"] for found in roles)
    renewed = server.aws("sso-oidc", "create-token-with-iam", "--client-id", scene.application, "--grant-type",
                         "refresh_token", "--refresh-token", made["refreshToken"])
    server.aws("sso", "logout", *token, credentials=nobody)
    for gone in (made, renewed):
        with pytest.raises(CliError, match="UnauthorizedException.*Session token not found or invalid"):
            server.aws("sso", "list-accounts", "--access-token", gone["accessToken"], credentials=nobody)


def test_forged_tokens_are_refused(server, scene):
    name, _ = scene.user("any")
    mail, now = f"{name}@example.com", int(time.time())
    good = scene.issuer.token(mail)
    head, body, signature = good.split(".")
    stranger = Issuer()
    cases = [
        ("expired", scene.issuer.token(mail, exp=now - 1)),
        ("not yet", scene.issuer.token(mail, nbf=now + 600)),
        ("another audience", scene.issuer.token(mail, aud="else")),
        ("another key", scene.issuer.token(mail, key=OTHER)),
        ("another issuer", stranger.token(mail)),
        ("an issuer's name", stranger.token(mail, iss=scene.issuer.url, key=OTHER)),
        ("unsigned", f"{encoded({'alg': 'none'})}.{body}."),
        ("a shared secret", scene.issuer.token(mail, header={"alg": "HS256"})),
        ("an unknown key", scene.issuer.token(mail, header={"kid": "two"})),
        ("altered", f"{head}.{encoded({'iss': scene.issuer.url, 'aud': 'app', 'email': mail, 'exp': now + 9999})}.{signature}"),
        ("nobody", scene.issuer.token("nobody@example.com")),
        ("no token", "x.y.z"),
    ]
    for case, assertion in cases:
        assert refused(scene.exchange, assertion=assertion) == "InvalidGrantException", case
    assert stranger.asked == 0
    outsider, _ = scene.user("any", assigned=False)
    assert refused(scene.exchange, assertion=scene.issuer.token(f"{outsider}@example.com")) == "AccessDeniedException"
    scene.exchange(good)
    # A member account's administrator is no actor of this application.
    foreign = server.client("sso-oidc", server.assume(scene.account))
    ask = {"clientId": scene.application, "grantType": JWT, "assertion": good}
    assert refused(foreign.create_token_with_iam, **ask) == "AccessDeniedException"


def test_private_addresses_are_not_reached(engine, tmp_path):
    """Without `--issuer-network` nothing on this machine is asked, whoever configures it."""
    server = Server(tmp_path, engine()).start()
    try:
        scene = Scene(server)
        name, _ = scene.user("any")
        assert refused(scene.exchange, assertion=scene.issuer.token(f"{name}@example.com")) == "InvalidRequestException"
        assert scene.issuer.asked == 0
    finally:
        server.stop()


def test_a_header_is_needed_and_says_enough(server, scene):
    assert requests.get(f"{server.endpoint}/assignment/accounts", timeout=30).status_code == 401
    headers = {"x-amz-sso_bearer_token": "AAAAA" + "x" * 100}
    answer = requests.get(f"{server.endpoint}/assignment/accounts", headers=headers, timeout=30)
    assert (answer.status_code, answer.headers["x-amzn-errortype"]) == (401, "UnauthorizedException")
    assert answer.json()["message"] == "Session token not found or invalid"


def test_events_tell_who_came_and_show_no_token(server, scene):
    name, user = scene.user("any")
    made = scene.exchange(scene.issuer.token(f"{name}@example.com"))
    scene.portal().list_accounts(accessToken=made["accessToken"])
    wait_for("event", lambda: [
        event for event in server.events(attribute=("EventName", "ListAccounts"))
        if event["userIdentity"].get("onBehalfOf", {}).get("userId") == user
        and event["eventType"] == "AwsServiceEvent" and event["eventSource"] == "sso.amazonaws.com"])
    [event] = [event for event in server.events(attribute=("EventName", "CreateTokenWithIAM"))
               if event.get("additionalEventData", {}).get("identitystore:UserId") == user]
    assert event["eventSource"] == "sso-oauth.amazonaws.com"
    assert event["resources"] == [{"type": "AWS::SSO::Application", "ARN": scene.application}]
    text = json.dumps(event)
    assert made["accessToken"] not in text and made["refreshToken"] not in text
    assert made["awsAdditionalDetails"]["identityContext"] not in text
