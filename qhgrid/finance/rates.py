r"""Present value, internal rates of return and payback of yearly flows.

A flow belongs to the end of its year. 《建设项目经济评价方法与参数》 counts years from 1 and discounts the
first by one year, :math:`\sum_{t=1}^{n} F_t (1+i)^{-t}`, as the NPV function of a spreadsheet does;
numpy-financial leaves the first flow undiscounted. The internal rate is the same under both.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import numpy_financial as npf
from scipy.optimize import brentq, minimize_scalar

FloatArray = npt.NDArray[np.float64]

LOWEST_RATE, HIGHEST_RATE = -0.99, 10.0
"""Where internal rates are looked for [1/a]."""
_GRID = np.linspace(np.log1p(LOWEST_RATE), np.log1p(HIGHEST_RATE), 4001)
"""Logarithms of 1 + rate between which a change of sign is looked for."""
_TOUCHES = 1e-13
"""Present value over the sum of the absolute flows, all discounted, below which a minimum touches zero."""


@dataclass(frozen=True)
class InternalRate:
    """What there is to say about the internal rate of return of some flows.

    Parameters
    ----------
    rates : tuple of float
        Every rate between -99 % and 1000 % at which the present value is zero, rising [1/a].
    """

    rates: tuple[float, ...]

    @property
    def rate(self) -> float | None:
        """The internal rate where there is exactly one, else None [1/a]."""
        return self.rates[0] if len(self.rates) == 1 else None

    @property
    def state(self) -> str:
        """``one``, ``none`` or ``several``."""
        return "none" if not self.rates else "one" if len(self.rates) == 1 else "several"


def present_value(rate: float, flows_cny: FloatArray, first_year: int = 1) -> float:
    """Return the present value of yearly flows.

    Parameters
    ----------
    rate : float
        Discount rate [1/a].
    flows_cny : numpy.ndarray
        One flow a year, shape (n_years,) [CNY].
    first_year : int, optional
        Year of the first flow: 1 as in 方法与参数 and spreadsheets, 0 as in numpy-financial.

    Returns
    -------
    float
        Present value at the beginning of year 1 [CNY].
    """
    return float(npf.npv(rate, flows_cny)) / (1.0 + rate) ** first_year


def internal_rate(flows_cny: FloatArray) -> InternalRate:
    """Return all internal rates of return of yearly flows, shape (n_years,) [CNY].

    The present value is looked at on a fine grid of rates; each change of sign is closed in by Brent's
    method, and each minimum without a change of sign is tried for touching zero. Numpy-financial's ``irr``
    gives one of several rates without saying so.
    """
    flows = np.asarray(flows_cny, dtype=np.float64)
    if not (flows.max(initial=0.0) > 0.0 > flows.min(initial=0.0)):
        return InternalRate(())
    flows = flows / np.abs(flows).max()
    factors = _grid_factors(flows.size)
    relative = (factors @ flows) / (factors @ np.abs(flows))
    found = [*_crossings(flows, relative), *_touching(flows, relative)]
    return InternalRate(tuple(sorted(float(np.expm1(logarithm)) for logarithm in found)))


@lru_cache(maxsize=64)
def _grid_factors(n_years: int) -> FloatArray:
    """Return the discount factors of the grid, shape (n_rates, n_years) [1]."""
    return np.exp(-np.outer(_GRID, np.arange(n_years, dtype=np.float64))).astype(np.float64)


def _relative_value(logarithm: float, flows: FloatArray) -> float:
    """Return the present value at a rate over the sum of the absolute discounted flows [1]."""
    factors = np.exp(-(logarithm * np.arange(flows.size)))
    return float((flows * factors).sum() / (np.abs(flows) * factors).sum())


def _crossings(flows: FloatArray, relative: FloatArray) -> list[float]:
    """Return where the present value changes its sign, as logarithms of 1 + rate."""
    found = [float(_GRID[at]) for at in np.flatnonzero(relative == 0.0)]
    for at in np.flatnonzero(relative[:-1] * relative[1:] < 0.0):
        found.append(float(brentq(_relative_value, _GRID[at], _GRID[at + 1], args=(flows,), xtol=1e-15)))
    return found


def _touching(flows: FloatArray, relative: FloatArray) -> list[float]:
    """Return where the present value touches zero without changing its sign."""
    size, found = np.abs(relative), []
    inner = np.flatnonzero((size[1:-1] < size[:-2]) & (size[1:-1] < size[2:])) + 1
    for at in inner:
        if relative[at - 1] * relative[at + 1] <= 0.0 or relative[at] == 0.0:
            continue
        if relative[at - 1] * relative[at] <= 0.0:
            continue
        low = minimize_scalar(
            lambda logarithm: abs(_relative_value(logarithm, flows)),
            bounds=(_GRID[at - 1], _GRID[at + 1]),
            method="bounded",
            options={"xatol": 1e-12},
        )
        if low.fun < _TOUCHES:
            found.append(float(low.x))
    return found


def payback_a(flows_cny: FloatArray, rate: float = 0.0) -> float | None:
    """Return the time until the flows have paid themselves back, from the beginning of year 1 [a].

    The number of years before the cumulative flow is first zero or above, plus the part of that year which
    the flow needs: (T - 1) + |cumulative flow of T - 1| / flow of T.

    Parameters
    ----------
    flows_cny : numpy.ndarray
        One flow a year, shape (n_years,) [CNY].
    rate : float, optional
        Discount rate of the flows, 0 for the static payback [1/a].

    Returns
    -------
    float or None
        None if they never do.
    """
    years = np.arange(1, flows_cny.size + 1)
    flows = flows_cny / (1.0 + rate) ** years
    cumulative = np.cumsum(flows)
    began = np.flatnonzero(cumulative < 0.0)
    if began.size == 0:
        return None
    after = np.flatnonzero((cumulative >= 0.0) & (np.arange(flows.size) > began[0]))
    if after.size == 0:
        return None
    at = int(after[0])
    return at + float(-cumulative[at - 1] / flows[at])
