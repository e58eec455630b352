"""The lake on many machines: a scheduler and two executors, which are processes here, answer what one process answers."""

import os
import random
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from atrium import Server, clean_environment, wait_for
from lake_selects import STORE, Selects
from test_lake import SEED, ask, differs, in_duckdb, make_lake, program
from test_lake_service import ask as ask_server
from test_lake_service import make_store, wait_until_written

pytestmark = pytest.mark.long

STATEMENTS = int(os.environ.get("ATRIUM_CLUSTER_SELECTS", "60"))


class Cluster:
    """A scheduler and its executors."""

    def __init__(self, base):
        self.base, self.executors = base, []
        self.scheduler = self.start("scheduler", "--listen", "127.0.0.1:0")
        told = wait_for("scheduler", lambda: re.search(r"schedules at (http://\S+)\n", self.log("scheduler-0")))
        self.url = told.group(1)

    def start(self, command, *arguments, log="info"):
        with (self.base / f"{command}-{len(self.executors)}.log").open("wb") as out:
            return subprocess.Popen(
                [program(), command, *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env={**clean_environment(), "RUST_LOG": log})

    def add(self, *arguments):
        """One more executor."""
        self.executors.append(None)
        # It says nowhere which port it got. On an address of its own, of those that all are this machine's, none is taken.
        address = f"127.{random.randint(1, 254)}.{random.randint(1, 254)}.{random.randint(1, 254)}:50051"
        self.executors[-1] = self.start(
            "executor", "--scheduler", self.url, "--listen", address, "--threads", "2", *arguments)
        return self.executors[-1]

    def is_ready(self):
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def log(self, name):
        return (self.base / f"{name}.log").read_text()

    def stop(self):
        for process in [*self.executors, self.scheduler]:
            process.kill()
            process.wait()


def is_used(cluster):
    """Whether any executor has done anything."""
    return any("Finished task" in cluster.log(f"executor-{number}") for number in (1, 2))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_lake(tmp_path_factory.mktemp("lake"))


@pytest.fixture
def cluster(tmp_path):
    cluster = Cluster(tmp_path)
    try:
        cluster.add()
        cluster.add()
        wait_for("executor", cluster.is_ready)
        yield cluster
    finally:
        cluster.stop()


def is_busy(cluster, number):
    """Whether an executor is in the middle of something."""
    log = cluster.log(f"executor-{number}")
    return log.count("Received task") > log.count("Finished task")


def test_random_selects_give_duckdb_s_rows_on_two_executors(folder, cluster):
    source, duck = Selects(SEED + 1), in_duckdb(folder)
    statements = [source.statement() for _ in range(STATEMENTS)]
    with ThreadPoolExecutor(2) as pool:
        compare = lambda one: differs(folder, duck.cursor(), one, scheduler=cluster.url)  # noqa: E731
        different = [text for text in pool.map(compare, statements) if text]
    assert not different, f"{len(different)} of {STATEMENTS} differ (seed {SEED + 1}):\n" + "\n\n".join(different[:10])
    assert is_used(cluster)


# Where rows are answered by whether they have a match, nobody knows before all have been compared.
WITHOUT_AN_EQUALITY = [
    "SELECT count(*) FROM (SELECT * FROM {0} WHERE readonly) a LEFT JOIN {0} c ON {1}",
    "SELECT a.eventname, count(*) FROM (SELECT * FROM {0} WHERE readonly) a LEFT JOIN {0} c ON {1} GROUP BY a.eventname",
    "SELECT c.eventname, count(a.eventid) FROM (SELECT * FROM {0} WHERE readonly) a RIGHT JOIN {0} c ON {1} GROUP BY c.eventname",
    "SELECT count(*), count(a.eventid) FROM (SELECT * FROM {0} WHERE readonly) a FULL JOIN {0} c ON {1}",
    "SELECT count(*) FROM {0} c WHERE EXISTS (SELECT 1 FROM {0} a WHERE {1} AND a.readonly)",
    "SELECT c.eventid FROM {0} c WHERE NOT EXISTS (SELECT 1 FROM {0} a WHERE {1} AND a.readonly) ORDER BY c.eventid",
    "SELECT c.eventid, a.useragent FROM {0} c LEFT JOIN (SELECT * FROM {0} WHERE readonly) a ON {1} ORDER BY c.eventid",
]


@pytest.mark.parametrize("condition", [
    "a.eventid <= c.eventid AND a.eventid >= c.eventid", "a.eventid < c.eventid AND a.useragent > c.useragent"])
def test_joins_without_an_equality_give_duckdb_s_rows(folder, cluster, condition):
    duck = in_duckdb(folder)
    statements = [text.format("{0}", condition) for text in WITHOUT_AN_EQUALITY]
    statements = [(text.format(STORE), text.format("events"), False) for text in statements]
    different = [text for one in statements if (text := differs(folder, duck, one, scheduler=cluster.url))]
    assert not different, "\n\n".join(different)


def test_with_little_memory_they_are_refused_or_right(folder, tmp_path):
    cluster, duck = Cluster(tmp_path), in_duckdb(folder)
    try:
        cluster.add("--memory", "8")
        wait_for("executor", cluster.is_ready)
        # Its rows are long, so that a side doesn't fit.
        long = "SELECT a.eventid, length(a.eventjson), length(c.eventjson) FROM (SELECT * FROM {0} WHERE {2}) a {3} JOIN {0} c ON {1}"
        condition = "a.eventid <= c.eventid AND a.eventid >= c.eventid"
        found = []
        for rows in ("readonly", "NOT readonly", "true"):
            for kind in ("", "LEFT", "RIGHT", "FULL"):
                statement = long.format("{0}", condition, rows, kind)
                found.append(differs(folder, duck, (statement.format(STORE), statement.format("events"), False), scheduler=cluster.url))
        wrong = [text for text in found if text and "has not so much memory" not in text]
        assert not wrong, "\n\n".join(wrong)
    finally:
        cluster.stop()


# Takes some seconds.
LONG = """SELECT count(*) FROM {0} a, {0} b, {0} c
    WHERE a.eventname < b.eventname AND b.useragent < c.useragent AND a.eventid < c.eventid
    AND a.awsregion = 'eu-west-1' AND b.awsregion = 'us-east-1'"""


def begin(folder, cluster):
    """A query that has been under way on the first executor for some time."""
    query = subprocess.Popen(
        [program(), "query", "--table", f"{STORE}={folder}", "--output", "csv", "--scheduler", cluster.url, LONG.format(STORE)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment())
    wait_for("long task", lambda: is_busy(cluster, 1) and not time.sleep(1) and is_busy(cluster, 1))
    return query


def test_a_query_that_nobody_waits_for_ends(folder, cluster):
    begin(folder, cluster).kill()
    wait_for("end of the job", lambda: "nobody waits for the answer" in cluster.log("scheduler-0"))
    # What is asked next doesn't wait for it.
    assert ask(folder, f"SELECT count(*) FROM {STORE}", scheduler=cluster.url)


def test_an_executor_that_is_killed_over_a_query_costs_time_and_no_row(folder, cluster):
    """What was done is done again by the other, from the beginning."""
    theirs = in_duckdb(folder).execute(LONG.format("events")).fetchone()[0]
    query = begin(folder, cluster)
    assert query.poll() is None, "it had ended before anything could be killed"
    cluster.executors[0].kill()
    before = cluster.log("executor-2").count("Received task")
    out, errors = query.communicate(timeout=800)
    assert query.returncode == 0, errors
    assert out.splitlines()[1] == str(theirs)
    assert cluster.log("executor-2").count("Received task") > before, "the other had nothing to do again"


def test_a_server_has_its_queries_answered_by_executors(cluster, tmp_path):
    """What is in files, what is in none yet, and the names of people."""
    server = Server(tmp_path / "server", arguments=["--lake-scheduler", cluster.url, "--lake-interval", "0.3"])
    server.start()
    try:
        _, store = make_store(server)
        directory = server.client("sso-admin").list_instances()["Instances"][0]["IdentityStoreId"]
        people = server.client("identitystore")
        names = [f"person-{number}" for number in range(20)]
        for number, name in enumerate(names):
            people.create_user(IdentityStoreId=directory, UserName=name, DisplayName=name,
                               Name={"GivenName": "A", "FamilyName": "B"})
            if number == 10:
                wait_until_written(server, store)
        rows = ask_server(server, f"""SELECT u.user_name AS name, count(*) AS calls
            FROM {store} e JOIN identity_users u ON u.user_id = json_extract_scalar(e.eventJson, '$.responseElements.userId')
            WHERE e.eventName = 'CreateUser' GROUP BY u.user_name ORDER BY u.user_name""")
        assert rows == [{"name": name, "calls": "1"} for name in sorted(names)]
        assert is_used(cluster)
    finally:
        server.stop()


def test_what_is_too_deep_to_be_sent_is_told(folder, cluster):
    deep = f"SELECT {'upper(' * 60}eventname{')' * 60} FROM {STORE} LIMIT 1"
    assert ask(folder, deep)
    with pytest.raises(RuntimeError, match="nested too deeply"):
        ask(folder, deep, scheduler=cluster.url)


def test_a_scheduler_that_is_not_there_is_told(folder):
    with pytest.raises(RuntimeError, match="no scheduler"):
        ask(folder, f"SELECT count(*) FROM {STORE}", scheduler="http://127.0.0.1:1")
