"""A past year as a case: its scenario, its hourly series, and the level path that its network must follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from qhgrid.backcast.calibration import months, parameter
from qhgrid.backcast.growth import capacity_at_month_end, share_at_work
from qhgrid.backcast.published import MONTHS, FloatArray, days_in_months, read_published
from qhgrid.backcast.release import Path
from qhgrid.backcast.water import River, derive_discharge, level_path, read_river
from qhgrid.clock import month_ends, snapshots
from qhgrid.facts.curves import corridor_rating, tie_limits
from qhgrid.profiles import load_profiles
from qhgrid.profiles.interpolation import smooth_positive
from qhgrid.scenario import read_scenario

if TYPE_CHECKING:
    import pypsa
    import xarray as xr

    from qhgrid.facts import Facts
    from qhgrid.scenario.model import Scenario

BASE = "2025-base"
"""Scenario that a past year starts from."""
GREATEST_SHARE = 1.0
"""No plant gives more than its rating [1]."""


@dataclass(frozen=True)
class Case:
    """A past year.

    Parameters
    ----------
    year : int
    scenario : Scenario
    settings : tuple of str
        What the scenario changes in :data:`BASE`, as ``key=value``.
    profiles : xarray.Dataset
        Hourly series on the hours of the scenario.
    river : River
    discharge : numpy.ndarray
        At the gauge by month [m3/s], shape (12,).
    path : Path
        Levels and releases of the great reservoir under the rule.
    """

    year: int
    scenario: Scenario
    settings: tuple[str, ...]
    profiles: xr.Dataset
    river: River
    discharge: FloatArray
    path: Path


def past_case(facts: Facts, year: int, horizon: tuple[date, date] | None = None) -> Case:
    """Return the case of a past year, or of some days of it.

    Parameters
    ----------
    facts : Facts
    year : int
        A year with published generation, demand and levels.
    horizon : tuple of datetime.date, optional
        First and last day; the whole year by default.
    """
    first, last = horizon or (date(year, 1, 1), date(year, 12, 31))
    grown = _year_settings(facts, year, first, last)
    draft = read_scenario(BASE, grown, facts).scenario
    river = read_river(facts, draft)
    discharge = derive_discharge(facts, river, year)
    path = level_path(facts, river, year, discharge)
    settings = (*grown, *_hydro_settings(river, path, first, last, year))
    scenario = read_scenario(BASE, settings, facts).scenario
    profiles = past_profiles(facts, scenario, discharge)
    return Case(year, scenario, settings, profiles, river, discharge, path)


def _year_settings(facts: Facts, year: int, first: date, last: date) -> tuple[str, ...]:
    """Return what every year sets from the calibration, then what is known of this year."""
    energy = read_published(facts, year).yearly["consumption"]
    floor = ", ".join(f"{share:.4f}" for share in coal_floor(facts, year))
    known = [row.setting for row in facts.past_settings.values() if row.year == year]
    return (
        f"name=backcast-{year}",
        f"title={{zh: {year}年回溯, en: Backcast of {year}}}",
        f"year={year}",
        f"horizon={{start: {first}, end: {last}}}",
        f"demand.energy={energy / 1e5!r}亿千瓦时",
        f"assumptions.demand.energy={{low: {energy / 1e5 - 1!r}, high: {energy / 1e5 + 1!r}}}",
        "grid.resolution=prefecture",
        f"grid.line_loading={parameter(facts, 'line_loading')!r}",
        f"thermal.monthly_p_min_pu=[{floor}]",
        f"thermal.availability={parameter(facts, 'thermal_availability')!r}",
        _bounds(facts, "thermal.availability", "thermal_availability"),
        f"thermal.coal_price={parameter(facts, 'coal_price')!r} 元/tce",
        _bounds(facts, "thermal.coal_price", "coal_price"),
        *_exchange_settings(facts, year),
        *known,
    )


def coal_floor(facts: Facts, year: int) -> FloatArray:
    """Return the least output of coal by month, per unit of rating, shape (12,).

    Heat and captive load by month as in a year of plenty of water; and never less than what wind and sun ask
    for to hold voltage and follow them, which grows with their capacity up to a limit.
    """
    rows = [row for row in facts.fleet.values() if row.technology == "coal" and row.grade == "OP"]
    coal = sum(row.value or 0.0 for row in rows if row.in_service_year <= year)
    sun_and_wind = np.array(
        [sum(capacity_at_month_end(facts, kind, year, month) for kind in ("pv", "wind")) for month in MONTHS]
    )
    slope, base = parameter(facts, "coal_for_wind_and_sun"), parameter(facts, "coal_for_wind_and_sun_from")
    most = parameter(facts, "coal_for_wind_and_sun_most")
    with_growth = np.minimum(slope * (sun_and_wind - base), most) / coal
    highest = parameter(facts, "thermal_availability")
    return np.minimum(np.maximum(months(facts, "coal_floor"), with_growth), highest)


def _bounds(facts: Facts, key: str, id: str) -> str:
    """Return the range of an assumption as the bounds of its parameter."""
    row = facts.calibration[id]
    return f"assumptions.{key}={{low: {row.low!r}, high: {row.high!r}}}"


def _exchange_settings(facts: Facts, year: int) -> tuple[str, ...]:
    """Return what the calibration says of corridors and ties, the same for all that are in service.

    A corridor carries a share of its usable power; in the hours of sun a neighbour, who has sun as well,
    takes a share of what the tie could carry.
    """
    horizon = f"horizon={{start: {year}-01-01, end: {year}-12-31}}"
    base = read_scenario(BASE, (f"year={year}", horizon), facts).scenario
    share, windows = parameter(facts, "corridor_share"), _windows(facts)
    settings: list[str] = []
    for id, corridor in base.corridors.items():
        if corridor.in_service:
            power = share * (corridor_rating(facts, id, year) or 0.0)
            settings.append(f"corridors.{id}.p_nom={power!r} MW")
            settings.append(f"corridors.{id}.contract=0 MWh")
            settings.append(f"assumptions.corridors.{id}.contract.low=0")
            settings.append(f"corridors.{id}.price={parameter(facts, 'corridor_price')!r} CNY/MWh")
    for id, tie in base.ties.items():
        if tie.in_service:
            power_in, power_out = tie_limits(facts, id, year) or (0.0, 0.0)
            settings.append(f"ties.{id}.import_limit={power_in!r} MW")
            settings.append(f"ties.{id}.export_limit={power_out!r} MW")
            settings.append(f"ties.{id}.windows={windows}")
            settings.append(f"ties.{id}.price_by_month={_month_factors(facts, id)}")
            settings.append(f"ties.{id}.import_price={parameter(facts, 'import_price')!r} CNY/MWh")
            settings.append(f"ties.{id}.export_price={parameter(facts, 'export_price')!r} CNY/MWh")
    return tuple(settings)


def _windows(facts: Facts) -> str:
    """Return the share of tie export that is usable in the hours of sun, by season."""
    hours = list(SUN_HOURS)
    parts: list[str] = []
    for name, season in SUN_SEASONS.items():
        share = parameter(facts, f"sun_export_share_{name}")
        parts.append(f"{{months: {list(season)}, hours: {hours}, export_share: {share!r}}}")
    return f"[{', '.join(parts)}]"


def _month_factors(facts: Facts, tie: str) -> str:
    """Return factors that take a share of the months' differences out of the prices of a tie."""
    rows = [row for row in facts.tie_price_shape.values() if row.tie == tie and row.period]
    rows = rows or [row for row in facts.tie_price_shape.values() if not row.tie and row.period]
    if len(rows) != len(MONTHS):
        return "[]"
    share = parameter(facts, "tie_month_flattening")
    means = [np.mean(row.hours) for row in sorted(rows, key=lambda row: row.period)]
    return f"[{', '.join(f'{float(mean) ** -share:.4f}' for mean in means)}]"


SUN_SEASONS = {"winter": (11, 12, 1, 2, 3), "summer": (4, 5, 6, 7, 8, 9, 10)}
"""Months in which the northwest takes more, and less, of the sun of its neighbours."""
SUN_HOURS = range(9, 17)
"""Hours of sun in the northwest, Beijing time, by their beginning."""


def _hydro_settings(river: River, path: Path, first: date, last: date, year: int) -> tuple[str, ...]:
    """Return start, end and expected levels of the great reservoir."""
    plant = river.plant
    start, end = (level_on(path, year, day) for day in (first, last))
    means = ", ".join(f"{level:.3f} m" for level in (path.level_m[1:] + path.level_m[:-1]) / 2.0)
    return (
        f"hydro.initial_levels={{{plant}: {start:.3f} m}}",
        f"hydro.end_levels={{{plant}: {end - END_SLACK_M:.3f} m}}",
        f"hydro.rule_levels={{{plant}: [{means}]}}",
        "hydro.flood_limit=false",
        "hydro.ice_release=0",
        "assumptions.hydro.ice_release.low=0",
    )


END_SLACK_M = 0.02
"""How far the level may stand off the path at the end of a month [m]."""
POND_SLACK = 0.02
"""How far the content of a smaller reservoir may stand off its start at the end of a month [1]."""


def level_on(path: Path, year: int, day: date) -> float:
    """Return the level of a path [m] at the start of the first day of a year, or else at the end of a day."""
    if (day.month, day.day) == (1, 1):
        return float(path.level_m[0])
    length = days_in_months(year)[day.month - 1]
    return float(np.interp(day.month - 1 + day.day / length, np.arange(13), path.level_m))


def past_profiles(facts: Facts, scenario: Scenario, discharge: FloatArray) -> xr.Dataset:
    """Return the hourly series of a past year.

    PV and wind grow with the capacity at work and have the calibrated potential; demand has the published
    energy of each month; the river has the derived discharge of each month.
    """
    hours = snapshots(scenario.horizon.start, scenario.horizon.end)
    profiles = load_profiles(scenario, hours)
    year, month = scenario.year, hours.month.to_numpy() - 1
    for technology in ("pv", "wind"):
        variable = f"{technology}_p_max_pu"
        potential = np.minimum(
            profiles[variable] * parameter(facts, f"{technology}_potential"), GREATEST_SHARE
        )
        working = share_at_work(facts, technology, year)[month]
        profiles[variable] = potential * working[:, None]
    profiles["inflow_m3_per_s"] = (("snapshot",), _hourly_discharge(discharge, scenario))
    return profiles


def _hourly_discharge(discharge: FloatArray, scenario: Scenario) -> FloatArray:
    """Return the discharge of each hour of the horizon, each month with its mean [m3/s]."""
    year = scenario.year
    series = smooth_positive(discharge, (24 * days_in_months(year)).astype(int))
    first = (scenario.horizon.start - date(year, 1, 1)).days
    last = (scenario.horizon.end - date(year, 1, 1)).days
    return np.asarray(series[24 * first : 24 * (last + 1)])


def follow_demand(network: pypsa.Network, consumption: FloatArray) -> None:
    """Scale all loads such that each whole month has its published energy [MWh], shape (12,), in place."""
    loads = network.c["Load"]
    series = network.get_switchable_as_dense("Load", "p_set")
    month = network.snapshots.month.to_numpy()
    total = series.sum(axis=1)
    factor = np.ones(len(network.snapshots))
    for number in range(1, 13):
        chosen = month == number
        if chosen.any():
            first = network.snapshots[chosen][0]
            mean = consumption[number - 1] / (24.0 * first.days_in_month)
            factor[chosen] = mean / total[chosen].mean()
    loads.dynamic["p_set"] = series.mul(factor, axis=0)


def bind_levels(network: pypsa.Network, case: Case, normal_m: float, dead_m: float) -> None:
    """Hold the great reservoir to the level path at the end of each month, and the others as they began.

    Within slacks, in place: the smaller reservoirs of the river serve days and weeks, not seasons.
    """
    great = f"{case.river.plant} reservoir"
    dead, normal = (case.river.curve.storage_m3(level) for level in (dead_m, normal_m))
    stores = network.stores
    for name in stores.index[stores.role == "reservoir"]:
        begin = stores.e_initial[name] / stores.e_nom[name]
        ends: dict[int, tuple[float, float]] = {}
        for place in month_ends(network.snapshots):
            level = case.path.level_m[network.snapshots[place].month]
            storages = [case.river.curve.storage_m3(level + step) for step in (-END_SLACK_M, END_SLACK_M)]
            bounds = [(storage - dead) / (normal - dead) for storage in storages]
            if name != great:
                bounds = [begin - POND_SLACK, begin + POND_SLACK]
            ends[place] = (min(max(bounds[0], 0.0), 1.0), min(max(bounds[1], 0.0), 1.0))
        _set_bounds(network, name, ends)


def _set_bounds(network: pypsa.Network, name: str, ends: Mapping[int, tuple[float, float]]) -> None:
    """Set least and most content of a Store at some hours, per unit, in place."""
    for side, attribute in enumerate(("e_min_pu", "e_max_pu")):
        values = network.get_switchable_as_dense("Store", attribute)[name].to_numpy().copy()
        for place, bounds in ends.items():
            values[place] = bounds[side]
        network.c["Store"].dynamic[attribute][name] = values
