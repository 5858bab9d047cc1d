"""The validation page is what the figures files say; misses are printed, not hidden."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from qhgrid.backcast import HELD_OUT, YEARS, run_backcast, write_report
from qhgrid.backcast.compare import Check
from qhgrid.backcast.page import FIGURES, page_text, read_figures
from qhgrid.backcast.plots import Panel, draw
from qhgrid.backcast.tables import NAMES, cells, check_table, month_table
from qhgrid.errors import ReportError, ScenarioError
from qhgrid.facts import read_facts

DOCS = Path(__file__).parents[2] / "docs"
FACTS = read_facts()
FIGURES_OF_RUNS = read_figures(DOCS / "validation")


def test_the_page_and_its_plots_are_what_the_command_writes_from_the_figures(tmp_path):
    shutil.copytree(DOCS / "validation", tmp_path / "validation")
    for path in write_report(tmp_path):
        assert path.read_bytes() == (DOCS / path.relative_to(tmp_path)).read_bytes(), path.name


def test_the_figures_stand_on_the_tables_that_are_shipped():
    checksums = FACTS.checksums()
    for figures in FIGURES_OF_RUNS:
        assert figures["inputs"], "the inputs of a run are named"
        for name, digest in figures["inputs"].items():
            assert checksums[name] == digest, f"{figures['year']}: {name} changed; run the backcast again"


def test_every_year_and_every_check_is_there():
    assert [figures["year"] for figures in FIGURES_OF_RUNS] == list(YEARS)
    for figures in FIGURES_OF_RUNS:
        assert [check["key"] for check in figures["checks"]] == list(NAMES)
        assert figures["held_out"] == (figures["year"] in HELD_OUT)


def test_a_verdict_is_what_its_error_and_band_say():
    for figures in FIGURES_OF_RUNS:
        for check in figures["checks"]:
            if check["band_unit"] == "least":
                assert check["passed"] == (check["simulated"] >= check["band"]), check
            else:
                assert check["passed"] == (abs(check["error"]) <= check["band"]), check


def test_a_miss_is_printed_with_its_reason():
    figures = json.loads(json.dumps(FIGURES_OF_RUNS))
    figures[0]["checks"][0] |= {"error": -7.5, "passed": False}
    text = page_text(FACTS, figures)
    assert "**-7.5%**" in text
    assert f"* {YEARS[0]}, Hydro generation:" in text
    assert "the release rule leaves" in text


def test_the_page_says_what_it_does_not_show():
    text = page_text(FACTS, FIGURES_OF_RUNS)
    for words in (
        "is not an independent test",
        "(held out)",
        "303.8亿立方米",
        "Held out does not mean unseen",
    ):
        assert words in text, words
    for row in FACTS.calibration.values():
        assert f"`{row.id}`" in text


def test_a_missing_figures_file_is_named_with_the_command_that_makes_it(tmp_path):
    with pytest.raises(
        ReportError, match=r"2020.json: is no figures file of a backcast. Run `qhgrid backcast 2020"
    ):
        read_figures(tmp_path)
    (tmp_path / FIGURES.format(year=2020)).write_text("{", encoding="utf-8")
    with pytest.raises(ReportError, match=r"backcast-2020.json"):
        read_figures(tmp_path)


def test_a_year_that_is_not_published_is_refused():
    with pytest.raises(ScenarioError, match=r"2019 is no year of the backcast. Choose from: 2020, 2021"):
        run_backcast([2019])


def test_the_tables_of_a_year_print_published_and_simulated():
    table = check_table(FIGURES_OF_RUNS[0])
    assert table.row_keys == tuple(NAMES)
    assert set(table.column_keys) >= {"published", "simulated", "error", "band", "verdict"}
    months = month_table(FIGURES_OF_RUNS[0])
    assert months.row("hydro_published").values == tuple(FIGURES_OF_RUNS[0]["published"]["hydro"])


def test_a_check_is_printed_with_its_units():
    check = Check("level", 2590.0, 2592.5, "m", 2.5, 4.0, "m", passed=True)
    assert cells(vars(check)) == ("2590.00 m", "2592.50 m", "+2.5 m", "±4 m")
    rate = Check("pv_utilisation", 90.0, 88.0, "%", -2.0, 3.0, "points", passed=True)
    assert cells(vars(rate)) == ("90.0%", "88.0%", "-2.0 pp", "±3 pp")


def test_a_chart_leaves_gaps_where_nothing_is_known():
    svg = draw([Panel("x", [1.0, None, 3.0] + [None] * 9, [2.0] * 12)])
    assert svg.count("<circle") == 14
    assert svg == draw([Panel("x", [1.0, None, 3.0] + [None] * 9, [2.0] * 12)])
