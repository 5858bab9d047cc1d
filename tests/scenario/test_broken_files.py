"""Each broken file says in its first lines what must be found: place | what | mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from qhgrid.errors import ScenarioError
from qhgrid.scenario import read_scenario

FOLDER = Path(__file__).parent / "broken"
FILES = sorted(FOLDER.glob("*.yaml"))


def expectations(path: Path) -> list[tuple[str, ...]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [tuple(line[10:].split(" | ")) for line in lines if line.startswith("# expect: ")]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_broken_file_is_refused_with_place_fault_and_mend(path, monkeypatch):
    monkeypatch.chdir(FOLDER)
    with pytest.raises(ScenarioError) as raised:
        read_scenario(path.name)
    faults = raised.value.faults
    wanted = expectations(path)
    assert wanted
    found = [str(fault) for fault in faults]
    assert [fault.where for fault in faults] == [where for where, _, _ in wanted], found
    for fault, (_, what, mend) in zip(faults, wanted, strict=True):
        assert what in fault.what
        assert mend in fault.mend


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_messages_are_plain_words_without_jargon(path, monkeypatch):
    monkeypatch.chdir(FOLDER)
    with pytest.raises(ScenarioError) as raised:
        read_scenario(path.name)
    text = str(raised.value).lower()
    for jargon in ("pydantic", "http", "input should", "valid dictionary", "traceback", "none_type", "tuple"):
        assert jargon not in text
    assert all(fault.mend.endswith((".", "?")) for fault in raised.value.faults)


def test_there_are_at_least_forty_broken_files():
    assert len(FILES) >= 40
