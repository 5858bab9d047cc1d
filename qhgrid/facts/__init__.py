"""Typed readers of the fact tables in ``data/*.csv``."""

from __future__ import annotations

from qhgrid.facts.read import read_facts
from qhgrid.facts.rows import PREFECTURES
from qhgrid.facts.tables import Facts

__all__ = ["PREFECTURES", "Facts", "read_facts"]
