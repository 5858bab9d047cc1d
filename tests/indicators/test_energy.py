"""Energy of everything in the two-day system, against the arithmetic of its docstring."""

import numpy as np
import pytest

from qhgrid.indicators import energy as en
from qhgrid.indicators.selection import energy
from tests.indicators import systems


@pytest.fixture(scope="module")
def results():
    return systems.two_days()


def by_name(values) -> dict[str, float]:
    """Return a one-dimensional array as a dict."""
    names = values[values.dims[0]].to_numpy()
    return dict(zip(names.tolist(), values.to_numpy().tolist(), strict=True))


def test_generation_is_local_net_of_curtailment_and_without_storage(results):
    """Two days of 5 000 PV, 2 400 wind, 7 200 coal, 5 760 hydro, 1 000 CSP; no battery, import or field."""
    made = by_name(energy(results, en.generation(results)))
    assert made == pytest.approx({"pv": 10_000, "wind": 4_800, "coal": 14_400, "hydro": 11_520, "csp": 2_000})


def test_curtailment_is_available_less_used_and_csp_counts_as_electricity(results):
    """PV 100 x 20 h; CSP field 50 x 20 h of heat x 0.4."""
    lost = by_name(energy(results, en.curtailment_by_technology(results)))
    assert lost == pytest.approx({"pv": 2_000, "wind": 0, "csp": 400})


def test_spilled_water_counts_at_the_water_rate_and_avoidable_only_within_the_headroom():
    """10 m3/s x 1.2 MW x 48 h = 576 MWh; with 4 m3/s of headroom only 4 x 1.2 x 48 = 230.4 were avoidable."""
    spilled = en.hydro_spill(systems.two_days())
    assert float(spilled["all"].sum()) == pytest.approx(576.0)
    assert float(spilled["avoidable"].sum()) == pytest.approx(576.0)
    tight = systems.two_days()
    tight["link_p_max_mw"] = tight["link_p_max_mw"].where(tight["link"] != "longyangxia turbine", 204.0)
    assert float(en.hydro_spill(tight)["avoidable"].sum()) == pytest.approx(230.4)


def test_storage_loses_what_it_takes_less_what_it_gives_and_holds(results):
    flows = en.storage(results)
    assert float(flows["charge"].sum()) == 800.0
    assert float(flows["discharge"].sum()) == 640.0
    assert by_name(en.storage_losses(results)) == pytest.approx({"battery": 160.0})


def test_storage_that_ends_fuller_keeps_the_difference_out_of_the_losses():
    """40 MWh more at the end than at the start: 160 lost before, 120 now, for the same flows at the bus."""
    fuller = systems.two_days()
    fuller["storage_unit_cyclic_state_of_charge"] = fuller["storage_unit_cyclic_state_of_charge"] * 0.0
    level = fuller["storage_unit_state_of_charge"].copy()
    level[-1] = 40.0
    fuller["storage_unit_state_of_charge"] = level
    assert by_name(en.storage_losses(fuller)) == pytest.approx({"battery": 120.0})


def test_corridors_and_ties_count_as_sent_and_as_received(results):
    assert by_name(energy(results, en.corridor_sent(results))) == pytest.approx({"qingyu": 13_600})
    assert by_name(energy(results, en.corridor_received(results))) == pytest.approx({"qingyu": 12_920})
    assert by_name(energy(results, en.tie_import(results))) == pytest.approx({"gansu": 480})
    assert by_name(energy(results, en.tie_export(results))) == pytest.approx({"gansu": 320})


def test_demand_keeps_class_and_prefecture_and_holds_what_was_shed(results):
    load = energy(results, en.demand(results))
    assert load["demand_class"].to_numpy().tolist() == ["base", "aluminium"]
    assert load["prefecture"].to_numpy().tolist() == ["hainan", "haixi"]
    assert load.to_numpy() == pytest.approx([2 * (14_560 - 4_800) + 40, 9_600])


def test_shed_and_dump_are_told_apart_by_the_role_of_the_bus(results):
    assert by_name(energy(results, en.elastic(results, "shed"))) == {"grid": 50.0}
    assert by_name(energy(results, en.elastic(results, "dump"))) == {"grid": 10.0}


def test_lines_lose_nothing_and_an_ac_link_loses_what_does_not_arrive(results):
    assert float(en.grid_losses(results).sum()) == 0.0
    lossy = systems.dataset(
        systems.DAYS,
        bus={"a": {"role": "grid"}, "b": {"role": "grid"}},
        link={"a-b": {"bus0": "a", "bus1": "b", "role": "ac_link", "p0": 100.0, "p1": -97.0}},
    )
    assert float(en.grid_losses(lossy).sum()) == 3.0 * 48


def test_a_turbine_could_give_its_output_and_what_its_pool_holds(results):
    """Hydro: 5 000 m3/s h in the pool fill the turbine to 1 000 m3/s x 1.2; CSP: to 300 MW of heat x 0.4."""
    sources = en.local_sources(results)
    assert sources["available"].sel(source="longyangxia turbine").to_numpy() == pytest.approx(
        np.full(48, 1_200.0)
    )
    assert sources["available"].sel(source="hainan csp turbine").to_numpy() == pytest.approx(
        np.full(48, 120.0)
    )


def test_a_turbine_before_an_empty_pool_could_give_only_what_is_spilled():
    """200 m3/s run, none held, 10 spilled: (200 + 10) x 1.2 = 252 MW."""
    dry = systems.two_days()
    dry["store_e"] = dry["store_e"] * 0.0
    available = en.local_sources(dry)["available"].sel(source="longyangxia turbine")
    assert available.to_numpy() == pytest.approx(np.full(48, 252.0))


def test_an_empty_system_has_no_energy_and_raises_nothing():
    empty = systems.dataset(systems.DAYS)
    assert en.generation(empty).sizes["technology"] == 0
    assert float(en.curtailment(empty).sum()) == 0.0
    assert float(en.total(en.corridor_sent(empty)).sum()) == 0.0


def test_cyclic_storage_starts_as_full_as_it_ends():
    """The battery holds 100 MWh throughout: nothing rises in the first hour, and the losses stay 160."""
    held = systems.two_days()
    held["storage_unit_state_of_charge"] = held["storage_unit_state_of_charge"] + 100.0
    assert float(en.storage(held)["change"][0, 0]) == 0.0
    assert by_name(en.storage_losses(held)) == pytest.approx({"battery": 160.0})
