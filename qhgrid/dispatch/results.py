"""Results and inputs of a dispatch as one labelled data set, and its file.

Dimensions are ``snapshot`` and one per kind of component; a variable is named ``<component>_<attribute>``.
Names,
order and bytes are the same for the same network, always.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.clock import TIME_ZONE
from qhgrid.dispatch.inputs import Inputs, scaled

if TYPE_CHECKING:
    import pypsa

DIMENSIONS = {
    "Bus": "bus",
    "Generator": "generator",
    "Load": "load",
    "StorageUnit": "storage_unit",
    "Store": "store",
    "Link": "link",
    "Process": "process",
    "Line": "line",
    "Transformer": "transformer",
}
"""Dimension of each kind of component."""

RESULTS = {
    "Bus": ("p", "marginal_price"),
    "Generator": ("p",),
    "Load": ("p",),
    "StorageUnit": ("p", "p_dispatch", "p_store", "state_of_charge", "spill", "mu_energy_balance"),
    "Store": ("p", "e", "mu_energy_balance"),
    "Link": ("p0", "p1"),
    "Process": ("p", "p0", "p1"),
    "Line": ("p0", "p1"),
    "Transformer": ("p0", "p1"),
}
"""Result tables of each kind; ports beyond the first two are added as the network has them."""

_SERIES = {
    "Generator": ("marginal_cost", "efficiency"),
    "Load": ("p_set",),
    "StorageUnit": ("marginal_cost", "inflow", "spill_cost"),
    "Store": ("marginal_cost", "marginal_cost_storage", "e_min_pu", "e_max_pu"),
    "Link": ("marginal_cost", "efficiency"),
    "Process": ("marginal_cost",),
    "Line": ("s_max_pu",),
    "Transformer": ("s_max_pu",),
}
_LIMITS = {
    "Generator": (("p_max_mw", "p_max_pu", 1.0), ("p_min_mw", "p_min_pu", 1.0)),
    "StorageUnit": (("p_max_mw", "p_max_pu", 1.0), ("p_store_max_mw", "p_min_pu", -1.0)),
    "Link": (("p_max_mw", "p_max_pu", 1.0), ("p_min_mw", "p_min_pu", 1.0)),
    "Process": (("p_max_mw", "p_max_pu", 1.0), ("p_min_mw", "p_min_pu", 1.0)),
}
_ENERGY = {"state_of_charge", "e"}
_PRICES = {"marginal_price", "marginal_cost", "marginal_cost_storage", "mu_energy_balance", "spill_cost"}


def to_dataset(network: pypsa.Network) -> xr.Dataset:
    """Return results and inputs of a dispatched network.

    Parameters
    ----------
    network : pypsa.Network
        With results in its tables; a table that is missing is given as 0.

    Returns
    -------
    xarray.Dataset
        Dimensions ``snapshot``, ``bus``, ``generator``, ``load``, ``storage_unit``, ``store``, ``link``,
        ``process``,
        ``line``, ``transformer``, of length 0 where there are none. Results and inputs that vary in time
        have shape
        (snapshot, component), static attributes (component,); ``attrs["units"]`` on each. Limits of power
        are given in
        MW (``generator_p_max_mw``). Weightings are ``snapshot_weighting_…`` (snapshot) [h].
    """
    inputs = Inputs(network)
    variables: dict[str, Any] = {}
    coordinates: dict[str, Any] = {"snapshot": np.asarray(network.snapshots)}
    for kind in ("objective", "generators", "stores"):
        weight = network.snapshot_weightings[kind].to_numpy(dtype=float)
        variables[f"snapshot_weighting_{kind}"] = ("snapshot", weight, {"units": "h"})
    for component, dimension in DIMENSIONS.items():
        names = network.c[component].static.index
        coordinates[dimension] = np.array([str(name) for name in names], dtype=object)
        variables |= _results(inputs, component, dimension, names)
        variables |= _varying_inputs(inputs, component, dimension, names)
        variables |= _static(network, component, dimension, variables)
    attributes = {"time_zone": TIME_ZONE, "Conventions": "CF-1.11", "title": "hourly dispatch"}
    return xr.Dataset(variables, coordinates, attributes)


def _results(inputs: Inputs, component: str, dimension: str, names: pd.Index) -> dict[str, Any]:
    """Return the result tables of one kind of component."""
    wanted = list(RESULTS[component])
    if component in ("Link", "Process"):
        ports = [port.power for port in inputs.ports(component)]
        wanted += [power for power in ports if power not in wanted]
    variables = {}
    for attribute in wanted:
        frame = inputs.network.c[component].dynamic.get(attribute)
        values = np.zeros((inputs.n_snapshots, len(names)))
        if frame is not None and frame.shape[1]:
            values = frame.reindex(index=inputs.snapshots, columns=names).fillna(0.0).to_numpy(dtype=float)
        variables[f"{dimension}_{attribute}"] = (
            ("snapshot", dimension),
            values + 0.0,
            {"units": _units(attribute)},
        )
    return variables


def _varying_inputs(inputs: Inputs, component: str, dimension: str, names: pd.Index) -> dict[str, Any]:
    """Return the inputs that may vary in time, dense, and the limits of power in MW."""
    variables: dict[str, Any] = {}
    shape = ("snapshot", dimension)
    for attribute in _SERIES.get(component, ()):
        values = np.array(inputs.series(component, attribute, names))
        variables[f"{dimension}_{attribute}"] = (shape, values, {"units": _units(attribute)})
    for name, per_unit, sign in _LIMITS.get(component, ()):
        limit = scaled(
            sign * inputs.series(component, per_unit, names), inputs.static(component, "p_nom", names)
        )
        is_active = inputs.flag(component, "active", names)
        variables[f"{dimension}_{name}"] = (shape, np.where(is_active, limit, 0.0) + 0.0, {"units": "MW"})
    return variables


def _units(attribute: str) -> str:
    """Return the unit of a result or input by its PyPSA name."""
    if attribute in _ENERGY:
        return "MWh"
    if attribute in _PRICES:
        return "CNY/MWh"
    return "1" if attribute.endswith("_pu") or attribute == "efficiency" else "MW"


def _static(network: pypsa.Network, component: str, dimension: str, taken: dict[str, Any]) -> dict[str, Any]:
    """Return the static attributes, custom columns included, whose names are not taken by a series."""
    members = network.c[component]
    variables = {}
    for column in members.static.columns:
        name = f"{dimension}_{column}"
        varies = column in members.dynamic and members.dynamic[column].shape[1] > 0
        if name not in taken and not varies:
            values = _plain(members.static[column])
            variables[name] = (
                dimension,
                values,
                {"units": _static_units(members.defaults, str(column), values)},
            )
    return variables


def _plain(series: pd.Series) -> np.ndarray:
    """Return a column as float, int, bool or text, text with nothing missing."""
    if pd.api.types.is_bool_dtype(series):
        return series.to_numpy(dtype=bool)
    if pd.api.types.is_integer_dtype(series):
        return series.to_numpy(dtype=np.int64)
    if pd.api.types.is_numeric_dtype(series):
        return series.to_numpy(dtype=float)
    return np.array(["" if pd.isna(value) else str(value) for value in series], dtype=object)


def _static_units(defaults: pd.DataFrame, column: str, values: np.ndarray) -> str:
    """Return the unit of a static attribute as in PyPSA's table; 1 for numbers without unit."""
    if values.dtype == object:
        return "text"
    unit = str(defaults.at[column, "unit"]) if column in defaults.index else ""
    return {"per unit": "1", "n/a": "1", "nan": "1", "": "1"}.get(unit, unit.replace("currency", "CNY"))


def write_results(path: str | Path, dataset: xr.Dataset) -> None:
    """Write a data set as compressed netCDF-4; the same data set gives the same bytes.

    Parameters
    ----------
    path : str or Path
        File to write; an old one is overwritten.
    dataset : xarray.Dataset
        What :func:`to_dataset` returns.
    """
    encoding: dict[str, dict[str, Any]] = {}
    for name, variable in dataset.variables.items():
        if variable.dtype.kind == "M":
            encoding[str(name)] = {
                "units": "hours since 1970-01-01 00:00:00",
                "calendar": "proleptic_gregorian",
            }
        elif variable.dtype.kind in "fib" and variable.size:
            encoding[str(name)] = {"zlib": True, "complevel": 4, "shuffle": True}
        if variable.dtype.kind == "f":
            encoding.setdefault(str(name), {})["_FillValue"] = None
    dataset.to_netcdf(path, mode="w", format="NETCDF4", engine="netcdf4", encoding=encoding)


def read_results(path: str | Path) -> xr.Dataset:
    """Return a data set that :func:`write_results` wrote, in memory."""
    with xr.open_dataset(path, engine="netcdf4") as dataset:
        return dataset.load()
