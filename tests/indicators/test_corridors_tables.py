"""Tables of corridors and ties by hand."""

from dataclasses import replace

import numpy as np
import pytest

from qhgrid.indicators import corridors_tables as tables
from qhgrid.indicators.measuring import open_ledger
from tests.indicators import systems
from tests.report.test_corridor_page import stepped_results


def cells(table, row):
    (found,) = (one for one in table.rows if one.key == row)
    return dict(zip((column.key for column in table.columns), found.values, strict=True))


def ledger_of(results=None, facts=None):
    results = systems.two_days() if results is None else results
    return open_ledger(results, systems.scenario(), facts or systems.facts(), systems.OBJECTIVE)


def test_the_receiving_price_is_weighted_by_what_arrives(ledger):
    assert cells(tables.corridor_table(ledger), "qingyu")["price"] == pytest.approx(350.0)
    results = systems.two_days()
    dear = results["generator_marginal_cost"].copy()
    dear.loc[{"generator": "qingyu sale"}] = np.where(results["snapshot"].dt.hour < 12, -100.0, -400.0)
    priced = ledger_of(results.assign(generator_marginal_cost=dear))
    morning, evening = 0.95 * (400 * 4 + 200 * 8), 0.95 * (400 * 6 + 200 * 6)
    (use,) = priced.corridor_uses
    assert use.price == pytest.approx((100 * morning + 400 * evening) / (morning + evening))


def test_months_add_up_to_the_whole(ledger):
    table = tables.month_table(ledger)
    whole = cells(tables.corridor_table(ledger), "qingyu")
    keys = [row.key for row in table.rows]
    assert keys == ["qingyu_m01", "qingyu_m02"]
    months = [cells(table, key) for key in keys]
    for name in ("received", "contract"):
        assert sum(month[name] for month in months) == pytest.approx(whole[name])
    for month in months:
        assert month["difference"] == pytest.approx(month["received"] - month["contract"])
        assert month["maximum"] == 40.0
        assert month["mean_power"] == pytest.approx((400 * 10 + 200 * 14) / 24 / 10)


def test_the_clean_share_by_flows_takes_the_mix_of_the_sending_bus(ledger):
    row = cells(tables.clean_table(ledger), "qingyu")
    assert 0.0 < row["clean_share_flow"] <= 100.0
    assert row["clean_share_base"] is None
    assert row["design"] == 85.0


def test_the_base_counts_what_its_plants_burn_against_what_was_sent():
    """Coal of 7200 MWh a day against 6800 sent: nothing clean is left; with a tenth of it, 89.4 %."""
    facts = systems.facts()
    coal = replace(facts.fleet["geermu"], corridor="qingyu")
    results = systems.two_days()
    names = np.where(results["generator"] == "geermu", "qingyu", results["generator_corridor"])
    results = results.assign(generator_corridor=("generator", names.astype(object)))
    based = ledger_of(results, replace(facts, fleet=facts.fleet | {"geermu": coal}))
    assert based.corridor_uses[0].clean_share_base == 0.0
    row = cells(tables.base_table(based), "qingyu_coal")
    assert row["generation"] == pytest.approx(14_400 / 1e5)
    assert row["of_sent"] == pytest.approx(100 * 7200 / 6800)
    tenth = results["generator_p"].where(results["generator"] != "geermu", results["generator_p"] / 10)
    little = ledger_of(
        results.assign(generator_p=tenth), replace(facts, fleet=facts.fleet | {"geermu": coal})
    )
    assert little.corridor_uses[0].clean_share_base == pytest.approx(1 - 720 / 6800)


def test_steps_are_counted_by_day_and_hold(ledger):
    """Four changes in two days, two on each; 8, 10, 14, 10 and 6 hours."""
    stepped = ledger_of(stepped_results())
    row = cells(tables.step_table(stepped), "qingyu")
    assert (row["changes"], row["changes_per_day"], row["most_changes"]) == (4.0, 2.0, 2.0)
    assert row["shortest_hold"] == 8.0
    assert row["mean_hold"] == pytest.approx(48 / 5)
    assert row["moved"] == pytest.approx(2 * 200 / 1e5)
    assert row["multiplier"] == 12.5
    assert tables.step_table(ledger).rows == ()


def test_what_the_steps_cost_is_the_run_less_the_free_one(ledger):
    stepped = ledger_of(stepped_results())
    assert cells(tables.step_cost_table(stepped), "extra")["cost"] == pytest.approx(0.02)
    assert tables.steps_cost(ledger) is None
    assert tables.step_cost_table(ledger).rows == ()


def test_a_tie_shows_what_it_brings_by_night_and_takes_by_day(ledger):
    """240 MWh a day before dawn, 160 MWh a day at noon."""
    row = cells(tables.tie_table(ledger), "gansu")
    assert (row["imported"], row["imported_night"]) == pytest.approx((480 / 1e5, 480 / 1e5))
    assert (row["exported"], row["exported_day"]) == pytest.approx((320 / 1e5, 320 / 1e5))
    assert row["net"] == pytest.approx(160 / 1e5)
    assert (row["paid"], row["earned"]) == (pytest.approx(400.0), pytest.approx(200.0))
