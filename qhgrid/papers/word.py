"""Pieces, tables and pictures as WordprocessingML, in a document from a template that may be replaced.

Each figure stands in a content control whose tag is a number, and a part of the document says which key, unit
and print belong to the number. So a figure is found again wherever an editor has moved it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from qhgrid.errors import Fault, ReportError
from qhgrid.papers.cited import UNKNOWN, Cited
from qhgrid.papers.pieces import (
    Block,
    Name,
    Paper,
    Paragraph,
    Picture,
    Piece,
    TableBlock,
    Unknown,
    check_paper,
)
from qhgrid.workbook import fixed_archive

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

TAG = "qhgrid-"
"""What the tag of a content control with a figure of ours begins with; its number follows."""

NAMESPACE = "urn:qhgrid:citations"
"""Namespace of the part that says what stands behind the tags."""

STYLES = {
    "body": "qhgrid body",
    "note": "qhgrid note",
    "item": "qhgrid item",
    "caption": "qhgrid caption",
    "picture": "qhgrid picture",
    "cell": "qhgrid cell",
    "head": "qhgrid head",
    "small": "qhgrid small",
    "small_head": "qhgrid small head",
}
"""Names of the paragraph styles; a template that lacks one gets its plain style there."""

TWIPS_PER_CM = 567
LABEL_TWIPS, NARROWEST_TWIPS = 2000, 760
"""Least width of the labels of a wide table, and of its other columns [twips]."""
_CUSTOM_XML = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
_EDGE = '<w:{0} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
_EDGES = "".join(_EDGE.format(side) for side in ("top", "left", "bottom", "right", "insideH", "insideV"))


@dataclass
class Register:
    """The figures of one document, each with its number, in the order of print."""

    numbers: dict[tuple[str, str, str], int] = field(default_factory=dict)
    controls: int = 0

    def number(self, figure: Cited) -> int:
        """Return the number of a figure; the same figure has the same number wherever it stands."""
        known = (figure.key, figure.unit, figure.text)
        return self.numbers.setdefault(known, len(self.numbers) + 1)

    def to_xml(self) -> bytes:
        """Return the part that says what stands behind the tags."""
        listed = [
            {"id": number, "key": key, "unit": unit, "text": text}
            for (key, unit, text), number in self.numbers.items()
        ]
        content = escape(json.dumps(listed, ensure_ascii=False, indent=0))
        return f'<citations xmlns="{NAMESPACE}">{content}</citations>'.encode()


@dataclass
class Writer:
    """Writes blocks as WordprocessingML.

    Parameters
    ----------
    styles : dict
        Style id by the keys of :data:`STYLES`; missing where the template lacks the style.
    width : int
        Width of the text [twips].
    picture : callable
        Takes PNG bytes and a width [cm], returns the XML of the picture.
    """

    styles: dict[str, str]
    width: int
    picture: Callable[[bytes, float], str]
    register: Register = field(default_factory=Register)
    tables: int = 0
    pictures: int = 0

    def blocks(self, blocks: Sequence[Block]) -> str:
        """Return the XML of several blocks."""
        return "".join(self._block(block) for block in blocks)

    def runs(self, pieces: Sequence[Piece], *, bold: bool = False) -> str:
        """Return the runs of a sentence."""
        return "".join(self._piece(piece, bold) for piece in pieces)

    def _block(self, block: Block) -> str:
        """Return the XML of one block."""
        if isinstance(block, Paragraph):
            return self._paragraph(self.runs(block.pieces), block.style)
        return self._table(block) if isinstance(block, TableBlock) else self._picture(block)

    def _paragraph(self, runs: str, style: str, more: str = "") -> str:
        """Return a paragraph of a style."""
        named = f'<w:pStyle w:val="{self.styles[style]}"/>' if style in self.styles else ""
        return f"<w:p><w:pPr>{named}{more}</w:pPr>{runs}</w:p>"

    def _piece(self, piece: Piece, bold: bool = False) -> str:
        """Return a run, inside a content control where it is a figure of ours."""
        if isinstance(piece, Cited):
            return self._control(piece, bold)
        if isinstance(piece, Unknown):
            return _run(UNKNOWN, bold)
        return _run(piece.text if isinstance(piece, Name) else piece, bold)

    def _control(self, figure: Cited, bold: bool) -> str:
        """Return a figure in its content control."""
        number = self.register.number(figure)
        self.register.controls += 1
        return (
            f'<w:sdt><w:sdtPr><w:alias w:val="引用 {number}"/><w:tag w:val="{TAG}{number}"/>'
            f'<w:id w:val="{100_000 + self.register.controls}"/></w:sdtPr>'
            f"<w:sdtContent>{_run(figure.text, bold)}</w:sdtContent></w:sdt>"
        )

    def _table(self, block: TableBlock) -> str:
        """Return a table with its title above and its note below, in parts where it is too wide."""
        self.tables += 1
        parts = self._parts(block)
        written = [self._part(block, columns, number) for number, columns in enumerate(parts)]
        note = self._paragraph(self.runs(block.note), "note") if block.note else self._paragraph("", "note")
        return self._paragraph("", "note").join(written) + note

    def _parts(self, block: TableBlock) -> list[list[int]]:
        """Return which columns stand in each part of a table; the labels of the rows stand in all."""
        columns = list(range(1, len(block.head)))
        room = max(1, (self.width - LABEL_TWIPS) // NARROWEST_TWIPS)
        if len(columns) <= room:
            return [[0, *columns]]
        count = -(-len(columns) // room)
        size = -(-len(columns) // count)
        return [[0, *columns[start : start + size]] for start in range(0, len(columns), size)]

    def _part(self, block: TableBlock, columns: list[int], number: int) -> str:
        """Return some columns of a table, with the title and the heading."""
        is_whole = len(columns) == len(block.head)
        widths = self._widths(block, columns)
        style = "small" if block.wide else "cell"
        head = [(Name(block.head[column]),) for column in columns]
        rows = [self._row(head, widths, "small_head" if block.wide else "head")]
        numeric = [column > 0 and _holds_numbers(block, column) for column in columns]
        rows += [self._row([row[column] for column in columns], widths, style, numeric) for row in block.rows]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        more = "" if is_whole else f"（续{number}）" if number else ""
        caption = self._paragraph(_run(f"表 {self.tables}　{block.title}{more}"), "caption", "<w:keepNext/>")
        return (
            f'{caption}<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
            f'<w:tblBorders>{_EDGES}</w:tblBorders><w:tblLayout w:type="fixed"/>'
            '<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
            f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )

    def _widths(self, block: TableBlock, columns: list[int]) -> list[int]:
        """Return the width of each column [twips]."""
        shares = block.widths or (1.0,) * len(block.head)
        chosen = [shares[column] for column in columns]
        return [int(self.width * share / sum(chosen)) for share in chosen]

    def _row(
        self,
        cells: Sequence[tuple[Piece, ...]],
        widths: Sequence[int],
        style: str,
        numeric: Sequence[bool] = (),
    ) -> str:
        """Return a row that does not break over pages; without `numeric` it is the heading of each page."""
        is_head = not numeric
        shade = '<w:shd w:val="clear" w:color="auto" w:fill="E7EEF5"/>' if is_head else ""
        parts = ["<w:tr><w:trPr><w:cantSplit/>", "<w:tblHeader/>" if is_head else "", "</w:trPr>"]
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            align = "center" if is_head else "right" if numeric[place] else "left"
            body = self._paragraph(self.runs(cell, bold=is_head), style, f'<w:jc w:val="{align}"/>')
            parts.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
                f"{body}</w:tc>"
            )
        return "".join([*parts, "</w:tr>"])

    def _picture(self, block: Picture) -> str:
        """Return a picture with its title below."""
        self.pictures += 1
        for figure in block.cited:
            self.register.number(figure)
        width = min(block.width_cm, self.width / TWIPS_PER_CM)
        drawing = f"<w:r>{self.picture(block.draw(), width)}</w:r>"
        caption = self._paragraph(_run(f"图 {self.pictures}　{block.title}"), "caption")
        note = self._paragraph(self.runs(block.note), "note") if block.note else ""
        return self._paragraph(drawing, "picture", "<w:keepNext/>") + caption + note


def _run(text: str, bold: bool = False) -> str:
    """Return a run of plain words."""
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _holds_numbers(block: TableBlock, column: int) -> bool:
    """Return whether a column holds figures alone, or dashes in their place."""
    cells = [row[column] for row in block.rows]
    said = [piece for cell in cells for piece in cell[:1] if piece != "—"]
    return bool(said) and all(isinstance(piece, Cited) and piece.number is not None for piece in said)


def write_word(paper: Paper, template: Path, path: Path) -> Path:
    """Write `paper` to `path` in the looks of `template`, and return `path`.

    Raises
    ------
    ReportError
        If a section is empty, a number has no key, or the template asks for what no paper has.
    """
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError

    check_paper(paper)
    document = DocxTemplate(str(template))
    try:
        document.init_docx()
    except Exception as error:  # a bad file fails in zip, XML, lxml or python-docx alike
        raise ReportError(
            Fault(str(template), "is not a Word document", "Give a .docx file with --template.")
        ) from error
    writer = _writer(document)
    try:
        document.render(_context(paper, writer, _text_widths(document)), _environment())
    except TemplateError as error:
        mend = f"The template may use: {', '.join(sorted((*paper.words, *paper.sections)))}."
        raise ReportError(Fault(str(template), f"cannot be filled: {error.message}", mend)) from error
    _finish(document, paper, writer.register)
    saved = io.BytesIO()
    document.docx.save(saved)
    path.write_bytes(fixed_archive(saved.getvalue()))
    return path


def _writer(document: DocxTemplate) -> Writer:
    """Return a writer for the styles of a template, at the width of its last page."""
    from docx.shared import Cm

    known = {style.name: style.style_id for style in document.docx.styles}

    def picture(png: bytes, width_cm: float) -> str:
        inline = document.docx.part.new_pic_inline(io.BytesIO(png), width=Cm(width_cm))
        return f"<w:drawing>{inline.xml}</w:drawing>"

    styles = {key: known[name] for key, name in STYLES.items() if name in known}
    return Writer(styles, _width_of(document.docx.sections[-1]), picture)


def _width_of(page: Any) -> int:  # noqa: ANN401  a section of python-docx
    """Return the width of the text of a page [twips]."""
    return int((page.page_width - page.left_margin - page.right_margin) / 635)


def _text_widths(document: DocxTemplate) -> dict[str, int]:
    """Return the width of the text where the template asks for each section [twips]."""
    widths: dict[str, int] = {}
    waiting: list[str] = []
    pages = iter(document.docx.sections)
    for element in document.docx.element.body:
        waiting += _ASKED.findall("".join(element.itertext()))
        if element.tag.endswith("}sectPr") or element.findall(".//{*}sectPr"):
            width = _width_of(next(pages))
            widths |= dict.fromkeys(waiting, width)
            waiting = []
    return widths


_ASKED = re.compile(r"\{\{p\s+(\w+)\s*\}\}")


def _context(paper: Paper, writer: Writer, widths: dict[str, int]) -> dict[str, Any]:
    """Return what a template may ask for: words as runs, sections as paragraphs; empty where left out."""
    from qhgrid.papers.keylist import key_blocks
    from qhgrid.papers.template import SECTIONS

    plain = writer.width

    def write(name: str, blocks: Sequence[Block]) -> str:
        writer.width = widths.get(name, plain)
        return writer.blocks(blocks)

    words = {name: writer.runs(pieces) for name, pieces in paper.words.items()}
    order = [name for name in SECTIONS if name in paper.sections]
    sections = {name: write(name, paper.sections[name]) for name in order}
    absent = dict.fromkeys((name for name in SECTIONS if name not in sections), "")
    keys = key_blocks(paper, writer.register.number)
    return absent | words | sections | {"citations": write("citations", keys)}


def _environment() -> Any:  # noqa: ANN401  jinja2 is imported when it is needed
    """Return the rules of filling in: what is not known is an error."""
    from jinja2 import Environment, StrictUndefined

    return Environment(undefined=StrictUndefined, autoescape=False)


def _finish(document: DocxTemplate, paper: Paper, register: Register) -> None:
    """Set the properties of the document, and add the part that says what stands behind the tags."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    properties = document.docx.core_properties
    properties.title, properties.author, properties.last_modified_by = paper.title, "qhgrid", "qhgrid"
    properties.revision = 1
    package = document.docx.part.package
    part = Part(PackURI("/customXml/qhgrid-citations.xml"), "application/xml", register.to_xml(), package)
    document.docx.part.relate_to(part, _CUSTOM_XML)
