"""The board as a page, a workbook and files of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qhgrid.errors import Fault, RunError
from qhgrid.lifecycle.board import board_tables
from qhgrid.lifecycle.computed import VALUE_TABLES, tables_of, value_table
from qhgrid.lifecycle.progress import progress_tables
from qhgrid.lifecycle.ranking import energy_table, target_table, weight_table
from qhgrid.projects.words import UNKNOWN
from qhgrid.report import write_html, write_xlsx
from qhgrid.report.document import CategoryChart, ChartBlock, Document, Paragraph, Section, Series, TableBlock
from qhgrid.runs import disk_errors, new_file, write_json, write_tables

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.indicators import Table
    from qhgrid.lifecycle.log import Log
    from qhgrid.lifecycle.moments import Moment
    from qhgrid.projects import ProjectList
    from qhgrid.runs import Run
    from qhgrid.text import Lang

WORDS = {
    "title": ("项目谋划看板", "The board of projects"),
    "targets": ("目标与缺口", "Targets and gaps"),
    "energy": ("能源项目排序", "Energy projects, ranked"),
    "progress": ("流程进展", "Progress"),
    "have": ("已知投资", "Known investment"),
    "gap": ("缺口", "Gap"),
    "chart.sectors": ("八个领域：已知投资与缺口", "Sectors: known investment and gap"),
    "chart.prefectures": ("八个市州：已知投资与缺口", "Prefectures: known investment and gap"),
    "no_log": (
        "未给流程日志（--log），不含流程进展。",
        "No log of steps was given (--log), so progress is not shown.",
    ),
}
HAVE_COLOUR, GAP_COLOUR = "#2e75b6", "#d9d9d9"
CUTS = ("board_sectors", "board_prefectures")


def all_tables(
    projects: ProjectList,
    facts: Facts,
    value: Run | None = None,
    log: Log | None = None,
    as_of: Moment | None = None,
) -> tuple[Table, ...]:
    """Return every table of the board, in the order they are read.

    Parameters
    ----------
    projects : ProjectList
        The list.
    facts : Facts
        Targets, quotas, units.
    value : Run, optional
        A study of values; without one the energy list is not ranked and says so.
    log : Log, optional
        The log of steps.
    as_of : Moment, optional
        Moment at which deadlines are looked at.

    Raises
    ------
    RunError
        If the study has no values.
    """
    values, source = None, ""
    if value is not None:
        values, source = value_table(tables_of(value)), value.folder.name
        if values is None:
            what = f"has none of the tables {', '.join(VALUE_TABLES)}"
            raise RunError(Fault(source, what, "Give a study of `qhgrid projects value`."))
    energy = [energy_table(projects, values, source)]
    if values is not None:
        energy += [target_table(projects, values, source), weight_table(projects, values, source)]
    progress = () if log is None else progress_tables(log, facts, as_of)
    return (*board_tables(projects, facts), *energy, *progress)


def write_board(folder: Path, tables: Sequence[Table], name: str, lang: Lang) -> tuple[Path, ...]:
    """Write page, workbook, tables and JSON of a board into `folder`, each whole or not at all.

    Parameters
    ----------
    folder : pathlib.Path
        Made when it is missing.
    tables : sequence of Table
        Those of the targets, the energy list and, where there is a log, of progress.
    name : str
        What the list was seen from, such as the scenario.
    lang : str
        Language of the page.

    Returns
    -------
    tuple of pathlib.Path
        The page, the workbook and the JSON file.
    """
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    document = board_document(tables, name, lang)
    for file, write in (("board.html", write_html), ("board.xlsx", write_xlsx)):
        with new_file(folder / file) as part:
            write(document, part)
    write_tables(folder / "tables", tables, lang)
    with new_file(folder / "board.json") as part:
        write_json(part, {"tables": [table.to_json() for table in tables]})
    return tuple(folder / file for file in ("board.html", "board.xlsx", "board.json"))


def board_document(tables: Sequence[Table], name: str, lang: Lang) -> Document:
    """Return the board as a document: targets with pictures, the energy list, progress."""
    say = 0 if lang == "zh" else 1
    by_key = {table.key: table for table in tables}
    energy = [table for table in tables if table.key.startswith("board_energy")]
    progress = [table for table in tables if table.key in PROGRESS]
    targets = [table for table in tables if table not in energy and table not in progress]
    charts = tuple(_chart(by_key[key], lang) for key in CUTS if key in by_key)
    sections = (
        Section("targets", WORDS["targets"][say], (ChartBlock(charts), *map(TableBlock, targets))),
        Section("energy", WORDS["energy"][say], tuple(map(TableBlock, energy))),
        Section(
            "progress",
            WORDS["progress"][say],
            tuple(map(TableBlock, progress)) or (Paragraph(WORDS["no_log"][say], "note"),),
        ),
    )
    return Document(WORDS["title"][say], name, lang, "", (), sections)


PROGRESS = ("board_states", "board_batches", "board_overdue", "board_conversion", "board_rates")
"""Tables of a log."""


def _chart(table: Table, lang: Lang) -> CategoryChart:
    """Return known investment and gap of a cut as stacked lying bars [亿元]."""
    say = 0 if lang == "zh" else 1
    series = (("known", "have", HAVE_COLOUR), ("gap", "gap", GAP_COLOUR))
    rows = table.rows[::-1]
    return CategoryChart(
        key=f"chart_{table.key}",
        title=WORDS[f"chart.{table.key.removeprefix('board_')}"][say],
        unit="亿元",
        source=table.source_zh if lang == "zh" else table.source_en,
        categories=tuple(row.label_zh if lang == "zh" else row.label_en for row in rows),
        series=tuple(
            Series(WORDS[word][say], tuple(table.number(row.key, column) for row in rows), colour)
            for column, word, colour in series
        ),
        lying=True,
        height=90 + 32 * len(rows),
    )


def screen_tables(tables: Sequence[Table]) -> tuple[Table, ...]:
    """Return the tables as a terminal shows them: the energy list without what has no rank."""

    def shown(table: Table) -> Table:
        if not table.key.startswith("board_energy"):
            return table
        return replace(table, rows=tuple(row for row in table.rows if row.values[0] != UNKNOWN))

    wide = ("board_energy_targets", "board_energy_weights")
    return tuple(shown(table) for table in tables if table.key not in wide)
