"""The states that a project can be in, from a clue to the evaluation after, and which may follow which."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise


class State(StrEnum):
    """A state of a project; the first thirteen are the main road, the others stand beside it."""

    LEAD = "lead"
    PROPOSED = "proposed"
    FORMAL_REVIEW = "formal_review"
    SCREENING = "expert_screening"
    COMPILED = "compiled"
    STANDARDS = "standards_check"
    LIBRARY = "in_library"
    PREPARATION = "preparation"
    APPROVED = "approved"
    FUNDED = "funded"
    STARTED = "started"
    IN_SERVICE = "in_service"
    EVALUATED = "evaluated"
    RETURNED = "returned"
    NEXT_BATCH = "next_batch"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    REMOVED = "removed"


NAMES: dict[State, tuple[str, str]] = {
    State.LEAD: ("线索", "lead"),
    State.PROPOSED: ("申报", "proposed"),
    State.FORMAL_REVIEW: ("形式审查", "formal review"),
    State.SCREENING: ("专家筛选论证", "expert screening"),
    State.COMPILED: ("省发改委汇总", "compiled by the province"),
    State.STANDARDS: ("标准核对", "check against standards"),
    State.LIBRARY: ("入省级重大项目库", "in the library"),
    State.PREPARATION: ("前期", "preparation"),
    State.APPROVED: ("审批/核准/备案", "approved"),
    State.FUNDED: ("资金落实", "funded"),
    State.STARTED: ("开工", "started"),
    State.IN_SERVICE: ("投产", "in service"),
    State.EVALUATED: ("后评价", "evaluated"),
    State.RETURNED: ("退回补充", "returned"),
    State.NEXT_BATCH: ("转下一批", "moved to the next batch"),
    State.REJECTED: ("不予入库", "rejected"),
    State.SUSPENDED: ("暂缓", "suspended"),
    State.REMOVED: ("调出", "removed"),
}
"""Chinese and English name of each state."""

ROAD: tuple[State, ...] = tuple(State)[:13]
"""The main road, in its order."""
SIDE: frozenset[State] = frozenset(tuple(State)[13:])
"""States beside the road; each asks for a reason."""

_BEFORE_LIBRARY = ROAD[1:6]
_IN_LIBRARY = ROAD[6:11]


def _transitions() -> dict[State | None, tuple[State, ...]]:
    """Return which states may follow each state; None is a project without a record."""
    after: dict[State | None, tuple[State, ...]] = {None: (State.LEAD,)}
    for state, following in pairwise(ROAD):
        after[state] = (following,)
    for state in _BEFORE_LIBRARY:
        after[state] += (State.RETURNED, State.NEXT_BATCH, State.REJECTED, State.SUSPENDED)
    for state in _IN_LIBRARY:
        after[state] += (State.SUSPENDED, State.REMOVED)
    after[State.LEAD] += (State.REJECTED, State.SUSPENDED)
    after[State.EVALUATED] = ()
    after[State.RETURNED] = (State.PROPOSED, State.NEXT_BATCH, State.REJECTED)
    after[State.NEXT_BATCH] = (State.PROPOSED, State.REJECTED)
    after[State.REJECTED] = (State.LEAD,)
    after[State.SUSPENDED] = (*ROAD[:11], State.REJECTED, State.REMOVED)
    after[State.REMOVED] = ()
    return after


TRANSITIONS = _transitions()
"""States that may follow each state.

A suspended project goes back to the state that it was suspended in, and to no other; one that was in the
library leaves it as removed, one that was not as rejected. A rejected project keeps its record and its id; it
may be raised again as a lead.
"""


def state_of(text: str) -> State | None:
    """Return the state of an id, a Chinese or an English name; None if there is none of it."""
    for state, names in NAMES.items():
        if text in (state.value, state.name.lower(), *names):
            return state
    return None
