"""One table: text to typed rows in base units."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeAlias, TypeVar, get_type_hints

from qhgrid.errors import Fault
from qhgrid.facts.rows import Row
from qhgrid.sourced import Confidence
from qhgrid.units import BASE_UNITS, UNITS

SERIES_COLUMNS = {
    "hours": tuple(f"h{hour}" for hour in range(24)),
    "months": tuple(f"m{month}" for month in range(1, 13)),
}
"""Columns that make up a field which is a series."""

AnyRow = TypeVar("AnyRow", bound=Row)
Columns: TypeAlias = tuple[tuple[str, Callable[[str], Any]], ...]
"""Names of the columns of a table, each with the reader of its cells."""


class _BadCell(ValueError):
    """A cell that cannot be read; the arguments are what is wrong and how to mend it."""


def _number(text: str) -> float:
    """Return a finite number."""
    try:
        number = float(text)
    except ValueError:
        raise _BadCell(f"{text!r} is not a number", "Write a number.") from None
    if not math.isfinite(number):
        raise _BadCell(f"{text!r} is not a finite number", "Write a finite number.")
    return number


def _whole_number(text: str) -> int:
    """Return a whole number."""
    number = _number(text)
    if number != int(number):
        raise _BadCell(f"{text!r} is not a whole number", "Write a whole number.")
    return int(number)


def _yes_or_no(text: str) -> bool:
    """Return whether a cell says yes."""
    if text not in ("yes", "no"):
        raise _BadCell(f"{text!r} is neither yes nor no", "Write yes or no.")
    return text == "yes"


def _confidence(text: str) -> Confidence:
    """Return a confidence."""
    try:
        return Confidence(text)
    except ValueError:
        raise _BadCell(f"{text!r} is not a confidence", f"Use one of: {', '.join(Confidence)}.") from None


def _optional_number(text: str) -> float | None:
    """Return a number, or None for an empty cell."""
    return _number(text) if text else None


def _texts(text: str) -> tuple[str, ...]:
    """Return the parts of a cell that are set apart by semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _elements(text: str) -> tuple[str, ...]:
    """Return the model elements of a project; ``none`` must be written where it has none."""
    if not text.strip():
        raise _BadCell("is empty", "Name the model elements, or write none for no part in dispatch.")
    return () if text.strip() == "none" else _texts(text)


def _numbers_by_name(text: str) -> dict[str, float]:
    """Return the ``name:number`` parts of a cell that are set apart by semicolons."""
    pairs = [part.partition(":") for part in _texts(text)]
    return {name.strip(): _number(number) for name, _, number in pairs}


_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    float: _number,
    int: _whole_number,
    bool: _yes_or_no,
    Confidence: _confidence,
    float | None: _optional_number,
    tuple[str, ...]: _texts,
    dict[str, float]: _numbers_by_name,
}


_OWN_READERS: dict[str, Callable[[str], Any]] = {"elements": _elements}
"""Readers of columns that mean more than their type says."""


def columns_of(row_class: type[Row]) -> Columns:
    """Return the columns of the table of a row class, each with the reader of its cells."""
    hints = get_type_hints(row_class)
    columns: list[tuple[str, Callable[[str], Any]]] = []
    for field in fields(row_class):
        if field.name in _OWN_READERS:
            columns.append((field.name, _OWN_READERS[field.name]))
        elif field.name in SERIES_COLUMNS:
            columns += [(name, _number) for name in SERIES_COLUMNS[field.name]]
        else:
            columns.append((field.name, _READERS[hints[field.name]]))
    return tuple(columns)


@dataclass
class _Place:
    """Where faults of a table are written down."""

    file: str
    faults: list[Fault]

    def add(self, line: int, column: str, what: str, mend: str) -> None:
        """Note a fault in a cell or row."""
        place = f"{self.file}:{line}: {column}" if column else f"{self.file}:{line}"
        self.faults.append(Fault(place, what, mend))


def parse_table(file: str, data: bytes, row_class: type[AnyRow], faults: list[Fault]) -> dict[str, AnyRow]:
    """Return the rows of a table by id, in the order of the file.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    data : bytes
        Its content, UTF-8 without byte order mark.
    row_class : type
        Class of its rows.
    faults : list of Fault
        What is wrong is added here; faulty rows are left out.
    """
    place = _Place(file, faults)
    records = _records(data, place)
    columns = columns_of(row_class)
    if not records or not _header_fits(records[0], [name for name, _ in columns], place):
        return {}
    rows: dict[str, AnyRow] = {}
    for line, cells in enumerate(records[1:], start=2):
        if len(cells) != len(records[0]):
            what = f"has {len(cells)} cells, the header {len(records[0])}"
            place.add(line, "", what, "Give each column one cell.")
            continue
        found = _row(dict(zip(records[0], cells, strict=True)), columns, line, place)
        if found is not None and found["id"] in rows:
            place.add(line, "id", f"{found['id']!r} stands twice", "Give each row its own id.")
        elif found is not None:
            rows[found["id"]] = row_class(**found)
    return rows


def _header_fits(header: list[str], wanted: list[str], place: _Place) -> bool:
    """Return whether a header has each wanted column once and no other; note it where it has not."""
    lacking = [f"lacks {column}" for column in wanted if column not in header]
    odd = [f"has {column!r}" for column in header if column not in wanted]
    twice = [f"repeats {column}" for column in wanted if header.count(column) > 1]
    if lacking or odd or twice:
        what = f"the header {', '.join(lacking + odd + twice)}"
        place.add(1, "", what, f"Use these columns: {', '.join(wanted)}.")
    return not (lacking or odd or twice)


def _records(data: bytes, place: _Place) -> list[list[str]]:
    """Return the cells of each line, or nothing where the file is no CSV text."""
    if data.startswith(b"\xef\xbb\xbf"):
        place.add(1, "", "starts with a byte order mark", "Save it as UTF-8 without one.")
        return []
    try:
        records = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        place.add(1, "", f"is not CSV text in UTF-8: {error}", "Save it as CSV in UTF-8.")
        return []
    if not records:
        place.add(1, "", "is empty", "Write a header.")
    return records


def _row(texts: dict[str, str], columns: Columns, line: int, place: _Place) -> dict[str, Any] | None:
    """Return the fields of one row in base units, or None where a cell is wrong."""
    before = len(place.faults)
    found: dict[str, Any] = {}
    for column, read in columns:
        try:
            found[column] = read(texts[column])
        except _BadCell as error:
            place.add(line, column, *error.args)
    if len(place.faults) == before:
        _check_row(found, line, place)
    return _gather_series(_in_base_units(found)) if len(place.faults) == before else None


def _check_row(row: dict[str, Any], line: int, place: _Place) -> None:
    """Note what every row must have: an id, a known unit, a source, and a range where it is assumed."""
    if not row["id"] or row["id"] != row["id"].strip():
        place.add(line, "id", f"{row['id']!r} is no id", "Give the row a name without blanks around it.")
    if row["unit"] not in UNITS:
        place.add(line, "unit", f"{row['unit']!r} is not a known unit", f"Use one of: {', '.join(UNITS)}.")
    if len(row["source"].strip()) < 4:
        place.add(line, "source", "there is no source", "Say where the figure comes from.")
    low, value, high = row["low"], row["value"], row["high"]
    if row["confidence"] is Confidence.ASSUMED and value is not None and (low is None or high is None):
        place.add(line, "low, high", "the row is assumed and has no range", "Give its low and high end.")
    if None not in (low, value, high) and not low <= value <= high:
        place.add(
            line, "low, high", f"{value:g} lies outside {low:g} to {high:g}", "Mend the value or the range."
        )


def _in_base_units(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with value, low, high and series in the base unit of its unit."""
    unit = UNITS[row["unit"]]
    scaled = ("value", "low", "high", *SERIES_COLUMNS["hours"], *SERIES_COLUMNS["months"])
    if unit.factor != 1.0:
        row = row | {c: row[c] * unit.factor for c in scaled if row.get(c) is not None}
    return row | {"unit": BASE_UNITS[unit.kind]}


def _gather_series(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the columns of a series put together in its field."""
    for name, columns in SERIES_COLUMNS.items():
        if columns[0] in row:
            row[name] = tuple(row.pop(column) for column in columns)
    return row
