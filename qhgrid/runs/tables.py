"""``tables/*.csv``: every table of a run as a plain file, exact numbers, one file a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from qhgrid.runs.folder import disk_errors
from qhgrid.text import Lang

if TYPE_CHECKING:
    from qhgrid.indicators.tables import Table

BYTE_ORDER_MARK = "utf-8-sig"
"""Encoding that a spreadsheet reads as UTF-8."""

ROW_HEADS: dict[Lang, tuple[str, str]] = {"zh": ("行", "项目"), "en": ("row", "item")}
"""Headings of the row keys and the row labels."""


def write_tables(folder: Path, tables: Iterable[Table], lang: Lang) -> None:
    """Write each table to ``<folder>/<key>.csv``.

    Parameters
    ----------
    folder : Path
        Made when it is missing.
    tables : iterable of Table
    lang : str
        Language of the labels.

    Raises
    ------
    RunError
        If the disk refuses.
    """
    with disk_errors(folder):
        folder.mkdir(exist_ok=True)
        for table in tables:
            (folder / f"{table.key}.csv").write_bytes(table_csv(table, lang).encode(BYTE_ORDER_MARK))


def table_csv(table: Table, lang: Lang) -> str:
    """Return a table as CSV: a line of headings with units, then one line a row.

    The first two columns are key and label of the row, the last its mark, ``假设`` on an assumption.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    heads = [_head(getattr(column, f"label_{lang}"), column.unit or table.unit) for column in table.columns]
    writer.writerow([*ROW_HEADS[lang], *heads, "unit", "mark"])
    for row in table.rows:
        values = ["" if value is None else str(value) for value in row.values]
        writer.writerow([row.key, getattr(row, f"label_{lang}"), *values, row.unit, row.mark])
    return file.getvalue()


def _head(label: str, unit: str) -> str:
    """Return a heading with its unit."""
    return f"{label} [{unit}]" if unit else label
