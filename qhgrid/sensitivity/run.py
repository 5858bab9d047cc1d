"""Turn every assumption of a scenario to the ends of its range, one at a time, and rank what that does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qhgrid.facts import Facts, read_facts
from qhgrid.runs import DEFAULT_OUT, new_file, write_json
from qhgrid.scenario import check_scenario
from qhgrid.sensitivity.assumed import Assumed, assumed_facts, assumed_values
from qhgrid.sensitivity.outcome import Outcome, exact_case, screened_case
from qhgrid.sensitivity.ranking import Moved, moved, ranked, ranking_table
from qhgrid.sensitivity.writing import write_ranking
from qhgrid.study import identify, quiet_libraries
from qhgrid.text import DEFAULT_LANG, Lang

if TYPE_CHECKING:
    from qhgrid.dispatch import Dispatch
    from qhgrid.indicators import Table
    from qhgrid.scenario import Scenario

Progress = Callable[[str], None]
"""Called with the key of the assumption that begins."""


@dataclass(frozen=True)
class Ranking:
    """The assumptions of a scenario in order of what they move.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``assumptions.json``, ``assumptions.html``, ``assumptions.xlsx`` and ``tables/``.
    order : tuple of Moved
    table : Table
    """

    folder: Path
    order: tuple[Moved, ...]
    table: Table


def find_assumptions(
    scenario: str, overrides: Sequence[str] = (), *, with_facts: bool = False
) -> tuple[Scenario, Facts, tuple[Assumed, ...]]:
    """Return a scenario, the facts, and all that is assumed, on request in the fact tables too."""
    facts = read_facts()
    case = check_scenario(scenario, overrides, facts).scenario
    rows = assumed_facts(facts) if with_facts else ()
    return case, facts, (*assumed_values(case), *rows)


def rank_assumptions(
    scenario: str,
    overrides: Sequence[str] = (),
    out: Path = DEFAULT_OUT,
    *,
    with_facts: bool = False,
    lang: Lang = DEFAULT_LANG,
    progress: Progress | None = None,
) -> Ranking:
    """Run each assumption at both ends of its range and write the ranking.

    Parameters
    ----------
    scenario : str
        Name of a shipped scenario, or path of a YAML file.
    overrides : sequence of str, optional
        Changes as ``key=value``.
    out : Path, optional
        Where the folder ``<scenario>-assumptions-<id>`` is written. Each case is kept there as it ends, so an
        interrupted ranking goes on where it stopped.
    with_facts : bool, optional
        Whether to turn the assumed rows of the fact tables as well; some hundreds of runs.
    lang : str, optional
        Language of the documents.
    progress : callable, optional
        Called with the key of each assumption as it begins.

    Raises
    ------
    QhgridError
        If the scenario is faulty or a case cannot be dispatched.
    """
    case, facts, found = find_assumptions(scenario, overrides, with_facts=with_facts)
    folder = out / f"{case.name}-assumptions-{identify(case, facts, lang).run_id}"
    cases = Cases(case, facts, folder / "cases")
    with quiet_libraries():
        base = cases.base()
        order = ranked([moved(one, outcomes, base) for one, outcomes in cases.each(found, progress)])
    table = ranking_table(order, base)
    write_ranking(folder, case, table, order, base, lang)
    return Ranking(folder, order, table)


@dataclass
class Cases:
    """The cases of a ranking, each kept in a file as soon as it is known."""

    scenario: Scenario
    facts: Facts
    folder: Path
    dispatch: Dispatch | None = None

    def base(self) -> Outcome:
        """Return the base case."""
        return self._kept("base", lambda: self._base_case()[0])

    def each(
        self, found: Sequence[Assumed], progress: Progress | None
    ) -> Iterator[tuple[Assumed, dict[float, Outcome]]]:
        """Yield each assumption with its cases by value."""
        for one in found:
            if progress is not None:
                progress(one.key)
            yield one, {value: self._at(one, value) for value in one.ends()}

    def _at(self, one: Assumed, value: float) -> Outcome:
        """Return the case with one assumption at `value`."""
        return self._kept(
            f"{one.key}={value!r}", lambda: self._screened(*one.at(value, self.scenario, self.facts))
        )

    def _screened(self, scenario: Scenario, facts: Facts) -> Outcome:
        """Screen a case from the exact dispatch of the base case, which is made when it is first needed."""
        dispatch = self.dispatch or self._base_case()[1]
        return screened_case(scenario, facts, dispatch)

    def _base_case(self) -> tuple[Outcome, Dispatch]:
        """Dispatch the base case exactly and keep the dispatch for all others."""
        outcome, self.dispatch = exact_case(self.scenario, self.facts)
        return outcome, self.dispatch

    def _kept(self, name: str, run: Callable[[], Outcome]) -> Outcome:
        """Return the case in the file called `name`, running it first where there is no such file."""
        file = self.folder / f"{name}.json"
        if not file.exists():
            content = run().to_json()
            self.folder.mkdir(parents=True, exist_ok=True)
            with new_file(file) as part:
                write_json(part, content)
        return Outcome.from_json(json.loads(file.read_text(encoding="utf-8")))
