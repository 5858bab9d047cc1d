"""The accounts of a project: cash flow of all capital and of equity, profit, loan, VAT.

All arrays have shape (n_years,): the years of construction, then those of operation. Cash flow counts VAT
as it is paid; profit is without it. The cash flow of all capital knows no loan: its tax (调整所得税) is on
profit before interest, with depreciation on the construction cost alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from qhgrid.finance.assets import Assets, keep_assets
from qhgrid.finance.funding import Funding, Repayments, fund_construction, repay
from qhgrid.finance.rates import FloatArray
from qhgrid.finance.taxes import IncomeTax, VatLedger, income_tax, settle_vat
from qhgrid.finance.terms import Taxes, Venture

DAYS_A_YEAR = 365.0
RESERVE_SHARE, RESERVE_CEILING = 0.10, 0.50
"""法定盈余公积: share of net profit, until it reaches a share of the equity paid in."""


@dataclass(frozen=True)
class Accounts:
    """The accounts of a venture.

    Parameters
    ----------
    venture : Venture
        The project, how it is paid for, taxed and judged.
    """

    venture: Venture

    @property
    def taxes(self) -> Taxes:
        """Taxes of the venture."""
        return self.venture.terms.taxes

    @property
    def n_years(self) -> int:
        """Years of construction and operation together."""
        return self.venture.construction_a + self.venture.operating_a

    def _operating(self, values: FloatArray) -> FloatArray:
        """Return figures of the years of operation with zeros for construction before them."""
        return np.concatenate([np.zeros(self.venture.construction_a), values])

    def _building(self, values: FloatArray) -> FloatArray:
        """Return figures of the years of construction with zeros for operation after them."""
        return np.concatenate([values, np.zeros(self.venture.operating_a)])

    @cached_property
    def funding(self) -> Funding:
        """Who pays for the construction."""
        venture = self.venture
        spent = venture.investment_cny * np.array(venture.spending_shares)
        return fund_construction(spent, venture.terms.equity_share, venture.terms.loan.rate)

    @cached_property
    def repayments(self) -> Repayments:
        """The loan in the years of operation."""
        return repay(self.funding.loan_cny, self.venture.terms.loan, self.venture.operating_a)

    @cached_property
    def assets(self) -> Assets:
        """Assets with the interest during construction in their value."""
        return self._kept(float(self.funding.interest_cny.sum()))

    @cached_property
    def assets_without_interest(self) -> Assets:
        """Assets as the accounts of all capital see them."""
        return self._kept(0.0)

    def _kept(self, interest_cny: float) -> Assets:
        """Return the assets with some interest in their value."""
        venture = self.venture
        share = self.taxes.investment_vat_share
        return keep_assets(venture.parts, venture.operating_a, share, interest_cny)

    @cached_property
    def construction(self) -> FloatArray:
        """建设投资, with VAT, without interest [CNY]."""
        return self._building(self.funding.construction_cny)

    @cached_property
    def replacement(self) -> FloatArray:
        """维持运营投资: parts replaced, with VAT [CNY]."""
        return self._operating(self.assets.replacement_cny)

    @cached_property
    def gross_revenue(self) -> FloatArray:
        """Revenue with VAT [CNY]."""
        return self._operating(_sum(self.venture.revenues_cny.values(), self.venture.operating_a))

    @cached_property
    def revenue(self) -> FloatArray:
        """营业收入, without VAT [CNY]."""
        return self.gross_revenue / (1.0 + self.taxes.vat)

    @cached_property
    def cost(self) -> FloatArray:
        """经营成本, without VAT [CNY]."""
        found = [values / (1.0 + rate) for values, rate in self._costs_with_rates()]
        return self._operating(_sum(found, self.venture.operating_a))

    @cached_property
    def cost_vat(self) -> FloatArray:
        """VAT paid with the running cost [CNY]."""
        found = [values * (rate / (1.0 + rate)) for values, rate in self._costs_with_rates()]
        return self._operating(_sum(found, self.venture.operating_a))

    def _costs_with_rates(self) -> list[tuple[FloatArray, float]]:
        """Return each kind of running cost with the VAT rate within it."""
        rates = self.taxes.cost_vat
        return [(values, rates.get(kind, 0.0)) for kind, values in self.venture.costs_cny.items()]

    @cached_property
    def vat(self) -> VatLedger:
        """VAT, with the credit that equipment leaves."""
        invested = (self.construction + self.replacement) * self.taxes.investment_vat_share
        return settle_vat(self.gross_revenue - self.revenue, self.cost_vat + invested)

    @cached_property
    def surcharge(self) -> FloatArray:
        """税金及附加 on the VAT paid [CNY]."""
        return self.vat.paid_cny * self.taxes.surcharge

    @cached_property
    def working_capital(self) -> FloatArray:
        """Put in (positive) in the first year of operation, taken out in the last [CNY]."""
        first, last = self.venture.construction_a, self.n_years - 1
        flow = np.zeros(self.n_years)
        held = self.cost[first] * self.venture.terms.working_capital_days / DAYS_A_YEAR
        flow[first] += held
        flow[last] -= held
        return flow

    @cached_property
    def ebitda(self) -> FloatArray:
        """息税折旧摊销前利润 [CNY]."""
        return self.revenue - self.surcharge - self.cost

    @cached_property
    def depreciation(self) -> FloatArray:
        """Depreciation, interest during construction included [CNY]."""
        return self._operating(self.assets.depreciation_cny)

    @cached_property
    def ebit(self) -> FloatArray:
        """息税前利润 [CNY]."""
        return self.ebitda - self.depreciation

    @cached_property
    def interest(self) -> FloatArray:
        """Interest of the years of operation [CNY]."""
        return self._operating(self.repayments.interest_cny)

    @cached_property
    def principal(self) -> FloatArray:
        """Principal paid back [CNY]."""
        return self._operating(self.repayments.principal_cny)

    @cached_property
    def profit(self) -> FloatArray:
        """利润总额 [CNY]."""
        return self.ebit - self.interest

    @cached_property
    def income_tax(self) -> IncomeTax:
        """Income tax on the profit."""
        return self._taxed(self.profit)

    @cached_property
    def adjusted_tax(self) -> IncomeTax:
        """调整所得税: what the tax would be without any loan."""
        written_off = self._operating(self.assets_without_interest.depreciation_cny)
        return self._taxed(self.ebitda - written_off)

    def _taxed(self, profit: FloatArray) -> IncomeTax:
        """Return the income tax on a profit."""
        taxes = self.taxes
        first = self.venture.construction_a if taxes.holiday else None
        return income_tax(profit, taxes.income, loss_years=taxes.loss_years, holiday_from=first)

    @cached_property
    def net_profit(self) -> FloatArray:
        """净利润 [CNY]."""
        return self.profit - self.income_tax.tax_cny

    @cached_property
    def recovered(self) -> FloatArray:
        """回收固定资产余值: book value without interest during construction of what leaves service [CNY]."""
        return self._operating(self.assets_without_interest.recovered_cny)

    @cached_property
    def project_before_tax(self) -> FloatArray:
        """Net cash flow of all capital before income tax [CNY]."""
        inflow = self.gross_revenue + self.recovered
        outflow = self.construction + self.replacement + self.working_capital
        return inflow - outflow - self.cost - self.cost_vat - self.vat.paid_cny - self.surcharge

    @cached_property
    def project_after_tax(self) -> FloatArray:
        """Net cash flow of all capital after the adjusted income tax [CNY]."""
        return self.project_before_tax - self.adjusted_tax.tax_cny

    @cached_property
    def equity_before_tax(self) -> FloatArray:
        """Net cash flow of equity before income tax [CNY]."""
        borrowed = self._building(self.funding.drawn_cny)
        return self.project_before_tax + borrowed - self.interest - self.principal

    @cached_property
    def equity_after_tax(self) -> FloatArray:
        """Net cash flow of equity after income tax [CNY]."""
        return self.equity_before_tax - self.income_tax.tax_cny

    @cached_property
    def reserve(self) -> FloatArray:
        """提取法定盈余公积: a tenth of net profit once losses are made up, up to half of the equity [CNY]."""
        taken, held, losses = np.zeros(self.n_years), 0.0, 0.0
        ceiling = RESERVE_CEILING * float(self.funding.equity_cny.sum())
        for year, profit in enumerate(self.net_profit):
            losses += min(profit, 0.0)
            made_up = min(max(profit, 0.0), -losses)
            losses += made_up
            taken[year] = min(RESERVE_SHARE * max(max(profit, 0.0) - made_up, 0.0), ceiling - held)
            held += taken[year]
        return taken

    @cached_property
    def debt_cover(self) -> FloatArray:
        """偿债备付率: (EBITDA - income tax - replacement) over principal and interest; NaN without any."""
        able = self.ebitda - self.income_tax.tax_cny - self.replacement
        return _over(able, self.principal + self.interest)

    @cached_property
    def interest_cover(self) -> FloatArray:
        """利息备付率: EBIT over interest; NaN in years without any."""
        return _over(self.ebit, self.interest)

    @property
    def fixed_investment_cny(self) -> float:
        """Construction cost and interest during construction: 总投资 without working capital [CNY]."""
        return self.venture.investment_cny + float(self.funding.interest_cny.sum())

    @property
    def total_investment_cny(self) -> float:
        """总投资: construction, interest during construction and working capital [CNY]."""
        held = float(np.maximum(self.working_capital, 0.0).sum())
        return self.fixed_investment_cny + held


def _sum(series: Iterable[FloatArray], n_years: int) -> FloatArray:
    """Return the sum of several series, zeros for none, shape (n_years,)."""
    whole = np.zeros(n_years)
    for values in series:
        whole = whole + values
    return whole


def _over(above: FloatArray, below: FloatArray) -> FloatArray:
    """Return a ratio, NaN where there is nothing to divide by."""
    bare = np.full_like(above, np.nan)
    return np.divide(above, below, out=bare, where=below > 1e-6)
