"""A server for each engine: SQLite in a folder, PostgreSQL with a database of its own."""

import os
from urllib.parse import urlsplit

import psycopg
import pytest

from atrium import Server, unique

POSTGRES = "ATRIUM_TEST_POSTGRES_URL"
# Set if the server goes with the tests, so that nothing needs to be removed from it.
POSTGRES_LEAVES = "ATRIUM_TEST_POSTGRES_LEAVES"
# Nothing of the caller's own may lead to real AWS.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


def pytest_collection_modifyitems(items):
    """Files with long tests begin first, so that none of them is left alone at the end."""
    long = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def engine(request):
    """Makes a database URL each time it is called; None stands for the embedded engine."""
    if request.param == "sqlite":
        yield lambda: None
        return
    url = os.environ.get(POSTGRES)
    if not url:
        if os.environ.get("CI"):
            pytest.fail(f"{POSTGRES} must be set in CI")
        pytest.skip(f"{POSTGRES} is not set")
    made = []

    def fresh():
        name = unique("e2e").replace("-", "_")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        made.append(name)
        return urlsplit(url)._replace(path=f"/{name}").geturl()

    yield fresh
    if os.environ.get(POSTGRES_LEAVES):
        return
    with psycopg.connect(url, autocommit=True) as connection:
        for name in made:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def server(request, engine, tmp_path_factory):
    """A running server that the tests of one file share, started with the file's OPTIONS if it has some."""
    server = Server(tmp_path_factory.mktemp("server"), engine(), getattr(request.module, "OPTIONS", []))
    try:
        yield server.start()
    finally:
        assert server.stop() == 0, server.log()


@pytest.fixture
def own_server(request, engine, tmp_path):
    """A server for one test alone, which may kill it."""
    server = Server(tmp_path, engine(), getattr(request.module, "OPTIONS", []))
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="module")
def member(server):
    """Credentials of a member account that owns nothing yet, and its id."""
    account = server.make_account()
    return server.assume(account), account


@pytest.fixture(scope="module")
def instance(server, member):
    """An account instance of the member account."""
    return server.make_instance(member[0])
