"""How the command line speaks: language, plain text or JSON, results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import re
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import TracebackType
from typing import TYPE_CHECKING, Any

from qhgrid.errors import Fault
from qhgrid.text import DEFAULT_LANG, LANGS, Lang, say

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

LANG_VARIABLE = "QHGRID_LANG"
"""Environment variable that sets the language."""

_PLAIN_WIDTH = 118
"""Width of tables that go to a file or a pipe [characters]."""

_RULE_NAME = re.compile(r" \[([a-z0-9-]+)\]$")
"""Name of the planning rule, at the end of a fault."""


@dataclass(frozen=True)
class Speech:
    """What the words of the call ask for.

    Parameters
    ----------
    lang : str
        ``zh`` or ``en``.
    as_json : bool
        Whether results and faults are printed as JSON.
    debug : bool
        Whether a failure of qhgrid itself prints its traceback.
    """

    lang: Lang = DEFAULT_LANG
    as_json: bool = False
    debug: bool = False

    def say(self, key: str, **values: object) -> str:
        """Return the words of `key` in the language of the call."""
        return say(key, self.lang, **values)

    def print(self, *things: RenderableType) -> None:
        """Print on stdout."""
        console = _console(is_error=False)
        for thing in things:
            console.print(thing, markup=False, highlight=False, soft_wrap=isinstance(thing, str))

    def note(self, words: str) -> None:
        """Print a remark on stderr."""
        print(words, file=sys.stderr)  # noqa: T201  this is the one place that prints remarks

    def print_json(self, content: Mapping[str, Any] | Sequence[Any]) -> None:
        """Print JSON on stdout."""
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False, default=str)
        sys.stdout.write(text + "\n")

    def print_faults(self, faults: Iterable[Fault]) -> None:
        """Print faults, one a line on stderr; as JSON on stdout when the call asks for JSON."""
        if self.as_json:
            listed = [{"where": fault.where, "what": fault.what, "mend": fault.mend} for fault in faults]
            self.print_json({"faults": listed})
        else:
            for fault in faults:
                self.note(self._rule_of(fault) + " ".join(str(fault).split()))

    def _rule_of(self, fault: Fault) -> str:
        """Return the planning rule that a fault breaks, in Chinese; nothing in English or without a rule."""
        named = _RULE_NAME.search(fault.mend)
        if named is None or self.lang != "zh":
            return ""
        from qhgrid.scenario.rules import RULES

        return next((f"〔{rule.title_zh}〕" for rule in RULES if rule.id == named[1]), "")

    def report_crash(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Say that qhgrid itself failed: one line, with the traceback only when it is asked for."""
        if self.debug:
            traceback.print_exception(kind, error, trace)
        what = f"{kind.__name__}: {error}".rstrip(": ")
        self.note(self.say("crash", what=" ".join(what.split())))


def listen(args: Sequence[str]) -> Speech:
    """Return what the words of a call ask for, before they are parsed in full."""
    asked = _option(args, "--lang") or os.environ.get(LANG_VARIABLE, "")
    lang = next((lang for lang in LANGS if lang == asked.lower()), DEFAULT_LANG)
    return Speech(lang, "--json" in args, "--debug" in args)


def _option(args: Sequence[str], name: str) -> str | None:
    """Return the last value given to the option `name`, as ``--name value`` or ``--name=value``."""
    values = [arg.removeprefix(f"{name}=") for arg in args if arg.startswith(f"{name}=")]
    values += [value for flag, value in pairwise(args) if flag == name]
    return values[-1] if values else None


def _console(*, is_error: bool) -> Console:
    """Return a console on the present stdout or stderr."""
    from rich.console import Console

    stream = sys.stderr if is_error else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else _PLAIN_WIDTH)


def error_console() -> Console:
    """Return a console on the present stderr."""
    return _console(is_error=True)
