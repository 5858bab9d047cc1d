"""Tables of demand, from a dispatch whose numbers can be worked out, and from arrays written by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qhgrid.dispatch import solve
from qhgrid.facts import read_facts
from qhgrid.indicators.demand_tables import _matched, demand_drivers, demand_tables
from qhgrid.indicators.measuring import open_ledger
from qhgrid.scenario import read_scenario
from tests.network.sunny import sunny, sunny_facts, sunny_scenario
from tests.network.systems import by_id, demand_row

ROWS = by_id(
    demand_row("base", 876_000.0),
    demand_row("aluminium", 438_000.0),
    demand_row("computing", 876_000.0),
    demand_row("electrolysis", 438_000.0),
)
"""100 MW of base and of computing, 50 of aluminium and of electrolysis."""
CHANGES = {
    "flexibility": {
        "smallest": "0 MW",
        "virtual_power_plant": {"down": 0.1, "up": 0.1, "duration": "2 h", "loss": 0.1, "calls": 182.5},
        "interruptible": {"aluminium": {"share": 0.1, "price": "1 CNY/MWh"}},
    },
    "computing": {
        "workloads": {
            "training": {"share": 0.5, "shiftable": 0.4, "deadline": "6 h"},
            "rest": {"share": 0.5},
        },
        "migration": 0.05,
        "migration_price": "1 CNY/MWh",
    },
    "hydrogen": {"is_on": True, "efficiency": 0.6, "reuse_share": 0.2},
}
"""One call of the virtual power plant in two days; cuts and moves as cheap as can be."""


@pytest.fixture(scope="module")
def tables():
    dispatch = solve(sunny(ROWS, **CHANGES), method="exact")
    ledger = open_ledger(
        dispatch.to_dataset(), sunny_scenario(**CHANGES), sunny_facts(ROWS), dispatch.objective
    )
    return {table.key: table for table in demand_tables(ledger)}


def test_a_table_has_rows_where_the_run_has_such_demand(tables):
    empty = {key for key, table in tables.items() if not table.rows}
    assert empty == {"salt_lake_match"}
    assert {"demand_by_class", "demand_drivers", "flexible_load", "hydrogen", "computing"} < set(tables)


def test_a_class_draws_what_it_asked_for_less_what_was_cut_plus_rebound(tables):
    """Aluminium: 2400 MWh less 5 MW in each of 24 night hours; base: 4800 MWh plus a rebound of 0.1."""
    table = tables["demand_by_class"]
    assert table.number("aluminium", "requested") == pytest.approx(0.024)
    assert table.number("aluminium", "cut") == pytest.approx(0.0012, rel=1e-5)
    assert table.number("aluminium", "drawn") == pytest.approx(0.0228, rel=1e-5)
    rebound = table.number("base", "drawn") - table.number("base", "requested")
    assert rebound == pytest.approx(0.1 * table.number("base", "moved"), rel=1e-4)


def test_one_call_is_one_band_for_its_duration(tables):
    """Base and other: 75 MW in xining, a tenth of it for 2 h."""
    table = tables["flexible_load"]
    assert table.number("xining_virtual_power_plant", "put_off") * 1e5 == pytest.approx(15.0, rel=1e-4)
    assert table.number("xining_virtual_power_plant", "caught_up") * 1e5 == pytest.approx(16.5, rel=1e-4)
    assert table.number("xining_virtual_power_plant", "hours") == pytest.approx(2.0, rel=1e-4)
    assert table.number("hainan_computing_shift", "down") == pytest.approx(2.0)


def test_computing_asked_for_is_done_here_or_moved_away(tables):
    """Work that moves goes by night only, 5 MW of 100: 24 h of 48, 2.5 % of all."""
    table = tables["computing"]
    assert table.number("hainan", "requested") == pytest.approx(0.048)
    assert table.number("hainan", "share") == pytest.approx(2.5, rel=1e-4)
    assert table.number("hainan", "difference") == pytest.approx(0.0, abs=1e-9)
    assert table.number("hainan", "put_off") > 0


def test_hydrogen_made_is_used_reused_or_held(tables):
    """2400 MWh at 0.6 are 1440 MWh, or 43.2 t, if none is used again."""
    table = tables["hydrogen"]
    assert table.number("hainan", "used") * 1e4 == pytest.approx(1440 / 33.33, rel=1e-6)
    assert table.number("hainan", "difference") == pytest.approx(0.0, abs=1e-9)
    made, used, again = (table.number("hainan", key) for key in ("made", "used", "reused"))
    assert made == pytest.approx(used + again + table.number("hainan", "stored"), rel=1e-6)
    assert table.number("hainan", "power") * 1e5 == pytest.approx(again * 1e4 * 33.33 * 0.5, abs=1e-3)


def test_finer_matching_is_never_better():
    """Need 1 each hour, 2 in every other: all of it over two hours, half of it by the hour."""
    need, have = np.ones(4), np.array([2.0, 0.0, 2.0, 0.0])
    assert _matched(need, have, np.zeros(4, dtype=int)) == 100.0
    assert _matched(need, have, np.arange(4)) == 50.0
    assert _matched(need, 2 * have, np.arange(4)) == 50.0
    assert _matched(np.zeros(4), have, np.arange(4)) is None


@pytest.mark.parametrize("level", ["low", "central", "high"])
def test_the_drivers_add_up_to_the_total_and_the_residual_comes_last(level):
    facts = read_facts()
    scenario = read_scenario("2030-plan", [f"demand.level={level}"], facts).scenario
    results = solve(sunny(ROWS), method="exact").to_dataset()
    ledger = replace(open_ledger(results, scenario, facts, 0.0))
    table = demand_drivers(ledger)
    whole = facts.demand_energy(2030, level) / 1e5
    assert sum(table.number(key, "energy") for key in table.row_keys) == pytest.approx(whole)
    assert sum(table.number(key, "share") for key in table.row_keys) == pytest.approx(100.0)
    assert table.row_keys[-1] == "other.residual"
    assert table.rows[-1].bold
