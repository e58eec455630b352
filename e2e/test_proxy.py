"""Behind a proxy that ends TLS: records and policies know the client, and nobody else is believed.

Clients are at 127.0.0.1, the proxy listens at 127.0.0.2 and comes to the server from 127.0.0.3.
"""

import json
import ssl
import threading
from datetime import datetime, timedelta, timezone
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from atrium import REGION, error_of, unique

CLIENT, LISTENS, COMES_FROM = "127.0.0.1", "127.0.0.2", "127.0.0.3"
OPTIONS = ["--trusted-proxy", COMES_FROM]
# What a client may say of itself.
FORGED = {
    "X-Forwarded-For": "203.0.113.66",
    "X-Forwarded-Tls-Version": "TLSv9",
    "X-Forwarded-Tls-Cipher": "FORGED",
}
# Of a connection alone, not of the request.
HOP = {"connection", "transfer-encoding", "keep-alive"}


def certificate(folder):
    """A file with a key and its certificate for the proxy."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "proxy")])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LISTENS))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "proxy.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


class Proxy:
    """Ends TLS and passes requests on, as nginx does with the lines of docs/proxy.md."""

    def __init__(self, upstream, folder):
        self.certificate = certificate(folder)
        target = urlsplit(upstream)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
                # The client's address goes behind what it said; of TLS nothing stays that it said.
                said = headers.pop("X-Forwarded-For", None)
                told = self.client_address[0]
                headers["X-Forwarded-For"] = f"{said}, {told}" if said else told
                headers["X-Forwarded-Tls-Version"] = self.connection.version()
                headers["X-Forwarded-Tls-Cipher"] = self.connection.cipher()[0]
                there = HTTPConnection(target.hostname, target.port, timeout=60, source_address=(COMES_FROM, 0))
                there.request(self.command, self.path, body, headers)
                answer = there.getresponse()
                content = answer.read()
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in HOP | {"content-length"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                there.close()

            do_GET = do_PUT = do_POST = do_DELETE = pass_on

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self.server = ThreadingHTTPServer((LISTENS, 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.host = f"{LISTENS}:{self.server.server_port}"

    def client(self, service, credentials):
        return boto3.client(
            service, endpoint_url=f"https://{self.host}", region_name=REGION, verify=str(self.certificate),
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}), **credentials,
        )

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def proxy(server, tmp_path_factory):
    proxy = Proxy(server.endpoint, tmp_path_factory.mktemp("proxy"))
    yield proxy
    proxy.close()


def forging(client):
    """The client, which says with each request that it is somewhere else."""

    def forge(request, **_):
        for name, value in FORGED.items():
            request.headers[name] = value

    client.meta.events.register("before-send", forge)
    return client


def record_of(server, operation, name):
    """The record of a call by the name in its parameters."""
    found = server.events(attribute=("EventName", operation))
    [record] = [one for one in found if name in json.dumps(one["requestParameters"])]
    return record


@pytest.mark.parametrize("prepare", [lambda client: client, forging], ids=["honest", "forging"])
def test_a_record_tells_of_the_client_behind_the_proxy(server, proxy, prepare):
    name = unique("proxied")
    prepare(proxy.client("iam", server.administrator)).create_user(UserName=name)
    prepare(proxy.client("s3", server.administrator)).create_bucket(Bucket=name)
    for operation in ("CreateUser", "CreateBucket"):
        record = record_of(server, operation, name)
        assert record["sourceIPAddress"] == CLIENT
        tls = record["tlsDetails"]
        assert tls["tlsVersion"] == "TLSv1.3"
        assert tls["cipherSuite"].startswith("TLS_"), tls
        assert tls["clientProvidedHostHeader"] == proxy.host


def test_who_is_no_proxy_is_not_believed(server):
    name = unique("direct")
    forging(server.client("iam")).create_user(UserName=name)
    forging(server.client("s3")).create_bucket(Bucket=name)
    for operation in ("CreateUser", "CreateBucket"):
        record = record_of(server, operation, name)
        assert record["sourceIPAddress"] == CLIENT
        assert list(record["tlsDetails"]) == ["clientProvidedHostHeader"]


def test_policies_see_the_client_and_its_tls(server, proxy):
    iam, name = server.client("iam"), unique("bound")
    iam.create_user(UserName=name)
    statement = {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*",
                 "Condition": {"IpAddress": {"aws:SourceIp": CLIENT}, "Bool": {"aws:SecureTransport": "true"}}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    key = {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}

    proxy.client("iam", key).list_users()
    for client in (server.client("iam", key), forging(server.client("iam", key))):
        with pytest.raises(ClientError) as failure:
            client.list_users()
        assert error_of(failure)[0] == "AccessDenied"

    # A statement for elsewhere: whoever says to be there isn't.
    statement["Condition"] = {"IpAddress": {"aws:SourceIp": FORGED["X-Forwarded-For"]}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
    for client in (forging(proxy.client("iam", key)), forging(server.client("iam", key))):
        with pytest.raises(ClientError) as failure:
            client.list_users()
        assert error_of(failure)[0] == "AccessDenied"
