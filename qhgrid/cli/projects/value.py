"""What projects are worth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

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

STAGES = ("prepare", "out", "in", "pairs", "shapley")
"""Stages of a study that may occur, in order."""
BRIEF = ("cost", "cost_sign", "clean_share", "ne_utilisation", "co2", "unserved", "peak_adequacy")
"""Columns that fit on a screen."""


def projects_value(
    context: typer.Context,
    scenario: ScenarioArgument,
    out: OutOption = DEFAULT_OUT,
    overrides: SetOption = None,
    method: Annotated[str, typer.Option("--method", help="opt.value.method", metavar="METHODS")] = "out",
    project: Annotated[
        list[str] | None, typer.Option("--project", help="opt.value.project", metavar="ID")
    ] = None,
    permutations: Annotated[
        int, typer.Option("--permutations", help="opt.value.permutations", min=1, metavar="N")
    ] = 200,
    exact: Annotated[int, typer.Option("--exact", help="opt.value.exact", min=4, metavar="N")] = 60,
    pairs: Annotated[int, typer.Option("--pairs", help="opt.value.pairs", min=0, metavar="N")] = 4,
    seed: Annotated[int, typer.Option("--seed", help="opt.value.seed", min=0, metavar="N")] = 0,
    workers: Annotated[int, typer.Option("--workers", help="opt.value.workers", min=1, metavar="N")] = 2,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="opt.value.cluster", metavar="ADDRESS")
    ] = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Find out what each project is worth."""
    from qhgrid.cli import show
    from qhgrid.cli.interrupt import call_interruptibly
    from qhgrid.indicators.tables import Table
    from qhgrid.value.study import Wishes, value_projects
    from qhgrid.value.tables import METHODS

    speech = _speech(context)
    methods = tuple(name for name in METHODS if name in _parts([method]))
    unknown = tuple(name for name in _parts([method]) if name not in METHODS)
    wishes = Wishes((*methods, *unknown), _parts(project or []), permutations, exact, pairs, seed)
    stages = [stage for stage in STAGES if stage in ("prepare", *methods) or (stage == "pairs" and pairs)]
    with progress(speech, stages, lambda stage: speech.say(f"stage.value.{stage}")) as report:
        run = call_interruptibly(
            lambda: value_projects(
                scenario, tuple(overrides or ()), out, wishes=wishes, workers=workers, cluster=cluster,
                lang=speech.lang, progress=report,
            )
        )  # fmt: skip
    tables = [Table.from_json(table) for table in run.figures()["tables"]]
    show.tables(speech, tables if json else [_brief(table) for table in tables], run.folder)


def _parts(said: list[str]) -> tuple[str, ...]:
    """Return what was said, with commas between or in options of their own, each once and sorted."""
    return tuple(sorted({part.strip() for text in said for part in text.split(",") if part.strip()}))


def _brief(table: Table) -> Table:
    """Return a table with the columns that fit on a screen, and the rows that take part."""
    kept = [place for place, column in enumerate(table.columns) if column.key in BRIEF]
    if table.key == "value_pairs":
        return replace(table, rows=tuple(row for row in table.rows if row.key.endswith(".cost")))
    from qhgrid.value.tables import TAKES_PART

    state = len(table.columns) - 1
    rows = tuple(
        replace(row, values=tuple(row.values[place] for place in kept))
        for row in table.rows
        if row.values[state] == TAKES_PART[0]
    )
    return replace(table, columns=tuple(table.columns[place] for place in kept), rows=rows)


COMMANDS = (projects_value,)
