"""The command line called inside the test process, with what it printed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from qhgrid.cli import answer
from qhgrid.cli.speech import listen


@dataclass(frozen=True)
class Answer:
    """Exit code of a call and what it printed."""

    code: int
    out: str
    err: str


def caller(capsys):
    """Return a function that calls the command line with words and returns its answer."""

    def run(*words: object) -> Answer:
        args = [str(word) for word in words]
        capsys.readouterr()
        code = answer(args, listen(args))
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return run


@pytest.fixture
def call(capsys):
    """Return the caller of the command line."""
    return caller(capsys)
