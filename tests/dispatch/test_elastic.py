"""The elastic layer makes every case solvable, and says where, when and how much."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qhgrid.dispatch import Dispatch, ElasticPrices, Shortage, add_elastic_layer, solve
from qhgrid.errors import DispatchError
from tests.dispatch.systems import Draft


def short_system() -> Draft:
    """A bus short of 320 MW at 19:00, and one with must-run power that nothing takes after that."""
    draft = Draft(4)
    draft.add("Carrier", "AC")
    draft.add("Bus", "haixi", carrier="AC", name_zh="海西", shed_price=9000.0, prefecture="haixi")
    draft.add("Bus", "yushu", carrier="AC", name_zh="玉树", shed_price=0.0, prefecture="yushu")
    draft.add("Load", "haixi load", bus="haixi", p_set=[500.0, 920.0, 500.0, 500.0])
    draft.add(
        "Generator", "haixi g", bus="haixi", p_nom=600.0, technology="gas", prefecture="haixi", is_new=False
    )
    draft.add("Generator", "yushu g", bus="yushu", p_nom=50.0, technology="pv", prefecture="yushu",
              is_new=True, p_min_pu=[0.0, 0.0, 0.4, 0.8])  # fmt: skip
    return draft


@pytest.fixture(scope="module")
def short() -> Dispatch:
    return solve(short_system().network(), elastic=ElasticPrices(shed=5000.0, dump=100.0))


def test_shortage_is_named_with_bus_hour_and_size(short):
    """900 + 20 MW of load, 600 MW of plant: 320 MW at 19:00."""
    first = short.shortages[0]
    assert (first.bus, first.kind, first.hours) == ("haixi", "shed", 1.0)
    assert first.start == pd.Timestamp("2030-01-15 19:00")
    assert first.peak_mw == pytest.approx(320)
    assert first.in_words() == "1月15日19时 海西 缺口 320 MW"
    assert first.in_words("en") == "15 January 19:00, haixi: short of 320 MW"


def test_consecutive_hours_are_one_event(short):
    """20 and 40 MW of must-run with no load: 60 MWh over two hours, at most 40 MW."""
    second = short.shortages[1]
    assert len(short.shortages) == 2
    assert (second.bus, second.kind, second.hours) == ("yushu", "dump", 2.0)
    assert second.energy_mwh == pytest.approx(60)
    assert second.in_words() == "1月15日20时 玉树 无法消纳最大 40 MW，持续 2 小时，共 60 MWh"
    assert (
        second.in_words("en")
        == "15 January 20:00, yushu: unable to use up to 40 MW for 2 hours, 60 MWh in all"
    )


def test_price_of_the_bus_goes_before_the_common_price(short):
    """320 MWh at the bus's own 9000 and 60 MWh dumped at 100."""
    assert short.objective == pytest.approx(320 * 9000 + 60 * 100)
    assert short.network.generators.at["yushu shed", "marginal_cost"] == 5000.0


def test_extra_columns_of_generators_are_filled(short):
    row = short.network.generators.loc["haixi shed"]
    assert (row["role"], row["technology"], row["prefecture"], bool(row["is_new"])) == (
        "shed",
        "",
        "haixi",
        False,
    )
    assert row["carrier"] == "load shedding"
    assert short.network.generators.at["yushu dump", "sign"] == -1.0
    assert {"load shedding", "dump"} <= set(short.network.carriers.index)


def test_adding_the_layer_twice_changes_only_the_prices():
    network = short_system().network()
    add_elastic_layer(network)
    once = network.generators.copy()
    add_elastic_layer(network)
    pd.testing.assert_frame_equal(network.generators, once)
    add_elastic_layer(network, ElasticPrices(shed=1.0, dump=2.0))
    assert network.generators.at["yushu shed", "marginal_cost"] == 1.0
    assert network.generators.at["haixi dump", "marginal_cost"] == 2.0
    assert len(network.generators) == len(once)


def test_elastic_generators_are_large_enough_and_finite(short):
    """Haixi: 600 MW of generator and 920 MW of load."""
    assert short.network.generators.at["haixi shed", "p_nom"] == pytest.approx(1520)
    assert np.isfinite(short.network.generators["p_nom"]).all()


def test_name_taken_by_another_generator_is_refused():
    draft = short_system()
    draft.add("Generator", "yushu shed", bus="yushu", p_nom=1.0, technology="", prefecture="", is_new=False)
    with pytest.raises(DispatchError, match=r"Generator yushu shed: the name is taken .* Rename it"):
        add_elastic_layer(draft.network())


@pytest.mark.parametrize("price", [0.0, -1.0, float("nan"), float("inf")])
def test_prices_that_reward_shedding_are_refused(price):
    with pytest.raises(DispatchError, match="is not a finite price above 0"):
        ElasticPrices(shed=price)


def test_words_for_other_units_and_other_snapshots():
    water = Shortage("now", 3.0, "pool", "shed", 30.0, 12.5, unit="m3/s")
    assert water.in_words() == "now pool 缺口最大 12.5 m3/s，持续 3 小时，共 30 m3/s·h"
    half = Shortage(pd.Timestamp("2030-07-01 12:30"), 0.5, "a", "dump", 1.0, 2.0, "甲")
    assert half.in_words() == "7月1日12时30分 甲 无法消纳 2 MW"
    assert Shortage(5, 1.0, "a", "shed", 1.0, 1234.5).in_words("en") == "5, a: short of 1,234 MW"
