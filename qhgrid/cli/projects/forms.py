"""The papers of the project list, from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qhgrid.cli.commands import (
    DEFAULT_OUT,
    DebugOption,
    JsonOption,
    LangOption,
    RunArgument,
    _speech,
)
from qhgrid.cli.progress import progress

StudyOption = Annotated[str, typer.Option("--value", help="opt.forms.value", metavar="STUDY")]
FinanceOption = Annotated[str, typer.Option("--finance", help="opt.forms.finance", metavar="STUDY")]
ProjectOption = Annotated[list[str] | None, typer.Option("--project", help="opt.forms.project", metavar="ID")]
LogOption = Annotated[Path | None, typer.Option("--log", help="opt.log", metavar="FILE")]
TemplateOption = Annotated[
    Path | None, typer.Option("--template", help="opt.forms.template", metavar="FILE.docx")
]
FolderOption = Annotated[Path, typer.Option("--out", help="opt.out.forms", metavar="DIR")]
RunsOption = Annotated[Path, typer.Option("--runs", help="opt.out", metavar="DIR")]


def projects_forms(
    context: typer.Context,
    run: RunArgument,
    value: StudyOption = "",
    finance: FinanceOption = "",
    project: ProjectOption = None,
    log: LogOption = None,
    template: TemplateOption = None,
    out: FolderOption = Path("papers"),
    runs: RunsOption = DEFAULT_OUT,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Write the papers of a run."""
    from qhgrid.cli import show
    from qhgrid.cli.interrupt import call_interruptibly
    from qhgrid.papers import LIST_PAPER, open_sources, write_forms
    from qhgrid.papers.template import DEFAULT

    speech = _speech(context)
    sources = open_sources(run, runs, value=value, finance=finance, log=log)
    chosen = tuple(project or sources.facts.projects)
    names = {LIST_PAPER: speech.say("forms.list")} | {
        name: row.name_zh if speech.lang == "zh" else row.name_en
        for name, row in sources.facts.projects.items()
    }
    with progress(speech, (LIST_PAPER, *chosen), lambda name: names.get(name, name)) as report:
        files = call_interruptibly(
            lambda: write_forms(sources, out, projects=chosen, template=template or DEFAULT, progress=report)
        )
    show.files(speech, files)


def projects_template(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="opt.template.out", metavar="FILE.docx")] = Path(
        "proposal.docx"
    ),
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Write the shipped template of the proposals, to be changed."""
    from qhgrid.cli import show
    from qhgrid.papers.template import DEFAULT
    from qhgrid.runs import new_file

    with new_file(out) as part:
        part.write_bytes(DEFAULT.read_bytes())
    show.files(_speech(context), (out,))


COMMANDS = (projects_forms, projects_template)
