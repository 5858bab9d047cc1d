"""The accounts of small projects, worked out by hand, and what must hold for any project."""

from dataclasses import replace

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgrid.finance.accounts import Accounts
from qhgrid.finance.assets import keep_assets
from qhgrid.finance.funding import (
    construction_within,
    fund_construction,
    interest_during_construction,
    repay,
)
from qhgrid.finance.rates import internal_rate, present_value
from qhgrid.finance.taxes import income_tax, settle_vat
from qhgrid.finance.terms import FinanceError, Loan, Part, Taxes
from tests.finance.ventures import four_years, terms

CLOSE = {"abs": 1e-6}


def test_interest_during_construction_follows_the_half_year_rule():
    """400, 800 and 500 drawn in three years at 5 %: an exercise of lsx.laixue.com/test/236530.

    400/2 * 5 % = 10; (410 + 800/2) * 5 % = 40.5; (410 + 840.5 + 500/2) * 5 % = 75.025; in all 125.525.
    """
    found = interest_during_construction(np.array([400.0, 800.0, 500.0]), 0.05)
    assert found == pytest.approx([10.0, 40.5, 75.025], **CLOSE)
    assert found.sum() == pytest.approx(125.525, **CLOSE)


def test_equity_is_its_share_of_total_investment_with_interest():
    found = fund_construction(np.array([1010.0]), 0.2, 0.1)
    assert found.drawn_cny == pytest.approx([800.0], **CLOSE)
    assert found.interest_cny == pytest.approx([40.0], **CLOSE)
    assert found.loan_cny == pytest.approx(840.0, **CLOSE)
    assert found.equity_cny.sum() == pytest.approx(0.2 * 1050.0, **CLOSE)


def test_a_total_with_interest_holds_its_construction_cost():
    """1050 in all, of which 40 are interest on the 800 drawn; see :func:`four_years`."""
    assert construction_within(1050.0, np.array([1.0]), 0.2, 0.1) == pytest.approx(1010.0, **CLOSE)


def test_equal_principal_pays_less_interest_every_year():
    """840 at 10 % over four years: 210 of principal; interest 84, 63, 42, 21."""
    found = repay(840.0, Loan(rate=0.1, tenor_a=4), 5)
    assert found.principal_cny == pytest.approx([210.0] * 4 + [0.0], **CLOSE)
    assert found.interest_cny == pytest.approx([84.0, 63.0, 42.0, 21.0, 0.0], **CLOSE)


def test_equal_instalments_are_the_annuity():
    """1000 at 10 % over two years: A = 1000 * 0.1 * 1.21 / 0.21 = 576.190476, of which 100 is interest."""
    found = repay(1000.0, Loan(rate=0.1, tenor_a=2, repayment="equal-instalment"), 2)
    assert found.service_cny == pytest.approx([576.1904762, 576.1904762], **CLOSE)
    assert found.principal_cny == pytest.approx([476.1904762, 523.8095238], **CLOSE)


def test_equal_instalments_equal_the_example_of_numpy_financial():
    """The documentation of ``numpy_financial.pmt``: 200000, 180 months, 7.5 % / 12: 1854.0247200054619."""
    found = repay(200000.0, Loan(rate=0.075 / 12, tenor_a=180, repayment="equal-instalment"), 180)
    assert found.service_cny == pytest.approx([1854.0247200054619] * 180, **CLOSE)


def test_equal_instalments_without_interest_are_equal_parts():
    found = repay(100.0, Loan(rate=0.0, tenor_a=4, repayment="equal-instalment"), 4)
    assert found.service_cny == pytest.approx([25.0] * 4, **CLOSE)


def test_grace_pays_interest_alone():
    found = repay(100.0, Loan(rate=0.1, tenor_a=3, grace_a=1), 3)
    assert found.service_cny == pytest.approx([10.0, 60.0, 55.0], **CLOSE)


def test_four_years_by_hand():
    """See :func:`four_years`: a loan of 840, depreciation (1010 + 40) / 4 = 262.5, EBITDA 400, EBIT 137.5.

    Profit 137.5 - (84, 63, 42, 21) = 53.5, 74.5, 95.5, 116.5; a quarter of it is tax. Without a loan
    depreciation is 252.5 and tax (400 - 252.5) / 4 = 36.875.
    """
    accounts = Accounts(four_years())
    assert accounts.profit[1:] == pytest.approx([53.5, 74.5, 95.5, 116.5], **CLOSE)
    assert accounts.income_tax.tax_cny[1:] == pytest.approx([13.375, 18.625, 23.875, 29.125], **CLOSE)
    assert accounts.project_before_tax == pytest.approx([-1010.0, 400.0, 400.0, 400.0, 400.0], **CLOSE)
    assert accounts.project_after_tax == pytest.approx([-1010.0] + [363.125] * 4, **CLOSE)
    assert accounts.equity_after_tax == pytest.approx([-210.0, 92.625, 108.375, 124.125, 139.875], **CLOSE)
    assert accounts.equity_before_tax == pytest.approx([-210.0, 106.0, 127.0, 148.0, 169.0], **CLOSE)
    assert accounts.debt_cover[1] == pytest.approx((400.0 - 13.375) / 294.0, **CLOSE)
    assert accounts.interest_cover[1:3] == pytest.approx([137.5 / 84.0, 137.5 / 63.0], **CLOSE)
    assert accounts.total_investment_cny == pytest.approx(1050.0, **CLOSE)


def test_returns_of_four_years_equal_those_of_numpy_financial():
    accounts = Accounts(four_years())
    for years in (accounts.project_before_tax, accounts.project_after_tax, accounts.equity_after_tax):
        assert internal_rate(years).rate == pytest.approx(npf.irr(years), abs=1e-9)


def test_vat_on_equipment_is_credited_before_any_is_paid():
    """Equipment holds 130 of VAT, revenue of 226 holds 26 a year: nothing is paid for five years."""
    taxes = Taxes(income=0.0, vat=0.13, surcharge=0.1, investment_vat_share=130.0 / 1130.0)
    venture = four_years(
        parts=(Part(name="plant", investment_cny=1130.0, life_a=7, depreciation_a=7),),
        energy_mwh=np.ones(7),
        revenues_cny={"energy": np.full(7, 226.0)},
        costs_cny={},
        terms=terms(taxes=taxes, equity_share=1.0),
    )
    accounts = Accounts(venture)
    assert accounts.vat.credit_cny == pytest.approx([130.0, 104.0, 78.0, 52.0, 26.0, 0.0, 0.0, 0.0], **CLOSE)
    assert accounts.vat.paid_cny == pytest.approx([0.0] * 6 + [26.0, 26.0], **CLOSE)
    assert accounts.surcharge == pytest.approx([0.0] * 6 + [2.6, 2.6], **CLOSE)
    assert accounts.project_before_tax == pytest.approx([-1130.0] + [226.0] * 5 + [197.4] * 2, **CLOSE)
    assert accounts.depreciation[1] == pytest.approx(1000.0 / 7.0, **CLOSE)


def test_vat_within_fuel_is_credited():
    """Fuel of 113 holds 13; revenue of 226 holds 26; 13 are paid, and the cost is 100."""
    taxes = Taxes(income=0.0, vat=0.13, cost_vat={"fuel": 0.13})
    venture = four_years(
        revenues_cny={"energy": np.full(4, 226.0)},
        costs_cny={"fuel": np.full(4, 113.0)},
        terms=terms(taxes=taxes),
    )
    accounts = Accounts(venture)
    assert accounts.cost[1:] == pytest.approx([100.0] * 4, **CLOSE)
    assert accounts.vat.paid_cny[1:] == pytest.approx([13.0] * 4, **CLOSE)
    assert accounts.project_before_tax[1:] == pytest.approx([100.0] * 4, **CLOSE)


def test_losses_are_set_off_for_five_years_and_then_lost():
    """A loss of 100, then 10 a year: 50 are set off within five years, the other 50 are lost."""
    found = income_tax(np.array([-100.0] + [10.0] * 7), 0.25)
    assert found.offset_cny == pytest.approx([0.0] + [10.0] * 5 + [0.0, 0.0], **CLOSE)
    assert found.tax_cny == pytest.approx([0.0] * 6 + [2.5, 2.5], **CLOSE)


def test_the_oldest_loss_goes_first():
    """Losses of 10 and 20, then 15: 10 of the first and 5 of the second are used, and 15 remain."""
    found = income_tax(np.array([-10.0, -20.0, 15.0, 40.0]), 1.0)
    assert found.taxable_cny == pytest.approx([0.0, 0.0, 0.0, 25.0], **CLOSE)


def test_three_years_free_and_three_at_half():
    found = income_tax(np.full(8, 100.0), 0.15, holiday_from=1)
    assert found.tax_cny == pytest.approx([15.0, 0.0, 0.0, 0.0, 7.5, 7.5, 7.5, 15.0], **CLOSE)


def test_a_residual_comes_back_at_the_end():
    """1000 written off over four of five years to 5 %: 237.5 a year, and 50 are left."""
    part = Part(name="plant", investment_cny=1000.0, life_a=5, depreciation_a=4, residual_share=0.05)
    found = keep_assets([part], 5)
    assert found.depreciation_cny == pytest.approx([237.5] * 4 + [0.0], **CLOSE)
    assert found.recovered_cny == pytest.approx([0.0] * 4 + [50.0], **CLOSE)


def test_batteries_are_replaced_when_their_life_ends_and_keep_book_value_at_the_end():
    """A part of 100 that lives two years is replaced for 60 after years 2 and 4; the last serves one."""
    part = Part(name="battery", investment_cny=100.0, life_a=2, depreciation_a=2, replacement_share=0.6)
    found = keep_assets([part], 5)
    assert found.replacement_cny == pytest.approx([0.0, 60.0, 0.0, 60.0, 0.0], **CLOSE)
    assert found.depreciation_cny == pytest.approx([50.0, 50.0, 30.0, 30.0, 30.0], **CLOSE)
    assert found.recovered_cny == pytest.approx([0.0, 0.0, 0.0, 0.0, 30.0], **CLOSE)


def test_working_capital_goes_in_with_operation_and_comes_out_at_the_end():
    """36.5 days of a cost of 100 are 10."""
    accounts = Accounts(four_years(terms=terms(working_capital_days=36.5)))
    assert accounts.working_capital == pytest.approx([0.0, 10.0, 0.0, 0.0, -10.0], **CLOSE)
    assert accounts.project_before_tax == pytest.approx([-1010.0, 390.0, 400.0, 400.0, 410.0], **CLOSE)


def test_the_reserve_is_a_tenth_of_profit_until_half_of_the_equity():
    """Net profit of 40.125, 55.875, 71.625 and 87.375; a tenth of it stays far below half of 210."""
    accounts = Accounts(four_years())
    assert accounts.reserve[1:] == pytest.approx([4.0125, 5.5875, 7.1625, 8.7375], **CLOSE)
    rich = Accounts(four_years(revenues_cny={"energy": np.full(4, 5000.0)}))
    assert rich.reserve.sum() == pytest.approx(105.0, **CLOSE)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"spending_shares": (0.5, 0.4)}, "spending shares do not add up"),
        ({"parts": ()}, "there is no investment"),
        ({"terms": terms(loan=Loan(rate=0.1, tenor_a=9))}, "the loan runs 9 a"),
        ({"terms": terms(loan=Loan(rate=0.1, tenor_a=2, grace_a=2))}, "with 2 a of grace"),
        ({"revenues_cny": {"energy": np.ones(3)}}, "energy has 3 years, the energy 4"),
        ({"terms": terms(equity_share=0.0)}, "equity share is not between 0 and 1"),
        (
            {"parts": (Part(name="plant", investment_cny=1.0, life_a=3, depreciation_a=4),)},
            "written off over 4 a of a life of 3 a",
        ),
    ],
)
def test_what_cannot_be_evaluated_is_refused_in_words(change, what):
    with pytest.raises(FinanceError, match=what):
        four_years(**change)


@st.composite
def projects(draw):
    """Return any small project with a loan, taxes, parts of several lives and several kinds of revenue."""
    operating = draw(st.integers(2, 30))
    money = st.floats(1.0, 1e4)
    parts = tuple(
        Part(
            name=f"part{number}",
            investment_cny=draw(money),
            life_a=(life := draw(st.integers(1, 30))),
            depreciation_a=draw(st.integers(1, life)),
            residual_share=draw(st.floats(0.0, 0.1)),
            replacement_share=draw(st.floats(0.1, 1.0)),
        )
        for number in range(draw(st.integers(1, 3)))
    )
    tenor = draw(st.integers(1, operating))
    loan = Loan(
        rate=draw(st.floats(0.0, 0.15)),
        tenor_a=tenor,
        grace_a=draw(st.integers(0, tenor - 1)),
        repayment=draw(st.sampled_from(["equal-principal", "equal-instalment"])),
    )
    taxes = Taxes(
        income=draw(st.floats(0.0, 0.3)),
        vat=draw(st.floats(0.0, 0.17)),
        surcharge=draw(st.floats(0.0, 0.12)),
        investment_vat_share=draw(st.floats(0.0, 0.11)),
        cost_vat={"fuel": draw(st.floats(0.0, 0.17))},
        holiday=draw(st.booleans()),
    )
    years = draw(st.integers(1, 6))
    return four_years(
        parts=parts,
        spending_shares=tuple([1.0 / years] * years),
        energy_mwh=np.full(operating, draw(money)),
        revenues_cny={"energy": np.full(operating, draw(money)), "capacity": np.full(operating, draw(money))},
        costs_cny={"om": np.full(operating, draw(money)), "fuel": np.full(operating, draw(money))},
        terms=terms(
            equity_share=draw(st.floats(0.05, 1.0)),
            loan=loan,
            taxes=taxes,
            working_capital_days=draw(st.floats(0.0, 90.0)),
        ),
    )


@given(projects())
def test_the_loan_is_paid_back_to_the_last_yuan(venture):
    accounts = Accounts(venture)
    owed = accounts.funding.loan_cny
    assert accounts.principal.sum() == pytest.approx(owed, rel=1e-9)
    assert abs(accounts.repayments.closing_cny[-1]) < 1e-6 * max(owed, 1.0)
    assert accounts.repayments.principal_cny.min() >= 0.0


@given(projects())
def test_every_yuan_that_comes_in_goes_out(venture):
    """Equity and lender together get what all capital gets, less the tax; each year and each source."""
    accounts = Accounts(venture)
    drawn = np.concatenate([accounts.funding.drawn_cny, np.zeros(venture.operating_a)])
    lender = accounts.interest + accounts.principal - drawn
    together = accounts.equity_after_tax + lender + accounts.income_tax.tax_cny
    size = np.abs(accounts.project_before_tax).max()
    assert np.abs(together - accounts.project_before_tax).max() < 1e-9 * size
    paid = accounts.funding.equity_cny + accounts.funding.drawn_cny
    assert paid == pytest.approx(accounts.funding.construction_cny, rel=1e-12)


@given(projects())
def test_vat_is_settled_and_its_credit_never_below_zero(venture):
    vat = Accounts(venture).vat
    assert vat.credit_cny.min() >= 0.0
    assert vat.paid_cny.min() >= 0.0
    balance = (vat.output_cny - vat.input_cny).sum()
    assert vat.paid_cny.sum() - vat.credit_cny[-1] == pytest.approx(balance, abs=1e-6)
    assert not np.any((vat.paid_cny > 0.0) & (vat.credit_cny > 0.0))


@given(projects())
def test_what_is_bought_is_written_off_or_left(venture):
    accounts = Accounts(venture)
    share = venture.terms.taxes.investment_vat_share
    bought = accounts.assets.original_cny + accounts.assets.replacement_cny.sum() * (1.0 - share)
    kept = accounts.assets.depreciation_cny.sum() + accounts.assets.recovered_cny.sum()
    assert kept == pytest.approx(bought, rel=1e-9)


@given(projects(), st.floats(0.0, 0.2))
def test_all_capital_knows_no_loan(venture, rate):
    other = replace(venture.terms.loan, rate=rate)
    dearer = replace(venture, terms=replace(venture.terms, loan=other, equity_share=0.5))
    assert Accounts(dearer).project_after_tax == pytest.approx(Accounts(venture).project_after_tax, rel=1e-12)


@given(projects())
def test_without_tax_profit_adds_up_to_the_flows_of_equity(venture):
    """With no VAT and no residual, the sum of the flows of equity is the sum of net profit."""
    parts = tuple(replace(part, residual_share=0.0, life_a=30, depreciation_a=1) for part in venture.parts)
    taxes = Taxes(income=0.2, vat=0.0)
    plain = replace(venture, parts=parts, terms=replace(venture.terms, taxes=taxes))
    accounts = Accounts(plain)
    size = np.abs(accounts.equity_after_tax).sum()
    assert accounts.equity_after_tax.sum() == pytest.approx(accounts.net_profit.sum(), abs=1e-9 * size)


@given(projects())
def test_value_at_the_internal_rate_is_zero(venture):
    years = Accounts(venture).project_after_tax
    for rate in internal_rate(years).rates:
        size = present_value(rate, np.abs(years))
        assert abs(present_value(rate, years)) < 1e-8 * size


def test_a_credit_that_is_never_used_stays_a_credit():
    found = settle_vat(np.array([0.0, 1.0]), np.array([10.0, 0.0]))
    assert found.paid_cny.tolist() == [0.0, 0.0]
    assert found.credit_cny.tolist() == [10.0, 9.0]
