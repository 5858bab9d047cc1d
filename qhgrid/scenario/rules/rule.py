"""What a planning rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from qhgrid.facts import Facts
from qhgrid.scenario.marks import Path
from qhgrid.scenario.model import Scenario


class Finding(NamedTuple):
    """One breach of a rule."""

    path: Path
    """Key of the scenario that has to change."""
    what: str
    """What was found and why it is wrong."""
    mend: str
    """How to put it right."""


Check = Callable[[Scenario, Facts], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """A rule of planning logic.

    Parameters
    ----------
    id : str
        Stable name, with hyphens.
    title_zh, title_en : str
        The rule in one sentence.
    check : callable
        Yields a finding for each breach in a scenario, given the facts.
    """

    id: str
    title_zh: str
    title_en: str
    check: Check


class RuleBook:
    """The rules of one subject, in the order in which they are written."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def rule(self, name: str, title_zh: str, title_en: str) -> Callable[[Check], Check]:
        """Return a decorator that enters a check in the book."""

        def enter(check: Check) -> Check:
            self._rules.append(Rule(name, title_zh, title_en, check))
            return check

        return enter

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)
