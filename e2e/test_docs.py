"""Every command in the documents runs, in the order in which they stand there, against a fresh server.

Blocks marked `sh` are commands. A command that ends with `# SomeException` must be refused with that error.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from atrium import Server, binary

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parent.parent
# Commands that the documents show but that start, build or test everything: other tests run what they do.
ELSEWHERE = re.compile(r"scripts/|cargo (nextest|build)|atrium -- serve$|^atrium serve", re.MULTILINE)
PRELUDE = """
set -euo pipefail
refused() { # refused CODE COMMAND…: the command must fail with this error
    local code=$1 said
    shift
    if said=$("$@" 2>&1); then echo "not refused: $*"; exit 1; fi
    grep -qF "$code" <<<"$said" || { echo "$said"; exit 1; }
}
cargo() { # the documents run the program through cargo
    while [ "$1" != -- ]; do shift; done
    shift
    atrium "$@"
}
"""


def blocks(text):
    return re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def script(text, endpoint):
    commands = [block for block in blocks(text) if not ELSEWHERE.search(block)]
    lines = "\n".join(commands).replace("http://127.0.0.1:4080", endpoint)
    return PRELUDE + re.sub(r"^(\S.*?)\s+# (\w+Exception)$", r"refused \2 \1", lines, flags=re.MULTILINE)


def run(folder, text, server, variables):
    programs = folder / "bin"
    programs.mkdir()
    (programs / "atrium").symlink_to(binary())
    (programs / "atrium-lake").symlink_to(binary().with_name("atrium-lake"))
    environment = {
        "HOME": str(folder),
        "PATH": os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        **variables,
    }
    return subprocess.run(
        ["bash", "-c", script(text, server.endpoint)],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=800,
    )


@pytest.fixture
def fresh(tmp_path):
    """A server with its data where the documents have it."""
    # What takes five minutes with a user takes a moment here.
    server = Server(tmp_path, arguments=["--trail-interval", "0.2", "--digest-interval", "1", "--lake-interval", "1"])
    server.start()
    (tmp_path / ".atrium").symlink_to(tmp_path / "data")
    yield server
    assert server.stop() == 0, server.log()


def test_the_readme_runs(fresh, tmp_path):
    ended = run(tmp_path, (ROOT / "README.md").read_text(), fresh, {})
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (tmp_path / "atrium-report" / "report.html").is_file()


@pytest.mark.parametrize("document", sorted(path.name for path in (ROOT / "docs").glob("*.md")))
def test_a_document_runs(fresh, tmp_path, document):
    text = (ROOT / "docs" / document).read_text()
    if not blocks(text):
        pytest.skip("it has no commands")
    variables = {
        "AWS_ENDPOINT_URL": fresh.endpoint,
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "data" / "credentials"),
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    ended = run(tmp_path, text, fresh, variables)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_demo_command_shows_the_whole(tmp_path):
    """`scripts/demo --once` on a copy of what it needs; the program is there already."""
    built = binary().parent.parent
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "demo", tmp_path / "scripts" / "demo")
    cargo = tmp_path / "cargo"
    cargo.write_text("#!/bin/sh\n")
    cargo.chmod(0o755)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ATRIUM_"))},
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "CARGO_TARGET_DIR": str(built),
        "ATRIUM_LISTEN": "127.0.0.1:0",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    ended = subprocess.run(
        ["sh", "scripts/demo", "--once", "--", "--accounts", "8", "--users", "30"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=800,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for said in ("Account instances", "report.html", "credentials", "http://127.0.0.1:"):
        assert said in ended.stdout, ended.stdout
    assert (tmp_path / "report" / "identity_center_instances.csv").is_file()
