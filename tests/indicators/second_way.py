"""The sums behind the tables, calculated a second way: plain loops over components.

Shares no code with ``qhgrid.indicators``: it reads the results bus by bus and hour by hour.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import xarray as xr


def _columns(results: xr.Dataset, component: str, *names: str) -> list[tuple]:
    """Return one tuple a component: its name and the wanted static columns."""
    rows = [results[component].to_numpy().tolist()]
    rows += [results[f"{component}_{name}"].to_numpy().tolist() for name in names]
    return list(zip(*rows, strict=True))


def _series(results: xr.Dataset, name: str, component: str, who: str) -> np.ndarray:
    """Return one component's series, shape (snapshot,)."""
    return results[name].sel({component: who}).to_numpy()


def nodal_residual(results: xr.Dataset) -> float:
    """Return the largest imbalance of any grid bus in any hour [MW]."""
    flow = defaultdict(lambda: np.zeros(results.sizes["snapshot"]))
    for who, bus, sign in _columns(results, "generator", "bus", "sign"):
        flow[bus] = flow[bus] + sign * _series(results, "generator_p", "generator", who)
    for who, bus in _columns(results, "load", "bus"):
        flow[bus] = flow[bus] - _series(results, "load_p", "load", who)
    for who, bus in _columns(results, "storage_unit", "bus"):
        flow[bus] = flow[bus] + _series(results, "storage_unit_p_dispatch", "storage_unit", who)
        flow[bus] = flow[bus] - _series(results, "storage_unit_p_store", "storage_unit", who)
    for component in ("link", "line"):
        for who, bus0, bus1 in _columns(results, component, "bus0", "bus1"):
            flow[bus0] = flow[bus0] - _series(results, f"{component}_p0", component, who)
            flow[bus1] = flow[bus1] - _series(results, f"{component}_p1", component, who)
    grid = [bus for bus, role in _columns(results, "bus", "role") if role == "grid"]
    return max(float(np.abs(flow[bus]).max()) for bus in grid)


def energies(results: xr.Dataset) -> dict[str, float]:
    """Return energy over all hours by what it is for, such as ``generation pv`` [MWh]."""
    hours = results["snapshot_weighting_generators"].to_numpy()
    sums: dict[str, float] = defaultdict(float)
    roles = dict(_columns(results, "bus", "role"))
    for who, bus, role, kind in _columns(results, "generator", "bus", "role", "technology"):
        made = float(hours @ _series(results, "generator_p", "generator", who))
        could = float(hours @ _series(results, "generator_p_max_mw", "generator", who))
        if role == "generation":
            sums[f"generation {kind}"] += made
            if kind in ("pv", "wind"):
                sums[f"curtailed {kind}"] += could - made
        elif role in ("shed", "dump") and roles[bus] == "grid":
            sums[role] += made
    for who, role, kind, corridor, tie in _columns(results, "link", "role", "technology", "corridor", "tie"):
        p0 = float(hours @ _series(results, "link_p0", "link", who))
        p1 = float(hours @ _series(results, "link_p1", "link", who))
        if role in ("hydro_turbine", "csp_turbine", "thermal_least", "thermal_above"):
            sums[f"generation {kind}"] -= p1
        elif role in ("psh_pump", "psh_turbine"):
            sums[f"storage loss {kind}"] += p0 if role == "psh_pump" else p1
        elif role == "corridor":
            sums[f"export {corridor}"] += p0
        elif role == "tie_export":
            sums[f"export {tie}"] += p0
        elif role == "tie_import":
            sums[f"import {tie}"] -= p1
        elif role == "ac_link":
            sums["grid losses"] += p0 + p1
    for who, kind, store, dispatch, role in _columns(
        results, "storage_unit", "technology", "efficiency_store", "efficiency_dispatch", "role"
    ):
        if role == "flexible_load":
            continue
        charge = float(hours @ _series(results, "storage_unit_p_store", "storage_unit", who))
        discharge = float(hours @ _series(results, "storage_unit_p_dispatch", "storage_unit", who))
        level = _series(results, "storage_unit_state_of_charge", "storage_unit", who)
        sums[f"storage loss {kind}"] += charge * (1 - store) + discharge * (1 / dispatch - 1)
        sums[f"storage loss {kind}"] += _standing_loss(results, who) * float(hours @ np.roll(level, 1))
    for who, bus, kind in _columns(results, "load", "bus", "demand_class"):
        if roles[bus] == "grid":
            sums[f"demand {kind}"] += float(hours @ _series(results, "load_p", "load", who))
    for kind, energy in _moved(results):
        sums[f"demand {kind}"] += energy
    return dict(sums)


def _standing_loss(results: xr.Dataset, who: str) -> float:
    """Return what a cyclic storage unit loses of its level in an hour [1]."""
    known = "storage_unit_standing_loss" in results
    return float(results["storage_unit_standing_loss"].sel(storage_unit=who)) if known else 0.0


FLOWS = (
    ("storage_unit", "flexible_load", "storage_unit_p_store", 1),
    ("storage_unit", "flexible_load", "storage_unit_p_dispatch", -1),
    ("generator", "interruption", "generator_p", -1),
    ("generator", "migration", "generator_p", -1),
    ("link", "electrolyser", "link_p0", 1),
    ("link", "flexible_up", "link_p0", 1),
    ("link", "flexible_down", "link_p1", 1),
    ("link", "hydrogen_reuse", "link_p1", 1),
)
"""What flexible components add to the demand of their class: component, role, series, sign."""


def _moved(results: xr.Dataset):
    """Yield class and energy of what load moved, was cut or made hydrogen [MWh]."""
    hours = results["snapshot_weighting_generators"].to_numpy()
    for component, wanted, series, sign in FLOWS:
        if f"{component}_demand_class" in results:
            for who, role, kind in _columns(results, component, "role", "demand_class"):
                if role == wanted:
                    yield kind, sign * float(hours @ _series(results, series, component, who))


def cost(results: xr.Dataset) -> float:
    """Return the cost of the plan: every price times every amount [CNY]."""
    weights = results["snapshot_weighting_objective"].to_numpy()
    whole = 0.0
    for component, amount in (("generator", "p"), ("link", "p0"), ("storage_unit", "p_dispatch")):
        for who in results[component].to_numpy():
            price = _series(results, f"{component}_marginal_cost", component, who)
            whole += float(
                np.sum(weights * price * _series(results, f"{component}_{amount}", component, who))
            )
    return whole


def sum_of(sums: dict[str, float], head: str) -> float:
    """Return the sum of all entries whose name starts with `head`."""
    return sum(value for key, value in sums.items() if key.startswith(head))
