"""The report as one HTML file that needs no network, no font and no other file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from qhgrid.indicators.tables import Column, Figure, Table, TableRow, Value
from qhgrid.report.document import Block, ChartBlock, Document, Scores, TableBlock
from qhgrid.report.echarts import option
from qhgrid.report.fonts import FAMILY, EmbeddedFont, embed_fonts
from qhgrid.report.numbers import print_number
from qhgrid.report.reader_units import in_reader_units
from qhgrid.report.wording import WORDS, say, unit_name
from qhgrid.shipped import data_folder

_ASSETS = Path(__file__).parent / "assets"
MAP_FILE = Path("map") / "qinghai.json"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; font-src data:"
)
"""What the page may load: nothing but itself."""


def write_html(document: Document, path: Path) -> Path:
    """Write `document` to `path` as one self-contained page, and return `path`."""
    path.write_text(render(document), encoding="utf-8", newline="\n")
    return path


def render(document: Document) -> str:
    """Return `document` as HTML; the same document gives the same text."""
    figures = figure_values(document)
    document = in_reader_units(document)
    charts = {chart.key: option(chart) for chart in document.charts}
    words = "".join(sorted(set(_words(document)) | set(_json(charts)) | set(_page_words(document.lang))))
    fonts = embed_fonts(words)
    page = _template().render(
        document=document,
        lang=document.lang,
        policy=CONTENT_SECURITY_POLICY,
        font_faces=Markup(_font_faces(fonts)),
        family=FAMILY,
        style=Markup(_asset("page.css")),
        script=Markup(_asset("page.js")),
        library=Markup(_asset("echarts.min.js")),
        charts=Markup(_json(charts)),
        outlines=Markup(_outlines()),
        figures=Markup(_json(figures)),
        missing="".join(sorted(frozenset[str]().union(*(font.missing for font in fonts)))),
        say=lambda key, **values: say(key, document.lang, **values),
        printer=_Printer(document.lang),
        numbering=_numbering(document),
        kind=lambda block: type(block).__name__,
    )
    return page if page.endswith("\n") else page + "\n"


def figure_values(document: Document) -> dict[str, Any]:
    """Return every figure and every cell by its key, exact and as measured, for machines to read."""
    figures: dict[str, Value] = {figure.key: figure.value for figure in document.figures}
    tables = {
        table.key: {row.key: dict(zip(table.column_keys, row.values, strict=True)) for row in table.rows}
        for table in document.tables
    }
    return {"run": document.run_id, "figures": figures, "tables": tables}


def _json(content: object) -> str:
    """Return JSON that may stand inside a script element, the same for the same content."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


@cache
def _asset(name: str) -> str:
    """Return the text of a file of ``assets``."""
    return (_ASSETS / name).read_text(encoding="utf-8")


def _outlines() -> str:
    """Return the outlines of the prefectures as JSON, in the encoding that the chart library reads."""
    return _json(json.loads((data_folder() / MAP_FILE).read_text(encoding="utf-8")))


@cache
def _template() -> Template:
    """Return the template of the page."""
    environment = Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html.j2")


def _font_faces(fonts: tuple[EmbeddedFont, ...]) -> str:
    """Return the CSS that brings the embedded fonts."""
    rule = '@font-face{{font-family:"{family}";font-weight:{weight};src:url({url}) format("woff2")}}'
    return "\n".join(rule.format(family=FAMILY, weight=font.weight, url=font.data_url) for font in fonts)


def _words(content: object) -> Iterator[str]:
    """Yield every text anywhere in `content`."""
    if isinstance(content, str):
        yield from content
    elif isinstance(content, tuple | list):
        for item in content:
            yield from _words(item)
    elif is_dataclass(content):
        for field in fields(content):
            yield from _words(getattr(content, field.name))


def _page_words(lang: str) -> str:
    """Return all wordings, units included, as the page may print them."""
    return "".join(text[0 if lang == "zh" else 1] for text in WORDS.values())


@dataclass(frozen=True)
class _Numbering:
    """Numbers of figures and tables by key."""

    charts: dict[str, int]
    tables: dict[str, int]


def _numbering(document: Document) -> _Numbering:
    """Return consecutive numbers for all charts and all tables."""
    charts = {chart.key: number for number, chart in enumerate(document.charts, start=1)}
    keys = [key for block in document.blocks for key in _table_keys(block)]
    return _Numbering(charts, {key: number for number, key in enumerate(keys, start=1)})


def _table_keys(block: Block) -> Iterator[str]:
    """Yield the key of a table or of the targets."""
    if isinstance(block, TableBlock):
        yield block.table.key
    elif isinstance(block, Scores):
        yield "targets"


@dataclass(frozen=True)
class _Printer:
    """Numbers and names in the language of the page."""

    lang: str

    def number(self, value: Value, unit: str) -> str:
        """Return a value as it is printed; a dash where there is none."""
        if value is None:
            return "–"
        return value if isinstance(value, str) else print_number(value, unit)

    def unit(self, unit: str) -> str:
        """Return a unit as it is printed."""
        return unit_name(unit)

    def exact(self, value: Value) -> str:
        """Return a number in full, empty for anything else."""
        return repr(float(value)) if isinstance(value, int | float) else ""

    def title(self, table: Table) -> str:
        """Return the title of a table."""
        return table.title_zh if self.lang == "zh" else table.title_en

    def label(self, item: TableRow | Column | Figure) -> str:
        """Return the label of a row, column or figure."""
        return item.label_zh if self.lang == "zh" else item.label_en

    def source(self, table: Table) -> str:
        """Return the source line of a table."""
        return table.source_zh if self.lang == "zh" else table.source_en

    def note(self, table: Table) -> str:
        """Return the note of a table."""
        return table.note_zh if self.lang == "zh" else table.note_en

    def definition(self, figure: Figure) -> str:
        """Return the definition of a figure."""
        return figure.definition_zh if self.lang == "zh" else figure.definition_en

    def row_unit(self, table: Table, row: TableRow) -> str:
        """Return the unit that is printed beside the label of a row."""
        return unit_name(row.unit) if row.unit and row.unit != table.unit else ""

    def cell(self, table: Table, row: TableRow, place: int) -> str:
        """Return a cell as it is printed."""
        unit = row.unit or table.columns[place].unit or table.unit
        return self.number(row.values[place], unit)

    def is_words(self, table: Table, place: int) -> bool:
        """Return whether a column holds text alone."""
        values = [row.values[place] for row in table.rows if row.values[place] is not None]
        return bool(values) and all(isinstance(value, str) for value in values)

    def is_pair(self, block: ChartBlock) -> bool:
        """Return whether two charts stand side by side."""
        return len(block.charts) == 2
