"""Charts of what is held: water in the reservoirs, energy in storage."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import xarray as xr

from qhgrid.indicators.energy import storage
from qhgrid.indicators.selection import attribute, having, sum_by
from qhgrid.report.charts_energy import hour_label
from qhgrid.report.document import Chart, HourChart, Numbers, Series
from qhgrid.report.study import SPARE_COLOURS, Study, in_order
from qhgrid.units import convert

FloatArray = npt.NDArray[np.float64]
WATER, ENERGY = "亿立方米", "万千瓦时"
SECONDS_PER_H = 3600.0
HOURLY_UP_TO = 24 * 31
"""Longer horizons are drawn by day [h]."""
LEAST_VOLUME_SHARE = 0.01
"""Reservoirs smaller than this share of the largest are not drawn."""


def reservoirs(study: Study) -> Chart | None:
    """Return the water held in each larger reservoir at the end of each day, None where there is none."""
    chosen = np.flatnonzero(having(study.results, "store", role="reservoir"))
    if not len(chosen):
        return None
    levels = study.results["store_e"].transpose("snapshot", "store").to_numpy()
    full = _full(study)
    least = LEAST_VOLUME_SHARE * max(full[place] for place in chosen)
    ranked = sorted((place for place in chosen if full[place] >= least), key=lambda place: -full[place])
    ends = _day_ends(study)
    series = tuple(
        Series(
            study.say("level", name=_plant_name(study, int(place)), full=_volume(full[place])),
            tuple(_volume(value) for value in levels[ends, place]),
            SPARE_COLOURS[number % len(SPARE_COLOURS)],
            "line",
        )
        for number, place in enumerate(ranked)
    )
    return HourChart(
        key="reservoirs",
        title=study.say("reservoir"),
        unit=WATER,
        source=study.say("source.run"),
        note=study.say("reservoir.note"),
        labels=tuple(f"{study.times[end]:%m-%d}" for end in ends),
        series=series,
        step=max(1, len(ends) // 12),
        height=340,
    )


def _full(study: Study) -> FloatArray:
    """Return the size of each store, at least what it ever holds, in its own unit, shape (store,)."""
    most = study.results["store_e"].transpose("snapshot", "store").max("snapshot").to_numpy()
    return np.asarray(np.maximum(attribute(study.results, "store", "e_nom").to_numpy(), most), dtype=float)


def _volume(held: float) -> float:
    """Return water held, of m3/s for an hour, in 亿立方米."""
    return convert(float(held) * SECONDS_PER_H, "m3", WATER)


def _plant_name(study: Study, store: int) -> str:
    """Return the name of the plant of a reservoir."""
    plant = str(attribute(study.results, "store", "plant", "").to_numpy()[store])
    row = study.facts.hydro_plants.get(plant)
    return study.name(row) if row is not None else plant


def _day_ends(study: Study) -> npt.NDArray[np.int64]:
    """Return the position of the last hour of each day."""
    days = study.times.normalize()
    return np.flatnonzero(np.append(days[1:] != days[:-1], True))


def storage_levels(study: Study) -> Chart | None:
    """Return the energy in storage, hourly or as daily extremes; None where there is no storage."""
    levels = _levels(study)
    if not levels.sizes["technology"]:
        return None
    hourly = len(study.times) <= HOURLY_UP_TO
    ends = _day_ends(study)
    series = [
        one
        for name in in_order(levels["technology"].to_numpy())
        for one in _level_series(study, name, levels.sel(technology=name).to_numpy(), hourly)
    ]
    times = study.times if hourly else study.times[ends]
    return HourChart(
        key="storage_levels",
        title=study.say("storage" if hourly else "storage.days"),
        unit=ENERGY,
        source=study.say("source.run"),
        note="" if hourly else study.say("storage.note"),
        labels=tuple(hour_label(time) if hourly else f"{time:%m-%d}" for time in times),
        series=tuple(series),
        step=24 * max(1, len(times) // 24 // 12) if hourly else max(1, len(times) // 12),
        height=340,
    )


def _levels(study: Study) -> xr.DataArray:
    """Return the energy held by technology, shape (snapshot, technology) [MWh]."""
    return sum_by(storage(study.results)["level"], "source", "technology")


def _level_series(study: Study, name: str, held: FloatArray, hourly: bool) -> tuple[Series, ...]:
    """Return the level of one technology, or its daily highest and lowest."""
    label, colour = study.technology_name(name), study.technology_colour(name)
    if hourly:
        return (Series(label, _energy(held), colour, "line"),)
    starts = np.concatenate(([0], _day_ends(study)[:-1] + 1))
    return (
        Series(label, _energy(np.maximum.reduceat(held, starts)), colour, "line"),
        Series(label, _energy(np.minimum.reduceat(held, starts)), colour, "dashed"),
    )


def _energy(held_mwh: FloatArray) -> Numbers:
    """Return energies of MWh in 万千瓦时."""
    factor = convert(1.0, "MWh", ENERGY)
    return tuple(float(value) * factor for value in held_mwh)
