"""Charts of capacity: on which grade each technology rests, and where it stands."""

from __future__ import annotations

from collections.abc import Callable

from qhgrid.facts.rows import PREFECTURES
from qhgrid.indicators.capacity import GRADES
from qhgrid.indicators.display import POWER, shown
from qhgrid.report.document import CategoryChart, Chart, Series
from qhgrid.report.study import Study, in_order, short_name
from qhgrid.scenario.fleet import CountedPlant

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


def _capacity(study: Study, chosen: Callable[[CountedPlant], bool]) -> float:
    """Return the counted capacity of the chosen plants [万千瓦]."""
    return shown(sum(plant.p_nom for plant in study.ledger.fleet if chosen(plant)), POWER)


def capacity_by_grade(study: Study) -> Chart:
    """Return the capacity of each technology, split by maturity grade."""
    names = in_order({plant.technology for plant in study.ledger.fleet})[::-1]
    series = [
        Series(
            study.say(f"grade.{grade}"),
            tuple(
                _capacity(study, lambda p, n=name, g=grade: p.technology == n and p.grade == g)
                for name in names
            ),
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
            tuple(
                _capacity(
                    study, lambda plant, n=name, p=place: plant.technology == n and plant.prefecture == p
                )
                for place in PREFECTURES
            ),
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
