"""What a financial evaluation is told: the parts of a project, how it is paid for, taxed and judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum
from typing import Literal

from qhgrid.errors import Fault, QhgridError
from qhgrid.finance.rates import FloatArray

Repayment = Literal["equal-principal", "equal-instalment"]
"""等额本金 or 等额本息."""

ENERGY = "energy"
"""Kind of revenue that is a price times the energy; sensitivity and levelised cost move it."""
CHARGING = "charging"
"""Kind of cost that is a price times the energy bought to be stored."""
PRICED = frozenset({ENERGY, CHARGING})
"""Revenue and cost that follow the price of electricity."""
BY_ENERGY = frozenset({ENERGY, CHARGING, "certificate", "ccer", "fuel", "carbon"})
"""Revenue and cost that follow the energy; the rest follows capacity or investment."""
BY_INVESTMENT = frozenset({"om"})
"""Cost that follows the investment."""


class FinanceError(QhgridError):
    """A financial evaluation cannot be made from what was given."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the investment with a life of its own, such as the panels or the batteries of a base."""

    name: str
    investment_cny: float
    """Construction cost with VAT, without interest [CNY]."""
    life_a: int
    """Years of service before it is replaced [a]."""
    depreciation_a: int
    """Years over which it is written off in equal parts; no more than its life [a]."""
    residual_share: float = 0.0
    """What is left of its original value when it is written off [1]."""
    replacement_share: float = 1.0
    """Cost of replacing it, over its construction cost [1]."""


@dataclass(frozen=True, kw_only=True)
class Loan:
    """Terms of the long-term loan."""

    rate: float
    """Yearly interest [1/a]."""
    tenor_a: int
    """Years of repayment from the first year of operation, grace included [a]."""
    grace_a: int = 0
    """First years of operation in which interest alone is paid [a]."""
    repayment: Repayment = "equal-principal"


@dataclass(frozen=True, kw_only=True)
class Taxes:
    """Value-added tax, surcharges and income tax."""

    income: float
    """Income tax on profit [1]."""
    vat: float
    """VAT within revenue [1 of the price without VAT]."""
    surcharge: float = 0.0
    """城建税与教育附加, over the VAT paid [1]."""
    investment_vat_share: float = 0.0
    """VAT that is credited, within each CNY of investment and of replacement [1]."""
    cost_vat: Mapping[str, float] = field(default_factory=dict)
    """VAT within each kind of running cost, over the cost without VAT [1]; none for what is not listed."""
    holiday: bool = False
    """三免三减半: no income tax in the first three years with revenue, half in the next three."""
    loss_years: int = 5
    """Years for which a loss may be set off against later profit [a]."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How a project is paid for, taxed and judged."""

    equity_share: float
    """资本金 over total investment, capitalised interest included [1]."""
    loan: Loan
    taxes: Taxes
    hurdle_project: float
    """Hurdle rate of all capital before income tax [1/a]."""
    hurdle_equity: float
    """Hurdle rate of equity [1/a]."""
    social_discount: float = 0.08
    """社会折现率 [1/a]."""
    working_capital_days: float = 0.0
    """Running cost held as working capital, paid by equity [d]."""


@dataclass(frozen=True, kw_only=True)
class Venture:
    """A project as its accounts see it; money with VAT, constant prices.

    Arrays over the years of operation have shape (operating_a,).
    """

    parts: tuple[Part, ...]
    spending_shares: tuple[float, ...]
    """Share of the construction cost in each year of construction; adds up to 1."""
    energy_mwh: FloatArray
    """Energy that the price is paid for, by year of operation [MWh]."""
    revenues_cny: Mapping[str, FloatArray]
    """Revenue with VAT by kind and year of operation [CNY]."""
    costs_cny: Mapping[str, FloatArray]
    """Running cost with VAT by kind and year of operation [CNY]."""
    terms: Terms

    def __post_init__(self) -> None:
        faults = [Fault("finance", what, mend) for what, mend in _faults(self)]
        if faults:
            raise FinanceError(faults)

    @property
    def construction_a(self) -> int:
        """Years of construction."""
        return len(self.spending_shares)

    @property
    def operating_a(self) -> int:
        """Years of operation."""
        return int(self.energy_mwh.size)

    @property
    def investment_cny(self) -> float:
        """Construction cost with VAT, without interest [CNY]."""
        return fsum(part.investment_cny for part in self.parts)


def _faults(venture: Venture) -> list[tuple[str, str]]:
    """Return what is wrong with a venture and how to mend it."""
    loan, found = venture.terms.loan, []
    if not venture.parts or venture.investment_cny <= 0.0:
        found.append(("there is no investment", "Give the construction cost."))
    if not venture.spending_shares or abs(fsum(venture.spending_shares) - 1.0) > 1e-9:
        found.append(("the spending shares do not add up to 1", "Give one share a year of construction."))
    if venture.operating_a < 1:
        found.append(("there is no year of operation", "Give the energy of each year."))
    if loan.tenor_a > venture.operating_a or not 0 <= loan.grace_a < loan.tenor_a:
        what = f"the loan runs {loan.tenor_a} a with {loan.grace_a} a of grace over {venture.operating_a} a"
        found.append((what, "Give a tenor within the operation, longer than the grace."))
    series = [*venture.revenues_cny.items(), *venture.costs_cny.items()]
    for name, values in series:
        if values.size != venture.operating_a:
            what = f"{name} has {values.size} years, the energy {venture.operating_a}"
            found.append((what, "Give one figure a year of operation."))
    for part in venture.parts:
        if not 1 <= part.depreciation_a <= part.life_a:
            found.append(
                (
                    f"{part.name} is written off over {part.depreciation_a} a of a life of {part.life_a} a",
                    "Write it off within its life.",
                )
            )
    if not 0.0 < venture.terms.equity_share <= 1.0:
        found.append(("the equity share is not between 0 and 1", "Give a share above 0, at most 1."))
    return found
