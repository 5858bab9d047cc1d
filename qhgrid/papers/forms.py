"""Write the papers of a run: 附表1 as a workbook, 附表2 as one document a project."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from qhgrid.errors import Fault, ReportError
from qhgrid.facts import read_facts
from qhgrid.lifecycle import DEFAULT_LOG, Standing, read_log
from qhgrid.papers.case import Case, Sources
from qhgrid.papers.cited import Source
from qhgrid.papers.list_book import write_list_book
from qhgrid.papers.proposal import proposal
from qhgrid.papers.template import DEFAULT
from qhgrid.papers.word import write_word
from qhgrid.runs import DEFAULT_OUT, Run, disk_errors, find_run, new_file, open_run

DEFAULT_FOLDER = Path("papers")
"""Where papers are written unless told otherwise, below the current folder."""

LIST_NAME = "附表1-重大项目建议表.xlsx"
LIST_PAPER = "list"
"""What progress is told when the list begins."""

_UNFIT = re.compile(r'[\\/:*?"<>|\s]+')

Progress = Callable[[str], None]
"""Called with the name of each paper as it begins."""


def open_sources(
    run: str,
    runs: Path = DEFAULT_OUT,
    *,
    value: str = "",
    finance: str = "",
    log: Path | None = None,
) -> Sources:
    """Return what papers of a run draw on.

    Parameters
    ----------
    run : str
        Run folder or run id.
    runs : Path, optional
        Where runs and studies named by id are looked for.
    value, finance : str, optional
        Study folders or ids.
    log : Path, optional
        Event log of the procedure; the one in the current folder, where there is one, by default.

    Raises
    ------
    QhgridError
        If a folder is missing or damaged, the registers have changed since the run, or a study is of another
        scenario or of another kind.
    """
    base = open_run(find_run(run, runs))
    facts = read_facts()
    faults = [*_changed_registers(base, facts.checksums())]
    studies: dict[str, Source] = {}
    for kind, name in (("value", value), ("finance", finance)):
        if name:
            study = open_run(find_run(name, runs))
            faults += _unfit(study, kind, base)
            studies[kind] = Source(study)
    if base.manifest.inputs.kind:
        faults.append(
            Fault(base.name, "is a study, not a run of a scenario", "Give the run that it studies.")
        )
    if faults:
        raise ReportError(faults)
    return Sources(Source(base), facts, studies.get("value"), studies.get("finance"), _standings(log))


def _standings(log: Path | None) -> Mapping[str, Standing]:
    """Return where each project stands by a log; nothing where no log is named and none is there."""
    if log is not None and not log.is_file():
        raise ReportError(Fault(str(log), "is not a file", "Give the event log with --log."))
    return read_log(log or DEFAULT_LOG).standings


def _changed_registers(run: Run, today: dict[str, str]) -> list[Fault]:
    """Return a fault where the tables in data/ are not those of the run."""
    then = run.manifest.inputs.facts
    changed = sorted(name for name in {*then, *today} if then.get(name) != today.get(name))
    if not changed:
        return []
    what = f"was made with other data than today's: {', '.join(changed[:5])}"
    return [Fault(run.name, what, "Run the scenario again, so that words and figures agree.")]


def _unfit(study: Run, kind: str, run: Run) -> list[Fault]:
    """Return what keeps a study from standing beside a run in one paper."""
    inputs = study.manifest.inputs
    if inputs.kind != kind:
        mend = f"Give a folder made by `qhgrid projects {kind}`."
        return [Fault(study.name, f"is no {kind} study", mend)]
    if inputs.scenario_text != run.manifest.inputs.scenario_text:
        mend = f"Make the {kind} study of the scenario of this run."
        return [Fault(study.name, f"studies another scenario than {run.name}", mend)]
    return []


def write_forms(
    sources: Sources,
    out: Path,
    *,
    projects: Sequence[str] = (),
    template: Path = DEFAULT,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Write the papers below `out` and return their paths.

    Parameters
    ----------
    sources : Sources
    out : Path
        Folder; made when it is missing.
    projects : sequence of str, optional
        Ids of the projects that get a proposal; all when empty.
    template : Path, optional
        Word document whose looks the proposals take.
    progress : callable, optional
        Called with the name of each paper as it begins.

    Raises
    ------
    QhgridError
        If a project is not known, the template is not fit, or the disk refuses.
    """
    cases = [sources.case(name) for name in projects or sources.facts.projects]
    with disk_errors(out):
        out.mkdir(parents=True, exist_ok=True)
    book = _write_list(sources, out, progress)
    return (book, *(_write_proposal(case, out, template, progress) for case in cases))


def _write_list(sources: Sources, out: Path, progress: Progress | None) -> Path:
    """Write the list of all projects."""
    path = out / LIST_NAME
    if progress is not None:
        progress(LIST_PAPER)
    with new_file(path) as part:
        write_list_book(sources, part)
    return path


def proposal_name(case: Case) -> str:
    """Return the file name of a proposal."""
    return f"附表2-{case.project.register_key}-{_UNFIT.sub('_', case.project.name_zh)}.docx"


def _write_proposal(case: Case, out: Path, template: Path, progress: Progress | None) -> Path:
    """Write the proposal of one project."""
    path = out / proposal_name(case)
    if progress is not None:
        progress(case.id)
    with new_file(path) as part:
        write_word(proposal(case), template, part)
    return path
