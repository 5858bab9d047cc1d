"""An assumed figure is marked, every other is not."""

from __future__ import annotations

import dataclasses

import pytest

from qhgrid.sourced import ASSUMED_MARK, Confidence, Sourced


@pytest.mark.parametrize("confidence", list(Confidence))
def test_only_an_assumed_figure_bears_the_mark(confidence):
    figure = Sourced(1.0, "MW", "a source", confidence, 0.5, 2.0)
    assert figure.is_assumed == (confidence == "assumed")
    assert figure.mark == (ASSUMED_MARK if confidence == "assumed" else "")


def test_confidence_runs_from_firm_to_weak():
    assert [str(c) for c in Confidence] == ["official", "published", "derived", "assumed"]
    assert ASSUMED_MARK == "假设"


def test_a_figure_cannot_be_changed():
    figure = Sourced(1.0, "MW", "a source", Confidence.OFFICIAL)
    with pytest.raises(dataclasses.FrozenInstanceError):
        figure.value = 2.0
