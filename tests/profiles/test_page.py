"""The page of series: its tables are those of the code, its pictures sound, a broken page refused."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from qhgrid.errors import ReportError
from qhgrid.facts import read_facts
from qhgrid.profiles.climatology import read_river
from qhgrid.profiles.drawing import bars
from qhgrid.profiles.page import write_page
from qhgrid.profiles.water_statistics import report_water
from qhgrid.profiles.weather import summarise_years

PAGE = Path(__file__).resolve().parents[2] / "docs" / "profiles.md"


@pytest.fixture(scope="module")
def years():
    return summarise_years(range(6))


def test_page_is_renewed_and_its_own_text_stays(tmp_path, years):
    page = tmp_path / "profiles.md"
    shutil.copyfile(PAGE, page)
    written = write_page(page, years)
    text = page.read_text(encoding="utf-8")
    assert [path.name for path in written] == [
        "profiles.md", "profiles-hours.svg", "profiles-weeks.svg", "profiles-river.svg",
    ]  # fmt: skip
    assert re.search(r"^\| 5 \| \d+ \|", text, re.MULTILINE)
    assert not re.search(r"^\| 6 \| \d{4} \|", text, re.MULTILINE)
    blocks = r"(<!-- generated: \w+ -->\n).*?(<!-- end -->)"
    bare = [re.sub(blocks, r"\1\2", words, flags=re.DOTALL) for words in (text, PAGE.read_text("utf-8"))]
    assert bare[0] == bare[1]


def test_committed_page_has_the_rows_of_the_code(tmp_path, years):
    """If this fails: run `qhgrid profiles years --count 101 --page docs/profiles.md` and commit."""
    page = tmp_path / "profiles.md"
    shutil.copyfile(PAGE, page)
    write_page(page, years)
    ours = page.read_text(encoding="utf-8")
    committed = PAGE.read_text(encoding="utf-8")
    for name in ("water", "months"):
        block = re.search(rf"<!-- generated: {name} -->\n(.*?)<!-- end -->", ours, re.DOTALL)
        assert block is not None
        assert block[1] in committed
    rows = re.findall(r"^\| [0-5] \| \d{4} .*$", ours, re.MULTILINE)
    assert len(rows) == 6
    assert all(row in committed for row in rows)


def test_page_without_its_blocks_is_refused(tmp_path, years):
    with pytest.raises(ReportError, match="there is no such page"):
        write_page(tmp_path / "none.md", years)
    page = tmp_path / "bare.md"
    page.write_text("# nothing\n")
    with pytest.raises(ReportError, match="has no block <!-- generated: years -->"):
        write_page(page, years)


def test_generated_water_stays_within_the_standard_errors_of_the_record():
    report = report_water(read_river(read_facts()))
    assert report.typical == {"dry": 1970, "median": 1980, "wet": 2012}
    assert report.record_years == (1957, 2018)
    assert all(abs(f.made - f.record) < 1.2 * f.error for f in report.figures), [
        f for f in report.figures if abs(f.made - f.record) >= 1.2 * f.error
    ]


def test_bars_stand_as_high_as_their_values():
    chart = ElementTree.fromstring(bars("a & b", ["x", "y"], {"one": [1.0, 2.0], "two": [4.0, 0.0]}))
    heights = [
        float(node.attrib["height"]) for node in chart.iter() if node.tag.endswith("rect") and len(node) == 1
    ]
    assert heights == pytest.approx([heights[2] / 4, heights[2] / 2, heights[2], 0.0], abs=0.1)
    assert "a & b" in "".join(chart.itertext())
