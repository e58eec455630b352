"""Hostile input: whatever comes, the answer is an error of the caller's, and the server lives on in bounded memory."""

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests

from atrium import wait_for

MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def still_fine(server):
    """After every test here the server answers, and has not grown without bounds."""
    yield
    assert server.is_healthy()
    assert server.memory() < 700 * MEGABYTE


def code_of(response):
    assert response.headers["x-amzn-RequestId"], response.headers
    return response.json()["__type"].split("#")[-1]


def connect(server):
    at = urlsplit(server.endpoint)
    return socket.create_connection((at.hostname, at.port), timeout=60)


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"nonsense", b"[]", b'"text"', b"null", b"\xff\xfe", b'{"a":}', b"[" * 100_000, b'{"a":' * 100_000,
        b'{"MaxResults":1e999}', b'{"MaxResults":"ten"}', b'{"NextToken":{}}', b'{"MaxResults":1,"MaxResults":[]}',
        b'{"NextToken":"\\ud800"}',
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_body_that_is_no_input_is_refused(server, body):
    answer = server.call("sso-admin", "ListInstances", body)
    assert answer.status_code == 400, answer.text
    assert code_of(answer) in ("SerializationException", "ValidationException")


@pytest.mark.parametrize(
    "service, operation, body",
    [
        ("identitystore", "CreateUser", {"IdentityStoreId": 5}),
        ("identitystore", "CreateUser", {"IdentityStoreId": "d-9067642ac7", "Name": "Jane"}),
        ("identitystore", "CreateUser", {"IdentityStoreId": "d-9067642ac7", "Emails": {"Value": "a"}}),
        ("identitystore", "ListUsers", {"IdentityStoreId": ["d-9067642ac7"]}),
        ("sso-admin", "CreateInstance", {"Tags": "team=a"}),
        ("sso-admin", "CreateInstance", {"Name": True}),
        ("organizations", "ListAccounts", {"MaxResults": "1"}),
        ("cloudtrail", "LookupEvents", {"StartTime": "yesterday"}),
        ("cloudtrail", "LookupEvents", {"StartTime": 1e300}),
    ],
)
def test_wrong_types_are_refused(server, service, operation, body):
    answer = server.call(service, operation, body)
    assert answer.status_code == 400, answer.text
    assert code_of(answer) in ("SerializationException", "ValidationException")


@pytest.mark.parametrize(
    "service, operation, body",
    [
        ("identitystore", "CreateUser", {"IdentityStoreId": "d-9067642ac7", "UserName": "u" * 129}),
        ("identitystore", "CreateUser", {"IdentityStoreId": "d" * 900_000}),
        ("identitystore", "CreateGroup", {"IdentityStoreId": "d-9067642ac7", "DisplayName": "g" * 1025}),
        ("sso-admin", "CreateInstance", {"Name": "n" * 900_000}),
        ("sso-admin", "CreateInstance", {"Tags": [{"Key": f"k{n}", "Value": "v"} for n in range(76)]}),
        ("sso-admin", "DescribeInstance", {"InstanceArn": "arn:aws:sso:::instance/" + "x" * 2000}),
        ("sso-admin", "DescribeInstance", {}),
    ],
)
def test_values_out_of_bounds_are_told(server, service, operation, body):
    answer = server.call(service, operation, body)
    assert answer.status_code == 400, answer.text
    assert code_of(answer) == "ValidationException"
    assert "validation error" in answer.text


@pytest.mark.parametrize(
    "target", ["NoSuchService.List", "SWBExternalService.NoSuchOperation", "SWBExternalService", ".", "", "\u00e9" * 9,
               "x" * 5000]
)
def test_unknown_operations_are_told(server, target):
    answer = server.call("sso-admin", "ListInstances", {}, headers={"X-Amz-Target": target})
    assert 400 <= answer.status_code < 500, answer.text


@pytest.mark.parametrize("path", ["/", "/%00", "/..%2f..%2fetc/passwd", "/" + "a" * 5000, "/?Action=NoSuchAction"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"])
def test_odd_requests_are_the_callers_error(server, method, path):
    answer = requests.request(method, server.endpoint + path, timeout=60)
    assert 400 <= answer.status_code < 500 or answer.status_code == 501, (answer.status_code, answer.text[:200])


@pytest.mark.parametrize(
    "header",
    ["", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e",
     "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/sso/aws4_request, SignedHeaders=host, Signature=zz",
     "Basic YTpi", "Bearer x", "AWS4-HMAC-SHA256 " + "x=y, " * 2000],
    ids=lambda header: header[:40],
)
def test_broken_signatures_are_refused(server, header):
    answer = requests.post(
        server.endpoint, data="{}", timeout=60,
        headers={"X-Amz-Target": "SWBExternalService.ListInstances", "Authorization": header,
                 "Content-Type": "application/x-amz-json-1.1"},
    )
    assert 400 <= answer.status_code < 500, answer.text


def test_many_large_bodies_do_not_fill_the_memory(server):
    body = json.dumps({"Name": "n" * (10 * MEGABYTE)})

    def send(_):
        try:
            return server.call("sso-admin", "CreateInstance", body).status_code
        except requests.ConnectionError:
            # It stopped listening while the client still talked.
            return 413

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(send, range(64))) <= {400, 413}


def test_a_body_that_ends_too_early_leaves_nothing_behind(server):
    head = (b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: SWBExternalService.ListInstances\r\n"
            b"Content-Type: application/x-amz-json-1.1\r\nContent-Length: 1000\r\n\r\n{\"Na")
    for _ in range(200):
        with connect(server) as link:
            link.sendall(head)
    for sent in (b"\r\n\r\n", b"GET", b"\x16\x03\x01\x02\x00\x01", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                 b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", b"GET / HTTP/9.9\r\n\r\n",
                 b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000):
        with connect(server) as link:
            link.sendall(sent)
            link.shutdown(socket.SHUT_WR)
            try:
                while link.recv(65536):
                    pass
            except ConnectionError:
                pass


def test_slow_clients_hold_nobody_up(server):
    """Hundreds of connections whose heads never end: others are answered meanwhile, and the slow ones are let go."""
    slow = [connect(server) for _ in range(500)]
    for link in slow:
        link.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    stop = threading.Event()

    def drip():
        while not stop.wait(0.5):
            for link in slow:
                try:
                    link.send(b"a")
                except OSError:
                    pass

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        for _ in range(20):
            assert server.is_healthy()
            assert server.call("sso-admin", "ListInstances", {}).status_code == 200

        def closed():
            ended = 0
            for link in slow:
                link.setblocking(False)
                try:
                    while link.recv(4096):
                        pass
                    ended += 1
                except BlockingIOError:
                    pass
                except OSError:
                    ended += 1
            return ended == len(slow)

        wait_for("end of the slow connections", closed, seconds=300)
    finally:
        stop.set()
        dripping.join()
        for link in slow:
            link.close()
