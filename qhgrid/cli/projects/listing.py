"""The project list on the screen."""

from __future__ import annotations

import typer

from qhgrid.cli.commands import DebugOption, JsonOption, LangOption, ScenarioArgument, SetOption, _speech


def projects_list(
    context: typer.Context,
    scenario: ScenarioArgument = "2030-plan",
    overrides: SetOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Print the projects of the list as a scenario sees them."""
    from qhgrid.cli import show
    from qhgrid.facts import read_facts
    from qhgrid.projects import project_list, project_tables
    from qhgrid.scenario import check_scenario

    speech = _speech(context)
    facts = read_facts()
    case = check_scenario(scenario, tuple(overrides or ()), facts).scenario
    tables = project_tables(project_list(facts, case), case, facts)
    table = next(table for table in tables if table.key == "project_list")
    show.tables(speech, (table,))


COMMANDS = (projects_list,)
