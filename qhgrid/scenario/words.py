"""Faults of the schema in plain words: what was found, what is allowed, and the nearest key or word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from qhgrid.errors import Fault
from qhgrid.scenario.marks import Marks, Path, nearest, suggest
from qhgrid.scenario.model import Part, Scenario
from qhgrid.scenario.tree import Branch, Leaf, Node, Row, short

TOP_KEYS = ("extends", *Scenario.model_fields)
"""Keys at the top of a scenario file."""

PATTERNS = {
    r"^[a-z0-9][a-z0-9-]*$": "Use small letters, digits and hyphens, such as 2030-plan.",
    r"^[0-9]{2}-[0-9]{2}$": "Write month-day, such as 10-15.",
    r"^[a-z0-9_.]+$": "Use small letters, digits, underscores and dots.",
}
"""What each pattern of the schema asks for."""

_Words = tuple[str, str]
_Context = Mapping[str, object]


def _bound(found: str, context: _Context, relation: str, mend: str) -> _Words:
    """Return the words of a number beyond its bound."""
    limit = next(value for key, value in context.items() if key in ("ge", "le"))
    return f"{found} is {relation} {float(str(limit)):g}", f"{mend} {float(str(limit)):g}."


def _choice(found: str, context: _Context) -> _Words:
    """Return the words of a word that is not among those allowed."""
    allowed = re.findall(r"'([^']*)'", str(context["expected"]))
    return f"{found} is not among {', '.join(allowed)}", suggest(found.strip("'"), allowed)


TRANSLATIONS: dict[str, Callable[[str, _Context], _Words]] = {
    "refused": lambda _, c: (str(c["what"]), str(c["mend"])),
    "string_type": lambda f, _: (f"{f} is not text", "Write text; put words such as yes or 2030 in quotes."),
    "string_too_short": lambda f, c: (
        f"{f} is too short",
        f"Write at least {c['min_length']} characters that a reader can use.",
    ),
    "string_pattern_mismatch": lambda f, c: (f"{f} has the wrong form", PATTERNS[str(c["pattern"])]),
    "int_type": lambda f, _: (f"{f} is not a whole number", "Write digits alone, without quotes."),
    "float_type": lambda f, _: (f"{f} is not a number", "Write a number alone; the unit has its own key."),
    "finite_number": lambda f, _: (f"{f} is not a finite number", "Write a number."),
    "bool_type": lambda f, _: (f"{f} is not a switch", "Write true or false, without quotes."),
    "greater_than_equal": lambda f, c: _bound(f, c, "below", "Give at least"),
    "less_than_equal": lambda f, c: _bound(f, c, "above", "Give at most"),
    "literal_error": _choice,
    "enum": _choice,
    "model_type": lambda f, _: (
        f"{f} stands where keys and values belong",
        "Write indented `key: value` lines.",
    ),
    "dict_type": lambda f, _: (
        f"{f} stands where keys and values belong",
        "Write indented `key: value` lines.",
    ),
    "tuple_type": lambda f, _: (
        f"{f} is not a list",
        "Write a list, such as [a, b], or lines that begin with `- `.",
    ),
}
"""Words for each kind of error that the schema can raise, but for missing and unknown keys."""


def schema_faults(error: ValidationError, marks: Marks) -> list[Fault]:
    """Return the faults of a scenario that breaks the schema, in the order of the schema.

    Parameters
    ----------
    error : pydantic.ValidationError
        What the schema found.
    marks : Marks
        Places of the keys.
    """
    details = error.errors(include_url=False)
    mistaken = _mistaken_keys(path for path, kind in map(_located, details) if kind == "extra_forbidden")
    faults = []
    for detail in details:
        path, kind = _located(detail)
        if kind == "extra_forbidden":
            faults.append(_unknown_key(path, marks))
        elif kind == "missing":
            if path not in mistaken and not (len(path) == 1 and ("extends",) in mistaken):
                faults.append(_missing_key(path, marks))
        else:
            faults.append(_wrong_value(path, kind, detail.get("ctx", {}), marks))
    return faults


def _located(detail: Mapping[str, object]) -> tuple[Path, str]:
    """Return the path of an error, without pydantic's mark for a key, and its kind."""
    location = detail["loc"]
    assert isinstance(location, tuple)
    path: Path = tuple(step for step in location if step != "[key]")
    return path, "key" if "[key]" in location else str(detail["type"])


def _mistaken_keys(unknown: Iterable[Path]) -> set[Path]:
    """Return the paths that unknown keys were probably meant to be; those are not reported as missing too."""
    meant = ((path[:-1], nearest(str(path[-1]), keys_at(path[:-1]))) for path in unknown)
    return {(*parent, key) for parent, key in meant if key}


def _unknown_key(path: Path, marks: Marks) -> Fault:
    """Return the fault of a key that the schema does not have."""
    return Fault(marks.where(path), "this key is not known", suggest(str(path[-1]), keys_at(path[:-1])))


def _missing_key(path: Path, marks: Marks) -> Fault:
    """Return the fault of a key that must be there."""
    meaning = _description(path)
    mend = f"Add `{path[-1]}:`" + (f" ({meaning})." if meaning else ".")
    return Fault(marks.where(path), "this key is missing", mend)


def _wrong_value(path: Path, kind: str, context: _Context, marks: Marks) -> Fault:
    """Return the fault of a value that the schema does not allow."""
    if kind == "key":
        what, mend = _choice(repr(path[-1]), context)
        return Fault(marks.where(path), what, mend)
    node = marks.node(path)
    what, mend = TRANSLATIONS[kind](found(node), context)
    if isinstance(node, Leaf) and node.value is None:
        what = "nothing is written here"
    return Fault(marks.where(path), what, mend)


def found(node: Node | None) -> str:
    """Return what was written, as a message shows it."""
    if isinstance(node, Branch):
        return f"a mapping ({', '.join(list(node.items)[:4])})" if node.items else "an empty mapping"
    if isinstance(node, Row):
        return f"a list of {len(node.items)}"
    if isinstance(node, Leaf):
        return short(node.text) if isinstance(node.value, str) else (node.text or "nothing")
    return "this"


def keys_at(path: Path) -> tuple[str, ...]:
    """Return the keys that the schema knows in the mapping at a path; none where keys are free."""
    if not path:
        return TOP_KEYS
    part = _part_at(path)
    return tuple(part.model_fields) if part else ()


def _part_at(path: Path) -> type[BaseModel] | None:
    """Return the part of the schema at a path, or None where there is none."""
    kind: object = Scenario
    for step in path:
        kind = _step_into(kind, step)
    return kind if isinstance(kind, type) and issubclass(kind, Part) else None


def _step_into(kind: object, step: str | int) -> object:
    """Return the type of the value under a key of a part, mapping or list."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        info = kind.model_fields.get(str(step))
        return _bare(info.annotation) if info else None
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return _bare(arguments[1])
    return _bare(arguments[0]) if get_origin(kind) is tuple else None


def _bare(kind: object) -> object:
    """Return a type without its annotations and without None."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return _bare(next(option for option in get_args(kind) if option is not type(None)))
    return kind


def _description(path: Path) -> str:
    """Return what the schema says about a key, as one clause."""
    part = _part_at(path[:-1]) if path[:-1] else Scenario
    info: FieldInfo | None = part.model_fields.get(str(path[-1])) if part else None
    text = (info.description if info else "") or ""
    return text.split(";")[0].strip().rstrip(".").replace("``", "`")
