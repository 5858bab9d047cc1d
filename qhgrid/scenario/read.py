"""Read a scenario: files and settings to one tree, the tree through the schema, then planning logic."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from qhgrid.errors import ScenarioError
from qhgrid.facts import Facts, read_facts
from qhgrid.scenario.explained import follow
from qhgrid.scenario.marks import Marks
from qhgrid.scenario.merge import merged_tree
from qhgrid.scenario.model import Scenario
from qhgrid.scenario.resolved import ResolvedScenario, resolve
from qhgrid.scenario.rules import find_faults
from qhgrid.scenario.tree import plain
from qhgrid.scenario.words import schema_faults


def read_scenario(
    name_or_path: str, overrides: Sequence[str] = (), facts: Facts | None = None
) -> ResolvedScenario:
    """Return a scenario that obeys the schema, and planning logic too where `facts` are given.

    Parameters
    ----------
    name_or_path : str
        Path of a scenario file, or name of a shipped scenario, such as ``2030-plan``.
    overrides : sequence of str, optional
        Settings ``a.b.c=value``, applied in order after all files.
    facts : Facts, optional
        Fact tables for the planning rules; without them only the schema is checked.

    Returns
    -------
    ResolvedScenario
        The scenario with its text, digest and places.

    Raises
    ------
    ScenarioError
        With every fault of the first phase that finds any: reading, schema, planning logic.
    """
    tree, chain = merged_tree(name_or_path, overrides)
    marks = Marks(tree)
    try:
        scenario = follow(Scenario.model_validate(plain(tree)), marks)
    except ValidationError as error:
        raise ScenarioError(schema_faults(error, marks)) from None
    faults = find_faults(scenario, facts, marks) if facts is not None else []
    if faults:
        raise ScenarioError(faults)
    return resolve(scenario, chain, marks)


def check_scenario(
    name_or_path: str, overrides: Sequence[str] = (), facts: Facts | None = None
) -> ResolvedScenario:
    """Return a scenario that obeys the schema and planning logic.

    Parameters
    ----------
    name_or_path : str
        Path of a scenario file, or name of a shipped scenario.
    overrides : sequence of str, optional
        Settings ``a.b.c=value``, applied in order after all files.
    facts : Facts, optional
        Fact tables; the shipped ones by default.

    Raises
    ------
    ScenarioError
        With every fault of the first phase that finds any.
    """
    return read_scenario(name_or_path, overrides, read_facts() if facts is None else facts)
