"""Assumptions are turned one at a time, and ranked by what that moves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qhgrid.facts import read_facts
from qhgrid.indicators import TargetResult
from qhgrid.scenario import Scenario, check_scenario
from qhgrid.scenario.fleet import counted_fleet
from qhgrid.sensitivity import assumed_facts, assumed_values, brief, plain_table, rank_assumptions
from qhgrid.sensitivity.assumed import Assumed
from qhgrid.sensitivity.outcome import Outcome
from qhgrid.sensitivity.ranking import moved, ranked, ranking_table

FACTS = read_facts()
DAY = ("horizon.start=2030-01-05", "horizon.end=2030-01-05")
ASSUMED = Assumed("thermal.coal_price", "煤价", "coal price", 900.0, 800.0, 1000.0, "元/tce", "estimate")


def plan(*overrides: str) -> Scenario:
    return check_scenario("2030-plan", overrides, FACTS).scenario


def target(key: str, value: float | None, threshold: float | None = None) -> TargetResult:
    passed = None if value is None or threshold is None else value >= threshold
    return TargetResult(
        key, key, key, key, "one", "", "", value, threshold, "%", None, passed, is_chosen=True
    )  # fmt: skip


def outcome(cost: float = 0.0, **values: tuple[float | None, float | None]) -> Outcome:
    return Outcome({key: target(key, *pair) for key, pair in values.items()}, cost, "exact", 0.0)


def test_setting_an_assumption_is_the_same_as_setting_the_value_on_the_command_line() -> None:
    for one in assumed_values(plan()):
        for end in one.ends():
            unit = "" if one.unit in ("1", "%") else f" {one.unit}"
            written = f"{end / 100 if one.unit == '%' else end:.12g}{unit}"
            turned, facts = one.at(end, plan(), FACTS)
            asked = plan(f"{one.key}={written}", f"assumptions.{one.key}.value={end}")
            assert facts is FACTS
            assert turned.model_copy(update={"assumptions": ()}) == asked.model_copy(
                update={"assumptions": ()}
            )


def test_an_assumed_row_is_turned_in_the_facts_and_nowhere_else() -> None:
    row = next(one for one in assumed_facts(FACTS) if one.key == "fleet.a_pv_tala")
    scenario, facts = row.at(row.low, plan(), FACTS)
    before = {plant.id: plant.p_nom for plant in counted_fleet(scenario, FACTS)}
    after = {plant.id: plant.p_nom for plant in counted_fleet(scenario, facts)}
    assert {id for id in before if before[id] != after[id]} == {"a_pv_tala"}
    assert after["a_pv_tala"] == row.low


def test_every_assumed_row_has_its_value_inside_its_range() -> None:
    rows = assumed_facts(FACTS)
    assert len(rows) > 50
    assert all(row.low <= row.value <= row.high for row in rows)


def test_an_end_that_is_the_value_is_not_run() -> None:
    assert replace(ASSUMED, low=900.0).ends() == (1000.0,)
    assert replace(ASSUMED, is_set=False).ends() == ()


def test_movement_is_the_spread_per_threshold_of_the_target_that_moves_most() -> None:
    base = outcome(a=(90.0, 80.0), b=(4.0, None), c=(None, 50.0))
    cases = {800.0: outcome(a=(88.0, 80.0), b=(4.0, None)), 1000.0: outcome(a=(92.0, 80.0), b=(4.1, None))}
    found = moved(ASSUMED, cases, base)
    assert (found.target, found.flips) == ("a", ())
    assert found.movement == pytest.approx(4.0 / 80.0)


def test_what_turns_a_verdict_comes_first_and_what_moves_nothing_last() -> None:
    base = outcome(a=(81.0, 80.0))
    turning = moved(replace(ASSUMED, key="z"), {800.0: outcome(a=(79.0, 80.0))}, base)
    strong = moved(replace(ASSUMED, key="y"), {800.0: outcome(a=(99.0, 80.0))}, base)
    still = moved(replace(ASSUMED, key="x"), {800.0: outcome(a=(81.0, 80.0))}, base)
    assert [one.assumed.key for one in ranked([still, strong, turning])] == ["z", "y", "x"]
    assert turning.flips == ("a",)
    assert still.target == ""
    table = ranking_table(ranked([still, strong, turning]), base)
    assert table.cell("y", "movement") == pytest.approx(22.5)
    assert table.cell("z", "flips") == "a"
    assert table.row_keys == brief(table).row_keys


def test_the_plain_list_needs_no_run() -> None:
    table = plain_table(assumed_values(plan()))
    assert len(table.rows) == len(plan().assumptions)
    assert table.cell("thermal.coal_price", "high") == 1000


@pytest.fixture
def few_assumptions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep two assumptions, one that can be screened and one that cannot (losses change the matrix)."""
    from qhgrid.sensitivity import run

    kept = ("ties.gansu.import_limit", "corridors.qingyu.loss")
    monkeypatch.setattr(
        run, "assumed_values", lambda case: [one for one in assumed_values(case) if one.key in kept]
    )


@pytest.mark.usefixtures("few_assumptions")
def test_a_ranking_keeps_each_case_and_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qhgrid.sensitivity import run

    seen: list[str] = []
    first = rank_assumptions("2030-plan", DAY, tmp_path, progress=seen.append)
    assert sorted(seen) == ["corridors.qingyu.loss", "ties.gansu.import_limit"]
    before = {file.name: file.read_bytes() for file in sorted(first.folder.rglob("*")) if file.is_file()}
    assert {"assumptions.html", "assumptions.xlsx", "assumptions.json"} <= set(before)
    assert len(list((first.folder / "cases").iterdir())) == 5
    loss = json.loads((first.folder / "cases" / "corridors.qingyu.loss=5.0.json").read_text(encoding="utf-8"))
    assert loss["method"] == "exact"

    def refuse(*args: object) -> None:
        raise AssertionError("a case that is kept was run again")

    monkeypatch.setattr(run, "exact_case", refuse)
    monkeypatch.setattr(run, "screened_case", refuse)
    again = rank_assumptions("2030-plan", DAY, tmp_path)
    assert again.table == first.table
    assert {
        file.name: file.read_bytes() for file in sorted(again.folder.rglob("*")) if file.is_file()
    } == before
