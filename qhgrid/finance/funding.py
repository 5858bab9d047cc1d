r"""Who pays for the construction, what interest it bears, and how the loan is paid back.

Interest during construction (建设期利息) follows the half-year rule, which takes what is borrowed in a year
as borrowed in its middle: :math:`I_t = (B_{t-1} + D_t / 2)\, i`. It is capitalised: added to the loan. Equity
is a share of total investment, the interest included; what the loan draws follows from

.. math:: D = \frac{(1-s)\,C}{1 + s k},

with construction cost :math:`C`, equity share :math:`s` and interest :math:`k` on each CNY drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qhgrid.finance.rates import FloatArray
from qhgrid.finance.terms import Loan


@dataclass(frozen=True)
class Funding:
    """Use and source of funds by year of construction, shape (construction_a,) each [CNY].

    Parameters
    ----------
    construction_cny : numpy.ndarray
        Construction cost.
    equity_cny, drawn_cny : numpy.ndarray
        Paid by equity, and drawn from the loan; together the construction cost.
    interest_cny : numpy.ndarray
        Interest during construction, added to the loan.
    """

    construction_cny: FloatArray
    equity_cny: FloatArray
    drawn_cny: FloatArray
    interest_cny: FloatArray

    @property
    def loan_cny(self) -> float:
        """What is owed when operation begins [CNY]."""
        return float(self.drawn_cny.sum() + self.interest_cny.sum())


def fund_construction(construction_cny: FloatArray, equity_share: float, rate: float) -> Funding:
    """Return how the construction is paid for.

    Parameters
    ----------
    construction_cny : numpy.ndarray
        Construction cost by year, shape (construction_a,) [CNY].
    equity_share : float
        Equity over total investment with interest [1].
    rate : float
        Interest of the loan [1/a].
    """
    whole = float(construction_cny.sum())
    shares = construction_cny / whole
    interest_of_one = float(interest_during_construction(shares, rate).sum())
    drawn = (1.0 - equity_share) * whole / (1.0 + equity_share * interest_of_one) * shares
    interest = interest_during_construction(drawn, rate)
    return Funding(construction_cny, construction_cny - drawn, drawn, interest)


def construction_within(total_cny: float, shares: FloatArray, equity_share: float, rate: float) -> float:
    """Return the construction cost within a total that holds the interest during construction [CNY].

    Parameters
    ----------
    total_cny : float
        Construction cost and interest [CNY].
    shares : numpy.ndarray
        Share of the construction cost by year, shape (construction_a,) [1].
    equity_share : float
        Equity over total investment with interest [1].
    rate : float
        Interest of the loan [1/a].
    """
    of_one = fund_construction(shares / shares.sum(), equity_share, rate)
    return total_cny / (1.0 + float(of_one.interest_cny.sum()))


def interest_during_construction(drawn_cny: FloatArray, rate: float) -> FloatArray:
    """Return the capitalised interest by year of construction, half-year rule, shape (n_years,) [CNY]."""
    interest, owed = np.zeros_like(drawn_cny), 0.0
    for year, drawn in enumerate(drawn_cny):
        interest[year] = (owed + drawn / 2.0) * rate
        owed += drawn + interest[year]
    return interest


@dataclass(frozen=True)
class Repayments:
    """The loan by year of operation, shape (operating_a,) each [CNY]."""

    opening_cny: FloatArray
    interest_cny: FloatArray
    principal_cny: FloatArray

    @property
    def closing_cny(self) -> FloatArray:
        """What is owed at the end of each year."""
        return self.opening_cny - self.principal_cny

    @property
    def service_cny(self) -> FloatArray:
        """Principal and interest paid in each year."""
        return self.principal_cny + self.interest_cny


def repay(owed_cny: float, loan: Loan, operating_a: int) -> Repayments:
    """Return how a loan is paid back, from the first year of operation.

    In the years of grace interest alone is paid. After it the principal is paid in equal parts
    (``equal-principal``), or principal and interest together are (``equal-instalment``):
    A = P i (1+i)^n / ((1+i)^n - 1), in which the principal grows by 1+i a year. Written so it holds at any
    rate; numpy-financial's ``pmt`` loses its digits at rates near 0.

    Parameters
    ----------
    owed_cny : float
        What is owed when operation begins [CNY].
    loan : Loan
        Its terms.
    operating_a : int
        Years of operation.
    """
    principal = np.zeros(operating_a)
    paying, n = slice(loan.grace_a, loan.tenor_a), loan.tenor_a - loan.grace_a
    if loan.repayment == "equal-principal":
        principal[paying] = owed_cny / n
    else:
        growth = (1.0 + loan.rate) ** np.arange(n)
        principal[paying] = owed_cny * growth / growth.sum()
    opening = owed_cny - np.concatenate([[0.0], np.cumsum(principal)[:-1]])
    opening[loan.tenor_a :] = 0.0
    return Repayments(opening, opening * loan.rate, principal)
