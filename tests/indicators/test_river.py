"""The river of the shipped plan after two summer days: tables against the hourly results."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from qhgrid.dispatch import ElasticPrices, solve
from qhgrid.facts import read_facts
from qhgrid.indicators import find_table, measure
from qhgrid.indicators.river import River, levels, water_residuals
from qhgrid.network import build
from qhgrid.report import RunInfo, build_document
from qhgrid.scenario import read_scenario

DAY = ("horizon.start=2030-06-30", "horizon.end=2030-07-01", "hydro.initial_levels={longyangxia: 2590 m}")


@cache
def run():
    """Return results, scenario, facts and indicators of two days, solved once for all tests."""
    scenario, facts = read_scenario("2030-plan", DAY).scenario, read_facts()
    prices = ElasticPrices(shed=scenario.elastic.shed_price, dump=scenario.elastic.dump_price)
    found = solve(build(scenario), elastic=prices)
    results = found.to_dataset()
    return results, scenario, facts, measure(results, scenario, facts, found.objective, found.shortages)


def table(key):
    return find_table(run()[3].tables, key)


def test_the_balance_of_water_closes():
    balance = table("river_balance")
    inflow = balance.number("inflow", "volume")
    assert inflow == pytest.approx(1120.0 * 48 * 3600 / 1e8, rel=0.1)
    assert abs(balance.number("closing", "volume")) < 1e-6 * inflow
    assert balance.number("residual", "volume") == pytest.approx(
        float(np.abs(water_residuals(run()[0])).max())
    )
    assert balance.number("residual", "volume") < 0.01
    came = sum(balance.number(key, "volume") for key in ("inflow", "start", "made"))
    went = sum(balance.number(key, "volume") for key in ("outflow", "withdrawal", "stored", "end", "dumped"))
    assert came == pytest.approx(went, rel=1e-6)


def test_plants_make_what_their_turbines_make():
    results = run()[0]
    plants = table("river_plants")
    chosen = (results["link_role"] == "hydro_turbine").to_numpy()
    whole = -float(results["link_p1"].to_numpy()[:, chosen].sum()) / 1e5
    assert plants.number("total", "energy") == pytest.approx(whole)
    rate = plants.number("longyangxia", "rate")
    assert rate == pytest.approx(3600.0 / (8.6 * (2590.0 - 2453.0)), rel=0.01)
    assert plants.number("longyangxia", "start") == pytest.approx(2590.0)
    assert plants.cell("banduo", "start") is None


def test_levels_stand_at_the_end_of_each_month_beside_the_rule():
    results, _, facts, _ = run()
    hourly = levels(results, facts).sel(plant="longyangxia").to_numpy()
    found = table("river_levels")
    assert found.number("longyangxia", "m06") == pytest.approx(hourly[23])
    assert found.number("longyangxia", "m07") == pytest.approx(hourly[47])
    means = facts.river_levels["longyangxia", "rule"]
    assert found.number("longyangxia_rule", "m06") == pytest.approx((means[5] + means[6]) / 2, abs=0.02)


def test_flows_by_month_are_means_of_their_hours():
    results = run()[0]
    out = results["generator_p"].sel(generator="river mouth outflow").to_numpy()
    found = table("river_flows")
    assert found.number("outflow", "m06") == pytest.approx(out[:24].mean())
    assert found.number("outflow", "mean") == pytest.approx(out.mean())


def test_limits_say_what_was_asked_and_that_it_was_kept():
    limits = table("river_limits")
    assert limits.number("longyangxia_minimum", "asked") == pytest.approx(350.0 * 48 * 3600 / 1e8)
    assert limits.number("lijiaxia_withdrawal", "asked") == pytest.approx((12 + 10) * 24 * 3600 / 1e8)
    assert all(limits.number(key, "missed") == 0.0 for key in limits.row_keys)
    assert "longyangxia_maximum" not in limits.row_keys


def test_the_error_of_the_water_rate_is_that_of_the_steps_near_the_expected_level():
    results, scenario, facts, _ = run()
    river = River(results, scenario, facts)
    curve, steps = river.rates_at_level("longyangxia")
    water = river.turbined("longyangxia")
    error = 100.0 * ((water @ river.rate("longyangxia")) / (water @ curve) - 1.0)
    found = table("river_head")
    assert found.row_keys == ("longyangxia",)
    assert found.number("longyangxia", "error") == pytest.approx(error)
    assert abs(error) < 0.7
    assert found.number("longyangxia", "step_worst") == pytest.approx(
        100.0 * max((steps / curve - 1.0)[water > 1e-6], key=abs)
    )


def test_bands_need_less_water_the_higher_they_are():
    bands = table("river_bands")
    rates = [bands.number(key, "rate") for key in bands.row_keys]
    assert len(rates) == 40
    assert all(high < low for low, high in pairwise(rates))
    assert bands.number("longyangxia_01", "from") == pytest.approx(2530.0)
    assert bands.number("longyangxia_40", "to") == pytest.approx(2600.0)
    assert max(bands.number(key, "error") for key in bands.row_keys) < 1.75


def test_the_hydrology_page_draws_levels_flows_energy_and_rates():
    results, scenario, facts, indicators = run()
    info = RunInfo(
        run_id="0123456789ab",
        code_version="0",
        method="exact",
        status="optimal",
        objective=1.0,
        lower_bound=1.0,
        gap=0.0,
        max_violation_mw=0.0,
        max_violation_mwh=0.0,
        is_valid=True,
        scenario_chain=(),
        scenario_digest="",
        checksums={},
        shortages=(),
    )
    document = build_document(
        results=results,
        indicators=indicators,
        scenario=scenario,
        facts=facts,
        project_tables=(),
        run_info=info,
    )
    charts = {chart.key: chart for chart in document.charts}
    level = charts["river_level_longyangxia"]
    assert not level.from_zero
    assert level.series[0].values[-1] == table("river_levels").number("longyangxia", "m07")
    assert [one.values for one in level.series][2] == (2600.0, 2594.0)
    assert {"river_flows_by_day", "river_positions", "river_energy", "river_rate_longyangxia"} <= set(charts)
    assert charts["river_energy"].categories[-1] == "玛尔挡"
    cascade = charts["river_map"]
    assert [place.label for place in cascade.places][:3] == ["玛尔挡", "班多", "羊曲"]
    assert cascade.flows[3].label == "龙羊峡—拉西瓦"
    assert cascade.flows[3].mean == pytest.approx(table("river_flows").number("longyangxia", "mean"))
    assert len(cascade.flows) == 13
    section = next(one for one in document.sections if one.key == "hydrology")
    assert sum(type(block).__name__ == "TableBlock" for block in section.blocks) == 7
