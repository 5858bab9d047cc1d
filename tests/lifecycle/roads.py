"""Shared steps of the tests: a project led along the road, and documents for the gates."""

from __future__ import annotations

from qhgrid.lifecycle import Step, advance, parse_moment, read_rules
from qhgrid.lifecycle.events import Evidence
from qhgrid.lifecycle.gates import Computed
from qhgrid.lifecycle.states import State

RULES = read_rules()
PAPER = Evidence("paper.pdf", "a" * 64)
ALL_ITEMS = Evidence("assessment.pdf", "b" * 64, tuple(item.name for item in RULES.items))
"""One assessment that answers every item (多评合一、一评多用)."""
YES = {test: Computed(True, "是", "yes") for test in ("contribution", "quote", "debt_cover", "co2")}
FIRST_BATCH = {
    State.LEAD: "2026-02-01 09:00",
    State.PROPOSED: "2026-02-28 24:00",
    State.FORMAL_REVIEW: "2026-03-05 09:00",
    State.SCREENING: "2026-03-10 09:00",
    State.COMPILED: "2026-03-20 23:59",
    State.STANDARDS: "2026-03-25 09:00",
    State.LIBRARY: "2026-03-31 24:00",
    State.PREPARATION: "2026-05-01",
    State.APPROVED: "2026-09-01",
    State.FUNDED: "2026-10-01",
    State.STARTED: "2027-03-01",
    State.IN_SERVICE: "2029-12-31",
    State.EVALUATED: "2031-12-31",
}
"""When a project of the first batch of 2026 takes each step, just in time."""


def step(to, when, project="warang_phs", **more):
    """Return a step with documents for everything."""
    given = {"who": "省能源局", "year": 2026, "evidence": (PAPER, ALL_ITEMS), "computed": YES} | more
    return Step(project, State(to), when=parse_moment(when), **given)


def lead_to(path, last, project="warang_phs"):
    """Lead a project along the road of the first batch up to a state, and return the last event."""
    event = None
    for state, when in FIRST_BATCH.items():
        event = advance(path, step(state, when, project), RULES)
        if state is State(last):
            return event
    return event
