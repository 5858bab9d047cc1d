"""What a user asks of a selection: options of the command, or a YAML file of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from qhgrid.errors import Fault, QhgridError
from qhgrid.projects.register import Tier
from qhgrid.units import parse_quantity

if TYPE_CHECKING:
    from qhgrid.facts import Facts

AIMS = ("cost", "capacity", "clean_capacity")
"""Least yearly cost; most capacity, or clean capacity, for the money."""
TARGETS = ("capacity_total", "capacity_clean", "clean_share", "unserved", "corridors", "utilisation")
"""Targets that may be asked for."""
REST = ("in", "out")
"""Whether projects that cannot be chosen are built throughout, or not at all."""
OUTSIDE = "outside"
"""Key of what a project spends outside the province."""


class SelectionError(QhgridError):
    """A selection cannot be made from what was given."""


@dataclass(frozen=True)
class Wishes:
    """What is asked of a selection.

    Parameters
    ----------
    budget : float or None, optional
        Investment of all chosen projects at most [CNY].
    prefectures, tiers : Mapping, optional
        The same for the part in a prefecture, and for the projects of a tier [CNY].
    keep, drop : tuple of str, optional
        Projects that are chosen in any case, paid for; and that are not built.
    rest : str, optional
        One of :data:`REST`.
    assume_costs : bool, optional
        Whether assumed unit costs stand in where no investment is published.
    aim : str, optional
        One of :data:`AIMS`.
    targets : tuple of str, optional
        Of :data:`TARGETS`.
    dispatches : int, optional
        Exact dispatches at most.
    gap : float, optional
        Gap at which the search ends [1].
    alternatives : int, optional
        Near choices to look for.
    """

    budget: float | None = None
    prefectures: Mapping[str, float] = field(default_factory=dict)
    tiers: Mapping[str, float] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    rest: str = "in"
    assume_costs: bool = False
    aim: str = "cost"
    targets: tuple[str, ...] = ("capacity_total", "capacity_clean", "clean_share", "unserved")
    dispatches: int = 60
    gap: float = 1e-3
    alternatives: int = 5

    def settings(self) -> dict[str, Any]:
        """Return what decides the result, as plain JSON values by option."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in plain.items()}


def read_wishes(path: Path) -> Wishes:
    """Return the wishes in a YAML file, whose keys are those of :class:`Wishes`, money with a unit.

    Raises
    ------
    SelectionError
        If the file cannot be read, or says what is not understood; all faults at once.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        what = f"cannot be read as YAML: {str(error).splitlines()[0]}"
        raise SelectionError(Fault(str(path), what, "Give a YAML file of options.")) from error
    if not isinstance(content, dict):
        raise SelectionError(Fault(str(path), "holds no options", "Write `budget: 3000亿元` and the like."))
    return with_options(Wishes(), content, str(path))


def with_options(wishes: Wishes, options: Mapping[str, Any], where: str) -> Wishes:
    """Return the wishes with some replaced by options as written.

    Raises
    ------
    SelectionError
        If an option is unknown or its value is not understood; all faults at once.
    """
    known = {one.name for one in fields(Wishes)}
    faults: list[Fault] = []
    changes: dict[str, Any] = {}
    for name, value in options.items():
        if name not in known:
            mend = f"Use some of: {', '.join(sorted(known))}."
            faults.append(Fault(f"{where}: {name}", "is no option of a selection", mend))
            continue
        try:
            changes[name] = _value(name, value, f"{where}: {name}")
        except QhgridError as error:
            faults += error.faults
    if faults:
        raise SelectionError(faults)
    return replace(wishes, **changes)


def _value(name: str, value: object, where: str) -> Any:  # noqa: ANN401  as the option has it
    """Return the value of an option.

    Raises
    ------
    QhgridError
        If it is not understood.
    """
    if name == "budget":
        return None if value is None else _money(value, where)
    if name in ("prefectures", "tiers"):
        if not isinstance(value, Mapping):
            raise SelectionError(Fault(where, "is no list of budgets", "Write `haixi: 1000亿元` below it."))
        return {str(key): _money(one, f"{where}.{key}") for key, one in value.items()}
    if name in ("keep", "drop", "targets"):
        parts = value if isinstance(value, list | tuple) else str(value or "").split(",")
        return tuple(dict.fromkeys(str(part).strip() for part in parts if str(part).strip()))
    default = getattr(Wishes(), name)
    wanted = (int, float) if isinstance(default, float) else type(default)
    if not isinstance(value, wanted) or (isinstance(value, bool) and not isinstance(default, bool)):
        raise SelectionError(Fault(where, f"{value!r} is not understood", f"Write it like {default!r}."))
    return value


def _money(value: object, where: str) -> float:
    """Return an amount of money, more than nothing [CNY].

    Raises
    ------
    QhgridError
        If there is no such amount.
    """
    amount = parse_quantity(value, "money", where)
    if amount <= 0.0:
        raise SelectionError(Fault(where, "is not more than nothing", "Give an amount such as 3000亿元."))
    return amount


def parse_budgets(said: Sequence[str], option: str) -> dict[str, str]:
    """Return budgets written as ``key=amount``, by key.

    Raises
    ------
    SelectionError
        If one is written otherwise.
    """
    pairs = [text.partition("=") for text in said]
    faults = [
        Fault(f"{option} {text}", "is no budget", f"Write {option} KEY=AMOUNT, such as haixi=1000亿元.")
        for text, (key, equals, amount) in zip(said, pairs, strict=True)
        if not (key and equals and amount)
    ]
    if faults:
        raise SelectionError(faults)
    return {key.strip(): amount.strip() for key, _, amount in pairs}


def check_wishes(wishes: Wishes, facts: Facts) -> None:
    """Check names against the fact tables.

    Raises
    ------
    SelectionError
        With all that is not known.
    """
    tiers = [tier.value for tier in Tier]
    asked = (
        ("keep", wishes.keep, list(facts.projects), "See `qhgrid projects list` for the ids."),
        ("drop", wishes.drop, list(facts.projects), "See `qhgrid projects list` for the ids."),
        ("prefectures", wishes.prefectures, [*facts.prefectures, OUTSIDE], "See data/prefectures.csv."),
        ("tiers", wishes.tiers, tiers, f"Use some of: {', '.join(tiers)}."),
        ("aim", (wishes.aim,), list(AIMS), f"Use one of: {', '.join(AIMS)}."),
        ("targets", wishes.targets, list(TARGETS), f"Use some of: {', '.join(TARGETS)}."),
        ("rest", (wishes.rest,), list(REST), f"Use one of: {', '.join(REST)}."),
    )
    faults = [
        Fault(f"{option} {name}", "is not known", mend)
        for option, names, known, mend in asked
        for name in names
        if name not in known
    ]
    both = sorted(set(wishes.keep) & set(wishes.drop))
    faults += [Fault(f"keep {name}", "is dropped as well", "Keep it or drop it.") for name in both]
    if faults:
        raise SelectionError(faults)
