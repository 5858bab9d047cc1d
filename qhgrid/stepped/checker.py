"""Says whether a schedule keeps the rule of steps, straight from its words; shares nothing with the maker.

A schedule is a power for each hour. Runs of equal power are read off; every rule is then a statement about
runs, or about single hours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from qhgrid.scenario.model import Corridor, Outage, Steps

TOLERANCE_MW = 1e-3
"""Two powers closer than this are one set-point."""


@dataclass(frozen=True)
class Breach:
    """One place at which a schedule breaks the rule.

    Parameters
    ----------
    kind : str
        ``hours``, ``number``, ``limit``, ``level``, ``hold``, ``changes``, ``step`` or ``contract``.
    when : object
        Snapshot or day.
    what : str
        What is wrong, in words.
    """

    kind: str
    when: object
    what: str


@dataclass(frozen=True)
class _Run:
    """Hours of one set-point on end."""

    start: pd.Timestamp
    hours: int
    power: float


def check_schedule(
    power: pd.Series, corridor: Corridor, rating: float, contract_mwh: float = -np.inf
) -> tuple[Breach, ...]:
    """Return every breach of a stepped schedule, none if it keeps the rule.

    Parameters
    ----------
    power : pandas.Series
        Power sent in each hour, Beijing time [MW].
    corridor : Corridor
        The corridor with its steps, outages and least power.
    rating : float
        Rated power [MW].
    contract_mwh : float, optional
        Energy that must arrive over these hours [MWh].
    """
    assert corridor.steps is not None
    first = tuple(_hour_breaches(power))
    if first:
        return first
    runs = _runs(power)
    return (
        *_limit_breaches(power, corridor, rating),
        *_level_breaches(runs, corridor, rating),
        *_hold_breaches(runs, corridor.steps),
        *_change_breaches(runs, corridor.steps),
        *_step_breaches(runs, corridor),
        *_contract_breaches(power, corridor, contract_mwh),
    )


def _hour_breaches(power: pd.Series) -> Iterator[Breach]:
    """Yield what keeps a schedule from being a number for each hour on end."""
    times = pd.DatetimeIndex(power.index)
    gaps = np.diff(times.to_numpy()) != np.timedelta64(1, "h")
    for place in np.flatnonzero(gaps):
        yield Breach("hours", times[int(place) + 1], "does not follow the hour before")
    for time, value in power.items():
        if not np.isfinite(value):
            yield Breach("number", time, "is not a number")


def _runs(power: pd.Series) -> list[_Run]:
    """Return the stretches of equal power."""
    marks = np.abs(np.diff(power.to_numpy(), prepend=power.iloc[0])) > TOLERANCE_MW
    numbered = zip(np.cumsum(marks), power.index, power, strict=True)
    runs = []
    for _, members in groupby(numbered, key=lambda item: int(item[0])):
        hours = list(members)
        runs.append(_Run(hours[0][1], len(hours), float(hours[0][2])))
    return runs


def _left_by(outages: tuple[Outage, ...], corridor: Corridor, time: pd.Timestamp) -> float:
    """Return the share of the rating that outages and poles leave at an hour."""
    left = (corridor.poles - corridor.poles_out) / corridor.poles
    for outage in outages:
        if pd.Timestamp(outage.start) <= time < pd.Timestamp(outage.end) + pd.Timedelta(days=1):
            left = min(left, 1.0 - outage.share)
    return left


def _limit_breaches(power: pd.Series, corridor: Corridor, rating: float) -> Iterator[Breach]:
    """Yield hours above what is in service or below the least power."""
    for time, value in zip(pd.DatetimeIndex(power.index), power, strict=True):
        most = _left_by(corridor.outages, corridor, time) * rating
        least = most * corridor.p_min_pu
        if value > most + TOLERANCE_MW:
            yield Breach("limit", time, f"{value:g} MW is above the {most:g} MW in service")
        if value < least - TOLERANCE_MW:
            yield Breach("limit", time, f"{value:g} MW is below the least power of {least:g} MW")


def _level_breaches(runs: list[_Run], corridor: Corridor, rating: float) -> Iterator[Breach]:
    """Yield set-points that are none; nothing at all is right only where the whole corridor is out."""
    assert corridor.steps is not None
    for run in runs:
        is_out = run.power <= TOLERANCE_MW and _left_by(corridor.outages, corridor, run.start) == 0.0
        if not is_out and not _is_level(run.power, corridor.steps, corridor.p_min_pu, rating):
            yield Breach("level", run.start, f"{run.power:g} MW is no set-point")


def _is_level(power: float, steps: Steps, p_min_pu: float, rating: float) -> bool:
    """Return whether a power is one of the set-points."""
    if steps.levels:
        return any(abs(power - level * rating) <= TOLERANCE_MW for level in steps.levels)
    if abs(power - rating) <= TOLERANCE_MW:
        return True
    size = rating / 10.0 if steps.step_size is None else steps.step_size
    above = power - p_min_pu * rating
    nearest = round(above / size) * size
    return above >= -TOLERANCE_MW and abs(above - nearest) <= TOLERANCE_MW


def _hold_breaches(runs: list[_Run], steps: Steps) -> Iterator[Breach]:
    """Yield set-points given up too soon; the last one may be cut short by the end."""
    for run in runs[:-1]:
        if run.hours < steps.minimum_hold:
            what = f"{run.power:g} MW is held for {run.hours} h, not for {steps.minimum_hold} h"
            yield Breach("hold", run.start, what)


def _change_breaches(runs: list[_Run], steps: Steps) -> Iterator[Breach]:
    """Yield days with too many changes; the first set-point of all is none."""
    for day, count in sorted(Counter(run.start.date() for run in runs[1:]).items()):
        if count > steps.changes_per_day:
            yield Breach("changes", day, f"{count} changes, at most {steps.changes_per_day} a day")


def _step_breaches(runs: list[_Run], corridor: Corridor) -> Iterator[Breach]:
    """Yield changes that are too large, but for those where an outage begins or ends."""
    assert corridor.steps is not None
    largest = corridor.steps.largest_step
    for before, after in pairwise(runs):
        hour_before = after.start - pd.Timedelta(hours=1)
        left = [_left_by(corridor.outages, corridor, time) for time in (hour_before, after.start)]
        size = abs(after.power - before.power)
        if largest is not None and left[0] == left[1] and size > largest + TOLERANCE_MW:
            yield Breach("step", after.start, f"a change of {size:g} MW is above {largest:g} MW")


def _contract_breaches(power: pd.Series, corridor: Corridor, contract_mwh: float) -> Iterator[Breach]:
    """Yield a contract that is not delivered."""
    arrived = float(power.sum()) * (1.0 - corridor.loss)
    if arrived < contract_mwh - max(1e-6 * abs(contract_mwh), TOLERANCE_MW):
        yield Breach("contract", power.index[-1], f"{arrived:g} MWh arrive of {contract_mwh:g} MWh")
