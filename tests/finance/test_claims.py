"""No MWh's green is sold twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgrid.finance.claims import CCER, CERTIFICATE, Claims
from qhgrid.finance.terms import FinanceError


def test_a_mwh_sold_as_ccer_cannot_be_sold_as_a_certificate():
    claims = Claims()
    claims.open("fleet:csp", np.array([100.0, 100.0]))
    claims.claim("fleet:csp", CCER, np.array([100.0, 40.0]))
    with pytest.raises(FinanceError, match="Claim each MWh once"):
        claims.claim("fleet:csp", CERTIFICATE, np.array([0.0, 61.0]))
    claims.claim("fleet:csp", CERTIFICATE, np.array([0.0, 60.0]))
    assert claims.claimed("fleet:csp").tolist() == [100.0, 100.0]
    assert claims.claimed("fleet:csp", CERTIFICATE).tolist() == [0.0, 60.0]


def test_what_one_year_leaves_cannot_be_claimed_in_another():
    claims = Claims()
    claims.open("fleet:pv", np.array([100.0, 0.0]))
    with pytest.raises(FinanceError, match="claims 50 MWh of the 100 MWh made"):
        claims.claim("fleet:pv", CERTIFICATE, np.array([0.0, 50.0]))


def test_energy_enters_once():
    claims = Claims()
    claims.open("fleet:pv", np.ones(2))
    with pytest.raises(FinanceError, match="entered for another project already"):
        claims.open("fleet:pv", np.ones(2))


def test_a_claim_below_zero_is_refused():
    claims = Claims()
    claims.open("fleet:pv", np.ones(2))
    with pytest.raises(FinanceError):
        claims.claim("fleet:pv", CERTIFICATE, np.array([-1.0, 1.0]))


@given(st.lists(st.tuples(st.sampled_from([CCER, CERTIFICATE]), st.floats(0.0, 2.0)), max_size=8))
def test_whatever_is_tried_claims_never_exceed_what_was_made(tries):
    claims = Claims()
    claims.open("fleet:pv", np.array([1.0]))
    for kind, mwh in tries:
        try:
            claims.claim("fleet:pv", kind, np.array([mwh]))
        except FinanceError:
            continue
    assert claims.claimed("fleet:pv")[0] <= 1.0 + 1e-8
