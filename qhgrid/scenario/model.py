"""What a scenario may say: the schema of the YAML files, as frozen pydantic models.

Quantities are written with units (``1.65亿千瓦``) and held in base units (MW, MWh, CNY/MWh, h); the kind of
each stands in its type. Nothing here opens a file or looks at a fact table: reading is the work of
:mod:`qhgrid.scenario.read`, planning logic that of :mod:`qhgrid.scenario.rules`. The types stand in
:mod:`qhgrid.scenario.quantities`, the demand side in :mod:`qhgrid.scenario.demand`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from qhgrid.scenario.demand import Computing, Flexibility, Hydrogen
from qhgrid.scenario.demand import Demand as Demand
from qhgrid.scenario.demand import DemandClass as DemandClass
from qhgrid.scenario.quantities import (
    Day,
    Energy,
    Factor,
    FuelPrice,
    Level,
    Metres,
    MonthDay,
    Number,
    PositivePrice,
    Power,
    Share,
    Sorted,
    Switch,
    WaterPrice,
)
from qhgrid.scenario.quantities import Part as Part
from qhgrid.scenario.quantities import Quantity as Quantity
from qhgrid.scenario.years import WaterYears, WeatherYears
from qhgrid.sourced import Confidence


class Grade(StrEnum):
    """Maturity of a capacity, from the verb of the plan; higher is more certain."""

    OP = "OP"
    """In operation (在运)."""
    G5 = "G5"
    """建成: in service by the end of the plan."""
    G4 = "G4"
    """推进建设, 加快建设, 实施: under construction; in-service year assumed."""
    G3 = "G3"
    """开工建设: construction starts; no capacity by 2030."""
    G2 = "G2"
    """适时推进, 有序推动, and the ambiguous 打造, 优化, 推动: an option."""
    G1 = "G1"
    """谋划, 积极争取纳规, 前期研究: a candidate."""
    G0 = "G0"
    """鼓励, 引导, 支持: a policy lever, no project."""
    A = "A"
    """Named assumption (假设) that closes the distance to the plan's totals."""


class Titles(Part):
    """Name of the scenario in words."""

    zh: str
    """Chinese title, printed on reports."""
    en: str
    """English title."""


class Horizon(Part):
    """The hours that are dispatched."""

    start: Day
    """First day, Beijing time."""
    end: Day
    """Last day, included."""


class PrefectureShares(Part):
    """Share of each prefecture; the eight add up to 1."""

    xining: Share
    haidong: Share
    haibei: Share
    huangnan: Share
    hainan: Share
    guoluo: Share
    yushu: Share
    haixi: Share


class FleetOverride(Part):
    """A change to one row of the fleet, with its reason."""

    id: str
    """Row of ``data/fleet.csv`` (or ``hydro_plants.csv``)."""
    p_nom: Power | None = None
    """Rated power instead of the row's."""
    in_service_year: int | None = Field(default=None, ge=1950, le=2060, strict=True)
    """Year from whose first day the row counts."""
    grade: Grade | None = None
    """Maturity grade instead of the row's."""
    reason: str = Field(min_length=4)
    """Why; printed in the report."""


class Fleet(Part):
    """Which plants count."""

    grades: tuple[Grade, ...]
    """Maturity grades counted."""
    overrides: tuple[FleetOverride, ...] = ()
    """Changes to single rows."""
    scale: Annotated[dict[str, Factor], Sorted] = Field(default_factory=dict)
    """Factor on all counted capacity of a technology, keyed by its id in ``data/technologies.csv``."""


class Outage(Part):
    """Days on which a corridor, or part of it, is out of service; p_min_pu shrinks with what is left."""

    start: Day
    """First day, Beijing time."""
    end: Day
    """Last day, included."""
    share: Share
    """Share of the rating that is out: 1 for the whole corridor, 0.5 for one pole of two."""
    reason: str = ""
    """Why, such as the yearly overhaul (年度检修)."""


class Steps(Part):
    """The stepped day schedule (直流台阶曲线) of a corridor: few set-points, held for hours.

    A change is a set-point that differs from the one of the hour before; it counts on the Beijing day of the
    hour in which the new set-point first holds. Holding times run on across midnight. The first set-point of
    the horizon is free and is held from the first hour; the last one may be cut short by the end.
    """

    step_size: Power | None = None
    """Distance between set-points, from the least power up to the rating; one tenth of the rating if neither
    this nor `levels` is given."""
    levels: tuple[Share, ...] = ()
    """Set-points per unit of rating, instead of `step_size`."""
    minimum_hold: int = Field(default=6, ge=1, le=24, strict=True)
    """Shortest time between two changes [h]."""
    changes_per_day: int = Field(default=4, ge=1, le=24, strict=True)
    """Most changes on one Beijing day."""
    largest_step: Power | None = None
    """Largest change at once; any if not given. The start and the end of an outage may be larger."""
    rounds: int = Field(default=3, ge=1, le=6, strict=True)
    """Schedules made and dispatched in turn, prices to schedule to prices; the cheapest is kept."""


class Corridor(Part):
    """A UHV-DC corridor out of the province, keyed by its id in ``data/corridors.csv``."""

    in_service: Switch
    """Whether the corridor runs in this scenario."""
    p_nom: Power | None = None
    """Rated power at the sending end; by default the rating of the level year in
    ``data/corridors_by_year.csv``, or of ``data/corridors.csv``."""
    p_min_pu: Share
    """Lowest power while in service, per unit of rating."""
    loss: Share
    """Share of the sent power that is lost on the way."""
    contract: Energy
    """Energy to deliver at the receiving end in a full year."""
    price: PositivePrice
    """Mean price paid at the receiving end over the hours of the year."""
    sending_station: str
    """750 kV station that feeds the converter, as in ``data/stations.csv``."""
    curve: Literal["flat", "price", "fixed"] = "flat"
    """Receiving-end curve: the same price in every hour; the hourly price of ``data/corridors_curves.csv``
    with `price` as its mean; or the power of that table, with the contract as its energy."""
    ramp: Share | None = None
    """Largest change from hour to hour, per unit of rating. It couples hours and slows the dispatch, and DC
    ramps in minutes, so give it only where it binds."""
    poles: int = Field(default=2, ge=1, le=4, strict=True)
    """Poles that share the rating."""
    poles_out: int = Field(default=0, ge=0, le=3, strict=True)
    """Poles out of service over the whole horizon; rating and least power shrink alike."""
    outages: tuple[Outage, ...] = ()
    """Planned outage windows (计划检修)."""
    contract_follows_outages: Switch = False
    """Whether what the contract asks for shrinks with the rating that is out; if not, it is made up for."""
    clean_share_floor: Share | None = None
    """Least clean share of the energy sent, enforced: the plants of the supporting base that are not clean
    make at most the rest of it over the horizon. Reported only if not given."""
    steps: Steps | None = None
    """Stepped day schedule; the corridor moves freely if not given."""
    full_power_reading: Literal["hours_at_rating", "utilisation_hours", "maximum_reached"] = (
        "utilisation_hours"
    )
    """Which of the three readings of 满功率 counts for the target; all three are printed."""


class ExchangeWindow(Part):
    """Hours in which a neighbour has less to give or to take, such as its own evening peak."""

    months: tuple[Annotated[int, Field(ge=1, le=12, strict=True)], ...] = ()
    """Months in which it counts; all if not given."""
    hours: tuple[Annotated[int, Field(ge=0, le=23, strict=True)], ...] = ()
    """Hours of the day, Beijing time, by their beginning; all if not given."""
    import_share: Share = 1.0
    """Usable share of the import limit."""
    export_share: Share = 1.0
    """Usable share of the export limit."""


class Tie(Part):
    """An exchange with a neighbour, keyed by its id in ``data/ties.csv``."""

    in_service: Switch
    """Whether the tie can be used."""
    import_limit: Power | None = None
    """Most power into the province; by default the limit of the level year in ``data/ties_by_year.csv``, or
    of ``data/ties.csv``."""
    export_limit: Power | None = None
    """Most power out of the province; by default as for import."""
    import_price: PositivePrice
    """Mean price of imported energy; the hourly shape comes from ``data/tie_price_shape.csv``."""
    export_price: PositivePrice
    """Mean price of exported energy, below the import price."""
    price_by_month: tuple[Factor, ...] = ()
    """Factor on both prices in January to December, on top of the shape; twelve figures or none."""
    import_contract: Energy = 0.0
    """Energy bought in a full year by medium- and long-term contract (中长期合同), taken at any price."""
    export_contract: Energy = 0.0
    """Energy sold in a full year by medium- and long-term contract."""
    windows: tuple[ExchangeWindow, ...] = ()
    """Hours in which the limits are lower; where windows overlap, the lowest share counts."""


class Hydro(Part):
    """Rules of the upper Yellow River."""

    water_year: WaterYears
    """Inflow: dry, median, wet, a year of the record, synthetic-<n>, or a list with one a calendar year."""
    initial_level: Share
    """Content of each reservoir at the start, share of what it holds between dead and normal level."""
    minimum_release: Factor
    """Factor on the minimum releases of ``data/hydro_plants.csv`` and ``data/hydro_flows.csv``."""
    initial_levels: Annotated[dict[str, Level], Sorted] = Field(default_factory=dict)
    """Level at the start by plant, instead of `initial_level`."""
    end_level: Literal["equal", "curve", "value"] = "equal"
    """What the end asks: the content of the start; the rule curve; or nothing, at `water_value`."""
    end_levels: Annotated[dict[str, Level], Sorted] = Field(default_factory=dict)
    """Lowest level at the end by plant, instead of what `end_level` asks."""
    water_value: WaterPrice = 0.0
    """What a m3 left in a reservoir with a rule curve is worth at the end, under ``end_level: value``."""
    rule_levels: Annotated[dict[str, tuple[Level, ...]], Sorted] = Field(default_factory=dict)
    """Mean levels of January to December by plant, instead of the rule of ``data/hydro_levels.csv``."""
    rule_band: Metres | None = None
    """Most that the level may stand off the rule curve at the end of a month; nothing for no such rule."""
    flood_limit: Switch = True
    """Whether the flood limits of ``data/hydro_levels.csv`` hold."""
    ice_release: Factor = 1.0
    """Factor on the highest releases (ice season) of ``data/hydro_flows.csv``; 0 takes them away."""
    withdrawals: Factor = 1.0
    """Factor on what irrigation and others take from the pools, of ``data/hydro_flows.csv``."""
    travel_time: Switch = True
    """Whether water takes the hours of ``data/hydro_reaches.csv`` to the next plant."""
    head: Literal["rated", "curve"] = "curve"
    """Power of a m3/s: at rated head, or in steps of storage along the level expected."""
    head_passes: int = Field(default=0, ge=0, le=5, strict=True)
    """How often the run is solved again with the levels it came to as those expected."""


class Weather(Part):
    """Weather of wind, sun, temperature and heating."""

    year: WeatherYears = 0
    """0 for the calibrated level year, 1 and on for a generated year, or a list with one a calendar year."""


class Retrofit(Part):
    """A flexibility retrofit (灵活性改造) of a thermal plant."""

    min_load: Share
    """Least output of a unit afterwards, per unit of rating; the must-run of the plant falls with it."""
    ramp: Factor | None = None
    """Change of output in an hour afterwards, per unit of rating; as before where not given."""
    heat_rate_penalty: Share = 0.0
    """Rise of the heat rate, as a share."""
    reason: str = Field(min_length=4)
    """Why; printed in the report."""


class Thermal(Part):
    """Rules of coal and gas plants."""

    coal_price: FuelPrice
    """Price of standard coal delivered [CNY/tce]."""
    gas_price: PositivePrice
    """Fuel cost of gas power, per MWh of electricity."""
    co2_price: FuelPrice
    """Price of a tonne of CO2."""
    heating_start: MonthDay
    """First day of the heating season, month-day."""
    heating_end: MonthDay
    """Last day of the heating season, month-day."""
    heating_p_min_pu: Share
    """Must-run of coal in the heating season, per unit of rating."""
    summer_p_min_pu: Share
    """Must-run of coal in the rest of the year."""
    availability: Share
    """Share of rated power available, forced and planned outages taken off."""
    commitment: Literal["must_run", "linear"] = "must_run"
    """``must_run``: output stays above the must-run of the season. ``linear``: units start and stop, as
    capacity online rather than as whole units; output stays between their least and the capacity online."""
    ramps: Switch = False
    """Whether the ramps of ``data/costs.csv`` and of retrofits hold."""
    heating_plants: Literal["all", "chp"] = "all"
    """Coal plants to which `heating_p_min_pu` applies: all, or those that heat a town."""
    captive_p_min_pu: Share | None = None
    """Must-run of captive plants (自备电厂) in all months; None for the same as any other plant."""
    monthly_p_min_pu: Annotated[tuple[Share, ...], Field(min_length=12, max_length=12)] | None = None
    """Must-run of coal from January to December, instead of the two seasons."""
    gas_availability: Share | None = None
    """Share of gas plant available, as when gas is short; None for `availability`."""
    retrofit: Annotated[dict[str, Retrofit], Sorted] = Field(default_factory=dict)
    """Flexibility retrofits by the id of the plant in ``data/fleet.csv``."""


class Csp(Part):
    """Rules of concentrating solar plants (光热)."""

    commitment: Literal["free", "linear"] = "free"
    """``free``: the turbine runs between nothing and its rating. ``linear``: it has a least output, and
    a start takes heat; capacity online is a quantity rather than whole units."""
    heater: Factor = 0.0
    """Rating of electric heaters, per unit of the turbines' rating; 0 for none."""
    freeze_protection: Switch = False
    """Whether stores give heat in cold hours to keep salt and pipes from freezing."""


class Storage(Part):
    """Rules of storage."""

    pumped_from_river: Switch = True
    """Whether pumped storage draws its water from the pool that ``data/pumped_storage.csv`` names; otherwise,
    and where that plant does not count, it is a closed system."""
    source_charges_from_grid: Switch = True
    """Whether storage on the source side (``data/storage_sites.csv``) may charge from the grid; if not, it
    charges from the wind and PV of its base alone."""
    user_classes: tuple[DemandClass, ...] = (
        DemandClass.ALUMINIUM,
        DemandClass.SILICON,
        DemandClass.SALT_LAKE,
        DemandClass.COMPUTING,
        DemandClass.OTHER,
    )
    """Classes of demand behind whose meters storage on the user side stands; it never gives more than they
    take."""


class Elastic(Part):
    """Prices of the slack that makes every case solvable."""

    shed_price: PositivePrice
    """Cost of unserved energy."""
    contract_shortfall_price: PositivePrice
    """Cost of energy missing from a corridor contract."""
    dump_price: PositivePrice
    """Cost of surplus energy that nothing can take and nothing can curtail."""


class Targets(Part):
    """The plan's targets and how they are counted."""

    year: int = Field(ge=2020, le=2060, strict=True)
    """Year in which the targets are due."""
    capacity_total: Power
    """Installed capacity."""
    capacity_clean: Power
    """Installed clean capacity."""
    clean_generation_share: Share
    """Clean share of generation."""
    utilisation_floor: Share
    """Lowest utilisation of wind and solar."""
    count_new_storage: Switch
    """Whether batteries and other new storage count as installed capacity."""
    count_pumped_storage: Switch
    """Whether pumped storage counts as installed capacity."""
    new_storage_is_clean: Switch
    """Whether counted new storage is clean capacity."""
    pumped_storage_is_clean: Switch
    """Whether counted pumped storage is clean capacity."""
    main_body: Literal["largest", "majority"]
    """Reading of 双主体: the largest single category, or more than half."""
    export_clean_floor: Share
    """Lowest clean share of the energy sent over a corridor."""


class Grid(Part):
    """How the grid is drawn."""

    resolution: Literal["prefecture", "station"]
    """8 prefectures, or the 750 kV stations."""
    power_flow: Literal["kirchhoff", "transport"]
    """Whether Kirchhoff's voltage law holds on the AC lines."""
    line_loading: Share
    """Usable share of each line's limit, for N-1 security."""


class Assumption(Part):
    """A figure that the plan leaves open, with its range."""

    key: str = Field(pattern=r"^[a-z0-9_.]+$")
    """Name, such as ``demand.energy_2030``."""
    value: Number
    """Figure used, in `unit`; follows the value named by `key` when a later file or setting changes that."""
    unit: str
    """Unit of value, low and high."""
    low: Number
    """Low end of the range."""
    high: Number
    """High end of the range."""
    source: str = Field(min_length=4)
    """Where the figure comes from, or why it was chosen."""
    confidence: Confidence
    """How the figure is known."""


class ProfileFiles(Part):
    """Hourly series to use instead of the shipped ones; paths are relative to the scenario file."""

    pv: str | None = None
    """netCDF file with ``pv_p_max_pu``."""
    wind: str | None = None
    """netCDF file with ``wind_p_max_pu``."""
    demand: str | None = None
    """netCDF file with ``demand_shape``."""
    inflow: str | None = None
    """netCDF file with ``inflow_m3_per_s``."""
    dni: str | None = None
    """netCDF file with ``csp_p_max_pu``."""
    temperature: str | None = None
    """netCDF file with ``temperature_degc``."""


class Scenario(Part):
    """One case to study: a year, a fleet, corridors, water, demand, prices and targets."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """Short name: small letters, digits and hyphens."""
    title: Titles
    """Name of the scenario in words."""
    year: int = Field(ge=2020, le=2060, strict=True)
    """Level year (水平年)."""
    horizon: Horizon
    """The hours that are dispatched."""
    grid: Grid
    """How the grid is drawn."""
    demand: Demand
    """Electricity demand of the province."""
    demand_shares: Annotated[dict[DemandClass, PrefectureShares], Sorted]
    """Where each class of demand stands."""
    flexibility: Flexibility = Flexibility()
    """Load that can move in time or be cut."""
    computing: Computing = Computing()
    """Computing load: efficiency, kinds of work, and what may wait."""
    hydrogen: Hydrogen = Hydrogen()
    """Green hydrogen: electrolysers, tanks, demand."""
    fleet: Fleet
    """Which plants count."""
    corridors: Annotated[dict[str, Corridor], Sorted]
    """UHV-DC corridors by their id in ``data/corridors.csv``."""
    ties: Annotated[dict[str, Tie], Sorted]
    """Exchanges with neighbours by their id in ``data/ties.csv``."""
    hydro: Hydro
    """Rules of the upper Yellow River."""
    weather: Weather = Weather()
    """Weather of wind, sun, temperature and heating."""
    thermal: Thermal
    """Rules of coal and gas plants."""
    csp: Csp = Csp()
    """Rules of concentrating solar plants."""
    storage: Storage = Storage()
    """Rules of storage."""
    elastic: Elastic
    """Prices of the slack that makes every case solvable."""
    targets: Targets
    """The plan's targets and how they are counted."""
    profiles: ProfileFiles = ProfileFiles()
    """Hourly series to use instead of the shipped ones."""
    assumptions: tuple[Assumption, ...] = ()
    """Figures that the plan leaves open, each with its range and source."""
