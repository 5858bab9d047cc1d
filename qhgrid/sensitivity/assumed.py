"""The assumptions of a scenario as things that can be turned: a value, its range, and what it is set in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from qhgrid.facts import Facts
from qhgrid.facts.rows import Row
from qhgrid.scenario.explained import explained_by
from qhgrid.units import convert

if TYPE_CHECKING:
    from qhgrid.scenario.model import Scenario

FACT_TABLES = ("fleet", "hydro_plants", "lines", "costs")
"""Tables whose assumed rows are turned one by one; what other tables assume, scenario keys hold as well."""


@dataclass(frozen=True)
class Assumed:
    """A figure that is not known, with its range.

    Parameters
    ----------
    key : str
        Key of the scenario (``thermal.coal_price``), or table and row (``fleet.a_pv_tala``).
    label_zh, label_en : str
        Name as a reader knows it.
    value, low, high : float
        Figure used and its range, in `unit`.
    unit : str
    source : str
        Where it comes from, or why it was chosen.
    table : str
        Fact table of the row, empty for a key of the scenario.
    is_set : bool
        Whether a value can be set at all; an assumption that explains nothing of the scenario cannot.
    """

    key: str
    label_zh: str
    label_en: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    table: str = ""
    is_set: bool = True

    def ends(self) -> tuple[float, ...]:
        """Return the ends of the range that differ from the value used."""
        return tuple(end for end in (self.low, self.high) if end != self.value) if self.is_set else ()

    def at(self, value: float, scenario: Scenario, facts: Facts) -> tuple[Scenario, Facts]:
        """Return scenario and facts with this figure at `value`, given in `unit`."""
        if not self.table:
            return with_value(scenario, self.key, value, self.unit), facts
        rows = dict(getattr(facts, self.table))
        name = self.key.removeprefix(f"{self.table}.")
        rows[name] = replace(rows[name], value=value)
        changed: dict[str, Any] = {self.table: rows}
        return scenario, replace(facts, **changed)


def assumed_values(scenario: Scenario) -> tuple[Assumed, ...]:
    """Return the named assumptions of a scenario, in its own order."""
    return tuple(
        Assumed(
            key=one.key,
            label_zh=one.key,
            label_en=one.key,
            value=one.value,
            low=one.low,
            high=one.high,
            unit=one.unit,
            source=one.source,
            is_set=explained_by(scenario, one) is not None,
        )
        for one in scenario.assumptions
    )


def assumed_facts(facts: Facts) -> tuple[Assumed, ...]:
    """Return the assumed rows of the tables that a network is built from, in the order of the files."""
    return tuple(_assumed_row(table, row) for table, row in _rows(facts))


def _rows(facts: Facts) -> Iterator[tuple[str, Row]]:
    """Yield each assumed row with a range, and its table."""
    for table in FACT_TABLES:
        for row in getattr(facts, table).values():
            if row.is_assumed and row.value is not None and row.low is not None and row.high is not None:
                yield table, row


def _assumed_row(table: str, row: Row) -> Assumed:
    """Return a row of a fact table as an assumption."""
    assert row.value is not None
    assert row.low is not None
    assert row.high is not None
    return Assumed(
        f"{table}.{row.id}",
        row.name_zh,
        row.name_en,
        row.value,
        row.low,
        row.high,
        row.unit,
        row.source,
        table,
    )


def with_value(scenario: Scenario, key: str, value: float, unit: str) -> Scenario:
    """Return a scenario with the quantity at `key` set to `value` in `unit`, the same as ``--set`` would."""
    named = next(one for one in scenario.assumptions if one.key == key)
    explained = explained_by(scenario, named)
    if explained is None:
        raise KeyError(f"{key} names no value of the scenario")
    base = float(f"{convert(value, unit, explained.unit):.12g}")
    changed = _put(scenario, explained.path, base)
    assert isinstance(changed, type(scenario))
    return changed


def _put(part: object, path: tuple[str | int, ...], value: float) -> object:
    """Return `part` with the value at `path` below it replaced."""
    if not path:
        return value
    step = str(path[0])
    if isinstance(part, BaseModel):
        return part.model_copy(update={step: _put(getattr(part, step), path[1:], value)})
    assert isinstance(part, dict)
    return {**part, step: _put(part[step], path[1:], value)}
