"""Places that rules send to: AWS's queues and topics by moto, a webhook, a mailbox. Each listens on a free port."""

import email
import email.policy
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
from aiosmtpd.controller import Controller
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from moto.server import ThreadedMotoServer
from standardwebhooks.webhooks import Webhook

from atrium import REGION, unique

KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


class Aws:
    """SNS, SQS and S3, as moto has them."""

    def __init__(self):
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        host, port = self.server.get_host_and_port()
        self.endpoint = f"http://{host}:{port}"

    def client(self, service):
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, **KEYS)

    def make_queue(self) -> tuple:
        """The URL and ARN of a new queue."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, found["Attributes"]["QueueArn"]

    def make_topic(self, name=None) -> tuple:
        """The ARN of a new topic, and the URL of a queue that gets what is published to it."""
        sns = self.client("sns")
        topic = sns.create_topic(Name=name or unique("topic"))["TopicArn"]
        url, arn = self.make_queue()
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        return topic, url

    def take(self, url) -> list:
        """The bodies and attributes of the messages that a queue has now; they are gone then."""
        sqs, found = self.client("sqs"), []
        while True:
            got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
            if not got.get("Messages"):
                return found
            for message in got["Messages"]:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                attributes = message.get("MessageAttributes", {})
                found.append((message["Body"], {name: one["StringValue"] for name, one in attributes.items()}))

    def stop(self):
        self.server.stop()


class Hook:
    """A webhook that takes only what is signed, and can be told to refuse."""

    def __init__(self, secret):
        self.events, self.answers, self.requests = [], [], 0
        hook, verifier = self, Webhook(secret)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                hook.requests += 1
                verifier.verify(body, headers)
                status = hook.answers.pop(0) if hook.answers else 204
                if status < 300:
                    assert headers["content-type"] == "application/cloudevents+json"
                    event = from_structured_event(HTTPMessage(headers=headers, body=body))
                    assert event.get_id() == headers["webhook-id"]
                    hook.events.append(event)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"{hook.url}elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class OnAnyPort(Controller):
    """A mail server on the port that the system gives it."""

    def _trigger_server(self):
        # It listens by now.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Mailbox:
    """A mail server that keeps what it is sent."""

    def __init__(self):
        self.mails = []
        self.controller = OnAnyPort(self, hostname="127.0.0.1", port=0, ready_timeout=60)
        self.controller.start()
        self.url = f"smtp://127.0.0.1:{self.controller.port}"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 OK"

    def stop(self):
        self.controller.stop()


def event_of(mail) -> dict:
    """The event at the end of a mail."""
    text = mail.get_content()
    return json.loads(text[text.index("\n{") :])
