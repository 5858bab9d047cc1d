"""Charts of capacity: on which grade each technology rests, and where it stands."""

from __future__ import annotations

from qhgrid.facts.rows import PREFECTURES
from qhgrid.indicators.capacity import GRADES
from qhgrid.indicators.display import POWER, shown
from qhgrid.report.document import CategoryChart, Chart, Series
from qhgrid.report.study import Study, in_order, short_name

GRADE_COLOURS = {
    "OP": "#1f4e79",
    "G5": "#2e75b6",
    "G4": "#5ba3d9",
    "G3": "#9dc3e6",
    "G2": "#c9dcef",
    "G1": "#dde6ee",
    "G0": "#e9ecef",
    "A": "#f0a35e",
}
"""Dark for sure, pale for far; assumptions stand out."""


def _capacity(study: Study, technology: str, attribute: str, value: str) -> float:
    """Return the counted capacity of a technology whose `attribute` is `value` [万千瓦]."""
    plants = (plant for plant in study.ledger.fleet if plant.technology == technology)
    return shown(sum(plant.p_nom for plant in plants if getattr(plant, attribute) == value), POWER)


def capacity_by_grade(study: Study) -> Chart:
    """Return the capacity of each technology, split by maturity grade."""
    names = in_order({plant.technology for plant in study.ledger.fleet})[::-1]
    series = [
        Series(
            study.say(f"grade.{grade}"),
            tuple(_capacity(study, name, "grade", str(grade)) for name in names),
            GRADE_COLOURS[str(grade)],
        )
        for grade in GRADES
    ]
    return CategoryChart(
        key="capacity_by_grade",
        title=study.say("grades"),
        unit=POWER,
        source=study.say("source.fleet"),
        note=study.say("grades.note"),
        categories=tuple(study.technology_name(name) for name in names),
        series=tuple(one for one in series if any(one.values)),
        lying=True,
        height=max(240, 90 + 34 * len(names)),
    )


def capacity_by_prefecture(study: Study) -> Chart:
    """Return the capacity in each prefecture, split by technology."""
    names = in_order({plant.technology for plant in study.ledger.fleet})
    series = tuple(
        Series(
            study.technology_name(name),
            tuple(_capacity(study, name, "prefecture", place) for place in PREFECTURES),
            study.technology_colour(name),
        )
        for name in names
    )
    return CategoryChart(
        key="capacity_by_prefecture",
        title=study.say("prefecture.capacity"),
        unit=POWER,
        source=study.say("source.fleet"),
        categories=tuple(_prefecture_name(study, place) for place in PREFECTURES),
        series=series,
        height=360,
    )


def _prefecture_name(study: Study, prefecture: str) -> str:
    """Return the everyday name of a prefecture."""
    row = study.facts.prefectures.get(prefecture)
    return short_name(study.name(row)) if row is not None else prefecture
