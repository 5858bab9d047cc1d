"""Small projects whose accounts can be worked out by hand."""

from dataclasses import replace

import numpy as np

from qhgrid.finance.terms import Loan, Part, Taxes, Terms, Venture


def terms(**changes):
    """Return plain terms: 20 % equity, a loan at 10 % over four years, 25 % income tax, no VAT."""
    plain = Terms(
        equity_share=0.2,
        loan=Loan(rate=0.1, tenor_a=4),
        taxes=Taxes(income=0.25, vat=0.0),
        hurdle_project=0.07,
        hurdle_equity=0.08,
    )
    return replace(plain, **changes)


def four_years(**changes):
    """Return a project of 1010 that earns 500 and costs 100 a year for four years.

    One year of construction, written off in four years to nothing. With D drawn in the middle of the year at
    10 %, interest is 0.05 D; equity of 20 % of (1010 + 0.05 D) leaves D = 0.8 * 1010 / 1.01 = 800, so that
    interest is 40, the loan 840, equity 210, and total investment 1050.
    """
    plain = Venture(
        parts=(Part(name="plant", investment_cny=1010.0, life_a=4, depreciation_a=4),),
        spending_shares=(1.0,),
        energy_mwh=np.full(4, 10.0),
        revenues_cny={"energy": np.full(4, 500.0)},
        costs_cny={"om": np.full(4, 100.0)},
        terms=terms(),
    )
    return replace(plain, **changes)
