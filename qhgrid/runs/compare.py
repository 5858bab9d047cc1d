"""Runs side by side: the figures of each scorecard and how far they differ from the first run."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qhgrid.runs.run import Run

Value = float | str | None


@dataclass(frozen=True)
class ComparedFigure:
    """One figure in all runs.

    Parameters
    ----------
    key, unit, label_zh, label_en : str
        As in the first run that has the figure.
    values : tuple of float, str or None
        One for each run; None where a run lacks the figure or could not tell.
    """

    key: str
    unit: str
    label_zh: str
    label_en: str
    values: tuple[Value, ...]

    @property
    def differences(self) -> tuple[float | None, ...]:
        """Value less that of the first run, in `unit`; None where either is not a number."""
        first = self.values[0]
        return tuple(_difference(value, first) for value in self.values)


@dataclass(frozen=True)
class Comparison:
    """The scorecards of several runs side by side.

    Parameters
    ----------
    runs : tuple of str
        Folder names, in the order asked for.
    figures : tuple of ComparedFigure
    """

    runs: tuple[str, ...]
    figures: tuple[ComparedFigure, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as a dict of plain values."""
        figures = [
            {
                "key": figure.key,
                "unit": figure.unit,
                "label_zh": figure.label_zh,
                "label_en": figure.label_en,
                "values": list(figure.values),
                "differences": list(figure.differences),
            }
            for figure in self.figures
        ]
        return {"runs": list(self.runs), "figures": figures}

    def to_csv(self) -> str:
        """Return the comparison as CSV text, one line a figure, values first and differences after."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        changes = [f"{name} - {self.runs[0]}" for name in self.runs[1:]]
        writer.writerow(["key", "label_zh", "label_en", "unit", *self.runs, *changes])
        for figure in self.figures:
            words = [figure.key, figure.label_zh, figure.label_en, figure.unit]
            writer.writerow([*words, *map(_cell, figure.values), *map(_cell, figure.differences[1:])])
        return file.getvalue()


def compare_runs(runs: Sequence[Run]) -> Comparison:
    """Return the figures of `runs` side by side, in the order of the first run, then of those it lacks."""
    by_run = [{figure["key"]: figure for figure in run.figures()["figures"]} for run in runs]
    keys = dict.fromkeys(key for figures in by_run for key in figures)
    return Comparison(tuple(run.name for run in runs), tuple(_compare(key, by_run) for key in keys))


def _compare(key: str, by_run: Sequence[dict[str, Any]]) -> ComparedFigure:
    """Return the figure `key` of all runs."""
    words = next(figures[key] for figures in by_run if key in figures)
    values = tuple(figures[key]["value"] if key in figures else None for figures in by_run)
    return ComparedFigure(key, words["unit"], words["label_zh"], words["label_en"], values)


def _difference(value: Value, first: Value) -> float | None:
    """Return `value` less `first`, or None where either is not a number."""
    if isinstance(value, int | float) and isinstance(first, int | float):
        return float(value) - float(first)
    return None


def _cell(value: Value) -> str:
    """Return a value as CSV writes it: exact numbers, empty for nothing."""
    return "" if value is None else str(value)
