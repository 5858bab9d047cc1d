"""The commands. Each parses, calls a room, and prints; what it imports, it imports when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from qhgrid.cli.progress import progress
from qhgrid.cli.speech import Speech
from qhgrid.text import WORDS, Lang, say


class Command(Protocol):
    """What is used of a command, whichever click it comes from."""

    def main(self, *, args: list[str], prog_name: str) -> object:
        """Parse `args` and run."""


HELP_OPTIONS = ["-h", "--help"]
DEFAULT_OUT = Path("runs")
DOCS = Path("docs")

ScenarioArgument = Annotated[str, typer.Argument(help="arg.scenario", metavar="SCENARIO")]
RunArgument = Annotated[str, typer.Argument(help="arg.run", metavar="RUN")]
SetOption = Annotated[list[str] | None, typer.Option("--set", help="opt.set", metavar="KEY=VALUE")]
OutOption = Annotated[Path, typer.Option("--out", help="opt.out", metavar="DIR")]
LangOption = Annotated[Lang | None, typer.Option("--lang", help="opt.lang")]
JsonOption = Annotated[bool, typer.Option("--json", help="opt.json")]
DebugOption = Annotated[bool, typer.Option("--debug", help="opt.debug")]


def _print_version(value: bool) -> None:
    """Print the version and end, where the option is given."""
    if value:
        import qhgrid

        typer.echo(f"qhgrid {qhgrid.__version__}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", help="opt.version", is_eager=True, callback=_print_version)
]


def run(
    context: typer.Context,
    scenario: ScenarioArgument,
    out: OutOption = DEFAULT_OUT,
    overrides: SetOption = None,
    force: Annotated[bool, typer.Option("--force", help="opt.force")] = False,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Run a scenario."""
    from qhgrid.cli import show
    from qhgrid.cli.interrupt import call_interruptibly
    from qhgrid.study import STAGES, run_study

    speech = _speech(context)
    with progress(speech, STAGES) as report:
        finished = call_interruptibly(
            lambda: run_study(
                scenario, tuple(overrides or ()), out, lang=speech.lang, force=force, progress=report
            )
        )
    show.run(speech, finished)


def check(
    context: typer.Context,
    scenario: ScenarioArgument,
    overrides: SetOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Check a scenario."""
    from qhgrid.scenario import check_scenario

    speech = _speech(context)
    resolved = check_scenario(scenario, tuple(overrides or ()))
    content = {
        "scenario": resolved.scenario.name,
        "sha256": resolved.digest,
        "files": list(resolved.chain),
        "faults": [],
    }
    if speech.as_json:
        speech.print_json(content)
    else:
        speech.print(speech.say("check.ok", name=resolved.scenario.name, files=" → ".join(resolved.chain)))


def schema(
    context: typer.Context, lang: LangOption = None, json: JsonOption = False, debug: DebugOption = False
) -> None:
    """Print the JSON Schema of scenario files."""
    from qhgrid.scenario import json_schema

    _speech(context).print_json(json_schema())


def scenarios(
    context: typer.Context, lang: LangOption = None, json: JsonOption = False, debug: DebugOption = False
) -> None:
    """List the shipped scenarios."""
    from qhgrid.cli import show
    from qhgrid.scenario import list_scenarios, read_scenario

    show.scenarios(_speech(context), [read_scenario(name) for name in list_scenarios()])


def profiles_build(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", help="opt.out.profiles", metavar="DIR")] = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Build the hourly series."""
    from qhgrid.cli import show
    from qhgrid.cli.interrupt import call_interruptibly
    from qhgrid.profiles import build_profiles, checksums
    from qhgrid.shipped import profiles_folder

    speech = _speech(context)
    folder = profiles_folder() if out is None else out
    with progress(speech, ("build",)) as report:
        report("build")
        call_interruptibly(lambda: build_profiles(folder))
    show.profiles(speech, folder, checksums(folder), is_new=True)


def profiles_list(
    context: typer.Context, lang: LangOption = None, json: JsonOption = False, debug: DebugOption = False
) -> None:
    """List the hourly series."""
    from qhgrid.cli import show
    from qhgrid.profiles import checksums, list_profiles
    from qhgrid.shipped import profiles_folder

    folder = profiles_folder()
    show.profile_list(_speech(context), folder, checksums(folder), list_profiles(folder))


def profiles_show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="arg.profile", metavar="FILE")],
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Show one file of hourly series."""
    from qhgrid.cli import show
    from qhgrid.profiles import describe_profile

    show.profile(_speech(context), describe_profile(Path(name).name.removesuffix(".nc")))


def path(
    context: typer.Context,
    scenario: ScenarioArgument,
    years: Annotated[str, typer.Option("--years", help="opt.years", metavar="YEARS")] = "2025-2030",
    out: OutOption = DEFAULT_OUT,
    overrides: SetOption = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Run a scenario year by year."""
    from qhgrid.cli import show
    from qhgrid.cli.interrupt import call_interruptibly
    from qhgrid.pathway import parse_years, run_path

    speech = _speech(context)
    stages = tuple(str(year) for year in parse_years(years))
    with progress(speech, stages, lambda year: year) as report:
        found = call_interruptibly(
            lambda: run_path(scenario, years, tuple(overrides or ()), out, lang=speech.lang, progress=report)
        )
    show.tables(speech, found.tables, found.folder)


def backcast(
    context: typer.Context,
    years: Annotated[list[int] | None, typer.Argument(help="arg.backcast", metavar="[YEAR]…")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="opt.out.backcast", metavar="DIR")] = None,
    report: Annotated[bool, typer.Option("--report", help="opt.report")] = False,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Run past years and compare them with what was published."""
    from qhgrid.backcast import YEARS, run_backcast, write_report
    from qhgrid.cli import show
    from qhgrid.cli.interrupt import call_interruptibly

    speech = _speech(context)
    if report:
        show.files(speech, write_report(DOCS if out is None else out))
        return
    chosen = tuple(years or YEARS)
    with progress(speech, tuple(map(str, chosen)), lambda year: year) as news:
        found = call_interruptibly(lambda: run_backcast(chosen, out, progress=news))
    show.tables(speech, found.tables, found.folder)


def assumptions(
    context: typer.Context,
    scenario: ScenarioArgument,
    out: OutOption = DEFAULT_OUT,
    overrides: SetOption = None,
    with_facts: Annotated[bool, typer.Option("--facts", help="opt.facts")] = False,
    only_list: Annotated[bool, typer.Option("--list", help="opt.list")] = False,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """List what a scenario assumes, by how much each moves the scorecard."""
    from qhgrid.cli import show
    from qhgrid.cli.interrupt import call_interruptibly
    from qhgrid.sensitivity import brief, find_assumptions, plain_table, rank_assumptions

    speech, changes = _speech(context), tuple(overrides or ())
    found = find_assumptions(scenario, changes, with_facts=with_facts)[2]
    if only_list:
        show.tables(speech, (plain_table(found),))
        return
    with progress(speech, tuple(one.key for one in found), lambda key: key) as report:
        ranking = call_interruptibly(
            lambda: rank_assumptions(
                scenario, changes, out, with_facts=with_facts, lang=speech.lang, progress=report
            )
        )
    show.tables(speech, (ranking.table if json else brief(ranking.table),), ranking.folder)


def compare(
    context: typer.Context,
    runs: Annotated[list[str], typer.Argument(help="arg.runs", metavar="RUN…")],
    out: OutOption = DEFAULT_OUT,
    csv: Annotated[Path | None, typer.Option("--csv", help="opt.csv", metavar="FILE")] = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Put the scorecards of runs side by side."""
    from qhgrid.cli import show
    from qhgrid.runs import compare_runs, new_file, open_runs

    speech = _speech(context)
    comparison = compare_runs(open_runs(runs, out))
    if csv is not None:
        with new_file(csv) as part:
            part.write_bytes(comparison.to_csv().encode("utf-8-sig"))
    show.comparison(speech, comparison)


def dispatch(
    context: typer.Context,
    network: Annotated[Path, typer.Argument(help="arg.network", metavar="NETWORK.nc")],
    out: Annotated[Path | None, typer.Option("--out", help="opt.out.file", metavar="FILE")] = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Dispatch a PyPSA network file."""
    from qhgrid.cli import show
    from qhgrid.cli.interrupt import call_interruptibly
    from qhgrid.study import dispatch_file

    speech = _speech(context)
    with progress(speech, ("network", "dispatch", "write")) as report:
        result = call_interruptibly(lambda: dispatch_file(network, out, progress=report))
    show.dispatch(speech, result, out)


def verify(
    context: typer.Context,
    run: RunArgument,
    out: OutOption = DEFAULT_OUT,
    quick: Annotated[bool, typer.Option("--quick", help="opt.quick")] = False,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Check a run folder and run it again."""
    from qhgrid.cli import show
    from qhgrid.cli.interrupt import call_interruptibly
    from qhgrid.study import STAGES, verify_run

    speech = _speech(context)
    with progress(speech, STAGES) as report:
        result = call_interruptibly(lambda: verify_run(run, out, quick=quick, progress=report))
    show.verification(speech, result)
    if not result.passed:
        raise typer.Exit(2)


def root(version: VersionOption = False, lang: LangOption = None) -> None:
    """Take the options that stand before the command."""


def _speech(context: typer.Context) -> Speech:
    """Return how this call speaks."""
    speech = context.find_root().obj
    assert isinstance(speech, Speech)
    return speech


def build_command(speech: Speech) -> Command:
    """Return the whole command line with its help in the language of the call."""
    settings = {"help_option_names": HELP_OPTIONS}
    looks: dict[str, Any] = {"add_completion": False, "pretty_exceptions_enable": False}
    app = typer.Typer(
        name="qhgrid", no_args_is_help=True, context_settings=settings | {"obj": speech}, **looks
    )
    app.callback(help="app")(root)
    for command in (
        run,
        check,
        schema,
        scenarios,
        path,
        assumptions,
        backcast,
        compare,
        dispatch,
        verify,
    ):
        app.command(command.__name__, help=command.__name__, context_settings=settings)(command)
    from qhgrid.cli.citing import add_cite

    add_cite(app, settings, looks)
    series = typer.Typer(no_args_is_help=True, context_settings=settings, **looks)
    from qhgrid.cli.series import COMMANDS as MORE_SERIES

    for part in (profiles_build, profiles_list, profiles_show, *MORE_SERIES):
        name = part.__name__.removeprefix("profiles_")
        series.command(name, help=f"profiles.{name}", context_settings=settings)(part)
    app.add_typer(series, name="profiles", help="profiles")
    projects = typer.Typer(no_args_is_help=True, context_settings=settings, **looks)
    from qhgrid.cli.projects import COMMANDS as PROJECTS

    for part in PROJECTS:
        name = part.__name__.removeprefix("projects_")
        projects.command(name, help=f"projects.{name}", context_settings=settings)(part)
    app.add_typer(projects, name="projects", help="projects")
    result = typer.main.get_command(app)
    _translate(result, speech)
    return result


def _translate(command: object, speech: Speech) -> None:
    """Put the words of the language where the code has keys, in `command` and all below it."""
    node: Any = command  # of typer's own click or of click itself, by the version of typer
    panels = {kind: say(f"panel.{kind}s", speech.lang) for kind in ("option", "argument", "command")}
    node.help = _words(node.help, speech)
    node.rich_help_panel = panels["command"]
    help_option = node.get_help_option(typer.Context(node, help_option_names=HELP_OPTIONS))
    help_option.help = say("help.option", speech.lang)
    for parameter in (*node.params, help_option):
        parameter.help = _words(getattr(parameter, "help", None), speech)
        parameter.rich_help_panel = panels[parameter.param_type_name]
    for part in getattr(node, "commands", {}).values():
        _translate(part, speech)


def _words(key: str | None, speech: Speech) -> str | None:
    """Return the words of `key`, or `key` itself where it is none of ours."""
    return speech.say(key) if key in WORDS else key
