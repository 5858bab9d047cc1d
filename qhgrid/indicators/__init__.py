"""What a dispatch means for a planner: targets, balances, breakdowns, each figure with its definition.

Everything is measured from the results as one :class:`xarray.Dataset`; how they were solved is not known.
"""

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

__all__ = [
    "Column",
    "Figure",
    "Table",
    "TableRow",
    "cell_key",
    "citation_key",
    "cite",
    "find_figure",
    "find_table",
    "parse_citation",
]
