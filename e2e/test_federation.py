"""Signing in through identity providers of an account, with AWS's own clients."""

import base64
import json

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from atrium import REGION, CliError, Server, error_of, unique
from identity_provider import SamlProvider, TokenIssuer

DEV = {"aws_access_key_id": "111122223333", "aws_secret_access_key": "any"}


@pytest.fixture(scope="module")
def idp():
    return SamlProvider()


@pytest.fixture(scope="module")
def issuer():
    issuer = TokenIssuer()
    yield issuer
    issuer.close()


@pytest.fixture
def dev_server(engine, tmp_path):
    server = Server(tmp_path, engine(), ["--dev"])
    try:
        yield server.start()
    finally:
        assert server.stop() == 0, server.log()


def anyone(server):
    """STS for somebody without a key."""
    return boto3.client("sts", endpoint_url=server.endpoint, region_name=REGION,
                        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}))


def make_role(iam, provider, action, condition):
    """A role that trusts the provider, and may list users of its own team."""
    name = unique("federated")
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Federated": provider}, "Action": [action, "sts:TagSession"],
        "Condition": condition}]}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalTag/Team": "blue"}}}]}
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
    return role


def keys(answer):
    made = answer["Credentials"]
    return {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"],
            "aws_session_token": made["SessionToken"]}


def test_saml_providers_live_and_die(server, idp):
    iam, name = server.client("iam"), unique("Corp")
    made = iam.create_saml_provider(Name=name, SAMLMetadataDocument=idp.metadata(),
                                    Tags=[{"Key": "team", "Value": "a"}])
    arn = made["SAMLProviderArn"]
    assert arn.endswith(f":saml-provider/{name}")
    with pytest.raises(iam.exceptions.EntityAlreadyExistsException):
        iam.create_saml_provider(Name=name, SAMLMetadataDocument=idp.metadata())
    with pytest.raises(iam.exceptions.InvalidInputException):
        iam.create_saml_provider(Name=unique("Corp"), SAMLMetadataDocument="x" * 1000)
    shown = iam.get_saml_provider(SAMLProviderArn=arn)
    assert shown["SAMLMetadataDocument"] == idp.metadata()
    assert shown["ValidUntil"].year - shown["CreateDate"].year in (99, 100)
    assert arn in [one["Arn"] for one in iam.list_saml_providers()["SAMLProviderList"]]
    iam.tag_saml_provider(SAMLProviderArn=arn, Tags=[{"Key": "stage", "Value": "b"}])
    iam.untag_saml_provider(SAMLProviderArn=arn, TagKeys=["team"])
    assert iam.list_saml_provider_tags(SAMLProviderArn=arn)["Tags"] == [{"Key": "stage", "Value": "b"}]
    assert iam.update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=idp.metadata())["SAMLProviderArn"] == arn
    iam.delete_saml_provider(SAMLProviderArn=arn)
    with pytest.raises(iam.exceptions.NoSuchEntityException) as failure:
        iam.get_saml_provider(SAMLProviderArn=arn)
    assert error_of(failure) == ("NoSuchEntity", f"Manifest not found for arn {arn}")


def test_oidc_providers_live_and_die(server):
    iam, host = server.client("iam"), f"{unique('ci')}.example.com"
    made = iam.create_open_id_connect_provider(Url=f"https://{host}/a", ClientIDList=["one"], ThumbprintList=["a" * 40])
    arn = made["OpenIDConnectProviderArn"]
    assert arn.endswith(f":oidc-provider/{host}/a")
    this = {"OpenIDConnectProviderArn": arn}
    iam.add_client_id_to_open_id_connect_provider(ClientID="two", **this)
    iam.remove_client_id_from_open_id_connect_provider(ClientID="one", **this)
    iam.update_open_id_connect_provider_thumbprint(ThumbprintList=["b" * 40], **this)
    iam.tag_open_id_connect_provider(Tags=[{"Key": "team", "Value": "a"}], **this)
    shown = iam.get_open_id_connect_provider(**this)
    assert (shown["Url"], shown["ClientIDList"], shown["ThumbprintList"]) == (f"{host}/a", ["two"], ["b" * 40])
    assert iam.list_open_id_connect_provider_tags(**this)["Tags"] == [{"Key": "team", "Value": "a"}]
    listed = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert arn in [one["Arn"] for one in listed]
    for url in [f"http://{host}/b", f"https://{host}:8443/b", "https://"]:
        with pytest.raises(iam.exceptions.InvalidInputException):
            iam.create_open_id_connect_provider(Url=url)
    iam.delete_open_id_connect_provider(**this)
    iam.delete_open_id_connect_provider(**this)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_open_id_connect_provider(**this)


def test_a_saml_response_becomes_a_session(server, idp):
    iam = server.client("iam")
    provider = iam.create_saml_provider(Name=unique("Corp"), SAMLMetadataDocument=idp.metadata())["SAMLProviderArn"]
    role = make_role(iam, provider, "sts:AssumeRoleWithSAML",
                     {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}})
    pair = f"{role},{provider}"
    response = idp.response("jane", [pair], **{"PrincipalTag:Team": "blue"})
    ask = {"RoleArn": role, "PrincipalArn": provider, "SAMLAssertion": response}
    answer = anyone(server).assume_role_with_saml(**ask)
    assert (answer["Subject"], answer["SubjectType"], answer["Issuer"]) == ("jane", "persistent", idp.entity_id)
    session = keys(answer)
    assert server.client("sts", session).get_caller_identity()["Arn"] == answer["AssumedRoleUser"]["Arn"]
    server.client("iam", session).list_users()
    # The AWS CLI does the same.
    cli = server.aws("sts", "assume-role-with-saml", "--role-arn", role, "--principal-arn", provider,
                     "--saml-assertion", response)
    assert cli["AssumedRoleUser"] == answer["AssumedRoleUser"]

    event = server.events(attribute=("EventName", "AssumeRoleWithSAML"))[0]
    assert event["userIdentity"]["type"] == "SAMLUser"
    assert event["userIdentity"]["userName"] == "jane"
    assert event["requestParameters"]["sAMLAssertionID"] == "_assertion"

    untagged = idp.response("jane", [pair])
    session = keys(anyone(server).assume_role_with_saml(**{**ask, "SAMLAssertion": untagged}))
    with pytest.raises(ClientError) as failure:
        server.client("iam", session).list_users()
    assert error_of(failure)[0] == "AccessDenied"

    altered = base64.b64encode(base64.b64decode(response).replace(b">jane<", b">root<")).decode()
    elsewhere = idp.response("jane", [pair], recipient="https://elsewhere.example/saml")
    other = SamlProvider(idp.entity_id).response("jane", [pair])
    for case, wrong in [("altered", altered), ("elsewhere", elsewhere), ("another key", other)]:
        with pytest.raises(ClientError) as failure:
            anyone(server).assume_role_with_saml(**{**ask, "SAMLAssertion": wrong})
        assert error_of(failure)[0] == "InvalidIdentityToken", case
    with pytest.raises(CliError) as failure:
        server.aws("sts", "assume-role-with-saml", "--role-arn", role, "--principal-arn", provider,
                   "--saml-assertion", altered)
    assert "Response signature invalid" in str(failure.value)


def test_a_token_becomes_a_session(dev_server, issuer):
    server = dev_server
    iam = server.client("iam", DEV)
    provider = iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=["sts.amazonaws.com"])
    provider = provider["OpenIDConnectProviderArn"]
    role = make_role(iam, provider, "sts:AssumeRoleWithWebIdentity",
                     {"StringLike": {f"{issuer.name}:sub": "repo:corp/*"}})
    tags = {"https://aws.amazon.com/tags": {"principal_tags": {"Team": ["blue"]}}}
    token = issuer.token(sub="repo:corp/app", aud="sts.amazonaws.com", **tags)
    ask = {"RoleArn": role, "RoleSessionName": "build", "WebIdentityToken": token}
    answer = anyone(server).assume_role_with_web_identity(**ask)
    assert (answer["SubjectFromWebIdentityToken"], answer["Audience"]) == ("repo:corp/app", "sts.amazonaws.com")
    assert answer["Provider"] == provider
    session = keys(answer)
    assert server.client("sts", session).get_caller_identity()["Arn"].endswith("/build")
    server.client("iam", session).list_users()
    for case, wrong, code in [
        ("another audience", issuer.token(sub="repo:corp/app", aud="x"), "InvalidIdentityToken"),
        ("another subject", issuer.token(sub="repo:evil/app", aud="sts.amazonaws.com"), "AccessDenied"),
        ("expired", issuer.token(sub="repo:corp/app", aud="sts.amazonaws.com", exp=1), "ExpiredTokenException"),
        ("altered", token[:-8] + "AAAAAAAA", "InvalidIdentityToken"),
    ]:
        with pytest.raises(ClientError) as failure:
            anyone(server).assume_role_with_web_identity(**{**ask, "WebIdentityToken": wrong})
        assert error_of(failure)[0] == code, case


def test_sdks_find_their_token_in_a_file(dev_server, issuer, tmp_path, monkeypatch):
    """As in a pod or a pipeline: a role and a token file in the environment, and nothing else."""
    server = dev_server
    iam = server.client("iam", DEV)
    provider = iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=["sts.amazonaws.com"])
    role = make_role(iam, provider["OpenIDConnectProviderArn"], "sts:AssumeRoleWithWebIdentity",
                     {"StringEquals": {f"{issuer.name}:aud": "sts.amazonaws.com"}})
    file = tmp_path / "token"
    file.write_text(issuer.token(sub="system:serviceaccount:default:app", aud="sts.amazonaws.com"))
    for name, value in {"AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": str(file),
                        "AWS_ROLE_SESSION_NAME": "pod", "AWS_ENDPOINT_URL": server.endpoint}.items():
        monkeypatch.setenv(name, value)
    arn = boto3.session.Session().client("sts", region_name=REGION).get_caller_identity()["Arn"]
    assert arn.endswith("/pod")
