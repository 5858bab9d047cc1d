"""Read ``data/*.csv`` into typed rows; whatever is wrong is said with file, line and column, all at once."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from qhgrid.errors import FactsError, Fault
from qhgrid.facts import rows as r
from qhgrid.facts.bundles import parse_bundle
from qhgrid.facts.check import check_facts
from qhgrid.facts.parse import parse_table
from qhgrid.facts.tables import Facts
from qhgrid.shipped import data_folder

TABLES: dict[str, type[r.Row]] = {
    "prefectures": r.Prefecture,
    "technologies": r.Technology,
    "stations": r.Station,
    "lines": r.LineFact,
    "ties": r.TieFact,
    "corridors": r.CorridorFact,
    "hydro_plants": r.HydroPlant,
    "hydro_units": r.HydroUnit,
    "hydro_reaches": r.HydroReach,
    "hydro_curves": r.HydroCurvePoint,
    "hydro_levels": r.HydroLevels,
    "hydro_flows": r.HydroFlows,
    "hydro_observed_levels": r.HydroObservedLevel,
    "fleet": r.Plant,
    "thermal_units": r.ThermalUnits,
    "pumped_storage": r.PumpedStorageSite,
    "storage_sites": r.StorageSite,
    "demand": r.DemandFact,
    "demand_activity": r.DemandActivity,
    "demand_shares": r.DemandShare,
    "costs": r.Cost,
    "targets": r.PolicyTarget,
    "statistics": r.Statistic,
    "calibration": r.Calibration,
    "past_settings": r.PastSetting,
    "projects": r.Project,
    "element_shares": r.ElementShare,
    "sector_rules": r.SectorRule,
    "plan_quotes": r.PlanQuote,
    "cell_sources": r.CellSource,
    "full_load_hours": r.MonthSeries,
    "monthly_hours": r.MonthSeries,
    "inflow_tangnaihai_monthly": r.MonthSeries,
    "demand_monthly_shares": r.MonthSeries,
    "demand_monthly": r.MonthSeries,
    "pv_capacity_factor": r.HourSeries,
    "wind_diurnal_shape": r.HourSeries,
    "temperature": r.HourSeries,
    "load_shape_hourly": r.HourSeries,
    "tie_price_shape": r.TiePriceDay,
    "corridors_curves": r.CorridorCurve,
    "corridors_by_year": r.CorridorYear,
    "ties_by_year": r.TieYear,
    "pv_wind_variability": r.Variability,
    "weather": r.WeatherFigure,
}
"""Row class of each table, by file name without ``.csv``; also the fields of :class:`Facts`."""

PROJECT_FOLDER = "projects"
"""Folder of the register, beside which its bundles lie, one YAML file each."""
IN_PROJECT_FOLDER = ("projects", "element_shares", "sector_rules")
"""Tables that stand there."""

OPTIONAL_TABLES = (
    *IN_PROJECT_FOLDER,
    "hydro_units",
    "corridors_curves",
    "corridors_by_year",
    "ties_by_year",
    "thermal_units",
    "pumped_storage",
    "storage_sites",
    "calibration",
    "past_settings",
)
"""Tables that count as empty where the file is absent."""


def read_facts(folder: Path | None = None) -> Facts:
    """Return all fact tables of a folder, checked.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Folder with the tables; the shipped ``data/`` by default. Each folder is read once in a process.

    Returns
    -------
    Facts
        The tables, in base units.

    Raises
    ------
    FactsError
        If a table is missing or malformed, or the tables contradict each other; holds every fault found.
    """
    return _read(data_folder() if folder is None else Path(folder).resolve())


@lru_cache(maxsize=8)
def _read(folder: Path) -> Facts:
    """Return the facts of a folder, parsed table by table and then checked against each other."""
    faults: list[Fault] = []
    tables: dict[str, dict[str, r.Row]] = {}
    sums: list[tuple[str, str]] = []
    for name, row_class in TABLES.items():
        file = table_file(name)
        data = _bytes_of(folder / file, faults, name in OPTIONAL_TABLES)
        tables[name] = {} if data is None else parse_table(f"{name}.csv", data, row_class, faults)
        if data is not None:
            sums.append((file, sha256(data).hexdigest()))
    tables["project_bundles"] = _bundles(folder / PROJECT_FOLDER, faults, sums)
    if faults:
        raise FactsError(faults)
    facts = Facts(folder=folder, file_checksums=tuple(sorted(sums)), **tables)  # type: ignore[arg-type]  # each table holds the row class that TABLES names
    check_facts(facts)
    return facts


def table_file(table: str) -> str:
    """Return the file of a table, relative to the folder of the facts."""
    return f"{PROJECT_FOLDER}/{table}.csv" if table in IN_PROJECT_FOLDER else f"{table}.csv"


def _bundles(folder: Path, faults: list[Fault], sums: list[tuple[str, str]]) -> dict[str, r.Row]:
    """Return the bundles of projects by id, in the order of their files; their checksums go to `sums`."""
    found: dict[str, r.Row] = {}
    for path in sorted(folder.glob("*.yaml")):
        data = _bytes_of(path, faults, optional=False)
        bundle = None if data is None else parse_bundle(path.name, data, faults)
        if data is not None:
            sums.append((f"{PROJECT_FOLDER}/{path.name}", sha256(data).hexdigest()))
        if bundle is not None:
            found[bundle.id] = bundle
    return found


def _bytes_of(path: Path, faults: list[Fault], optional: bool) -> bytes | None:
    """Return the content of a table, or None where it is absent; a table that must exist adds a fault."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        if not optional:
            faults.append(Fault(str(path), "the table is missing", "Put the table back; see data/README.md."))
    except OSError as error:
        faults.append(Fault(str(path), f"cannot be read: {error.strerror}", "Make it a readable CSV file."))
    return None
