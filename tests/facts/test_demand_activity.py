"""Demand built from what is made and what each unit of it takes adds up to the official totals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qhgrid.errors import FactsError
from qhgrid.facts import PREFECTURES
from qhgrid.facts.demand import (
    RESIDUAL,
    activities,
    class_energies_mwh,
    demand_activities,
    multiplier,
    residual_share,
    total_mwh,
)
from qhgrid.facts.rows import DEMAND_CLASSES, DemandActivity, DemandFact
from qhgrid.sourced import Confidence

LEVELS = ("low", "central", "high")
YEARS = [(year, "central") for year in range(2018, 2025)] + [
    (year, level) for year in range(2025, 2036) for level in LEVELS
]


@pytest.mark.parametrize(("year", "level"), YEARS)
def test_the_classes_add_up_to_the_total_of_each_year_and_level(facts, year, level):
    energies = class_energies_mwh(facts, year, level)
    assert tuple(energies) == tuple(name for name in DEMAND_CLASSES if name in energies)
    assert sum(energies.values()) == pytest.approx(total_mwh(facts, year, level), rel=1e-12)


@pytest.mark.parametrize(("year", "level"), YEARS)
def test_what_no_driver_explains_stands_by_itself_and_is_no_quarter_of_the_whole(facts, year, level):
    rests = [item for item in demand_activities(facts, year, level) if item.driver == RESIDUAL]
    assert len(rests) == 1
    share = residual_share(facts, year, level)
    assert rests[0].energy_mwh == pytest.approx(share * total_mwh(facts, year, level))
    assert 0.0 <= share < 0.25


def test_a_driver_is_quantity_times_intensity(facts):
    """279.3 万吨 of aluminium at 13500 kWh are 377 亿千瓦时 in 2023."""
    aluminium = next(a for a in activities(facts, 2023, "central") if a.driver == "electrolytic_aluminium")
    assert aluminium.quantity == pytest.approx(2.793e6)
    assert aluminium.energy_mwh == pytest.approx(2.793e6 * 13.5)
    assert aluminium.low_mwh < aluminium.energy_mwh < aluminium.high_mwh
    assert aluminium.is_assumed
    assert "十种有色金属" in aluminium.sources[0]


def test_aluminium_is_two_fifths_of_demand_and_its_electricity_within_the_standards(facts):
    energies = class_energies_mwh(facts, 2023, "central")
    assert energies["aluminium"] / sum(energies.values()) == pytest.approx(0.39, abs=0.02)
    rows = [r for r in facts.demand_activity.values() if r.driver == "electrolytic_aluminium"]
    assert all(13_200 <= row.intensity_kwh <= 13_650 for row in rows)
    assert all(2.2e6 <= row.value <= 3.3e6 for row in rows)


def _row(year, quantity, intensity, *, level="any", multiplier=1.0, since=0):
    return DemandActivity(
        id=f"made_{year}_{level}",
        name_zh=f"{year}年产量（各方案）",
        name_en=f"Output {year}, any",
        value=quantity,
        unit="t",
        low=None,
        high=None,
        source="worked example",
        confidence=Confidence.DERIVED,
        demand_class="silicon",
        driver="made",
        prefecture="",
        year=year,
        level=level,
        intensity_kwh=intensity,
        intensity_low=intensity,
        intensity_high=intensity,
        multiplier=multiplier,
        in_service_year=since,
    )


def _facts(facts, rows, totals=()):
    demand = {
        f"total_{year}_central": DemandFact(
            id=f"total_{year}_central",
            name_zh="全省",
            name_en="all",
            value=value,
            unit="MWh",
            source="worked example",
            confidence=Confidence.DERIVED,
            year=year,
            level="central",
            demand_class="total",
        )
        for year, value in totals
    }
    return replace(facts, demand_activity={row.id: row for row in rows}, demand=demand)


def test_between_two_years_quantities_grow_at_a_steady_rate_and_intensities_in_equal_steps(facts):
    """100 t grow to 400 t in four years: 200 t in the middle; 1000 and 800 kWh: 900 in the middle."""
    made = _facts(facts, [_row(2026, 100.0, 1000.0), _row(2030, 400.0, 800.0, multiplier=2.0)])
    (middle,) = activities(made, 2028, "central")
    assert (middle.quantity, middle.intensity_kwh, middle.multiplier) == pytest.approx((200.0, 900.0, 1.5))
    assert middle.energy_mwh == pytest.approx(270.0)
    assert [activities(made, year, "central")[0].quantity for year in (2020, 2040)] == [100.0, 400.0]


def test_from_nothing_a_quantity_grows_in_equal_steps(facts):
    made = _facts(facts, [_row(2026, 0.0, 1000.0), _row(2030, 400.0, 1000.0)])
    assert activities(made, 2027, "central")[0].quantity == pytest.approx(100.0)


def test_a_level_uses_its_own_rows(facts):
    rows = [_row(2030, 1.0, 1.0, level="low"), _row(2030, 2.0, 1.0, level="high"), _row(2025, 1.0, 1.0)]
    made = _facts(facts, rows)
    assert activities(made, 2030, "high")[0].quantity == 2.0
    assert activities(made, 2030, "central")[0].quantity == 1.0


def test_nothing_runs_before_its_year_of_service(facts):
    made = _facts(facts, [_row(2025, 5.0, 1e3, since=2030), _row(2035, 5.0, 1e3, since=2030)])
    assert activities(made, 2029, "central")[0].energy_mwh == 0.0
    assert activities(made, 2030, "central")[0].energy_mwh == pytest.approx(5.0)


def test_new_railways_take_nothing_before_they_run(facts):
    for year, runs in ((2026, {"rail_xining_golmud"}), (2030, {"rail_golmud_lhasa", "rail_xining_chengdu"})):
        found = {a.driver for a in activities(facts, year, "central") if a.energy_mwh > 0}
        assert runs <= found
    early = {a.driver: a.energy_mwh for a in activities(facts, 2026, "central")}
    assert early["rail_golmud_lhasa"] == early["rail_xining_chengdu"] == 0.0


def test_drivers_that_take_more_than_the_total_are_refused_with_the_amount(facts):
    made = _facts(facts, [_row(2030, 100.0, 3e6)], totals=[(2030, 200_000.0)])
    with pytest.raises(FactsError, match=r"demand_activity\.csv: the drivers of 2030.* Lower them by 1 "):
        class_energies_mwh(made, 2030, "central")


def test_a_class_that_the_demand_table_states_stands_in_for_its_drivers(facts):
    made = _facts(facts, [_row(2030, 100.0, 1e6)], totals=[(2030, 200_000.0)])
    stated = replace(made.demand["total_2030_central"], id="silicon", demand_class="silicon", value=5.0)
    made = replace(made, demand={**made.demand, "silicon_2030_central": stated})
    assert class_energies_mwh(made, 2030, "central") == pytest.approx({"silicon": 5.0, "other": 199_995.0})


def test_a_year_without_figures_has_no_demand(facts):
    assert class_energies_mwh(facts, 2050, "central") == {}


def test_pue_falls_with_the_years_and_is_never_below_1(facts):
    path = [multiplier(facts, year, "central", "computing") for year in range(2018, 2036)]
    assert path == sorted(path, reverse=True)
    assert path[0] <= 1.3
    assert path[-1] > 1.0
    assert multiplier(facts, 2030, "central", "aluminium") == 1.0


def test_where_drivers_have_a_place_the_shares_of_the_prefectures_follow_them(facts):
    for demand_class in ("salt_lake", "computing", "heating"):
        found = dict.fromkeys(PREFECTURES, 0.0)
        for item in activities(facts, 2030, "central"):
            if item.demand_class == demand_class:
                found[item.prefecture] += item.energy_mwh
        whole = sum(found.values())
        shares = {name: energy / whole for name, energy in found.items()}
        assert shares == pytest.approx(facts.demand_class_shares[demand_class], abs=1e-3)


def test_published_months_are_those_of_the_statistics(facts):
    """Rounded months of 2019 and 2020 miss the year by 1 亿千瓦时; the missing months of 2023 close it."""
    assert set(facts.demand_monthly) == {f"y{year}" for year in range(2019, 2024)}
    for row in facts.demand_monthly.values():
        year = facts.demand_energy(row.year, "actual")
        assert sum(row.months) == pytest.approx(row.value) == pytest.approx(year, abs=1.001e5)
    assert facts.demand_monthly["y2022"].months[0] == pytest.approx(77e5)
    assert facts.demand_monthly["y2023"].value == pytest.approx(1018e5)


def test_each_level_row_says_which_driver_year_and_level_it_is(facts):
    for id, row in facts.demand_activity.items():
        parts = [row.driver, row.prefecture, str(row.year), row.level]
        assert id == "_".join(part for part in parts if part)
        assert row.demand_class in DEMAND_CLASSES
        assert row.intensity_low <= row.intensity_kwh <= row.intensity_high
