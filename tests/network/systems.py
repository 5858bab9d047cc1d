"""Small scenarios, facts and series whose network can be worked out by hand.

Two prefectures: hainan (sun, wind, water, the corridor) and xining (load, coal). Round numbers throughout.
"""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pypsa
import xarray as xr

from qhgrid.clock import snapshots
from qhgrid.facts import Facts
from qhgrid.facts import rows as r
from qhgrid.network import build_network
from qhgrid.scenario.model import DemandClass, Scenario
from qhgrid.sourced import Confidence

NAMES_ZH = {"hainan": "海南州", "xining": "西宁市"}


def said(id: str, value: float | None, unit: str, name_zh: str = "") -> dict[str, Any]:
    """Return what every row says."""
    return {
        "id": id,
        "name_zh": name_zh or id,
        "name_en": id,
        "value": value,
        "unit": unit,
        "source": "worked example",
        "confidence": Confidence.ASSUMED,
    }


def by_id(*rows: Any) -> dict[str, Any]:
    return {row.id: row for row in rows}


def technology(id: str, efficiency: float, cost: float = 0.0) -> r.Technology:
    clean = id in ("pv", "wind", "csp", "hydro", "biomass")
    return r.Technology(
        **said(id, 25.0, "a", {"pv": "光伏", "wind": "风电"}.get(id, id)),
        is_clean=clean,
        is_new_energy=id in ("pv", "wind", "csp"),
        is_storage=id in ("battery", "pumped_storage", "laes"),
        carrier=id,
        marginal_cost_cny_per_mwh=cost,
        efficiency=efficiency,
        colour="#336699",
    )


TECHNOLOGIES = by_id(
    technology("pv", 1.0),
    technology("wind", 1.0, 5.0),
    technology("csp", 0.4, 10.0),
    technology("hydro", 1.0, 3.0),
    technology("pumped_storage", 0.75),
    technology("battery", 0.81, 1.0),
    technology("laes", 0.64),
    technology("coal", 0.4, 20.0),
    technology("gas", 0.5, 10.0),
    technology("biomass", 0.3, 40.0),
)


def prefecture(id: str, lon: float, lat: float) -> r.Prefecture:
    name = NAMES_ZH[id]
    return r.Prefecture(**said(id, 1e5, "person", name), adcode=630000, lon=lon, lat=lat, area_km2=1.0)


def station(id: str, in_prefecture: str, kv: float = 750.0, year: int = 2010, grade: str = "OP") -> r.Station:
    return r.Station(
        **said(id, kv, "kV"), prefecture=in_prefecture, lon=100.0, lat=36.0, in_service_year=year, grade=grade
    )


def line(station0: str, station1: str, **changes: Any) -> r.LineFact:
    row = r.LineFact(
        **said(f"{station0}-{station1}", 1000.0, "MW"),
        station0=station0,
        station1=station1,
        circuits=2,
        length_km=100.0,
        reactance_ohm_per_km=0.28,
        voltage_kv=750.0,
        in_service_year=2010,
        grade="OP",
    )
    return replace(row, **changes)


def plant(id: str, technology: str, p_nom: float, in_prefecture: str, at: str, **changes: Any) -> r.Plant:
    row = r.Plant(
        **said(id, p_nom, "MW"),
        technology=technology,
        prefecture=in_prefecture,
        station=at,
        grade="OP",
        in_service_year=2010,
        retire_year=9999,
        storage_h=0.0,
        heat_rate_gce_per_kwh=0.0,
        corridor="",
        quote="",
    )
    return replace(row, **changes)


def river_plant(id: str, order: int, **changes: Any) -> r.HydroPlant:
    row = r.HydroPlant(
        **said(id, 100.0, "MW"),
        order=order,
        downstream="",
        prefecture="hainan",
        station="tala",
        grade="OP",
        in_service_year=2000,
        uprate_mw=0.0,
        uprate_grade="G2",
        head_m=100.0,
        k_factor=8.0,
        regulating_storage_m3=0.0,
        side_inflow_share=0.0,
        minimum_release_m3_per_s=0.0,
        annual_energy_mwh=0.0,
        lon=101.0,
        lat=36.0,
        quote="",
    )
    return replace(row, **changes)


RIVER = by_id(
    river_plant("upper", 1, regulating_storage_m3=3.6e8, side_inflow_share=1.0, downstream="middle"),
    river_plant(
        "middle", 2, value=50.0, head_m=50.0, side_inflow_share=0.1, downstream="lower", uprate_mw=25.0
    ),
    river_plant("lower", 3, value=40.0, head_m=40.0, side_inflow_share=0.05, regulating_storage_m3=3.6e6),
)
"""0.8, 0.4 and 0.32 MW a m3/s; 125 m3/s through each turbine; 100 000 and 1000 m3/s h of storage."""

FLEET = by_id(
    plant("hainan_pv", "pv", 300.0, "hainan", "tala"),
    plant("hainan_pv_2", "pv", 100.0, "hainan", "hongqi"),
    plant("xining_pv", "pv", 50.0, "xining", "xining_750"),
    plant("hainan_wind", "wind", 200.0, "hainan", "hongqi"),
    plant("gonghe_csp", "csp", 40.0, "hainan", "tala", storage_h=10.0),
    plant("gonghe_csp_2", "csp", 60.0, "hainan", "tala", storage_h=5.0),
    plant("xining_coal", "coal", 200.0, "xining", "xining_750", heat_rate_gce_per_kwh=300.0),
    plant("xining_gas", "gas", 30.0, "xining", "xining_750"),
    plant("xining_waste", "biomass", 10.0, "xining", "xining_750"),
    plant("hainan_battery", "battery", 40.0, "hainan", "tala", storage_h=2.0),
    plant("hainan_battery_2", "battery", 60.0, "hainan", "tala", storage_h=4.0),
    plant("xining_laes", "laes", 10.0, "xining", "xining_750", storage_h=10.0),
    plant("warang", "pumped_storage", 100.0, "hainan", "tala", storage_h=6.0),
    plant("other_hydro", "hydro", 20.0, "xining", "xining_750"),
)

STATIONS = by_id(
    station("tala", "hainan"),
    station("hongqi", "hainan"),
    station("xining_750", "xining"),
    station("east", "xining", kv=330.0),
    station("later", "xining", year=2035),
)

LINES = by_id(
    line("tala", "xining_750"),
    line("hongqi", "xining_750", circuits=1, length_km=200.0, value=700.0),
    line("tala", "hongqi"),
    line("xining_750", "east", voltage_kv=330.0, reactance_ohm_per_km=0.31, value=300.0),
    line("later", "tala"),
    line("east", "tala", in_service_year=2035),
)

CORRIDOR = r.CorridorFact(
    **said("qingyu", 500.0, "MW", "青豫直流"),
    sending_station="tala",
    sending_prefecture="hainan",
    receiving_zh="河南",
    receiving_en="Henan",
    receiving_lon=114.0,
    receiving_lat=33.0,
    length_km=1563.0,
    voltage_kv=800.0,
    in_service_year=2020,
    grade="OP",
    design_energy_mwh=1e6,
    clean_share_design=1.0,
    investment_cny=None,
    quote="",
)

TIE = r.TieFact(
    **said("gansu", 200.0, "MW", "甘肃联络线"),
    neighbour_zh="甘肃",
    neighbour_en="Gansu",
    station="xining_750",
    prefecture="xining",
    lon=103.8,
    lat=36.0,
    in_service_year=2005,
    grade="OP",
    loss_share=0.02,
    quote="",
)

PRICE_DAY = r.TiePriceDay(**said("year", 1.0, "1"), period=0, hours=tuple([0.5] * 12 + [1.5] * 12))


def demand_row(demand_class: str, energy: float, year: int = 2030, level: str = "central") -> r.DemandFact:
    return r.DemandFact(
        **said(f"{demand_class}_{year}_{level}", energy, "MWh"),
        year=year,
        level=level,
        demand_class=demand_class,
    )


INFLOW = r.MonthSeries(
    **said("1989", 100.0, "m3/s"), year=1989, technology="", prefecture="", months=(100.0,) * 12
)


def cost(item: str, parameter: str, value: float, unit: str) -> r.Cost:
    """Return a row of costs.csv."""
    return r.Cost(**said(f"{item}.{parameter}", value, unit), item=item, parameter=parameter)


COSTS = by_id(
    cost("coal", "co2_per_tce", 2.66, "tCO2/tce"),
    cost("gas", "co2_per_mwh", 0.404, "t/MWh"),
    cost("battery", "standing_loss", 0.001, "1"),
    cost("coal", "min_load", 0.4, "1"),
    cost("coal", "start_cost", 0.5, "CNY/kW"),
    cost("coal", "part_load_heat_rate", 1.1, "1"),
    cost("coal", "ramp_share_per_h", 0.2, "1"),
    cost("gas", "min_load", 0.5, "1"),
    cost("gas", "start_cost", 0.3, "CNY/kW"),
    cost("gas", "part_load_heat_rate", 1.2, "1"),
    cost("gas", "ramp_share_per_h", 1.5, "1"),
    cost("csp", "solar_multiple", 2.0, "1"),
    cost("csp", "heat_store_loss", 0.0005, "1"),
    cost("csp", "min_load", 0.25, "1"),
    cost("csp", "part_load_efficiency", 0.9, "1"),
    cost("csp", "start_heat_h", 0.5, "h"),
    cost("csp", "heater_efficiency", 0.98, "1"),
    cost("csp", "freeze_heat_share", 0.01, "1"),
    cost("csp", "freeze_below", -5.0, "degC"),
    cost("small_hydro", "full_load_hours", 3600.0, "h"),
)


def small_facts(**tables: Any) -> Facts:
    """Return the facts of the two prefectures, with some tables replaced."""
    known: dict[str, Any] = {
        "prefectures": by_id(prefecture("hainan", 100.6, 36.3), prefecture("xining", 101.8, 36.6)),
        "technologies": TECHNOLOGIES,
        "stations": STATIONS,
        "lines": LINES,
        "ties": by_id(TIE),
        "corridors": by_id(CORRIDOR),
        "hydro_plants": RIVER,
        "fleet": FLEET,
        "demand": by_id(demand_row("base", 876_000.0), demand_row("aluminium", 438_000.0)),
        "tie_price_shape": by_id(PRICE_DAY),
        "inflow_tangnaihai_monthly": by_id(INFLOW),
        "costs": COSTS,
    }
    known |= tables
    empty: dict[str, Any] = {field.name: {} for field in fields(Facts)}
    empty |= {"folder": Path("facts"), "file_checksums": ()}
    return Facts(**(empty | known))


def shares(**said: float) -> dict[str, float]:
    """Return shares of the eight prefectures, 0 where nothing is said."""
    return {id: said.get(id, 0.0) for id in r.PREFECTURES}


SCENARIO: dict[str, Any] = {
    "name": "small",
    "title": {"zh": "小系统", "en": "Small system"},
    "year": 2030,
    "horizon": {"start": "2030-07-01", "end": "2030-07-02"},
    "grid": {"resolution": "prefecture", "power_flow": "kirchhoff", "line_loading": 0.8},
    "demand": {"level": "central"},
    "demand_shares": {
        "base": shares(xining=0.75, hainan=0.25),
        "aluminium": shares(xining=1.0),
        "computing": shares(hainan=1.0),
    },
    "fleet": {"grades": ["OP"]},
    "corridors": {
        "qingyu": {
            "in_service": True,
            "p_nom": "500 MW",
            "p_min_pu": 0.1,
            "loss": 0.06,
            "contract": "876000 MWh",
            "price": "300 CNY/MWh",
            "sending_station": "tala",
        }
    },
    "ties": {
        "gansu": {
            "in_service": True,
            "import_limit": "200 MW",
            "export_limit": "100 MW",
            "import_price": "400 CNY/MWh",
            "export_price": "200 CNY/MWh",
        }
    },
    "hydro": {"water_year": "median", "initial_level": 0.5, "minimum_release": 1.0},
    "thermal": {
        "coal_price": "900 CNY/tce",
        "gas_price": "700 CNY/MWh",
        "co2_price": "100 CNY/t",
        "heating_start": "10-15",
        "heating_end": "04-15",
        "heating_p_min_pu": 0.5,
        "summer_p_min_pu": 0.3,
        "availability": 0.9,
    },
    "elastic": {
        "shed_price": "10000 CNY/MWh",
        "contract_shortfall_price": "1000 CNY/MWh",
        "dump_price": "500 CNY/MWh",
    },
    "targets": {
        "year": 2030,
        "capacity_total": "1 GW",
        "capacity_clean": "1 GW",
        "clean_generation_share": 0.9,
        "utilisation_floor": 0.9,
        "count_new_storage": False,
        "count_pumped_storage": False,
        "new_storage_is_clean": False,
        "pumped_storage_is_clean": False,
        "main_body": "largest",
        "export_clean_floor": 0.8,
    },
}


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with nested `changes`."""
    result = dict(base)
    for key, value in changes.items():
        nested = isinstance(value, dict) and isinstance(base.get(key), dict)
        result[key] = merged(base[key], value) if nested else value
    return result


def small_scenario(**changes: Any) -> Scenario:
    """Return the scenario of the two prefectures, with nested changes."""
    return Scenario.model_validate(merged(SCENARIO, changes))


def small_profiles(scenario: Scenario, inflow_m3_per_s: float = 100.0) -> xr.Dataset:
    """Return plain series: sun from 8 to 20 h, wind at 0.4, steady water, a load shape with mean 1."""
    hours = snapshots(scenario.horizon.start, scenario.horizon.end)
    places = ["xining", "hainan"]
    is_day = np.asarray((hours.hour >= 8) & (hours.hour < 20))
    sun = np.where(is_day, 0.6, 0.0)
    base = np.where(is_day, 1.2, 0.8)
    classes = [demand_class.value for demand_class in DemandClass]
    shape = np.stack([base if name == "base" else np.ones(len(hours)) for name in classes], axis=1)
    wide = ("snapshot", "prefecture")
    return xr.Dataset(
        {
            "pv_p_max_pu": (wide, np.stack([sun * 0.9, sun], axis=1)),
            "wind_p_max_pu": (wide, np.full((len(hours), 2), 0.4)),
            "csp_p_max_pu": (wide, np.stack([sun * 0.8, sun * 0.8], axis=1)),
            "demand_shape": (("snapshot", "demand_class"), shape),
            "inflow_m3_per_s": ("snapshot", np.full(len(hours), inflow_m3_per_s)),
        },
        coords={"snapshot": hours, "prefecture": places, "demand_class": classes},
    )


def fresh(facts: Facts | None = None, inflow: float = 100.0, **changes: Any) -> pypsa.Network:
    """Return a new network of the two prefectures, with nested changes of the scenario."""
    scenario = small_scenario(**changes)
    return build_network(scenario, facts or small_facts(), small_profiles(scenario, inflow))


_BUILT: dict[str, pypsa.Network] = {}


def built(facts: Facts | None = None, inflow: float = 100.0, **changes: Any) -> pypsa.Network:
    """Return the same for reading only; with the usual facts, each case is built once for all tests."""
    if facts is not None:
        return fresh(facts, inflow, **changes)
    case = repr((inflow, changes))
    if case not in _BUILT:
        _BUILT[case] = fresh(None, inflow, **changes)
    return _BUILT[case]
