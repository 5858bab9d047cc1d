"""A scenario with all it extends and all settings applied: what a run, and the id of a run, is made from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256

import yaml

from qhgrid.scenario.marks import Marks
from qhgrid.scenario.model import Scenario
from qhgrid.scenario.tree import FLOAT


@dataclass(frozen=True)
class ResolvedScenario:
    """A scenario, complete.

    Parameters
    ----------
    scenario : Scenario
        The scenario, in base units.
    chain : tuple of str
        Names of the files read, base first.
    text : str
        The scenario as one YAML file in base units, sections in the order of the schema, names sorted; reads
        back to an equal scenario.
    digest : str
        SHA-256 of `text`, hexadecimal.
    marks : Marks
        Where each key was written.
    """

    scenario: Scenario
    chain: tuple[str, ...]
    text: str
    digest: str
    marks: Marks = field(repr=False, compare=False)


class _Dumper(yaml.SafeDumper):
    """Writes YAML that :mod:`qhgrid.scenario.tree` reads back unchanged."""

    def ignore_aliases(self, data: object) -> bool:
        """Write repeated values out."""
        return True


_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(rf"({FLOAT.pattern})\Z"), list("-+.0123456789")
)


def canonical_text(scenario: Scenario) -> str:
    """Return a scenario as one complete YAML file, the same for equal scenarios."""
    data = scenario.model_dump(mode="json", exclude_none=True)
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def resolve(scenario: Scenario, chain: tuple[str, ...], marks: Marks) -> ResolvedScenario:
    """Return a scenario together with its text and digest."""
    text = canonical_text(scenario)
    return ResolvedScenario(scenario, chain, text, sha256(text.encode()).hexdigest(), marks)
