"""Tables of what a run rests on: assumptions, changes to the fleet, certificate, checksums.

They are tables like any other: a run folder that stores them lets their cells be cited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from qhgrid.facts.rows import Row
from qhgrid.indicators.tables import Column, Table, TableRow
from qhgrid.report.wording import WORDS, say
from qhgrid.sourced import ASSUMED_MARK, Confidence

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.report.run_info import RunInfo
    from qhgrid.scenario.model import Scenario

_UNFIT = re.compile(r"[^A-Za-z0-9_.\-]")


def input_tables(scenario: Scenario, facts: Facts, run: RunInfo) -> tuple[Table, ...]:
    """Return the tables of what a run rests on.

    Returns
    -------
    tuple of Table
        ``certificate``, ``assumptions``, ``fleet_overrides``, ``assumed_facts`` and ``checksums``; those
        without rows are left out.
    """
    tables = (
        certificate_table(run),
        assumption_table(scenario),
        override_table(scenario),
        assumed_fact_table(facts),
        checksum_table(run),
    )
    return tuple(table for table in tables if table.rows)


def _columns(*keys: str) -> tuple[Column, ...]:
    """Return columns without a unit, named by the wordings ``c.<key>``."""
    return tuple(Column(key, *WORDS[f"c.{key}"], "") for key in keys)


def _table(
    key: str,
    title: str,
    columns: tuple[Column, ...],
    rows: Sequence[TableRow],
    source: tuple[str, str],
    note: tuple[str, str] = ("", ""),
) -> Table:
    """Return a table with its title from the wordings."""
    return Table(key, *WORDS[title], "", columns, tuple(rows), *source, *note)


def certificate_table(run: RunInfo) -> Table:
    """Return cost, bound, gap and largest violations of the run."""
    lines = (
        ("cost", ("总费用", "Cost"), run.objective / 1e8, "亿元"),
        ("lower_bound", ("下界（弱对偶）", "Lower bound (weak duality)"), run.lower_bound / 1e8, "亿元"),
        ("gap", ("相对间隙", "Relative gap"), run.gap, "1"),
        ("max_violation_mw", ("最大功率越限", "Largest violation of power"), run.max_violation_mw, "MW"),
        ("max_violation_mwh", ("最大电量越限", "Largest violation of energy"), run.max_violation_mwh, "MWh"),
    )
    rows = [TableRow(key, *label, (value,), unit=unit) for key, label, value, unit in lines]
    source = tuple(WORDS["chain.certificate"])
    return _table("certificate", "t.certificate", _columns("value"), rows, (source[0], source[1]))


def assumption_table(scenario: Scenario) -> Table:
    """Return the named assumptions of the scenario with range and source."""
    rows = [
        TableRow(
            assumption.key,
            assumption.key,
            assumption.key,
            (assumption.value, assumption.low, assumption.high, assumption.source),
            mark=ASSUMED_MARK if assumption.confidence is Confidence.ASSUMED else "",
            unit=assumption.unit,
        )
        for assumption in scenario.assumptions
    ]
    columns = _columns("value", "low", "high", "source")
    return _table("assumptions", "t.assumptions", columns, rows, _of_scenario(scenario))


def _of_scenario(scenario: Scenario) -> tuple[str, str]:
    """Return the source line of a table taken from the scenario."""
    return tuple_of("source.scenario", name=scenario.name)


def tuple_of(key: str, **values: object) -> tuple[str, str]:
    """Return a wording in Chinese and English."""
    return say(key, "zh", **values), say(key, "en", **values)


def override_table(scenario: Scenario) -> Table:
    """Return what the scenario changes in the fleet, with its reasons."""
    rows = [
        TableRow(fit(change.id), change.id, change.id, (_change_words(change), change.reason))
        for change in scenario.fleet.overrides
    ]
    return _table(
        "fleet_overrides", "t.overrides", _columns("change", "reason"), rows, _of_scenario(scenario)
    )


def _change_words(change: object) -> str:
    """Return the changed attributes of an override as ``name = value``."""
    names = ("p_nom", "in_service_year", "grade")
    units = {"p_nom": " MW"}
    given = [(name, getattr(change, name)) for name in names]
    return ", ".join(f"{name} = {value}{units.get(name, '')}" for name, value in given if value is not None)


def assumed_fact_table(facts: Facts) -> Table:
    """Return every row of the fact tables whose figure is an assumption."""
    rows = [
        TableRow(
            fit(f"{table}.{row.id}"),
            f"{table}.csv {row.name_zh}",
            f"{table}.csv {row.name_en}",
            (row.value, row.low, row.high, row.source),
            mark=ASSUMED_MARK,
            unit=row.unit,
        )
        for table, row in _rows(facts)
        if row.is_assumed
    ]
    columns = _columns("value", "low", "high", "source")
    note = tuple_of("note.assumed_facts", count=len(rows))
    return _table("assumed_facts", "t.assumed_facts", columns, rows, tuple_of("source.data"), note)


def _rows(facts: Facts) -> Iterator[tuple[str, Row]]:
    """Yield the name of each fact table with each of its rows."""
    for field in fields(facts):
        table = getattr(facts, field.name)
        if isinstance(table, dict):
            yield from ((field.name, row) for row in table.values() if isinstance(row, Row))


def checksum_table(run: RunInfo) -> Table:
    """Return the SHA-256 of each input file."""
    rows = [TableRow(fit(name), name, name, (digest,)) for name, digest in sorted(run.checksums.items())]
    return _table("checksums", "t.checksums", _columns("sha256"), rows, ("data/", "data/"))


def fit(name: str) -> str:
    """Return `name` with every sign that a citation cannot hold replaced by ``_``."""
    return _UNFIT.sub("_", name)
