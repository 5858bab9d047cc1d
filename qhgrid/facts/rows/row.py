"""What every row of every fact table says, and the ids that all rooms share."""

from __future__ import annotations

from dataclasses import dataclass

from qhgrid.sourced import Confidence

PREFECTURES = ("xining", "haidong", "haibei", "huangnan", "hainan", "guoluo", "yushu", "haixi")
"""Ids of the eight prefectures, in the order of every table and series."""

DEMAND_CLASSES = (
    "base",
    "aluminium",
    "silicon",
    "salt_lake",
    "computing",
    "heating",
    "traction",
    "electrolysis",
    "other",
)
"""Classes of demand, in the order of every table and series."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What every row of every fact table says."""

    id: str
    """Stable name, unique in its table."""
    name_zh: str
    name_en: str
    value: float | None
    """Principal figure in the base unit of `unit`; None only where it is not known."""
    unit: str
    """Base unit of value, low and high."""
    low: float | None = None
    high: float | None = None
    source: str
    confidence: Confidence
    note: str = ""

    @property
    def is_assumed(self) -> bool:
        """Whether a report must print the mark 假设 beside the row."""
        return self.confidence is Confidence.ASSUMED
