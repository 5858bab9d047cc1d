"""Generated weather years: sun, wind, temperature of a year that might have been, made on demand.

The level year has the table's mean and distribution in every month. A generated year has them on average: a
month may be calm, dark or cold. Within a day and between prefectures it behaves like the level year, and
what that keeps apart is joined here: a cold day is windier or calmer, a clear day warmer or colder, as
``data/weather.csv`` says. What a year is depends on its number, the tables and the model alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from qhgrid.profiles import noise, pv, temperature, weather_draws
from qhgrid.profiles.climatology import PV_PROBABILITIES, WIND_PROBABILITIES, Climatology
from qhgrid.profiles.csp import make_csp
from qhgrid.profiles.interpolation import smooth_months
from qhgrid.profiles.level_year import (
    DAYS,
    DAYS_IN_MONTH,
    HOURS,
    MONTH_OF_HOUR,
    FloatArray,
    days_of_month,
    hours_of_month,
)
from qhgrid.profiles.sun import ClearSky
from qhgrid.profiles.weather_draws import Draws
from qhgrid.profiles.weather_model import SCORES, WeatherModel
from qhgrid.profiles.wind import filled_quantiles

GENERATOR_VERSION = "1"
"""Raised whenever the same tables, model and number give another year."""
FINE: FloatArray = np.linspace(-6.0, 6.0, 2401)
"""Normal scores over which the mean of a distribution is taken, shape (2401,)."""


@dataclass(frozen=True)
class WeatherYear:
    """One generated year on the level year's calendar. Shapes (8760, 8)."""

    pv: FloatArray
    """Available PV per unit of rated power [1]."""
    wind: FloatArray
    """Available wind per unit of rated power [1]."""
    dni: FloatArray
    """Heat of a CSP field per unit of design heat [1]."""
    temperature: FloatArray
    """Air temperature at the prefecture seats [degC]."""


@dataclass(frozen=True)
class Maker:
    """All that a weather year is made from, but its number."""

    climatology: Climatology
    sky: ClearSky
    figures: Mapping[str, float]
    """Figures of ``data/weather.csv`` by id."""

    def limit(self) -> FloatArray:
        """Return PV under a clear sky, shape (8760, 8) [1]."""
        return np.asarray(np.minimum(1.0, pv.SYSTEM_FACTOR * self.sky.plane_of_array / 1000.0))


def make_weather_year(number: int, maker: Maker, model: WeatherModel) -> WeatherYear:
    """Return a generated year, counted from 1, rounded as the shipped files are."""
    draws = weather_draws.draw_year(number, maker.climatology.places)
    sun = weather_draws.cloudiness(draws.sun, model.sun_memory)
    air = weather_draws.spells(draws.sun, draws.air, maker.figures)
    limit = maker.limit()
    yields = daily_yields(sun, sun_scores(sun, maker), slow_factors(draws, 0, maker.figures), maker, model)
    panels = np.minimum(limit, pv.fill_days(limit, yields, draws.clouds) * model.pv_factor[MONTH_OF_HOUR])
    clearness = np.divide(panels, limit, out=np.zeros_like(panels), where=limit > 0)
    score = wind_scores(draws, sun, air, maker, model)
    blown = wind_power(score, maker, model) * slow_factors(draws, 1, maker.figures)[MONTH_OF_HOUR, None]
    blown *= model.wind_factor[MONTH_OF_HOUR] * _hourly_mean(maker)
    return WeatherYear(
        pv=_rounded(panels, 5),
        wind=_rounded(np.minimum(blown, 1.0), 5),
        dni=_rounded(make_csp(maker.sky, clearness), 5),
        temperature=_rounded(air_temperature(air, draws, maker), 3),
    )


def _rounded(values: FloatArray, decimals: int) -> FloatArray:
    """Return values with as many digits as the shipped files keep."""
    return np.asarray(np.round(values, decimals), dtype=np.float64)


def slow_factors(draws: Draws, which: int, figures: Mapping[str, float]) -> FloatArray:
    """Return the factor of each month on sun (0) or wind (1), mean 1, shape (12,)."""
    year = figures[("pv_year_spread", "wind_year_spread")[which]]
    month = figures["pv_month_spread"] if which == 0 else 0.0
    log = year * draws.years[which] + month * draws.months[which]
    return np.asarray(np.exp(log - (year * year + month * month) / 2))


def sun_scores(sun: FloatArray, maker: Maker) -> FloatArray:
    """Return the fleet's raw daily score of sunshine, the season's drift within the month on it, (365,)."""
    clear = maker.limit().reshape(DAYS, 24, -1).sum(axis=1)
    score = np.empty(DAYS)
    for month in range(12):
        days = days_of_month(month)
        weights, deviation, spread = _fleet_of_month(month, maker)
        season = (clear[days] * weights).sum(axis=1)
        fleet = (sun[days] * weights).sum(axis=1) / deviation
        score[days] = fleet + (season / season.mean() - 1) / spread
    return score


def _fleet_of_month(month: int, maker: Maker) -> tuple[FloatArray, float, float]:
    """Return the fleet's weights (8,), the deviation of its mean noise, and the spread of its yields."""
    sunshine, places = maker.climatology.sunshine, maker.climatology.places
    weights = sunshine.weights * sunshine.full_load_hours[:, month]
    weights = weights / weights.sum()
    alike = np.exp(-noise.distances_km(places.lon, places.lat) / pv.CORRELATION_LENGTH_KM)
    deviation = float(np.sqrt((weights[:, None] * alike * weights).sum()))
    quantiles = sunshine.daily_quantiles[month]
    return weights, deviation, float((quantiles[3] - quantiles[1]) / (2 * float(ndtri(0.75))))


def daily_yields(
    sun: FloatArray, score: FloatArray, factors: FloatArray, maker: Maker, model: WeatherModel
) -> FloatArray:
    """Return daily full-load hours of PV, shape (365, 8) [h]; see :mod:`qhgrid.profiles.pv`.

    Parameters
    ----------
    sun : numpy.ndarray
        Daily cloudiness, standard normal, shape (365, 8).
    score : numpy.ndarray
        The fleet's raw score, shape (365,).
    factors : numpy.ndarray
        Factor of each month, shape (12,).
    maker, model
        What the year is made from.
    """
    sunshine = maker.climatology.sunshine
    clear = maker.limit().reshape(DAYS, 24, -1).sum(axis=1)
    known = np.asarray(ndtri(np.array(PV_PROBABILITIES)))
    yields = np.empty_like(clear)
    for month in range(12):
        days = days_of_month(month)
        weights, deviation, spread = _fleet_of_month(month, maker)
        z = np.interp(score[days], model.sun_score[month], SCORES)
        target = noise.normal_curve(z, known, sunshine.daily_quantiles[month])
        fleet = (sun[days] * weights).sum(axis=1)
        local = spread * (sun[days] - fleet[:, None]) / deviation
        mean = sunshine.full_load_hours[:, month] / DAYS_IN_MONTH[month]
        yields[days] = mean * factors[month] * (target[:, None] + local)
    return np.asarray(np.clip(yields, pv.DARKEST_DAY * clear, pv.CLEAREST_DAY * clear))


def wind_scores(
    draws: Draws, sun: FloatArray, air: FloatArray, maker: Maker, model: WeatherModel
) -> FloatArray:
    """Return the raw score of wind with its daily pattern, shape (8760, 8)."""
    day = (weather_draws.from_noon_to_noon(sun), weather_draws.from_noon_to_noon(air))
    slow, fast = (
        np.clip(smooth_months(share), 0.0, 1.0)[:, None] for share in (model.slow_share, model.fast_share)
    )
    score = weather_draws.mixed_wind(draws, day, (slow, fast), float(model.calm), maker.figures)
    return np.asarray(score + smooth_months(model.pattern, DAYS).reshape(HOURS, 1))


def single_power(score: FloatArray, maker: Maker, model: WeatherModel) -> FloatArray:
    """Return power of each prefecture per unit of the month's long-run mean, shape (8760, 8)."""
    quantiles = filled_quantiles(maker.climatology.wind.quantiles)
    power = np.empty_like(score)
    for month in range(12):
        hours = hours_of_month(month)
        z = np.interp(score[hours], model.wind_score[month], SCORES)
        power[hours] = _power_at(z, quantiles[month])
    return power


def wind_power(score: FloatArray, maker: Maker, model: WeatherModel) -> FloatArray:
    """Return power per unit of the long-run mean; the fleet's has the table's quantiles, shape (8760, 8)."""
    quantiles = filled_quantiles(maker.climatology.wind.quantiles)
    power = single_power(score, maker, model)
    fleet = fleet_power(power, maker)
    for month in range(12):
        hours = hours_of_month(month)
        z = np.interp(fleet[hours], model.fleet_score[month], SCORES)
        power[hours] *= (_power_at(z, quantiles[month]) / fleet[hours])[:, None]
    return power


def fleet_power(power: FloatArray, maker: Maker) -> FloatArray:
    """Return the fleet's power per unit of the month's long-run mean, shape (8760,)."""
    wind = maker.climatology.wind
    energy = (wind.weights[:, None] * wind.full_load_hours).T
    weights = energy / energy.sum(axis=1, keepdims=True)
    return np.asarray((power * weights[MONTH_OF_HOUR]).sum(axis=1))


def _power_at(z: FloatArray, quantiles: FloatArray) -> FloatArray:
    """Return power of mean 1 at normal scores, by the table's quantiles."""
    known, log = np.asarray(ndtri(np.array(WIND_PROBABILITIES))), np.log(quantiles)
    weight = np.exp(-FINE * FINE / 2)
    mean = (np.exp(noise.normal_curve(FINE, known, log)) * weight).sum() / weight.sum()
    return np.asarray(np.exp(noise.normal_curve(z, known, log)) / mean)


def _hourly_mean(maker: Maker) -> FloatArray:
    """Return the table's mean wind of each hour's month per unit of rated power, shape (8760, 8)."""
    return np.asarray((maker.climatology.wind.full_load_hours / (24 * DAYS_IN_MONTH)).T[MONTH_OF_HOUR])


def air_temperature(air: FloatArray, draws: Draws, maker: Maker) -> FloatArray:
    """Return hourly air temperature, shape (8760, 8) [degC]."""
    figures = maker.figures
    province = smooth_months(maker.climatology.temperature_degc, DAYS).reshape(HOURS, 1)
    local = -temperature.LAPSE_K_PER_M * (maker.sky.altitude_m - temperature.REFERENCE_ALTITUDE_M)
    slow = figures["temperature_year_spread"] * draws.years[2]
    slow = slow + smooth_months(figures["temperature_month_spread"] * draws.months[2])[:, None]
    spells = temperature.SPELL_K * weather_draws.from_noon_to_noon(air)
    return np.asarray(province + local[None, :] + slow + spells)
