"""The rows of the fact tables, one frozen class a table.

Every row has a principal figure (`value` with `unit`), a `source` and a `confidence`; an assumed row also
has a range (`low`, `high`). Further figures of a row stand in fields that say their unit. Fields are in base
units, whatever the table was written in.
"""

from __future__ import annotations

from dataclasses import dataclass

from qhgrid.sourced import Confidence

PREFECTURES = ("xining", "haidong", "haibei", "huangnan", "hainan", "guoluo", "yushu", "haixi")
"""Ids of the eight prefectures, in the order of every table and series."""

DEMAND_CLASSES = (
    "base",
    "aluminium",
    "silicon",
    "salt_lake",
    "computing",
    "heating",
    "traction",
    "electrolysis",
    "other",
)
"""Classes of demand, in the order of every table and series."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What every row of every fact table says."""

    id: str
    """Stable name, unique in its table."""
    name_zh: str
    name_en: str
    value: float | None
    """Principal figure in the base unit of `unit`; None only where it is not known."""
    unit: str
    """Base unit of value, low and high."""
    low: float | None = None
    high: float | None = None
    source: str
    confidence: Confidence
    note: str = ""

    @property
    def is_assumed(self) -> bool:
        """Whether a report must print the mark 假设 beside the row."""
        return self.confidence is Confidence.ASSUMED


@dataclass(frozen=True, kw_only=True)
class Prefecture(Row):
    """``prefectures.csv``: a prefecture; value is its population [person]."""

    adcode: int
    lon: float
    lat: float
    """Seat of the prefecture, degrees, WGS84."""
    area_km2: float


@dataclass(frozen=True, kw_only=True)
class Technology(Row):
    """``technologies.csv``: a way to make or hold electricity; value is its lifetime [a].

    The one table of classes: what is clean, what is new energy, what is storage.
    """

    is_clean: bool
    """清洁能源: hydro, wind, PV, CSP, biomass, geothermal, nuclear, waste heat."""
    is_new_energy: bool
    """新能源: wind, PV, CSP."""
    is_storage: bool
    """Neither in the numerator nor in the denominator of a generation share."""
    carrier: str
    """Carrier name in the network."""
    marginal_cost_cny_per_mwh: float
    """Variable operation and maintenance, fuel left out."""
    efficiency: float
    """Net electric efficiency; round trip for storage [1]."""
    colour: str
    """Colour in charts, ``#rrggbb``."""


@dataclass(frozen=True, kw_only=True)
class Plant(Row):
    """``fleet.csv``: a plant or a block of plants; value is rated power [MW].

    The plants of the upper Yellow River stand in ``hydro_plants.csv``.
    """

    technology: str
    """Id of ``technologies.csv``."""
    prefecture: str
    station: str
    """Id of the station it feeds, of ``stations.csv``."""
    grade: str
    """OP, G5 … G0 or A (:class:`qhgrid.scenario.model.Grade`)."""
    in_service_year: int
    """First level year, at its end, in which it counts."""
    retire_year: int
    """First level year in which it no longer counts; 9999 for never."""
    storage_h: float
    """Hours of rated power held in storage, heat or reservoir; 0 for none [h]."""
    heat_rate_gce_per_kwh: float
    """Standard coal per kWh for coal plant; 0 otherwise."""
    corridor: str
    """Id of the corridor it was built for, or empty."""
    quote: str
    """Words of the plan that justify the grade, or empty."""


@dataclass(frozen=True, kw_only=True)
class ThermalUnits(Row):
    """``thermal_units.csv``: the units of a coal or gas plant; value is their least output per unit [1].

    The id is that of the plant in ``fleet.csv``. A plant without a row takes the figures of its technology in
    ``costs.csv``.
    """

    units: int
    """Number of units; 0 where not known."""
    is_chp: bool
    """Whether the plant heats a town, so that it must run in the heating season."""
    is_captive: bool
    """Whether it belongs to a factory (自备电厂) and runs with it."""


@dataclass(frozen=True, kw_only=True)
class PumpedStorageSite(Row):
    """``pumped_storage.csv``: where a pumped storage plant has its water from; value is its mean head [m].

    The id is that of the plant in ``fleet.csv``. A plant without a row, or whose lower plant does not count,
    is a closed system.
    """

    lower_plant: str
    """Id in ``hydro_plants.csv`` of the plant whose pool is the lower reservoir; empty if closed."""
    upper_plant: str
    """Id of the plant whose pool is the upper reservoir; empty for a reservoir of its own."""


@dataclass(frozen=True, kw_only=True)
class StorageSite(Row):
    """``storage_sites.csv``: where storage stands in the chain from source to user; it has no value.

    The id is that of the plant in ``fleet.csv``. A plant without a row stands on the grid side.
    """

    siting: str
    """``source`` (电源侧), ``grid`` (电网侧) or ``user`` (用户侧)."""


@dataclass(frozen=True, kw_only=True)
class HydroPlant(Row):
    """``hydro_plants.csv``: a plant of the upper Yellow River; value is rated power [MW].

    Rows stand in downstream order.
    """

    order: int
    downstream: str
    """Id of the next plant downstream, or empty below the last."""
    prefecture: str
    station: str
    grade: str
    in_service_year: int
    uprate_mw: float
    """Planned extra turbines (增容扩机); counted only if `uprate_grade` is counted [MW]."""
    uprate_grade: str
    head_m: float
    """Rated head [m]."""
    k_factor: float
    """Output coefficient K of N[kW] = K Q[m3/s] H[m]."""
    regulating_storage_m3: float
    """Storage that dispatch may use; 0 for run of river [m3]."""
    side_inflow_share: float
    """Natural inflow entering between the plant above and this one, share of 唐乃亥 discharge [1]."""
    minimum_release_m3_per_s: float
    """Ecological or ice-season minimum release [m3/s]."""
    annual_energy_mwh: float
    """Design yearly energy; 0 where not known [MWh]."""
    lon: float
    lat: float
    quote: str


@dataclass(frozen=True, kw_only=True)
class HydroUnit(Row):
    """``hydro_units.csv``: units of a river plant that joined after its first; value is their power [MW].

    The power of ``hydro_plants.csv`` is that of all units; before the year of a row here it is less by it.
    """

    plant: str
    """Id of ``hydro_plants.csv``."""
    in_service_year: int
    """First level year, at its end, in which they count."""


@dataclass(frozen=True, kw_only=True)
class HydroReach(Row):
    """``hydro_reaches.csv``: the river from a plant to the next; value is its travel time [h].

    Travel time is that with both pools in place; 0 where the pool below backs up to the plant above.
    """

    upstream: str
    downstream: str
    """Ids of ``hydro_plants.csv``, one below the other."""
    distance_km: float
    free_hours: float
    """Travel time while the plant below does not stand [h]."""


@dataclass(frozen=True, kw_only=True)
class HydroCurvePoint(Row):
    """``hydro_curves.csv``: a point of a level-storage curve; value is the storage [m3]."""

    plant: str
    level_m: float


@dataclass(frozen=True, kw_only=True)
class HydroLevels(Row):
    """``hydro_levels.csv``: a level of a plant by month; value is the mean of the year [m]."""

    plant: str
    kind: str
    """normal, dead, flood_limit, rule (expected level) or tailwater."""
    months: tuple[float, ...]
    """Level of January … December [m], shape (12,)."""


@dataclass(frozen=True, kw_only=True)
class HydroFlows(Row):
    """``hydro_flows.csv``: a rule on the water of a plant by month; value is the mean of the year [m3/s]."""

    plant: str
    kind: str
    """minimum_release, maximum_release, or withdrawal from the pool (net of what returns)."""
    grade: str
    in_service_year: int
    """First level year in which it counts."""
    months: tuple[float, ...]
    """Flow of January … December [m3/s], shape (12,)."""


@dataclass(frozen=True, kw_only=True)
class HydroObservedLevel(Row):
    """``hydro_observed_levels.csv``: mean level of a reservoir in a month of the past [m]."""

    plant: str
    year: int
    month: int
    days: int
    """Days with a record."""


@dataclass(frozen=True, kw_only=True)
class CorridorFact(Row):
    """``corridors.csv``: a DC corridor; value is rated power [MW]."""

    sending_station: str
    sending_prefecture: str
    receiving_zh: str
    receiving_en: str
    receiving_lon: float
    receiving_lat: float
    length_km: float
    voltage_kv: float
    in_service_year: int
    grade: str
    design_energy_mwh: float
    clean_share_design: float
    investment_cny: float | None
    quote: str


@dataclass(frozen=True, kw_only=True)
class Station(Row):
    """``stations.csv``: a 750 kV station or a 330 kV node; value is its voltage [kV]."""

    prefecture: str
    lon: float
    lat: float
    in_service_year: int
    grade: str


@dataclass(frozen=True, kw_only=True)
class LineFact(Row):
    """``lines.csv``: a line between two stations; value is the limit of one circuit [MW]."""

    station0: str
    station1: str
    circuits: int
    length_km: float
    reactance_ohm_per_km: float
    """Of one circuit."""
    voltage_kv: float
    in_service_year: int
    grade: str


@dataclass(frozen=True, kw_only=True)
class TieFact(Row):
    """``ties.csv``: an exchange with a neighbour; value is its transfer limit [MW]."""

    neighbour_zh: str
    neighbour_en: str
    station: str
    """Station where it arrives."""
    prefecture: str
    lon: float
    lat: float
    """Where to draw the far end."""
    in_service_year: int
    grade: str
    loss_share: float
    quote: str


@dataclass(frozen=True, kw_only=True)
class DemandFact(Row):
    """``demand.csv``: yearly demand; value is energy [MWh]. One row per year, level and class."""

    year: int
    level: str
    """low, central, high; or actual."""
    demand_class: str
    """A demand class, or ``total``."""


@dataclass(frozen=True, kw_only=True)
class Cost(Row):
    """``costs.csv``: a cost, price or evaluation parameter, in the base unit of `unit`."""

    item: str
    parameter: str


@dataclass(frozen=True, kw_only=True)
class PolicyTarget(Row):
    """``targets.csv``: a target of the plan; value in base units."""

    quote: str
    """Verbatim words of the governing document."""
    document: str
    line: str
    """Line of the document, such as ``B57``."""
    year: int
    """Year in which it is due; 0 where the document names none."""


@dataclass(frozen=True, kw_only=True)
class Statistic(Row):
    """``statistics.csv``: a published figure of a past year, for calibration and comparison."""

    year: int
    item: str


@dataclass(frozen=True, kw_only=True)
class Calibration(Row):
    """``calibration.csv``: a parameter of the backcast, one value for all years; bounds are low and high."""

    years: str
    """Years of the published figures that it was fitted to."""
    series: str
    """Published figures that it was fitted to."""


@dataclass(frozen=True, kw_only=True)
class PastSetting(Row):
    """``past_settings.csv``: what differs in a past year and is known, as a scenario setting; no value."""

    year: int
    setting: str
    """``key=value`` of the scenario."""


@dataclass(frozen=True, kw_only=True)
class Project(Row):
    """``projects.csv``: a project of the list; value is its investment [CNY], None where not published."""

    register_key: str
    """R01 … R38 for the projects that the plan names; P01 … for those of the fact tables."""
    sector: str
    sub_type: str
    nature: str
    """新建, 改扩建, 续建 or 规划研究."""
    content: str
    """Scale and content in words."""
    prefecture_shares: dict[str, float]
    """Share of each prefecture; out-of-province share under ``outside``; adds up to 1."""
    county: str
    grade: str
    grade_is_ambiguous: bool
    """Whether the plan's verb gives no stage, so that an analyst must choose."""
    batch: str
    """1 or 2 for the batch of the campaign; empty where not proposed."""
    start_year: int
    in_service_year: int
    """0 where not known."""
    responsible_unit: str
    elements: tuple[str, ...]
    """What it stands for in the model; empty for none.

    ``fleet:<id>``, ``hydro:<id>``, ``hydro_uprate:<id>``, ``corridor:<id>``, ``line:<id>``, ``tie:<id>`` or
    ``demand:<class>``.
    """
    quote: str
    plan_line: str
    """Line of the governing document, such as ``B57``."""
    part_of: str = ""
    """Id of the project whose investment already holds this one's; empty for none."""


@dataclass(frozen=True, kw_only=True)
class DemandActivity(Row):
    """``demand_activity.csv``: what makes demand; value is how much of it there is in a year."""

    demand_class: str
    driver: str
    """What is counted, such as ``electrolytic_aluminium``."""
    prefecture: str
    """Where it stands; empty for the province."""
    year: int
    level: str
    """``low``, ``central``, ``high``; ``actual`` or ``any`` count on all three."""
    intensity_kwh: float
    """Electricity of a base unit of the value [kWh]."""
    intensity_low: float
    intensity_high: float
    multiplier: float
    """Further factor on the energy: the PUE of computing, else 1."""
    in_service_year: int
    """First year in which it takes electricity; 0 where there is none to say."""


@dataclass(frozen=True, kw_only=True)
class DemandShare(Row):
    """``demand_shares.csv``: share of a prefecture in a class of demand; value is the share [1]."""

    demand_class: str
    prefecture: str


@dataclass(frozen=True, kw_only=True)
class PlanQuote(Row):
    """``plan_quotes.csv``: a sentence of a governing document, word by word; it has no value."""

    document: str
    """Title of the document."""
    line: str
    """Line of the document, such as ``B57``."""
    text: str
    """The sentence, verbatim."""


@dataclass(frozen=True, kw_only=True)
class CellSource(Row):
    """``cell_sources.csv``: where one figure of a row comes from, when not from the row's source."""

    table: str
    """Table without ``.csv``."""
    row: str
    """Id of the row, or ``*`` for the whole column, in which case there is no value."""
    column: str


@dataclass(frozen=True, kw_only=True)
class HourSeries(Row):
    """A day in 24 hours of Beijing time, for a month or a quarter; value is the mean of the hours."""

    period: int
    """Month 1–12 or quarter 1–4; 0 for the whole year."""
    hours: tuple[float, ...]
    """Figure of the hour that starts at 0, 1, … 23 h, shape (24,)."""


@dataclass(frozen=True, kw_only=True)
class TiePriceDay(HourSeries):
    """``tie_price_shape.csv``: prices of a neighbour's market through a day, over their mean of the year."""

    tie: str = ""
    """Id of ``ties.csv``, or empty for every tie without days of its own."""


@dataclass(frozen=True, kw_only=True)
class CorridorCurve(HourSeries):
    """``corridors_curves.csv``: a day at the receiving end of a corridor, over the mean of the year."""

    corridor: str
    """Id of ``corridors.csv``."""
    quantity: str
    """``price`` paid at the receiving end, or ``power`` that it takes."""


@dataclass(frozen=True, kw_only=True)
class CorridorYear(Row):
    """``corridors_by_year.csv``: the power that a corridor can carry from a year on [MW]."""

    corridor: str
    """Id of ``corridors.csv``."""
    year: int
    """Level year from which it counts."""


@dataclass(frozen=True, kw_only=True)
class TieYear(Row):
    """``ties_by_year.csv``: what a tie can carry into the province from a year on [MW]."""

    tie: str
    """Id of ``ties.csv``."""
    year: int
    """Level year from which it counts."""
    export_mw: float
    """What it can carry out of the province [MW]."""


@dataclass(frozen=True, kw_only=True)
class MonthSeries(Row):
    """A year in 12 months; value is their sum or mean, as the table says, in `unit`."""

    year: int
    """Year of an observation; 0 for a climatological mean."""
    technology: str
    """Id of ``technologies.csv``, or empty."""
    prefecture: str
    """Id of ``prefectures.csv``, or empty for the province."""
    months: tuple[float, ...]
    """Figure of January … December, shape (12,)."""


@dataclass(frozen=True, kw_only=True)
class WeatherFigure(Row):
    """``weather.csv``: a figure of the generated weather years; value is the figure."""


@dataclass(frozen=True, kw_only=True)
class Variability(Row):
    """``pv_wind_variability.csv``: spread of a month; value is the mean daily yield of PV [h]."""

    month: int
    pv_daily_p5_h: float
    """Quantiles of the daily full-load hours of PV [h]."""
    pv_daily_p25_h: float
    pv_daily_p50_h: float
    pv_daily_p75_h: float
    pv_daily_p95_h: float
    pv_daily_lag1: float
    """Autocorrelation of the daily yield from one day to the next [1]."""
    wind_cv: float
    """Standard deviation over mean of hourly wind output [1]."""
    wind_rel_p5: float
    """Quantiles of hourly wind output over its monthly mean [1]."""
    wind_rel_p25: float
    wind_rel_p50: float
    wind_rel_p75: float
    wind_rel_p95: float
    wind_rel_p99: float
    wind_lag1h: float
    """Autocorrelation of wind output over one hour, and over a day [1]."""
    wind_lag24h: float
