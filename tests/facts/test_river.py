"""The tables of the river: curves, levels, reaches and rules on the flow, and what is refused."""

from dataclasses import replace
from itertools import pairwise

import pytest

from qhgrid.errors import FactsError
from qhgrid.facts import read_facts
from qhgrid.facts.levels import Basin, LevelCurve

CURVE = LevelCurve((10.0, 20.0, 40.0), (100.0, 300.0, 900.0))


@pytest.mark.parametrize(("level", "storage"), [(10, 100), (15, 200), (30, 600), (50, 1200), (5, 0)])
def test_level_and_storage_lead_to_each_other(level, storage):
    """Straight between the points, and on as straight beyond the ends."""
    assert CURVE.storage_m3(level) == pytest.approx(storage)
    assert CURVE.level_m(storage) == pytest.approx(level)


def test_content_counts_from_the_dead_level_in_flow_hours():
    basin = Basin(CURVE, 15.0, 40.0)
    assert basin.usable_m3 == pytest.approx(700.0)
    assert basin.size == pytest.approx(700.0 / 3600.0)
    assert basin.content(15.0) == pytest.approx(0.0)
    assert basin.level_m(basin.content(33.0)) == pytest.approx(33.0)
    assert basin.points[1] == CURVE.levels_m


def test_bands_are_of_equal_storage():
    mids = Basin(CURVE, 10.0, 40.0).band_levels_m()
    contents = [CURVE.storage_m3(mid) for mid in mids]
    assert len(mids) == 40
    assert [b - a for a, b in pairwise(contents)] == pytest.approx([20.0] * 39)
    assert contents[0] == pytest.approx(110.0)


def test_every_plant_but_the_last_has_a_reach_to_the_next(facts):
    ends = {(row.upstream, row.downstream) for row in facts.hydro_reaches.values()}
    chain = {(row.id, row.downstream) for row in facts.hydro_plants.values() if row.downstream}
    assert ends == chain
    assert all(row.free_hours >= row.value for row in facts.hydro_reaches.values())


def test_the_curve_of_the_many_year_reservoir_is_the_lower_one(facts):
    """Since 2019: 242.7 instead of 247.14 at 2600 m, 42.63 instead of 52.85 at the dead level."""
    curve = facts.level_curves["longyangxia"]
    assert curve.storage_m3(2600.0) == pytest.approx(242.7e8)
    assert curve.storage_m3(2530.0) == pytest.approx(42.63e8)
    assert curve.storage_m3(2570.0) == pytest.approx(135.04e8)
    assert facts.basins["longyangxia"].usable_m3 == pytest.approx(200.07e8)


def test_monthly_levels_agree_with_the_statistics(facts):
    """The levels stand in two tables, of which one serves the comparison of past years."""
    for row in facts.statistics.values():
        if row.item == "monthly_level_longyangxia":
            year, month = (int(part) for part in row.id.rsplit("_", 1)[1].split("-"))
            assert facts.observed_levels["longyangxia", year, month] == row.value


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("hydro_reaches", "maerdang,erduo,45", "maerdang,cihaxia,45", "cihaxia is not the next plant"),
        ("hydro_reaches", "Nina to Lijiaxia,3,h", "Nina to Lijiaxia,3.5,h", "3.5 h are no whole hours"),
        ("hydro_curves", "亿立方米,,,longyangxia,2595", "亿立方米,,,longyangxia,2596.5", "does not rise"),
        ("hydro_levels", "laxiwa,dead,", "laxiwa,deep,", "'deep' is not known"),
        ("hydro_levels", "longyangxia,rule,", "longyangxia,dead,", "dead level twice"),
        ("hydro_levels", "2588.18,2586.19", "2688.18,2586.19", "outside dead and normal level"),
        ("hydro_flows", "jishixia,withdrawal,", "jishixia,irrigation,", "'irrigation' is not known"),
        ("hydro_flows", "laxiwa,minimum_release,OP,2000,140", "laxiwa,minimum_release,OP,2000,-1", "below 0"),
        ("hydro_flows", "laxiwa,minimum_release,OP", "laxiwa,minimum_release,XX", "not a maturity grade"),
    ],
)
def test_tables_of_the_river_that_do_not_fit_are_refused(tables, table, old, new, message):
    path = tables / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FactsError, match=message):
        read_facts(tables)


def test_levels_of_a_plant_without_a_curve_are_refused(facts):
    from qhgrid.facts.check_river import river_faults

    curves = {id: row for id, row in facts.hydro_curves.items() if row.plant != "laxiwa"}
    faults = [str(fault) for fault in river_faults(replace(facts, hydro_curves=curves))]
    assert any("hydro_levels.csv: laxiwa: normal: the plant has no curve" in fault for fault in faults)
