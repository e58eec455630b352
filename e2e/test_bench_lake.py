"""The measuring of the lake: each of its questions gets the same rows from the lake and from DuckDB."""

import subprocess
import sys
from pathlib import Path

from atrium import binary

MEASURE = Path(__file__).resolve().parent.parent / "bench" / "lake" / "measure.py"


def test_both_engines_answer_the_same(tmp_path):
    program = binary().parent / "atrium-lake"
    done = subprocess.run(
        [sys.executable, MEASURE, "--atrium", binary(), "--lake", program, "--records", "20000", "--runs", "1", "--settle", "1", "--data", tmp_path],
        capture_output=True, text=True, timeout=800,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("rows, the same") == 6, done.stderr
    assert "| atrium-lake | DuckDB, begun for it | ratio | DuckDB, running already | ratio |" in done.stdout
    assert not list(tmp_path.iterdir()), "it leaves nothing"
