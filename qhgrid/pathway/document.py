"""The report of a path, in the content model that all reports share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qhgrid.pathway.tables import Year, number, peak_of, peak_words
from qhgrid.report.document import CategoryChart, ChartBlock, Document, Paragraph, Section, Series, TableBlock
from qhgrid.report.study import PALETTE, in_order

if TYPE_CHECKING:
    from qhgrid.facts import Facts
    from qhgrid.indicators import Table
    from qhgrid.text import Lang

WORDS = {
    "report": ("逐年路径报告", "path of years"),
    "summary": ("结论", "summary"),
    "capacity": ("装机与新增", "capacity and build"),
    "energy": ("电量", "energy"),
    "emissions": ("碳排放", "CO2"),
    "path": ("年份", "years"),
    "runs": ("各年运行", "runs"),
    "total": ("合计", "total"),
    "first": (
        "首年的存量不计为新增。", "What stands in the first year is not counted as built.",
    ),
}  # fmt: skip
CO2_COLOUR = "#5b5f66"


def path_document(
    title: str, path_id: str, years: Sequence[Year], tables: Sequence[Table], facts: Facts, lang: Lang
) -> Document:
    """Return the report of a path: verdict on the peak, scorecard by year, capacity, energy, CO2."""
    say = 0 if lang == "zh" else 1
    table = {one.key: TableBlock(one) for one in tables}
    kind = {True: "good", False: "warning", None: "note"}[peak_of(years).passed]
    sections = (
        Section("summary", WORDS["summary"][say],
                (Paragraph(peak_words(years)[say], kind), table["path_scorecard"])),
        Section("capacity", WORDS["capacity"][say],
                (ChartBlock((_stack(tables, "path_capacity", facts, lang),)), table["path_capacity"],
                 ChartBlock((_stack(tables, "path_build", facts, lang),)), table["path_build"])),
        Section("energy", WORDS["energy"][say],
                (ChartBlock((_stack(tables, "path_generation", facts, lang),)), table["path_generation"],
                 table["path_exchange"])),
        Section("emissions", WORDS["emissions"][say],
                (ChartBlock((_emissions(tables, lang),)), table["path_emissions"])),
    )  # fmt: skip
    span = f"{years[0].year}–{years[-1].year}"
    runs = ", ".join(f"{year.year} {year.run_id}" for year in years)
    head = ((WORDS["path"][say], span), (WORDS["runs"][say], runs))
    return Document(title, WORDS["report"][say], lang, path_id, head, sections)


def _stack(tables: Sequence[Table], key: str, facts: Facts, lang: Lang) -> CategoryChart:
    """Return a table as stacked bars, one for each year."""
    table = next(one for one in tables if one.key == key)
    rows = {row.key: row for row in table.rows}
    series = tuple(
        Series(
            rows[name].label_zh if lang == "zh" else rows[name].label_en,
            tuple(number(value) for value in rows[name].values),
            facts.technologies[name].colour or PALETTE.get(name, "#999999"),
        )
        for name in in_order(name for name in rows if name in facts.technologies)
    )
    return _chart(table, lang, series)


def _emissions(tables: Sequence[Table], lang: Lang) -> CategoryChart:
    """Return the CO2 of each year as bars."""
    table = next(one for one in tables if one.key == "path_emissions")
    row = table.row("co2_total")
    label = row.label_zh if lang == "zh" else row.label_en
    values = tuple(number(value) for value in row.values)
    return _chart(table, lang, (Series(label, values, CO2_COLOUR),), unit=row.unit)


def _chart(table: Table, lang: Lang, series: tuple[Series, ...], unit: str = "") -> CategoryChart:
    """Return a bar chart with a bar for each column of the table."""
    is_zh = lang == "zh"
    return CategoryChart(
        key=f"{table.key}_chart",
        title=table.title_zh if is_zh else table.title_en,
        unit=unit or table.unit,
        source=table.source_zh if is_zh else table.source_en,
        categories=tuple(column.label_zh if is_zh else column.label_en for column in table.columns),
        series=series,
    )
