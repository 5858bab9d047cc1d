"""Yearly demand of each class, built from what is made or done times what each unit of it takes.

``demand_activity.csv`` says for some years how much of a driver there is (tonnes of aluminium, racks, people
heated by electricity) and how much electricity a unit takes. Between two such years the quantity grows at a
steady rate (in equal steps where one end is 0), intensity and multiplier change in equal steps; before the
first and after the last year of a driver its figures hold. A driver counts from its in-service year on.

The classes add up to the total of ``demand.csv``: what the drivers leave open is a driver of its own,
:data:`RESIDUAL`, in :data:`RESIDUAL_CLASS`, and never hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qhgrid.errors import FactsError, Fault
from qhgrid.facts.rows import DEMAND_CLASSES, DemandActivity

if TYPE_CHECKING:
    from qhgrid.facts.tables import Facts

RESIDUAL = "residual"
"""Name of the driver that closes the distance to the total."""
RESIDUAL_CLASS = "other"
"""Class that holds it."""
EVERY_LEVEL = ("actual", "any")
"""Levels of rows that count on every growth path."""
MWH_PER_KWH = 1e-3


@dataclass(frozen=True)
class Activity:
    """A driver of demand in one year.

    Parameters
    ----------
    driver, demand_class : str
        What it is, and the class of demand that it belongs to.
    name_zh, name_en : str
        Names without the year.
    prefecture : str
        Where it stands; empty for the province.
    quantity : float
        How much there is, in `unit`.
    unit : str
        Base unit of the quantity.
    intensity_kwh : float
        Electricity of a unit [kWh].
    multiplier : float
        Further factor: the PUE of computing, 1 otherwise.
    energy_mwh, low_mwh, high_mwh : float
        Yearly electricity with its range [MWh].
    is_assumed : bool
        Whether a row behind it is assumed.
    sources : tuple of str
        Sources of the rows behind it.
    """

    driver: str
    demand_class: str
    name_zh: str
    name_en: str
    prefecture: str
    quantity: float
    unit: str
    intensity_kwh: float
    multiplier: float
    energy_mwh: float
    low_mwh: float
    high_mwh: float
    is_assumed: bool
    sources: tuple[str, ...]


def activities(facts: Facts, year: int, level: str) -> tuple[Activity, ...]:
    """Return every driver of ``demand_activity.csv`` in a year on a growth path, in the order of the table.

    Parameters
    ----------
    facts : Facts
        The fact tables.
    year : int
        Level year.
    level : str
        ``low``, ``central`` or ``high``; past years are the same on all of them.
    """
    series: dict[tuple[str, str], list[DemandActivity]] = {}
    for row in facts.demand_activity.values():
        anchors = series.setdefault((row.driver, row.prefecture), [])
        if row.level in EVERY_LEVEL or row.level == level:
            anchors.append(row)
    return tuple(_activity(sorted(rows, key=_year_of), year) for rows in series.values() if rows)


def _year_of(row: DemandActivity) -> int:
    """Return the year of a row."""
    return row.year


def _activity(rows: Sequence[DemandActivity], year: int) -> Activity:
    """Return a driver in `year` from its rows in order of time."""
    before = max((row for row in rows if row.year <= year), key=_year_of, default=rows[0])
    after = min((row for row in rows if row.year >= year), key=_year_of, default=rows[-1])
    way = (year - before.year) / (after.year - before.year) if before.year < year < after.year else 0.0
    quantity = _grown(_value(before), _value(after), way)
    intensity = _between(before.intensity_kwh, after.intensity_kwh, way)
    multiplier = _between(before.multiplier, after.multiplier, way)
    exists = year >= max(before.in_service_year, after.in_service_year)
    energy = quantity * intensity * multiplier * MWH_PER_KWH if exists else 0.0
    low, high = (_between(_spread(before, end), _spread(after, end), way) for end in ("low", "high"))
    return Activity(
        before.driver,
        before.demand_class,
        _without_year(before.name_zh),
        before.name_en.rpartition(" ")[0].rpartition(" ")[0],
        before.prefecture,
        quantity if exists else 0.0,
        before.unit,
        intensity,
        multiplier,
        energy,
        energy * low,
        energy * high,
        before.is_assumed or after.is_assumed,
        tuple(dict.fromkeys((before.source, after.source))),
    )


def _without_year(name_zh: str) -> str:
    """Return a Chinese name without the year before it and the level behind it."""
    return name_zh.partition("年")[2].rpartition("（")[0]


def _value(row: DemandActivity) -> float:
    """Return the quantity of a row, which facts.check has found."""
    return 0.0 if row.value is None else row.value


def _between(first: float, last: float, way: float) -> float:
    """Return the figure a share `way` of the way, in equal steps."""
    return first + way * (last - first)


def _grown(first: float, last: float, way: float) -> float:
    """Return the figure a share `way` of the way, at a steady rate of growth."""
    if first <= 0 or last <= 0:
        return _between(first, last, way)
    return float(first * (last / first) ** way)


def _spread(row: DemandActivity, end: str) -> float:
    """Return the low or high energy of a row over its energy: the wider of quantity and intensity [1]."""
    quantity, value = getattr(row, end), _value(row)
    of_quantity = quantity / value if quantity is not None and value > 0 else 1.0
    of_intensity = getattr(row, f"intensity_{end}") / row.intensity_kwh if row.intensity_kwh > 0 else 1.0
    wider = min if end == "low" else max
    return float(wider(of_quantity, of_intensity))


def total_mwh(facts: Facts, year: int, level: str) -> float | None:
    """Return the total of ``demand.csv`` for a year and level [MWh]; an actual one stands for all."""
    total = facts.demand_energy(year, level)
    return facts.demand_energy(year, "actual") if total is None else total


def demand_activities(facts: Facts, year: int, level: str) -> tuple[Activity, ...]:
    """Return all drivers of a year, the residual among them, so that they add up to the total.

    Where ``demand.csv`` states a class itself, that row stands in place of the drivers of the class. Where it
    states no total there is no residual.

    Raises
    ------
    FactsError
        If the drivers take more than the total.
    """
    stated = {
        row.demand_class: row
        for stand_in in ("actual", level)
        for row in facts.demand.values()
        if (row.year, row.level) == (year, stand_in) and row.demand_class != "total"
    }
    total = total_mwh(facts, year, level)
    if total is None and not stated:
        return ()
    found = [item for item in activities(facts, year, level) if item.demand_class not in stated]
    found += [_stated(row.demand_class, row.value or 0.0, row.source) for row in stated.values()]
    return tuple(found) if total is None else (*found, _residual(found, total, year, level))


def _stated(demand_class: str, energy: float, source: str) -> Activity:
    """Return a class that ``demand.csv`` states as a driver of its own, counted in MWh."""
    return Activity(
        demand_class, demand_class, demand_class, demand_class, "", energy, "MWh", 1e3, 1.0,
        energy, energy, energy, True, (source,),
    )  # fmt: skip


def _residual(found: Iterable[Activity], total: float, year: int, level: str) -> Activity:
    """Return what is left of `total` [MWh]."""
    known = sum(item.energy_mwh for item in found)
    rest = total - known
    if rest < -1e-9 * total:
        what = f"the drivers of {year}, level {level}, take {known / 1e5:.6g} 亿千瓦时, more than the total"
        mend = f"Lower them by {-rest / 1e5:.6g} 亿千瓦时, or raise the total in demand.csv."
        raise FactsError(Fault("demand_activity.csv", what, mend))
    rest = max(rest, 0.0)
    return Activity(
        RESIDUAL, RESIDUAL_CLASS, "未分项工业（余项）", "Industry not listed (residual)", "",
        rest, "MWh", 1e3, 1.0, rest, rest, rest, True, ("全省合计减各分项",),
    )  # fmt: skip


def class_energies_mwh(facts: Facts, year: int, level: str) -> dict[str, float]:
    """Return the yearly energy of each class that has any [MWh], in the order of the classes."""
    found = demand_activities(facts, year, level)
    sums = {
        name: sum(item.energy_mwh for item in found if item.demand_class == name) for name in DEMAND_CLASSES
    }
    return {name: energy for name, energy in sums.items() if energy > 0}


def residual_share(facts: Facts, year: int, level: str) -> float:
    """Return the residual's share of the total [1], 0 where the table has no total of the year."""
    total = total_mwh(facts, year, level)
    rest = sum(item.energy_mwh for item in demand_activities(facts, year, level) if item.driver == RESIDUAL)
    return rest / total if total else 0.0


def multiplier(facts: Facts, year: int, level: str, demand_class: str) -> float:
    """Return the mean multiplier of a class in a year, weighted by energy: the PUE of computing [1]."""
    found = [a for a in activities(facts, year, level) if a.demand_class == demand_class and a.energy_mwh > 0]
    net = sum(item.energy_mwh / item.multiplier for item in found)
    return sum(item.energy_mwh for item in found) / net if net > 0 else 1.0
