"""The resolved scenario: its text reads back, its digest is stable, and its schema is the one committed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
import yaml
from pydantic import ValidationError

from qhgrid.scenario import Scenario, check_scenario, json_schema, list_scenarios, read_scenario
from qhgrid.scenario.files import BASE
from qhgrid.scenario.resolved import canonical_text
from qhgrid.scenario.schema import SCHEMA_FILE, json_schema_text
from qhgrid.scenario.words import PATTERNS, TOP_KEYS, TRANSLATIONS
from qhgrid.shipped import scenarios_folder

ALL_FILES = (BASE, *list_scenarios())


@pytest.mark.parametrize("name", list_scenarios())
def test_the_resolved_text_reads_back_to_an_equal_scenario(name, tmp_path):
    resolved = read_scenario(name)
    copy = tmp_path / "copy.yaml"
    copy.write_text(resolved.text, encoding="utf-8")
    again = read_scenario(str(copy))
    assert again.scenario == resolved.scenario
    assert again.text == resolved.text
    assert again.digest == resolved.digest
    assert again.chain == ("copy.yaml",)


def test_the_resolved_text_of_odd_words_reads_back(tmp_path):
    odd = [
        "yes",
        "1e5",
        "10-15",
        "007",
        "null",
        "a: b",
        "- x",
        "2030-01-01",
        "'",
        "# no comment",
        "多行\n文字",
        "1.5",
    ]
    resolved = read_scenario("2030-plan")
    for word in odd:
        titled = resolved.scenario.model_copy(
            update={"title": resolved.scenario.title.model_copy(update={"zh": word})}
        )
        copy = tmp_path / "copy.yaml"
        copy.write_text(canonical_text(titled), encoding="utf-8")
        assert read_scenario(str(copy)).scenario.title.zh == word


def test_the_order_of_keys_in_a_file_does_not_change_the_digest(tmp_path):
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("extends: 2030-plan\nfleet: {scale: {pv: 1.1, wind: 1.2}}\nyear: 2030\n")
    second.write_text("year: 2030\nfleet: {scale: {wind: 120 %, pv: 1.10}}\nextends: 2030-plan\n")
    assert read_scenario(str(first)).digest == read_scenario(str(second)).digest


def test_the_same_quantity_in_another_unit_does_not_change_the_digest():
    plan = read_scenario("2030-plan")
    assert read_scenario("2030-plan", ["targets.capacity_total=165 GW"]).digest == plan.digest
    assert read_scenario("2030-plan", ["targets.capacity_total=166 GW"]).digest != plan.digest


def test_percent_is_read_without_the_dust_of_binary_fractions():
    assert read_scenario("2030-plan").scenario.grid.line_loading == 0.7


def test_the_text_is_in_base_units_in_the_order_of_the_schema():
    text = read_scenario("2030-plan").text
    data = yaml.safe_load(text)
    assert list(data) == [key for key in Scenario.model_fields if key in data]
    assert data["targets"]["capacity_total"] == "165000 MW"
    assert list(data["corridors"]) == sorted(data["corridors"])


def test_the_digest_does_not_depend_on_the_hash_seed():
    code = "from qhgrid.scenario import read_scenario; print(read_scenario('2030-storage-late').digest)"
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert digests == {read_scenario("2030-storage-late").digest + "\n"}


def test_a_check_takes_less_than_0_4_s_and_loads_no_heavy_library():
    code = (
        "import sys, time\n"
        "from qhgrid.scenario import check_scenario\n"
        "check_scenario('2030-plan')\n"
        "print([m for m in ('pandas', 'numpy', 'xarray', 'pypsa', 'netCDF4') if m in sys.modules])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
    begin = time.perf_counter()
    check_scenario("2030-plan")
    assert time.perf_counter() - begin < 0.4


def test_the_committed_schema_is_up_to_date():
    committed = (scenarios_folder() / SCHEMA_FILE).read_text(encoding="utf-8")
    assert committed == json_schema_text(), "run: qhgrid schema > scenarios/scenario.schema.json"


def test_the_schema_knows_every_key_and_requires_none():
    schema = json_schema()
    assert set(schema["properties"]) == set(TOP_KEYS)
    assert '"required"' not in json_schema_text()
    assert "亿千瓦" in schema["$defs"]["Targets"]["properties"]["capacity_total"]["description"]


@pytest.mark.parametrize("name", ALL_FILES)
def test_a_shipped_file_satisfies_the_schema_and_names_it(name):
    text = (scenarios_folder() / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema={SCHEMA_FILE}\n")
    data = json.loads(json.dumps(yaml.safe_load(text), default=str))
    jsonschema.Draft202012Validator(json_schema()).validate(data)


@pytest.mark.parametrize(
    "data",
    [
        {"corridors": {"qingyu": {"p_nom": 8000}}},
        {"corridors": {"qingyu": {"p_nom": "8000 MWh"}}},
        {"corridor": {}},
        {"hydro": {"water_year": "drry"}},
        {"grid": {"line_loading": "70 MW"}},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(data):
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(data)


@pytest.mark.parametrize("name", list_scenarios())
def test_a_shipped_scenario_is_ten_to_forty_lines_long(name):
    lines = (scenarios_folder() / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    assert 10 <= len(lines) <= 40


def test_every_kind_of_schema_error_has_words():
    """Walk pydantic's own schema and ask for words for each error that its parts can raise."""
    raised = {
        "model": {"model_type"},
        "dict": {"dict_type"},
        "tuple": {"tuple_type"},
        "str": {"string_type", "string_too_short", "string_pattern_mismatch"},
        "int": {"int_type", "greater_than_equal", "less_than_equal"},
        "float": {"float_type", "finite_number", "greater_than_equal", "less_than_equal"},
        "bool": {"bool_type"},
        "literal": {"literal_error"},
        "enum": {"enum"},
        "date": set(),
        "function-before": {"refused"},
        "function-after": set(),
        "model-fields": set(),
        "model-field": set(),
        "default": set(),
        "nullable": set(),
        "definitions": set(),
        "definition-ref": set(),
        "union": set(),
        "function-plain": set(),
        "ser": set(),
    }
    kinds = set(_kinds(Scenario.__pydantic_core_schema__))
    unknown = {kind for kind in kinds if kind not in raised and not kind.startswith("function")}
    assert unknown == set()
    assert set().union(*(raised.get(kind, set()) for kind in kinds)) <= set(TRANSLATIONS)


def _kinds(schema):
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str) and schema["type"] != "no-info":
            yield schema["type"]
        for key, value in schema.items():
            if key not in ("serialization", "metadata", "expected", "members"):
                yield from _kinds(value)
    elif isinstance(schema, list | tuple):
        for item in schema:
            yield from _kinds(item)


def test_every_pattern_of_the_schema_has_words():
    patterns = {
        value
        for definition in [Scenario.model_json_schema(), *Scenario.model_json_schema()["$defs"].values()]
        for field in definition.get("properties", {}).values()
        for key, value in field.items()
        if key == "pattern" and not value.startswith(r"^\s*")
    }
    assert patterns == set(PATTERNS)


def test_a_scenario_cannot_be_changed_afterwards():
    with pytest.raises(ValidationError):
        read_scenario("2030-plan").scenario.year = 2031


def test_the_shipped_folder_holds_nothing_but_scenarios_and_their_schema():
    names = {path.name for path in scenarios_folder().iterdir() if not path.name.startswith(".")}
    assert names == {SCHEMA_FILE, *(f"{name}.yaml" for name in ALL_FILES)}


def test_the_plan_says_what_the_plan_says():
    scenario = read_scenario("2030-plan").scenario
    assert scenario.targets.capacity_total == 165_000
    assert scenario.targets.capacity_clean == 150_000
    assert scenario.demand.energy == 148_500_000
    assert {name: c.contract for name, c in scenario.corridors.items()} == {
        "qinggui": 36_500_000,
        "qingyu": 40_000_000,
        "qingyue": 36_000_000,
    }
    assert all(c.in_service and c.price == 300 for c in scenario.corridors.values())
    assert Path(read_scenario("2030-plan").chain[0]).name == "base.yaml"
