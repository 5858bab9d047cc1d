"""What load drew once the flexible part of it had moved, was cut, or ran electrolysers instead.

A load of the network is what its users asked for. Load that waits, load that is cut and electrolysers stand
beside it as components of their own; here they are added to it again, class by class, so that every table
counts what was drawn from the grid.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from qhgrid.indicators.selection import attribute, having, on_grid

FLEXIBLE_LOAD = "flexible_load"
"""Role of the storage units that stand for load that waits."""
CUT = ("interruption", "migration")
"""Roles of the generators that stand for load not served at the place and hour it was asked for."""
DRAWS = ("electrolyser", "flexible_up")
"""Roles of the links that draw from the grid for a class of demand."""
GIVES = ("hydrogen_reuse", "flexible_down")
"""Roles of the links that give back to the grid for a class of demand."""


def requested(results: xr.Dataset) -> xr.DataArray:
    """Return the load that was asked for on the grid, shape (snapshot, load) [MW]."""
    return _part(results, results["load_p"], "load", on_grid(results, "load"))


def changes(results: xr.Dataset) -> tuple[xr.DataArray, ...]:
    """Return what flexible components add to the load, one array a kind, shape (snapshot, load) [MW].

    In order: load that waits, load that is cut, what draws, what gives back; the last three are negative
    where they relieve the grid.
    """
    moved = results["storage_unit_p_store"] - results["storage_unit_p_dispatch"]
    return (
        _part(results, moved, "storage_unit", having(results, "storage_unit", role=FLEXIBLE_LOAD)),
        _part(results, -results["generator_p"], "generator", having(results, "generator", role=CUT)),
        _part(results, results["link_p0"], "link", having(results, "link", role=DRAWS)),
        _part(results, results["link_p1"], "link", having(results, "link", role=GIVES)),
    )


def drawn(results: xr.Dataset) -> xr.DataArray:
    """Return what every load and every flexible component drew, shape (snapshot, load) [MW].

    Returns
    -------
    xarray.DataArray
        With the coordinates ``demand_class`` and ``prefecture`` on ``load``. Adds up, class by class, to what
        left the grid for the class; a single component may be negative.
    """
    return xr.concat([requested(results), *(part for part in changes(results) if part.size)], dim="load")


def _part(results: xr.Dataset, values: xr.DataArray, component: str, chosen: np.ndarray) -> xr.DataArray:
    """Return the chosen components on the dim ``load``, with class and prefecture."""
    picked = values.transpose("snapshot", component).isel({component: chosen})
    columns = {
        label: attribute(results, component, label, "").to_numpy()[chosen].astype(str).astype(object)
        for label in ("demand_class", "prefecture")
    }
    plain = xr.DataArray(
        picked.to_numpy(),
        {"snapshot": picked["snapshot"].to_numpy(), "load": picked[component].to_numpy().astype(object)},
        ("snapshot", "load"),
    )
    return plain.assign_coords({label: ("load", column) for label, column in columns.items()})
