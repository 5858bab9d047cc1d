"""The page on demand prints the figures that the tables give."""

from __future__ import annotations

from pathlib import Path

import pytest

from qhgrid.facts.demand import class_energies_mwh, residual_share

PAGE = Path(__file__).parents[2] / "docs" / "demand.md"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def test_the_page_prints_the_energies_and_the_residual_of_the_tables(facts):
    lines = [_cells(line) for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    start = next(at for at, line in enumerate(lines) if line[0] == "亿千瓦时")
    cases = [(int(head.split()[0]), [*head.split(), "central"][1]) for head in lines[start][1:]]
    rows = {line[0]: line[1:] for line in lines[start + 2 : start + 13]}
    assert len(cases) == 10
    for at, (year, level) in enumerate(cases):
        energies = class_energies_mwh(facts, year, level)
        for name, energy in energies.items():
            assert float(rows[name][at]) == pytest.approx(energy / 1e5, abs=0.051), (year, name)
        assert float(rows["**total**"][at]) == pytest.approx(sum(energies.values()) / 1e5, abs=0.051)
        share = float(rows["residual, part of other"][at].rstrip("%"))
        assert share == pytest.approx(100 * residual_share(facts, year, level), abs=0.051)
