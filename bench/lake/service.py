"""A server of Atrium's, with a bucket of log files and an event data store for them."""

import json
import os
import re
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from configparser import ConfigParser
from contextlib import closing

import boto3
from botocore.config import Config

REGION = "us-east-1"
BUCKET = "bench-logs"
READY_SECONDS = 180
UPLOADS = 4


class Service:
    """`atrium serve` on a folder of its own, for as long as the `with` lasts."""

    def __init__(self, program, lake, folder):
        self.folder, self.endpoint = folder, None
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ATRIUM_"))}
        folder.mkdir(parents=True)
        self.log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            [program, "serve", "--listen", "127.0.0.1:0", "--data", folder / "data", "--lake-program", lake],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=clean)

    def __enter__(self):
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                # It prints where it listens.
                if told := re.search(r"AWS_ENDPOINT_URL=(\S+)\n", (self.folder / "log").read_text()):
                    self.endpoint = told.group(1)
                    urllib.request.urlopen(f"{self.endpoint}/readyz", timeout=5).close()
                    return self
            except (OSError, urllib.error.URLError):
                pass
            time.sleep(0.05)
        self.__exit__()
        raise SystemExit((self.folder / "log").read_text())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()

    def client(self, name):
        keys = ConfigParser()
        keys.read(self.folder / "data/credentials")
        profile = keys[keys.sections()[0]]
        return boto3.client(
            name, region_name=REGION, endpoint_url=self.endpoint,
            aws_access_key_id=profile["aws_access_key_id"], aws_secret_access_key=profile["aws_secret_access_key"],
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}))

    def upload(self, logs):
        """Puts log files into a bucket."""
        s3 = self.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        files = sorted(logs.rglob("*.json.gz"))
        with ThreadPoolExecutor(UPLOADS) as pool:
            list(pool.map(lambda file: s3.upload_file(str(file), BUCKET, str(file.relative_to(logs))), files))

    def make_store(self):
        """An event data store into which nothing comes but what is imported; its ARN."""
        made = self.client("cloudtrail").create_event_data_store(
            Name="bench", TerminationProtectionEnabled=False, StartIngestion=False)
        return made["EventDataStoreArn"]

    def start_import(self, store):
        """Starts the import of the bucket; its id."""
        iam = self.client("iam")
        trust = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
        read = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketAcl"], "Resource": f"arn:aws:s3:::{BUCKET}"},
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}]}
        role = iam.create_role(RoleName="importer", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        iam.put_role_policy(RoleName="importer", PolicyName="read", PolicyDocument=json.dumps(read))
        source = {"S3LocationUri": f"s3://{BUCKET}/", "S3BucketRegion": REGION, "S3BucketAccessRoleArn": role}
        started = self.client("cloudtrail").start_import(Destinations=[store], ImportSource={"S3": source})
        return started["ImportId"]

    def end_of(self, import_id):
        """Waits for the end of an import."""
        lake = self.client("cloudtrail")
        while True:
            found = lake.get_import(ImportId=import_id)
            if found["ImportStatus"] == "COMPLETED":
                return
            if found["ImportStatus"] not in ("INITIALIZING", "IN_PROGRESS"):
                raise SystemExit(f"the import ended as {found['ImportStatus']}: {found.get('ImportStatistics')}")
            time.sleep(0.2)

    def merged_bytes(self, settle):
        """Waits until nothing has been merged for so many seconds; the bytes of the files that are left, as the server's list tells them."""
        database, before, since = f"file:{self.folder / 'data/atrium.db'}?mode=ro", None, time.monotonic()
        while time.monotonic() - since < settle:
            with closing(sqlite3.connect(database, uri=True)) as connection:
                files, size = connection.execute("SELECT count(*), sum(bytes) FROM lake_file").fetchone()
            if files != before:
                before, since = files, time.monotonic()
            time.sleep(1)
        return size

    def count(self, store):
        """How many records an event data store has."""
        lake = self.client("cloudtrail")
        query = lake.start_query(QueryStatement=f"SELECT count(*) AS n FROM {store.rsplit('/', 1)[1]}")["QueryId"]
        while True:
            answer = lake.get_query_results(QueryId=query)
            if answer["QueryStatus"] == "FINISHED":
                return int(answer["QueryResultRows"][0][0]["n"])
            if answer["QueryStatus"] not in ("QUEUED", "RUNNING"):
                raise SystemExit(f"the query ended as {answer['QueryStatus']}: {answer.get('ErrorMessage')}")
            time.sleep(0.05)
