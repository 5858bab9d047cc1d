"""What the house promises about itself: layers, pinned versions, shipped schema, one version number."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import qhgrid

ROOT = Path(__file__).resolve().parent.parent


def test_rooms_import_one_way():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_version_is_pinned_without_an_address():
    lines = (ROOT / "constraints.txt").read_text().split()
    assert lines
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_first_screen_of_the_readme_gives_the_two_commands(name):
    first_screen = "\n".join((ROOT / name).read_text(encoding="utf-8").splitlines()[:30])
    assert "make run" in first_screen
    assert "make test" in first_screen


def test_citation_names_the_version():
    assert f"version: {qhgrid.__version__}" in (ROOT / "CITATION.cff").read_text()
    assert f"[{qhgrid.__version__}]" in (ROOT / "CHANGELOG.md").read_text()
