"""Networks at the edge of what a dispatch is: nothing to decide, nothing to pay, too many ways, odd sizes.

All are feasible with an elastic layer; those in `NEEDS_ELASTIC` only with it.
"""

from __future__ import annotations

from collections.abc import Callable

import pypsa

from tests.dispatch.systems import Draft

DAY = [40.0, 35.0, 60.0, 90.0, 70.0, 55.0]
"""A load over six hours. [MW]"""


def draft(buses: int = 1, count: int = 6) -> Draft:
    made = Draft(count)
    made.add("Carrier", "AC")
    for i in range(buses):
        made.add("Bus", f"bus {i}", carrier="AC", v_nom=110.0)
    return made


def load(made: Draft, bus: int = 0, factor: float = 1.0) -> None:
    series = [factor * value for value in DAY[: len(made.index)]]
    made.add("Load", f"load {bus}", bus=f"bus {bus}", p_set=series)


def plant(made: Draft, name: str, bus: int = 0, **values: object) -> None:
    made.add("Generator", name, bus=f"bus {bus}", **({"p_nom": 100.0, "marginal_cost": 20.0} | values))


def zero_costs() -> pypsa.Network:
    made = draft()
    load(made)
    plant(made, "free", marginal_cost=0.0)
    made.add("StorageUnit", "unit", bus="bus 0", p_nom=20.0, max_hours=2.0, cyclic_state_of_charge=True)
    return made.network()


def equal_costs() -> pypsa.Network:
    made = draft(2)
    for bus in (0, 1):
        load(made, bus)
        plant(made, f"plant {bus}", bus)
    made.add("Line", "line", bus0="bus 0", bus1="bus 1", x=1.0, s_nom=50.0)
    return made.network()


def duplicate_generators() -> pypsa.Network:
    made = draft()
    load(made)
    for i in range(8):
        plant(made, f"plant {i}", p_nom=15.0)
    return made.network()


def zero_capacities() -> pypsa.Network:
    made = draft(2)
    load(made)
    plant(made, "plant")
    plant(made, "nothing", p_nom=0.0, marginal_cost=-5.0, ramp_limit_up=0.1)
    made.add("StorageUnit", "empty unit", bus="bus 0", p_nom=0.0, max_hours=4.0)
    made.add("Store", "empty store", bus="bus 0", e_nom=0.0, e_cyclic=True)
    made.add("Link", "empty link", bus0="bus 0", bus1="bus 1", p_nom=0.0)
    made.add("Line", "empty line", bus0="bus 0", bus1="bus 1", x=1.0, s_nom=0.0)
    return made.network()


def one_snapshot() -> pypsa.Network:
    made = draft(2, count=1)
    load(made)
    plant(made, "plant", 1, ramp_limit_up=0.5, p_init=30.0, e_sum_min=10.0)
    made.add("StorageUnit", "around", bus="bus 0", p_nom=9.0, max_hours=2.0, cyclic_state_of_charge=True)
    made.add("StorageUnit", "full", bus="bus 0", p_nom=9.0, max_hours=2.0, state_of_charge_initial=18.0)
    made.add("Store", "store", bus="bus 1", e_nom=30.0, e_initial=10.0, standing_loss=0.1)
    made.add("Link", "link", bus0="bus 1", bus1="bus 0", p_nom=80.0, efficiency=0.9)
    return made.network()


def _three_islands(sizes: tuple[float, float, float], prices: tuple[float, float, float]) -> pypsa.Network:
    made = draft(3)
    for bus, (size, price) in enumerate(zip(sizes, prices, strict=True)):
        load(made, bus, size)
        plant(made, f"cheap {bus}", bus, p_nom=50.0 * size, marginal_cost=10.0 * price)
        plant(made, f"dear {bus}", bus, p_nom=60.0 * size, marginal_cost=30.0 * price)
        made.add(
            "StorageUnit", f"unit {bus}", bus=f"bus {bus}", p_nom=10.0 * size, max_hours=3.0,
            efficiency_store=0.9, cyclic_state_of_charge=True,
        )  # fmt: skip
    return made.network()


def powers_from_a_millionth_to_a_thousand_million() -> pypsa.Network:
    return _three_islands((1e-6, 1.0, 1e9), (1.0, 1.0, 1.0))


def prices_from_a_millionth_to_a_thousand_million() -> pypsa.Network:
    return _three_islands((1.0, 1.0, 1.0), (1e-6, 1.0, 1e9))


def small_and_dear_beside_large_and_cheap() -> pypsa.Network:
    """Islands of 1e-3, 1 and 1e3 times 100 MW at prices as far apart the other way: each costs the same."""
    return _three_islands((1e-3, 1.0, 1e3), (1e3, 1.0, 1e-3))


def powers_and_prices_from_a_millionth_to_a_thousand_million() -> pypsa.Network:
    return _three_islands((1e-6, 1.0, 1e9), (1e-6, 1.0, 1e9))


def watts_beside_gigawatts() -> pypsa.Network:
    """A load of a watt and a plant of a gigawatt at the two ends of a link, prices from 1e-6 to 1e6."""
    made = draft(2)
    load(made, 0, 1e-6)
    load(made, 1, 10.0)
    plant(made, "huge", 1, p_nom=1e3, marginal_cost=1e-6)
    plant(made, "tiny", 0, p_nom=1e-4, marginal_cost=1e6)
    made.add("Link", "link", bus0="bus 1", bus1="bus 0", p_nom=1e9, efficiency=0.5)
    return made.network()


def tiny_everything() -> pypsa.Network:
    made = draft()
    load(made, 0, 1e-6)
    plant(made, "cheap", p_nom=5e-5, marginal_cost=1e-6)
    plant(made, "dear", p_nom=9e-5, marginal_cost=2e-6)
    return made.network()


def huge_everything() -> pypsa.Network:
    made = draft()
    load(made, 0, 1e7)
    plant(made, "cheap", p_nom=5e8, marginal_cost=1e6)
    plant(made, "dear", p_nom=9e8, marginal_cost=1e9)
    return made.network()


def islands() -> pypsa.Network:
    made = draft(5)
    for bus in range(5):
        load(made, bus, 1.0 + bus)
        plant(made, f"plant {bus}", bus, p_nom=500.0, marginal_cost=10.0 * bus)
    return made.network()


def empty_buses() -> pypsa.Network:
    made = draft(4)
    load(made)
    plant(made, "plant")
    made.add("Line", "line to nowhere", bus0="bus 0", bus1="bus 3", x=1.0, s_nom=10.0)
    return made.network()


def load_without_generator() -> pypsa.Network:
    made = draft(2)
    load(made)
    plant(made, "elsewhere", 1)
    return made.network()


def all_columns_fixed() -> pypsa.Network:
    made = draft(2)
    made.add("Load", "load", bus="bus 0", p_set=[8.0] * 6)
    plant(made, "set", p_set=[10.0] * 6)
    made.add("Link", "set link", bus0="bus 0", bus1="bus 1", p_nom=5.0, p_set=[2.0] * 6)
    made.add("Load", "other load", bus="bus 1", p_set=[2.0] * 6)
    return made.network()


def no_columns_at_all() -> pypsa.Network:
    made = draft()
    load(made)
    return made.network()


def negative_prices() -> pypsa.Network:
    made = draft()
    load(made)
    plant(made, "paid to run", marginal_cost=-10.0)
    plant(made, "sale", sign=-1.0, p_nom=200.0, marginal_cost=5.0)
    made.add(
        "StorageUnit", "burns by charging and discharging", bus="bus 0", p_nom=50.0, max_hours=2.0,
        efficiency_store=0.8, efficiency_dispatch=0.8, cyclic_state_of_charge=True,
    )  # fmt: skip
    return made.network()


def must_run_above_load() -> pypsa.Network:
    made = draft()
    load(made)
    plant(made, "must run", p_nom=200.0, p_min_pu=0.6, marginal_cost=8.0)
    return made.network()


def lossless_cyclic_storage() -> pypsa.Network:
    """Every level is as good as any other."""
    made = draft()
    load(made)
    plant(made, "plant")
    made.add("StorageUnit", "unit", bus="bus 0", p_nom=20.0, max_hours=5.0, cyclic_state_of_charge=True)
    made.add("Store", "store", bus="bus 0", e_nom=70.0, e_cyclic=True)
    return made.network()


def storage_that_never_pays() -> pypsa.Network:
    made = draft()
    load(made)
    plant(made, "plant")
    made.add(
        "StorageUnit", "unit", bus="bus 0", p_nom=20.0, max_hours=5.0, efficiency_store=0.5, marginal_cost=9.0
    )
    return made.network()


def parallel_lines() -> pypsa.Network:
    made = draft(2)
    load(made)
    plant(made, "plant", 1)
    for i in range(4):
        made.add("Line", f"line {i}", bus0=f"bus {i % 2}", bus1=f"bus {1 - i % 2}", x=2.0, s_nom=30.0)
    return made.network()


def exactly_enough() -> pypsa.Network:
    """Capacity is the load, hour by hour: no plan has room anywhere."""
    made = draft()
    load(made)
    plant(made, "first", p_nom=30.0, p_max_pu=[1.0] * 6)
    plant(made, "rest", p_nom=60.0, p_max_pu=[(value - 30.0) / 60.0 for value in DAY], marginal_cost=50.0)
    return made.network()


def full_lines() -> pypsa.Network:
    """A triangle whose lines can carry just what they must."""
    made = draft(3)
    made.add("Load", "load", bus="bus 2", p_set=[90.0] * 6)
    plant(made, "plant", 0, p_nom=90.0)
    for name, ends, limit in (("long", (0, 1), 30.0), ("way", (1, 2), 30.0), ("short", (0, 2), 60.0)):
        made.add("Line", name, bus0=f"bus {ends[0]}", bus1=f"bus {ends[1]}", x=3.0, s_nom=limit)
    return made.network()


def energy_sum_that_binds_exactly() -> pypsa.Network:
    made = draft()
    load(made)
    plant(made, "all of it", e_sum_min=sum(DAY), e_sum_max=sum(DAY))
    plant(made, "idle", marginal_cost=1.0, e_sum_max=0.0)
    return made.network()


def everything_inactive() -> pypsa.Network:
    made = draft(2)
    load(made)
    plant(made, "plant")
    plant(made, "off", active=False, marginal_cost=-100.0)
    made.add("Load", "load off", bus="bus 0", p_set=1e6, active=False)
    made.add("StorageUnit", "unit off", bus="bus 0", p_nom=9.0, max_hours=1.0, active=False)
    made.add("Store", "store off", bus="bus 0", e_nom=9.0, e_initial=9.0, active=False)
    made.add("Link", "link off", bus0="bus 0", bus1="bus 1", p_nom=9.0, active=False)
    made.add("Line", "line off", bus0="bus 0", bus1="bus 1", x=1.0, s_nom=9.0, active=False)
    return made.network()


def links_in_a_circle() -> pypsa.Network:
    """Lossless links both ways: power may run around for nothing."""
    made = draft(3)
    load(made)
    plant(made, "plant", 1)
    for i in range(3):
        made.add("Link", f"link {i}", bus0=f"bus {i}", bus1=f"bus {(i + 1) % 3}", p_nom=90.0, p_min_pu=-1.0)
    return made.network()


def delay_of_almost_the_horizon() -> pypsa.Network:
    made = draft(2)
    load(made)
    plant(made, "plant", 1)
    made.add("Link", "slow", bus0="bus 1", bus1="bus 0", p_nom=50.0, delay=5, cyclic_delay=False)
    made.add("Link", "slow around", bus0="bus 1", bus1="bus 0", p_nom=20.0, delay=5, cyclic_delay=True)
    return made.network()


def zero_reactance() -> pypsa.Network:
    """Two of three lines without reactance: all that flows goes where it costs nothing."""
    made = draft(3)
    load(made, 2)
    plant(made, "plant", 0)
    for i, x in enumerate((0.0, 0.0, 5.0)):
        made.add("Line", f"line {i}", bus0=f"bus {i}", bus1=f"bus {(i + 1) % 3}", x=x, r=0.1, s_nom=100.0)
    return made.network()


CASES: dict[str, Callable[[], pypsa.Network]] = {
    case.__name__: case
    for case in (
        zero_costs, equal_costs, duplicate_generators, zero_capacities, one_snapshot,
        powers_from_a_millionth_to_a_thousand_million, prices_from_a_millionth_to_a_thousand_million,
        powers_and_prices_from_a_millionth_to_a_thousand_million, small_and_dear_beside_large_and_cheap,
        watts_beside_gigawatts, tiny_everything, huge_everything,
        islands, empty_buses, load_without_generator, all_columns_fixed, no_columns_at_all, negative_prices,
        must_run_above_load, lossless_cyclic_storage, storage_that_never_pays, parallel_lines, exactly_enough,
        full_lines, energy_sum_that_binds_exactly, everything_inactive, links_in_a_circle,
        delay_of_almost_the_horizon, zero_reactance,
    )
}  # fmt: skip
NEEDS_ELASTIC = frozenset(
    {"load_without_generator", "no_columns_at_all", "must_run_above_load", "delay_of_almost_the_horizon"}
)
"""Cases without a plan unless load may be shed and surplus dumped."""
