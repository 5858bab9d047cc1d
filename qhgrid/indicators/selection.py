"""Pick components out of a results Dataset, add them up by label, and place their hours in months.

A results Dataset has one dim for each kind of component; ``<component>_<attribute>`` holds either a static
column on that dim or a series on ``(snapshot, <component>)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.clock import hours_in_year

GRID_ROLES = ("grid", "source")
"""Roles of the buses of the province's grid: stations or prefectures, and collectors of bases."""

FULL_YEAR_TOLERANCE_H = 0.5
"""A horizon this much short of a year still counts as a year [h]."""


def attribute(results: xr.Dataset, component: str, name: str, default: float | str = 0.0) -> xr.DataArray:
    """Return a static column, or `default` for every component where the network has no such column.

    Parameters
    ----------
    results : xarray.Dataset
        Results of a dispatch.
    component : str
        Dim name, such as ``storage_unit``.
    name : str
        Attribute, such as ``efficiency_store``.
    default : float or str
        Value where the column is missing.

    Returns
    -------
    xarray.DataArray
        Shape (component,), in the attribute's own unit.
    """
    variable = results.get(f"{component}_{name}")
    if variable is not None:
        return variable
    size = results.sizes.get(component, 0)
    values = np.full(size, default, dtype=object if isinstance(default, str) else float)
    return xr.DataArray(values, dims=component, coords={component: results[component].to_numpy()})


def series(results: xr.Dataset, component: str, name: str, static: float = 0.0) -> xr.DataArray:
    """Return an attribute on ``(snapshot, component)``, a static column repeated over the hours.

    Parameters
    ----------
    results : xarray.Dataset
        Results of a dispatch.
    component, name : str
        As in :func:`attribute`.
    static : float
        Value where the network says nothing.
    """
    values = attribute(results, component, name, static)
    if "snapshot" in values.dims:
        return values.transpose("snapshot", component)
    return values.expand_dims(snapshot=results["snapshot"].to_numpy()).transpose("snapshot", component)


def having(results: xr.Dataset, component: str, **wanted: str | Sequence[str]) -> np.ndarray:
    """Return which components have the wanted labels.

    Parameters
    ----------
    results : xarray.Dataset
        Results of a dispatch.
    component : str
        Dim name.
    **wanted : str or sequence of str
        Attribute and the value, or the values, that it may have.

    Returns
    -------
    numpy.ndarray
        Shape (component,), bool.
    """
    chosen = np.ones(results.sizes.get(component, 0), dtype=bool)
    for name, values in wanted.items():
        allowed = (values,) if isinstance(values, str) else tuple(values)
        chosen &= np.isin(attribute(results, component, name, "").to_numpy().astype(str), allowed)
    return chosen


def bus_label(results: xr.Dataset, buses: xr.DataArray, name: str) -> np.ndarray:
    """Return an attribute of each component's bus, such as its role or prefecture, shape (component,)."""
    column = attribute(results, "bus", name, "").to_numpy().astype(str)
    by_bus = dict(zip(results["bus"].to_numpy().astype(str), column, strict=True))
    return np.array([by_bus.get(bus, "") for bus in buses.to_numpy().astype(str)], dtype=object)


def on_grid(results: xr.Dataset, component: str, end: str = "bus") -> np.ndarray:
    """Return which components stand on the province's grid, collectors included, shape (component,)."""
    roles = bus_label(results, attribute(results, component, end, ""), "role")
    return np.isin(roles.astype(str), GRID_ROLES)


def sum_by(values: xr.DataArray, dim: str, label: str) -> xr.DataArray:
    """Add up `values` over `dim` for each value of the coordinate `label`.

    Parameters
    ----------
    values : xarray.DataArray
        Has dim `dim` with a coordinate `label` on it.
    dim : str
        Dim to add over.
    label : str
        Coordinate that groups, such as ``technology``.

    Returns
    -------
    xarray.DataArray
        `dim` replaced by a dim named `label`, its values sorted.
    """
    labels = values[label].to_numpy().astype(str)
    names, codes = np.unique(labels, return_inverse=True)
    membership = xr.DataArray(
        np.eye(len(names))[codes], dims=(dim, label), coords={label: names.astype(object)}
    )
    plain = values.drop_vars([name for name in values.coords if dim in values[name].dims])
    added: xr.DataArray = xr.dot(plain, membership, dim=dim)
    return added


def pick(values: xr.DataArray, dim: str, name: str) -> xr.DataArray:
    """Return the entry `name` of `dim`, zero where there is none."""
    if name in values[dim].to_numpy():
        return values.sel({dim: name}, drop=True)
    return xr.zeros_like(values.sum(dim))


def hours(results: xr.Dataset) -> xr.DataArray:
    """Return how many hours of energy each snapshot stands for, shape (snapshot,) [h]."""
    return results["snapshot_weighting_generators"]


def covered_hours(results: xr.Dataset) -> float:
    """Return the hours that the results cover [h]."""
    return float(hours(results).sum())


def is_full_year(results: xr.Dataset) -> bool:
    """Return whether the results cover at least the whole year of their first snapshot."""
    first = pd.Timestamp(results["snapshot"].to_numpy()[0])
    return covered_hours(results) >= hours_in_year(first.year) - FULL_YEAR_TOLERANCE_H


def energy(results: xr.Dataset, power: xr.DataArray) -> xr.DataArray:
    """Return the energy of `power` over all covered hours, dim ``snapshot`` added up [MWh]."""
    added: xr.DataArray = xr.dot(power, hours(results), dim="snapshot")
    return added


@dataclass(frozen=True)
class Months:
    """The months that a horizon touches.

    Parameters
    ----------
    keys : tuple of str
        ``m01`` … ``m12``; ``y2030m01`` where the horizon meets a month in two years.
    labels_zh, labels_en : tuple of str
        Names, such as ``1月`` and ``Jan``.
    codes : numpy.ndarray
        Position of the month of each snapshot, shape (snapshot,).
    hours : tuple of float
        Hours covered in each month [h].
    """

    keys: tuple[str, ...]
    labels_zh: tuple[str, ...]
    labels_en: tuple[str, ...]
    codes: np.ndarray
    hours: tuple[float, ...]


def months(results: xr.Dataset) -> Months:
    """Return the months that the results touch, in order of time."""
    periods = pd.DatetimeIndex(results["snapshot"].to_numpy()).to_period("M")
    unique = periods.unique().sort_values()
    codes = unique.get_indexer(periods)
    several_years = len({period.month for period in unique}) < len(unique)
    year_key = [f"y{period.year}" if several_years else "" for period in unique]
    year_zh = [f"{period.year}年" if several_years else "" for period in unique]
    year_en = [f" {period.year}" if several_years else "" for period in unique]
    return Months(
        keys=tuple(f"{year}m{period.month:02d}" for year, period in zip(year_key, unique, strict=True)),
        labels_zh=tuple(f"{year}{period.month}月" for year, period in zip(year_zh, unique, strict=True)),
        labels_en=tuple(f"{MONTHS_EN[p.month - 1]}{year}" for year, p in zip(year_en, unique, strict=True)),
        codes=np.asarray(codes),
        hours=tuple(np.bincount(codes, weights=hours(results).to_numpy(), minlength=len(unique)).tolist()),
    )


MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""English names of the months."""


def monthly(results: xr.Dataset, power: xr.DataArray) -> tuple[float, ...]:
    """Return the energy of `power` in each month that the results touch.

    Parameters
    ----------
    results : xarray.Dataset
        Results of a dispatch.
    power : xarray.DataArray
        Shape (snapshot,) [MW].

    Returns
    -------
    tuple of float
        One for each of :func:`months` [MWh].
    """
    covered = months(results)
    values = power.to_numpy() * hours(results).to_numpy()
    return tuple(np.bincount(covered.codes, weights=values, minlength=len(covered.keys)).tolist())


def coverage(results: xr.Dataset) -> tuple[str, str]:
    """Return in Chinese and English which hours the results cover."""
    snapshots = pd.DatetimeIndex(results["snapshot"].to_numpy())
    first, last, count = snapshots[0], snapshots[-1], covered_hours(results)
    span_zh = f"{first:%Y-%m-%d %H}时至{last:%Y-%m-%d %H}时，共{count:g}小时"
    span_en = f"{first:%Y-%m-%d %H}h to {last:%Y-%m-%d %H}h, {count:g} hours"
    if is_full_year(results):
        return f"统计时段：{span_zh}（全年）。", f"Covers {span_en} (a full year)."
    return (
        f"统计时段：{span_zh}，不足全年，数值未外推。",
        f"Covers {span_en}, less than a year; nothing is extrapolated.",
    )
