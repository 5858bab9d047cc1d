"""Whether the fact tables fit together: references between them, quotes, and what must have a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from qhgrid.errors import FactsError, Fault
from qhgrid.facts.check_projects import project_faults
from qhgrid.facts.check_river import river_faults
from qhgrid.facts.rows import PREFECTURES, Row

if TYPE_CHECKING:
    from qhgrid.facts.tables import Facts

GRADES = ("OP", "G5", "G4", "G3", "G2", "G1", "G0", "A")
"""Maturity grades that a row may have."""

REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "stations": (("prefecture", "prefectures"),),
    "lines": (("station0", "stations"), ("station1", "stations")),
    "ties": (("station", "stations"), ("prefecture", "prefectures")),
    "corridors": (("sending_station", "stations"), ("sending_prefecture", "prefectures")),
    "hydro_plants": (("station", "stations"), ("prefecture", "prefectures"), ("downstream?", "hydro_plants")),
    "hydro_units": (("plant", "hydro_plants"),),
    "fleet": (
        ("technology", "technologies"),
        ("prefecture", "prefectures"),
        ("station", "stations"),
        ("corridor?", "corridors"),
    ),
    "hydro_reaches": (("upstream", "hydro_plants"), ("downstream", "hydro_plants")),
    "hydro_curves": (("plant", "hydro_plants"),),
    "hydro_levels": (("plant", "hydro_plants"),),
    "hydro_flows": (("plant", "hydro_plants"),),
    "hydro_observed_levels": (("plant", "hydro_plants"),),
    "corridors_curves": (("corridor", "corridors"),),
    "corridors_by_year": (("corridor", "corridors"),),
    "ties_by_year": (("tie", "ties"),),
    "tie_price_shape": (("tie?", "ties"),),
    "thermal_units": (("id", "fleet"),),
    "pumped_storage": (
        ("id", "fleet"),
        ("lower_plant?", "hydro_plants"),
        ("upper_plant?", "hydro_plants"),
    ),
    "storage_sites": (("id", "fleet"),),
    "element_shares": (("project", "projects"),),
    "demand_shares": (("prefecture", "prefectures"),),
    "full_load_hours": (("technology", "technologies"), ("prefecture", "prefectures")),
}
"""Columns of a table that hold an id of another; ``?`` marks those that may be empty."""

VALUE_NOT_NEEDED = (
    "targets",
    "projects",
    "sector_rules",
    "project_bundles",
    "plan_quotes",
    "cell_sources",
    "statistics",
    "storage_sites",
    "past_settings",
)
"""Tables whose rows may have no value."""


def check_facts(facts: Facts) -> None:
    """Check the tables against each other.

    Raises
    ------
    FactsError
        If an id is unknown, a value is missing, a grade is unknown, a station stands in another prefecture
        than the row that uses it, or a quote is not found in ``plan_quotes.csv``; holds every fault found.
    """
    checks = (_references, _values, _grades, _prefectures, _places, _sitings, _quotes, _cells)
    faults = [fault for check in (*checks, river_faults, project_faults) for fault in check(facts)]
    if faults:
        raise FactsError(faults)


def _rows(facts: Facts, table: str) -> Iterable[Row]:
    """Return the rows of a table."""
    rows: dict[str, Row] = getattr(facts, table)
    return rows.values()


def _references(facts: Facts) -> Iterator[Fault]:
    """Say which references lead nowhere."""
    for table, columns in REFERENCES.items():
        for row in _rows(facts, table):
            for column, target in columns:
                name = getattr(row, column.rstrip("?"))
                if name not in getattr(facts, target) and not (column.endswith("?") and not name):
                    what = f"{name!r} is not in {target}.csv"
                    yield Fault(
                        f"{table}.csv: {row.id}: {column.rstrip('?')}", what, f"Use an id of {target}.csv."
                    )


def _values(facts: Facts) -> Iterator[Fault]:
    """Say which rows lack the value that they must have."""
    for table in facts.__dataclass_fields__:
        if table in VALUE_NOT_NEEDED or not isinstance(getattr(facts, table), dict):
            continue
        for row in _rows(facts, table):
            if row.value is None:
                yield Fault(
                    f"{table}.csv: {row.id}: value", "there is no value", "Give it, or assume one with range."
                )


def _grades(facts: Facts) -> Iterator[Fault]:
    """Say which grades are unknown."""
    for table in (
        "stations",
        "lines",
        "ties",
        "corridors",
        "hydro_plants",
        "hydro_flows",
        "fleet",
        "projects",
    ):
        for row in _rows(facts, table):
            for column in ("grade", "uprate_grade"):
                grade = getattr(row, column, "OP")
                if grade not in GRADES and not (column == "uprate_grade" and not grade):
                    what = f"{grade!r} is not a maturity grade"
                    yield Fault(f"{table}.csv: {row.id}: {column}", what, f"Use one of: {', '.join(GRADES)}.")


def _prefectures(facts: Facts) -> Iterator[Fault]:
    """Say whether the eight prefectures stand in their order."""
    if tuple(facts.prefectures) != PREFECTURES:
        mend = f"Use exactly: {', '.join(PREFECTURES)}."
        yield Fault("prefectures.csv: id", "the eight prefectures are not all there in their order", mend)


def _places(facts: Facts) -> Iterator[Fault]:
    """Say which rows stand in another prefecture than their station."""
    for table, station, prefecture in (
        ("fleet", "station", "prefecture"),
        ("hydro_plants", "station", "prefecture"),
        ("ties", "station", "prefecture"),
        ("corridors", "sending_station", "sending_prefecture"),
    ):
        for row in _rows(facts, table):
            found = facts.stations.get(getattr(row, station))
            if found is not None and found.prefecture != getattr(row, prefecture):
                what = (
                    f"station {found.id} stands in {found.prefecture}, the row in {getattr(row, prefecture)}"
                )
                yield Fault(f"{table}.csv: {row.id}: {station}", what, "Give both the same prefecture.")


SITINGS = ("source", "grid", "user")
"""Where storage may stand."""


def _sitings(facts: Facts) -> Iterator[Fault]:
    """Say which storage stands nowhere that is known."""
    for row in facts.storage_sites.values():
        if row.siting not in SITINGS:
            what = f"{row.siting!r} is not a siting"
            yield Fault(f"storage_sites.csv: {row.id}: siting", what, f"Use one of: {', '.join(SITINGS)}.")


def _quotes(facts: Facts) -> Iterator[Fault]:
    """Say which quotes are not words of a governing document."""
    texts = [row.text for row in facts.plan_quotes.values()]
    for table in ("targets", "fleet", "corridors", "ties", "hydro_plants", "projects"):
        for row in _rows(facts, table):
            quote = getattr(row, "quote", "")
            if quote and not any(quote in text for text in texts):
                what = f"{quote!r} is not in plan_quotes.csv"
                yield Fault(f"{table}.csv: {row.id}: quote", what, "Quote the plan word by word.")


def _cells(facts: Facts) -> Iterator[Fault]:
    """Say which sources of single figures point at no figure, or at a figure that has changed."""
    for cell in facts.cell_sources.values():
        where = f"cell_sources.csv: {cell.id}"
        rows: dict[str, Row] = getattr(facts, cell.table, {})
        if cell.row != "*" and cell.row not in rows:
            yield Fault(where, f"{cell.table}.csv has no row {cell.row!r}", "Name a row, or * for all.")
        elif cell.row != "*" and getattr(rows[cell.row], cell.column, None) != cell.value:
            yield Fault(
                where, f"{cell.column} of {cell.row} is not {cell.value}", "Give both the same figure."
            )
