"""YAML text as a tree that remembers where each key was written.

A scenario is merged from several files and the command line before it is checked, and a fault must still
point at the line that caused it. So the text becomes a tree of leaves, branches and rows with places, and
only the merged tree becomes plain data. Built from YAML events, never from YAML objects: nothing in a file
can run code, nest without end, or grow through aliases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import yaml

from qhgrid.errors import Fault, ScenarioError

LARGEST_TREE = 20_000
"""Most values in one file, aliases written out."""
DEEPEST_TREE = 32
"""Most levels of nesting."""
_REPARSE_LIMIT = 64_000
"""Longest text that is parsed a second time in pure Python for the words of its error."""


@dataclass(frozen=True)
class Place:
    """Where something was written: a file and a line, or the command line when `line` is 0."""

    file: str
    line: int
    folder: Path = Path()
    """Folder against which paths written here are read."""
    level: int = 0
    """What overrules what: 0 in the scenario's own file, -1 in the file it extends, 1 on the command line."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Leaf:
    """A scalar: its value, and the text as written."""

    value: bool | int | float | str | None
    text: str
    place: Place
    size: int = 1


@dataclass(frozen=True)
class Branch:
    """A mapping, and the place of each of its keys."""

    items: dict[str, Node]
    places: dict[str, Place]
    place: Place
    size: int = 1


@dataclass(frozen=True)
class Row:
    """A list."""

    items: tuple[Node, ...]
    place: Place
    size: int = 1


Node: TypeAlias = Leaf | Branch | Row


def plain(node: Node) -> object:
    """Return the tree as dicts, lists and scalars."""
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, Row):
        return [plain(item) for item in node.items]
    return {key: plain(item) for key, item in node.items.items()}


def _spellings(*words: str) -> Iterator[str]:
    """Yield each word as YAML knows it: small, with a capital, in capitals."""
    for word in words:
        yield from (word, word.title(), word.upper())


_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", *_spellings("null"))),
    **dict.fromkeys(_spellings("true", "yes", "on"), True),
    **dict.fromkeys(_spellings("false", "no", "off"), False),
}
_INT = re.compile(r"[-+]?(0|[1-9][0-9_]{0,29})")
FLOAT = re.compile(
    r"[-+]?([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9][0-9_]*)([eE][-+]?[0-9]{1,9})?|[-+]?\.(inf|Inf|INF|nan|NaN|NAN)"
)
"""Text that is read as a number with a fraction or exponent."""


def read_scalar(text: str) -> bool | int | float | str | None:
    """Return the value of a scalar without quotes: nothing, a switch, a number, else the text itself."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if len(text) > 60:
        return text
    if _INT.fullmatch(text):
        return int(text.replace("_", ""))
    if FLOAT.fullmatch(text) and not re.match(r"[-+]?0[0-9_]", text):
        return float(re.sub(r"_|\.(?=[iInN])", "", text))
    return text


def read_tree(text: str, file: str, folder: Path, first_line: int = 1, level: int = 0) -> Node | None:
    """Return the tree of a YAML text, or None if it says nothing.

    Parameters
    ----------
    text : str
        YAML text.
    file : str
        Name of the file in messages.
    folder : Path
        Folder of the file.
    first_line : int, optional
        Line number of the first line; 0 for a value from the command line, whose places then have no line.
    level : int, optional
        Level of the places, see :class:`Place`.

    Raises
    ------
    ScenarioError
        With every repeated key and tag, or with what keeps the text from being read at all.
    """
    builder = _Builder(file, folder, first_line, level)
    refuse_odd_characters(text, file, first_line)
    try:
        for event in _events(text):
            builder.take(event)
    except yaml.YAMLError as error:
        raise ScenarioError(_translate(error, file, first_line)) from None
    if builder.faults:
        raise ScenarioError(builder.faults)
    return builder.root


def _events(text: str) -> Iterator[yaml.Event]:
    """Yield the YAML events of `text`, read in C if it is there; errors come from pure Python."""
    fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from yaml.parse(text, Loader=fast)
    except yaml.YAMLError:
        if len(text) <= _REPARSE_LIMIT:
            for _ in yaml.parse(text, Loader=yaml.SafeLoader):
                pass
        raise


_ODD = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_TAB = re.compile(r" *\t[ \t]*[^\s#]")


def refuse_odd_characters(text: str, file: str, first_line: int = 1) -> None:
    """Raise the fault of text that holds control characters, or tabs in its indentation."""

    def where(number: int) -> str:
        return f"{file}:{number + first_line}" if first_line else file

    faults = []
    for number, line in enumerate(_BREAK.split(text)):
        odd = _ODD.search(line)
        if odd:
            what = f"the character U+{ord(odd[0]):04X} is not text"
            faults.append(Fault(where(number), what, "Give a plain text file in UTF-8."))
            break
        if _TAB.match(line):
            faults.append(Fault(where(number), "a tab indents this line", "Indent with spaces, two a level."))
    if faults:
        raise ScenarioError(faults)


_SYNTAX = (
    ("mapping values are not allowed", "a colon stands where no key can stand",
     "Check the indentation of this line and the one above, or put a text that holds a colon in quotes."),
    ("expected ':'", "a key has no colon after it", "Write `key: value`, with a space after the colon."),
    ("quoted scalar", "a quotation mark is not closed", "Close the quotation mark."),
    ("cannot start any token", "a value begins with a sign that YAML reserves", "Put the value in quotes."),
    ("flow", "a bracket is not closed, or a comma is missing", "Close the bracket, or add the comma."),
    ("block", "the indentation does not fit the lines above", "Indent keys of one level alike, with spaces."),
    ("anchor", "an anchor or alias has no proper name", "Put a value that begins with & or * in quotes."),
    ("alias", "an anchor or alias has no proper name", "Put a value that begins with & or * in quotes."),
    ("tag", "a YAML tag is used", "Take the tag (!…) away; put text in quotes."),
    ("document start", "something stands outside the mapping", "Give one mapping of keys and values a file."),
)  # fmt: skip


def _translate(error: yaml.YAMLError, file: str, first_line: int) -> Fault:
    """Return a YAML syntax error in plain words."""
    words = f"{getattr(error, 'problem', '')} {getattr(error, 'context', '')}"
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if "quoted scalar" in words:
        mark = getattr(error, "context_mark", None) or mark
    place = f"{file}:{mark.line + first_line}" if mark and first_line else file
    for key, what, mend in _SYNTAX:
        if key in words:
            return Fault(place, what, mend)
    return Fault(
        place, "this is not YAML", "Check indentation, colons, quotes and brackets here and one line above."
    )


@dataclass
class _Frame:
    """A mapping or list whose end has not been read yet."""

    items: dict[str, Node] | list[Node]
    place: Place
    anchor: str | None
    places: dict[str, Place] = field(default_factory=dict)
    key: str | None = None
    size: int = 1

    @property
    def awaits_key(self) -> bool:
        """Whether the next node is the key of a mapping."""
        return isinstance(self.items, dict) and self.key is None

    def add(self, node: Node) -> None:
        """Take a finished value."""
        self.size += node.size
        if isinstance(self.items, list):
            self.items.append(node)
        elif self.key is not None:
            self.items.setdefault(self.key, node)
            self.key = None

    def close(self) -> Node:
        """Return the finished mapping or list."""
        if isinstance(self.items, list):
            return Row(tuple(self.items), self.place, self.size)
        return Branch(self.items, self.places, self.place, self.size)


class _Builder:
    """Builds one tree from the events of one YAML text."""

    def __init__(self, file: str, folder: Path, first_line: int, level: int) -> None:
        self.root: Node | None = None
        self.faults: list[Fault] = []
        self._file, self._folder, self._first_line, self._level = file, folder, first_line, level
        self._frames: list[_Frame] = []
        self._anchors: dict[str, Node] = {}
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Add one event to the tree."""
        place = self._place(event)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._stop(
                    place, "a second document begins", "Give one document a file; drop the `---`."
                )
        elif isinstance(event, yaml.AliasEvent):
            self._take_alias(str(event.anchor), place)
        elif isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event, place)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event, place)
        elif isinstance(event, yaml.CollectionEndEvent):
            frame = self._frames.pop()
            self._finish(frame.close(), frame.anchor)

    def _place(self, event: yaml.Event) -> Place:
        """Return the place where an event begins."""
        mark = event.start_mark
        line = mark.line + self._first_line if mark is not None and self._first_line else 0
        return Place(self._file, line, self._folder, self._level)

    def _stop(self, place: Place, what: str, mend: str) -> ScenarioError:
        """Return the error that ends the reading, after the faults found so far."""
        return ScenarioError([*self.faults, Fault(str(place), what, mend)])

    def _take_alias(self, name: str, place: Place) -> None:
        """Put the anchored node where an alias stands."""
        if name not in self._anchors:
            raise self._stop(
                place, f"*{name} has no anchor &{name} above it", "Put a value that begins with * in quotes."
            )
        self._finish(self._anchors[name], None)

    def _take_scalar(self, event: yaml.ScalarEvent, place: Place) -> None:
        """Take a scalar as the next key or value."""
        self._refuse_tag(event.tag, place)
        frame = self._frames[-1] if self._frames else None
        if frame and frame.awaits_key:
            self._take_key(frame, event.value, place)
            return
        value = read_scalar(event.value) if event.implicit[0] else event.value
        self._finish(Leaf(value, event.value, place), event.anchor)

    def _take_key(self, frame: _Frame, key: str, place: Place) -> None:
        """Take the next key of a mapping."""
        if key in frame.places:
            what = f"the key {short(key)} stands here a second time, after line {frame.places[key].line}"
            self.faults.append(Fault(str(place), what, "Keep one of the two."))
        if key == "<<":
            what = "merging with << is not supported"
            self.faults.append(
                Fault(str(place), what, "Repeat the keys, or put them in a file and name it in extends.")
            )
        frame.key = key
        frame.places.setdefault(key, place)

    def _open(self, event: yaml.CollectionStartEvent, place: Place) -> None:
        """Begin a mapping or list."""
        self._refuse_tag(event.tag, place)
        if len(self._frames) >= DEEPEST_TREE:
            raise self._stop(place, f"more than {DEEPEST_TREE} levels of nesting", "Take levels away.")
        if self._frames and self._frames[-1].awaits_key:
            raise self._stop(
                place, "a list or mapping stands where a key belongs", "Write a word as the key."
            )
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._frames.append(_Frame({} if is_mapping else [], place, event.anchor))

    def _finish(self, node: Node, anchor: str | None) -> None:
        """Hand a finished node to the mapping or list that it stands in."""
        if anchor:
            self._anchors[anchor] = node
        if not self._frames:
            self.root = node
            return
        frame = self._frames[-1]
        if frame.awaits_key:
            raise self._stop(frame.place, "an alias stands where a key belongs", "Write a word as the key.")
        frame.add(node)
        if frame.size > LARGEST_TREE:
            raise self._stop(frame.place, f"more than {LARGEST_TREE} values", "Use fewer values or aliases.")

    def _refuse_tag(self, tag: str | None, place: Place) -> None:
        """Note the fault of a YAML tag."""
        if tag is not None:
            name = tag.replace("tag:yaml.org,2002:", "!!")
            self.faults.append(
                Fault(
                    str(place),
                    f"the YAML tag {short(name)} is not allowed",
                    "Write plain values; put text in quotes.",
                )
            )


def short(text: object, length: int = 60) -> str:
    """Return `text` in quotes as a message shows it, cut to `length` characters."""
    words = str(text)
    return repr(words if len(words) <= length else words[: length - 1] + "…")
