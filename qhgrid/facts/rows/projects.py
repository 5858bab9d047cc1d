"""The register of projects."""

from __future__ import annotations

from dataclasses import dataclass

from qhgrid.facts.rows.row import Row


@dataclass(frozen=True, kw_only=True)
class Project(Row):
    """``projects.csv``: a project of the list; value is its investment [CNY], None where not published."""

    register_key: str
    """R01 … R38 for the projects that the plan names; P01 … for those of the fact tables."""
    sector: str
    sub_type: str
    nature: str
    """新建, 改扩建, 续建 or 规划研究."""
    content: str
    """Scale and content in words."""
    prefecture_shares: dict[str, float]
    """Share of each prefecture; out-of-province share under ``outside``; adds up to 1."""
    county: str
    grade: str
    grade_is_ambiguous: bool
    """Whether the plan's verb gives no stage, so that an analyst must choose."""
    batch: str
    """1 or 2 for the batch of the campaign; empty where not proposed."""
    start_year: int
    in_service_year: int
    """0 where not known."""
    responsible_unit: str
    elements: tuple[str, ...]
    """What it stands for in the model; empty for none.

    ``fleet:<id>``, ``hydro:<id>``, ``hydro_uprate:<id>``, ``corridor:<id>``, ``line:<id>``, ``tie:<id>`` or
    ``demand:<class>``.
    """
    quote: str
    plan_line: str
    """Line of the governing document, such as ``B57``."""
    part_of: str = ""
    """Id of the project whose investment already holds this one's; empty for none."""
