"""Every shipped table, row by row: source, unit, range, columns with units, words of the plan."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest

from qhgrid.facts import PREFECTURES, read_facts
from qhgrid.facts.parse import SERIES_COLUMNS
from qhgrid.facts.read import TABLES
from qhgrid.shipped import data_folder
from qhgrid.sourced import Confidence
from qhgrid.units import BASE_UNITS, UNITS

FILES = sorted([*data_folder().glob("*.csv"), *(data_folder() / "projects").glob("*.csv")])
PRINCIPAL = ("value", "low", "high")


def _records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _meanings() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["table"], row["column"]): row for row in _records(data_folder() / "columns.csv")}


def test_each_file_is_a_known_table():
    assert {path.stem for path in FILES} - {"columns"} <= set(TABLES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_are_utf8_without_mark_and_end_lines_alike(path):
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert "\ufffd" not in data.decode("utf-8")
    assert b"\r" not in data
    assert data.endswith(b"\n")


@pytest.mark.parametrize("path", [p for p in FILES if p.stem != "columns"], ids=lambda path: path.stem)
def test_each_row_has_id_unit_source_confidence_and_range(path):
    rows = _records(path)
    assert rows
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert len(row["source"]) >= 4, row["id"]
        assert row["unit"] in UNITS, row["id"]
        assert row["confidence"] in set(Confidence), row["id"]
        assert row["name_zh"], row["id"]
        assert row["name_en"], row["id"]
        if row["confidence"] == Confidence.ASSUMED and (row["value"] or path.stem == "cell_sources"):
            assert float(row["low"]) < float(row["high"]) or float(row["value"]) == 0, row["id"]


@pytest.mark.parametrize("path", [p for p in FILES if p.stem != "columns"], ids=lambda path: path.stem)
def test_each_numeric_column_has_a_unit_and_a_meaning(path):
    meanings = _meanings()
    hints = get_type_hints(TABLES[path.stem])
    numeric = {name for name, hint in hints.items() if hint in (int, float, float | None)} - set(PRINCIPAL)
    numeric |= {column for name, columns in SERIES_COLUMNS.items() if name in hints for column in columns}
    for column in sorted(numeric):
        meaning = meanings.get((path.stem, column))
        assert meaning is not None, f"{path.stem}.{column} is not in columns.csv"
        assert meaning["unit"] in UNITS
        assert meaning["meaning_zh"]
        assert meaning["meaning_en"]


def test_the_table_of_columns_names_columns_that_exist():
    headers = {path.stem: set(_records(path)[0]) for path in FILES if path.stem != "columns"}
    for table, column in _meanings():
        if table in headers:
            assert column in headers[table], f"{table}.{column}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_number_is_finite(path):
    for row in _records(path):
        for column, text in row.items():
            if _is_number(text):
                assert math.isfinite(float(text)), f"{row}: {column}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_sources_are_original_ones(path):
    """No table cites a scratch file, a local path or a memory."""
    text = path.read_text(encoding="utf-8")
    for word in ("/work", "/tmp", "/home", "model knowledge", "FACTS.md", "GitHub file id", "TODO"):
        assert word not in text, word


def test_figures_are_held_in_base_units(facts):
    for table in TABLES:
        for row in getattr(facts, table).values():
            assert row.unit in BASE_UNITS.values(), f"{table}: {row.id}: {row.unit}"
    assert facts.targets["TGT-01"].value == 165_000.0
    assert facts.targets["TGT-01"].unit == "MW"
    assert facts.targets["TGT-03"].value == pytest.approx(0.8)
    assert facts.targets["TGT-13-energy"].value == pytest.approx(5000e8)


def test_an_assumed_cost_comes_with_its_range_and_mark(facts):
    cost = facts.cost("battery", "capex_energy")
    assert (cost.value, cost.low, cost.high) == pytest.approx((550.0, 450.0, 750.0))
    assert cost.unit in UNITS
    assert cost.mark == "假设"
    assert facts.cost("coal", "capex").mark == ""


def test_each_cost_stands_once_under_its_item_and_parameter(facts):
    for row in facts.costs.values():
        assert row.id == f"{row.item}.{row.parameter}"
        assert facts.cost(row.item, row.parameter).value == row.value


def test_the_quotes_of_the_governing_documents_carry_their_line(facts):
    for row in facts.plan_quotes.values():
        assert re.fullmatch(r"[AB]\d+", row.line)
        assert row.text
        assert row.line in row.id


def test_each_target_is_quoted_from_the_line_it_names(facts):
    for target in facts.targets.values():
        lines = {row.line for row in facts.plan_quotes.values() if target.quote in row.text}
        assert target.line in lines, target.id
        assert target.line[1:] in target.source


def test_the_quotas_of_prefectures_and_sectors_both_add_up_to_1350_billion(facts):
    """2500 + 3·2000 + 2·1500 + 2·1000 = 13 500 亿元, twice; energy is 5000 of it."""
    for prefix in ("TGT-12-", "TGT-13-"):
        total = sum(row.value for id, row in facts.targets.items() if id.startswith(prefix))
        assert total == pytest.approx(13_500e8)
    assert {id[7:] for id in facts.targets if id.startswith("TGT-12-")} == set(PREFECTURES)


def test_a_plan_verb_stands_behind_each_grade(facts):
    """建成 is G5, 开工 is G3, 谋划 and 争取纳规 are G1."""
    verbs = {"G5": ("建成",), "G3": ("开工建设",), "G1": ("谋划", "积极争取")}
    for table in (facts.fleet, facts.corridors, facts.hydro_plants):
        for row in table.values():
            if row.quote and row.grade in verbs:
                assert row.quote.startswith(verbs[row.grade]), row.id


def test_classes_are_those_of_the_plan(facts):
    clean = {id for id, row in facts.technologies.items() if row.is_clean}
    assert clean == {"hydro", "pv", "wind", "csp", "biomass", "geothermal", "nuclear", "waste_heat"}
    assert {id for id, row in facts.technologies.items() if row.is_new_energy} == {"pv", "wind", "csp"}
    storage = {id for id, row in facts.technologies.items() if row.is_storage}
    assert storage == {"pumped_storage", "battery", "laes", "compressed_air", "flywheel", "heat_storage"}
    assert not clean & storage


def test_reading_takes_no_heavy_library_and_little_time():
    import subprocess
    import sys

    code = (
        "import sys, qhgrid.facts, time; start = time.perf_counter(); qhgrid.facts.read_facts();"
        "print(time.perf_counter() - start, {'numpy', 'pandas', 'pydantic'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, _, heavy = result.stdout.partition(" ")
    assert heavy.strip() == "set()"
    assert float(seconds) < 1.0


def test_each_table_is_a_field_of_the_facts():
    names = {field.name for field in fields(read_facts())}
    assert set(TABLES) == names - {"folder", "file_checksums", "project_bundles"}
