"""Which projects to put forward."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qhgrid.cli.commands import (
    DEFAULT_OUT,
    DebugOption,
    JsonOption,
    LangOption,
    OutOption,
    ScenarioArgument,
    SetOption,
    _speech,
)
from qhgrid.cli.progress import progress

if TYPE_CHECKING:
    from qhgrid.indicators.tables import Table
    from qhgrid.selection.wishes import Wishes

Texts = list[str] | None


def projects_select(
    context: typer.Context,
    scenario: ScenarioArgument,
    out: OutOption = DEFAULT_OUT,
    overrides: SetOption = None,
    budget: Annotated[
        str | None, typer.Option("--budget", help="opt.select.budget", metavar="AMOUNT")
    ] = None,
    prefecture: Annotated[
        Texts, typer.Option("--budget-prefecture", help="opt.select.prefecture", metavar="ID=AMOUNT")
    ] = None,
    tier: Annotated[
        Texts, typer.Option("--budget-tier", help="opt.select.tier", metavar="TIER=AMOUNT")
    ] = None,
    keep: Annotated[Texts, typer.Option("--keep", help="opt.select.keep", metavar="ID")] = None,
    drop: Annotated[Texts, typer.Option("--drop", help="opt.select.drop", metavar="ID")] = None,
    rest: Annotated[str | None, typer.Option("--rest", help="opt.select.rest", metavar="in|out")] = None,
    assume_costs: Annotated[bool, typer.Option("--assume-costs", help="opt.select.assume")] = False,
    aim: Annotated[str | None, typer.Option("--aim", help="opt.select.aim", metavar="AIM")] = None,
    targets: Annotated[
        str | None, typer.Option("--targets", help="opt.select.targets", metavar="KEYS")
    ] = None,
    options: Annotated[
        Path | None, typer.Option("--options", help="opt.select.options", metavar="FILE")
    ] = None,
    dispatches: Annotated[
        int | None, typer.Option("--dispatches", help="opt.select.dispatches", min=2, metavar="N")
    ] = None,
    workers: Annotated[int, typer.Option("--workers", help="opt.value.workers", min=1, metavar="N")] = 2,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="opt.value.cluster", metavar="ADDRESS")
    ] = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Choose projects under a budget."""
    from qhgrid.cli import show
    from qhgrid.cli.interrupt import call_interruptibly
    from qhgrid.indicators.tables import Table
    from qhgrid.selection.study import STAGES, select_projects
    from qhgrid.selection.wishes import parse_budgets

    speech = _speech(context)
    said: dict[str, Any] = {
        "budget": budget,
        "prefectures": parse_budgets(prefecture or (), "--budget-prefecture") or None,
        "tiers": parse_budgets(tier or (), "--budget-tier") or None,
        "keep": keep,
        "drop": drop,
        "rest": rest,
        "assume_costs": assume_costs or None,
        "aim": aim,
        "targets": targets,
        "dispatches": dispatches,
    }
    wishes = _wishes(options, {name: value for name, value in said.items() if value is not None})
    with progress(speech, STAGES, lambda stage: speech.say(f"stage.select.{stage}")) as report:
        run = call_interruptibly(
            lambda: select_projects(
                scenario, tuple(overrides or ()), out, wishes=wishes, workers=workers, cluster=cluster,
                lang=speech.lang, progress=report,
            )
        )  # fmt: skip
    tables = [Table.from_json(table) for table in run.figures()["tables"]]
    show.tables(speech, tables if json else [_brief(table) for table in tables], run.folder)


def _wishes(file: Path | None, options: dict[str, Any]) -> Wishes:
    """Return the wishes of the file, with what was said on the command line in place of it."""
    from qhgrid.selection.wishes import Wishes, read_wishes, with_options

    return with_options(
        read_wishes(file) if file is not None else Wishes(), options, "qhgrid projects select"
    )


def _brief(table: Table) -> Table:
    """Return a table without the projects that take no part."""
    from qhgrid.selection.tables import STATES

    if table.key != "selection":
        return table
    return replace(table, rows=tuple(row for row in table.rows if row.values[0] != STATES["idle"][0]))


COMMANDS = (projects_select,)
