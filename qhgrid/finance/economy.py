"""The view of the economy (国民经济评价): real resources and benefits, no taxes, no interest, no subsidies.

The benefit is what the system saves with the project, or its energy at the prices of the run; either holds
the price that the run puts on CO2. What society holds CO2 to be worth beyond that price is a benefit apart,
so that nothing counts twice and a reader may leave it out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qhgrid.finance.accounts import Accounts
from qhgrid.finance.rates import FloatArray, InternalRate, internal_rate, present_value


@dataclass(frozen=True, kw_only=True)
class Benefit:
    """What a project gives the economy in each year of operation, shape (operating_a,).

    Parameters
    ----------
    basis : str
        ``value`` (saving of the system, from a value study) or ``price`` (energy at the run's prices).
    benefit_cny : numpy.ndarray
        Benefit, the run's own CO2 price within it [CNY].
    running_cost_cny : numpy.ndarray
        Running cost without VAT that the benefit does not hold already [CNY].
    co2_avoided_t : numpy.ndarray
        CO2 that is avoided [t].
    co2_price_beyond_cny_per_t : float
        Shadow price of CO2 less the price within the run [CNY/t].
    """

    basis: str
    benefit_cny: FloatArray
    running_cost_cny: FloatArray
    co2_avoided_t: FloatArray
    co2_price_beyond_cny_per_t: float


@dataclass(frozen=True)
class Economy:
    """The economic flows of a project and what they come to; arrays of shape (n_years,) [CNY]."""

    basis: str
    cost: FloatArray
    """Construction and replacement without VAT, less what is left of them, and running cost."""
    benefit: FloatArray
    co2: FloatArray
    social_discount: float

    @property
    def net(self) -> FloatArray:
        """Net benefit without the CO2 apart."""
        return self.benefit - self.cost

    @property
    def enpv_cny(self) -> float:
        """经济净现值 without the CO2 apart [CNY]."""
        return present_value(self.social_discount, self.net)

    @property
    def enpv_with_co2_cny(self) -> float:
        """经济净现值 with CO2 at its shadow price [CNY]."""
        return present_value(self.social_discount, self.net + self.co2)

    @property
    def eirr(self) -> InternalRate:
        """经济内部收益率 without the CO2 apart."""
        return internal_rate(self.net)

    @property
    def eirr_with_co2(self) -> InternalRate:
        """经济内部收益率 with CO2 at its shadow price."""
        return internal_rate(self.net + self.co2)


def evaluate_economy(accounts: Accounts, benefit: Benefit) -> Economy:
    """Return the economic view of a project.

    VAT, surcharges, income tax, interest and certificates are transfers and do not count.
    """
    building = np.zeros(accounts.venture.construction_a)

    def operating(values: FloatArray) -> FloatArray:
        return np.concatenate([building, values])

    real_share = 1.0 - accounts.taxes.investment_vat_share
    spent = (accounts.construction + accounts.replacement) * real_share + accounts.working_capital
    cost = spent - accounts.recovered + operating(benefit.running_cost_cny)
    co2 = operating(benefit.co2_avoided_t * benefit.co2_price_beyond_cny_per_t)
    discount = accounts.venture.terms.social_discount
    return Economy(benefit.basis, cost, operating(benefit.benefit_cny), co2, discount)
