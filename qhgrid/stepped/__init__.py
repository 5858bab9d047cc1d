"""Stepped day schedules of corridors (直流台阶曲线): few set-points a day, each held for hours.

The dispatch moves a corridor freely. Here a dynamic programme finds the stepped schedule that is cheapest at
the marginal prices of that dispatch, and the network is dispatched again with the corridor held to it. A
checker that shares no code with the programme says whether a schedule keeps the rule.
"""

from qhgrid.stepped.checker import Breach, check_schedule
from qhgrid.stepped.rounds import Stepped, annotate, schedule, wants_steps

__all__ = ["Breach", "Stepped", "annotate", "check_schedule", "schedule", "wants_steps"]
