"""A selection as a page and a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qhgrid.report import write_html, write_xlsx
from qhgrid.report.document import Block, Document, Paragraph, Section, TableBlock, Tile, Tiles

if TYPE_CHECKING:
    from qhgrid.indicators import Figure, Table
    from qhgrid.scenario import Scenario
    from qhgrid.text import Lang

SUBTITLE = ("项目遴选", "projects to put forward")
NONE = ("没有组合满足全部预算与目标。", "No choice meets all budgets and targets.")


def write_pages(
    folder: Path,
    scenario: Scenario,
    tables: Sequence[Table],
    figures: Sequence[Figure],
    run_id: str,
    lang: Lang,
) -> None:
    """Write ``report.html`` and ``tables.xlsx`` into `folder`."""
    say = 0 if lang == "zh" else 1
    tiles = tuple(
        Tile(figure.key, (figure.label_zh, figure.label_en)[say], figure.value, figure.unit)
        for figure in figures
        if figure.value is not None
    )
    head: Block = Tiles(tiles) if figures[0].value is not None else Paragraph(NONE[say], "warning")
    order = [tables[2], tables[0], tables[1]]
    sections = tuple(
        Section(table.key, (table.title_zh, table.title_en)[say], (head, TableBlock(table)) if at == 0 else
                (TableBlock(table),))
        for at, table in enumerate(order)
    )  # fmt: skip
    title = scenario.title.zh if lang == "zh" else scenario.title.en
    document = Document(title, SUBTITLE[say], lang, run_id, (), sections)
    write_html(document, folder / "report.html")
    write_xlsx(document, folder / "tables.xlsx")
