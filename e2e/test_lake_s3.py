"""The lake in buckets: files that the command writes to Atrium's own S3, and a server that keeps its files in another's."""

import gzip
import json
import random
import subprocess
from datetime import datetime, timedelta

import pytest

from atrium import REGION, Server, clean_environment, unique, wait_for
from receivers import KEYS, Aws
from test_lake import make_record, program
from test_lake_service import ask, make_store


@pytest.fixture
def aws():
    aws = Aws()
    yield aws
    aws.stop()


def run(variables, *arguments):
    done = subprocess.run(
        [program(), *arguments], capture_output=True, text=True, timeout=120, env={**clean_environment(), **variables})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_command_writes_and_reads_a_bucket(server, tmp_path):
    bucket = unique("lake")
    s3 = server.client("s3")
    s3.create_bucket(Bucket=bucket)
    source, time, records = random.Random(7), datetime(2026, 1, 4), []
    for _ in range(300):
        time += timedelta(minutes=source.randint(0, 20))
        records.append(make_record(source, time))
    log = tmp_path / "log.json.gz"
    log.write_bytes(gzip.compress(json.dumps({"Records": records}).encode()))

    def written(prefix):
        return [found["Key"] for found in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]

    # With little memory days are written in parts first, which are merged and removed.
    variables = server.environment()
    run(variables, "convert", str(log), "--output", f"s3://{bucket}/lake", "--memory", "0")
    days = {record["eventTime"][:10] for record in records}
    assert written("lake/") == [f"lake/eventday={day}/converted.parquet" for day in sorted(days)]
    counted = run(variables, "query", "--table", f"events=s3://{bucket}/lake", "--output", "csv",
                  "SELECT count(*) AS n, count(DISTINCT eventID) AS ids FROM events WHERE eventTime >= '2026-01-05 00:00:00'")
    later = sum(record["eventTime"] >= "2026-01-05" for record in records)
    assert counted.splitlines() == ["n,ids", f"{later},{later}"]
    run(variables, "ocsf", str(log), "--output", f"s3://{bucket}/ocsf", "--format", "parquet")
    assert written("ocsf/")


def test_a_server_keeps_its_lake_in_a_bucket(aws, tmp_path):
    aws.client("s3").create_bucket(Bucket="kept")
    server = Server(tmp_path, arguments=["--object-store", "s3://kept/atrium", "--lake-interval", "0.2"])
    server.variables = {"AWS_ENDPOINT_URL": aws.endpoint, "AWS_REGION": REGION,
                        "AWS_ACCESS_KEY_ID": KEYS["aws_access_key_id"], "AWS_SECRET_ACCESS_KEY": KEYS["aws_secret_access_key"]}
    server.start()
    try:
        _, store = make_store(server)
        for _ in range(30):
            server.client("iam").create_user(UserName=unique("user"))

        def files():
            found = aws.client("s3").list_objects_v2(Bucket="kept", Prefix="atrium/lake/").get("Contents", [])
            return [one["Key"] for one in found if one["Key"].endswith(".parquet")]

        wait_for("files", files)
        counted = f"SELECT count(*) AS n, count(DISTINCT eventID) AS ids FROM {store} WHERE eventName = 'CreateUser'"
        assert ask(server, counted) == [{"n": "30", "ids": "30"}]
        server.kill()
        server.start()
        assert ask(server, counted) == [{"n": "30", "ids": "30"}]
    finally:
        server.stop()
