"""Figures by month and by hour."""

from __future__ import annotations

from dataclasses import dataclass

from qhgrid.facts.rows.row import Row


@dataclass(frozen=True, kw_only=True)
class HourSeries(Row):
    """A day in 24 hours of Beijing time, for a month or a quarter; value is the mean of the hours."""

    period: int
    """Month 1–12 or quarter 1–4; 0 for the whole year."""
    hours: tuple[float, ...]
    """Figure of the hour that starts at 0, 1, … 23 h, shape (24,)."""


@dataclass(frozen=True, kw_only=True)
class TiePriceDay(HourSeries):
    """``tie_price_shape.csv``: prices of a neighbour's market through a day, over their mean of the year."""

    tie: str = ""
    """Id of ``ties.csv``, or empty for every tie without days of its own."""


@dataclass(frozen=True, kw_only=True)
class CorridorCurve(HourSeries):
    """``corridors_curves.csv``: a day at the receiving end of a corridor, over the mean of the year."""

    corridor: str
    """Id of ``corridors.csv``."""
    quantity: str
    """``price`` paid at the receiving end, or ``power`` that it takes."""


@dataclass(frozen=True, kw_only=True)
class MonthSeries(Row):
    """A year in 12 months; value is their sum or mean, as the table says, in `unit`."""

    year: int
    """Year of an observation; 0 for a climatological mean."""
    technology: str
    """Id of ``technologies.csv``, or empty."""
    prefecture: str
    """Id of ``prefectures.csv``, or empty for the province."""
    months: tuple[float, ...]
    """Figure of January … December, shape (12,)."""


@dataclass(frozen=True, kw_only=True)
class WeatherFigure(Row):
    """``weather.csv``: a figure of the generated weather years; value is the figure."""


@dataclass(frozen=True, kw_only=True)
class Variability(Row):
    """``pv_wind_variability.csv``: spread of a month; value is the mean daily yield of PV [h]."""

    month: int
    pv_daily_p5_h: float
    """Quantiles of the daily full-load hours of PV [h]."""
    pv_daily_p25_h: float
    pv_daily_p50_h: float
    pv_daily_p75_h: float
    pv_daily_p95_h: float
    pv_daily_lag1: float
    """Autocorrelation of the daily yield from one day to the next [1]."""
    wind_cv: float
    """Standard deviation over mean of hourly wind output [1]."""
    wind_rel_p5: float
    """Quantiles of hourly wind output over its monthly mean [1]."""
    wind_rel_p25: float
    wind_rel_p50: float
    wind_rel_p75: float
    wind_rel_p95: float
    wind_rel_p99: float
    wind_lag1h: float
    """Autocorrelation of wind output over one hour, and over a day [1]."""
    wind_lag24h: float
