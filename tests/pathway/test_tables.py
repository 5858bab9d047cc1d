"""The tables of a path: peaks, build, and what a run of a few days comes to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qhgrid.facts import read_facts
from qhgrid.pathway import run_path
from qhgrid.pathway.tables import Year, build_table, find_peak, number
from qhgrid.pathway.years import scenario_of_year
from qhgrid.scenario import check_scenario

FACTS = read_facts()
SHORT = ("horizon.start=2030-01-05", "horizon.end=2030-01-05")


@pytest.mark.parametrize(
    ("years", "emissions", "expected"),
    [
        ((2025, 2028, 2030), (1.0, 3.0, 2.0), (2028, True)),
        ((2025, 2028, 2030), (1.0, 2.0, 3.0), (2030, False)),
        ((2025, 2030, 2035), (1.0, 2.0, 3.0), (2035, False)),
        ((2025, 2030, 2035), (2.0, 2.0, 1.0), (2025, True)),
        ((2025, 2028), (1.0, 2.0), (2028, None)),
        ((2030, 2035), (2.0, 1.0), (2030, None)),
    ],
)
def test_a_peak_is_judged_only_where_the_path_reaches_2030(
    years: tuple[int, ...], emissions: tuple[float, ...], expected: tuple[int, bool | None]
) -> None:
    peak = find_peak(years, emissions)
    assert (peak.year, peak.passed) == expected


def test_what_is_built_adds_up_to_the_growth_of_the_fleet() -> None:
    plan = check_scenario("2030-plan", (), FACTS).scenario
    years = [Year(year, scenario_of_year(plan, year, FACTS), "", {}) for year in (2025, 2026, 2028, 2030)]
    table = build_table(years, FACTS)
    built = sum(number(v) * span for v, span in zip(table.row("total").values[1:], (1, 2, 2), strict=True))
    assert built == pytest.approx(16_500 - 7_900, abs=0.01)
    parts = [row for row in table.rows if row.key in FACTS.technologies]
    grades = [row for row in table.rows if row.key.startswith("grade_")]
    for place in range(1, 4):
        total = number(table.row("total").values[place])
        assert sum(number(row.values[place]) for row in parts) == pytest.approx(total)
        assert sum(number(row.values[place]) for row in grades) == pytest.approx(total)


def test_a_path_runs_each_year_once_and_writes_the_same_bytes_again(tmp_path: Path) -> None:
    seen: list[str] = []
    path = run_path("2030-plan", "2025,2030", SHORT, tmp_path, progress=seen.append)
    assert seen == ["2025", "2030"]
    assert path.peak.passed is None, "a day is not judged"
    before = {file.name: file.read_bytes() for file in sorted(path.folder.rglob("*")) if file.is_file()}
    assert {"path.json", "path.html", "path.xlsx"} <= set(before)
    runs = sorted(folder.stat().st_mtime_ns for folder in tmp_path.glob("2030-plan-20*"))
    again = run_path("2030-plan", "2025,2030", SHORT, tmp_path)
    assert {
        file.name: file.read_bytes() for file in sorted(again.folder.rglob("*")) if file.is_file()
    } == before
    assert sorted(folder.stat().st_mtime_ns for folder in tmp_path.glob("2030-plan-20*")) == runs, (
        "not run again"
    )
    content = json.loads(before["path.json"])
    assert [year["year"] for year in content["years"]] == [2025, 2030]
    capacity = next(table for table in content["tables"] if table["key"] == "path_capacity")
    total = next(row for row in capacity["rows"] if row["key"] == "total")
    assert total["values"] == pytest.approx([7_900, 16_500], abs=0.1)
