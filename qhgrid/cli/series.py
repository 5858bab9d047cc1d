"""The commands of hourly series beyond building and listing: years, water, calibration, import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qhgrid.cli.commands import DebugOption, JsonOption, LangOption, _speech
from qhgrid.cli.progress import progress
from qhgrid.cli.speech import Speech
from qhgrid.errors import Fault, ProfileError

if TYPE_CHECKING:
    from rich.table import Table

    from qhgrid.profiles.water_statistics import WaterFigure
    from qhgrid.profiles.weather_statistics import YearSummary

_SHOWN = (
    "pv_hours", "wind_hours", "csp_hours", "mean_degc", "coldest_day_degc", "degree_days", "lowest_week",
    "calm_dark_weeks", "calm_dark_days", "cold_spells", "cold_days",
)  # fmt: skip
"""Columns of the table of weather years."""


def profiles_years(
    context: typer.Context,
    count: Annotated[int, typer.Option("--count", min=1, max=9999, help="opt.years.count")] = 30,
    first: Annotated[int, typer.Option("--first", min=0, max=9999, help="opt.years.first")] = 0,
    page: Annotated[Path | None, typer.Option("--page", help="opt.years.page", metavar="FILE")] = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Print weather years in figures."""
    from qhgrid.cli.interrupt import call_interruptibly
    from qhgrid.profiles.weather import summarise_years

    speech = _speech(context)
    with progress(speech, ("weather",)) as report:
        report("weather")
        years = call_interruptibly(lambda: summarise_years(range(first, first + count)))
    if page is not None:
        from qhgrid.profiles.page import write_page

        write_page(page, years)
    if speech.as_json:
        speech.print_json([asdict(year) for year in years])
    else:
        _print_years(speech, years)


def _print_years(speech: Speech, years: tuple[YearSummary, ...]) -> None:
    """Print one line a year, then mean, spread and frequency of the generated ones."""
    from qhgrid.cli.show import number
    from qhgrid.profiles.weather_statistics import mean_and_spread

    table = _right_table(speech, "weather_year", *_SHOWN)
    for year in years:
        table.add_row(str(year.number), *(number(round(getattr(year, name), 3)) for name in _SHOWN))
    made = [year for year in years if year.number]
    if len(made) > 1:
        table.add_section()
        for row, values in mean_and_spread(made, _SHOWN).items():
            table.add_row(speech.say(f"head.{row}"), *(number(round(value, 3)) for value in values))
    speech.print(table)


def profiles_water(
    context: typer.Context,
    count: Annotated[int, typer.Option("--count", min=10, max=9999, help="opt.water.count")] = 1000,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Print the record of the river and generated years side by side."""
    from qhgrid.facts import read_facts
    from qhgrid.profiles.climatology import read_river
    from qhgrid.profiles.water_statistics import report_water

    speech = _speech(context)
    report = report_water(read_river(read_facts()), count)
    if speech.as_json:
        speech.print_json(asdict(report))
        return
    typical = ", ".join(f"{name} {year}" for name, year in report.typical.items())
    first, last = report.record_years
    speech.print(speech.say("water.report", first=first, last=last, typical=typical, count=report.made_years))
    _print_figures(speech, report.figures)


def _print_figures(speech: Speech, figures: tuple[WaterFigure, ...]) -> None:
    """Print statistics of the record beside those of the generated years."""
    from qhgrid.cli.show import number

    table = _right_table(speech, "period", "figure", "unit", "record", "made", "error")
    for figure in figures:
        period = speech.say("period.year") if figure.period == 0 else f"{figure.period:02d}"
        values = (number(round(value, 3)) for value in (figure.record, figure.made, figure.error))
        table.add_row(period, speech.say(f"figure.{figure.name}"), figure.unit, *values)
    speech.print(table)


def profiles_calibrate(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", help="opt.out.profiles", metavar="DIR")] = None,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Calibrate the weather years."""
    from qhgrid.cli.interrupt import call_interruptibly
    from qhgrid.profiles.weather import calibrate_weather
    from qhgrid.shipped import profiles_folder

    speech = _speech(context)
    folder = profiles_folder() if out is None else out
    with progress(speech, ("calibrate",)) as report:
        report("calibrate")
        path = call_interruptibly(lambda: calibrate_weather(folder))
    if speech.as_json:
        speech.print_json({"file": str(path)})
    else:
        speech.print(speech.say("profiles.written", path=path))


def profiles_import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="arg.import", metavar="FILE")],
    variable: Annotated[str, typer.Option("--variable", help="opt.import.variable", metavar="NAME")],
    out: Annotated[Path, typer.Option("--out", help="opt.import.out", metavar="FILE")],
    unit: Annotated[str, typer.Option("--unit", help="opt.import.unit", metavar="UNIT")] = "",
    time_zone: Annotated[str, typer.Option("--time-zone", help="opt.import.zone", metavar="ZONE")] = "",
    label: Annotated[str, typer.Option("--label", help="opt.import.label", metavar="start|end")] = "start",
    year: Annotated[int | None, typer.Option("--year", help="opt.import.year", metavar="YEAR")] = None,
    field: Annotated[str, typer.Option("--field", help="opt.import.field", metavar="NAME")] = "",
    column: Annotated[
        list[str] | None, typer.Option("--column", help="opt.import.column", metavar="NAME=LABEL")
    ] = None,
    capacity: Annotated[
        list[str] | None, typer.Option("--capacity", help="opt.import.capacity", metavar="MW|LABEL=MW")
    ] = None,
    fill: Annotated[int, typer.Option("--fill", min=0, max=168, help="opt.import.fill", metavar="HOURS")] = 0,
    rest: Annotated[str, typer.Option("--rest", help="opt.import.rest", metavar="shipped")] = "",
    source: Annotated[str, typer.Option("--source", help="opt.import.source", metavar="TEXT")] = "",
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Take in a measured or reanalysis series."""
    from qhgrid.profiles.importing import Request, import_series

    speech = _speech(context)
    request = Request(
        variable=variable,
        unit=unit,
        time_zone=time_zone,
        label=_one_of(label, ("start", "end"), "--label"),
        year=year,
        netcdf_name=field,
        columns=dict(_pair(text, "--column") for text in column or ()),
        capacity_mw=_capacity(capacity or ()),
        fill=fill,
        rest=_one_of(rest, ("", "shipped"), "--rest") == "shipped",
        source=source,
    )
    done = import_series(file, out, request)
    if speech.as_json:
        speech.print_json(asdict(done))
        return
    speech.print(speech.say("import.done", variable=done.variable, labels=", ".join(done.labels)))
    for note in done.notes:
        speech.print(f"  {note}")
    speech.print(speech.say("profiles.written", path=done.path))


def _one_of(word: str, allowed: tuple[str, ...], option: str) -> str:
    """Return a word that is allowed, or refuse it."""
    if word in allowed:
        return word
    known = ", ".join(name for name in allowed if name)
    raise ProfileError(Fault(option, f"{word!r} is not known", f"Use {known}."))


def _pair(text: str, option: str) -> tuple[str, str]:
    """Return the two sides of ``name=value``."""
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise ProfileError(Fault(option, f"{text!r} is not NAME=VALUE", "Write it as NAME=VALUE."))
    return name.strip(), value.strip()


def _capacity(texts: Sequence[str]) -> dict[str, float] | float | None:
    """Return rated power in MW: one for all columns, or one a label."""
    try:
        if len(texts) == 1 and "=" not in texts[0]:
            return float(texts[0])
        return {name: float(value) for name, value in (_pair(text, "--capacity") for text in texts)} or None
    except ValueError:
        what = f"{', '.join(texts)} is not a power in MW"
        raise ProfileError(Fault("--capacity", what, "Write a number, such as --capacity 850.")) from None


def _right_table(speech: Speech, *heads: str) -> Table:
    """Return an empty table whose numbers stand to the right."""
    from rich.table import Table

    table = Table()
    for position, head in enumerate(heads):
        table.add_column(speech.say(f"head.{head}"), justify="left" if position == 0 else "right")
    return table


COMMANDS = (profiles_years, profiles_water, profiles_calibrate, profiles_import)
"""Commands of this file, for the group ``profiles``."""
