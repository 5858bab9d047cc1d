"""No section is empty, and no number stands in a paper without a key."""

from __future__ import annotations

import pytest

from qhgrid.errors import ReportError
from qhgrid.papers.cited import Cited, printed
from qhgrid.papers.pieces import (
    Name,
    Paper,
    Paragraph,
    TableBlock,
    Unknown,
    check_paper,
    figures_of,
    gaps_of,
    paragraph,
)

FIGURE = Cited("qhgrid:0123456789ab/cost.total", 1234.5, "亿元", "假设", "总成本")


def paper_of(*blocks, **words) -> Paper:
    return Paper("试", {"finance": blocks}, words)


@pytest.mark.parametrize(
    "blocks",
    [
        (paragraph("净现值 12 亿元"),),
        (Paragraph(("利率 ３％",)),),
        (TableBlock("表", ("项", "值"), ((("净现值",), ("12.5",)),)),),
        (TableBlock("表", ("项",), (), ("共 3 项",)),),
    ],
)
def test_number_without_a_key_fails(blocks):
    with pytest.raises(ReportError, match="has no citation key") as caught:
        check_paper(paper_of(*blocks))
    assert "试: finance" in str(caught.value)


def test_number_without_a_key_on_the_cover_fails():
    with pytest.raises(ReportError, match="has no citation key"):
        check_paper(paper_of(paragraph("无"), title=("第 2 稿",)))


def test_empty_section_fails():
    with pytest.raises(ReportError, match="is an empty section"):
        check_paper(Paper("试", {"finance": ()}))


def test_cited_figures_and_names_pass():
    paper = paper_of(paragraph("净现值 ", FIGURE, "。", Name("330千伏"), Unknown("利率")))
    assert figures_of(check_paper(paper)) == (FIGURE,)


def test_figure_is_followed_by_its_unit_and_its_mark():
    assert paragraph(FIGURE).pieces == (FIGURE, "亿元", "（假设）")
    assert FIGURE.text == "1,234.50"


def test_what_nobody_knows_is_printed_and_counted_once():
    missing = Cited("qhgrid:0123456789ab/a", None, "亿元", "假设", "造价")
    assert missing.text == "待定"
    assert paragraph(missing).pieces == (missing,)
    assert gaps_of(paper_of(paragraph(missing, Unknown("工期"), missing))) == ("造价", "工期")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0, "year", "待定"),
        (2030.0, "year", "2030"),
        ("", "", "待定"),
        ("正", "", "正"),
        (0.0, "亿元", "0.00"),
    ],
)
def test_print(value, unit, text):
    assert printed(value, unit) == text
