"""Errors carry all their faults, each with place, fault and mend."""

from __future__ import annotations

import pytest

from qhgrid import errors
from qhgrid.errors import Fault, QhgridError

FAMILY = sorted(
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, QhgridError) and kind is not QhgridError
)


def test_a_fault_reads_place_fault_mend():
    fault = Fault("a.yaml:3: p_nom", "-5 MW is below 0", "Give 0 MW or more.")
    assert str(fault) == "a.yaml:3: p_nom: -5 MW is below 0. Give 0 MW or more."


def test_an_error_holds_one_fault_or_many():
    one, other = Fault("a", "b", "C."), Fault("d", "e", "F.")
    assert QhgridError(one).faults == (one,)
    assert QhgridError(fault for fault in (one, other)).faults == (one, other)
    assert str(QhgridError([one, other])) == "a: b. C.\nd: e. F."


def test_faults_sort_by_place():
    faults = [Fault("b:2", "x", "y"), Fault("a:9", "x", "y")]
    assert sorted(faults)[0].where == "a:9"


@pytest.mark.parametrize("name", FAMILY)
def test_each_error_belongs_to_the_family_and_says_when_it_is_raised(name):
    kind = getattr(errors, name)
    assert kind.__doc__
    with pytest.raises(QhgridError, match=r"here: wrong\. Mend it\."):
        raise kind(Fault("here", "wrong", "Mend it."))


def test_the_family_has_one_member_a_phase():
    assert {"ScenarioError", "FactsError", "ProfileError", "NetworkError", "DispatchError"} <= set(FAMILY)
