"""Make the shipped series from the climatology tables: the main road of this room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from qhgrid.facts import Facts, read_facts
from qhgrid.profiles.climatology import Climatology, read_climatology
from qhgrid.profiles.csp import make_csp
from qhgrid.profiles.demand import make_demand
from qhgrid.profiles.inflow import chosen_years, make_inflow
from qhgrid.profiles.level_year import FloatArray
from qhgrid.profiles.pv import make_pv
from qhgrid.profiles.series import ALL_SERIES, Series
from qhgrid.profiles.store import write_series
from qhgrid.profiles.sun import clear_sky
from qhgrid.profiles.temperature import make_temperature
from qhgrid.profiles.wind import make_wind

SEED = 20300101
"""Seed of the shipped series."""
GENERATOR_VERSION = "1"
"""Raised whenever the same tables and seed give other values."""
OWN_VERSIONS = {"inflow": "2"}
"""Versions of single series that have moved on."""
REFERENCES = (
    "Holmgren, Hansen, Mikofski (2018) pvlib python, J. Open Source Software 3(29) 884, "
    "doi:10.21105/joss.00884; "
    "Ineichen (2008) A broadband simplified version of the Solis clear sky model, Solar Energy 82 758-762"
)

Progress = Callable[[str], None]


def build_profiles(
    folder: Path, progress: Progress | None = None, *, facts: Facts | None = None, seed: int = SEED
) -> tuple[Path, ...]:
    """Make all series and write them to `folder`; the same tables and seed give the same bytes.

    Parameters
    ----------
    folder : pathlib.Path
        Where to write; made if it does not exist.
    progress : callable, optional
        Told the name of each series as its turn comes.
    facts : Facts, optional
        Tables to calibrate to; the shipped ones by default.
    seed : int, optional
        Seed of the random weather.

    Returns
    -------
    tuple of pathlib.Path
        The files written, in the order of :data:`~qhgrid.profiles.series.ALL_SERIES`.
    """
    climatology = read_climatology(read_facts() if facts is None else facts)
    values = make_series(climatology, seed, progress)
    return tuple(
        write_series(
            Path(folder) / f"{series.name}.nc",
            series,
            values[series.name],
            _attributes(series, climatology, seed),
        )
        for series in ALL_SERIES
    )


def make_series(
    climatology: Climatology, seed: int = SEED, progress: Progress | None = None
) -> dict[str, FloatArray]:
    """Return all series by name: shape (8760, labels), and (3, 8760) for inflow."""

    def begin(name: str) -> None:
        if progress is not None:
            progress(name)

    begin("pv")
    sky = clear_sky(climatology.places)
    pv = make_pv(climatology, sky, seed)
    begin("wind")
    wind = make_wind(climatology, seed)
    begin("dni")
    csp = make_csp(sky, pv.clearness)
    begin("temperature")
    temperature = make_temperature(climatology, sky.altitude_m, seed)
    begin("demand")
    demand = make_demand(climatology, temperature.mean(axis=1), seed)
    begin("inflow")
    inflow = make_inflow(climatology.river)
    return {
        "pv": pv.p_max_pu,
        "wind": wind,
        "dni": csp,
        "demand": demand,
        "inflow": inflow,
        "temperature": temperature,
    }


def _attributes(series: Series, climatology: Climatology, seed: int) -> Mapping[str, str]:
    """Return the global attributes of a file: what it is, where it comes from, how it was made."""
    tables, version = climatology.sources[series.name], OWN_VERSIONS.get(series.name, GENERATOR_VERSION)
    attributes = {
        "title": f"Qinghai, level year: {series.long_name}",
        "summary": f"synthetic, calibrated. {_summary(series.name)}",
        "source": f"qhgrid.profiles generator {version}; calibrated to: {tables}",
        "references": REFERENCES,
        "generator_version": version,
        "seed": str(seed),
    }
    if series.name == "inflow":
        years = chosen_years(climatology.river)
        attributes["record_years"] = ", ".join(f"{name}: {year}" for name, year in years.items())
    return attributes


def _summary(name: str) -> str:
    """Return one sentence on how a series is made."""
    return {
        "pv": "Clear-sky geometry times a correlated cloud factor, scaled to monthly hours by prefecture.",
        "wind": "Gaussian copula with the distribution, mean day and memory of the tables, monthly hours.",
        "dni": "Direct beam under the clouds of pv.nc times the efficiency of a field; cloud law assumed.",
        "demand": "Monthly shares and mean days of the province; shapes of single classes assumed.",
        "inflow": "Three years of the record, monthly means exact, smooth within the month.",
        "temperature": "Mean day of each month at 3000 m, lapse rate to each seat, spells of weather added.",
    }[name]
