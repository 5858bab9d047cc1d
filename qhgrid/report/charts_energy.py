"""Charts of energy: the months, the typical weeks, what is curtailed, what makes how much."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from qhgrid.indicators.display import ENERGY, POWER, shown, shown_all
from qhgrid.indicators.energy import total
from qhgrid.report.document import CategoryChart, Chart, HeatChart, HourChart, Numbers, Series
from qhgrid.report.study import PALETTE, Study, in_order

DEMAND_COLOUR = "#111111"
EXPORT_COLOUR = "#c0392b"
WEEK_H = 168
SEASONS = {"winter": (12, 1, 2), "summer": (6, 7, 8)}
NEGLIGIBLE_MW = 0.05
"""Series that never rise above this are left out of a chart [MW]."""

FloatArray = npt.NDArray[np.float64]


def month_labels(study: Study) -> tuple[str, ...]:
    """Return the names of the months that the run touches."""
    months = study.ledger.months
    return months.labels_zh if study.lang == "zh" else months.labels_en


def _monthly(study: Study, power: xr.DataArray) -> tuple[float, ...]:
    """Return the energy of each month [亿千瓦时]."""
    return shown_all(study.ledger.by_month(power)[:-1], ENERGY)


def outflow(study: Study) -> xr.DataArray:
    """Return the power that leaves the province over corridors and ties, shape (snapshot,) [MW]."""
    return total(study.ledger.corridor_sent) + total(study.ledger.exports)


def monthly_balance(study: Study) -> Chart:
    """Return generation and imports of each month against demand and exports."""
    ledger = study.ledger
    bars = [
        Series(study.technology_name(name), _monthly(study, ledger.of(ledger.generation, name)), colour)
        for name in in_order(ledger.generation["technology"].to_numpy())
        for colour in (study.technology_colour(name),)
    ]
    bars.append(Series(study.say("import"), _monthly(study, total(ledger.imports)), PALETTE["import"]))
    bars.append(Series(study.say("shed"), _monthly(study, ledger.shed), PALETTE["shed"]))
    demand, sent = total(ledger.demand), outflow(study)
    lines = (
        Series(study.say("demand"), _monthly(study, demand), DEMAND_COLOUR, "line"),
        Series(study.say("demand.exports"), _monthly(study, demand + sent), EXPORT_COLOUR, "dashed"),
    )
    return CategoryChart(
        key="monthly_balance",
        title=study.say("monthly"),
        unit=ENERGY,
        source=study.say("source.run"),
        note=study.say("monthly.note"),
        categories=month_labels(study),
        series=(*_visible(bars), *lines),
        height=420,
    )


def _visible(series: Iterable[Series], least: float = 0.0) -> tuple[Series, ...]:
    """Return the series that rise above `least` anywhere."""
    return tuple(one for one in series if any(abs(value or 0.0) > least for value in one.values))


def generation_by_technology(study: Study) -> Chart:
    """Return the energy of each technology, lying bars."""
    ledger = study.ledger
    names = in_order(ledger.generation["technology"].to_numpy())[::-1]
    used = [shown(ledger.energy(ledger.of(ledger.generation, name)), ENERGY) for name in names]
    lost = [shown(ledger.energy(ledger.of(ledger.curtailed, name)), ENERGY) for name in names]
    return CategoryChart(
        key="generation_by_technology",
        title=study.say("fleet.energy"),
        unit=ENERGY,
        source=study.say("source.run"),
        categories=tuple(study.technology_name(name) for name in names),
        series=(
            Series(study.say("used"), tuple(used), "#2f6db3"),
            Series(study.say("curtailed"), tuple(lost), "#d9a19a"),
        ),
        lying=True,
        height=max(220, 60 + 30 * len(names)),
    )


def weeks(study: Study) -> tuple[tuple[Chart, ...], tuple[str, ...]]:
    """Return the week charts, and what is missing, in words."""
    charts: list[Chart] = []
    missing: list[str] = []
    for season in SEASONS:
        first = _week_start(study, season)
        if first is None:
            missing.append(study.say("week.missing", season=study.say(f"season.{season}")))
        else:
            charts.append(week(study, season, first, WEEK_H))
    if not charts:
        charts.append(week(study, "other", 0, min(WEEK_H, len(study.times))))
    return tuple(charts), tuple(missing)


def _week_start(study: Study, season: str) -> int | None:
    """Return the hour at which the typical week of a season starts, None if the horizon holds none."""
    times = study.times
    in_season = np.asarray(times.month.isin(SEASONS[season]))
    score = _net_load(study) if season == "winter" else _offer(study)
    starts = [
        hour
        for hour in np.flatnonzero(np.asarray(times.hour == 0)).tolist()
        if hour + WEEK_H <= len(times)
        and in_season[hour : hour + WEEK_H].all()
        and times[hour + WEEK_H - 1] - times[hour] == pd.Timedelta(hours=WEEK_H - 1)
    ]
    if not starts:
        return None
    return int(max(starts, key=lambda hour: (float(score[hour : hour + WEEK_H].sum()), -hour)))


def _offer(study: Study) -> FloatArray:
    """Return what wind and sun could give, shape (snapshot,) [MW]."""
    ledger = study.ledger
    values = ledger.of(ledger.available, "pv") + ledger.of(ledger.available, "wind")
    return np.asarray(values.to_numpy(), dtype=float)


def _net_load(study: Study) -> FloatArray:
    """Return demand and exports less what wind and sun could give, shape (snapshot,) [MW]."""
    load = total(study.ledger.demand) + outflow(study)
    return np.asarray(load.to_numpy(), dtype=float) - _offer(study)


def hour_label(time: pd.Timestamp) -> str:
    """Return the label of an hour, such as ``07-15 13:00``."""
    return f"{time:%m-%d %H}:00"


def week(study: Study, season: str, first: int, hours: int) -> Chart:
    """Return `hours` hours from position `first`: generation stacked, charging below zero, demand as line."""
    ledger = study.ledger
    chosen = slice(first, first + hours)

    def cut(values: xr.DataArray, sign: float = 1.0) -> Numbers:
        return shown_all(sign * values.to_numpy()[chosen], POWER)

    demand, sent = total(ledger.demand), outflow(study)
    areas = (*_generation_areas(study, chosen), *_storage_areas(study, chosen))
    more = (
        Series(study.say("import"), cut(total(ledger.imports)), PALETTE["import"], "area"),
        Series(study.say("shed"), cut(ledger.shed), PALETTE["shed"], "area"),
    )
    lines = (
        Series(study.say("demand"), cut(demand), DEMAND_COLOUR, "line"),
        Series(study.say("demand.exports"), cut(demand + sent), EXPORT_COLOUR, "dashed"),
    )
    return HourChart(
        key=f"week_{season}",
        title=study.say(f"week.{season}"),
        unit=POWER,
        source=study.say("source.run"),
        note=study.say("week.note"),
        labels=tuple(hour_label(time) for time in study.times[chosen]),
        series=(*_visible((*areas, *more), shown(NEGLIGIBLE_MW, POWER)), *lines),
        height=460,
    )


def _generation_areas(study: Study, chosen: slice) -> list[Series]:
    """Return an area for each technology that generates."""
    ledger = study.ledger
    return [
        Series(
            study.technology_name(name),
            shown_all(ledger.of(ledger.generation, name).to_numpy()[chosen], POWER),
            study.technology_colour(name),
            "area",
        )
        for name in in_order(ledger.generation["technology"].to_numpy())
    ]


def _storage_areas(study: Study, chosen: slice) -> list[Series]:
    """Return an area above zero for discharging and one below for charging, for each kind of storage."""
    flows = study.ledger.storage
    areas: list[Series] = []
    for name in in_order(flows["technology"].to_numpy()):
        label, colour = study.technology_name(name), study.technology_colour(name)
        given, taken = (
            study.ledger.of(flows[way], name).to_numpy()[chosen] for way in ("discharge", "charge")
        )
        areas.append(Series(label, shown_all(given, POWER), colour, "area"))
        areas.append(Series(label, shown_all(-taken, POWER), colour, "area"))
    return areas


def monthly_curtailment(study: Study) -> Chart:
    """Return the curtailed energy of each month by technology."""
    ledger = study.ledger
    bars = [
        Series(study.technology_name(name), _monthly(study, ledger.of(ledger.curtailed, name)), colour)
        for name in in_order(ledger.curtailed["technology"].to_numpy())
        for colour in (study.technology_colour(name),)
    ]
    return CategoryChart(
        key="monthly_curtailment",
        title=study.say("curtail.monthly"),
        unit=ENERGY,
        source=study.say("source.run"),
        categories=month_labels(study),
        series=tuple(bars),
        height=380,
    )


def mean_by_month_and_hour(study: Study, values: FloatArray) -> tuple[Numbers, ...]:
    """Return the mean of hourly `values` for each hour of the day, in each month that the run touches.

    Returns
    -------
    tuple of tuple
        24 rows; None where no hour was covered.
    """
    codes, hours = study.ledger.months.codes, study.times.hour.to_numpy()
    count = len(study.ledger.months.keys)
    place = hours * count + codes
    sums = np.bincount(place, weights=values, minlength=24 * count)
    hits = np.bincount(place, minlength=24 * count)
    means = [float(s / n) if n else None for s, n in zip(sums, hits, strict=True)]
    return tuple(tuple(means[row * count : (row + 1) * count]) for row in range(24))


def _curtailed_power(study: Study) -> FloatArray:
    """Return curtailed wind, PV and CSP, shape (snapshot,) [万千瓦]."""
    return np.array(shown_all(total(study.ledger.curtailed).to_numpy(), POWER), dtype=float)


def curtailment_by_month_and_hour(study: Study) -> Chart:
    """Return the mean curtailed power of each month and hour of the day."""
    return HeatChart(
        key="curtailment_month_hour",
        title=study.say("heat.month"),
        unit=POWER,
        source=study.say("source.run"),
        note=study.say("heat.month.note"),
        columns=month_labels(study),
        rows=tuple(f"{hour}" for hour in range(24)),
        values=mean_by_month_and_hour(study, _curtailed_power(study)),
        column_label=study.say("month"),
        row_label=study.say("hour"),
        row_step=3,
        height=380,
    )


def curtailment_by_day_and_hour(study: Study) -> Chart:
    """Return the curtailed power of every hour, a column for each day."""
    days = study.times.normalize()
    unique = days.unique()
    cells = np.full((24, len(unique)), np.nan)
    cells[study.times.hour.to_numpy(), unique.get_indexer(days)] = _curtailed_power(study)
    rows = tuple(tuple(None if np.isnan(v) else float(v) for v in row) for row in cells)
    return HeatChart(
        key="curtailment_day_hour",
        title=study.say("heat.day"),
        unit=POWER,
        source=study.say("source.run"),
        columns=tuple(f"{day:%m-%d}" for day in unique),
        rows=tuple(f"{hour}" for hour in range(24)),
        values=rows,
        column_label=study.say("day"),
        row_label=study.say("hour"),
        column_step=max(1, len(unique) // 12),
        row_step=3,
        height=320,
    )
