"""One family of errors, each a list of faults that say where, what and how to mend it.

The command line prints the faults without a traceback and exits with code 2. All faults of one phase are
raised together, so that a scenario with five slips is mended in one round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with an input.

    Parameters
    ----------
    where : str
        Place, as ``file:line: key`` for a scenario, or component and attribute for a network.
    what : str
        What was found and why it is wrong, one clause.
    mend : str
        How to put it right, one sentence.
    """

    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.mend}"


class QhgridError(Exception):
    """Something is wrong with what was given to qhgrid.

    Parameters
    ----------
    faults : Iterable of Fault
        All faults found in this phase, at least one.
    """

    def __init__(self, faults: Iterable[Fault] | Fault) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UnitError(QhgridError):
    """A quantity has no unit, an unknown unit, or a unit of another kind."""


class FactsError(QhgridError):
    """A table of ``data/`` is missing, malformed or contradicts itself."""


class ScenarioError(QhgridError):
    """A scenario cannot be read, breaks the schema or contradicts planning logic."""


class ProfileError(QhgridError):
    """An hourly series is missing, damaged or physically impossible."""


class NetworkError(QhgridError):
    """A network cannot be built from this scenario, or a network file cannot be read."""


class DispatchError(QhgridError):
    """A network cannot be dispatched, or its result does not pass the certificate."""


class RunError(QhgridError):
    """A run folder is missing, unfinished, damaged or in the way."""


class ReportError(QhgridError):
    """A report or table cannot be written."""


class LifecycleError(QhgridError):
    """A step of a project may not be taken, or the log of steps is not what was written."""
