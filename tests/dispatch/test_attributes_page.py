"""The page of attributes in the documentation says what the table of support says.

``python -m tests.dispatch.test_attributes_page`` writes the page anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from qhgrid.dispatch.support import Support, Verdict, support_table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "attributes.md"
HEAD = """# Attributes of a PyPSA network

What a dispatch does with every attribute of every component of PyPSA. This page is written from
[`qhgrid/dispatch/support.csv`](../qhgrid/dispatch/support.csv). Tests hold the page to the table, and the
table to the installed PyPSA, so a new attribute cannot slip through.

* **Honoured**: part of the dispatch problem.
* **Refused**: must have its default value; anything else is an error that names component and attribute.
  The way out stands [below](#ways-out).
* **Without influence** on a linear dispatch, in PyPSA too: coordinates, capital costs, reactive power, and
  what only counts for components that are refused.
* **Results** are written, not read.
"""
WORDS = {
    Verdict.HONOURED: "Honoured",
    Verdict.REFUSED: "Refused",
    Verdict.NEUTRAL: "Without influence",
    Verdict.RESULT: "Results",
}


def page() -> str:
    """The page as it should be."""
    parts = [HEAD]
    for component, rows in groupby(support_table(), key=lambda row: row.component):
        parts.append(
            "\n".join([f"## {component}\n", "| | attributes |", "|---|---|", *lines(list(rows))]) + "\n"
        )
    return "\n".join([*parts, ways_out()])


def lines(rows: list[Support]) -> Iterator[str]:
    """A line of the table for each verdict that occurs."""
    for verdict, word in WORDS.items():
        names = [f"`{row.attribute}`" for row in rows if row.verdict is verdict]
        if names:
            yield f"| {word} | {', '.join(names)} |"


def ways_out() -> str:
    """The ways out of what is refused, each once."""
    members: dict[str, list[str]] = {}
    for row in support_table():
        if row.verdict is Verdict.REFUSED:
            members.setdefault(row.way_out, []).append(f"`{row.component}.{row.attribute}`")
    table = [f"| {', '.join(names)} | {way} |" for way, names in members.items()]
    return "\n".join(["## Ways out\n", "| refused | way out |", "|---|---|", *table]) + "\n"


def test_page_of_attributes_is_that_of_the_table():
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("row", [row for row in support_table() if row.verdict is Verdict.REFUSED])
def test_every_refused_attribute_stands_on_the_page_with_its_way_out(row):
    mine = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if row.way_out in line]
    assert len(mine) == 1
    assert f"`{row.component}.{row.attribute}`" in mine[0]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
