"""The generated parts of ``docs/profiles.md``: tables of weather years and of the river, with pictures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from qhgrid.errors import Fault, ReportError
from qhgrid.facts import read_facts
from qhgrid.profiles.climatology import read_river
from qhgrid.profiles.drawing import bars, write_svg
from qhgrid.profiles.water_statistics import WaterReport, report_water
from qhgrid.profiles.weather_statistics import YearSummary, mean_and_spread

COLUMNS = {
    "pv_hours": ("PV [h]", ".0f"),
    "wind_hours": ("wind [h]", ".0f"),
    "csp_hours": ("solar field [h]", ".0f"),
    "mean_degc": ("mean [°C]", ".2f"),
    "coldest_day_degc": ("coldest day [°C]", ".1f"),
    "degree_days": ("heating [K·d]", ".0f"),
    "lowest_week": ("lowest week [1]", ".2f"),
    "calm_dark_weeks": ("calm-dark weeks", ".2f"),
    "cold_spells": ("cold spells", ".2f"),
}
"""Columns of the table of years: heading and format."""
WORDS = {
    "mean": "mean", "deviation": "standard deviation", "skew": "skew", "memory": "correlation, year to year",
    "p10": "10th percentile", "p50": "median", "p90": "90th percentile",
}  # fmt: skip
"""Statistics of the river in words."""


def write_page(path: Path, years: Sequence[YearSummary]) -> tuple[Path, ...]:
    """Renew the generated blocks of a page and the pictures beside it; the text around them stays.

    Parameters
    ----------
    path : pathlib.Path
        A Markdown file with blocks ``<!-- generated: name -->`` … ``<!-- end -->``; names are ``years``,
        ``frequency``, ``water`` and ``months``.
    years : sequence of YearSummary
        The years of the tables.

    Raises
    ------
    ReportError
        If the page does not exist or lacks a block.
    """
    if not path.is_file():
        raise ReportError(Fault(str(path), "there is no such page", "Give the path of docs/profiles.md."))
    report = report_water(read_river(read_facts()))
    blocks = {
        "years": _year_table(years),
        "frequency": _frequency_table(years),
        "water": _water_table(report, yearly=True),
        "months": _water_table(report, yearly=False),
    }
    text = path.read_text(encoding="utf-8")
    for name, block in blocks.items():
        text = _replaced(text, name, block, path)
    path.write_text(text, encoding="utf-8")
    return (path, *_pictures(path, years, report))


def _replaced(text: str, name: str, block: str, path: Path) -> str:
    """Return `text` with the content of one block renewed."""
    pattern = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not pattern.search(text):
        what = f"the page has no block <!-- generated: {name} -->"
        raise ReportError(Fault(str(path), what, "Put the block back, closed by <!-- end -->."))
    return pattern.sub(lambda match: f"{match[1]}{block}{match[2]}", text)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table whose first column is text and whose others are numbers."""
    lines = [" | ".join(heads), " | ".join(["---", *["---:"] * (len(heads) - 1)])]
    lines += [" | ".join(row) for row in rows]
    return "".join(f"| {line} |\n" for line in lines)


def _year_table(years: Sequence[YearSummary]) -> str:
    """Return one row a year, then mean and spread of the generated ones."""
    heads = ["year", *(head for head, _ in COLUMNS.values())]
    rows = [
        [str(year.number), *(_short(getattr(year, name), form) for name, (_, form) in COLUMNS.items())]
        for year in years
    ]
    made = [year for year in years if year.number]
    for word, values in mean_and_spread(made, list(COLUMNS)).items():
        forms = [form for _, form in COLUMNS.values()]
        cells = [_short(value, form) for value, form in zip(values, forms, strict=True)]
        rows.append([f"**{word}**", *cells])
    return _table(heads, rows)


def _short(value: float, form: str) -> str:
    """Return a number in its format; counts without digits after the point."""
    return str(value) if isinstance(value, int) else format(value, form)


def _frequency_table(years: Sequence[YearSummary]) -> str:
    """Return how often calm and dark weeks and cold spells come, by month."""
    made = [year for year in years if year.number]
    rows = []
    for label, name in (("calm and dark weeks", "calm_dark_months"), ("cold spells", "cold_months")):
        found = Counter(month for year in made for month in getattr(year, name))
        total = sum(found.values())
        struck = sum(bool(getattr(year, name)) for year in made)
        cells = [f"{found[month] / len(made):.2f}" for month in range(1, 13)]
        rows.append([label, f"{total / len(made):.2f}", f"{struck / len(made):.0%}", *cells])
    heads = ["events", "a year", "years struck", *(f"{month}" for month in range(1, 13))]
    return _table(heads, rows)


def _water_table(report: WaterReport, *, yearly: bool) -> str:
    """Return the statistics of the year, or those of the months."""
    rows = [
        [
            WORDS[figure.name] if yearly else f"{figure.period}, {WORDS[figure.name]}",
            *(_figure(value) for value in (figure.record, figure.made, figure.error)),
        ]
        for figure in report.figures
        if (figure.period == 0) == yearly
    ]
    return _table(
        ["", "record", f"{report.made_years} generated years", "standard error of the record"], rows
    )


def _figure(value: float) -> str:
    """Return a statistic with three or four figures."""
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.2f}"


def _pictures(path: Path, years: Sequence[YearSummary], report: WaterReport) -> tuple[Path, ...]:
    """Write the pictures beside the page and return their paths."""
    stem = path.with_suffix("")
    labels = [str(year.number) for year in years]
    hours = {"PV": [year.pv_hours for year in years], "wind": [year.wind_hours for year in years]}
    weeks = {"lowest week": [year.lowest_week for year in years]}
    river = {"record": list(report.means.values())}
    return (
        write_svg(Path(f"{stem}-hours.svg"), bars("Full-load hours by weather year [h]", labels, hours)),
        write_svg(
            Path(f"{stem}-weeks.svg"),
            bars("Lowest week of wind and PV, share of the long-run mean", labels, weeks),
        ),
        write_svg(
            Path(f"{stem}-river.svg"),
            bars("Discharge at 唐乃亥, yearly mean [m3/s]", [str(year) for year in report.means], river),
        ),
    )
