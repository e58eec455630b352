"""The AWS SDK for JavaScript, version 3: its own serialization, paginators, error types and signatures."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from atrium import REGION

FOLDER = Path(__file__).resolve().parent / "javascript"


@pytest.fixture(scope="session")
def packages():
    """What package-lock.json names, installed unless it is there already."""
    if shutil.which("npm") is None:
        if os.environ.get("CI"):
            pytest.fail("Node.js must be there in CI")
        pytest.skip("Node.js is not there")
    lock, installed = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".made-for"
    if not installed.is_file() or installed.read_bytes() != lock.read_bytes():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=FOLDER, check=True, timeout=800)
        installed.write_bytes(lock.read_bytes())


def test_a_script_in_javascript_does_its_work(own_server, packages):
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(FOLDER / "nobody"),
        "AWS_ENDPOINT_URL": own_server.endpoint,
        "AWS_REGION": REGION,
        **{name.upper(): value for name, value in own_server.administrator.items()},
    }
    ended = subprocess.run(
        ["node", "walk.mjs"], cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=800,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "all of it" in ended.stdout
