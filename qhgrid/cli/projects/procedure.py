"""Steps of projects along the procedure, and the board of the campaign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qhgrid.cli.commands import DebugOption, JsonOption, LangOption, ScenarioArgument, SetOption, _speech
from qhgrid.cli.projects.listing import LogOption, ProjectArgument, need_state, read_list

if TYPE_CHECKING:
    from qhgrid.cli.speech import Speech
    from qhgrid.lifecycle.events import Event
    from qhgrid.runs import Run

RunOption = Annotated[str, typer.Option("--run", help="opt.evidence.run", metavar="RUN")]
ValueOption = Annotated[str, typer.Option("--value", help="opt.evidence.value", metavar="STUDY")]
FinanceOption = Annotated[str, typer.Option("--finance", help="opt.evidence.finance", metavar="STUDY")]


def projects_advance(
    context: typer.Context,
    project: ProjectArgument,
    state: Annotated[str, typer.Argument(help="arg.state", metavar="STATE")],
    who: Annotated[str, typer.Option("--who", help="opt.who", metavar="NAME")] = "",
    when: Annotated[str, typer.Option("--when", help="opt.when", metavar="TIME")] = "",
    year: Annotated[int | None, typer.Option("--year", help="opt.year", metavar="YEAR")] = None,
    evidence: Annotated[
        list[str] | None, typer.Option("--evidence", help="opt.evidence", metavar="FILE[=ITEM,…]")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="opt.reason", metavar="TEXT")] = "",
    na: Annotated[list[str] | None, typer.Option("--na", help="opt.na", metavar="ITEM=REASON")] = None,
    run: RunOption = "",
    value: ValueOption = "",
    finance: FinanceOption = "",
    rules: Annotated[Path | None, typer.Option("--rules", help="opt.rules", metavar="FILE")] = None,
    log: LogOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Take a step with a project and write it into the log."""
    from qhgrid.facts import read_facts
    from qhgrid.lifecycle import (
        DEFAULT_LOG,
        Step,
        advance,
        compute,
        now,
        parse_moment,
        read_evidence,
        read_not_applicable,
        read_rules,
    )
    from qhgrid.projects.sheet import find_project

    facts = read_facts()
    row = find_project(project, facts)
    step = Step(
        project=row.id,
        to=need_state(state),
        who=who,
        when=parse_moment(when) if when else now(),
        reason=reason,
        year=year,
        evidence=tuple(map(read_evidence, evidence or ())),
        not_applicable=read_not_applicable(tuple(na or ())),
        computed=compute(row.id, facts, _study(run), _study(value), _study(finance)),
    )
    path = log or DEFAULT_LOG
    _say_event(_speech(context), advance(path, step, read_rules(rules)), path)


def _study(name: str) -> Run | None:
    """Return the run or study of a name; None for no name."""
    from qhgrid.runs import find_run, open_run

    return open_run(find_run(name)) if name else None


def _say_event(speech: Speech, event: Event, path: Path) -> None:
    """Say what was written."""
    from qhgrid.lifecycle import NAMES

    if speech.as_json:
        speech.print_json({"log": str(path), **event.body(), "checksum": event.checksum})
        return
    say = 0 if speech.lang == "zh" else 1
    state = NAMES[event.after][say]
    batch = f" ({event.batch})" if event.batch else ""
    words = {"project": event.project, "state": state + batch, "when": event.when, "log": path}
    speech.print(speech.say("advance.done", **words, number=event.number, checksum=event.checksum[:12]))


def projects_board(
    context: typer.Context,
    scenario: ScenarioArgument = "2030-plan",
    value: ValueOption = "",
    log: LogOption = None,
    as_of: Annotated[str, typer.Option("--as-of", help="opt.as_of", metavar="TIME")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="opt.out.board", metavar="DIR")] = None,
    overrides: SetOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Print the board of the campaign."""
    from qhgrid.cli import show
    from qhgrid.lifecycle import DEFAULT_LOG, parse_moment, read_log
    from qhgrid.lifecycle.pages import all_tables, screen_tables, write_board

    speech = _speech(context)
    projects, case, facts = read_list(scenario, tuple(overrides or ()))
    path = log or DEFAULT_LOG
    steps = read_log(path) if log is not None or path.exists() else None
    moment = parse_moment(as_of) if as_of else None
    tables = all_tables(projects, facts, _study(value), steps, moment)
    if out is not None:
        write_board(out, tables, case.title.zh if speech.lang == "zh" else case.title.en, speech.lang)
    show.tables(speech, tables if json else screen_tables(tables), out)


COMMANDS = (projects_advance, projects_board)
