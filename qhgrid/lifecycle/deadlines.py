"""The calendar of the project campaign: two batches a year, each with intake, screening and entry.

The action plan names days but no year, so the year is always given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from qhgrid.errors import Fault, LifecycleError
from qhgrid.lifecycle.moments import Moment

STEPS = ("proposed", "screened", "entered")
"""谋划提出, 筛选论证, 入库: what each deadline of a batch is for."""
DAYS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((2, 28), (3, 20), (3, 31)),
    2: ((5, 31), (6, 20), (6, 30)),
}
"""Month and day of the deadlines of each batch, in the order of :data:`STEPS`; they end at 24:00."""
_BATCH = re.compile(r"^(?P<year>\d{4})-(?P<number>[12])$")


@dataclass(frozen=True, order=True)
class Batch:
    """A batch of the campaign of a year."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"

    def deadline(self, step: str) -> date:
        """Return the last day of a step of :data:`STEPS`; the step ends with it, at 24:00 Beijing time."""
        month, day = DAYS[self.number][STEPS.index(step)]
        return date(self.year, month, day)

    def is_late(self, step: str, when: Moment) -> bool:
        """Return whether a step comes after its deadline; 24:00 of the last day is in time."""
        return when.day > self.deadline(step)

    @property
    def following(self) -> Batch | None:
        """The next batch of the same year; None after the second."""
        return Batch(self.year, 2) if self.number == 1 else None


def parse_batch(text: str) -> Batch:
    """Return the batch that a log names as ``2026-1``.

    Raises
    ------
    LifecycleError
        If the text is no batch.
    """
    found = _BATCH.match(text)
    if found is None:
        raise LifecycleError(Fault(f"batch {text!r}", "is no batch", "Write year and number, as 2026-1."))
    return Batch(int(found["year"]), int(found["number"]))


def batch_for(when: Moment, year: int | None) -> Batch | None:
    """Return the batch whose intake is open at a moment; None once the second of the year has closed.

    Parameters
    ----------
    when : Moment
        When a project is proposed.
    year : int or None
        Year of the campaign.

    Raises
    ------
    LifecycleError
        If no year is given.
    """
    batches = (Batch(require_year(year), number) for number in DAYS)
    return next((batch for batch in batches if not batch.is_late("proposed", when)), None)


def require_year(year: int | None) -> int:
    """Return the year of the campaign; :class:`LifecycleError` if there is none."""
    if year is None:
        what = "is missing: the action plan names days, but no year"
        raise LifecycleError(Fault("year of the campaign", what, "Give it, as --year 2026."))
    if not 2000 <= year <= 2100:
        raise LifecycleError(Fault("year of the campaign", f"{year} is no year of it", "Give it, as 2026."))
    return year
