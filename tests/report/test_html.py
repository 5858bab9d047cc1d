"""The page: self-contained, safe, complete, the same every time."""

import base64
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest
from fontTools.ttLib import TTFont

from qhgrid.indicators.tables import TableRow
from qhgrid.report.content import table_block
from qhgrid.report.document import Items, Paragraph, Section
from qhgrid.report.html import CONTENT_SECURITY_POLICY, render
from tests.report import studies


class Page(HTMLParser):
    """Elements and texts of a page, scripts and styles apart."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self.words = [], [], []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside = tag if tag in ("script", "style") else self._inside

    def handle_endtag(self, tag):
        self._inside = "" if tag in ("script", "style") else self._inside

    def handle_data(self, data):
        if self._inside == "script":
            self.scripts.append(data)
        elif not self._inside:
            self.words.append(data)


@cache
def page(lang="zh"):
    return render(studies.document(lang))


@cache
def parsed(lang="zh"):
    return Page(page(lang))


def embedded(name, lang="zh"):
    """Return the JSON of a script element."""
    text = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page(lang), re.S)[1]
    return json.loads(text)


def fonts(text):
    """Return the characters of each embedded font."""
    found = re.findall(r"url\(data:font/woff2;base64,([^)]+)\)", text)
    return [set(TTFont(io.BytesIO(base64.b64decode(one))).getBestCmap()) for one in found]


def test_nothing_is_loaded_from_anywhere():
    for tag, attrs in parsed().elements:
        assert tag not in ("link", "iframe", "img", "object", "embed", "base")
        assert "src" not in attrs
        assert attrs.get("href", "#").startswith("#")
    style = re.search(r"<style>(.*?)</style>", page(), re.S)[1]
    assert all(
        address.startswith("data:font/woff2;base64,") for address in re.findall(r"url\(([^)]*)\)", style)
    )
    assert "@import" not in style


def test_the_page_forbids_itself_every_request():
    policies = [
        a["content"] for t, a in parsed().elements if a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == [CONTENT_SECURITY_POLICY]
    assert policies[0].startswith("default-src 'none'")
    assert "http" not in policies[0]
    assert "connect-src" not in policies[0]


def test_own_script_makes_no_request():
    own = parsed().scripts[-1]
    assert not re.search(r"fetch|XMLHttpRequest|WebSocket|import\(|https?:", own)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_character_of_the_page_is_in_both_embedded_fonts(lang):
    words = set("".join(parsed(lang).words)) | set(json.dumps(embedded("charts", lang), ensure_ascii=False))
    wanted = {ord(letter) for letter in words if letter.isprintable()}
    weights = fonts(page(lang))
    assert len(weights) == 2
    for characters in weights:
        assert wanted <= characters


def test_a_character_that_no_font_has_is_named_on_the_page():
    document = replace(studies.document(), title="青海\U00020bb7\u9f98")
    assert "\U00020bb7" in re.search(r"内嵌字体缺以下字[^<]*", render(document))[0]


def test_the_page_stays_below_four_megabytes():
    assert len(page().encode()) < 4e6


def test_the_same_document_gives_the_same_page_in_another_process():
    code = (
        "import hashlib; from qhgrid.report.html import render; from tests.report import studies;"
        "print(hashlib.sha256(render(studies.document()).encode()).hexdigest())"
    )
    import hashlib

    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    other = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == hashlib.sha256(page().encode()).hexdigest()


def test_every_chart_has_a_place_and_an_option():
    places = {a["data-chart"] for _, a in parsed().elements if "data-chart" in a}
    assert places == set(embedded("charts")) == {chart.key for chart in studies.document().charts}


def test_every_table_states_unit_and_source():
    document = studies.document()
    text = page()
    for table in document.tables:
        start = text.index(f'<table data-table="{table.key}"')
        figure = text[text.rindex("<figure", 0, start) : text.index("</figure>", start)]
        assert "来源：" in figure
        units = {table.unit, *(c.unit for c in table.columns), *(r.unit for r in table.rows)}
        before = text[text.rindex("</figure>", 0, start) : text.index("</figure>", start)]
        assert any(unit and unit in before for unit in units) or units <= {"", "text", "1", "unit"}


def test_marked_rows_and_figures_carry_the_mark():
    text = page()
    document = studies.document()
    rows = [row for table in document.tables for row in table.rows if row.mark]
    assert rows
    marks = len(re.findall('<span class="mark">假设</span>', text))
    scores = [score for score in document.scores if score.mark]
    figures = [figure for figure in document.figures if figure.mark]
    assert marks >= len(rows) + len(scores) + len(figures)


def test_every_figure_and_cell_can_be_cited():
    cited = {a["data-cite"] for _, a in parsed().elements if "data-cite" in a}
    assert {figure.key for figure in studies.document().figures} <= cited
    tables = {a["data-table"] for t, a in parsed().elements if t == "table" and "data-table" in a}
    assert tables == {table.key for table in studies.document().tables}


def test_the_certificate_is_shown():
    text = "".join(parsed().words)
    assert "最优性证书" in text
    assert "2.0e-06" in text


def test_words_from_outside_cannot_break_out_of_the_page():
    evil = '</script><script>alert(1)</script><img src=x onerror="alert(1)">'
    table = replace(studies.PROJECTS, key="evil", rows=(TableRow("a", evil, evil, (evil, evil)),))
    section = Section("evil", evil, (Paragraph(evil), Items(evil, (evil,)), table_block(table)))
    document = replace(studies.document(), title=evil, sections=(section,))
    read = Page(render(document))
    assert "img" not in {tag for tag, _ in read.elements}
    assert not [script for script in read.scripts if script.strip().startswith("alert")]
    assert read.words.count(evil) >= 5


def test_without_scripts_the_reader_is_told():
    assert "<noscript>" in page()


def test_an_english_page_speaks_english_and_si():
    words = "".join(parsed("en").words)
    assert "Scorecard of targets" in words
    assert "GW" in words
    assert "万千瓦" not in words


def test_english_and_chinese_pages_hold_the_same_exact_figures():
    assert embedded("figures", "en")["figures"] == embedded("figures", "zh")["figures"]
