"""A study of values as a page and a workbook: bars with intervals, what is open, the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qhgrid.report import write_html, write_xlsx
from qhgrid.report.document import (
    Block,
    CategoryChart,
    ChartBlock,
    Document,
    Items,
    Paragraph,
    Section,
    Series,
    TableBlock,
    Tile,
    Tiles,
)
from qhgrid.value.sharpen import Sign
from qhgrid.value.tables import INDICATORS, METHODS

if TYPE_CHECKING:
    from qhgrid.indicators import Figure, Table
    from qhgrid.runs import Inputs
    from qhgrid.scenario import Scenario
    from qhgrid.text import Lang
    from qhgrid.value.players import Cast

GOOD_COLOUR = "#2e75b6"
DRAWN = ("cost", "co2", "ne_utilisation", "peak_adequacy")
"""Indicators that get a picture."""
WORDS: Mapping[str, tuple[str, str]] = {
    "subtitle": ("项目价值", "what projects are worth"),
    "all": ("全部项目在场", "with all projects built"),
    "source": ("逐小时调度，逐项目比较；短线为区间", "hourly dispatch; whiskers are intervals"),
    "settled": ("全部符号已判定。", "Every sign is settled."),
    "open": ("符号未定的项目与指标", "Signs that are not settled"),
    "pairs": ("相互影响", "interaction"),
    "cast": ("参与情况", "who takes part"),
    "unlisted": ("计入情景但清单中没有项目的要素，始终在场", "Counted, no project: always there"),
    "shared": (
        "由多个项目共同承担的要素，最后一个项目移除时才移除",
        "Elements of several projects, gone when the last of these is",
    ),
    "none": ("没有。", "None."),
}


def write_pages(
    folder: Path,
    scenario: Scenario,
    cast: Cast,
    tables: Sequence[Table],
    figures: Sequence[Figure],
    inputs: Inputs,
    lang: Lang,
) -> None:
    """Write ``report.html`` and ``tables.xlsx`` into `folder`."""
    document = _document(scenario, cast, tables, figures, inputs, lang)
    write_html(document, folder / "report.html")
    write_xlsx(document, folder / "tables.xlsx")


def _document(
    scenario: Scenario,
    cast: Cast,
    tables: Sequence[Table],
    figures: Sequence[Figure],
    inputs: Inputs,
    lang: Lang,
) -> Document:
    """Return the page: the case with all projects, each method, pairs, who takes part."""
    say = 0 if lang == "zh" else 1
    sections = [Section("all", WORDS["all"][say], (Tiles(_tiles(figures, lang)),))]
    for key, title_zh, title_en in METHODS.values():
        found = [table for table in tables if table.key == key]
        if found:
            sections.append(Section(key, (title_zh, title_en)[say], _method_blocks(found[0], lang)))
    pairs = tuple(TableBlock(table) for table in tables if table.key == "value_pairs")
    if pairs:
        sections.append(Section("value_pairs", WORDS["pairs"][say], pairs))
    sections.append(Section("cast", WORDS["cast"][say], _cast_blocks(cast, say)))
    title = scenario.title.zh if lang == "zh" else scenario.title.en
    return Document(title, WORDS["subtitle"][say], lang, inputs.run_id, (), tuple(sections))


def _tiles(figures: Sequence[Figure], lang: Lang) -> tuple[Tile, ...]:
    """Return the figures of the case with all projects as tiles."""
    return tuple(
        Tile(figure.key, figure.label_zh if lang == "zh" else figure.label_en, figure.value, figure.unit)
        for figure in figures
        if figure.key.startswith("value.all.")
    )


def _method_blocks(table: Table, lang: Lang) -> tuple[Block, ...]:
    """Return what is open, the pictures and the table of a method."""
    charts = [_chart(table, indicator, lang) for indicator in DRAWN]
    drawn = tuple(ChartBlock((chart,)) for chart in charts if chart is not None)
    return (_open_block(table, lang), *drawn, TableBlock(table))


def _open_block(table: Table, lang: Lang) -> Block:
    """Return which signs are not settled."""
    say = 0 if lang == "zh" else 1
    found = []
    for row in table.rows:
        names = [
            INDICATORS[indicator][say]
            for indicator in INDICATORS
            if table.cell(row.key, f"{indicator}_sign") == Sign.UNSETTLED.value
        ]
        if names:
            found.append(f"{(row.label_zh, row.label_en)[say]}: {'、'.join(names)}")
    if not found:
        return Paragraph(WORDS["settled"][say], "good")
    return Items(WORDS["open"][say], tuple(found), "warning")


def _chart(table: Table, indicator: str, lang: Lang) -> CategoryChart | None:
    """Return the values of one indicator as lying bars with whiskers, the largest on top."""
    say = 0 if lang == "zh" else 1
    rows = [row for row in table.rows if table.cell(row.key, f"{indicator}_sign") != Sign.ZERO.value]
    rows.sort(key=lambda row: (table.number(row.key, indicator), row.key))
    if not rows:
        return None
    low, high = ([table.number(row.key, f"{indicator}_{end}") for row in rows] for end in ("low", "high"))
    series = Series(
        INDICATORS[indicator][say], tuple(table.number(row.key, indicator) for row in rows), GOOD_COLOUR,
        ends=tuple(zip(low, high, strict=True)),
    )  # fmt: skip
    return CategoryChart(
        key=f"{table.key}_{indicator}",
        title=f"{(table.title_zh, table.title_en)[say]}: {INDICATORS[indicator][say]}",
        unit=INDICATORS[indicator][2],
        source=WORDS["source"][say],
        categories=tuple((row.label_zh, row.label_en)[say] for row in rows),
        series=(series,),
        lying=True,
        height=90 + 26 * len(rows),
    )


def _cast_blocks(cast: Cast, say: int) -> tuple[Block, ...]:
    """Return what is shared by several projects and what no project stands for."""
    shared = tuple(f"{element}: {', '.join(ids)}" for element, ids in cast.shared.items())
    return (
        Items(WORDS["shared"][say], shared or (WORDS["none"][say],)),
        Items(WORDS["unlisted"][say], cast.unlisted or (WORDS["none"][say],)),
    )
