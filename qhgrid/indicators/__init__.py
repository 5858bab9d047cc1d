"""What a dispatch means for a planner: targets, balances, breakdowns, each figure with its definition.

Everything is measured from the results as one :class:`xarray.Dataset`; how they were solved is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qhgrid.indicators.tables import (
    Column,
    Figure,
    Table,
    TableRow,
    cell_key,
    citation_key,
    cite,
    find_figure,
    find_table,
    parse_citation,
)

if TYPE_CHECKING:
    from qhgrid.indicators.measuring import Indicators, Scorecard, measure, scorecard
    from qhgrid.indicators.targets import TargetResult

__all__ = [
    "Column",
    "Figure",
    "Indicators",
    "Scorecard",
    "Table",
    "TableRow",
    "TargetResult",
    "cell_key",
    "citation_key",
    "cite",
    "find_figure",
    "find_table",
    "measure",
    "parse_citation",
    "scorecard",
]

_MEASURING = ("Indicators", "Scorecard", "measure", "scorecard")


def __getattr__(name: str) -> object:
    """Import what needs numpy and xarray only when it is asked for: figures and tables alone need neither."""
    if name in _MEASURING:
        from qhgrid.indicators import measuring

        return getattr(measuring, name)
    if name == "TargetResult":
        from qhgrid.indicators.targets import TargetResult

        return TargetResult
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
