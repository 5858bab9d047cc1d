"""Charts of demand: months by class, and the mean day as asked for and as drawn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from qhgrid.indicators import demand_side
from qhgrid.indicators.display import ENERGY, POWER, shown_all
from qhgrid.indicators.energy import total
from qhgrid.indicators.energy_table import DEMAND_CLASSES
from qhgrid.report.charts_energy import month_labels
from qhgrid.report.document import CategoryChart, Chart, Series
from qhgrid.report.study import Study

COLOURS = ("#4d4d4d", "#9aa5b1", "#6b8fb3", "#7fb3a2", "#8e6bb3", "#c97b5a", "#b3a16b", "#7fcdbb", "#c9c2b8")
"""One colour for each class, in the order of the table."""
ASKED_COLOUR, DRAWN_COLOUR = "#9aa5b1", "#111111"


def demand_by_month(study: Study) -> Chart:
    """Return the energy of each class in each month, bars on each other."""
    load = study.ledger.demand
    classes = load["demand_class"].to_numpy()
    position = 0 if study.lang == "zh" else 1
    bars = [
        Series(labels[position], shown_all(study.ledger.by_month(total(mine))[:-1], ENERGY), colour)
        for (name, labels), colour in zip(DEMAND_CLASSES.items(), COLOURS, strict=True)
        for mine in (load.isel(load=classes == name),)
        if mine.size
    ]
    return CategoryChart(
        key="demand_by_month",
        title=study.say("demand.months"),
        unit=ENERGY,
        source=study.say("source.run"),
        categories=month_labels(study),
        series=tuple(bars),
        height=380,
    )


def demand_day(study: Study) -> Chart:
    """Return the mean day of demand, as its users asked for it and as it was drawn."""
    results = study.results
    drawn = total(study.ledger.demand).to_numpy()
    parts = demand_side.changes(results)
    moved = sum((part.sum("load").to_numpy() for part in parts[:2]), start=np.zeros(len(drawn)))
    clock = pd.DatetimeIndex(results["snapshot"].to_numpy()).hour.to_numpy()
    return CategoryChart(
        key="demand_day",
        title=study.say("demand.day"),
        unit=POWER,
        source=study.say("source.run"),
        note=study.say("demand.day.note"),
        categories=tuple(f"{hour}" for hour in range(24)),
        series=(
            Series(study.say("demand.asked"), _mean_day(drawn - moved, clock), ASKED_COLOUR, "dashed"),
            Series(study.say("demand.drawn"), _mean_day(drawn, clock), DRAWN_COLOUR, "line"),
        ),
        height=300,
    )


def _mean_day(power: npt.NDArray[np.float64], clock: npt.NDArray[np.int64]) -> tuple[float, ...]:
    """Return the mean of each hour of the day [万千瓦]."""
    sums = np.bincount(clock, weights=power, minlength=24)
    return shown_all((sums / np.maximum(np.bincount(clock, minlength=24), 1)).tolist(), POWER)
