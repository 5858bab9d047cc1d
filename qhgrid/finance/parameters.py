"""The figures of ``costs.csv`` that an evaluation uses, each noted as it is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qhgrid.finance.terms import Loan, Repayment, Taxes, Terms

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.sourced import Sourced

LONG_LOANS = ("hydro", "hydro_uprate", "pumped_storage", "corridor")
"""Technologies whose loans run longer."""
DEPRECIATION = {
    "pv": "depreciation_pv",
    "wind": "depreciation_wind",
    "csp": "depreciation_csp",
    "coal": "depreciation_coal",
    "gas": "depreciation_coal",
    "hydro": "depreciation_hydro",
    "hydro_uprate": "depreciation_hydro",
    "pumped_storage": "depreciation_hydro",
    "battery": "depreciation_battery",
    "laes": "depreciation_storage",
    "corridor": "depreciation_line",
}
"""Row of item ``evaluation`` with the years over which a technology is written off."""
HOURS_A_DAY = 24.0
FUEL_VAT = 0.13
"""VAT rate of coal, gas and electricity, as of revenue (statutory)."""


@dataclass(frozen=True)
class Options:
    """What a user may choose of an evaluation; the rest stands in the fact tables.

    Parameters
    ----------
    price : str
        ``market`` (the run's marginal prices) or ``contract`` (benchmark and landing prices).
    repayment : str
        ``equal-principal`` or ``equal-instalment``.
    tax_holiday : bool
        三免三减半.
    """

    price: str = "market"
    repayment: Repayment = "equal-principal"
    tax_holiday: bool = False


@dataclass(frozen=True)
class Parameters:
    """Figures of ``costs.csv`` by item and parameter, and a note of those used.

    Parameters
    ----------
    facts : Facts
        The fact tables.
    options : Options
        Choices of the user.
    used : dict of str to Sourced
        What was asked for so far, by ``item.parameter``.
    """

    facts: Facts
    options: Options = field(default_factory=Options)
    used: dict[str, Sourced] = field(default_factory=dict)

    def has(self, item: str, parameter: str) -> bool:
        """Return whether there is such a figure."""
        return f"{item}.{parameter}" in self.facts.costs

    def sourced(self, item: str, parameter: str) -> Sourced:
        """Return a figure in the base unit of its kind, with range and source, and note its use."""
        found = self.facts.cost(item, parameter)
        self.used[f"{item}.{parameter}"] = found
        return found

    def figure(self, item: str, parameter: str) -> float:
        """Return a figure in the base unit of its kind, and note its use."""
        return self.sourced(item, parameter).value

    def years(self, item: str, parameter: str) -> int:
        """Return a figure that counts years."""
        return round(self.figure(item, parameter))

    def life_a(self, technology: str) -> int:
        """Return the economic life of a technology [a]."""
        if technology == "corridor":
            return self.years("corridor", "lifetime")
        name = "hydro" if technology == "hydro_uprate" else technology
        return round(self.facts.technology(name).value or 0.0)

    def om_share(self, technology: str) -> float | None:
        """Return yearly operation and maintenance over investment, None where no figure stands [1/a]."""
        name = "hydro" if technology == "hydro_uprate" else technology
        return self.figure(name, "om_share") if self.has(name, "om_share") else None

    def depreciation_a(self, technology: str) -> int:
        """Return the years over which a technology is written off, at most its life [a]."""
        return min(self.years("evaluation", DEPRECIATION[technology]), self.life_a(technology))

    def terms(self, technology: str, operating_a: int) -> Terms:
        """Return how a project of mainly one technology is paid for, taxed and judged."""
        get = self.figure
        return Terms(
            equity_share=get("evaluation", "equity_share"),
            loan=self._loan(technology, operating_a),
            taxes=self._taxes(),
            hurdle_project=get("evaluation", "irr_project"),
            hurdle_equity=get("evaluation", "irr_equity"),
            social_discount=get("evaluation", "social_discount"),
            working_capital_days=get("evaluation", "working_capital") / HOURS_A_DAY,
        )

    def _loan(self, technology: str, operating_a: int) -> Loan:
        """Return the terms of the loan, which ends within the operation."""
        tenor = "loan_tenor_long" if technology in LONG_LOANS else "loan_tenor"
        years = min(self.years("evaluation", tenor), operating_a)
        return Loan(
            rate=self.figure("evaluation", "loan_rate"),
            tenor_a=years,
            grace_a=min(self.years("evaluation", "loan_grace"), years - 1),
            repayment=self.options.repayment,
        )

    def _taxes(self) -> Taxes:
        """Return the taxes."""
        get = self.figure
        return Taxes(
            income=get("evaluation", "income_tax"),
            vat=get("evaluation", "vat"),
            surcharge=get("evaluation", "vat_surcharge"),
            investment_vat_share=get("evaluation", "investment_vat_share"),
            cost_vat={"om": get("evaluation", "om_vat"), "fuel": FUEL_VAT, "charging": FUEL_VAT},
            holiday=self.options.tax_holiday,
        )
