"""Value-added tax with its credit, and income tax with losses carried forward and a holiday."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from qhgrid.finance.rates import FloatArray

FREE_YEARS, HALF_YEARS = 3, 3
"""三免三减半: years without income tax, then years with half of it."""


@dataclass(frozen=True)
class VatLedger:
    """VAT by year, shape (n_years,) each [CNY].

    Parameters
    ----------
    output_cny, input_cny : numpy.ndarray
        VAT received with revenue, and paid with purchases.
    paid_cny : numpy.ndarray
        Handed to the treasury.
    credit_cny : numpy.ndarray
        留抵税额: credit left at the end of the year, carried forward; never below 0.
    """

    output_cny: FloatArray
    input_cny: FloatArray
    paid_cny: FloatArray
    credit_cny: FloatArray


def settle_vat(output_cny: FloatArray, input_cny: FloatArray) -> VatLedger:
    """Return what VAT is handed over each year, credit of earlier years used first."""
    paid, credit, held = np.zeros_like(output_cny), np.zeros_like(output_cny), 0.0
    for year, (received, given) in enumerate(zip(output_cny, input_cny, strict=True)):
        due = received - given - held
        paid[year], held = max(due, 0.0), max(-due, 0.0)
        credit[year] = held
    return VatLedger(output_cny, input_cny, paid, credit)


@dataclass(frozen=True)
class IncomeTax:
    """Income tax by year, shape (n_years,) each [CNY]."""

    offset_cny: FloatArray
    """Profit set off against losses of earlier years (弥补以前年度亏损)."""
    taxable_cny: FloatArray
    tax_cny: FloatArray


def income_tax(
    profit_cny: FloatArray, rate: float, *, loss_years: int = 5, holiday_from: int | None = None
) -> IncomeTax:
    """Return the income tax on the profit of each year.

    Parameters
    ----------
    profit_cny : numpy.ndarray
        Profit before tax, shape (n_years,) [CNY].
    rate : float
        Tax on profit [1].
    loss_years : int, optional
        Years for which a loss may be set off, the oldest first [a].
    holiday_from : int, optional
        Index of the first year with revenue if the holiday is granted: three years free, three at half rate.
    """
    offset, losses = np.zeros_like(profit_cny), deque[list[float]]()
    for year, profit in enumerate(profit_cny):
        while losses and year - losses[0][0] > loss_years:
            losses.popleft()
        if profit < 0.0:
            losses.append([year, -profit])
        offset[year] = _set_off(losses, max(profit, 0.0))
    taxable = np.maximum(profit_cny, 0.0) - offset
    return IncomeTax(offset, taxable, taxable * rate * _rate_factors(profit_cny.size, holiday_from))


def _set_off(losses: deque[list[float]], profit: float) -> float:
    """Take from the losses, oldest first, what a profit covers, and return it [CNY]."""
    left = profit
    while losses and left > 0.0:
        used = min(losses[0][1], left)
        losses[0][1] -= used
        left -= used
        if losses[0][1] <= 0.0:
            losses.popleft()
    return profit - left


def _rate_factors(n_years: int, holiday_from: int | None) -> FloatArray:
    """Return the share of the tax rate that applies in each year [1]."""
    factors = np.ones(n_years)
    if holiday_from is not None:
        half = holiday_from + FREE_YEARS
        factors[holiday_from:half] = 0.0
        factors[half : half + HALF_YEARS] = 0.5
    return factors
