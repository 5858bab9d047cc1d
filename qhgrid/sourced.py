"""A figure with its unit, its source and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Confidence(StrEnum):
    """How a figure came to be known, from firm to weak."""

    OFFICIAL = "official"
    """Printed by a government body, statistical bureau or grid company."""
    PUBLISHED = "published"
    """Printed by the press, a company, a data set or a paper."""
    DERIVED = "derived"
    """Calculated here from published figures; the source gives the arithmetic."""
    ASSUMED = "assumed"
    """Chosen for lack of a published figure; has a range, and is marked 假设 wherever it is printed."""


ASSUMED_MARK = "假设"


@dataclass(frozen=True)
class Sourced:
    """A figure with unit, source and confidence.

    Parameters
    ----------
    value : float
        The figure, in `unit`.
    unit : str
        Unit name known to :mod:`qhgrid.units`.
    source : str
        Title, organisation or repository, with date or page where known. Never empty.
    confidence : Confidence
        How the figure is known.
    low, high : float or None
        Range in `unit`; required when the figure is assumed.
    """

    value: float
    unit: str
    source: str
    confidence: Confidence
    low: float | None = None
    high: float | None = None

    @property
    def is_assumed(self) -> bool:
        """Whether a report must print the mark 假设 beside this figure."""
        return self.confidence is Confidence.ASSUMED

    @property
    def mark(self) -> str:
        """``假设`` for an assumed figure, else an empty string."""
        return ASSUMED_MARK if self.is_assumed else ""
