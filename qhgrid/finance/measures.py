r"""What the accounts come to: returns, present values, payback, levelised cost, cover of the debt.

The levelised cost is the constant price with VAT, paid for the same energy in place of every revenue, at
which the present value of all capital before income tax at the hurdle rate is zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from qhgrid.finance.accounts import Accounts
from qhgrid.finance.rates import FloatArray, InternalRate, internal_rate, payback_a, present_value
from qhgrid.finance.terms import ENERGY, Venture


@dataclass(frozen=True)
class Measures:
    """What a venture comes to; rates per year, money in CNY, times in years from the start of construction.

    Parameters
    ----------
    irr_project_before_tax, irr_project_after_tax, irr_equity_before_tax, irr_equity_after_tax : InternalRate
    npv_before_tax_cny, npv_after_tax_cny : float
        Of all capital at its hurdle rate.
    npv_equity_cny : float
        Of equity after tax at its hurdle rate.
    payback_before_tax_a, payback_a, payback_discounted_a : float or None
        Of all capital before tax, after tax, and after tax discounted; None if it never pays back.
    lcoe_cny_per_mwh : float or None
        None without energy.
    dscr_min, dscr_mean, icr_min, icr_mean : float or None
        None without a loan.
    """

    irr_project_before_tax: InternalRate
    irr_project_after_tax: InternalRate
    irr_equity_before_tax: InternalRate
    irr_equity_after_tax: InternalRate
    npv_before_tax_cny: float
    npv_after_tax_cny: float
    npv_equity_cny: float
    payback_before_tax_a: float | None
    payback_a: float | None
    payback_discounted_a: float | None
    lcoe_cny_per_mwh: float | None
    dscr_min: float | None
    dscr_mean: float | None
    icr_min: float | None
    icr_mean: float | None


def measure(accounts: Accounts) -> Measures:
    """Return what some accounts come to."""
    terms = accounts.venture.terms
    hurdle = terms.hurdle_project
    debt, interest = _known(accounts.debt_cover), _known(accounts.interest_cover)
    return Measures(
        irr_project_before_tax=_rate(accounts, accounts.project_before_tax),
        irr_project_after_tax=_rate(accounts, accounts.project_after_tax),
        irr_equity_before_tax=_rate(accounts, accounts.equity_before_tax),
        irr_equity_after_tax=_rate(accounts, accounts.equity_after_tax),
        npv_before_tax_cny=present_value(hurdle, accounts.project_before_tax),
        npv_after_tax_cny=present_value(hurdle, accounts.project_after_tax),
        npv_equity_cny=present_value(terms.hurdle_equity, accounts.equity_after_tax),
        payback_before_tax_a=payback_a(accounts.project_before_tax),
        payback_a=payback_a(accounts.project_after_tax),
        payback_discounted_a=payback_a(accounts.project_after_tax, hurdle),
        lcoe_cny_per_mwh=levelised_cost(accounts.venture),
        dscr_min=_reduced(debt, np.min),
        dscr_mean=_reduced(debt, np.mean),
        icr_min=_reduced(interest, np.min),
        icr_mean=_reduced(interest, np.mean),
    )


def _rate(accounts: Accounts, flows: FloatArray) -> InternalRate:
    """Return the internal rates of some flows; none where operation returns nothing.

    What operation loses, a residual at the end would turn into a rate near -100 % that means nothing.
    """
    returned = float(flows[accounts.venture.construction_a :].sum())
    return internal_rate(flows) if returned > 0.0 else InternalRate(())


def _known(values: FloatArray) -> FloatArray:
    """Return the figures that are numbers."""
    return values[np.isfinite(values)]


def _reduced(values: FloatArray, how: Callable[[FloatArray], float]) -> float | None:
    """Return one figure made of several, None of none."""
    return float(how(values)) if values.size else None


def levelised_cost(venture: Venture) -> float | None:
    """Return the price with VAT at which the present value before income tax is zero [CNY/MWh].

    Present value rises with the price, but not along a straight line, because VAT is credited before it is
    paid; so the root is closed in.
    """
    if float(venture.energy_mwh.sum()) <= 0.0:
        return None

    def value_at(price: float) -> float:
        at_price = replace(venture, revenues_cny={ENERGY: venture.energy_mwh * price})
        return present_value(venture.terms.hurdle_project, Accounts(at_price).project_before_tax)

    low, high = 0.0, 100.0
    while value_at(high) < 0.0:
        low, high = high, 2.0 * high
    if value_at(low) >= 0.0:
        return low
    return float(brentq(value_at, low, high, xtol=1e-10, rtol=1e-14))
