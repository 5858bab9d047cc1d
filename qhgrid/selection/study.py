"""A study of what to put forward: search, prove, write a run folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qhgrid.errors import Fault
from qhgrid.facts import Facts, read_facts
from qhgrid.finance.parameters import Parameters
from qhgrid.runs import DEFAULT_OUT, Run, new_folder, open_run, write_json, write_manifest, write_tables
from qhgrid.scenario import check_scenario
from qhgrid.selection.choice import Evaluate, Members
from qhgrid.selection.investment import outlays
from qhgrid.selection.search import Effort, Found, select
from qhgrid.selection.tables import study_figures, study_tables
from qhgrid.selection.targets import Setting, setting_of
from qhgrid.selection.wishes import SelectionError, Wishes, check_wishes
from qhgrid.selection.writing import write_pages
from qhgrid.study import identify, quiet_libraries
from qhgrid.text import DEFAULT_LANG, Lang
from qhgrid.value.cases import DispatchEvaluator
from qhgrid.value.game import Evaluation, Game, Task
from qhgrid.value.intervals import ORIENTATION
from qhgrid.value.store import Store
from qhgrid.value.workers import Asker, crew_of

if TYPE_CHECKING:
    from qhgrid.runs import Inputs
    from qhgrid.scenario import Scenario

KIND = "select"
STAGES = ("prepare", "search")
"""Stages of a study, in order."""
Progress = Callable[[str, float | None], None]
"""Called with the stage as it begins, and with the share done."""


@dataclass(frozen=True)
class Selected:
    """All that a study found out."""

    scenario: Scenario
    facts: Facts
    evaluator: DispatchEvaluator
    setting: Setting
    wishes: Wishes
    found: Found


def select_projects(
    scenario: str,
    overrides: Sequence[str] = (),
    out: Path = DEFAULT_OUT,
    *,
    wishes: Wishes | None = None,
    workers: int = 1,
    cluster: str | None = None,
    lang: Lang = DEFAULT_LANG,
    facts: Facts | None = None,
    progress: Progress | None = None,
) -> Run:
    """Return the run folder of a study of which projects to put forward.

    Parameters
    ----------
    scenario : str
        Name of a shipped scenario, or path of a YAML file.
    overrides : sequence of str, optional
        Changes as ``key=value``.
    out : Path, optional
        Where the folder ``<scenario>-select-<id>`` is written. Dispatches are kept beside it as they end, so
        a study that was cut off goes on where it stopped.
    wishes : Wishes, optional
    workers : int, optional
        Processes at once; the result does not depend on it.
    cluster : str, optional
        Address of a Dask scheduler instead.
    lang : str, optional
        Language of the documents.
    facts : Facts, optional
        The fact tables; the shipped ones by default.
    progress : callable, optional

    Raises
    ------
    QhgridError
        If the scenario or the wishes are faulty, or a case cannot be dispatched.
    """
    wishes = wishes or Wishes()
    facts = read_facts() if facts is None else facts
    case = check_scenario(scenario, overrides, facts).scenario
    check_wishes(wishes, facts)
    inputs = replace(identify(case, facts, lang), kind=KIND, settings=wishes.settings())
    folder = out / inputs.folder_name
    if folder.exists():
        return replace(open_run(folder), is_reused=True)
    kept = out / f".{inputs.folder_name}.evaluations"
    with quiet_libraries():
        evaluator = DispatchEvaluator(case, facts)
        setting = _setting(evaluator, case, facts, wishes)
        found = _search(evaluator, setting, wishes, _Hands(workers, cluster, kept, inputs.run_id), progress)
    _write(out, inputs, Selected(case, facts, evaluator, setting, wishes, found), lang)
    shutil.rmtree(kept, ignore_errors=True)
    return open_run(folder)


def _setting(evaluator: DispatchEvaluator, case: Scenario, facts: Facts, wishes: Wishes) -> Setting:
    """Return what may be chosen.

    Raises
    ------
    SelectionError
        If nothing may, or a project to keep has no investment.
    """
    cast = evaluator.cast
    costs = outlays(cast.players, case, Parameters(facts), assume=wishes.assume_costs)
    setting = setting_of(case, facts, cast, costs, wishes)
    if not setting.choice.names:
        what = "no project of the scenario that takes part in dispatch has a known investment"
        mend = "Add --assume-costs, so that unit costs of data/costs.csv stand in."
        raise SelectionError(Fault("projects select", what, mend))
    return setting


@dataclass(frozen=True)
class _Hands:
    """Who dispatches, and where it is kept."""

    workers: int
    cluster: str | None
    kept: Path
    identity: str


def _search(
    evaluator: DispatchEvaluator, setting: Setting, wishes: Wishes, hands: _Hands, progress: Progress | None
) -> Found:
    """Return what the search comes to."""
    tell = progress or _say_nothing
    tell("prepare", None)
    evaluator.prepare()
    effort = Effort(wishes.dispatches, wishes.gap, wishes.alternatives)
    game = Game(evaluator.players, ORIENTATION, evaluator.contents)
    lines = _with_lines(evaluator)
    with (
        Store(hands.kept / "evaluations.jsonl", hands.identity) as store,
        crew_of(evaluator, hands.workers, hands.cluster) as crew,
    ):
        asker = Asker(game, crew, store)
        tell("search", None)
        done = [0]

        def evaluate(wanted: Sequence[Members]) -> list[Evaluation]:
            tasks = [Task(game.mask(members | setting.given), "exact") for members in wanted]
            found = asker(tasks)
            done[0] += len(wanted)
            tell("search", done[0] / wishes.dispatches)
            return [joint(found[task], lines) for task in tasks]

        asked: Evaluate = evaluate
        return select(setting.choice, asked, effort)


def _with_lines(evaluator: DispatchEvaluator) -> frozenset[str]:
    """Return the projects that hold a line, which changes how power flows and not only how much may."""
    return frozenset(
        player.id
        for player in evaluator.cast.players
        if any(element.startswith("line:") for element in player.elements)
    )


def joint(evaluation: Evaluation, lines: frozenset[str]) -> Evaluation:
    """Return an evaluation with those rents alone that hold for any number of changes at once.

    The rent of a line holds while it is the only one that comes or goes, so it can be in no cut.
    """
    rents = {name: rent for name, rent in evaluation.rents.items() if name not in lines}
    return replace(evaluation, rents=rents)


def _say_nothing(stage: str, fraction: float | None) -> None:
    """Take news of progress and do nothing with it."""


def _write(out: Path, inputs: Inputs, selected: Selected, lang: Lang) -> None:
    """Write the run folder of a study."""
    tables = study_tables(selected)
    figures = study_figures(selected)
    with new_folder(out, inputs.folder_name) as part:
        (part / "scenario.yaml").write_text(inputs.scenario_text, encoding="utf-8")
        content = {
            "figures": [figure.to_json() for figure in figures],
            "targets": [],
            "tables": [table.to_json() for table in tables],
        }
        write_json(part / "figures.json", content)
        write_tables(part / "tables", tables, lang)
        write_pages(part, selected.scenario, tables, figures, inputs.run_id, lang)
        write_manifest(part, inputs, selected.scenario.title.model_dump(), _result(selected.found))


def _result(found: Found) -> dict[str, object]:
    """Return how the search ended, in plain values."""
    if found.best is None:
        return {"status": "empty" if found.is_proved_empty else "not found"}
    return {"status": "selected", "objective": found.best.objective}
