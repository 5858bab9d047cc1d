"""The life of a project: an event log with deadlines and gates, what it adds up to, and the board.

Events are only ever added; where a project stands is what all its events come to.
"""

from qhgrid.lifecycle.advance import Step, advance, read_evidence, read_not_applicable
from qhgrid.lifecycle.computed import compute
from qhgrid.lifecycle.log import DEFAULT_LOG, Log, read_log
from qhgrid.lifecycle.machine import Standing, may_follow, replay
from qhgrid.lifecycle.moments import Moment, now, parse_moment
from qhgrid.lifecycle.rules import read_rules, shipped_rules
from qhgrid.lifecycle.states import NAMES, State, state_of

__all__ = [
    "DEFAULT_LOG",
    "NAMES",
    "Log",
    "Moment",
    "Standing",
    "State",
    "Step",
    "advance",
    "compute",
    "may_follow",
    "now",
    "parse_moment",
    "read_evidence",
    "read_log",
    "read_not_applicable",
    "read_rules",
    "replay",
    "shipped_rules",
    "state_of",
]
