"""What the analyst writes: scenario files, their schema, and the rules of planning logic."""

from __future__ import annotations

from qhgrid.scenario.files import list_scenarios
from qhgrid.scenario.fleet import CountedPlant, counted_fleet
from qhgrid.scenario.model import Scenario
from qhgrid.scenario.read import check_scenario, read_scenario
from qhgrid.scenario.resolved import ResolvedScenario
from qhgrid.scenario.schema import json_schema

__all__ = [
    "CountedPlant",
    "ResolvedScenario",
    "Scenario",
    "check_scenario",
    "counted_fleet",
    "json_schema",
    "list_scenarios",
    "read_scenario",
]
