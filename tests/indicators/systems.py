"""A two-day system with round numbers, written out by hand instead of solved.

Two grid buses (hainan, haixi) on a line; 31 January and 1 February 2030, so that the horizon meets two
months. The days are alike, but for one hour of shed and one of dump on the first. By hour of the day:

======================  ==================  ==================  =========================================
what                    hours 8-17 (10 h)   other hours (14 h)  a day [MWh]
======================  ==================  ==================  =========================================
pv haixi                500 of 600          0                   5 000, 1 000 curtailed
wind hainan             100 of 100          100 of 100          2 400
coal haixi              300                 300                 7 200
hydro hainan            200 m3/s x 1.2      the same            5 760; 10 m3/s spilled = 288
csp hainan              -                   100 in 18-3 (10 h)  1 000; field 250 of 300 MW heat, eff 0.4:
                                                                200 curtailed
battery hainan          -100 in 10-13       +80 in 19-22        charge 400, discharge 320, loss 80
import gansu            -                   60 in 4-7 (4 h)     240
export gansu            40 in 10-13 (4 h)   -                   160
corridor qingyu         400                 200                 6 800 sent, 6 460 received
======================  ==================  ==================  =========================================

Generation a day: 5 000 + 2 400 + 7 200 + 5 760 + 1 000 = 21 360; demand is what is left:
21 360 + 240 - 160 - 6 800 - 80 = 14 560, with 50 more at 20 h of the
first day (shed) and 10 less at 12 h of the first day (dump).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from qhgrid.clock import snapshots
from qhgrid.facts import Facts
from qhgrid.facts.rows import (
    PREFECTURES,
    CorridorFact,
    Cost,
    HydroPlant,
    Plant,
    Prefecture,
    Technology,
    TieFact,
)
from qhgrid.scenario.model import Scenario
from qhgrid.sourced import Confidence

COMPONENTS = ("bus", "generator", "load", "storage_unit", "store", "link", "line", "transformer")
STATIC = {
    "bus": {"prefecture": "", "role": "", "name_zh": ""},
    "generator": {
        "bus": "",
        "technology": "",
        "prefecture": "",
        "corridor": "",
        "tie": "",
        "plant": "",
        "role": "",
    },
    "load": {"bus": "", "prefecture": "", "demand_class": ""},
    "storage_unit": {"bus": "", "technology": "", "prefecture": "", "corridor": "", "plant": "", "role": ""},
    "store": {"bus": "", "technology": "", "prefecture": "", "plant": "", "role": ""},
    "link": {
        "bus0": "",
        "bus1": "",
        "technology": "",
        "prefecture": "",
        "corridor": "",
        "tie": "",
        "plant": "",
        "role": "",
    },
    "line": {"bus0": "", "bus1": "", "name_zh": ""},
    "transformer": {"bus0": "", "bus1": ""},
}
NUMBERS = {
    "bus": {},
    "generator": {"p_nom": 0.0, "sign": 1.0},
    "load": {},
    "storage_unit": {
        "p_nom": 0.0,
        "max_hours": 0.0,
        "efficiency_store": 1.0,
        "efficiency_dispatch": 1.0,
        "cyclic_state_of_charge": 1.0,
        "state_of_charge_initial": 0.0,
    },
    "store": {"e_nom": 0.0},
    "link": {"p_nom": 0.0, "efficiency": 1.0, "p_min_pu": 0.0, "p_max_pu": 1.0},
    "line": {"s_nom": 0.0, "s_max_pu": 1.0},
    "transformer": {},
}
SERIES = {
    "bus": {"marginal_price": 0.0},
    "generator": {"p": 0.0, "p_max_mw": 0.0, "p_min_mw": 0.0, "marginal_cost": 0.0},
    "load": {"p": 0.0},
    "storage_unit": {
        "p_dispatch": 0.0,
        "p_store": 0.0,
        "state_of_charge": 0.0,
        "spill": 0.0,
        "marginal_cost": 0.0,
    },
    "store": {"p": 0.0, "e": 0.0},
    "link": {"p0": 0.0, "p1": 0.0, "marginal_cost": 0.0},
    "line": {"p0": 0.0, "p1": 0.0},
    "transformer": {},
}

Rows = Mapping[str, Mapping[str, object]]


def dataset(times: pd.DatetimeIndex, weight: float = 1.0, **components: Rows) -> xr.Dataset:
    """Return a results Dataset from ``component={name: {attribute: value}}``; series may be scalars."""
    variables: dict[str, object] = {}
    coords: dict[str, object] = {"snapshot": times}
    for component in COMPONENTS:
        rows = components.get(component, {})
        coords[component] = np.array(list(rows), dtype=object)
        for name, default in (STATIC[component] | NUMBERS[component]).items():
            kind = object if isinstance(default, str) else float
            values = np.array([row.get(name, default) for row in rows.values()], dtype=kind)
            variables[f"{component}_{name}"] = (component, values)
        for name, default in SERIES[component].items():
            columns = [np.broadcast_to(row.get(name, default), len(times)) for row in rows.values()]
            block = np.stack(columns, axis=1).astype(float) if columns else np.zeros((len(times), 0))
            variables[f"{component}_{name}"] = (("snapshot", component), block)
    for component, low in (("link", "link_p_min_mw"), ("storage_unit", None)):
        size = np.array(
            [row.get("p_nom", 0.0) for row in components.get(component, {}).values()], dtype=float
        )
        limit = np.broadcast_to(size, (len(times), len(size)))
        variables[f"{component}_p_max_mw"] = (("snapshot", component), limit)
        if low:
            floor = variables[f"{component}_p_min_pu"][1]
            variables[low] = (("snapshot", component), limit * floor)
    for kind in ("objective", "generators", "stores"):
        variables[f"snapshot_weighting_{kind}"] = ("snapshot", np.full(len(times), weight))
    return xr.Dataset(variables, coords=coords)


DAYS = snapshots(date(2030, 1, 31), date(2030, 2, 1))


def in_hours(*hours: int) -> np.ndarray:
    """Return 1.0 in the given hours of the day, else 0.0, shape (snapshot,)."""
    return np.isin(DAYS.hour, hours).astype(float)


SUN = in_hours(*range(8, 18))
DARK = 1.0 - SUN
CSP = in_hours(18, 19, 20, 21, 22, 23, 0, 1, 2, 3)
NOON = in_hours(10, 11, 12, 13)
EVENING = in_hours(19, 20, 21, 22)
BEFORE_DAWN = in_hours(4, 5, 6, 7)
SHED = (DAYS == "2030-01-31 20:00").astype(float)
DUMP = (DAYS == "2030-01-31 12:00").astype(float)


def _generators() -> dict[str, dict[str, object]]:
    hainan, haixi = {"bus": "hainan", "prefecture": "hainan"}, {"bus": "haixi", "prefecture": "haixi"}
    made = {"role": "generation"}
    return {
        "haixi pv": {
            **haixi,
            **made,
            "technology": "pv",
            "p_nom": 1000.0,
            "p": 500 * SUN,
            "p_max_mw": 600 * SUN,
        },
        "hainan wind": {
            **hainan,
            **made,
            "technology": "wind",
            "p_nom": 400.0,
            "p": 100.0,
            "p_max_mw": 100.0,
        },
        "geermu": {
            **haixi,
            **made,
            "technology": "coal",
            "plant": "geermu",
            "p_nom": 500.0,
            "p": 300.0,
            "p_max_mw": 450.0,
            "p_min_mw": 150.0,
            "marginal_cost": 300.0,
        },
        "hainan csp field": {
            "bus": "hainan csp heat",
            "prefecture": "hainan",
            "technology": "csp",
            "role": "solar_field",
            "p_nom": 500.0,
            "p": 250 * SUN,
            "p_max_mw": 300 * SUN,
        },
        "longyangxia inflow": {"bus": "longyangxia pool", "role": "inflow", "p": 210.0, "p_max_mw": 210.0},
        "river outflow": {"bus": "river mouth", "role": "outflow", "sign": -1.0, "p": 210.0, "p_max_mw": 1e4},
        "qingyu sale": {
            "bus": "qingyu receiving",
            "corridor": "qingyu",
            "role": "receiving",
            "sign": -1.0,
            "p_nom": 380.0,
            "p": 0.95 * (400 * SUN + 200 * DARK),
            "marginal_cost": -350.0,
        },
        "gansu market supply": {
            "bus": "gansu neighbour",
            "tie": "gansu",
            "role": "import",
            "p": 60 * BEFORE_DAWN,
            "p_max_mw": 500.0,
            "marginal_cost": 400.0,
        },
        "gansu market demand": {
            "bus": "gansu neighbour",
            "tie": "gansu",
            "role": "receiving_tie",
            "sign": -1.0,
            "p": 40 * NOON,
            "marginal_cost": -200.0,
        },
        "hainan shed": {
            "bus": "hainan",
            "role": "shed",
            "p": 50 * SHED,
            "p_max_mw": 1e5,
            "marginal_cost": 1e4,
        },
        "hainan dump": {
            "bus": "hainan",
            "role": "dump",
            "sign": -1.0,
            "p": 10 * DUMP,
            "marginal_cost": 100.0,
        },
    }


def _links() -> dict[str, dict[str, object]]:
    sent = 400 * SUN + 200 * DARK
    hydro = {"bus0": "longyangxia pool", "plant": "longyangxia", "prefecture": "hainan"}
    return {
        "longyangxia turbine": {
            **hydro,
            "bus1": "hainan",
            "technology": "hydro",
            "role": "hydro_turbine",
            "p_nom": 1000.0,
            "efficiency": 1.2,
            "p0": 200.0,
            "p1": -240.0,
        },
        "longyangxia spill": {
            **hydro,
            "bus1": "river mouth",
            "role": "hydro_spill",
            "p_nom": 1e4,
            "p0": 10.0,
            "p1": -10.0,
        },
        "hainan csp turbine": {
            "bus0": "hainan csp heat",
            "bus1": "hainan",
            "prefecture": "hainan",
            "technology": "csp",
            "role": "csp_turbine",
            "p_nom": 300.0,
            "efficiency": 0.4,
            "p0": 250 * CSP,
            "p1": -100 * CSP,
            "marginal_cost": 4.0,
        },
        "qingyu": {
            "bus0": "hainan",
            "bus1": "qingyu receiving",
            "corridor": "qingyu",
            "role": "corridor",
            "p_nom": 400.0,
            "p_min_pu": 0.1,
            "efficiency": 0.95,
            "p0": sent,
            "p1": -0.95 * sent,
        },
        "gansu import": {
            "bus0": "gansu neighbour",
            "bus1": "hainan",
            "tie": "gansu",
            "role": "tie_import",
            "p_nom": 500.0,
            "p0": 60 * BEFORE_DAWN,
            "p1": -60 * BEFORE_DAWN,
        },
        "gansu export": {
            "bus0": "hainan",
            "bus1": "gansu neighbour",
            "tie": "gansu",
            "role": "tie_export",
            "p_nom": 100.0,
            "p0": 40 * NOON,
            "p1": -40 * NOON,
        },
    }


@dataclass(frozen=True)
class Shortage:
    """A shortage as the dispatch reports it, one hour at 20 h of 31 January."""

    bus: str
    peak_mw: float
    kind: str = "shed"
    start: object = pd.Timestamp("2030-01-31 20:00")
    hours: float = 1.0
    name_zh: str = "海南"
    unit: str = "MW"

    @property
    def energy_mwh(self) -> float:
        return self.peak_mw * self.hours

    def in_words(self, lang: str = "zh") -> str:
        return (
            f"1月31日20时 {self.name_zh} 缺口 {self.peak_mw:g} MW"
            if lang == "zh"
            else f"short of {self.peak_mw:g}"
        )


def _base_load() -> np.ndarray:
    """Return what is left for the load of hainan [MW]."""
    supply = 100 + 240 + 100 * CSP + 80 * EVENING + 60 * BEFORE_DAWN + (600 * SUN + 100 * DARK)
    return supply - (400 * SUN + 200 * DARK) - 100 * NOON - 40 * NOON + 50 * SHED - 10 * DUMP


def two_days() -> xr.Dataset:
    """Return the results of the two-day system."""
    heat = 5000 + np.cumsum(250 * SUN - 250 * CSP)
    level = np.cumsum(80 * NOON - 80 * EVENING)
    return dataset(
        DAYS,
        bus={
            "hainan": {"prefecture": "hainan", "role": "grid", "name_zh": "海南"},
            "haixi": {"prefecture": "haixi", "role": "grid", "name_zh": "海西"},
            "longyangxia pool": {"role": "water"},
            "river mouth": {"role": "water"},
            "hainan csp heat": {"role": "heat", "prefecture": "hainan"},
            "qingyu receiving": {"role": "receiving"},
            "gansu neighbour": {"role": "neighbour"},
        },
        generator=_generators(),
        load={
            "hainan base": {
                "bus": "hainan",
                "prefecture": "hainan",
                "demand_class": "base",
                "p": _base_load(),
            },
            "haixi aluminium": {
                "bus": "haixi",
                "prefecture": "haixi",
                "demand_class": "aluminium",
                "p": 200.0,
            },
        },
        storage_unit={
            "hainan battery": {
                "bus": "hainan",
                "prefecture": "hainan",
                "technology": "battery",
                "role": "storage",
                "p_nom": 200.0,
                "max_hours": 4.0,
                "efficiency_store": 0.8,
                "p_dispatch": 80 * EVENING,
                "p_store": 100 * NOON,
                "state_of_charge": level,
                "marginal_cost": 5.0,
            }
        },
        store={
            "longyangxia reservoir": {
                "bus": "longyangxia pool",
                "plant": "longyangxia",
                "role": "reservoir",
                "e": 5000.0,
            },
            "hainan heat store": {
                "bus": "hainan csp heat",
                "role": "heat_store",
                "e": heat,
                "p": 250 * CSP - 250 * SUN,
            },
        },
        link=_links(),
        line={
            "haixi-hainan": {
                "bus0": "haixi",
                "bus1": "hainan",
                "name_zh": "海西—海南",
                "s_nom": 1000.0,
                "s_max_pu": 0.6,
                "p0": 600 * SUN + 100 * DARK,
                "p1": -600 * SUN - 100 * DARK,
            }
        },
    )


OBJECTIVE = 2 * (
    7_200 * 300  # coal
    + 2_500 * 4  # heat through the CSP turbine
    + 320 * 5  # battery
    + 240 * 400  # imports
    - 160 * 200  # exports to Gansu
    - 6_460 * 350  # sale over the corridor
) + (50 * 1e4 + 10 * 100)
"""Cost of the two days [CNY]: 2 x (2 160 000 + 10 000 + 1 600 + 96 000 - 32 000 - 2 261 000) + 501 000."""


def _row(cls: type, name: str, value: float | None = 0.0, unit: str = "MW", **extra: object) -> object:
    """Return a fact row with plausible filling."""
    defaults = {"str": "", "float": 0.0, "int": 0, "bool": False, "float | None": None}
    filling = {
        field.name: defaults[str(field.type)]
        for field in fields(cls)
        if str(field.type) in defaults and field.name not in ("low", "high", "note")
    }
    known = {
        "id": name,
        "name_zh": name,
        "name_en": name,
        "value": value,
        "unit": unit,
        "source": "a test",
        "confidence": Confidence.PUBLISHED,
    }
    return cls(**{**filling, **known, **extra})


def technology(name: str, label: str, clean: bool, new: bool, store: bool, vom: float = 0.0) -> object:
    """Return a row of ``technologies.csv``."""
    return _row(
        Technology,
        name,
        30.0,
        "a",
        name_zh=label,
        is_clean=clean,
        is_new_energy=new,
        is_storage=store,
        carrier=name,
        marginal_cost_cny_per_mwh=vom,
    )


TECHNOLOGIES = (
    technology("hydro", "水电", True, False, False),
    technology("pumped_storage", "抽水蓄能", False, False, True),
    technology("coal", "煤电", False, False, False, vom=20.0),
    technology("gas", "气电", False, False, False),
    technology("wind", "风电", True, True, False),
    technology("pv", "光伏", True, True, False),
    technology("csp", "光热", True, True, False),
    technology("battery", "电化学储能", False, False, True),
    technology("biomass", "生物质", True, False, False),
)


def plant(
    name: str, kind: str, prefecture: str, mw: float, grade: str = "OP", year: int = 2020, **extra: object
) -> object:
    """Return a row of ``fleet.csv``."""
    return _row(
        Plant,
        name,
        mw,
        technology=kind,
        prefecture=prefecture,
        grade=grade,
        in_service_year=year,
        retire_year=9999,
        **extra,
    )


FLEET = (
    plant("haixi_pv", "pv", "haixi", 600.0),
    plant(
        "haixi_pv_new", "pv", "haixi", 400.0, "A", 2030, confidence=Confidence.ASSUMED, low=0.0, high=800.0
    ),
    plant("hainan_wind", "wind", "hainan", 400.0, "G4", 2028),
    plant("geermu", "coal", "haixi", 500.0, "G5", 2027, heat_rate_gce_per_kwh=300.0),
    plant("hainan_csp", "csp", "hainan", 120.0),
    plant("hainan_battery", "battery", "hainan", 200.0, "G4", 2029, storage_h=4.0),
)


def facts(fleet: tuple[object, ...] = FLEET) -> Facts:
    """Return fact tables that fit the two-day system, and nothing else."""
    tables: dict[str, dict[str, object]] = {
        "prefectures": {p: _row(Prefecture, p, 1e6, "person", name_zh=f"{p}州") for p in PREFECTURES},
        "technologies": {row.id: row for row in TECHNOLOGIES},
        "fleet": {row.id: row for row in fleet},
        "hydro_plants": {
            "longyangxia": _row(
                HydroPlant,
                "longyangxia",
                1280.0,
                prefecture="hainan",
                grade="OP",
                in_service_year=1989,
                uprate_grade="G2",
            )
        },
        "corridors": {
            name: _row(
                CorridorFact,
                name,
                400.0,
                name_zh=label,
                sending_prefecture="hainan",
                design_energy_mwh=1_800_000.0,
                clean_share_design=0.85,
            )
            for name, label in (("qingyu", "青豫直流"), ("qinggui", "青桂直流"), ("qingyue", "青粤直流"))
        },
        "ties": {"gansu": _row(TieFact, "gansu", 500.0, name_zh="青甘断面", neighbour_zh="甘肃")},
        "costs": {
            "coal": _row(Cost, "coal", 2.66, "tCO2/tce", item="coal", parameter="co2_per_tce"),
            "gas": _row(Cost, "gas", 0.39, "t/MWh", item="gas", parameter="co2_per_mwh"),
        },
    }
    rest = {field.name: {} for field in fields(Facts) if field.name not in ("folder", "file_checksums")}
    return Facts(folder=Path("facts"), file_checksums=(), **{**rest, **tables})


def scenario(**changes: object) -> Scenario:
    """Return the scenario of the two-day system; `changes` replace whole sections."""
    even = dict.fromkeys(PREFECTURES, 0.125)
    corridor = {
        "in_service": True,
        "p_nom": "400 MW",
        "p_min_pu": 0.1,
        "loss": 0.05,
        "contract": "1700 GWh",
        "price": "350 CNY/MWh",
        "sending_station": "tala",
    }
    sections: dict[str, object] = {
        "name": "two-days",
        "title": {"zh": "两日算例", "en": "Two days"},
        "year": 2030,
        "horizon": {"start": "2030-01-31", "end": "2030-02-01"},
        "grid": {"resolution": "prefecture", "power_flow": "kirchhoff", "line_loading": 0.6},
        "demand": {"level": "central"},
        "demand_shares": {"base": even, "aluminium": even},
        "fleet": {"grades": ["OP", "G5", "G4", "A"]},
        "corridors": {
            "qingyu": corridor,
            "qinggui": {**corridor, "in_service": False},
            "qingyue": {**corridor, "in_service": False},
        },
        "ties": {
            "gansu": {
                "in_service": True,
                "import_limit": "500 MW",
                "export_limit": "100 MW",
                "import_price": "400 CNY/MWh",
                "export_price": "200 CNY/MWh",
            }
        },
        "hydro": {"water_year": "median", "initial_level": 0.5, "minimum_release": 1.0},
        "thermal": {
            "coal_price": "900 CNY/tce",
            "gas_price": "600 CNY/MWh",
            "co2_price": "10 CNY/t",
            "heating_start": "10-15",
            "heating_end": "04-15",
            "heating_p_min_pu": 0.3,
            "summer_p_min_pu": 0.3,
            "availability": 0.9,
        },
        "elastic": {
            "shed_price": "10000 CNY/MWh",
            "contract_shortfall_price": "1000 CNY/MWh",
            "dump_price": "100 CNY/MWh",
        },
        "targets": {
            "year": 2030,
            "capacity_total": "3400 MW",
            "capacity_clean": "2500 MW",
            "clean_generation_share": 0.8,
            "utilisation_floor": 0.9,
            "count_new_storage": True,
            "count_pumped_storage": True,
            "new_storage_is_clean": False,
            "pumped_storage_is_clean": True,
            "main_body": "largest",
            "export_clean_floor": 0.5,
        },
    }
    return Scenario.model_validate({**sections, **changes})
