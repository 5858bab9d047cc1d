"""What may happen next to a project, and where it stands after all that has happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from qhgrid.errors import Fault, LifecycleError
from qhgrid.lifecycle.deadlines import Batch, batch_for
from qhgrid.lifecycle.events import Event
from qhgrid.lifecycle.moments import Moment
from qhgrid.lifecycle.states import NAMES, SIDE, TRANSITIONS, State


@dataclass(frozen=True)
class Standing:
    """Where a project stands.

    Parameters
    ----------
    project : str
        Id in the register.
    state : State
        Its state.
    since : Moment
        When it came there.
    batch : Batch or None
        Its batch; None before it was proposed.
    suspended_in : State or None
        State to which a suspended project goes back.
    events : tuple of Event
        All that has happened to it, oldest first.
    """

    project: str
    state: State
    since: Moment
    batch: Batch | None
    suspended_in: State | None
    events: tuple[Event, ...]

    def first(self, state: State) -> Event | None:
        """Return the event by which it first came to a state; None if it never did."""
        return next((event for event in self.events if event.after is state), None)

    @property
    def has_entered(self) -> bool:
        """Whether it was ever taken into the library."""
        return self.first(State.LIBRARY) is not None


def may_follow(standing: Standing | None) -> tuple[State, ...]:
    """Return the states that a project may go to next."""
    after = TRANSITIONS[None if standing is None else standing.state]
    if standing is None or standing.state is not State.SUSPENDED:
        return after
    way_out = State.REMOVED if standing.has_entered else State.REJECTED
    return tuple(state for state in after if state in (standing.suspended_in, way_out))


def batch_of(standing: Standing | None, to: State, when: Moment, year: int | None) -> Batch | None:
    """Return the batch of a project after a step.

    A proposal is in the batch whose intake is open; a late one in the next. What was returned keeps its batch
    as long as its screening lasts. What was moved to the next batch goes to a later one than its own.

    Raises
    ------
    LifecycleError
        If a project is proposed and no year is given.
    """
    own = None if standing is None else standing.batch
    if to is not State.PROPOSED or (standing is not None and standing.state is State.SUSPENDED):
        return own
    is_returned = standing is not None and standing.state is State.RETURNED
    if own is not None and is_returned and not own.is_late("screened", when):
        return own
    batch = batch_for(when, year)
    moved = standing is not None and standing.state is State.NEXT_BATCH
    if own is not None and moved and batch is not None and batch <= own:
        return own.following
    return batch


def faults_of(standing: Standing | None, event: Event) -> Iterator[Fault]:
    """Say everything that forbids an event; nothing where it may happen."""
    where = f"{event.project} → {event.after}"
    allowed = may_follow(standing)
    came_from = None if standing is None else standing.state
    if event.before is not came_from:
        yield Fault(
            where, f"stands in {came_from or 'no state'}, not in {event.before or 'no state'}", _AGAIN
        )
    if event.after not in allowed:
        words = ", ".join(f"{state} ({NAMES[state][0]})" for state in allowed)
        what = f"may not follow {came_from or 'the beginning'}"
        yield Fault(where, what, f"It may go to: {words}." if words else "Nothing follows this state.")
        return
    if not event.who.strip():
        yield Fault(where, "nobody is named", "Say who decides, with --who.")
    if event.after in SIDE and not event.reason.strip():
        yield Fault(where, f"{NAMES[event.after][0]} needs a reason", "Give it with --reason.")
    if standing is not None and event.when < standing.since:
        what = f"{event.when} is before the last step at {standing.since}"
        yield Fault(where, what, "Give the time of this step with --when.")
    yield from _deadline_faults(standing, event, where)


_AGAIN = "Read the log again and take the step from there."


def _deadline_faults(standing: Standing | None, event: Event, where: str) -> Iterator[Fault]:
    """Say which deadline of its batch a step misses, or which batch it should be in."""
    resumes = standing is not None and standing.state is State.SUSPENDED
    year = None if event.batch is None else event.batch.year
    if event.after is State.PROPOSED and not resumes and event.batch is None:
        what = "the intake of both batches of the year is closed"
        yield Fault(where, what, "Move it to next_batch, or give the year of the next campaign.")
        return
    if event.batch != batch_of(standing, event.after, event.when, year):
        yield Fault(where, f"batch {event.batch} is not the one it is in", _AGAIN)
        return
    if event.batch is None or resumes:
        return
    steps = {State.COMPILED: "screened", State.LIBRARY: "entered"}
    step = steps.get(event.after)
    if step and event.batch.is_late(step, event.when):
        what = f"comes after {event.batch.deadline(step)} 24:00, the deadline of batch {event.batch}"
        yield Fault(where, what, "Move it to next_batch with a reason.")
    if event.after is State.LIBRARY and not event.batch.is_late("proposed", event.when):
        what = f"comes before the screening of batch {event.batch}, which begins when its intake closes"
        yield Fault(where, what, f"Wait until after {event.batch.deadline('proposed')}.")


def follow(standing: Standing | None, event: Event) -> Standing:
    """Return where a project stands after an event.

    Raises
    ------
    LifecycleError
        If the event may not happen; holds every reason.
    """
    faults = list(faults_of(standing, event))
    if faults:
        raise LifecycleError(faults)
    if standing is None:
        return Standing(event.project, event.after, event.when, event.batch, None, (event,))
    suspended_in = standing.state if event.after is State.SUSPENDED else None
    return replace(
        standing,
        state=event.after,
        since=event.when,
        batch=event.batch,
        suspended_in=suspended_in,
        events=(*standing.events, event),
    )


def replay(events: Iterable[Event]) -> dict[str, Standing]:
    """Return where every project stands after some events, by id, in the order of their first event.

    Raises
    ------
    LifecycleError
        If an event may not happen where it stands.
    """
    standings: dict[str, Standing] = {}
    for event in events:
        standings[event.project] = follow(standings.get(event.project), event)
    return standings
