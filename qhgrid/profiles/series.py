"""The six shipped files: what each holds, in one table that writing, reading, checking and listing share."""

from __future__ import annotations

from dataclasses import dataclass

from qhgrid.facts import PREFECTURES
from qhgrid.facts.rows import DEMAND_CLASSES

CLASSES = DEMAND_CLASSES
"""Demand classes, in the order of every table."""
WATER_YEARS = ("dry", "median", "wet")
"""Water years of the inflow."""


@dataclass(frozen=True)
class Series:
    """One file with one variable."""

    name: str
    """Name of the file without ``.nc``; also the key of a scenario's ``profiles`` where it has one."""
    variable: str
    """Variable in the file."""
    axis: str
    """Dimension beside ``snapshot``."""
    labels: tuple[str, ...]
    """Coordinate of `axis`."""
    unit: str
    """CF unit."""
    long_name: str
    standard_name: str
    """CF standard name, or empty where the convention has none."""
    decimals: int
    """Digits kept after the point."""
    low: float
    """Lowest value allowed."""
    high: float
    """Highest value allowed."""
    dark_at_night: bool = False
    """Whether every value must be 0 while the sun is down."""


ALL_SERIES = (
    Series(
        "pv", "pv_p_max_pu", "prefecture", PREFECTURES, "1",
        "available PV power per unit of rated AC power, before curtailment", "", 5, 0.0, 1.0, True,
    ),
    Series(
        "wind", "wind_p_max_pu", "prefecture", PREFECTURES, "1",
        "available wind power per unit of rated power, before curtailment", "", 5, 0.0, 1.0,
    ),
    Series(
        "dni", "csp_p_max_pu", "prefecture", PREFECTURES, "1",
        "heat of a CSP solar field per unit of its design heat", "", 5, 0.0, 1.0, True,
    ),
    Series(
        "demand", "demand_shape", "demand_class", CLASSES, "1",
        "electric load per unit of its yearly mean", "", 6, 0.0, 20.0,
    ),
    Series(
        "inflow", "inflow_m3_per_s", "water_year", WATER_YEARS, "m3 s-1",
        "natural discharge of the Yellow River at Tangnaihai",
        "water_volume_transport_in_river_channel", 3, 0.0, 20000.0,
    ),
    Series(
        "temperature", "temperature_degc", "prefecture", PREFECTURES, "degC",
        "air temperature at the prefecture seat", "air_temperature", 3, -60.0, 50.0,
    ),
)  # fmt: skip
"""The shipped series, in the order in which they are listed."""

SERIES = {series.name: series for series in ALL_SERIES}
"""The shipped series by name."""
