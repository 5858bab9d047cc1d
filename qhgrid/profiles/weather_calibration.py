"""Find the tables of the weather model: the level year's targets, met by the mean of many generated years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import ndtr

from qhgrid.profiles import noise, weather_draws
from qhgrid.profiles import weather_years as w
from qhgrid.profiles.level_year import (
    DAYS_IN_MONTH,
    MONTH_OF_HOUR,
    FloatArray,
    days_of_month,
    hours_of_month,
    monthly_means,
    monthly_sums,
)
from qhgrid.profiles.pv import fill_days
from qhgrid.profiles.weather_model import SCORES, WeatherModel

YEARS = 40
"""Generated years whose distributions and memory are fitted."""
LEVEL_YEARS = 160
"""Generated years whose mean is brought to the table of full-load hours."""
ROUNDS = 14
"""Rounds of adjustment."""
STEP = 0.6
"""Share of the miss that one round takes back [1]."""

Progress = Callable[[str], None]


def calibrate(
    maker: w.Maker, years: int = YEARS, level_years: int = LEVEL_YEARS, progress: Progress | None = None
) -> WeatherModel:
    """Return the model whose years have the tables' statistics on average.

    Parameters
    ----------
    maker : Maker
        Tables, clear sky and figures.
    years : int, optional
        How many years stand for all years in distribution and memory.
    level_years : int, optional
        How many do so in level.
    progress : callable, optional
        Told ``sun`` and ``wind`` as their turns come.
    """
    places = maker.climatology.places
    draws = [weather_draws.draw_year(number, places) for number in range(1, years + 1)]
    if progress is not None:
        progress("sun")
    model = _calibrate_sun(_start(maker), draws, maker)
    if progress is not None:
        progress("wind")
    return _level(_calibrate_wind(model, draws, maker), level_years, maker)


def _start(maker: w.Maker) -> WeatherModel:
    """Return the model where the adjustment begins."""
    climatology = maker.climatology
    flat = np.tile(SCORES, (12, 1))
    return WeatherModel(
        sun_memory=climatology.sunshine.daily_lag1.copy(),
        sun_score=flat,
        pv_factor=np.ones((12, 8)),
        slow_share=np.full(12, 0.5),
        fast_share=np.full(12, 0.1),
        pattern=np.log(climatology.wind.diurnal),
        calm=np.array(0.5),
        wind_score=flat,
        fleet_score=np.exp(flat),
        wind_factor=np.ones((12, 8)),
    )


def _quantiles(samples: Sequence[FloatArray]) -> FloatArray:
    """Return the quantiles of pooled samples at the normal scores, strictly rising, shape (57,)."""
    found = np.quantile(np.concatenate([sample.ravel() for sample in samples]), ndtr(SCORES))
    return np.asarray(np.maximum.accumulate(found + 1e-9 * np.arange(len(found))))


def _calibrate_sun(model: WeatherModel, draws: Sequence[weather_draws.Draws], maker: w.Maker) -> WeatherModel:
    """Return the model with memory, distribution and level of the sun."""
    sunshine = maker.climatology.sunshine
    for _ in range(ROUNDS):
        suns = [weather_draws.cloudiness(draw.sun, model.sun_memory) for draw in draws]
        scores = [w.sun_scores(sun, maker) for sun in suns]
        table = np.stack(
            [_quantiles([score[days_of_month(month)] for score in scores]) for month in range(12)]
        )
        model = replace(model, sun_score=table)
        yields = [w.daily_yields(*pair, np.ones(12), maker, model) for pair in zip(suns, scores, strict=True)]
        fleet = [(year * sunshine.weights).sum(axis=1) for year in yields]
        miss = sunshine.daily_lag1 - _day_memory(fleet)
        model = replace(model, sun_memory=np.clip(model.sun_memory + STEP * miss, -0.5, 0.95))
    return model


def _day_memory(fleet: Sequence[FloatArray]) -> FloatArray:
    """Return the mean over the years of each month's correlation with the day before, shape (12,)."""
    return np.array(
        [
            np.mean([noise.lagged_correlation(year[days_of_month(month)], 1) for year in fleet])
            for month in range(12)
        ]
    )


def _calibrate_wind(
    model: WeatherModel, draws: Sequence[weather_draws.Draws], maker: w.Maker
) -> WeatherModel:
    """Return the model with pattern, memory, distribution and level of wind."""
    for _ in range(ROUNDS):
        model, powers = _wind_round(model, draws, maker)
        model = _adjust_wind(model, powers, maker)
    return _wind_round(model, draws, maker)[0]


def _wind_round(
    model: WeatherModel, draws: Sequence[weather_draws.Draws], maker: w.Maker
) -> tuple[WeatherModel, list[FloatArray]]:
    """Return the model with the distributions of its own noise, and the power of all years."""
    scores = []
    for draw in draws:
        sun = weather_draws.cloudiness(draw.sun, model.sun_memory)
        air = weather_draws.spells(draw.sun, draw.air, maker.figures)
        scores.append(w.wind_scores(draw, sun, air, maker, model))
    model = replace(model, wind_score=_monthly_quantiles(scores))
    fleet = [w.fleet_power(w.single_power(score, maker, model), maker) for score in scores]
    model = replace(model, fleet_score=_monthly_quantiles(fleet))
    return model, [w.wind_power(score, maker, model) for score in scores]


def _monthly_quantiles(years: Sequence[FloatArray]) -> FloatArray:
    """Return the distribution of each month over all years, shape (12, 57)."""
    return np.stack([_quantiles([year[hours_of_month(month)] for year in years]) for month in range(12)])


def _adjust_wind(model: WeatherModel, powers: Sequence[FloatArray], maker: w.Maker) -> WeatherModel:
    """Return the model a step nearer to the tables' mean day, memory and spread of months."""
    wind = maker.climatology.wind
    fleet = [w.fleet_power(power, maker) for power in powers]
    slow, fast, pattern = model.slow_share.copy(), model.fast_share.copy(), model.pattern.copy()
    for month in range(12):
        parts = [year[hours_of_month(month)] for year in fleet]
        day = np.mean([part.reshape(-1, 24).mean(axis=0) for part in parts], axis=0)
        pattern[month] += STEP * np.log(wind.diurnal[month] / (day / day.mean()))
        pattern[month] -= pattern[month].mean()
        slow[month] += STEP * (wind.lag24h[month] - _memory(parts, 24))
        fast[month] -= STEP * (wind.lag1h[month] - _memory(parts, 1))
    spread = _month_spread(fleet, maker.figures["wind_year_spread"])
    calm = float(model.calm) + 1.5 * (spread - maker.figures["wind_month_spread"])
    return replace(
        model,
        slow_share=np.clip(slow, 0.0, 1.0),
        fast_share=np.clip(fast, 0.0, 0.6),
        pattern=pattern,
        calm=np.array(np.clip(calm, 0.0, 1.0)),
    )


def _memory(parts: Sequence[FloatArray], lag: int) -> float:
    """Return the mean over the years of a month's correlation with the hour `lag` before."""
    return float(np.mean([noise.lagged_correlation(part, lag) for part in parts]))


def _month_spread(fleet: Sequence[FloatArray], year_spread: float) -> float:
    """Return the standard deviation over mean of one month's wind from year to year, mean of months."""
    months = np.array([monthly_means(year) for year in fleet])
    own = float((months.std(axis=0, ddof=1) / months.mean(axis=0)).mean())
    return float(np.hypot(own, year_spread))


def _level(model: WeatherModel, years: int, maker: w.Maker) -> WeatherModel:
    """Return the model with the factors that bring PV and wind to the tables of full-load hours."""
    climatology, limit = maker.climatology, maker.limit()
    mean = (climatology.wind.full_load_hours / (24 * DAYS_IN_MONTH)).T[MONTH_OF_HOUR]
    panels, blown = [], []
    for number in range(1, years + 1):
        draws = weather_draws.draw_year(number, climatology.places)
        sun = weather_draws.cloudiness(draws.sun, model.sun_memory)
        air = weather_draws.spells(draws.sun, draws.air, maker.figures)
        yields = w.daily_yields(sun, w.sun_scores(sun, maker), np.ones(12), maker, model)
        panels.append(fill_days(limit, yields, draws.clouds))
        blown.append(mean * w.wind_power(w.wind_scores(draws, sun, air, maker, model), maker, model))
    return replace(
        model,
        pv_factor=_factors(panels, limit, climatology.sunshine.full_load_hours.T),
        wind_factor=_factors(blown, np.ones_like(limit), climatology.wind.full_load_hours.T),
    )


def _factors(years: Sequence[FloatArray], limit: FloatArray, target: FloatArray) -> FloatArray:
    """Return factors (12, 8) with which the mean monthly sums, hours capped at `limit`, are the target."""
    factors = np.ones_like(target)
    for _ in range(ROUNDS):
        sums = [monthly_sums(np.minimum(limit, year * factors[MONTH_OF_HOUR])) for year in years]
        factors = factors * target / np.mean(sums, axis=0)
    return np.asarray(factors)
