"""The ranking of assumptions as a page, a workbook and files of figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qhgrid.report import write_html, write_xlsx
from qhgrid.report.document import CategoryChart, ChartBlock, Document, Paragraph, Section, Series, TableBlock
from qhgrid.runs import new_file, write_json, write_tables

if TYPE_CHECKING:
    from qhgrid.indicators import Table
    from qhgrid.scenario import Scenario
    from qhgrid.sensitivity.outcome import Outcome
    from qhgrid.sensitivity.ranking import Moved
    from qhgrid.text import Lang

SHOWN = 20
"""How many assumptions the picture shows."""
LOW_COLOUR, HIGH_COLOUR = "#2e75b6", "#e0782f"
WORDS = {
    "subtitle": ("假设敏感性", "what the assumptions move"),
    "section": ("排序", "ranking"),
    "chart": (
        "各假设取区间两端时系统成本的变化",
        "change of the cost of the system at the ends of each range",
    ),
    "source": ("逐项运行", "one-at-a-time runs"),
    "low": ("取下限", "at low"),
    "high": ("取上限", "at high"),
    "flip": ("取区间端值会改变判定的假设", "Assumptions that turn a verdict within their range"),
    "none": ("没有任何一项假设在其区间内改变判定。", "No assumption turns a verdict within its range."),
}


def write_ranking(
    folder: Path, scenario: Scenario, table: Table, order: Sequence[Moved], base: Outcome, lang: Lang
) -> None:
    """Write page, workbook, tables and JSON of a ranking into `folder`, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    document = _document(folder.name, scenario, table, order, base, lang)
    for name, write in (("assumptions.html", write_html), ("assumptions.xlsx", write_xlsx)):
        with new_file(folder / name) as part:
            write(document, part)
    write_tables(folder / "tables", (table,), lang)
    content = {"scenario": scenario.name, "base": base.to_json(), "table": table.to_json()}
    with new_file(folder / "assumptions.json") as part:
        write_json(part, content)


def _document(
    name: str, scenario: Scenario, table: Table, order: Sequence[Moved], base: Outcome, lang: Lang
) -> Document:
    """Return the page: what turns a verdict, a picture of the costs, the table."""
    say = 0 if lang == "zh" else 1
    turning = [one for one in order if one.flips]
    labels = "、".join(_label(one, lang) for one in turning)
    words = f"{WORDS['flip'][say]}: {labels}" if turning else WORDS["none"][say]
    blocks = (
        Paragraph(words, "warning" if turning else "good"),
        ChartBlock((_tornado(order, base, lang),)),
        TableBlock(table),
    )
    title = scenario.title.zh if lang == "zh" else scenario.title.en
    section = Section("assumptions", WORDS["section"][say], blocks)
    return Document(title, WORDS["subtitle"][say], lang, name, (), (section,))


def _label(one: Moved, lang: Lang) -> str:
    """Return the name of an assumption."""
    return one.assumed.label_zh if lang == "zh" else one.assumed.label_en


def _tornado(order: Sequence[Moved], base: Outcome, lang: Lang) -> CategoryChart:
    """Return the change of cost at both ends of the ranges that change it most, as lying bars."""
    say = 0 if lang == "zh" else 1
    widest = sorted(order, key=lambda one: (-_width(one, base), one.assumed.key))[:SHOWN][::-1]
    ends = (("low", LOW_COLOUR), ("high", HIGH_COLOUR))
    return CategoryChart(
        key="assumption_costs",
        title=WORDS["chart"][say],
        unit="亿元",
        source=WORDS["source"][say],
        categories=tuple(_label(one, lang) for one in widest),
        series=tuple(
            Series(WORDS[end][say], tuple(_change(one, end, base) for one in widest), colour)
            for end, colour in ends
        ),
        lying=True,
        height=90 + 28 * len(widest),
    )


def _width(one: Moved, base: Outcome) -> float:
    """Return how far an assumption moves the cost, both ends together [亿元]."""
    return abs(_change(one, "low", base)) + abs(_change(one, "high", base))


def _change(one: Moved, end: str, base: Outcome) -> float:
    """Return the change of cost at one end of the range [亿元]."""
    case = one.outcomes.get(one.assumed.low if end == "low" else one.assumed.high)
    return (case.cost - base.cost) / 1e8 if case else 0.0
