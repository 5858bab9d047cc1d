"""The progress bar: stage names on stderr, at once on a terminal and after two seconds elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from qhgrid.cli.speech import Speech, error_console

PATIENCE_S = 2.0
"""How long a call may be silent where stderr is not a terminal [s]."""


class Report(Protocol):
    """Called with the id of each stage as it begins, and then with the share of it that is done."""

    def __call__(self, stage: str, fraction: float | None = None, /) -> None:
        """Take news of a stage."""


@contextmanager
def progress(
    speech: Speech, stages: Sequence[str], name: Callable[[str], str] | None = None
) -> Iterator[Report]:
    """Yield a function to call as each stage begins.

    Parameters
    ----------
    speech : Speech
        Language of the stage names.
    stages : sequence of str
        Ids of the stages in order.
    name : callable, optional
        What a stage is called; by default the words under ``stage.<id>``.
    """
    words = name if name is not None else lambda stage: speech.say(f"stage.{stage}")
    if error_console().is_terminal:
        with _bar(stages, words) as report:
            yield report
    else:
        yield _lines(speech, stages, words)


def _lines(speech: Speech, stages: Sequence[str], words: Callable[[str], str]) -> Report:
    """Return a reporter that prints one line a stage once the call has taken two seconds."""
    start = time.monotonic()
    waiting: list[str] = []

    def report(stage: str, fraction: float | None = None, /) -> None:
        if stage not in stages:
            speech.note(words(stage))
        if fraction is not None:
            return
        waiting.append(f"[{stages.index(stage) + 1}/{len(stages)}] {words(stage)}")
        if time.monotonic() - start >= PATIENCE_S:
            for line in waiting:
                speech.note(line)
            waiting.clear()

    return report


@contextmanager
def _bar(stages: Sequence[str], words: Callable[[str], str]) -> Iterator[Report]:
    """Yield a reporter that moves a bar on the terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=error_console(), transient=True) as bar:
        task = bar.add_task("", total=len(stages))

        def report(stage: str, fraction: float | None = None, /) -> None:
            said = words(stage)
            if stage not in stages:
                bar.update(task, description=said)
                return
            if fraction is not None:
                said = f"{said} {fraction:.0%}"
            bar.update(task, completed=stages.index(stage) + (fraction or 0.0), description=said)

        yield report
