"""What the commands print: rich tables for people, JSON for machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from qhgrid.cli.speech import Speech
from qhgrid.units import convert, reader_unit

if TYPE_CHECKING:
    from qhgrid.dispatch import Dispatch
    from qhgrid.indicators import Table as Results
    from qhgrid.indicators.tables import TableRow
    from qhgrid.papers import PaperCheck
    from qhgrid.profiles import ProfileSummary
    from qhgrid.runs import Citation, Comparison, Run, Verification
    from qhgrid.scenario import ResolvedScenario

_NUMBERS = ("value", "threshold", "margin", "mean", "min", "max", "full_load_hours")
"""Headings of columns of numbers."""

_CERTAIN = 1e-6
"""Share of a value below which a difference between runs may be the solver's, and is not printed."""

_MOST_SHORTAGES = 5
"""How many shortages are printed; all of them stand in the manifest."""


def run(speech: Speech, run: Run) -> None:
    """Print the scorecard of a run and where it is."""
    content, result = run.figures(), run.manifest.result
    if speech.as_json:
        head = {"run_id": run.run_id, "folder": str(run.folder), "reused": run.is_reused}
        speech.print_json(head | dict(result) | {key: content[key] for key in ("targets", "figures")})
        return
    speech.print(_scorecard(speech, content["targets"]))
    _print_result(speech, result)
    if run.is_reused:
        speech.print(speech.say("run.reused"))
    speech.print(speech.say("run.done", folder=run.folder))


def _scorecard(speech: Speech, targets: Iterable[Mapping[str, Any]]) -> Table:
    """Return the targets with value, threshold, margin and verdict; the readings not chosen are dim."""
    table = _table(speech, "target", "value", "threshold", "margin", "unit", "passed", title="scorecard")
    for target in targets:
        outcome = {True: "pass", False: "fail", None: "unknown"}[target["passed"]]
        colour = {True: "green", False: "red", None: "yellow"}[target["passed"]]
        unit, factor = reader_unit(target["unit"], speech.lang)
        numbers = (number(_times(target[key], factor)) for key in ("value", "threshold", "margin"))
        label, rule = target[f"label_{speech.lang}"], target[f"rule_{speech.lang}"]
        head = f"{target['id']} {label} ({rule})" if rule else f"{target['id']} {label}"
        words = (
            f"{head} {target['mark']}".rstrip(),
            *numbers,
            _unit(unit),
            speech.say(outcome),
        )
        table.add_row(*words, style=f"bold {colour}" if target["is_chosen"] else f"dim {colour}")
    return table


def _times(value: float | None, factor: float) -> float | None:
    """Return `value` times `factor`, nothing for nothing."""
    return None if value is None else value * factor


def _unit(unit: str) -> str:
    """Return a unit as it is printed; nothing for a plain number, a count, a year or a word."""
    return "" if unit in ("1", "text", "unit", "year") else unit


def _print_result(speech: Speech, result: Mapping[str, Any]) -> None:
    """Print cost, gap and shortages of a run."""
    cost = {"cost": result["objective"], "yi": convert(result["objective"], "CNY", "亿元")}
    speech.print(speech.say("run.cost", **cost, gap=result["certificate"]["gap"]))
    _print_shortages(speech, result["shortages"])


def _print_shortages(speech: Speech, shortages: Sequence[Mapping[str, Any]]) -> None:
    """Print where, when and how much is short, the largest first."""
    if not shortages:
        speech.print(speech.say("run.no_shortage"))
        return
    energy = sum(shortage["energy_mwh"] for shortage in shortages)
    speech.print(speech.say("run.shortage", count=len(shortages), energy=energy))
    largest = sorted(shortages, key=lambda shortage: -float(shortage["energy_mwh"]))
    for shortage in largest[:_MOST_SHORTAGES]:
        speech.print("  " + shortage[f"words_{speech.lang}"])
    if len(shortages) > _MOST_SHORTAGES:
        speech.print("  " + speech.say("and_more", count=len(shortages) - _MOST_SHORTAGES))


def scenarios(speech: Speech, resolved: Sequence[ResolvedScenario]) -> None:
    """Print the shipped scenarios with their titles."""
    titles = [(one.scenario.name, one.scenario.title) for one in resolved]
    if speech.as_json:
        speech.print_json(
            [{"name": name, "title_zh": title.zh, "title_en": title.en} for name, title in titles]
        )
        return
    table = _table(speech, "name", "title")
    for name, title in titles:
        table.add_row(name, getattr(title, speech.lang))
    speech.print(table)


def profiles(speech: Speech, folder: Path, checksums: Mapping[str, str], *, is_new: bool = False) -> None:
    """Print the files of series with their checksums."""
    if speech.as_json:
        speech.print_json({"folder": str(folder), "files": dict(checksums)})
        return
    table = _table(speech, "file")
    table.add_column("SHA-256", no_wrap=True)
    for name, checksum in sorted(checksums.items()):
        table.add_row(name, checksum)
    speech.print(table)
    if is_new:
        speech.print(speech.say("profiles.built", folder=folder))


def profile_list(
    speech: Speech, folder: Path, checksums: Mapping[str, str], summaries: Sequence[ProfileSummary]
) -> None:
    """Print what each series holds: variable, unit, mean and range; then the checksums."""
    if speech.as_json:
        series = [asdict(summary) for summary in summaries]
        speech.print_json({"folder": str(folder), "files": dict(checksums), "series": series})
        return
    table = _table(speech, "file", "column", "unit", "mean", "min", "max")
    for summary in summaries:
        numbers = (number(value) for value in (summary.mean, summary.low, summary.high))
        table.add_row(summary.file, summary.variable, summary.unit, *numbers)
    speech.print(table)
    profiles(speech, folder, checksums)


def profile(speech: Speech, summary: ProfileSummary) -> None:
    """Print where a series comes from, and mean, least and largest value of each of its columns."""
    if speech.as_json:
        speech.print_json(asdict(summary))
        return
    speech.print(f"{summary.file}  {summary.variable} [{summary.unit}]  {summary.title}")
    for text in (summary.summary, summary.source, summary.references, f"sha256 {summary.checksum}"):
        speech.print(text)
    table = _table(speech, "column", "mean", "min", "max", "full_load_hours")
    for column in summary.columns:
        numbers = (number(value) for value in (column.mean, column.low, column.high, column.full_load_hours))
        table.add_row(column.label, *numbers)
    speech.print(table)


def comparison(speech: Speech, comparison: Comparison) -> None:
    """Print the figures of runs side by side; the later ones with their difference from the first."""
    if speech.as_json:
        speech.print_json(comparison.to_json())
        return
    table = _table(speech, "figure", "unit")
    for name in comparison.runs:
        table.add_column(name, justify="right", overflow="fold")
    for figure in comparison.figures:
        unit, factor = reader_unit(figure.unit, speech.lang)
        values = [value * factor if isinstance(value, int | float) else value for value in figure.values]
        cells = [number(values[0]), *(_beside(value, values[0]) for value in values[1:])]
        label = figure.label_zh if speech.lang == "zh" else figure.label_en
        table.add_row(label, _unit(unit), *cells)
    speech.print(table)


def _beside(value: float | str | None, first: float | str | None) -> str:
    """Return a value with its difference from the first run's, where that is more than the runs can tell."""
    if isinstance(value, int | float) and isinstance(first, int | float):
        difference = value - first
        if abs(difference) > _CERTAIN * max(abs(value), abs(first)):
            return f"{number(value)} ({difference:+,.4g})"
    return number(value)


def tables(speech: Speech, tables: Sequence[Results], folder: Path | None = None) -> None:
    """Print whole tables of results and where they were written."""
    if speech.as_json:
        speech.print_json(
            {"folder": None if folder is None else str(folder), "tables": [one.to_json() for one in tables]}
        )
        return
    is_zh = speech.lang == "zh"
    for one in tables:
        unit, factor = reader_unit(one.unit, speech.lang) if one.unit else ("", 1.0)
        title = one.title_zh if is_zh else one.title_en
        table = Table(title=f"{title} [{unit}]" if unit else title)
        table.add_column("")
        for column in one.columns:
            table.add_column(column.label_zh if is_zh else column.label_en, justify="right")
        for row in one.rows:
            _add_result(table, row, speech, factor)
        speech.print(table)
        note = one.note_zh if is_zh else one.note_en
        if note:
            speech.print(note)
    if folder is not None:
        speech.print(speech.say("tables.written", folder=folder))


def files(speech: Speech, paths: Sequence[Path]) -> None:
    """Print which files were written."""
    if speech.as_json:
        speech.print_json({"files": [str(path) for path in paths]})
        return
    for path in paths:
        speech.print(speech.say("files.written", path=path))


def _add_result(table: Table, row: TableRow, speech: Speech, factor: float) -> None:
    """Add a row of results; one with a unit of its own says it beside its name."""
    unit, own = reader_unit(row.unit, speech.lang) if row.unit else ("", factor)
    label = "  " * row.level + (row.label_zh if speech.lang == "zh" else row.label_en)
    cells = (number(value * own) if isinstance(value, int | float) else number(value) for value in row.values)
    table.add_row(
        f"{label} [{_unit(unit)}]" if _unit(unit) else label, *cells, style="bold" if row.bold else ""
    )


def dispatch(speech: Speech, result: Dispatch, out: Path | None) -> None:
    """Print status, cost, bound and shortages of a dispatch."""
    from qhgrid.runs import result_of

    content = result_of(result)
    if speech.as_json:
        speech.print_json(content | {"out": None if out is None else str(out)})
        return
    certificate = content["certificate"]
    words = {"status": result.status, "cost": certificate["cost"], "bound": certificate["lower_bound"]}
    speech.print(speech.say("dispatch.done", gap=certificate["gap"], **words))
    _print_shortages(speech, content["shortages"])
    if out is not None:
        speech.print(speech.say("dispatch.written", path=out))


def citation(speech: Speech, citation: Citation) -> None:
    """Print a number, its meaning and its chain of inputs."""
    if speech.as_json:
        speech.print_json(citation.to_json())
        return
    is_zh = speech.lang == "zh"
    label = citation.label_zh if is_zh else citation.label_en
    speech.print(f"{citation.key}  {label}")
    mark = f"  {citation.mark}" if citation.mark else ""
    lines = {
        "value": f"{'–' if citation.value is None else citation.value} {_unit(citation.unit)}{mark}",
        "definition": citation.definition_zh if is_zh else citation.definition_en,
        "made_from": ", ".join(citation.made_from),
        "run": citation.run_folder,
        "scenario": f"{citation.scenario}  sha256 {citation.scenario_sha256}",
        "facts": _checksums(citation.facts),
        "profiles": _checksums(citation.profiles),
        "certificate": _certificate(speech, citation.certificate),
        "code": f"qhgrid {citation.version}  sha256 {citation.code_sha256}",
        "reproduce": "\n".join(citation.reproduce),
    }
    for key, text in lines.items():
        for position, line in enumerate(text.split("\n")):
            head = speech.say(f"cite.{key}") if position == 0 else ""
            speech.print(f"  {_pad(head, 14)}{line}")


def _checksums(files: Mapping[str, str]) -> str:
    """Return one line a file: checksum, then name."""
    return "\n".join(f"{checksum}  {name}" for name, checksum in sorted(files.items()))


def _certificate(speech: Speech, certificate: Mapping[str, Any]) -> str:
    """Return gap and largest violation in words; a dash for a study, which is no single plan."""
    if not certificate:
        return "–"
    return speech.say("cite.gap", gap=certificate["gap"], violation=certificate["max_violation_mw"])


def verification(speech: Speech, verification: Verification) -> None:
    """Print which files of a run are not what they were."""
    if speech.as_json:
        speech.print_json(verification.to_json())
        return
    bad = [file for file in verification.files if file.outcome != "same"]
    words = {"run": verification.run, "count": len(verification.files), "bad": len(bad)}
    speech.print(speech.say("verify.differs" if bad else "verify.same", **words))
    for file in bad:
        speech.print(f"  {file.name}: {speech.say(f'outcome.{file.outcome}')}")
    if verification.changed_inputs:
        speech.print(speech.say("verify.inputs", names=", ".join(verification.changed_inputs)))


SHOWN_FIGURES = 40
"""How many figures of a paper that differ are printed one by one."""


def paper_check(speech: Speech, check: PaperCheck) -> None:
    """Print how many figures of a paper are the same, and each that is not."""
    if speech.as_json:
        speech.print_json(check.to_json())
        return
    speech.print(speech.say("papers.checked", paper=check.paper, count=len(check.figures)))
    for verdict, count in check.counts.items():
        speech.print(f"  {speech.say(f'papers.{verdict}')}: {count}")
    bad = [figure for figure in check.figures if figure.verdict != "same"]
    for figure in bad[:SHOWN_FIGURES]:
        words = {"place": figure.place, "cited": figure.key, "text": figure.text, "again": figure.again}
        speech.print(f"{speech.say(f'papers.{figure.verdict}')}  " + speech.say("papers.figure", **words))
        speech.print(f"    {speech.say(f'papers.why.{figure.reason}')} {figure.detail}".rstrip())
    if len(bad) > SHOWN_FIGURES:
        speech.print(speech.say("and_more", count=len(bad) - SHOWN_FIGURES))


def number(value: float | str | None) -> str:
    """Return a value as a table prints it: about five figures, thousands apart, – for nothing."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if value == round(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    if 0.001 <= abs(value) < 1e15:
        digits = 0 if abs(value) >= 10_000 else 1 if abs(value) >= 1000 else 2 if abs(value) >= 10 else 4
        return f"{value:,.{digits}f}"
    return f"{value:.3e}"


def _pad(words: str, width: int) -> str:
    """Return `words` filled with blanks to `width` columns, where a Chinese character takes two."""
    from rich.cells import cell_len

    return words + " " * max(1, width - cell_len(words))


def _table(speech: Speech, *heads: str, title: str | None = None) -> Table:
    """Return an empty table with translated headings; columns of numbers stand to the right."""
    table = Table(title=None if title is None else speech.say(title))
    for head in heads:
        is_number = head in _NUMBERS
        table.add_column(
            speech.say(f"head.{head}"), justify="right" if is_number else "left", overflow="fold"
        )
    return table
