"""System cost by component: every term of the objective in exactly one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from qhgrid.indicators.selection import attribute, bus_label, having, series

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger

FUELLED = ("coal", "gas")
"""Technologies whose marginal cost is fuel, CO2 and variable operation."""

_SHED_ROWS = {"grid": "unserved", "source": "unserved", "receiving": "contract_shortfall"}
"""Row of the elastic supply by the role of its bus; any other bus counts as ``other_shortage``."""


def cost_of_each(results: xr.Dataset, component: str, cost: str, flow: str) -> np.ndarray:
    """Return the cost of each component over all hours.

    Parameters
    ----------
    results : xarray.Dataset
        Results of a dispatch.
    component : str
        Dim name.
    cost, flow : str
        Attribute with the price [CNY/MWh] and variable with the amount [MW; MWh for a level].

    Returns
    -------
    numpy.ndarray
        Shape (component,) [CNY].
    """
    if f"{component}_{flow}" not in results or not results.sizes.get(component, 0):
        return np.zeros(results.sizes.get(component, 0))
    price = series(results, component, cost).to_numpy().astype(float)
    amount = results[f"{component}_{flow}"].transpose("snapshot", component).to_numpy()
    weights = results["snapshot_weighting_objective"].to_numpy()
    return np.asarray(weights @ (price * amount))


def _add(rows: dict[str, float], keys: np.ndarray, costs: np.ndarray) -> None:
    """Add each cost to the row of its key."""
    for key, cost in zip(keys, costs, strict=True):
        rows[str(key)] = rows.get(str(key), 0.0) + float(cost)


def _generator_keys(ledger: Ledger) -> np.ndarray:
    """Return the row in which the cost of each generator stands, shape (generator,)."""
    results = ledger.results
    roles, technologies, corridors, ties = (
        attribute(results, "generator", name, "").to_numpy().astype(str)
        for name in ("role", "technology", "corridor", "tie")
    )
    buses = bus_label(results, attribute(results, "generator", "bus", ""), "role")
    keys = []
    for role, technology, corridor, tie, bus in zip(roles, technologies, corridors, ties, buses, strict=True):
        by_role = {
            "generation": f"operation_{technology}",
            "solar_field": f"operation_{technology}",
            "start": f"start_{technology}",
            "import": f"import_{tie}",
            "receiving": f"revenue_{corridor}",
            "receiving_tie": f"revenue_{tie}",
            "shed": _SHED_ROWS.get(bus, "other_shortage"),
            "dump": "dump",
            "interruption": "interruption",
            "migration": "migration",
        }
        keys.append(by_role.get(role, "other"))
    return np.array(keys, dtype=object)


def _link_keys(ledger: Ledger) -> np.ndarray:
    """Return the row in which the cost of each Link stands, shape (link,)."""
    roles = attribute(ledger.results, "link", "role", "").to_numpy().astype(str)
    technologies = attribute(ledger.results, "link", "technology", "").to_numpy().astype(str)
    transport = ("corridor", "tie_import", "tie_export", "ac_link")
    pairs = zip(roles, technologies, strict=True)
    return np.array([_link_key(role, t, role in transport) for role, t in pairs], dtype=object)


def _link_key(role: str, technology: str, is_transport: bool) -> str:
    """Return the row in which the cost of a Link stands."""
    if technology:
        return f"{'storage' if role.startswith('psh_') else 'operation'}_{technology}"
    if role == "flexible_down":
        return "flexible_load"
    if role in ("release_shortfall", "release_excess"):
        return "river_limits"
    return "transport" if is_transport else "other"


def _storage_keys(results: xr.Dataset) -> np.ndarray:
    """Return the row in which the cost of each storage unit stands, shape (storage_unit,)."""
    technologies = attribute(results, "storage_unit", "technology", "").to_numpy().astype(str)
    waits = having(results, "storage_unit", role="flexible_load")
    keys = [
        "flexible_load" if is_load else f"storage_{name}"
        for name, is_load in zip(technologies, waits, strict=True)
    ]
    return np.array(keys, dtype=object)


def cost_by_component(ledger: Ledger) -> dict[str, float]:
    """Return the system cost by component; the sum of all is the objective.

    Fuel is what the marginal cost of coal and gas holds beyond CO2 and variable operation. Sales over
    corridors and ties stand as negative costs. What the elastic layer supplies stands by where: unserved
    load on the grid, contract shortfall at the far end of a corridor, other shortage (water, heat,
    neighbours).

    Parameters
    ----------
    ledger : Ledger
        The run.

    Returns
    -------
    dict of str to float
        Cost by row key, in the order of the table [CNY].
    """
    results = ledger.results
    rows: dict[str, float] = {}
    _add(rows, _generator_keys(ledger), cost_of_each(results, "generator", "marginal_cost", "p"))
    _add(rows, _link_keys(ledger), cost_of_each(results, "link", "marginal_cost", "p0"))
    keys = _storage_keys(results)
    for cost, flow in (
        ("marginal_cost", "p_dispatch"),
        ("marginal_cost_storage", "state_of_charge"),
        ("spill_cost", "spill"),
    ):
        _add(rows, keys, cost_of_each(results, "storage_unit", cost, flow))
    others = np.full(results.sizes.get("store", 0), "other", dtype=object)
    _add(rows, others, cost_of_each(results, "store", "marginal_cost", "p"))
    _add(rows, _held_keys(results), cost_of_each(results, "store", "marginal_cost_storage", "e"))
    _split_fuel(ledger, rows)
    return {key: rows.get(key, 0.0) for key in _order(ledger, rows)}


def _held_keys(results: xr.Dataset) -> np.ndarray:
    """Return the row in which the cost of what each Store holds stands, shape (store,)."""
    roles = attribute(results, "store", "role", "").to_numpy().astype(str)
    priced = np.abs(cost_of_each(results, "store", "marginal_cost_storage", "e")) > 0.0
    return np.where((roles == "reservoir") & priced, "water_value", "other").astype(object)


def _split_fuel(ledger: Ledger, rows: dict[str, float]) -> None:
    """Divide the cost of coal and gas into fuel, CO2 and variable operation."""
    weights = ledger.results["snapshot_weighting_objective"]
    energy, burnt = (xr.dot(ledger.sources[name], weights, dim="snapshot") for name in ("power", "burnt"))
    technologies = ledger.sources["technology"].to_numpy()
    for technology in FUELLED:
        key = f"operation_{technology}"
        if key not in rows:
            continue
        own = technologies == technology
        tonnes = float((burnt * ledger.co2_rates).to_numpy()[own].sum())
        rows[f"co2_{technology}"] = tonnes * ledger.scenario.thermal.co2_price
        operation = ledger.facts.technology(technology).marginal_cost_cny_per_mwh * float(energy[own].sum())
        rows[f"fuel_{technology}"] = rows[key] - rows[f"co2_{technology}"] - operation
        rows[key] = operation


_ALWAYS = ("unserved", "contract_shortfall", "dump")
"""Rows that stand in the table even where they cost nothing."""


def _order(ledger: Ledger, rows: dict[str, float]) -> list[str]:
    """Return the row keys in the order of the table."""
    technologies = list(ledger.facts.technologies)
    wanted = [
        f"{part}_{name}" for part in ("fuel", "co2", "operation", "start", "storage") for name in technologies
    ]
    wanted += [f"import_{name}" for name in ledger.facts.ties]
    wanted += [f"revenue_{name}" for name in (*ledger.facts.corridors, *ledger.facts.ties)]
    wanted += ["flexible_load", "interruption", "migration"]
    wanted += ["water_value", "transport", "unserved", "contract_shortfall", "other_shortage"]
    wanted += ["river_limits", "dump", "other"]
    kept = [key for key in wanted if key in rows or key in _ALWAYS]
    return kept + sorted(set(rows) - set(kept))


_PARTS = {
    "fuel": ("燃料费", "fuel"),
    "co2": ("碳排放费", "CO2"),
    "operation": ("变动运维费", "variable operation"),
    "start": ("启动费", "starts"),
    "storage": ("充放电变动费", "cycling"),
    "import": ("外购电费", "imports"),
    "revenue": ("外送电收入", "export revenue"),
}
_WHOLE = {
    "water_value": ("期末存水价值（收入）", "value of the water left at the end"),
    "river_limits": ("下泄越限成本", "releases beyond their limits"),
    "transport": ("输电变动费", "variable cost of transport"),
    "unserved": ("失负荷成本", "unserved energy"),
    "contract_shortfall": ("外送合同欠送成本", "shortfall of export contracts"),
    "other_shortage": ("其他缺口（用水、用热、省外）", "other shortage (water, heat, neighbours)"),
    "dump": ("余电无法消纳成本", "surplus energy that nothing took"),
    "flexible_load": ("可调节负荷补偿", "payment for load that waits"),
    "interruption": ("可中断负荷补偿", "payment for load that is cut"),
    "migration": ("算力迁出成本", "computing done elsewhere"),
    "other": ("其他", "other"),
}


def cost_label(ledger: Ledger, key: str) -> tuple[str, str]:
    """Return Chinese and English label of a cost row."""
    if key in _WHOLE:
        return _WHOLE[key]
    part, _, name = key.partition("_")
    zh, en = _PARTS[part]
    for table in (ledger.facts.technologies, ledger.facts.corridors, ledger.facts.ties):
        if name in table:
            return f"{table[name].name_zh}{zh}", f"{table[name].name_en}: {en}"
    return f"{name or '未归类'}{zh}", f"{name or 'unlabelled'}: {en}"
