"""A wheel carries data and scenarios, and works in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """Return a folder holding what ``pip install`` would put into site-packages."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run_there(unpacked: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the unpacked package in `cwd`, with the checkout out of reach."""
    start = (
        "import sys; sys.path = [sys.argv[1], *(p for p in sys.path if p not in ('', sys.argv[2]))]; "
        "sys.meta_path = [f for f in sys.meta_path if 'editable' not in type(f).__name__.lower()]; "
        "sys.argv = ['qhgrid', *sys.argv[3:]]; import qhgrid; print(qhgrid.__file__, file=sys.stderr); "
        "from qhgrid.cli import main; main()"
    )
    command = [sys.executable, "-c", start, str(unpacked), str(ROOT), *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_wheel_holds_every_table_series_and_scenario(unpacked):
    holdings = (
        ("data", "*.csv"),
        ("data/projects", "*.*"),
        ("data/lifecycle", "*.yaml"),
        ("data/profiles", "*.nc"),
        ("scenarios", "*.yaml"),
    )
    for folder, pattern in holdings:
        shipped = {path.name for path in (ROOT / folder).glob(pattern)}
        inside = {path.name for path in (unpacked / "qhgrid/_shipped" / folder).glob(pattern)}
        assert shipped == inside != set()


def test_installed_wheel_checks_a_shipped_scenario_in_an_empty_folder(unpacked, tmp_path):
    done = run_there(unpacked, tmp_path, "check", "2030-plan")
    assert str(unpacked) in done.stderr
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
