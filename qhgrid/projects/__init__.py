"""The project list (能源领域项目清单): register, tiers, totals, checks, and what the projects do in a run."""

from __future__ import annotations

from qhgrid.projects.checks import Finding, find_in_list
from qhgrid.projects.dispatched import dispatched_tables, element_uses
from qhgrid.projects.register import ListedProject, ProjectList, project_list, tier_of
from qhgrid.projects.stated import stated_table
from qhgrid.projects.summary import project_tables

__all__ = [
    "Finding",
    "ListedProject",
    "ProjectList",
    "dispatched_tables",
    "element_uses",
    "find_in_list",
    "project_list",
    "project_tables",
    "stated_table",
    "tier_of",
]
