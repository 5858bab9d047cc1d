"""Make the figures behind citations again, from today's data and code, one run or study at a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from qhgrid.errors import Fault, RunError
from qhgrid.finance.study import STAGES as FINANCE_STAGES
from qhgrid.finance.study import repeat_finance
from qhgrid.papers.cited import Source
from qhgrid.runs import Run, find_run, open_run
from qhgrid.study import STAGES as RUN_STAGES
from qhgrid.study import run_study
from qhgrid.text import Lang

STAGES = (*RUN_STAGES, *FINANCE_STAGES)
"""Ids of all stages that making something again may tell of."""


class Progress(Protocol):
    """Called with the id of each stage as it begins, and then with the share of it that is done."""

    def __call__(self, stage: str, fraction: float | None = None, /) -> None:
        """Take news of a stage."""


Recompute = Callable[[Run, "Workshop"], Run]
"""Takes a run or study and a place to work in, returns the same made again."""


@dataclass
class Workshop:
    """Where runs are made again, each once.

    Parameters
    ----------
    folder : Path
        An empty folder to work in.
    runs : Path
        Where runs named by id are looked for.
    progress : callable, optional
    """

    folder: Path
    runs: Path
    progress: Progress | None = None
    done: dict[str, Run] = field(default_factory=dict)

    def again(self, run: Run) -> Run:
        """Return `run` made again; the second time it is asked for, the same."""
        if run.run_id not in self.done:
            self.done[run.run_id] = RECOMPUTERS[run.manifest.inputs.kind](run, self)
        return self.done[run.run_id]


def lang_of(run: Run) -> Lang:
    """Return the language that a run was written in."""
    return "en" if run.manifest.inputs.lang == "en" else "zh"


def rerun(run: Run, workshop: Workshop) -> Run:
    """Run the scenario of a run again."""
    scenario = str(run.path("scenario.yaml"))
    return run_study(scenario, (), workshop.folder, lang=lang_of(run), progress=workshop.progress)


def revalue(run: Run, workshop: Workshop) -> Run:
    """Find out again what the projects are worth."""
    from qhgrid.value.study import Wishes, value_projects

    settings = run.manifest.inputs.settings
    names = {name: tuple(str(settings.get(name, "")).split(",")) for name in ("method", "project")}
    drawn = {name: settings[name] for name in ("permutations", "exact", "seed") if name in settings}
    wishes = Wishes(
        methods=names["method"],
        projects=tuple(name for name in names["project"] if name),
        pairs=settings["pairs"],
        **drawn,
    )
    return value_projects(
        str(run.path("scenario.yaml")),
        (),
        workshop.folder,
        wishes=wishes,
        workers=os.cpu_count() or 1,
        lang=lang_of(run),
    )


def refinance(study: Run, workshop: Workshop) -> Run:
    """Evaluate the finance of a study again, on its run and its value study made again."""
    run, value = (_again(study, option, workshop) for option in ("run", "value"))
    if run is None:
        what = "does not say which run it is a study of"
        raise RunError(Fault(study.name, what, "Make it again with qhgrid projects finance."))
    return repeat_finance(study, run, value, workshop.folder, progress=workshop.progress)


def _again(study: Run, option: str, workshop: Workshop) -> Run | None:
    """Return what an option of a study names, made again where that can be; None where it names nothing."""
    name = study.manifest.inputs.settings.get(option)
    if not name:
        return None
    found = open_run(find_run(name, workshop.runs))
    return workshop.again(found) if can_make(found.manifest.inputs.kind) else found


RECOMPUTERS: dict[str, Recompute] = {"": rerun, "value": revalue, "finance": refinance}
"""How each kind of folder is made again: a run of a scenario, or a study by its kind."""


def can_make(kind: str) -> bool:
    """Return whether folders of a kind can be made again."""
    return kind in RECOMPUTERS


def open_cited(name: str, runs: Path) -> Source:
    """Return the run or study that a key names."""
    return Source(open_run(find_run(name, runs)))
