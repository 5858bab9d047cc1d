"""The project list on the screen, and one project of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qhgrid.cli.commands import DebugOption, JsonOption, LangOption, ScenarioArgument, SetOption, _speech

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qhgrid.facts import Facts
    from qhgrid.indicators import Table
    from qhgrid.lifecycle import State
    from qhgrid.projects import ListedProject, ProjectList
    from qhgrid.scenario import Scenario

LogOption = Annotated[Path | None, typer.Option("--log", help="opt.log", metavar="FILE")]
ProjectArgument = Annotated[str, typer.Argument(help="arg.project", metavar="ID")]
ForScenario = Annotated[str, typer.Option("--scenario", help="opt.scenario", metavar="SCENARIO")]


def projects_list(
    context: typer.Context,
    scenario: ScenarioArgument = "2030-plan",
    prefecture: Annotated[str, typer.Option("--prefecture", help="opt.prefecture", metavar="ID")] = "",
    sector: Annotated[str, typer.Option("--sector", help="opt.sector", metavar="NAME")] = "",
    grade: Annotated[str, typer.Option("--grade", help="opt.grade", metavar="GRADE")] = "",
    state: Annotated[str, typer.Option("--state", help="opt.state", metavar="STATE")] = "",
    log: LogOption = None,
    overrides: SetOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Print the projects of the list as a scenario sees them."""
    from qhgrid.cli import show
    from qhgrid.indicators.tables import find_table
    from qhgrid.projects import project_tables

    projects, case, facts = read_list(scenario, tuple(overrides or ()))
    tables = project_tables(projects, case, facts)
    chosen = _chosen(projects, facts, prefecture=prefecture, sector=sector, grade=grade)
    if state:
        chosen &= _in_state(state, log)
    table = find_table(tables, "project_list")
    kept = replace(table, rows=tuple(row for row in table.rows if row.key in chosen))
    findings = find_table(tables, "project_findings")
    is_whole = len(kept.rows) == len(table.rows)
    show.tables(_speech(context), (kept, findings) if is_whole and findings.rows else (kept,))


def read_list(scenario: str, overrides: Sequence[str] = ()) -> tuple[ProjectList, Scenario, Facts]:
    """Return the project list as a scenario sees it, with the scenario and the facts."""
    from qhgrid.facts import read_facts
    from qhgrid.projects import project_list
    from qhgrid.scenario import check_scenario

    facts = read_facts()
    case = check_scenario(scenario, tuple(overrides), facts).scenario
    return project_list(facts, case), case, facts


def _chosen(projects: ProjectList, facts: Facts, *, prefecture: str, sector: str, grade: str) -> set[str]:
    """Return the ids of the projects that fit every filter given."""
    from qhgrid.errors import Fault, QhgridError
    from qhgrid.facts.check import GRADES
    from qhgrid.facts.rows.projects import OUTSIDE, SECTORS
    from qhgrid.lifecycle.board import SECTOR_KEYS

    sectors = dict(zip(SECTOR_KEYS, SECTORS, strict=True))
    sector = sectors.get(sector, sector)
    filters = (
        ("--prefecture", prefecture, (*facts.prefectures, OUTSIDE)),
        ("--sector", sector, (*sectors.values(), *sectors)),
        ("--grade", grade, GRADES),
    )
    faults = [
        Fault(f"{name} {word}", "is none", f"Use one of: {', '.join(known)}.")
        for name, word, known in filters
        if word and word not in known
    ]
    if faults:
        raise QhgridError(faults)

    def fits(listed: ListedProject) -> bool:
        row = listed.project
        here = not prefecture or listed.share_of(prefecture) > 0
        return here and sector in ("", row.sector) and grade in ("", row.grade)

    return {listed.project.id for listed in projects.projects if fits(listed)}


def _in_state(text: str, log: Path | None) -> set[str]:
    """Return the ids of the projects that stand in a state by the log."""
    from qhgrid.lifecycle import DEFAULT_LOG, read_log

    state = need_state(text)
    standings = read_log(log or DEFAULT_LOG).standings
    return {name for name, standing in standings.items() if standing.state is state}


def need_state(text: str) -> State:
    """Return the state of a name; LifecycleError with all of them where there is none of it."""
    from qhgrid.errors import Fault, LifecycleError
    from qhgrid.lifecycle import NAMES, state_of

    state = state_of(text)
    if state is None:
        known = ", ".join(f"{state} ({names[0]})" for state, names in NAMES.items())
        raise LifecycleError(Fault(f"state {text!r}", "is none", f"Use one of: {known}."))
    return state


def projects_show(
    context: typer.Context,
    project: ProjectArgument,
    scenario: ForScenario = "2030-plan",
    log: LogOption = None,
    overrides: SetOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Print everything that is known of a project."""
    from qhgrid.cli import show
    from qhgrid.lifecycle import DEFAULT_LOG, read_log
    from qhgrid.lifecycle.history import history_table
    from qhgrid.projects.sheet import find_project, sheet_of

    projects, _, facts = read_list(scenario, tuple(overrides or ()))
    row = find_project(project, facts)
    tables: list[Table] = [sheet_of(projects, row, facts)]
    path = log or DEFAULT_LOG
    if log is not None or path.exists():
        tables.append(history_table(read_log(path), row.id))
    show.tables(_speech(context), tables)


COMMANDS = (projects_list, projects_show)
