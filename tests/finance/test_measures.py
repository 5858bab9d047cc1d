"""Levelised cost, sensitivity, critical values and the view of the economy."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgrid.finance.accounts import Accounts
from qhgrid.finance.economy import Benefit, evaluate_economy
from qhgrid.finance.measures import levelised_cost, measure
from qhgrid.finance.rates import internal_rate, present_value
from qhgrid.finance.sensitivity import (
    CHANGES,
    FACTORS,
    critical_values,
    scale_energy,
    scale_investment,
    scale_price,
    sensitivity,
)
from qhgrid.finance.terms import Taxes
from tests.finance.test_accounts import projects
from tests.finance.ventures import four_years, terms


def test_levelised_cost_by_hand():
    """1010 over four years at 7 %: the annuity is 1010 * 0.07 / (1 - 1.07^-4) = 298.1803.

    With 100 of cost and 10 MWh a year that is 39.818 a MWh.
    """
    annuity = 1010.0 * 0.07 / (1.0 - 1.07**-4)
    assert levelised_cost(four_years()) == pytest.approx((annuity + 100.0) / 10.0, abs=1e-6)


@settings(max_examples=30)
@given(projects())
def test_the_levelised_cost_makes_the_present_value_zero(venture):
    price = levelised_cost(venture)
    at_price = replace(venture, revenues_cny={"energy": venture.energy_mwh * price})
    flows = Accounts(at_price).project_before_tax
    hurdle = venture.terms.hurdle_project
    assert abs(present_value(hurdle, flows)) < 1e-7 * present_value(hurdle, np.abs(flows))


def test_without_energy_there_is_no_levelised_cost():
    assert levelised_cost(four_years(energy_mwh=np.zeros(4))) is None


def test_measures_of_four_years():
    """Payback after tax: 1010 / 363.125 = 2.7814 years of operation after one of construction."""
    found = measure(Accounts(four_years()))
    assert found.payback_a == pytest.approx(1.0 + 1010.0 / 363.125, abs=1e-6)
    assert found.dscr_min == pytest.approx((400.0 - 13.375) / 294.0, abs=1e-6)
    assert found.icr_min == pytest.approx(137.5 / 84.0, abs=1e-6)
    factor = (1.0 - 1.07**-4) / 0.07
    assert found.npv_before_tax_cny == pytest.approx((-1010.0 + 400.0 * factor) / 1.07, abs=1e-6)


def test_a_project_without_loan_has_no_cover_of_debt():
    found = measure(Accounts(four_years(terms=terms(equity_share=1.0))))
    assert (found.dscr_min, found.icr_min) == (None, None)


@settings(max_examples=30)
@given(projects(), st.floats(1.01, 1.5))
def test_a_higher_price_never_lowers_the_value(venture, by):
    for years in ("project_before_tax", "project_after_tax", "equity_after_tax"):
        before, after = (getattr(Accounts(v), years) for v in (venture, scale_price(venture, by)))
        assert present_value(0.07, after) > present_value(0.07, before)


def test_a_higher_price_raises_every_return_and_dearer_construction_lowers_it():
    base = measure(Accounts(four_years()))
    dear = measure(Accounts(scale_investment(four_years(), 1.1)))
    rich = measure(Accounts(scale_price(four_years(), 1.1)))
    for name in ("project_before_tax", "project_after_tax", "equity_before_tax", "equity_after_tax"):
        low, middle, high = (getattr(found, f"irr_{name}").rate for found in (dear, base, rich))
        assert low < middle < high


def test_price_moves_energy_alone_and_energy_moves_fuel_too():
    venture = four_years(
        revenues_cny={"energy": np.full(4, 500.0), "capacity": np.full(4, 7.0)},
        costs_cny={"om": np.full(4, 100.0), "fuel": np.full(4, 50.0)},
    )
    dearer, more = scale_price(venture, 2.0), scale_energy(venture, 2.0)
    assert dearer.revenues_cny["energy"][0] == more.revenues_cny["energy"][0] == 1000.0
    assert dearer.revenues_cny["capacity"][0] == more.revenues_cny["capacity"][0] == 7.0
    assert (dearer.costs_cny["fuel"][0], more.costs_cny["fuel"][0]) == (50.0, 100.0)
    assert more.costs_cny["om"][0] == 100.0
    assert scale_investment(venture, 2.0).costs_cny["om"][0] == 200.0


def test_sensitivity_covers_four_factors_by_ten_and_twenty_percent():
    found = sensitivity(four_years())
    assert [(one.factor, one.change) for one in found] == [(f, c) for f in FACTORS for c in CHANGES]
    unchanged = [one for one in found if one.change == 0.0]
    assert len({one.npv_cny for one in unchanged}) == 1


def test_interest_moves_equity_and_not_all_capital():
    found = [one for one in sensitivity(four_years()) if one.factor == "interest"]
    assert len({one.irr_project.rate for one in found}) == 1
    rates = [one.irr_equity.rate for one in found]
    assert rates == sorted(rates, reverse=True)


def test_at_the_critical_change_the_value_is_zero():
    """Price: 10 MWh at 50 earn 500; the levelised cost by hand is 39.818 with 100 of cost, so the critical
    price is (298.18 + 100) / 500 - 1 = -20.36 %.
    """
    found = {one.factor: one for one in critical_values(four_years())}
    annuity = 1010.0 * 0.07 / (1.0 - 1.07**-4)
    assert found["price"].project == pytest.approx((annuity + 100.0) / 500.0 - 1.0, abs=1e-9)
    assert found["interest"].project is None
    assert found["investment"].project > 0.0
    for factor, critical in found.items():
        at = FACTORS[factor](four_years(), 1.0 + critical.equity)
        assert present_value(0.08, Accounts(at).equity_after_tax) == pytest.approx(0.0, abs=1e-6)


def test_the_economy_counts_no_taxes_and_keeps_co2_apart():
    """1130 with 130 of VAT cost the economy 1000; 400 of benefit less 50 of cost; 2 t at 100 beyond the run.

    At 8 % over four years after one of construction: (-1000 + 350 a) / 1.08 with a = (1 - 1.08^-4) / 0.08.
    """
    taxes = Taxes(income=0.25, vat=0.13, surcharge=0.1, investment_vat_share=130.0 / 1130.0)
    part = replace(four_years().parts[0], investment_cny=1130.0)
    venture = four_years(parts=(part,), terms=terms(taxes=taxes))
    benefit = Benefit(
        basis="value",
        benefit_cny=np.full(4, 400.0),
        running_cost_cny=np.full(4, 50.0),
        co2_avoided_t=np.full(4, 2.0),
        co2_price_beyond_cny_per_t=100.0,
    )
    found = evaluate_economy(Accounts(venture), benefit)
    factor = (1.0 - 1.08**-4) / 0.08
    assert found.enpv_cny == pytest.approx((-1000.0 + 350.0 * factor) / 1.08, abs=1e-6)
    assert found.enpv_with_co2_cny - found.enpv_cny == pytest.approx(200.0 * factor / 1.08, abs=1e-6)
    assert found.eirr_with_co2.rate > found.eirr.rate
    untaxed = replace(venture, terms=terms(taxes=replace(taxes, income=0.0, surcharge=0.0)))
    assert evaluate_economy(Accounts(untaxed), benefit).enpv_cny == pytest.approx(found.enpv_cny, abs=1e-9)


def test_operation_that_loses_has_no_internal_rate_although_a_residual_makes_one():
    """Costs of 700 against 500 lose 200 a year, and half of 1010 comes back at the end."""
    part = replace(four_years().parts[0], residual_share=0.5)
    accounts = Accounts(four_years(parts=(part,), costs_cny={"om": np.full(4, 700.0)}))
    assert accounts.project_before_tax == pytest.approx([-1010.0, -200.0, -200.0, -200.0, 305.0])
    assert internal_rate(accounts.project_before_tax).state == "one"
    assert measure(accounts).irr_project_before_tax.state == "none"
