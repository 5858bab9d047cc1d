"""``qhgrid cite``: a key back to its inputs, and the figures of a paper made again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from qhgrid.cli.commands import (
    DEFAULT_OUT,
    HELP_OPTIONS,
    DebugOption,
    JsonOption,
    LangOption,
    OutOption,
    _speech,
)
from qhgrid.cli.progress import progress

KEY, VERIFY = "key", "verify"
"""The command that is meant where none is named, and the one that must be named."""


class KeyOrCommand(TyperGroup):
    """A group whose first word may be a key: ``qhgrid cite KEY`` stays what it always was."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  typer's own context
        """Read a call without the name of a command as ``cite key``."""
        if args and args[0] not in (*self.commands, *HELP_OPTIONS):
            lang = args[:2] if args[0] == "--lang" else []
            asks_for_help = any(word in HELP_OPTIONS for word in args)
            args = args if lang and asks_for_help and len(args) == len(lang) + 1 else [KEY, *args]
        return super().parse_args(ctx, args)


def cite_root(lang: LangOption = None) -> None:
    """Take the language where it stands before the command."""


def cite_key(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="arg.key", metavar="KEY")],
    out: OutOption = DEFAULT_OUT,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Walk from a citation key back to its inputs."""
    from qhgrid.cli import show
    from qhgrid.runs import cite as find_citation

    show.citation(_speech(context), find_citation(key, out))


def cite_verify(
    context: typer.Context,
    paper: Annotated[Path, typer.Argument(help="arg.paper", metavar="FILE")],
    out: OutOption = DEFAULT_OUT,
    quick: Annotated[bool, typer.Option("--quick", help="opt.cite.quick")] = False,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Make every figure of a paper again and compare."""
    from qhgrid.cli import show
    from qhgrid.cli.interrupt import call_interruptibly
    from qhgrid.papers import verify_paper
    from qhgrid.papers.recompute import STAGES

    speech = _speech(context)
    with progress(speech, STAGES) as report:
        found = call_interruptibly(lambda: verify_paper(paper, out, quick=quick, progress=report))
    show.paper_check(speech, found)
    if not found.passed:
        raise typer.Exit(1)


def add_cite(app: typer.Typer, settings: dict[str, Any], looks: dict[str, Any]) -> None:
    """Add ``cite`` to the command line."""
    group = typer.Typer(cls=KeyOrCommand, no_args_is_help=True, context_settings=settings, **looks)
    group.callback()(cite_root)
    group.command(KEY, help="cite.key", context_settings=settings)(cite_key)
    group.command(VERIFY, help="cite.verify", context_settings=settings)(cite_verify)
    app.add_typer(group, name="cite", help="cite")
