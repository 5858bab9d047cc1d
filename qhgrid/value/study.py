"""A study of what projects are worth: evaluate coalitions, keep each as it ends, write a run folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhgrid.errors import Fault, ScenarioError
from qhgrid.facts import Facts, read_facts
from qhgrid.runs import DEFAULT_OUT, Run, new_folder, open_run, write_json, write_manifest, write_tables
from qhgrid.scenario import check_scenario
from qhgrid.study import identify, quiet_libraries
from qhgrid.text import DEFAULT_LANG, Lang
from qhgrid.value.cases import DispatchEvaluator
from qhgrid.value.gains import Gains, ask_gains, ask_pairs, likely_pairs
from qhgrid.value.game import Evaluation, Game, Task
from qhgrid.value.interaction import Interaction
from qhgrid.value.intervals import ORIENTATION
from qhgrid.value.players import kinds_of
from qhgrid.value.sharpen import Plan, Worth, shapley_values
from qhgrid.value.store import Store
from qhgrid.value.tables import METHODS, base_figures, pair_table, value_table
from qhgrid.value.workers import Asker, crew_of
from qhgrid.value.writing import write_pages

if TYPE_CHECKING:
    from qhgrid.runs import Inputs
    from qhgrid.scenario import Scenario

KIND = "value"
Progress = Callable[[str, float | None], None]
"""Called with the stage (``prepare``, ``out``, ``in``, ``pairs``, ``shapley``) and the share done."""


@dataclass(frozen=True)
class Wishes:
    """What is asked of a study.

    Parameters
    ----------
    methods : tuple of str, optional
        Of :data:`qhgrid.value.tables.METHODS`, in that order.
    projects : tuple of str, optional
        Projects whose value is wanted, sorted; all by default. The others are built throughout.
    permutations : int, optional
        Orders drawn for the Shapley values.
    exact : int, optional
        Exact evaluations for the Shapley values at most.
    pairs : int, optional
        Pairs to look at for interaction.
    seed : int, optional
        Of what is drawn at random.
    """

    methods: tuple[str, ...] = ("out",)
    projects: tuple[str, ...] = ()
    permutations: int = 200
    exact: int = 60
    pairs: int = 4
    seed: int = 0

    def settings(self) -> dict[str, Any]:
        """Return what decides the result, as plain JSON values by option."""
        found: dict[str, Any] = {"method": ",".join(self.methods), "pairs": self.pairs}
        if self.projects:
            found["project"] = ",".join(self.projects)
        if "shapley" in self.methods:
            found |= {"permutations": self.permutations, "exact": self.exact, "seed": self.seed}
        return found


def value_projects(
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
    """Return the run folder of a study of what projects are worth.

    Parameters
    ----------
    scenario : str
        Name of a shipped scenario, or path of a YAML file.
    overrides : sequence of str, optional
        Changes as ``key=value``.
    out : Path, optional
        Where the folder ``<scenario>-value-<id>`` is written. Evaluations are kept beside it as they end, so
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
    _check(wishes, facts)
    inputs = replace(identify(case, facts, lang), kind=KIND, settings=wishes.settings())
    folder = out / inputs.folder_name
    if folder.exists():
        return replace(open_run(folder), is_reused=True)
    kept = out / f".{inputs.folder_name}.evaluations"
    with quiet_libraries():
        found = _evaluate(case, facts, wishes, _Crew(workers, cluster, kept, inputs.run_id), progress)
        _write(out, inputs, case, facts, found, lang)
    shutil.rmtree(kept, ignore_errors=True)
    return open_run(folder)


def _check(wishes: Wishes, facts: Facts) -> None:
    """Raise a ScenarioError about wishes that cannot be met."""
    faults = [
        Fault(f"--project {name}", "is not in the register", "See `qhgrid projects list` for the ids.")
        for name in wishes.projects
        if name not in facts.projects
    ]
    faults += [
        Fault(f"--method {name}", "is no such method", f"Use some of: {', '.join(METHODS)}.")
        for name in wishes.methods
        if name not in METHODS
    ]
    if faults:
        raise ScenarioError(faults)


@dataclass(frozen=True)
class _Crew:
    """Who evaluates, and where it is kept."""

    workers: int
    cluster: str | None
    kept: Path
    identity: str


@dataclass(frozen=True)
class _Found:
    """All that a study found out."""

    evaluator: DispatchEvaluator
    whole: Evaluation
    worth: Mapping[str, Mapping[str, Mapping[str, Worth]]]
    pairs: tuple[Interaction, ...]

    def n_open(self) -> dict[str, int]:
        """Return the signs that are not settled, by method."""
        return {method: Gains(worth).n_open for method, worth in self.worth.items()}


def _evaluate(case: Scenario, facts: Facts, wishes: Wishes, crew: _Crew, progress: Progress | None) -> _Found:
    """Return what a study comes to."""
    tell = progress or _say_nothing
    evaluator = DispatchEvaluator(case, facts, is_quick="shapley" in wishes.methods)
    wanted = [name for name in evaluator.players if not wishes.projects or name in wishes.projects]
    idle = tuple(sorted(set(evaluator.cast.idle) & set(wishes.projects or evaluator.cast.idle)))
    contents = evaluator.contents
    game = Game(tuple(evaluator.players), ORIENTATION, contents, idle)
    tell("prepare", None)
    evaluator.prepare()
    with ExitStack() as stack:
        store = stack.enter_context(Store(crew.kept / "evaluations.jsonl", crew.identity))
        hands = stack.enter_context(crew_of(evaluator, crew.workers, crew.cluster))
        asker = Asker(game, hands, store)
        full = Task(game.canonical(game.full), "exact")
        worth: dict[str, Mapping[str, Mapping[str, Worth]]] = {}
        pairs: tuple[Interaction, ...] = ()
        for method in ("out", "in"):
            if method in wishes.methods:
                asker.progress = _within(tell, method)
                worth[method] = ask_gains(game, asker, method, wanted).worth
        if "out" in worth and wishes.pairs and "shapley" not in wishes.methods:
            asker.progress = _within(tell, "pairs")
            kinds = {player.id: kinds_of(player, facts) for player in evaluator.cast.players}
            pairs = ask_pairs(game, asker, likely_pairs(game, Gains(worth["out"]), kinds, wishes.pairs))
        if "shapley" in wishes.methods:
            plan = Plan(wishes.permutations, wishes.exact, seed=wishes.seed, pairs=wishes.pairs)
            asker.progress = _in_rounds(tell, "shapley", plan.expected(game.n_players))
            result = shapley_values(game, asker, plan)
            worth["shapley"] = {name: result.worth[name] for name in (*wanted, *idle)}
            pairs = result.interactions
        whole = asker([full])[full]
    return _Found(evaluator, whole, worth, pairs)


def _within(tell: Progress, stage: str) -> Callable[[int, int], None]:
    """Return what tells the share of a stage that is done."""
    tell(stage, None)
    return lambda done, total: tell(stage, done / total if total else 1.0)


def _in_rounds(tell: Progress, stage: str, expected: int) -> Callable[[int, int], None]:
    """Return what tells the share of a stage that is done, whose batches come one after another."""
    tell(stage, None)
    behind, last = 0, 0

    def told(done: int, total: int) -> None:
        nonlocal behind, last
        if done < last:
            behind, last = behind + last, 0
        last = done
        tell(stage, min(1.0, (behind + done) / max(expected, 1)))

    return told


def _say_nothing(stage: str, fraction: float | None) -> None:
    """Take news of progress and do nothing with it."""


def _write(out: Path, inputs: Inputs, case: Scenario, facts: Facts, found: _Found, lang: Lang) -> None:
    """Write the run folder of a study."""
    cast = found.evaluator.cast
    tables = [value_table(method, worth, cast, facts) for method, worth in found.worth.items()]
    if found.pairs:
        tables.append(pair_table(found.pairs, facts))
    figures = base_figures(found.whole, cast, found.n_open())
    cost = found.whole.values["cost"]
    with new_folder(out, inputs.folder_name) as part:
        (part / "scenario.yaml").write_text(inputs.scenario_text, encoding="utf-8")
        content = {
            "figures": [figure.to_json() for figure in figures],
            "targets": [],
            "tables": [table.to_json() for table in tables],
        }
        write_json(part / "figures.json", content)
        write_tables(part / "tables", tables, lang)
        write_pages(part, case, cast, tables, figures, inputs, lang)
        result = {"status": "optimal", "objective": cost.high, "lower_bound": cost.low}
        write_manifest(part, inputs, case.title.model_dump(), result)
