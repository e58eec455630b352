"""Rules: events reach topics, queues, webhooks and mailboxes, and none is lost."""

import json
import subprocess
import threading
import time

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from atrium import REGION, Server, binary, clean_environment, kill_amid, unique, wait_for
from receivers import KEYS, Aws, Hook, Mailbox, event_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
# A server that was killed over what it was sending has it for a while.
LONG = 300

FILE = """
[[rules]]
name = "instances"
ready_made = "instance-created-or-deleted"
targets = ["topic", "queue", "hook", "mail"]

[[rules]]
name = "denied"
ready_made = "create-instance-denied"
targets = ["queue"]

[[rules]]
name = "users"
pattern = { source = ["aws.iam"], detail = { eventName = ["CreateUser"], requestParameters = { userName = [{ prefix = "told" }] } } }
targets = ["queue", "hook"]

[[rules]]
name = "reads"
pattern = '{"detail": {"eventName": ["ListUsers"]}}'
all_management_events = true
targets = ["queue"]

[[rules]]
name = "lost"
pattern = { detail = { eventName = ["DeleteGroup"] } }
targets = ["nowhere", "gone"]

[targets.topic]
type = "sns"
topic = "TOPIC"
endpoint = "ENDPOINT"

[targets.queue]
type = "sqs"
queue = "QUEUE_ARN"
endpoint = "ENDPOINT"
timeout = TIMEOUT
retry = { pause = 1, longest = 1 }

[targets.letters]
type = "sqs"
queue = "LETTERS"
region = "us-east-1"
endpoint = "ENDPOINT"

[targets.hook]
type = "webhook"
url = "HOOK"
secret_file = "secret"
timeout = TIMEOUT
retry = { pause = 1, longest = 1 }

[targets.mail]
type = "email"
url = "MAIL"
from = "Atrium <atrium@example.com>"
to = ["security@example.com", "gone@example.com", "Second <second@example.com>"]

[targets.nowhere]
type = "sqs"
queue = "arn:aws:sqs:us-east-1:123456789012:no-such-queue"
endpoint = "ENDPOINT"
retry = { attempts = 2 }
dead_letter = "letters"

[targets.gone]
type = "webhook"
url = "GONE"
secret = "SECRET"
retry = { attempts = 1 }

[trails.sns]
topics = ["arn:aws:sns:*:123456789012:*"]
endpoint = "ENDPOINT"
"""


class World:
    """Receivers, and servers with rules for them. What is not sent to the queue or the webhook within `timeout` s is sent again."""

    def __init__(self, folder, timeout=20):
        self.folder = folder
        self.aws, self.hook, self.mailbox = Aws(), Hook(SECRET), Mailbox()
        self.gone = Hook(SECRET)
        self.topic, self.topic_queue = self.aws.make_topic()
        self.queue, queue_arn = self.aws.make_queue()
        self.letters, _ = self.aws.make_queue()
        words = {
            "ENDPOINT": self.aws.endpoint, "TOPIC": self.topic, "QUEUE_ARN": queue_arn, "LETTERS": self.letters,
            "HOOK": self.hook.url, "MAIL": self.mailbox.url, "GONE": self.gone.url, "SECRET": SECRET,
        }
        text = FILE.replace("TIMEOUT", str(timeout))
        for word, value in words.items():
            text = text.replace(f'"{word}"', f'"{value}"')
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "secret").write_text(SECRET + "\n")
        self.file = folder / "rules.toml"
        self.file.write_text(text)

    def server(self, name, database_url, *more):
        # The server finds credentials for SNS and SQS where every AWS tool does.
        arguments = ["--rules", str(self.file), "--trail-interval", "0.2", *more]
        server = Server(self.folder / name, database_url, arguments)
        server.variables = {name.upper(): value for name, value in KEYS.items()}
        return server

    def stop(self):
        for receiver in (self.aws, self.hook, self.gone, self.mailbox):
            receiver.stop()


@pytest.fixture(scope="module")
def server(engine, tmp_path_factory):
    world = World(tmp_path_factory.mktemp("world"))
    server = world.server("shared", engine())
    server.world = world
    try:
        yield server.start()
    finally:
        assert server.stop() == 0, server.log()
        world.stop()


@pytest.fixture(scope="module")
def world(server):
    return server.world


def collect(aws, url, found=None):
    """Takes what a queue has, and answers everything that was ever taken: events by their ids."""
    found = {} if found is None else found
    for body, _ in aws.take(url):
        event = json.loads(body)
        found.setdefault(event["id"], []).append(event)
    return found


def names(found):
    """Of each event once: it may be told again."""
    return sorted(events[0]["detail"]["eventName"] for events in found.values())


def test_an_instance_is_told_to_all_kinds_of_targets(server, world, member):
    credentials, account = member
    made = server.make_instance(credentials)
    server.client("sso-admin", credentials).delete_instance(InstanceArn=made["InstanceArn"])
    want = ["CreateInstance", "DeleteInstance"]

    queued = {}
    wait_for("events in the queue", lambda: names(collect(world.aws, world.queue, queued)) == want)
    create = next(events[0] for events in queued.values() if events[0]["detail"]["eventName"] == "CreateInstance")
    record = create.pop("detail")
    assert create == {
        "version": "0", "id": record["eventID"], "detail-type": "AWS API Call via CloudTrail", "source": "aws.sso",
        "account": account, "time": record["eventTime"], "region": REGION, "resources": [],
    }
    # LookupEvents shows the very same record.
    assert record in server.events(credentials, attribute=("EventName", "CreateInstance"))

    published = {}

    def both_published():
        for body, _ in world.aws.take(world.topic_queue):
            message = json.loads(body)
            assert message["TopicArn"] == world.topic
            event = json.loads(message["Message"])
            published.setdefault(event["id"], []).append(event)
        return names(published) == want

    wait_for("events at the topic", both_published)
    wait_for("events at the webhook", lambda: {one.get_id() for one in world.hook.events} == set(queued))
    event = next(one for one in world.hook.events if one.get_type().endswith("CreateInstance"))
    assert event.get_type() == "com.amazonaws.sso.CreateInstance"
    assert event.get_source() == f"aws:sso.{REGION}.{account}"
    assert event.get_extension("rules") == "instances" and event.get_data()["detail"] == record

    # Each mailbox by itself: one that refuses mail keeps it from no other.
    mailed = lambda: {(*to, mail["Subject"].split()[0]) for to, mail in world.mailbox.mails}
    addresses = ("security@example.com", "second@example.com")
    wait_for("mails", lambda: mailed() == {(address, name) for address in addresses for name in want})
    mail = next(mail for _, mail in world.mailbox.mails if "CreateInstance" in mail["Subject"])
    assert mail["Subject"] == f"CreateInstance in {account} (instances)"
    assert mail["From"] == "Atrium <atrium@example.com>" and mail["Auto-Submitted"] == "auto-generated"
    assert record["eventID"] in mail["Message-ID"]
    assert event_of(mail)["detail"] == record


def test_a_refusal_and_a_read_are_told_to_those_who_ask(server, world, member):
    world.aws.take(world.queue)
    refused = server.make_account()
    organizations = server.client("organizations")
    organizations.enable_policy_type(
        RootId=organizations.list_roots()["Roots"][0]["Id"], PolicyType="SERVICE_CONTROL_POLICY"
    )
    content = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "sso:CreateInstance", "Resource": "*"}]}
    policy = organizations.create_policy(
        Name=unique("deny"), Description="", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(content)
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=policy, TargetId=refused)
    with pytest.raises(ClientError):
        server.client("sso-admin", server.assume(refused)).create_instance(Name="no")
    server.client("iam").list_users()
    server.client("iam").list_groups()
    found = {}
    wait_for("both", lambda: names(collect(world.aws, world.queue, found)) == ["CreateInstance", "ListUsers"])
    denied = [one[0] for one in found.values() if one[0]["detail"]["eventName"] == "CreateInstance"]
    assert denied[0]["detail"]["errorCode"].startswith("AccessDenied") and denied[0]["account"] == refused


def test_a_webhook_that_refuses_is_asked_again_and_not_led_elsewhere(server, world):
    world.hook.events.clear()
    before = world.hook.requests
    world.hook.answers[:] = [500, 302, 404]
    server.client("iam").create_user(UserName=unique("told"))
    wait_for("the event", lambda: len(world.hook.events) == 1)
    assert world.hook.requests == before + 4


def test_what_cannot_be_sent_is_a_dead_letter(server, world, tmp_path):
    world.gone.answers[:] = [410, 410]
    iam = server.client("iam")
    group = unique("group")
    iam.create_group(GroupName=group)
    iam.delete_group(GroupName=group)
    letters = []

    def arrived():
        letters.extend(world.aws.take(world.letters))
        return letters

    wait_for("a dead letter", arrived)
    body, attributes = letters[0]
    assert json.loads(body)["detail"]["requestParameters"] == {"groupName": group}
    assert attributes["TARGET"] == "nowhere" and attributes["RULES"] == "lost"
    assert "NonExistentQueue" in attributes["ERROR_MESSAGE"] or "QueueDoesNotExist" in attributes["ERROR_MESSAGE"]

    where = ["--database-url", server.database_url] if server.database_url else ["--data", server.folder / "data"]
    dead = lambda *more: run("dead-letters", *where, "--output", "json", *more)
    found = wait_for("what was given up", lambda: dead("--target", "gone"))
    assert [one["Error"] for one in found] == ["the receiver answers 410"]
    assert dead("--target", "queue") == []
    world.gone.answers.clear()
    assert len(dead("--target", "gone", "--id", found[0]["Id"], "--resend")) == 1
    wait_for("the event after all", lambda: [one.get_id() for one in world.gone.events] == [found[0]["Id"]])
    assert dead("--target", "gone") == []


def run(*arguments):
    """Runs `atrium rules` and reads its answer."""
    command = [str(binary()), "rules", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=clean_environment())
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_trails_topic_is_told_of_its_files(server, world):
    topic, queue = world.aws.make_topic()
    bucket, name = unique("bucket"), unique("trail")
    cloudtrail, s3 = server.client("cloudtrail"), server.client("s3")
    s3.create_bucket(Bucket=bucket)
    cloudtrail.create_trail(Name=name, S3BucketName=bucket, SnsTopicName=topic)
    cloudtrail.start_logging(Name=name)
    server.client("iam").create_user(UserName=unique("user"))
    told = []

    def arrived():
        told.extend(json.loads(json.loads(body)["Message"]) for body, _ in world.aws.take(queue))
        return told

    wait_for("a notice", arrived)
    assert set(told[0]) == {"s3Bucket", "s3ObjectKey"} and told[0]["s3Bucket"] == bucket
    assert s3.head_object(Bucket=bucket, Key=told[0]["s3ObjectKey"][0])["ContentEncoding"] == "gzip"
    status = wait_for(
        "the status", lambda: (found := cloudtrail.get_trail_status(Name=name)).get("LatestNotificationTime") and found
    )
    assert "LatestNotificationError" not in status and status["LatestNotificationAttemptSucceeded"]
    # Whose topics may be told is the operator's word.
    cloudtrail.update_trail(Name=name, SnsTopicName="arn:aws:sns:us-east-1:999999999999:theirs")
    server.client("iam").create_user(UserName=unique("user"))
    failed = lambda: cloudtrail.get_trail_status(Name=name).get("LatestNotificationError")
    assert wait_for("the refusal", failed) == "AuthorizationError"
    cloudtrail.delete_trail(Name=name)


def make_users(server, stop, made):
    """Makes users until the server is gone: the names of those that were acknowledged."""
    iam = server.client("iam")
    while not stop.is_set():
        name = unique("told")
        try:
            iam.create_user(UserName=name)
        except (BotoCoreError, ClientError):
            return
        made.append(name)
        time.sleep(0.01)


def told_users(found):
    return {events[0]["detail"]["requestParameters"]["userName"] for events in found.values()}


def test_power_loss_loses_no_event(engine, tmp_path):
    # What a server was sending when it was killed is free again after twice the time and ten seconds.
    world = World(tmp_path, timeout=2)
    server = world.server("killed", engine())
    made, found = [], {}
    try:
        server.start()
        for _ in range(4):
            stop = threading.Event()
            threads = [threading.Thread(target=make_users, args=(server, stop, made)) for _ in range(3)]
            for thread in threads:
                thread.start()
            kill_amid(server, made)
            stop.set()
            for thread in threads:
                thread.join()
            server.start()
        assert len(made) > 20
        complete = lambda: set(made) <= told_users(collect(world.aws, world.queue, found))
        wait_for("every event in the queue", complete, LONG)
        hooked = lambda: {one.get_data()["detail"]["requestParameters"]["userName"] for one in world.hook.events}
        wait_for("every event at the webhook", lambda: set(made) <= hooked(), LONG)
    finally:
        server.stop()
        world.stop()


def test_replicas_share_the_sending(engine, tmp_path):
    url = engine()
    if url is None:
        pytest.skip("the embedded database is one server's")
    world = World(tmp_path)
    first, second = (world.server(name, url) for name in ("first", "second"))
    made, found = [], {}
    try:
        first.start()
        second.share(first)
        second.start()
        stop = threading.Event()
        threads = [threading.Thread(target=make_users, args=(one, stop, made)) for one in (first, second)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        kill_amid(first, made)
        enough = len(made) + 10
        wait_for("users made by the other", lambda: len(made) >= enough)
        stop.set()
        for thread in threads:
            thread.join()
        complete = lambda: set(made) <= told_users(collect(world.aws, world.queue, found))
        wait_for("every event", complete, LONG)
        often = [len(events) for events in found.values()]
        # Only what the one that was killed was sending can come twice.
        assert sum(often) <= len(often) + 8, often
    finally:
        for server in (first, second):
            server.stop()
        world.stop()


def test_rules_are_tried_out_by_hand(world, tmp_path):
    checked = run("check", world.file, "--output", "json")
    assert [one["Rule"] for one in checked] == ["instances", "denied", "users", "reads", "lost"]
    record = {"eventSource": "iam.amazonaws.com", "eventName": "CreateUser", "readOnly": False,
              "requestParameters": {"userName": "told"}}
    event = tmp_path / "event.json"
    event.write_text(json.dumps(record))
    picked = run("test", world.file, "--event", event, "--output", "json")
    assert [one["Rule"] for one in picked if one["Picked"] == "yes"] == ["users"]
    done = subprocess.run(
        [str(binary()), "serve", "--data", str(tmp_path / "data"), "--rules", str(tmp_path / "none.toml")],
        capture_output=True, text=True, timeout=60, env=clean_environment(),
    )
    assert done.returncode == 2 and "none.toml" in done.stderr
    assert not (tmp_path / "data").exists()
