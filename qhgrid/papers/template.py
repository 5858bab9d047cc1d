"""The shipped template of 附表2: headings of a project proposal, with a place for each section.

A bureau may replace it by its own Word document (``--template``): headings, cover, fonts and words are the
template's; what stands between ``{{`` and ``}}`` is filled in. ``python -m qhgrid.papers.template`` writes
the shipped file again, the same bytes each time.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhgrid.workbook import fixed_archive

if TYPE_CHECKING:
    from docx.document import Document

DEFAULT = Path(__file__).parent / "assets" / "proposal.docx"
"""The shipped template."""

BODY, HEAVY, LATIN = "仿宋", "黑体", "Times New Roman"
"""Fonts of Chinese text and of headings, and of Latin letters and digits."""

OUTLINE: tuple[tuple[str, tuple[tuple[str, str, bool], ...]], ...] = (
    (
        "总论",
        (
            ("overview", "项目概况", False),
            ("basis", "编制依据与数据来源", False),
            ("summary", "主要结论", False),
        ),
    ),
    (
        "项目建设的必要性和条件",
        (
            ("necessity", "项目建设的必要性", False),
            ("place", "建设地点", False),
            ("resource", "资源条件", True),
            ("hydrology", "水文气象", True),
            ("geology", "工程地质", True),
            ("supply", "要素保障条件", False),
        ),
    ),
    (
        "建设规模与产品方案",
        (
            ("scale", "任务与建设规模", False),
            ("role", "在流域和电网中的地位与作用", True),
            ("market", "电力市场与消纳", True),
            ("product", "产品方案", True),
        ),
    ),
    (
        "技术方案、设备方案和工程方案",
        (
            ("technology", "技术方案与设备方案", False),
            ("layout", "选址与总布置", False),
            ("engineering", "工程方案", False),
            ("resettlement", "建设征地移民", True),
            ("schedule", "施工组织与进度", False),
            ("saving", "节能", False),
        ),
    ),
    (
        "投资估算及资金筹措",
        (
            ("investment", "投资估算", False),
            ("funding", "资金筹措", False),
        ),
    ),
    (
        "效益分析",
        (
            ("finance", "财务效益", False),
            ("economy", "国民经济效益", False),
            ("value", "系统价值", True),
            ("social", "社会效益", False),
            ("environment", "环境影响与减排", False),
        ),
    ),
    ("结论与建议", (("conclusion", "", False),)),
    (
        "附件",
        (
            ("annex", "经济评价附表", False),
            ("unknowns", "待定事项", False),
            ("assumptions", "假设清单", False),
            ("citations", "引用键清单", False),
        ),
    ),
)
"""Chapters with their sections: name, heading, and whether the section is left out where it does not fit."""

LANDSCAPE = "附件"
"""Chapter from which on the pages lie on their long side."""

SECTIONS = tuple(name for _, sections in OUTLINE for name, _, _ in sections)
"""Names of all sections that a template may ask for."""

COVER = (
    ("附表2", "qhgrid cover small"),
    ("重大项目建议书", "qhgrid cover title"),
    ("{{r name }}", "qhgrid cover name"),
    ("项目类别：{{r sector }}", "qhgrid cover line"),
    ("建设地点：{{r where }}", "qhgrid cover line"),
    ("责任单位：{{r unit }}", "qhgrid cover line"),
    ("登记号：{{r register }}", "qhgrid cover line"),
    ("计算情景：{{r scenario }}", "qhgrid cover line"),
    ("数据版本（运行号）：{{r run }}", "qhgrid cover line"),
)


def template_bytes() -> bytes:
    """Return the shipped template, the same bytes each time."""
    from docx import Document as new_document

    document: Any = new_document()
    _page(document)
    _styles(document)
    _numbering(document)
    for words, style in COVER:
        document.add_paragraph(words, style)
    document.add_page_break()
    for chapter, sections in OUTLINE:
        if chapter == LANDSCAPE:
            _landscape(document)
        document.add_heading(chapter, 1)
        for name, heading, optional in sections:
            _section(document, name, heading, optional=optional)
    properties = document.core_properties
    properties.title, properties.author = "重大项目建议书", "qhgrid"
    saved = io.BytesIO()
    document.save(saved)
    return fixed_archive(saved.getvalue())


def _section(document: Document, name: str, heading: str, *, optional: bool) -> None:
    """Add a heading and the place of its section, the two inside a condition where they may be left out."""
    if optional:
        document.add_paragraph(f"{{%p if {name} %}}", "qhgrid body")
    if heading:
        document.add_heading(heading, 2)
    document.add_paragraph(f"{{{{p {name} }}}}", "qhgrid body")
    if optional:
        document.add_paragraph("{%p endif %}", "qhgrid body")


def _page(document: Document) -> None:
    """Set A4 with the margins of official papers, and the number of the page at its foot."""
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    section.top_margin, section.bottom_margin = Cm(3.0), Cm(2.6)
    section.different_first_page_header_footer = True
    foot = section.footer.paragraphs[0]
    foot.alignment = 1
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        foot.add_run()._r.append(_field(kind, words))


def _landscape(document: Any) -> None:  # noqa: ANN401  a document of python-docx
    """Begin pages that lie on their long side, for tables with many columns."""
    section = document.add_section(2)
    section.orientation = 1
    section.page_width, section.page_height = section.page_height, section.page_width
    section.different_first_page_header_footer = False


def _field(kind: str, words: str) -> Any:  # noqa: ANN401  an lxml element of python-docx
    """Return one part of a field: its begin, its instruction or its end."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement("w:fldChar" if kind else "w:instrText")
    if kind:
        element.set(qn("w:fldCharType"), kind)
    else:
        element.text = words
    return element


_LOOKS: tuple[tuple[str, str, float, bool, int, float, float, float], ...] = (
    ("qhgrid body", BODY, 12, False, 3, 24, 0, 3),
    ("qhgrid note", BODY, 9, False, 0, 0, 2, 8),
    ("qhgrid item", BODY, 10.5, False, 0, 12, 0, 2),
    ("qhgrid caption", HEAVY, 10.5, False, 1, 0, 6, 4),
    ("qhgrid picture", BODY, 10.5, False, 1, 0, 6, 0),
    ("qhgrid cell", BODY, 10.5, False, 0, 0, 1, 1),
    ("qhgrid head", HEAVY, 10, False, 1, 0, 1, 1),
    ("qhgrid small", BODY, 8, False, 0, 0, 0.5, 0.5),
    ("qhgrid small head", HEAVY, 8, False, 1, 0, 0.5, 0.5),
    ("qhgrid cover small", HEAVY, 14, False, 0, 0, 0, 120),
    ("qhgrid cover title", HEAVY, 28, True, 1, 0, 0, 40),
    ("qhgrid cover name", HEAVY, 20, False, 1, 0, 0, 160),
    ("qhgrid cover line", BODY, 14, False, 0, 60, 0, 8),
)
"""Style, font, size [pt], bold, alignment (1 centred, 3 both sides), indent, space before and after [pt]."""


def _styles(document: Document) -> None:
    """Set the fonts of all styles, Latin and East Asian, and add those of the papers."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    _fonts(document.styles["Normal"], BODY, 12)
    for heading, points in (("Heading 1", 16), ("Heading 2", 14)):
        _fonts(document.styles[heading], HEAVY, points)
    for name, font, size, bold, align, indent, before, after in _LOOKS:
        style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        _fonts(style, font, size, bold=bold)
        looks = style.paragraph_format
        looks.alignment = align
        looks.space_before, looks.space_after = Pt(before), Pt(after)
        if name in ("qhgrid body",):
            looks.first_line_indent, looks.line_spacing = Pt(indent), 1.5
        else:
            looks.left_indent, looks.line_spacing = Pt(indent), 1.15


def _fonts(style: Any, font: str, size: float, *, bold: bool = False) -> None:  # noqa: ANN401  a style of python-docx
    """Set the fonts of a style for Latin and for Chinese text, black."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.bold = LATIN, Pt(size), bold
    style.font.color.rgb, style.font.italic = RGBColor(0, 0, 0), False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), font)


_LEVELS = (("一", "chineseCountingThousand", "%1、"), ("（一）", "chineseCountingThousand", "（%2）"))


def _numbering(document: Document) -> None:
    """Give headings the numbers of official papers: 一、 for chapters and （一） for sections."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    levels = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:pStyle w:val="Heading{place + 1}"/><w:suff w:val="nothing"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
        for place, (_, form, text) in enumerate(_LEVELS)
    )
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">'
            f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        ),
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for place, name in enumerate(("Heading 1", "Heading 2")):
        properties = document.styles[name].element.get_or_add_pPr()
        number = properties._add_numPr()
        number._add_ilvl().set(qn("w:val"), str(place))
        number._add_numId().set(qn("w:val"), "90")


if __name__ == "__main__":
    DEFAULT.parent.mkdir(exist_ok=True)
    DEFAULT.write_bytes(template_bytes())
