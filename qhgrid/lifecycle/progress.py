"""What a log adds up to: states, batches, overdue units, conversion by vintage, and the four rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qhgrid.facts import Facts
from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.lifecycle.board import yi
from qhgrid.lifecycle.deadlines import Batch
from qhgrid.lifecycle.log import Log
from qhgrid.lifecycle.machine import Standing
from qhgrid.lifecycle.moments import Moment
from qhgrid.lifecycle.states import NAMES, State
from qhgrid.projects.words import UNKNOWN

NOT_APPLICABLE = "n/a"
"""What stands for a rate whose denominator is 0."""
WAITING_FOR_SCREENING = (State.PROPOSED, State.FORMAL_REVIEW, State.SCREENING, State.RETURNED)
WAITING_FOR_ENTRY = (State.COMPILED, State.STANDARDS)
RATES: tuple[tuple[str, str, str, State], ...] = (
    ("fulfilment", "履约率", "Fulfilment", State.APPROVED),
    ("funding", "资金到位率", "Funding", State.FUNDED),
    ("start", "开工率", "Start", State.STARTED),
    ("commissioning", "投产率", "Commissioning", State.IN_SERVICE),
)
"""The four rates: how many of the projects that entered the library have come to a state."""


def progress_tables(log: Log, facts: Facts, as_of: Moment | None = None) -> tuple[Table, ...]:
    """Return where the projects of a log stand.

    Parameters
    ----------
    log : Log
        The log.
    facts : Facts
        The register: units and investments.
    as_of : Moment, optional
        Moment at which deadlines are looked at; that of the last event if not given.

    Returns
    -------
    tuple of Table
        ``board_states``, ``board_batches``, ``board_overdue``, ``board_conversion`` and ``board_rates``.
    """
    standings = tuple(log.standings.values())
    moments = [event.when for event in log.events]
    when = as_of or (max(moments) if moments else None)
    return (
        _states(standings, facts, log),
        _batches(standings, log),
        overdue_table(standings, facts, when, log),
        _conversion(standings, log),
        _rates(standings, log),
    )


def _table(
    log: Log,
    key: str,
    titles: tuple[str, str],
    columns: tuple[Column, ...],
    rows: Iterable[TableRow],
    note: tuple[str, str] = ("", ""),
) -> Table:
    """Return a table of a log; its source names the last line, which stands for all before."""
    of = f"{log.path.name} {log.last_checksum[:12]}"
    return Table(key, *titles, "", columns, tuple(rows), f"来源：{of}", f"Source: {of}", *note)


def _states(standings: tuple[Standing, ...], facts: Facts, log: Log) -> Table:
    """Return number and known investment of the projects in each state."""
    columns = (
        Column("projects", "项目数", "Projects", "unit"),
        Column("known", "已知投资", "Known investment", "亿元"),
        Column("unknown", "投资待定", "Unknown", "unit"),
    )

    def row(state: State) -> TableRow:
        rows = [facts.projects.get(one.project) for one in standings if one.state is state]
        money = [row.value for row in rows if row is not None and row.value is not None]
        values = (float(len(rows)), yi(sum(money)), float(len(rows) - len(money)))
        return TableRow(state.value, *NAMES[state], values)

    return _table(log, "board_states", ("流程状态", "States"), columns, [row(state) for state in State])


def _batches(standings: tuple[Standing, ...], log: Log) -> Table:
    """Return for each batch its deadlines, and how far its projects have come."""
    columns = (
        Column("intake", "申报截止", "Intake ends", ""),
        Column("screening", "论证截止", "Screening ends", ""),
        Column("entry", "入库截止", "Entry ends", ""),
        Column("projects", "项目数", "Projects", "unit"),
        Column("screened", "已论证", "Screened", "unit"),
        Column("entered", "已入库", "Entered", "unit"),
    )

    def row(batch: Batch) -> TableRow:
        members = [one for one in standings if one.batch == batch]
        days = tuple(batch.deadline(step).isoformat() for step in ("proposed", "screened", "entered"))
        screened = sum(one.first(State.COMPILED) is not None for one in members)
        entered = sum(one.has_entered for one in members)
        numbers = (float(len(members)), float(screened), float(entered))
        names = (f"{batch.year}年第{'一二'[batch.number - 1]}批", f"{batch.year}, batch {batch.number}")
        return TableRow(str(batch), *names, (*days, *numbers))

    found = sorted({one.batch for one in standings if one.batch is not None})
    return _table(log, "board_batches", ("批次", "Batches"), columns, [row(batch) for batch in found])


def lead_unit(project: str, facts: Facts) -> str:
    """Return the unit that answers for a project: the first of those named; 待定 if none is."""
    row = facts.projects.get(project)
    return (row.responsible_unit.split("、")[0] if row is not None else "") or UNKNOWN


def missed_step(standing: Standing, when: Moment) -> str:
    """Return the step of its batch that a project has missed at a moment; empty if none."""
    if standing.batch is None:
        return ""
    if standing.state in WAITING_FOR_SCREENING and standing.batch.is_late("screened", when):
        return "screened"
    if standing.state in WAITING_FOR_ENTRY and standing.batch.is_late("entered", when):
        return "entered"
    return ""


def overdue_table(standings: tuple[Standing, ...], facts: Facts, when: Moment | None, log: Log) -> Table:
    """Return the units with projects past a deadline of their batch, and the units that proposed none."""
    columns = (
        Column("screening", "逾期未论证", "Not screened", "unit"),
        Column("entry", "逾期未入库", "Not entered", "unit"),
        Column("none", "未申报批次", "Batches without a proposal", ""),
        Column("projects", "项目", "Projects", ""),
    )
    by_unit: dict[str, list[tuple[str, str]]] = {}
    for one in standings if when is not None else ():
        step = missed_step(one, when) if when is not None else ""
        if step:
            by_unit.setdefault(lead_unit(one.project, facts), []).append((step, one.project))
    silent = {} if when is None else _silent_units(standings, facts, when)
    units = sorted({*by_unit, *silent})
    rows = []
    for number, unit in enumerate(units, start=1):
        missed = by_unit.get(unit, [])
        screening, entry = (float(sum(s == step for s, _ in missed)) for step in ("screened", "entered"))
        listed = "、".join(sorted(project for _, project in missed))
        values: tuple[Value, ...] = (screening, entry, "、".join(map(str, silent.get(unit, ()))), listed)
        rows.append(TableRow(f"u{number}", unit, unit, values))
    note = ("", "") if when is None else (f"截至 {when}", f"As of {when}")
    return _table(log, "board_overdue", ("逾期单位", "Overdue units"), columns, rows, note)


def _silent_units(
    standings: tuple[Standing, ...], facts: Facts, when: Moment
) -> Mapping[str, tuple[Batch, ...]]:
    """Return the batches of the campaign years in the log for which a unit has proposed nothing in time."""
    years = {one.batch.year for one in standings if one.batch is not None}
    closed = [
        Batch(year, number)
        for year in sorted(years)
        for number in (1, 2)
        if Batch(year, number).is_late("proposed", when)
    ]
    proposed = {
        (lead_unit(one.project, facts), event.batch)
        for one in standings
        for event in one.events
        if event.after is State.PROPOSED
    }
    units = sorted({lead_unit(name, facts) for name in facts.projects})
    found = {unit: tuple(batch for batch in closed if (unit, batch) not in proposed) for unit in units}
    return {unit: batches for unit, batches in found.items() if batches}


def rate(numerator: int, denominator: int) -> Value:
    """Return a rate in percent, ``n/a`` where there is nothing to divide by."""
    return 100.0 * numerator / denominator if denominator else NOT_APPLICABLE


def _conversion(standings: tuple[Standing, ...], log: Log) -> Table:
    """Return started per entered projects, by the batch of their entry."""
    columns = (
        Column("entered", "入库", "Entered", "unit"),
        Column("started", "开工", "Started", "unit"),
        Column("rate", "转化率", "Conversion", "%"),
    )
    vintages: dict[str, list[Standing]] = {}
    for one in standings:
        entry = one.first(State.LIBRARY)
        if entry is not None:
            vintages.setdefault(str(entry.batch), []).append(one)

    def row(key: str, names: tuple[str, str], members: list[Standing], bold: bool = False) -> TableRow:
        started = sum(one.first(State.STARTED) is not None for one in members)
        values: tuple[Value, ...] = (float(len(members)), float(started), rate(started, len(members)))
        return TableRow(key, *names, values, bold=bold)

    rows = [row(batch, (batch, batch), vintages[batch]) for batch in sorted(vintages)]
    everything = [one for members in vintages.values() for one in members]
    rows.append(row("sum", ("合计", "Sum"), everything, bold=True))
    note = ("转化率＝已开工÷入库，按入库批次。", "Conversion = started ÷ entered, by batch of entry.")
    return _table(log, "board_conversion", ("储备项目转化率", "Conversion"), columns, rows, note)


def _rates(standings: tuple[Standing, ...], log: Log) -> Table:
    """Return the four rates over all projects that ever entered the library."""
    columns = (
        Column("numerator", "分子", "Numerator", "unit"),
        Column("denominator", "分母", "Denominator", "unit"),
        Column("rate", "比率", "Rate", "%"),
    )
    entered = [one for one in standings if one.has_entered]

    def row(key: str, zh: str, en: str, state: State) -> TableRow:
        reached = sum(one.first(state) is not None for one in entered)
        values: tuple[Value, ...] = (float(reached), float(len(entered)), rate(reached, len(entered)))
        return TableRow(key, f"{zh}（{NAMES[state][0]}÷入库）", f"{en} ({NAMES[state][1]} ÷ entered)", values)

    return _table(log, "board_rates", ("四率", "Four rates"), columns, [row(*one) for one in RATES])
