"""Present value, internal rate and payback, against hand calculation, spreadsheets and numpy-financial."""

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgrid.finance.rates import internal_rate, payback_a, present_value


def flows(*values):
    return np.array(values, dtype=float)


def test_present_value_discounts_the_first_flow_by_a_year_as_a_spreadsheet_does():
    """Microsoft's page of the function NPV: 10 %, -10000, 3000, 4200, 6800 gives 1188.44.

    -10000/1.1 + 3000/1.21 + 4200/1.331 + 6800/1.4641 = -9090.909 + 2479.339 + 3155.522 + 4644.491 = 1188.443.
    """
    found = present_value(0.10, flows(-10000, 3000, 4200, 6800))
    assert found == pytest.approx(-10000 / 1.1 + 3000 / 1.21 + 4200 / 1.331 + 6800 / 1.4641, abs=1e-9)
    assert round(found, 2) == 1188.44


def test_present_value_with_first_year_zero_is_that_of_numpy_financial():
    """Microsoft's second example adds the outlay outside the function: 8 %, -40000 at once, gives 1922.06."""
    years = flows(-40000, 8000, 9200, 10000, 12000, 14500)
    found = present_value(0.08, years, first_year=0)
    assert found == npf.npv(0.08, years)
    assert round(found, 2) == 1922.06


def test_internal_rate_equals_the_examples_of_a_spreadsheet():
    """Microsoft's page of the function IRR: -70000, 12000, 15000, 18000, 21000, 26000.

    It gives -2.1 % after four years and 8.7 % after five.
    """
    years = flows(-70000, 12000, 15000, 18000, 21000, 26000)
    assert round(100 * internal_rate(years).rate, 1) == 8.7
    assert round(100 * internal_rate(years[:5]).rate, 1) == -2.1


def test_internal_rate_of_two_flows_is_their_quotient():
    assert internal_rate(flows(-100, 110)).rate == pytest.approx(0.10, abs=1e-12)


def test_internal_rate_equals_the_example_of_numpy_financial():
    """The documentation of ``numpy_financial.irr`` gives 0.28095 for -100, 39, 59, 55, 20."""
    found = internal_rate(flows(-100, 39, 59, 55, 20)).rate
    assert round(found, 5) == 0.28095
    assert found == pytest.approx(npf.irr([-100, 39, 59, 55, 20]), abs=1e-12)


def test_two_internal_rates_are_both_said():
    """-1600 + 10000 x - 10000 x^2 = 0 with x = 1/(1+r) has x = 0.8 and x = 0.2: 25 % and 400 %."""
    found = internal_rate(flows(-1600, 10000, -10000))
    assert found.rates == pytest.approx((0.25, 4.0), abs=1e-10)
    assert found.state == "several"
    assert found.rate is None


def test_flows_without_an_internal_rate_say_so():
    """100 - 200 x + 150 x^2 has a negative discriminant: 40000 - 60000."""
    found = internal_rate(flows(100, -200, 150))
    assert found.rates == ()
    assert (found.state, found.rate) == ("none", None)


@pytest.mark.parametrize("years", [flows(1, 2), flows(-1, -2), flows(0, 0), flows()])
def test_flows_of_one_sign_have_no_internal_rate(years):
    assert internal_rate(years).state == "none"


def test_a_rate_at_which_the_value_only_touches_zero_is_found():
    """100 - 220 x + 121 x^2 = (10 - 11 x)^2 touches zero at x = 10/11, 10 %, and never goes below."""
    assert internal_rate(flows(100, -220, 121)).rates == pytest.approx((0.10,), abs=1e-6)


def test_static_payback_counts_whole_years_and_a_part_of_the_next():
    """-100, 30, 40, 60: 30 are missing after three years, half of the fourth flow, so 3.5 years."""
    assert payback_a(flows(-100, 30, 40, 60)) == pytest.approx(3.5)


def test_discounted_payback_takes_longer():
    """At 10 %: -100/1.1 = -90.909, 66/1.21 = 54.545, 72.6/1.331 = 54.545; so 2 + 36.364/54.545 = 2.667."""
    years = flows(-100, 66, 72.6)
    assert payback_a(years, 0.10) == pytest.approx(2.0 + 2.0 / 3.0)
    assert payback_a(years) < payback_a(years, 0.10)


def test_what_never_pays_back_has_no_payback():
    assert payback_a(flows(-100, 10, 10)) is None


def test_payback_is_whole_where_the_sum_is_zero_at_the_end_of_a_year():
    assert payback_a(flows(-100, 100, 10)) == pytest.approx(2.0)


@given(
    outlay=st.lists(st.floats(1.0, 1e6), min_size=1, max_size=8),
    income=st.lists(st.floats(0.0, 1e6), min_size=1, max_size=40),
)
def test_outlay_before_income_has_at_most_one_internal_rate_and_no_value_there(outlay, income):
    years = np.concatenate([-np.array(outlay), np.array(income)])
    found = internal_rate(years)
    assert len(found.rates) <= 1
    if found.rate is not None:
        size = float(npf.npv(found.rate, np.abs(years)))
        assert abs(float(npf.npv(found.rate, years))) < 1e-9 * size


@given(rates=st.lists(st.integers(-8, 40), min_size=1, max_size=4, unique=True))
def test_every_root_that_is_built_in_is_found(rates):
    """The product of (1 - (1 + r) x) over some rates r, in steps of 5 %, has exactly these roots."""
    polynomial = np.array([1.0])
    for step in rates:
        polynomial = np.convolve(polynomial, [1.0, -(1.0 + step / 20.0)])
    assert internal_rate(polynomial).rates == pytest.approx(sorted(step / 20.0 for step in rates), abs=1e-6)
