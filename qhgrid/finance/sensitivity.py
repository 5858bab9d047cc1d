"""How the returns move with investment, price, energy and interest, and where they stop being enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from scipy.optimize import brentq

from qhgrid.finance.accounts import Accounts
from qhgrid.finance.rates import FloatArray, InternalRate, internal_rate, present_value
from qhgrid.finance.terms import BY_ENERGY, BY_INVESTMENT, PRICED, Venture

CHANGES = (-0.20, -0.10, 0.0, 0.10, 0.20)
"""Changes of each factor [1]."""
LEAST, MOST = -1.0, 20.0
"""Where the critical change is looked for [1]."""


def scale_investment(venture: Venture, by: float) -> Venture:
    """Return a venture whose construction cost, and what follows it, is `by` times as much."""
    parts = tuple(replace(part, investment_cny=part.investment_cny * by) for part in venture.parts)
    return replace(venture, parts=parts, costs_cny=_scaled(venture.costs_cny, BY_INVESTMENT, by))


def scale_price(venture: Venture, by: float) -> Venture:
    """Return a venture whose price of electricity, sold and bought, is `by` times as much."""
    return replace(
        venture,
        revenues_cny=_scaled(venture.revenues_cny, PRICED, by),
        costs_cny=_scaled(venture.costs_cny, PRICED, by),
    )


def scale_energy(venture: Venture, by: float) -> Venture:
    """Return a venture whose energy, and what follows it, is `by` times as much."""
    return replace(
        venture,
        energy_mwh=venture.energy_mwh * by,
        revenues_cny=_scaled(venture.revenues_cny, BY_ENERGY, by),
        costs_cny=_scaled(venture.costs_cny, BY_ENERGY, by),
    )


def scale_interest(venture: Venture, by: float) -> Venture:
    """Return a venture whose loan bears `by` times the interest."""
    loan = replace(venture.terms.loan, rate=venture.terms.loan.rate * by)
    return replace(venture, terms=replace(venture.terms, loan=loan))


def _scaled(series: Mapping[str, FloatArray], kinds: frozenset[str], by: float) -> dict[str, FloatArray]:
    """Return series of which some kinds are multiplied."""
    return {kind: values * by if kind in kinds else values for kind, values in series.items()}


FACTORS: dict[str, Callable[[Venture, float], Venture]] = {
    "investment": scale_investment,
    "price": scale_price,
    "energy": scale_energy,
    "interest": scale_interest,
}
"""How each factor is changed."""


@dataclass(frozen=True)
class Sensitive:
    """A venture with one factor changed.

    Parameters
    ----------
    factor : str
        Of :data:`FACTORS`.
    change : float
        Relative change of the factor [1].
    irr_project, irr_equity : InternalRate
        Of all capital before tax, of equity after tax.
    npv_cny : float
        Of all capital before tax at its hurdle rate [CNY].
    """

    factor: str
    change: float
    irr_project: InternalRate
    irr_equity: InternalRate
    npv_cny: float


@dataclass(frozen=True)
class Critical:
    """The change of a factor at which a return is just enough; None where no change makes it so [1]."""

    factor: str
    project: float | None
    """At which the value of all capital before tax is zero."""
    equity: float | None
    """At which the value of equity after tax is zero."""


def sensitivity(venture: Venture) -> tuple[Sensitive, ...]:
    """Return the venture with each factor changed by each of :data:`CHANGES`."""
    return tuple(_changed(venture, factor, change) for factor in FACTORS for change in CHANGES)


def _changed(venture: Venture, factor: str, change: float) -> Sensitive:
    """Return the venture with one factor changed."""
    accounts = Accounts(FACTORS[factor](venture, 1.0 + change))
    return Sensitive(
        factor,
        change,
        internal_rate(accounts.project_before_tax),
        internal_rate(accounts.equity_after_tax),
        present_value(venture.terms.hurdle_project, accounts.project_before_tax),
    )


def critical_values(venture: Venture) -> tuple[Critical, ...]:
    """Return the critical change of each factor.

    Interest does not touch the cash flow of all capital, so that it has no critical value there.
    """
    return tuple(
        Critical(
            factor,
            None if factor == "interest" else _critical(venture, factor, _project_value),
            _critical(venture, factor, _equity_value),
        )
        for factor in FACTORS
    )


def _project_value(venture: Venture) -> float:
    """Return the present value of all capital before tax at its hurdle rate [CNY]."""
    return present_value(venture.terms.hurdle_project, Accounts(venture).project_before_tax)


def _equity_value(venture: Venture) -> float:
    """Return the present value of equity after tax at its hurdle rate [CNY]."""
    return present_value(venture.terms.hurdle_equity, Accounts(venture).equity_after_tax)


def _critical(venture: Venture, factor: str, value: Callable[[Venture], float]) -> float | None:
    """Return the nearest change of a factor at which a value is zero, None if there is none."""

    def at(change: float) -> float:
        return value(FACTORS[factor](venture, 1.0 + change))

    base = at(0.0)
    if base == 0.0:
        return 0.0
    for end in (-0.25, 0.25, -0.5, 0.5, -0.75, 1.0, LEAST + 1e-6, 2.0, 5.0, MOST):
        if at(end) * base < 0.0:
            low, high = sorted((0.0, end))
            return float(brentq(at, low, high, xtol=1e-12))
    return None
