"""The corridor page: schedules, holds, contract, clean share, prices, and what steps cost."""

import numpy as np
import pytest

from qhgrid.report import charts_corridors as charts
from qhgrid.report.content import build_document
from tests.indicators import systems
from tests.report import studies


def stepped_results():
    """Return the two-day system as if its corridor had moved in other hours without steps."""
    results = systems.two_days()
    sent = results["link_p0"].sel(link="qingyu").to_numpy()
    free = np.roll(sent, 1)
    return results.assign_coords(
        stepped_corridor=np.array(["qingyu"], dtype=object), stepped_round=[0, 1]
    ).assign(
        stepped_free_p0=(("snapshot", "stepped_corridor"), free[:, None]),
        stepped_multiplier=("stepped_corridor", [12.5]),
        stepped_round_cost=("stepped_round", [systems.OBJECTIVE, systems.OBJECTIVE + 1.0]),
        stepped_free_cost=((), systems.OBJECTIVE - 2e6),
    )


@pytest.fixture(scope="module")
def stepped():
    return studies.study(stepped_results())


def keys_of(document):
    section = next(section for section in document.sections if section.key == "corridors")
    charts = [chart.key for block in section.blocks for chart in getattr(block, "charts", ())]
    tables = [block.table.key for block in section.blocks if hasattr(block, "table")]
    return charts, tables


def test_the_page_shows_schedule_contract_clean_share_and_price():
    shown, tables = keys_of(studies.document())
    assert [key for key in shown if key.startswith("corridor_")] == [
        "corridor_durations",
        "corridor_days",
        "corridor_month_hour_qingyu",
        "corridor_contract",
        "corridor_clean",
        "corridor_prices",
    ]
    assert tables == ["corridors", "corridors_clean", "corridors_by_month", "ties"]


def test_the_page_of_a_stepped_corridor_shows_steps_holds_and_cost(stepped):
    shown, tables = keys_of(build_document(**studies.arguments(stepped)))
    assert {"corridor_steps_qingyu", "corridor_holds"} <= set(shown)
    assert {"corridors_steps", "corridors_steps_cost"} <= set(tables)


def test_the_typical_day_is_the_mean_power_of_each_hour():
    (chart,) = charts.day_schedules(studies.study())
    assert chart.values[12] == pytest.approx((40.0, 40.0))
    assert chart.values[2] == pytest.approx((20.0, 20.0))


def test_the_contract_stands_beside_what_arrived_in_each_month():
    chart = charts.contract_months(studies.study())
    arrived, asked = (series.values for series in chart.series)
    assert arrived == pytest.approx((6460 / 1e5, 6460 / 1e5))
    assert asked == pytest.approx((1_700_000 * 24 / 8760 / 1e5,) * 2)


def test_holds_are_counted_by_length(stepped):
    """10 h at 400 MW and 14 h across midnight, cut to 8 h and 6 h at the ends."""
    chart = charts.hold_times(stepped)
    assert dict(zip(chart.categories, chart.series[0].values, strict=True)) == {
        "≤6": 1.0,
        "7–8": 1.0,
        "9–12": 2.0,
        "13–24": 1.0,
        "25–48": 0.0,
        ">48": 0.0,
    }


def test_the_week_shows_steps_beside_the_free_flow(stepped):
    (chart,) = charts.step_weeks(stepped)
    held, free = (series.values for series in chart.series)
    assert len(held) == 48
    assert free[1:] == held[:-1]


def test_receiving_and_delivered_prices_stand_side_by_side():
    chart = charts.price_days(studies.study())
    received, delivered = (series.values for series in chart.series)
    assert received == pytest.approx((350.0,) * 24)
    assert all(price is not None for price in delivered)


def test_the_clean_share_has_the_rule_beside_it():
    chart = charts.clean_months(studies.study())
    assert 0.0 < chart.series[0].values[0] <= 100.0
    assert set(chart.series[-1].values) == {100.0 * systems.scenario().targets.export_clean_floor}


def test_without_corridors_there_are_no_charts_of_them():
    empty = studies.study(studies.empty_results())
    assert charts.day_schedules(empty) == ()
    assert charts.step_weeks(empty) == ()
    assert [
        make(empty)
        for make in (charts.contract_months, charts.clean_months, charts.price_days, charts.hold_times)
    ] == [None] * 4
