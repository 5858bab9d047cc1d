"""The river's record and generated years side by side, in the figures that the generator must keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qhgrid.profiles import noise
from qhgrid.profiles.climatology import River
from qhgrid.profiles.inflow import chosen_years, yearly_means
from qhgrid.profiles.level_year import DAYS_IN_MONTH, FloatArray
from qhgrid.profiles.water_years import skewness, synthetic_years

YEARS = 1000
"""Generated years that are compared with the record."""


@dataclass(frozen=True)
class WaterFigure:
    """One statistic of the record and of the generated years."""

    name: str
    """``mean``, ``deviation``, ``skew``, ``memory`` (year to year), ``p10``, ``p50``, ``p90``."""
    period: int
    """1 to 12 for a month, 0 for the year."""
    record: float
    made: float
    error: float
    """Standard error of the record's figure, for its number of years."""
    unit: str


@dataclass(frozen=True)
class WaterReport:
    """The record and generated years."""

    record_years: tuple[int, int]
    """First and last measured year."""
    typical: dict[str, int]
    """Measured year behind dry, median and wet."""
    means: dict[int, float]
    """Mean discharge of each year of the record [m3/s]."""
    figures: tuple[WaterFigure, ...]
    made_years: int


def report_water(river: River, years: int = YEARS) -> WaterReport:
    """Return the comparison of `years` generated years with the measured record."""
    measured = river.measured()
    record, made = measured.monthly_m3_per_s, synthetic_years(river, years)
    figures = [
        figure
        for month in range(12)
        for figure in _figures(record[:, month], made[:, month], month + 1)
        if figure.name != "memory"
    ]
    record_years, made_years = (
        (flows * DAYS_IN_MONTH).sum(axis=1) / DAYS_IN_MONTH.sum() for flows in (record, made)
    )
    return WaterReport(
        record_years=(int(measured.years.min()), int(measured.years.max())),
        typical=chosen_years(river),
        means=dict(zip((int(year) for year in river.years), yearly_means(river).tolist(), strict=True)),
        figures=(*_figures(record_years, made_years, 0), *_quantiles(record_years, made_years), *figures),
        made_years=years,
    )


def _figures(record: FloatArray, made: FloatArray, period: int) -> list[WaterFigure]:
    """Return mean, deviation, skew and memory of one month or of the year."""
    count, deviation = len(record), float(record.std(ddof=1))
    values = {
        "mean": (record.mean(), made.mean(), deviation / np.sqrt(count), "m3/s"),
        "deviation": (deviation, made.std(ddof=1), deviation / np.sqrt(2 * count), "m3/s"),
        "skew": (skewness(record), skewness(made), np.sqrt(6 / count), "1"),
        "memory": (
            noise.lagged_correlation(record, 1), noise.lagged_correlation(made, 1), 1 / np.sqrt(count), "1",
        ),
    }  # fmt: skip
    return [
        WaterFigure(name, period, float(ours), float(theirs), float(error), unit)
        for name, (ours, theirs, error, unit) in values.items()
    ]


def _quantiles(record: FloatArray, made: FloatArray) -> list[WaterFigure]:
    """Return the yearly means that a tenth, half and nine tenths of the years stay below."""
    density = {0.1: 1.71, 0.5: 1.25, 0.9: 1.71}  # of a normal variable: √(p(1-p)) / φ(z_p)
    scale = float(record.std(ddof=1)) / np.sqrt(len(record))
    return [
        WaterFigure(
            f"p{share * 100:.0f}", 0, float(np.quantile(record, share)), float(np.quantile(made, share)),
            float(factor * scale), "m3/s",
        )
        for share, factor in density.items()
    ]  # fmt: skip
