"""An `atrium serve` of one's own, and ways to talk to it as AWS's tools do."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

import boto3
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from shapes import watch

REGION = "us-east-1"
ROLE = "OrganizationAccountAccessRole"
# Services whose signing name isn't their endpoint's.
SIGNING = {"sso-admin": "sso"}
TARGETS = {
    "sso-admin": "SWBExternalService",
    "identitystore": "AWSIdentityStore",
    "organizations": "AWSOrganizationsV20161128",
    "cloudtrail": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
}


def binary() -> Path:
    """The program under test: $ATRIUM_BIN, or what cargo built last. Nothing is built here."""
    root = Path(__file__).resolve().parent.parent
    named = os.environ.get("ATRIUM_BIN")
    folders = [os.environ.get("CARGO_TARGET_DIR"), Path.home() / ".cache/atrium/target", root / "target"]
    built = [Path(folder) / "debug" / "atrium" for folder in folders if folder]
    for path in [Path(named)] if named else built:
        if path.is_file() and os.access(path, os.X_OK):
            return path
    raise FileNotFoundError("there is no atrium program: run `cargo build -p atrium`, or set ATRIUM_BIN")


def unique(prefix: str) -> str:
    """A name that no other test uses."""
    return f"{prefix}-{uuid.uuid4().hex[:10]}"


def wait_for(what, probe, seconds=180):
    """The probe's first true answer; fails when none comes for a long time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = probe()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"no {what} within {seconds} s"
        time.sleep(0.05)


def kill_amid(server, acknowledged, longest=1.5):
    """Ends a server as a power loss does, at some moment after it has acknowledged ten more calls, however slow it is."""
    enough = len(acknowledged) + 10
    wait_for("acknowledged calls", lambda: len(acknowledged) >= enough)
    time.sleep(random.uniform(0, longest))
    server.kill()


class CliError(AssertionError):
    """The AWS CLI ended with an error; the message is what it printed."""


class Server:
    """One running server on a data folder."""

    def __init__(self, folder: Path, database_url=None, arguments=()):
        self.folder = folder
        self.database_url = database_url
        self.arguments = list(arguments)
        # Environment variables that it gets besides.
        self.variables = {}
        self.process = None
        self.endpoint = None
        self._lines = []

    # Its life.

    def start(self):
        """Starts on a free port and waits until it is ready."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [str(binary()), "serve", "--data", str(self.folder / "data"), "--listen", "127.0.0.1:0"]
        if self.database_url:
            command += ["--database-url", self.database_url]
        self._lines = []
        self.errors = open(self.folder / "stderr.log", "ab")
        self.process = subprocess.Popen(
            command + self.arguments, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            env={**clean_environment(), **self.variables},
        )
        threading.Thread(target=self._read, args=(self.process, self._lines), daemon=True).start()
        self.endpoint = wait_for("endpoint", self._find_endpoint)
        wait_for("readiness", self._is_ready)
        return self

    def share(self, other):
        """Prepares it to be a replica of another server: with the same key, and the same administrator."""
        (self.folder / "data").mkdir(parents=True)
        shutil.copy(other.folder / "data.key", self.folder / "data.key")
        shutil.copy(other.folder / "data" / "credentials", self.folder / "data" / "credentials")

    def _read(self, process, lines):
        for line in process.stdout:
            lines.append(line)

    def _find_endpoint(self):
        assert self.process.poll() is None, f"the server ended:\n{self.log()}"
        found = re.search(r"AWS_ENDPOINT_URL=(\S+)", "".join(self._lines))
        return found and found.group(1)

    def _is_ready(self):
        assert self.process.poll() is None, f"the server ended:\n{self.log()}"
        try:
            return requests.get(f"{self.endpoint}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def log(self) -> str:
        """The end of what it printed."""
        return "".join(self._lines) + (self.folder / "stderr.log").read_text(errors="replace")[-4000:]

    def stop(self):
        """Asks it to end, as an operator does."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(180)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        return self.process.returncode if self.process else None

    def kill(self):
        """Ends it as a power loss does."""
        self.process.kill()
        self.process.wait()

    def is_healthy(self) -> bool:
        return requests.get(f"{self.endpoint}/healthz", timeout=30).status_code == 200

    def memory(self) -> int:
        """Bytes of memory it has in use."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024

    # Callers.

    @property
    def administrator(self) -> dict:
        """The credentials that the first start wrote."""
        text = (self.folder / "data" / "credentials").read_text()
        return {
            "aws_access_key_id": re.search(r"aws_access_key_id\s*=\s*(\S+)", text).group(1),
            "aws_secret_access_key": re.search(r"aws_secret_access_key\s*=\s*(\S+)", text).group(1),
        }

    def client(self, service, credentials=None, region=REGION, attempts=1, **config):
        """A boto3 client that checks every answer's shape; without `credentials`, the administrator's."""
        made = boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            config=Config(
                retries={"total_max_attempts": attempts}, max_pool_connections=50, read_timeout=60, **config
            ),
            **(credentials or self.administrator),
        )
        return watch(made)

    def assume(self, account, session="e2e", role=ROLE, credentials=None) -> dict:
        """Credentials of a role in another account."""
        arn = f"arn:aws:iam::{account}:role/{role}"
        answer = self.client("sts", credentials).assume_role(RoleArn=arn, RoleSessionName=session)
        made = answer["Credentials"]
        return {
            "aws_access_key_id": made["AccessKeyId"],
            "aws_secret_access_key": made["SecretAccessKey"],
            "aws_session_token": made["SessionToken"],
        }

    def make_account(self, name=None) -> str:
        """A new member account's id."""
        organizations = self.client("organizations")
        name = name or unique("account")
        begun = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
        request = begun["CreateAccountStatus"]["Id"]

        def done():
            status = organizations.describe_create_account_status(CreateAccountRequestId=request)
            status = status["CreateAccountStatus"]
            assert status["State"] != "FAILED", status
            return status["State"] == "SUCCEEDED" and status["AccountId"]

        return wait_for("account", done)

    def make_instance(self, credentials, region=REGION) -> dict:
        """A new account instance, active."""
        admin = self.client("sso-admin", credentials, region)
        arn = admin.create_instance(Name=unique("instance"))["InstanceArn"]
        return wait_for("instance", lambda: active(admin.describe_instance(InstanceArn=arn)))

    def environment(self, credentials=None, region=REGION) -> dict:
        """What the AWS CLI, or any SDK with nothing else set, needs to find the server."""
        found = credentials or self.administrator
        variables = {name.upper(): value for name, value in found.items()}
        return {**clean_environment(), **variables, "AWS_ENDPOINT_URL": self.endpoint, "AWS_REGION": region,
                "AWS_DEFAULT_REGION": region}

    def aws(self, *arguments, credentials=None, region=REGION):
        """Runs the AWS CLI and reads its answer; fails with what it printed."""
        program = shutil.which("aws", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        done = subprocess.run(
            [program, *arguments, "--output", "json"],
            capture_output=True, text=True, timeout=120, env=self.environment(credentials, region),
        )
        if done.returncode != 0:
            raise CliError(done.stderr.strip())
        return json.loads(done.stdout) if done.stdout.strip() else None

    def call(self, service, operation, body, credentials=None, region=REGION, headers=None, timeout=60):
        """One signed request with whatever body: what no SDK would send."""
        body = body if isinstance(body, (bytes, str)) else json.dumps(body)
        request = AWSRequest(
            "POST",
            self.endpoint + "/",
            data=body,
            headers={
                "X-Amz-Target": f"{TARGETS[service]}.{operation}",
                "Content-Type": "application/x-amz-json-1.1",
                **(headers or {}),
            },
        )
        found = credentials or self.administrator
        keys = Credentials(
            found["aws_access_key_id"], found["aws_secret_access_key"], found.get("aws_session_token")
        )
        SigV4Auth(keys, SIGNING.get(service, service), region).add_auth(request)
        prepared = request.prepare()
        return requests.post(prepared.url, data=prepared.body, headers=dict(prepared.headers), timeout=timeout)

    def events(self, credentials=None, region=REGION, attribute=None) -> list:
        """Every event that LookupEvents shows, newest first: the records, read."""
        pages = self.client("cloudtrail", credentials, region).get_paginator("lookup_events")
        chosen = [{"AttributeKey": attribute[0], "AttributeValue": attribute[1]}] if attribute else []
        found = (event for page in pages.paginate(LookupAttributes=chosen) for event in page["Events"])
        return [json.loads(event["CloudTrailEvent"]) for event in found]


def active(instance):
    """The instance, once it is."""
    assert instance["Status"] in ("CREATE_IN_PROGRESS", "ACTIVE"), instance
    return instance if instance["Status"] == "ACTIVE" else None


def clean_environment() -> dict:
    """This process's variables without any that lead to real AWS, or configure the server."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "ATRIUM_"))}
    nothing = os.path.join(tempfile.gettempdir(), "atrium-no-such-file")
    return {**kept, "AWS_CONFIG_FILE": nothing, "AWS_SHARED_CREDENTIALS_FILE": nothing,
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": ""}


def error_of(failure) -> tuple:
    """Code and message of a boto3 failure."""
    error = failure.value.response["Error"]
    return error["Code"], error["Message"]
