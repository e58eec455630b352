"""The lake against DuckDB: random SELECTs over the same Parquet files give the same rows."""

import json
import math
import os
import random
import re
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from atrium import binary
from lake_selects import STORE, Selects

pytestmark = pytest.mark.long

SEED = int(os.environ.get("ATRIUM_LAKE_SEED", "20260105"))
STATEMENTS = int(os.environ.get("ATRIUM_LAKE_SELECTS", "400"))
ROOT = Path(__file__).resolve().parent.parent
# What a query is told that would need more memory than it may have.
REFUSED = "'kind': 'exhausted'"


def program():
    return binary().parent / "atrium-lake"


def make_record(source, time):
    """A record as an organization makes it; some of them strange."""
    person = int(source.random() ** 3 * 40)
    account = f"{100 + person % 7:012}"
    role = source.choice(["Admin", "ReadOnly", "Billing"])
    name = source.choice(["CreateInstance", "DeleteInstance", "ListInstances", "ListUsers", "AssumeRole"])
    record = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "AWSService", "invokedBy": "sso.amazonaws.com"},
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": source.choice(["sso.amazonaws.com", "identitystore.amazonaws.com", "connect.amazonaws.com"]),
        "eventName": name,
        "awsRegion": source.choice(["us-east-1", "eu-west-1"]),
        "sourceIPAddress": f"203.0.113.{person}",
        "userAgent": source.choice(["aws-cli/2.31.3", "Boto3/1.40.21 (Ägypten)", "AWS Internal", "TerraForm: a b"]),
        "requestParameters": source.choice([None, {"instanceArn": f"arn:aws:sso:::instance/{person}", "maxResults": person}, {
            "name": f"sandbox {person}", "tags": [{"key": "team", "value": source.choice(["red", "blue", ""])}]}]),
        "responseElements": source.choice([None, {"instanceArn": f"arn:aws:sso:::instance/{person}"}, {}]),
        "eventID": str(uuid.UUID(int=source.getrandbits(128))),
        "readOnly": name.startswith("List"),
        "resources": source.choice([None, [], [{"ARN": f"arn:{person}", "type": "AWS::SSO::Instance", "accountId": account}], [
            {"type": "AWS::IAM::Role"}, {"ARN": "arn:aws:iam::role", "type": "AWS::IAM::Role"}]]),
        "recipientAccountId": account,
    }
    if source.random() < 0.85:
        record["userIdentity"] = {
            "type": "AssumedRole", "accountId": account, "arn": f"arn:aws:sts::{account}:assumed-role/{role}/person{person}",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "userName": role},
                "attributes": {"creationDate": time.strftime("%Y-%m-%dT06:00:00Z"), "mfaAuthenticated": "false"},
            },
        }
        if person % 3 == 0:
            record["userIdentity"]["onBehalfOf"] = {"userId": f"user-{person}", "identityStoreArn": "store"}
    if source.random() < 0.1:
        record["errorCode"] = "AccessDenied"
    if source.random() < 0.6:
        record["tlsDetails"] = {"tlsVersion": source.choice(["TLSv1.2", "TLSv1.3"])}
    return record


def make_lake(base):
    """A lake of some days, a file a day, in a folder."""
    source = random.Random(SEED)
    time, lines = datetime(2026, 1, 4), []
    for _ in range(1500):
        time += timedelta(seconds=source.randint(0, 600))
        lines.append(json.dumps(make_record(source, time), ensure_ascii=False))
    (base / "records.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = subprocess.run([program(), "convert", base / "records.jsonl", "--output", base / "lake"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return base / "lake"


def in_duckdb(folder):
    """DuckDB with the view `events` of a lake."""
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW events AS SELECT * FROM read_parquet('{folder}/*/*.parquet', hive_partitioning = true)")
    return connection


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_lake(tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="module")
def duck(folder):
    return in_duckdb(folder)


def ask(folder, statement, **limits):
    request = {"query": {"statement": statement, "tables": {STORE: {"folders": [str(folder)]}}, "limits": limits}}
    done = subprocess.run([program()], input=json.dumps(request), capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode:
        raise RuntimeError(f"{lines[-1:]} {done.stderr}")
    return [[next(iter(cell.values())) for cell in line] for line in lines if isinstance(line, list)]


def shown(value):
    """A value of DuckDB's as the lake shows it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03}"
    if isinstance(value, date):
        return value.isoformat()
    return value


def same(ours, theirs):
    if isinstance(theirs, float):
        return ours is not None and math.isclose(float(ours), theirs, rel_tol=1e-9)
    return ours == (theirs if theirs is None or isinstance(theirs, str) else str(theirs))


def in_order(rows):
    return sorted(rows, key=lambda row: [(cell is None, str(cell)) for cell in row])


def differs(folder, connection, statement, **limits):
    """Where the two part, as a text; nothing if they agree."""
    lake, other, ordered = statement
    theirs = [[shown(value) for value in row] for row in connection.execute(other).fetchall()]
    try:
        ours = ask(folder, lake, **limits)
    except RuntimeError as error:
        return f"{lake}\n{error}"
    if not ordered:
        # Sums and means are written in two ways; what is compared is sorted in one.
        plain = [[str(cell) if isinstance(cell, (int, float)) else cell for cell in row] for row in theirs]
        order = sorted(range(len(theirs)), key=lambda at: [(cell is None, str(cell)) for cell in plain[at]])
        theirs, ours = [theirs[at] for at in order], in_order(ours)
    if len(ours) != len(theirs):
        return f"{lake}\n{other}\n{len(ours)} rows and {len(theirs)}"
    for mine, yours in zip(ours, theirs):
        if len(mine) != len(yours) or not all(map(same, mine, yours)):
            return f"{lake}\n{other}\n{mine}\n{yours}"
    return None


def test_random_selects_give_duckdb_s_rows(folder, duck):
    source = Selects(SEED)
    statements = [source.statement() for _ in range(STATEMENTS)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda statement: differs(folder, duck.cursor(), statement), statements))
    different = [text for text in found if text]
    assert not different, f"{len(different)} of {STATEMENTS} differ (seed {SEED}):\n" + "\n\n".join(different[:10])
    # Empty answers would agree about nothing.
    answered = sum(bool(duck.execute(other).fetchone()) for _, other, _ in statements)
    assert answered > STATEMENTS * 0.7


def test_with_little_memory_a_select_is_refused_or_gives_the_same_rows(folder, duck):
    """What is written to disk on the way comes back whole."""
    source, sizes = Selects(SEED + 2), [300_000, 800_000, 2_000_000]
    asked = [(source.statement(), source.random.choice(sizes)) for _ in range(STATEMENTS // 2)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda one: differs(folder, duck.cursor(), one[0], memory=one[1]), asked))
    refused = [text for text in found if text and REFUSED in text]
    different = [text for text in found if text and REFUSED not in text]
    assert not different, f"{len(different)} of {len(asked)} differ (seed {SEED + 2}):\n" + "\n\n".join(different[:10])
    assert len(refused) < len(asked) * 0.5


def test_duckdb_reads_the_files_as_the_guide_says(folder):
    guide = (ROOT / "docs" / "lake.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- duckdb -->\n```sql\n(.*?)```", guide, re.DOTALL).group(1)
    connection = duckdb.connect()
    rows = []
    for statement in filter(str.strip, block.replace("/path/to/lake", str(folder)).split(";")):
        rows = connection.execute(statement).fetchall()
    assert rows
    # What DuckDB says of the columns is what the guide declares for the other engines.
    columns = connection.execute("DESCRIBE SELECT * FROM events").fetchall()
    declared = re.search(r"CREATE EXTERNAL TABLE events \((.*?)\)\s*PARTITIONED BY", guide, re.DOTALL).group(1)
    names = re.findall(r"^    (\w+) ", declared, re.MULTILINE)
    assert [name for name, *_ in columns] == names + ["eventday"]
