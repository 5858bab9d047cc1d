"""What is dispatched: the plan of 2030 at two resolutions and in variants, and networks made from a seed.

Every case has a short horizon, long ones for the full set, and takes any other on request. The quick set
takes the cases of `QUICK` over their short horizon.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import pypsa

from benchmarks.horizons import Horizon, tile
from benchmarks.networks import Mesh, cascade, mesh, province

Make = Callable[[int], pypsa.Network]

WEEK, FORTNIGHT, MONTH, QUARTER, YEAR = 168, 336, 720, 2184, 8760
SHORT = Horizon(FORTNIGHT)
LONG = (Horizon(MONTH), Horizon(YEAR))


@dataclass(frozen=True)
class Case:
    """A network to dispatch, of any length."""

    name: str
    about: str
    make: Make
    """From hours to a network."""
    quick: Horizon = SHORT
    full: tuple[Horizon, ...] = LONG
    shortest: int = 24
    """Length of the miniature on which our own roads warm up. [h]"""

    def build(self, horizon: Horizon) -> pypsa.Network:
        """Return the network over `horizon`."""
        return tile(self.make(horizon.hours), horizon.repeats)


def make_plan(hours: int, overrides: tuple[str, ...], elastic: bool) -> pypsa.Network:
    """Return the network of the scenario `2030-plan` from 1 January, as ``qhgrid run`` builds it."""
    from qhgrid.dispatch.elastic import ElasticPrices, add_elastic_layer
    from qhgrid.network import build
    from qhgrid.scenario import read_scenario

    if hours % 24 or not 24 <= hours <= YEAR:
        raise ValueError(
            f"the plan comes in whole days of 2030, not {hours} h. Give 24, 48, … 8760, or 8760x2."
        )
    end = date(2030, 1, 1) + timedelta(days=hours // 24 - 1)
    scenario = read_scenario("2030-plan", [f"horizon.end={end}", *overrides]).scenario
    n = build(scenario)
    if elastic:
        prices = scenario.elastic
        add_elastic_layer(n, ElasticPrices(shed=prices.shed_price, dump=prices.dump_price))
    return n


def _plan(name: str, about: str, *overrides: str, elastic: bool = True) -> Case:
    # Without the elastic layer the contracts of the corridors cannot be met on a single day.
    shortest = 24 if elastic else WEEK
    return Case(name, about, partial(make_plan, overrides=overrides, elastic=elastic), shortest=shortest)


def _mesh(name: str, about: str, size: Mesh, quick: int, full: int, shortest: int = 24) -> Case:
    spans = Horizon(quick), (Horizon(max(MONTH, quick)), Horizon(full))
    return Case(name, about, partial(mesh, size), *spans, shortest)


def _over_years(case: Case) -> Case:
    """Return `case` with all horizons from a week to ten years in its full set."""
    hours = (Horizon(hours) for hours in (WEEK, MONTH, QUARTER, 2 * QUARTER, YEAR))
    years = (Horizon(YEAR, repeats) for repeats in (2, 4, 10))
    return replace(case, full=(*hours, *years))


STATION = "grid.resolution=station"
MORE_STORAGE = ("fleet.scale.battery=4", "fleet.scale.pumped_storage=4")
MORE_WATER = ("hydro.water_year=wet", "fleet.scale.hydro=2")

_ALL = (
    _plan("plan-8", "2030 plan, 8 prefectures", elastic=False),
    _over_years(_plan("plan-8-elastic", "2030 plan, 8 prefectures, elastic layer")),
    _plan("plan-20", "2030 plan, 23 stations", STATION, elastic=False),
    _over_years(_plan("plan-20-elastic", "2030 plan, 23 stations, elastic layer", STATION)),
    _plan("plan-20-storage", "2030 plan, 23 stations, four times the storage", STATION, *MORE_STORAGE),
    _plan("plan-20-hydro", "2030 plan, 23 stations, wet year, twice the turbines", STATION, *MORE_WATER),
    Case("province", "made: 11 buses, 9 lines, 19 storages", province),
    _mesh("mesh-5", "made: 5 buses, 4 storages", Mesh(5, 6, 15, 4), FORTNIGHT, YEAR),
    _mesh("mesh-20", "made: 20 buses, 12 storages", Mesh(20, 30, 50, 12), FORTNIGHT, YEAR),
    _mesh("mesh-50", "made: 50 buses, 25 storages", Mesh(50, 75, 120, 25), WEEK, QUARTER),
    _mesh("mesh-100", "made: 100 buses, 40 storages", Mesh(100, 150, 200, 40), WEEK, QUARTER),
    _mesh("no-storage", "made: 50 buses, no storage", Mesh(50, 75, 120, 0), FORTNIGHT, YEAR),
    _mesh("one-bus", "made: 1 bus, 60 storages", Mesh(1, 0, 10, 60), WEEK, YEAR),
    _mesh("storages", "made: 20 buses, 100 storages", Mesh(20, 30, 50, 100), 96, QUARTER),
    _mesh("lines", "made: 200 buses, 320 lines, 20 storages", Mesh(200, 320, 300, 20), 72, QUARTER),
    _mesh("generators", "made: 10 buses, 3000 generators", Mesh(10, 14, 3000, 5), 96, QUARTER),
    _mesh("three-hourly", "made: 20 buses, 3 h steps", Mesh(20, 30, 50, 12, 3), 3 * FORTNIGHT, YEAR),
    _mesh("weekly", "made: 20 buses, weekly steps", Mesh(20, 30, 50, 12, 168), YEAR, 10 * YEAR, 10 * WEEK),
    Case("cascade", "made: 12 pools in a row with travel times, 1 bus", partial(cascade, 12)),
    Case(
        "one-day", "2030 plan, 23 stations, a single day",
        partial(make_plan, overrides=(STATION,), elastic=True), Horizon(24), (Horizon(24),),
    ),
)  # fmt: skip

CASES = {case.name: case for case in _ALL}
QUICK = (
    "plan-8-elastic", "plan-20-elastic", "plan-20-hydro", "province", "mesh-20", "mesh-100",
    "no-storage", "one-bus", "generators", "weekly", "cascade", "one-day",
)  # fmt: skip
