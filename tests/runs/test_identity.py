"""The id of a run changes with everything that can change its bytes, and with nothing else."""

import subprocess
import sys

import pytest

from qhgrid.runs.identity import PACKAGES, package_versions, source_files, tree_sha256
from tests.runs.small import make_inputs


@pytest.mark.parametrize(
    "change",
    [
        {"scenario_text": "name: small\nyear: 2031\n"},
        {"facts": {"fleet.csv": "0" * 64}},
        {"facts": {}},
        {"profiles": {"pv.nc": "0" * 64}},
        {"lang": "en"},
        {"code": "0" * 64},
        {"packages": {"numpy": "2.1"}},
        {"kind": "value"},
        {"kind": "value", "settings": {"permutations": 200}},
    ],
)
def test_any_input_changes_the_id(change):
    assert make_inputs(**change).run_id != make_inputs().run_id


def test_order_of_files_does_not_change_the_id():
    facts = {"a.csv": "1", "b.csv": "2"}
    assert make_inputs(facts=facts).sha256 == make_inputs(facts=dict(reversed(facts.items()))).sha256


def test_id_is_twelve_hexadecimal_digits_in_the_folder_name():
    inputs = make_inputs()
    assert len(inputs.run_id) == 12
    assert int(inputs.run_id, 16) >= 0
    assert inputs.folder_name == f"small-{inputs.run_id}"


def test_code_checksum_sees_a_changed_a_new_and_a_renamed_file(tmp_path):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "a.py").write_text("x = 1\n")
    (tmp_path / "room" / "table.csv").write_text("1\n")
    checksums = [tree_sha256(tmp_path)]
    (tmp_path / "room" / "a.py").write_text("x = 2\n")
    checksums.append(tree_sha256(tmp_path))
    (tmp_path / "room" / "table.csv").write_text("2\n")
    checksums.append(tree_sha256(tmp_path))
    (tmp_path / "room" / "b.py").write_text("")
    checksums.append(tree_sha256(tmp_path))
    (tmp_path / "room" / "b.py").rename(tmp_path / "room" / "c.py")
    checksums.append(tree_sha256(tmp_path))
    assert len(set(checksums)) == 5


def test_code_checksum_ignores_what_cannot_change_a_result(tmp_path):
    (tmp_path / "study.py").write_text("x = 1\n")
    before = tree_sha256(tmp_path)
    for folder, name in (
        ("cli", "show.py"),
        ("_shipped", "data.csv"),
        ("__pycache__", "x.py"),
        ("room/__pycache__", "x.pyc"),
    ):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / name).write_text("anything")
    (tmp_path / ".hidden").write_text("anything")
    assert tree_sha256(tmp_path) == before


def test_code_checksum_covers_every_room_of_the_package_but_the_command_line():
    rooms = {path.parent.name for path in source_files()}
    assert {"qhgrid", "scenario", "network", "dispatch", "indicators", "runs"} <= rooms
    assert "cli" not in rooms


def test_code_checksum_does_not_depend_on_the_hash_seed():
    call = [sys.executable, "-c", "from qhgrid.runs.identity import code_sha256; print(code_sha256())"]
    seeds = [
        subprocess.run(call, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
        for seed in "12"
    ]
    assert seeds[0].stdout == seeds[1].stdout


def test_every_package_that_can_change_a_byte_has_a_version():
    versions = package_versions()
    assert set(versions) == set(PACKAGES)
    assert all(versions.values())
