"""The shipped facts, and a copy of the tables that a test may damage."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qhgrid.facts import Facts, read_facts
from qhgrid.shipped import data_folder


@pytest.fixture(scope="session")
def facts() -> Facts:
    return read_facts()


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Return a folder with a copy of every table."""
    for path in sorted(data_folder().glob("*.csv")):
        shutil.copy(path, tmp_path / path.name)
    shutil.copytree(data_folder() / "projects", tmp_path / "projects")
    return tmp_path
