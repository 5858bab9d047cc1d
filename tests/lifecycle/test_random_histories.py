"""Random sequences of steps: no illegal state, and replay is what was lived."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from qhgrid.errors import LifecycleError
from qhgrid.lifecycle import NAMES, Standing, State, advance, may_follow, read_log, replay
from qhgrid.lifecycle.advance import draft_event
from qhgrid.lifecycle.events import Event, Evidence
from qhgrid.lifecycle.log import Log
from qhgrid.lifecycle.machine import follow
from qhgrid.lifecycle.moments import Moment
from qhgrid.lifecycle.states import SIDE, TRANSITIONS
from tests.lifecycle.roads import FIRST_BATCH, RULES, step

ROAD_SO_FAR = st.integers(0, 13)
"""Steps along the road of the first batch that project a has taken before the random ones."""
MOSTLY = st.sampled_from([True, True, True, False])
ATTEMPTS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.one_of(st.integers(0, 4), st.integers(0, 4), st.sampled_from(list(State))),
        st.integers(-1, 9),
        MOSTLY,
        MOSTLY,
    ),
    min_size=5,
    max_size=60,
)
"""Project, state asked for (or which of those that may follow), days since the last attempt, whether a reason
is given, whether documents are."""


def walk(so_far, attempts, take, standing_of):
    """Try each step in turn by `take`, and return the reasons against those refused."""
    day, refused = date(2026, 1, 10), []
    for state, when in list(FIRST_BATCH.items())[:so_far]:
        take(step(state, when, "a"))
        day = date.fromisoformat(when[:10])
    for project, asked, days, has_reason, has_papers in attempts:
        day = max(date(2026, 1, 1), day + timedelta(days=days))
        more = {} if has_papers else {"evidence": ()}
        offered = may_follow(standing_of(project))
        to = asked
        if not isinstance(asked, State):
            to = offered[asked % len(offered)] if offered else State.LEAD
        try:
            take(step(to, day.isoformat(), project, reason="因故" if has_reason else "", **more))
        except LifecycleError as error:
            refused += error.faults
    return refused


class Live:
    """A log in memory with the standings that are led along with it."""

    def __init__(self):
        self.events: list[Event] = []
        self.standings: dict[str, Standing] = {}

    def take(self, one):
        event = draft_event(Log(Path("-"), tuple(self.events)), one, RULES)
        self.standings[one.project] = follow(self.standings.get(one.project), event)
        self.events.append(event)


@settings(max_examples=200, deadline=None)
@given(ROAD_SO_FAR, ATTEMPTS)
def test_no_history_leads_to_an_illegal_state_and_replay_is_the_live_state(so_far, attempts):
    live = Live()
    assert all(fault.what and fault.mend for fault in walk(so_far, attempts, live.take, live.standings.get))
    assert replay(live.events) == live.standings
    for standing in live.standings.values():
        states = [None, *(event.after for event in standing.events)]
        for before, after in pairwise(states):
            assert after in TRANSITIONS[before]
        assert standing.state in NAMES
        assert all(event.reason for event in standing.events if event.after in SIDE)
        assert [event.when for event in standing.events] == sorted(event.when for event in standing.events)
        for event in standing.events:
            if event.after is State.COMPILED and event.before is not State.SUSPENDED:
                assert event.when.day <= event.batch.deadline("screened")
            if event.after is State.LIBRARY and event.before is not State.SUSPENDED:
                assert event.batch.deadline("proposed") < event.when.day <= event.batch.deadline("entered")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 12)), max_size=30))
def test_walking_along_allowed_states_is_never_illegal(choices):
    """Whatever `may_follow` offers is either taken or refused for a deadline, never for its order."""
    live = Live()
    for choice, days in choices:
        standing = live.standings.get("a")
        offered = may_follow(standing)
        if not offered:
            break
        day = standing.since.day.toordinal() + days if standing else 739_630
        when = Moment(date.fromordinal(day), 0)
        reasons = ""
        try:
            live.take(step(offered[choice % len(offered)], when.day.isoformat(), "a", reason="因故"))
        except LifecycleError as error:
            reasons = str(error)
        assert "may not follow" not in reasons


@settings(max_examples=15, deadline=None)
@given(ROAD_SO_FAR, ATTEMPTS, st.integers(0, 400))
def test_log_on_disk_reads_as_it_was_lived_wherever_it_is_cut(so_far, attempts, cut):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.jsonl"
        live = []
        standing_of = lambda project: read_log(path).standings.get(project)  # noqa: E731  short
        walk(so_far, attempts[:15], lambda one: live.append(advance(path, one, RULES)), standing_of)
        log = read_log(path)
        assert list(log.events) == live
        if path.exists():
            content = path.read_bytes()
            path.write_bytes(content[: max(0, len(content) - cut)])
            shorter = read_log(path)
            assert list(shorter.events) == live[: len(shorter.events)]
            assert content[: len(content) - cut].count(b"\n") == len(shorter.events) or cut >= len(content)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_words_survive_the_log(who, reason):
    from qhgrid.lifecycle.events import parse_event

    event = Event(
        1, "p", None, State.LEAD, who, Moment(date(2026, 1, 1), 5), reason, None, (Evidence(who, reason),)
    )
    sealed = event.sealed()
    assert parse_event(sealed.line()[:-1], "here") == sealed
    assert sealed.line().count("\n") == 1
