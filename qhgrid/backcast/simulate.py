"""Run a past year and add up what it came to, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qhgrid.backcast.case import Case, bind_levels, follow_demand
from qhgrid.backcast.published import FloatArray, read_published
from qhgrid.clock import month_ends
from qhgrid.network import build_network

if TYPE_CHECKING:
    from collections.abc import Callable

    import pypsa

    from qhgrid.facts import Facts

THERMAL = ("coal", "gas", "biomass")
THERMAL_LINKS = ("thermal_least", "thermal_above")
"""Roles of the links that thermal plants are where their commitment is linear."""
NOON = (11, 12, 13, 14)
NIGHT = (0, 1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Simulated:
    """What a past year came to in the model.

    Parameters
    ----------
    monthly : dict of str to numpy.ndarray
        ``hydro``, ``thermal``, ``wind``, ``pv``, ``csp``, ``wind_potential``, ``pv_potential``,
        ``consumption``, ``corridor``, ``tie_export``, ``tie_import``, ``shed`` [MWh], shape (12,); all
        measured on the side of the province.
    level_m : numpy.ndarray
        Level of the great reservoir at the start and at each month's end, shape (13,).
    noon_net_export_mw, night_net_export_mw : float
        Mean net export in the four hours about noon and in the six after midnight.
    gap : float
        Relative gap of the certificate.
    objective : float
        Cost [CNY].
    """

    monthly: dict[str, FloatArray]
    level_m: FloatArray
    noon_net_export_mw: float
    night_net_export_mw: float
    gap: float
    objective: float


def build_case(case: Case, facts: Facts) -> pypsa.Network:
    """Return the network of a past year, demand and levels as published and ruled."""
    network = build_network(case.scenario, facts, case.profiles)
    follow_demand(network, read_published(facts, case.year).monthly["consumption"])
    levels = facts.river_levels
    plant = case.river.plant
    bind_levels(network, case, max(levels[plant, "normal"]), min(levels[plant, "dead"]))
    return network


def simulate(
    case: Case,
    facts: Facts,
    *,
    method: str = "exact",
    progress: Callable[[str, float | None], None] | None = None,
) -> Simulated:
    """Dispatch a past year and add it up.

    Parameters
    ----------
    case : Case
    facts : Facts
    method : str, optional
        Way to solve, as :func:`qhgrid.dispatch.solve` names it.
    progress : callable, optional
        Told how far the dispatch is.
    """
    from qhgrid.dispatch import ElasticPrices, solve

    network = build_case(case, facts)
    rules = case.scenario.elastic
    prices = ElasticPrices(shed=rules.shed_price, dump=rules.dump_price)
    dispatch = solve(network, elastic=prices, progress=progress, method=method)
    return _add_up(dispatch.network, case, dispatch.certificate.gap, dispatch.objective)


def _add_up(network: pypsa.Network, case: Case, gap: float, objective: float) -> Simulated:
    """Return the sums of a solved network."""
    series = _energies(network)
    month = network.snapshots.month.to_numpy()
    monthly = {
        key: np.array([values[month == number].sum() for number in range(1, 13)])
        for key, values in series.items()
    }
    net = series["corridor"] + series["tie_export"] - series["tie_import"]
    hour = network.snapshots.hour.to_numpy()
    return Simulated(
        monthly=monthly,
        level_m=_levels(network, case),
        noon_net_export_mw=float(net[np.isin(hour, NOON)].mean()),
        night_net_export_mw=float(net[np.isin(hour, NIGHT)].mean()),
        gap=gap,
        objective=objective,
    )


def _energies(network: pypsa.Network) -> dict[str, FloatArray]:
    """Return hourly power by what it is [MW], shape (snapshot,) each."""
    generators, links = network.generators, network.links
    power, p0, p1 = network.generators_t.p, network.links_t.p0, network.links_t.p1
    available = network.get_switchable_as_dense("Generator", "p_max_pu") * generators.p_nom
    is_made = generators.role == "generation"

    def made(technologies: tuple[str, ...], table: pd.DataFrame) -> FloatArray:
        return _sum(table, generators.index[is_made & generators.technology.isin(technologies)])

    shed = generators.index[(generators.role == "shed") & (generators.bus.map(network.buses.role) == "grid")]
    return {
        "hydro": made(("hydro",), power) - _sum(p1, links.index[links.role == "hydro_turbine"]),
        "thermal": made(THERMAL, power) - _sum(p1, links.index[links.role.isin(THERMAL_LINKS)]),
        "wind": made(("wind",), power),
        "pv": made(("pv",), power),
        "csp": -_sum(p1, links.index[links.role == "csp_turbine"]),
        "wind_potential": made(("wind",), available),
        "pv_potential": made(("pv",), available),
        "consumption": _sum(network.loads_t.p, network.loads.index[network.loads.role == "demand"]),
        "corridor": _sum(p0, links.index[links.role == "corridor"]),
        "tie_export": _sum(p0, links.index[links.role == "tie_export"]),
        "tie_import": -_sum(p1, links.index[links.role == "tie_import"]),
        "shed": _sum(power, shed),
    }


def _sum(table: pd.DataFrame, names: pd.Index) -> FloatArray:
    """Return the sum of some columns, shape (snapshot,); a column that is missing is zero."""
    return np.asarray(table.reindex(columns=names, fill_value=0.0).sum(axis=1), dtype=np.float64)


def _levels(network: pypsa.Network, case: Case) -> FloatArray:
    """Return the level at the start and at each month's end [m], NaN outside the horizon, shape (13,)."""
    name = f"{case.river.plant} reservoir"
    store = network.stores.loc[name]
    curve, full = case.river.curve, case.river.full_m
    dead = curve.storage_m3(full) - store.e_nom * 3600.0
    contents = network.stores_t.e[name].to_numpy()
    levels = np.full(13, np.nan)
    levels[0] = curve.level_m(dead + store.e_initial * 3600.0)
    for place in month_ends(network.snapshots):
        levels[network.snapshots[place].month] = curve.level_m(dead + contents[place] * 3600.0)
    return levels
