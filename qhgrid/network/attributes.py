"""The columns of a qhgrid network that PyPSA has no name for, read from ``attributes.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ATTRIBUTES_FILE = Path(__file__).with_name("attributes.csv")
"""The table itself."""


@dataclass(frozen=True)
class Attribute:
    """One column that qhgrid adds to a PyPSA component."""

    component: str
    """PyPSA's class name, such as ``Generator``."""
    attribute: str
    type: str
    """``string`` or ``float``."""
    unit: str
    default: str | float
    """Value where nothing is said."""
    meaning: str


@cache
def attribute_table() -> tuple[Attribute, ...]:
    """Return every attribute that qhgrid adds to PyPSA's, in the order of the table."""
    with ATTRIBUTES_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_attribute(row) for row in csv.DictReader(file))


def _attribute(row: dict[str, str]) -> Attribute:
    """Return one row with its default in the type that the row names."""
    default: str | float = float(row["default"]) if row["type"] == "float" else row["default"]
    return Attribute(row["component"], row["attribute"], row["type"], row["unit"], default, row["meaning"])


def custom_defaults(component: str) -> dict[str, str | float]:
    """Return the defaults of the columns that qhgrid adds to `component`, by name."""
    return {row.attribute: row.default for row in attribute_table() if row.component == component}
