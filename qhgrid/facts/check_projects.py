"""Whether the register of projects holds together: words, shares, parents, bundles, sectors.

What depends on a scenario, such as capacity that no project carries, is checked by ``qhgrid.projects``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qhgrid.errors import Fault
from qhgrid.facts.rows import PREFECTURES, Project
from qhgrid.facts.rows.projects import INSTRUMENTS, LEVELS, NATURES, OUTSIDE, SECTORS, TOLERANCE_CLASSES

if TYPE_CHECKING:
    from qhgrid.facts.tables import Facts

ROUNDING = 1e-9
"""How far shares may miss their sum."""


def project_faults(facts: Facts) -> Iterator[Fault]:
    """Say what is wrong with the register, its shares and its bundles."""
    for row in facts.projects.values():
        yield from _words(row)
        yield from _shares(row)
        yield from _funding(row)
        yield from _sector(row, facts)
        if row.part_of and row.part_of not in facts.projects:
            yield _fault(row, "part_of", f"{row.part_of!r} is not in the register", "Use an id of it.")
        if row.value is not None and not row.tolerance_class:
            yield _fault(row, "tolerance_class", "is empty beside an investment", "Say how sure it is.")
    yield from _parts(facts)
    yield from _bundles(facts)


def _fault(row: Project, column: str, what: str, mend: str) -> Fault:
    """Return a fault in a cell of the register."""
    return Fault(f"projects.csv: {row.id}: {column}", what, mend)


def _words(row: Project) -> Iterator[Fault]:
    """Say which words are none of those that a column may hold."""
    allowed: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("sector", row.sector, SECTORS),
        ("level", row.level, (*LEVELS, "")),
        ("nature", row.nature, NATURES),
        ("tolerance_class", row.tolerance_class, (*TOLERANCE_CLASSES, "")),
        ("batch", row.batch, ("1", "2", "")),
    )
    for column, word, words in allowed:
        if word not in words:
            listed = ", ".join(filter(None, words))
            yield _fault(row, column, f"{word!r} is not one of {listed}", "Use one of them.")


def _shares(row: Project) -> Iterator[Fault]:
    """Say which shares name no prefecture or do not add up to 1."""
    for name in row.prefecture_shares:
        if name not in (*PREFECTURES, OUTSIDE):
            yield _fault(
                row, "prefecture_shares", f"{name!r} is no prefecture", "Use ids of prefectures.csv."
            )
    total = sum(row.prefecture_shares.values())
    if abs(total - 1.0) > ROUNDING or min(row.prefecture_shares.values(), default=0.0) < 0:
        yield _fault(row, "prefecture_shares", f"add up to {total:g}, not 1", "Let them add up to 1.")


def _funding(row: Project) -> Iterator[Fault]:
    """Say which funding names no instrument or adds up to more than the investment."""
    for name in row.funding:
        if name not in INSTRUMENTS:
            yield _fault(row, "funding", f"{name!r} is no instrument", f"Use {', '.join(INSTRUMENTS)}.")
    total = sum(row.funding.values())
    if total > 1.0 + ROUNDING or min(row.funding.values(), default=0.0) < 0:
        yield _fault(row, "funding", f"adds up to {total:g}", "Give shares of the investment, 1 at most.")


def _sector(row: Project, facts: Facts) -> Iterator[Fault]:
    """Say which project stands in another sector than the rule of its type says."""
    for rule in facts.sector_rules.values():
        if row.sub_type == rule.sub_type and row.sector != rule.sector:
            what = f"{row.sub_type} belongs to {rule.sector}, not {row.sector}"
            yield _fault(row, "sector", what, f"Rule {rule.id}: {rule.rule}.")


def _parts(facts: Facts) -> Iterator[Fault]:
    """Say which shares of elements belong to nothing, or give away more than there is."""
    for share in facts.element_shares.values():
        where = f"element_shares.csv: {share.id}"
        row = facts.projects.get(share.project)
        if row is not None and share.element not in row.elements:
            what = f"{share.project} does not name {share.element}"
            yield Fault(where, what, "Name it among its elements in projects.csv.")
        if share.value is not None and not 0.0 < share.value <= 1.0:
            yield Fault(where, f"{share.value:g} is no share", "Give more than 0 and 1 at most.")


def _bundles(facts: Facts) -> Iterator[Fault]:
    """Say which projects are in no bundle or in two, and which bundles name what is not there."""
    counts = Counter(name for bundle in facts.project_bundles.values() for name in bundle.projects)
    for name, count in counts.items():
        if count > 1:
            yield Fault(f"projects/: {name}", f"is in {count} bundles", "Name it in one YAML file.")
    for bundle in facts.project_bundles.values():
        where = f"projects/{bundle.id}.yaml"
        for name in bundle.projects:
            if name not in facts.projects:
                yield Fault(where, f"{name!r} is not in the register", "Use ids of projects.csv.")
        if bundle.held_by and bundle.held_by not in bundle.projects:
            yield Fault(
                where, f"held_by {bundle.held_by!r} is not in the bundle", "Name one of its projects."
            )
    if facts.project_bundles:
        for row in facts.projects.values():
            if row.id not in counts:
                yield _fault(row, "id", "is in no bundle", "Name it in one YAML file of data/projects.")
