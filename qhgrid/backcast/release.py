r"""How the great reservoir was run: a release rule by month, and the level path that follows from it.

.. math:: R_m = a_m + b_h (L_m - L_0) + c_h Q_m

with the level at the start of the month, the discharge of the month, and the half of the year :math:`h`. The
rule is fitted by weighted least squares to monthly balances of the reservoir (:func:`fit_rule`); a backcast
year starts from the published level, then only the rule and the water decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qhgrid.backcast.published import FloatArray
from qhgrid.facts.levels import LevelCurve

HALVES = {"dry": (11, 12, 1, 2, 3, 4), "wet": (5, 6, 7, 8, 9, 10)}
"""Months of the two halves of the water year."""
SECONDS_PER_DAY = 86_400.0


@dataclass(frozen=True)
class Balance:
    """Months of a reservoir, each with the level it begins at, the discharge and the release.

    Parameters
    ----------
    month : numpy.ndarray
        1 to 12, shape (n,).
    level_m, inflow_m3_per_s, release_m3_per_s : numpy.ndarray
        Shape (n,).
    """

    month: FloatArray
    level_m: FloatArray
    inflow_m3_per_s: FloatArray
    release_m3_per_s: FloatArray


@dataclass(frozen=True)
class Rule:
    """The release rule.

    Parameters
    ----------
    reference_m : float
        Level from which levels are counted [m].
    least_m3_per_s : float
        Least release [m3/s].
    base : tuple of float
        Release of January to December at the reference level without inflow [m3/s], shape (12,).
    level : dict of str to float
        Rise of the release with the level, by half of the year [m3/s/m].
    inflow : dict of str to float
        Share of the discharge that is let go, by half of the year [1].
    """

    reference_m: float
    least_m3_per_s: float
    base: tuple[float, ...]
    level: dict[str, float]
    inflow: dict[str, float]

    def release(self, month: int, level_m: float, inflow_m3_per_s: float) -> float:
        """Return the release of a month [m3/s]."""
        half = half_of(month)
        asked = self.base[month - 1] + self.level[half] * (level_m - self.reference_m)
        return max(asked + self.inflow[half] * inflow_m3_per_s, self.least_m3_per_s)


def half_of(month: int) -> str:
    """Return the half of the water year that a month lies in."""
    return next(name for name, months in HALVES.items() if month in months)


def fit_rule(balances: Sequence[tuple[Balance, float]], reference_m: float, least_m3_per_s: float) -> Rule:
    """Return the rule that fits monthly balances, each with the weight of its months."""
    month = np.concatenate([balance.month for balance, _ in balances])
    root = np.sqrt(np.concatenate([np.full(len(balance.month), weight) for balance, weight in balances]))
    level = np.concatenate([balance.level_m for balance, _ in balances]) - reference_m
    inflow = np.concatenate([balance.inflow_m3_per_s for balance, _ in balances])
    release = np.concatenate([balance.release_m3_per_s for balance, _ in balances])
    halves = [np.isin(month, months) for months in HALVES.values()]
    columns = [month == number for number in range(1, 13)]
    columns += [half * level for half in halves] + [half * inflow for half in halves]
    table = np.column_stack(columns) * root[:, None]
    found = [float(term) for term in np.linalg.lstsq(table, release * root, rcond=None)[0]]
    return Rule(
        reference_m,
        least_m3_per_s,
        tuple(found[:12]),
        dict(zip(HALVES, found[12:14], strict=True)),
        dict(zip(HALVES, found[14:], strict=True)),
    )


@dataclass(frozen=True)
class Path:
    """What the rule comes to over a year.

    Parameters
    ----------
    level_m : numpy.ndarray
        At the start and at each month's end [m], shape (13,).
    release_m3_per_s : numpy.ndarray
        Water let go by month, what would overflow included, shape (12,).
    """

    level_m: FloatArray
    release_m3_per_s: FloatArray


def follow_rule(
    rule: Rule, curve: LevelCurve, start_m: float, full_m: float, inflow: FloatArray, days: FloatArray
) -> Path:
    """Return levels and releases of a year under the rule.

    Parameters
    ----------
    rule : Rule
    curve : LevelCurve
        Of the reservoir.
    start_m, full_m : float
        Level at the start, and the level above which water is let go at once [m].
    inflow : numpy.ndarray
        Into the reservoir by month [m3/s], shape (12,).
    days : numpy.ndarray
        Of each month, shape (12,).
    """
    levels, releases = [start_m], []
    full = curve.storage_m3(full_m)
    for month, (flow, length) in enumerate(zip(inflow, days, strict=True), start=1):
        seconds = length * SECONDS_PER_DAY
        release = rule.release(month, levels[-1], flow)
        storage = curve.storage_m3(levels[-1]) + (flow - release) * seconds
        over = max(storage - full, 0.0)
        levels.append(curve.level_m(storage - over))
        releases.append(release + over / seconds)
    return Path(np.array(levels), np.array(releases))
