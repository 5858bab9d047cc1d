"""``qhgrid cite verify``: make every figure of a paper again and compare it with what the paper prints."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from qhgrid.errors import QhgridError
from qhgrid.indicators.tables import cite
from qhgrid.papers.cited import Source, printed
from qhgrid.papers.reading import Printed, read_paper
from qhgrid.papers.recompute import Progress, Workshop, can_make, open_cited
from qhgrid.runs import DEFAULT_OUT

Verdict = Literal["same", "differs", "unknown"]

VERDICTS: dict[Verdict, str] = {"same": "一致", "differs": "不一致", "unknown": "无法复算"}
"""What is said of a figure: it is the same, it is another, or it cannot be made again."""

REASONS = ("edited", "changed", "unit", "gone", "method", "folder")
"""The paper was edited; inputs or code have changed; so has the unit; the figure is gone; no method makes
this kind of study again; the run or study cannot be had."""


@dataclass(frozen=True)
class Checked:
    """A figure of a paper beside the same figure made again.

    Parameters
    ----------
    place, key, text : str
        Where it stands, its citation key, and what the paper prints.
    again : str
        What it should print; empty where it cannot be made again.
    verdict : str
    reason : str
        Why it is another, or why it cannot be made again, one of :data:`REASONS`; empty where it is the same.
    detail : str
        What is told of it further.
    """

    place: str
    key: str
    text: str
    again: str
    verdict: Verdict
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True)
class PaperCheck:
    """What the check of a paper found.

    Parameters
    ----------
    paper : str
        The file.
    is_rerun : bool
        Whether the figures were made again, rather than compared with the run folders alone.
    figures : tuple of Checked
    """

    paper: str
    is_rerun: bool
    figures: tuple[Checked, ...]

    @property
    def passed(self) -> bool:
        """Whether every figure is the same."""
        return all(figure.verdict == "same" for figure in self.figures)

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many figures have each verdict."""
        found = Counter(figure.verdict for figure in self.figures)
        return {verdict: found[verdict] for verdict in VERDICTS}

    def to_json(self) -> dict[str, Any]:
        """Return the check as a dict of plain values."""
        return asdict(self) | {"passed": self.passed, "counts": self.counts}


def verify_paper(
    path: Path, runs: Path = DEFAULT_OUT, *, quick: bool = False, progress: Progress | None = None
) -> PaperCheck:
    """Make every figure of a paper again and compare it at the precision of print.

    Parameters
    ----------
    path : Path
        ``.docx`` or ``.xlsx`` written by ``qhgrid projects forms``.
    runs : Path, optional
        Where the runs and studies are that the keys name.
    quick : bool, optional
        Whether to compare with the run folders as they are, without running anything.
    progress : callable, optional
        Called with the id of each stage of a run as it begins.

    Raises
    ------
    ReportError
        If the file is no paper of ours.
    """
    figures = read_paper(path)
    with tempfile.TemporaryDirectory(prefix="qhgrid-cite-") as folder:
        workshop = Workshop(Path(folder), runs, progress)
        sources = {name: _source(name, workshop, quick) for name in dict.fromkeys(f.run for f in figures)}
        checked = tuple(_check(figure, sources[figure.run]) for figure in figures)
    return PaperCheck(str(path), not quick, checked)


Why = tuple[str, str]
"""One of :data:`REASONS`, and what is told of it further."""


def _source(name: str, workshop: Workshop, quick: bool) -> Source | Why:
    """Return a run or study, made again unless `quick`, with its figures read; else why it cannot be had."""
    try:
        cited = open_cited(name, workshop.runs)
        kind = cited.run.manifest.inputs.kind
        if not quick and not can_make(kind):
            return "method", kind
        source = cited if quick else Source(workshop.again(cited.run))
        _ = source.tables, source.figures
    except QhgridError as error:
        return "folder", "; ".join(str(fault) for fault in error.faults)
    return source


def _check(figure: Printed, source: Source | Why) -> Checked:
    """Return a figure beside the same figure made again."""
    known = (figure.place, figure.key, figure.text)
    if not isinstance(source, Source):
        return Checked(*known, "", "unknown", *source)
    try:
        found = cite(source.figures.values(), source.tables.values(), figure.name)
    except KeyError:
        return Checked(*known, "", "unknown", "gone")
    again = printed(found.value, figure.unit)
    if found.unit != figure.unit:
        return Checked(*known, again, "differs", "unit", f"{figure.unit} → {found.unit}")
    if figure.text == again:
        return Checked(*known, again, "same")
    edited = figure.text != figure.written
    return Checked(*known, again, "differs", "edited" if edited else "changed")
