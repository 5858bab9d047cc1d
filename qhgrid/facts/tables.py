"""The fact tables together, with the few views and look-ups that other rooms need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from qhgrid.errors import FactsError, Fault
from qhgrid.facts.levels import Basin, LevelCurve
from qhgrid.facts.rows import (
    Bundle,
    Calibration,
    CellSource,
    CorridorCurve,
    CorridorFact,
    CorridorYear,
    Cost,
    DemandActivity,
    DemandFact,
    DemandShare,
    ElementShare,
    HourSeries,
    HydroCurvePoint,
    HydroFlows,
    HydroLevels,
    HydroObservedLevel,
    HydroPlant,
    HydroReach,
    HydroUnit,
    LineFact,
    MonthSeries,
    PastSetting,
    PlanQuote,
    Plant,
    PolicyTarget,
    Prefecture,
    Project,
    PumpedStorageSite,
    Row,
    SectorRule,
    Station,
    Statistic,
    StorageSite,
    Technology,
    ThermalUnits,
    TieFact,
    TiePriceDay,
    TieYear,
    Variability,
    WeatherFigure,
)
from qhgrid.sourced import Sourced


@dataclass(frozen=True)
class Facts:
    """All fact tables, each a dict of rows by id in the order of the file; figures are in base units.

    A field bears the name of its table: ``fleet`` is ``data/fleet.csv``. Views in plain tuples follow below
    the tables.
    """

    folder: Path
    file_checksums: tuple[tuple[str, str], ...]
    """File name and sha256 of each table that was read, by file name."""
    prefectures: dict[str, Prefecture]
    technologies: dict[str, Technology]
    stations: dict[str, Station]
    lines: dict[str, LineFact]
    ties: dict[str, TieFact]
    corridors: dict[str, CorridorFact]
    hydro_plants: dict[str, HydroPlant]
    hydro_units: dict[str, HydroUnit]
    hydro_reaches: dict[str, HydroReach]
    hydro_curves: dict[str, HydroCurvePoint]
    hydro_levels: dict[str, HydroLevels]
    hydro_flows: dict[str, HydroFlows]
    hydro_observed_levels: dict[str, HydroObservedLevel]
    fleet: dict[str, Plant]
    thermal_units: dict[str, ThermalUnits]
    pumped_storage: dict[str, PumpedStorageSite]
    storage_sites: dict[str, StorageSite]
    demand: dict[str, DemandFact]
    demand_activity: dict[str, DemandActivity]
    demand_shares: dict[str, DemandShare]
    costs: dict[str, Cost]
    targets: dict[str, PolicyTarget]
    statistics: dict[str, Statistic]
    calibration: dict[str, Calibration]
    past_settings: dict[str, PastSetting]
    projects: dict[str, Project]
    element_shares: dict[str, ElementShare]
    sector_rules: dict[str, SectorRule]
    project_bundles: dict[str, Bundle]
    """Bundles of projects, one YAML file each."""
    plan_quotes: dict[str, PlanQuote]
    cell_sources: dict[str, CellSource]
    full_load_hours: dict[str, MonthSeries]
    """Monthly potential per prefecture and technology; value is the yearly sum [h]."""
    monthly_hours: dict[str, MonthSeries]
    """Monthly figures of the province; value is the yearly sum."""
    inflow_tangnaihai_monthly: dict[str, MonthSeries]
    """Discharge at 唐乃亥, 1957 to 2018; value is the yearly mean [m3/s]."""
    demand_monthly_shares: dict[str, MonthSeries]
    """Share of each month in the demand of a year; value is their sum [1]."""
    demand_monthly: dict[str, MonthSeries]
    """Consumption of each month of past years; value is their sum [MWh]."""
    pv_capacity_factor: dict[str, HourSeries]
    wind_diurnal_shape: dict[str, HourSeries]
    temperature: dict[str, HourSeries]
    load_shape_hourly: dict[str, HourSeries]
    tie_price_shape: dict[str, TiePriceDay]
    corridors_curves: dict[str, CorridorCurve]
    corridors_by_year: dict[str, CorridorYear]
    ties_by_year: dict[str, TieYear]
    pv_wind_variability: dict[str, Variability]
    weather: dict[str, WeatherFigure]
    """Spread, correlation and thresholds of the generated weather years."""

    def __getstate__(self) -> dict[str, object]:
        """Return the tables alone, so that the cached views are not pickled."""
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}

    @cached_property
    def pv_full_load_hours(self) -> dict[str, tuple[float, ...]]:
        """Potential full-load hours of PV by prefecture, January to December [h], shape (12,) each."""
        return self._hours_of("pv")

    @cached_property
    def wind_full_load_hours(self) -> dict[str, tuple[float, ...]]:
        """Potential full-load hours of wind by prefecture, January to December [h], shape (12,) each."""
        return self._hours_of("wind")

    def _hours_of(self, technology: str) -> dict[str, tuple[float, ...]]:
        """Return the monthly full-load hours of `technology` by prefecture [h]."""
        rows = self.full_load_hours.values()
        return {row.prefecture: row.months for row in rows if row.technology == technology}

    @cached_property
    def inflow_monthly(self) -> dict[int, tuple[float, ...]]:
        """Monthly mean discharge at 唐乃亥 by year [m3/s], shape (12,) each."""
        return {row.year: row.months for row in self.inflow_tangnaihai_monthly.values()}

    @cached_property
    def level_curves(self) -> dict[str, LevelCurve]:
        """Level-storage curves by plant of the river, for those that have one."""
        points: dict[str, list[tuple[float, float]]] = {}
        for row in self.hydro_curves.values():
            points.setdefault(row.plant, []).append((row.level_m, value_of(row)))
        return {plant: LevelCurve.of(sorted(found)) for plant, found in points.items()}

    @cached_property
    def basins(self) -> dict[str, Basin]:
        """Reservoirs by plant of the river, for those whose curve, dead and normal level are known."""
        found: dict[str, Basin] = {}
        for plant, curve in self.level_curves.items():
            dead, normal = (self.river_levels.get((plant, kind)) for kind in ("dead", "normal"))
            if dead is not None and normal is not None:
                found[plant] = Basin(curve, min(dead), max(normal))
        return found

    @cached_property
    def river_levels(self) -> dict[tuple[str, str], tuple[float, ...]]:
        """Levels by plant and kind, January to December [m], shape (12,) each."""
        return {(row.plant, row.kind): row.months for row in self.hydro_levels.values()}

    @cached_property
    def observed_levels(self) -> dict[tuple[str, int, int], float]:
        """Observed mean level by plant, year and month [m]."""
        rows = self.hydro_observed_levels.values()
        return {(row.plant, row.year, row.month): value_of(row) for row in rows}

    @cached_property
    def demand_class_shares(self) -> dict[str, dict[str, float]]:
        """Default share of each prefecture by demand class [1]; each class adds up to 1."""
        shares: dict[str, dict[str, float]] = {}
        for row in self.demand_shares.values():
            shares.setdefault(row.demand_class, {})[row.prefecture] = value_of(row)
        return shares

    @cached_property
    def bundle_of(self) -> dict[str, str]:
        """Id of the bundle that each project of the register is in."""
        return {name: bundle.id for bundle in self.project_bundles.values() for name in bundle.projects}

    def carried_by(self, project: str) -> dict[str, float]:
        """Return the model elements that go when `project` is taken away, each with the share that goes.

        Returns
        -------
        dict
            Share by element, above 0 and up to 1: 1 where the whole element belongs to the project. Empty
            for a project without a part in dispatch.
        """
        parts = {
            share.element: value_of(share)
            for share in self.element_shares.values()
            if share.project == project
        }
        return {element: parts.get(element, 1.0) for element in self.projects[project].elements}

    @cached_property
    def _costs_by_name(self) -> dict[tuple[str, str], Cost]:
        return {(row.item, row.parameter): row for row in self.costs.values()}

    def cost(self, item: str, parameter: str) -> Sourced:
        """Return a cost, price or evaluation parameter in the base unit of its kind.

        Raises
        ------
        FactsError
            If ``costs.csv`` has no such row.
        """
        row = self._costs_by_name.get((item, parameter))
        if row is None:
            known = ", ".join(sorted(p for i, p in self._costs_by_name if i == item)) or "none for this item"
            where = f"{self.folder / 'costs.csv'}: {item}.{parameter}"
            raise FactsError(Fault(where, "no such cost", f"Known parameters: {known}."))
        return sourced(row)

    def technology(self, name: str) -> Technology:
        """Return a row of ``technologies.csv``.

        Raises
        ------
        FactsError
            If there is no technology of this id.
        """
        if name not in self.technologies:
            where = f"{self.folder / 'technologies.csv'}: {name}"
            raise FactsError(
                Fault(where, "no such technology", f"Use one of: {', '.join(self.technologies)}.")
            )
        return self.technologies[name]

    def demand_energy(self, year: int, level: str, demand_class: str = "total") -> float | None:
        """Return yearly demand [MWh] of a level and class, or None where the table has no such row."""
        row = self.demand.get(f"{demand_class}_{year}_{level}")
        return None if row is None else row.value

    def checksums(self) -> dict[str, str]:
        """Return the sha256 of each table that was read, by file name."""
        return dict(self.file_checksums)


def value_of(row: Row) -> float:
    """Return the principal figure of a row that must have one.

    Raises
    ------
    FactsError
        If the row has no value.
    """
    if row.value is None:
        raise FactsError(Fault(row.id, "the row has no value", "Use a row with a value, or give the figure."))
    return row.value


def sourced(row: Row) -> Sourced:
    """Return the principal figure of a row with its unit, source, confidence and range."""
    return Sourced(value_of(row), row.unit, row.source, row.confidence, row.low, row.high)
