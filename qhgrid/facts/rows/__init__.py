"""The rows of the fact tables, one frozen class a table.

Every row has a principal figure (`value` with `unit`), a `source` and a `confidence`; an assumed row also
has a range (`low`, `high`). Further figures of a row stand in fields that say their unit. Fields are in base
units, whatever the table was written in.
"""

from __future__ import annotations

from qhgrid.facts.rows.grid import CorridorFact, CorridorYear, LineFact, Station, TieFact, TieYear
from qhgrid.facts.rows.planning import (
    Calibration,
    CellSource,
    Cost,
    DemandActivity,
    DemandFact,
    DemandShare,
    PastSetting,
    PlanQuote,
    PolicyTarget,
    Statistic,
)
from qhgrid.facts.rows.plants import (
    Plant,
    Prefecture,
    PumpedStorageSite,
    StorageSite,
    Technology,
    ThermalUnits,
)
from qhgrid.facts.rows.projects import Bundle, ElementShare, Project, SectorRule
from qhgrid.facts.rows.river import (
    HydroCurvePoint,
    HydroFlows,
    HydroLevels,
    HydroObservedLevel,
    HydroPlant,
    HydroReach,
    HydroUnit,
)
from qhgrid.facts.rows.row import DEMAND_CLASSES, PREFECTURES, Row
from qhgrid.facts.rows.series import (
    CorridorCurve,
    HourSeries,
    MonthSeries,
    TiePriceDay,
    Variability,
    WeatherFigure,
)

__all__ = [
    "DEMAND_CLASSES",
    "PREFECTURES",
    "Bundle",
    "Calibration",
    "CellSource",
    "CorridorCurve",
    "CorridorFact",
    "CorridorYear",
    "Cost",
    "DemandActivity",
    "DemandFact",
    "DemandShare",
    "ElementShare",
    "HourSeries",
    "HydroCurvePoint",
    "HydroFlows",
    "HydroLevels",
    "HydroObservedLevel",
    "HydroPlant",
    "HydroReach",
    "HydroUnit",
    "LineFact",
    "MonthSeries",
    "PastSetting",
    "PlanQuote",
    "Plant",
    "PolicyTarget",
    "Prefecture",
    "Project",
    "PumpedStorageSite",
    "Row",
    "SectorRule",
    "Station",
    "Statistic",
    "StorageSite",
    "Technology",
    "ThermalUnits",
    "TieFact",
    "TiePriceDay",
    "TieYear",
    "Variability",
    "WeatherFigure",
]
