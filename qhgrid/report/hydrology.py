"""Charts of the hydrology page: flows, levels against their rule curves, energy and spill, water rates."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from qhgrid.clock import steps_by_month
from qhgrid.indicators.display import ENERGY, shown
from qhgrid.indicators.energy import hydro_spill
from qhgrid.indicators.river import River
from qhgrid.report.charts_map import LABELS_AT, OUTLINES
from qhgrid.report.document import (
    CategoryChart,
    Chart,
    Flow,
    HourChart,
    MapChart,
    Place,
    Region,
    Series,
)
from qhgrid.report.study import SPARE_COLOURS

if TYPE_CHECKING:
    from qhgrid.report.study import Study

FloatArray = npt.NDArray[np.float64]
WATER, GREY, WARM = "#2f6db3", "#7f7f7f", "#d9a19a"
FLOW, LEVEL, SHARE, RATE = "m3/s", "m", "%", "m3/kWh"


class Hydrology:
    """The charts of one run.

    Parameters
    ----------
    study : Study
        Results, facts and language.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self.river = River(study.results, study.scenario, study.facts)

    def charts(self) -> tuple[tuple[Chart, ...], ...]:
        """Return the charts in the rows in which they stand, none without a river."""
        if not self.river.plants:
            return ()
        rows = (
            (self._flows(),),
            tuple(self._levels()),
            self._positions(),
            (self._map(),),
            (self._energy(),),
            tuple(self._rates()),
        )
        return tuple(row for row in rows if row)

    @cached_property
    def _ends(self) -> npt.NDArray[np.int64]:
        """Return the position of the last hour of each day."""
        days = self.river.times.normalize()
        return np.flatnonzero(np.append(days[1:] != days[:-1], True))

    def _daily(self, values: FloatArray) -> tuple[float, ...]:
        """Return the mean of each day, shape (day,)."""
        starts = np.concatenate(([0], self._ends[:-1] + 1))
        sums = np.add.reduceat(values * self.river.hours, starts)
        return tuple((sums / np.add.reduceat(self.river.hours, starts)).tolist())

    def _chart(
        self, key: str, title: str, unit: str, series: list[Series], note: str = "", *, zero: bool = True
    ) -> HourChart:
        """Return a chart over the days."""
        return HourChart(
            key=key,
            title=title,
            unit=unit,
            source=self.study.say("source.run"),
            note=note,
            labels=tuple(f"{self.river.times[end]:%m-%d}" for end in self._ends),
            series=tuple(series),
            step=max(1, len(self._ends) // 12),
            from_zero=zero,
            height=340,
        )

    def _name(self, plant: str) -> str:
        """Return the name of a plant."""
        return self.study.name(self.study.facts.hydro_plants[plant])

    def _flows(self) -> Chart:
        """Return natural inflow of the river, the release of its largest reservoir, and what leaves."""
        river, say = self.river, self.study.say
        natural = sum((river.inflow(plant) for plant in river.plants), np.zeros(len(river.times)))
        series = [Series(say("river.natural"), self._daily(natural), WATER, "line")]
        sizes = {plant: basin.size for plant in river.plants if (basin := river.basin(plant)) is not None}
        if sizes:
            largest = max(sizes, key=lambda plant: sizes[plant])
            released = river.turbined(largest) + river.spilled(largest)
            label = say("river.release", name=self._name(largest))
            series.append(Series(label, self._daily(released), SPARE_COLOURS[4], "line"))
        out = self._daily(river.flow("generator", "outflow", ""))
        series.append(Series(say("river.outflow"), out, GREY, "line"))
        return self._chart("river_flows_by_day", say("river.flows"), FLOW, series, say("river.flows.note"))

    def _levels(self) -> list[Chart]:
        """Return the level of each reservoir that has a rule curve, with its bounds."""
        return [
            self._level(plant)
            for plant in self.river.plants
            if self.river.level(plant) is not None and self.river.rule(plant) is not None
        ]

    def _level(self, plant: str) -> Chart:
        """Return level, rule curve and highest level by month of a reservoir."""
        river, say, ends = self.river, self.study.say, self._ends
        level, rule = river.level(plant), river.rule(plant)
        limit = river.facts.river_levels.get((plant, "flood_limit"))
        series = [
            Series(say(key), tuple(values[ends].tolist()), colour, shape)
            for key, values, colour, shape in (
                ("river.level", level, WATER, "line"),
                ("river.rule", rule, GREY, "dashed"),
                (
                    "river.limit",
                    None if limit is None else steps_by_month(river.times, limit),
                    WARM,
                    "dashed",
                ),
            )
            if values is not None
        ]
        title = say("river.level.of", name=self._name(plant))
        return self._chart(f"river_level_{plant}", title, LEVEL, series, say("river.level.note"), zero=False)

    def _positions(self) -> tuple[Chart, ...]:
        """Return how full each reservoir is between dead and normal level."""
        series: list[Series] = []
        for plant in self.river.plants:
            content, basin = self.river.content(plant), self.river.basin(plant)
            if content is not None and basin is not None:
                colour = SPARE_COLOURS[len(series) % len(SPARE_COLOURS)]
                full = tuple((100.0 * content[self._ends] / basin.size).tolist())
                series.append(Series(self._name(plant), full, colour, "line"))
        say = self.study.say
        title, note = say("river.positions"), say("river.positions.note")
        return (self._chart("river_positions", title, SHARE, series, note),) if series else ()

    def _map(self) -> Chart:
        """Return the cascade on the map: mean release to the next plant, shaded by hydro energy."""
        river, say = self.river, self.study.say
        released = {plant: river.turbined(plant) + river.spilled(plant) for plant in river.plants}
        means = {plant: river.total(flow) / river.hours.sum() for plant, flow in released.items()}
        at = {plant: self.study.facts.hydro_plants[plant] for plant in river.plants}
        flows = tuple(
            Flow(
                f"{self._name(plant)}—{self._name(below)}",
                (at[plant].lon, at[plant].lat, at[below].lon, at[below].lat),
                means[plant],
                means[plant],
                self._load(plant),
                "line",
            )
            for plant, below in pairwise(river.plants)
        )
        return MapChart(
            key="river_map",
            title=say("river.map"),
            unit=FLOW,
            source=say("source.run"),
            note=say("river.map.note"),
            region_label=say("river.made"),
            region_unit=ENERGY,
            regions=self._regions(),
            places=tuple(
                Place(self._name(plant), row.lon, row.lat, means[plant]) for plant, row in at.items()
            ),
            flows=flows,
            load_labels=(say("river.load.0"), say("river.load.1"), say("river.load.2")),
        )

    def _load(self, plant: str) -> float:
        """Return the mean use of the turbines of a plant, per unit of what they can pass."""
        river = self.river
        most = river.total(river.flow("link", "hydro_turbine", plant, "link_p_max_mw"))
        return river.total(river.turbined(plant)) / most if most > 0 else 0.0

    def _regions(self) -> tuple[Region, ...]:
        """Return the prefectures with the energy of the cascade [亿千瓦时]."""
        made = dict.fromkeys(OUTLINES, 0.0)
        for plant in self.river.plants:
            made[self.study.facts.hydro_plants[plant].prefecture] += self.river.total(self.river.power(plant))
        return tuple(
            Region(OUTLINES[name], self.study.bus_name(name), LABELS_AT[name], shown(energy, ENERGY))
            for name, energy in made.items()
        )

    def _energy(self) -> Chart:
        """Return the energy of each plant, and what its spilled water would have made."""
        river, say = self.river, self.study.say
        spilled = hydro_spill(river.results)["all"]
        by_plant = {
            plant: float(
                spilled.to_numpy()[:, spilled["plant"].to_numpy() == plant].sum(axis=1) @ river.hours
            )
            for plant in river.plants
        }
        made = tuple(shown(river.total(river.power(plant)), ENERGY) for plant in river.plants[::-1])
        lost = tuple(shown(by_plant[plant], ENERGY) for plant in river.plants[::-1])
        return CategoryChart(
            key="river_energy",
            title=say("river.energy"),
            unit=ENERGY,
            source=say("source.run"),
            note=say("river.energy.note"),
            categories=tuple(self._name(plant) for plant in river.plants[::-1]),
            series=(Series(say("river.made"), made, WATER), Series(say("river.spill"), lost, WARM)),
            lying=True,
            height=60 + 28 * len(river.plants),
        )

    def _rates(self) -> list[Chart]:
        """Return the water rate that the run used beside that of the level reached."""
        charts: list[Chart] = []
        for plant in self.river.plants:
            found = self.river.rates_at_level(plant)
            if found is None:
                continue
            say = self.study.say
            series = [
                Series(say("river.rate.used"), self._rate(self.river.rate(plant)), GREY, "dashed"),
                Series(say("river.rate.curve"), self._rate(found[0]), WATER, "line"),
            ]
            title = say("river.rate.of", name=self._name(plant))
            note = say("river.rate.note")
            charts.append(self._chart(f"river_rate_{plant}", title, RATE, series, note, zero=False))
        return charts

    def _rate(self, power_of_water: FloatArray) -> tuple[float, ...]:
        """Return water rates at the end of each day [m3/kWh], from the power of a m3/s."""
        return tuple((3.6 / power_of_water[self._ends]).tolist())
