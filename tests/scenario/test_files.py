"""Finding and reading scenario files: names, paths, and what cannot be a scenario."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from qhgrid.errors import ScenarioError
from qhgrid.scenario import list_scenarios, read_scenario
from qhgrid.scenario import tree as tree_module

SHIPPED = (
    "2025-base",
    "2030-dry-year",
    "2030-high-computing",
    "2030-no-new-corridors",
    "2030-plan",
    "2030-storage-late",
)


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def faults_of(name, *settings):
    with pytest.raises(ScenarioError) as raised:
        read_scenario(str(name), settings)
    return raised.value.faults


def only_fault(name, *settings):
    faults = faults_of(name, *settings)
    assert len(faults) == 1, faults
    return str(faults[0])


def test_the_six_shipped_scenarios_are_listed_without_their_base():
    assert list_scenarios() == SHIPPED


def test_a_shipped_scenario_is_found_by_name_in_any_folder():
    resolved = read_scenario("2030-dry-year")
    assert resolved.scenario.hydro.water_year == "dry"
    assert resolved.chain == ("base.yaml", "2030-plan.yaml", "2030-dry-year.yaml")


def test_a_file_of_that_name_comes_before_the_shipped_scenario():
    Path("2030-plan").write_text("extends: 2030-dry-year\nname: mine\n")
    assert read_scenario("2030-plan").scenario.name == "mine"


def test_a_folder_of_that_name_does_not_hide_the_shipped_scenario():
    Path("2030-plan").mkdir()
    assert read_scenario("2030-plan").scenario.name == "2030-plan"


def test_a_misspelt_name_gets_the_nearest_scenario():
    message = only_fault("2030-paln")
    assert message.startswith("2030-paln: there is no file and no shipped scenario '2030-paln'.")
    assert message.endswith("Did you mean '2030-plan'?")


def test_a_name_unlike_any_gets_the_list():
    assert "Use a path, or one of: 2025-base, 2030-dry-year" in only_fault("xyzzy")


def test_a_missing_file_gets_the_nearest_file_beside_it():
    Path("plan.yaml").write_text("extends: 2030-plan\n")
    assert only_fault("pln.yaml").endswith("the file 'pln.yaml' does not exist. Did you mean 'plan.yaml'?")


def test_a_missing_file_in_an_empty_folder_gets_the_shipped_scenarios():
    assert "Use a path, or one of: 2025-base" in only_fault("here/plan.yaml")


def test_a_folder_is_refused():
    Path("folder.yaml").mkdir()
    assert only_fault("folder.yaml") == (
        "folder.yaml: 'folder.yaml' is a folder, not a file. Give the path of a YAML file."
    )


def test_a_device_is_refused():
    os.mkfifo("pipe.yaml")
    assert "is a device, not a file" in only_fault("pipe.yaml")


def test_an_empty_name_is_refused():
    assert "is a folder, not a file" in only_fault("")


@pytest.mark.parametrize("name", ["x" * 5000, "x" * 300 + ".yaml", "nul\0.yaml", "a/" * 3000 + "b.yaml"])
def test_a_name_that_no_file_can_have_is_refused_with_a_short_message(name):
    assert len(only_fault(name)) < 500


def test_an_unreadable_file_is_refused(monkeypatch):
    Path("secret.yaml").write_text("extends: 2030-plan\n")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert only_fault("secret.yaml") == "secret.yaml: cannot be read: Permission denied. Make it readable."


def test_a_300_mb_file_is_refused_at_once():
    with Path("huge.yaml").open("wb") as stream:
        stream.truncate(300_000_000)
    begin = time.perf_counter()
    message = only_fault("huge.yaml")
    assert time.perf_counter() - begin < 0.1
    assert "huge.yaml: the file holds 300.0 MB, a scenario at most 1 MB" in message


def test_an_empty_file_is_refused():
    Path("empty.yaml").write_text("")
    assert "empty.yaml: the file says nothing. Write keys and values" in only_fault("empty.yaml")


def test_a_file_of_comments_is_refused():
    Path("comments.yaml").write_text("# to be written\n")
    assert "the file says nothing" in only_fault("comments.yaml")


def test_binary_garbage_is_refused_with_its_line():
    Path("noise.yaml").write_bytes(b"extends: 2030-plan\n\x93\xfa\x00\xff")
    assert only_fault("noise.yaml").startswith("noise.yaml:2: byte 20 of the file (0x93) is not UTF-8 text.")


def test_a_nul_character_is_refused_with_its_line():
    Path("nul.yaml").write_bytes(b"extends: 2030-plan\nname: a\x00b\n")
    assert only_fault("nul.yaml").startswith("nul.yaml:2: the character U+0000 is not text.")


def test_a_gbk_file_is_refused():
    Path("gbk.yaml").write_bytes("title: {zh: 规划}\n".encode("gbk"))
    assert "is not UTF-8 text. Save the file as UTF-8 text." in only_fault("gbk.yaml")


def test_a_utf_16_file_is_refused():
    Path("wide.yaml").write_text("extends: 2030-plan\n", encoding="utf-16")
    assert only_fault("wide.yaml") == "wide.yaml:1: the text is UTF-16. Save the file as UTF-8 text."


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated():
    Path("windows.yaml").write_bytes("\ufeffextends: 2030-plan\r\nname: windows\r\n".encode())
    assert read_scenario("windows.yaml").scenario.name == "windows"


def test_every_line_indented_with_a_tab_is_named():
    Path("tabs.yaml").write_text("hydro:\n\twater_year: dry\n\tinitial_level: 0.5\n\t# a comment\n\t\n")
    assert [fault.where for fault in faults_of("tabs.yaml")] == ["tabs.yaml:2", "tabs.yaml:3"]


def test_aliases_that_multiply_are_refused_at_once():
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    Path("bomb.yaml").write_text("\n".join(lines))
    begin = time.perf_counter()
    assert "more than 20000 values" in only_fault("bomb.yaml")
    assert time.perf_counter() - begin < 0.5


def test_an_anchor_that_holds_itself_is_refused():
    Path("self.yaml").write_text("a: &a [*a]\n")
    assert "*a has no anchor &a above it" in only_fault("self.yaml")


def test_an_anchor_may_be_used_twice():
    text = "extends: 2030-plan\ntitle: {zh: &name 两用, en: *name}\n"
    Path("anchor.yaml").write_text(text)
    assert read_scenario("anchor.yaml").scenario.title.en == "两用"


def test_an_alias_as_a_key_is_refused():
    Path("key.yaml").write_text("a: &a x\n*a : 1\n")
    assert "an alias stands where a key belongs" in only_fault("key.yaml")


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- "])
def test_nesting_without_end_is_refused_at_once(bracket):
    Path("deep.yaml").write_text("a: " * (bracket == "[") + bracket * 100_000)
    begin = time.perf_counter()
    assert "more than 32 levels of nesting" in only_fault("deep.yaml")
    assert time.perf_counter() - begin < 2.0


def test_a_very_long_number_is_refused_without_delay():
    Path("long.yaml").write_text(
        f"extends: 2030-plan\ndemand: {{energy: {'1' * 500_000}}}\nyear: {'2' * 5000}\n"
    )
    begin = time.perf_counter()
    messages = [str(fault) for fault in faults_of("long.yaml")]
    assert time.perf_counter() - begin < 0.5
    assert all(len(message) < 500 for message in messages)


def is_faulty_yaml(path):
    """Whether the fault of a broken file is in its YAML, so that it is placed without a key."""
    return ": " not in path.read_text(encoding="utf-8").removeprefix("# expect: ").split(" | ")[0]


def test_messages_and_values_are_the_same_with_and_without_the_c_reader(monkeypatch):
    folder = Path(__file__).parent / "broken"
    monkeypatch.chdir(folder)
    files = sorted(path.name for path in folder.glob("*.yaml") if is_faulty_yaml(path))
    assert len(files) >= 12
    fast = [[str(fault) for fault in faults_of(name)] for name in files]
    plan = read_scenario("2030-plan").text
    monkeypatch.delattr(tree_module.yaml, "CSafeLoader", raising=False)
    assert [[str(fault) for fault in faults_of(name)] for name in files] == fast
    assert read_scenario("2030-plan").text == plan
