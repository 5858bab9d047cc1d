"""The papers of the project list: 附表1 as a workbook, 附表2 as one document a project, and their check.

Every figure of a paper carries the key of the run or study it comes from, and can be made again.
"""

from __future__ import annotations

from qhgrid.papers.forms import LIST_PAPER, open_sources, write_forms
from qhgrid.papers.verify import VERDICTS, PaperCheck, verify_paper

__all__ = ["LIST_PAPER", "VERDICTS", "PaperCheck", "open_sources", "verify_paper", "write_forms"]
