"""Tables of single plants: units of thermal plants, and the heat of concentrating solar plants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from qhgrid.indicators.display import ENERGY, HOURS, MASS, POWER, shown, shown_all
from qhgrid.indicators.rows import SOURCE
from qhgrid.indicators.selection import attribute, energy, having, series
from qhgrid.indicators.tables import Column, Table, TableRow, Value

if TYPE_CHECKING:
    from qhgrid.indicators.ledger import Ledger
    from qhgrid.scenario.fleet import CountedPlant

FUELLED = ("coal", "gas", "biomass")
"""Technologies whose plants stand in the table of thermal plants."""

_THERMAL_COLUMNS = (
    ("capacity", "装机容量", "capacity", POWER),
    ("generation", "发电量", "generation", ENERGY),
    ("hours", "利用小时", "full-load hours", HOURS),
    ("must_run", "其中：最小方式电量", "of which must-run", ENERGY),
    ("online", "平均在线容量", "mean capacity online", POWER),
    ("starts", "等效启动次数", "starts of the whole plant", "次"),
    ("coal", "标煤耗量", "standard coal", MASS),
    ("co2", "二氧化碳排放", "CO2", MASS),
)


def thermal_table(ledger: Ledger) -> Table:
    """Return 火电机组运行情况: output, hours, must-run, capacity online, starts, coal and CO2 of each plant.

    Capacity online and starts are known only where units start and stop (``thermal.commitment: linear``).
    """
    rows = [_thermal_row(ledger, plant) for plant in ledger.fleet if plant.technology in FUELLED]
    return Table(
        key="thermal_plants",
        title_zh="火电机组运行情况",
        title_en="Thermal plants",
        unit="",
        columns=tuple(Column(*column) for column in _THERMAL_COLUMNS),
        rows=tuple(rows),
        source_zh=SOURCE[0],
        source_en=SOURCE[1],
        note_zh=f"{ledger.coverage[0]}等效启动次数为启动容量与装机容量之比，只在机组组合方式下统计。",
        note_en=f"{ledger.coverage[1]} Starts are capacity started over capacity, known where units start.",
    )


def _thermal_row(ledger: Ledger, plant: CountedPlant) -> TableRow:
    """Return the row of one plant."""
    own = ledger.sources["plant"].to_numpy() == plant.id
    made, must, burnt = (
        energy(ledger.results, ledger.sources[name]).to_numpy() for name in ("power", "minimum", "burnt")
    )
    values: tuple[Value, ...] = (
        shown(plant.p_nom, POWER),
        shown(made[own].sum(), ENERGY),
        float(made[own].sum() / plant.p_nom),
        shown(must[own].sum(), ENERGY),
        *_commitment(ledger, plant),
        *shown_all(
            (
                (burnt * rates.to_numpy())[own].sum()
                for rates in (ledger.standard_coal_rates, ledger.co2_rates)
            ),
            MASS,
        ),
    )
    return TableRow(plant.id, plant.name_zh, _name_en(ledger, plant), values)


def _name_en(ledger: Ledger, plant: CountedPlant) -> str:
    """Return the English name of a plant."""
    row = ledger.facts.fleet.get(plant.id)
    return plant.id if row is None else row.name_en


def _commitment(ledger: Ledger, plant: CountedPlant) -> tuple[float | None, float | None]:
    """Return mean capacity online [万千瓦] and starts of a plant; None where its units do not start."""
    results = ledger.results
    online = having(results, "link", role="thermal_least", plant=plant.id)
    if not online.any():
        return None, None
    starts = having(results, "generator", role="start", plant=plant.id)
    held = energy(results, results["link_p0"]).to_numpy()[online].sum() / ledger.hours
    started = results["generator_p"].transpose("snapshot", "generator").to_numpy()[:, starts]
    return shown(float(held), POWER), float(started[1:].sum() / plant.p_nom)


_HEAT_COLUMNS = (
    ("field", "镜场可集热量", "heat that the field could gather"),
    ("defocused", "弃热量", "not gathered"),
    ("heater", "电加热量", "from electric heaters"),
    ("turbine", "汽轮机用热", "to the turbine"),
    ("start", "启动耗热", "for starts"),
    ("freeze", "防凝耗热", "against freezing"),
    ("lost", "储热损失", "lost by the store"),
    ("change", "储热增量", "rise of the store"),
    ("difference", "差额", "difference"),
    ("electricity", "发电量", "electricity"),
)


def heat_table(ledger: Ledger) -> Table:
    """Return 光热电站热平衡: heat in, heat out and what the store loses, by site; the difference is 0."""
    buses = [str(bus) for bus in ledger.results["bus"].to_numpy()[having(ledger.results, "bus", role="heat")]]
    names = attribute(ledger.results, "bus", "name_zh", "").to_series()
    rows = [
        TableRow(bus.replace(" ", "_"), str(names[bus]) or bus, bus, shown_all(_heat_of(ledger, bus), ENERGY))
        for bus in buses
    ]
    return Table(
        key="csp_heat",
        title_zh="光热电站热平衡",
        title_en="Heat of concentrating solar plants",
        unit=ENERGY,
        columns=tuple(Column(key, zh, en, ENERGY) for key, zh, en in _HEAT_COLUMNS),
        rows=tuple(rows),
        source_zh=SOURCE[0],
        source_en=SOURCE[1],
        note_zh=f"{ledger.coverage[0]}除发电量外均为热量；可集热量−弃热量＋电加热量＝用热＋损失＋储热增量。",
        note_en=f"{ledger.coverage[1]} All but electricity is heat; what is gathered and heated is used, "
        "lost or held.",
    )


def _heat_of(ledger: Ledger, bus: str) -> tuple[float, ...]:
    """Return the columns of one heat bus [MWh]."""
    results = ledger.results
    could, made = (_fed_by(ledger, "generator", "bus", bus, name) for name in _FIELD)
    out = {
        role: _fed_by(ledger, "link", "bus0", bus, "link_p0", role=role)
        for role in ("csp_turbine", "csp_start")
    }
    heated = -_fed_by(ledger, "link", "bus1", bus, "link_p1", role="csp_heater")
    frozen = _fed_by(ledger, "load", "bus", bus, "load_p")
    electricity = -_fed_by(ledger, "link", "bus0", bus, "link_p1", role="csp_turbine")
    lost, change = _store_of(results, bus)
    used = out["csp_turbine"] + out["csp_start"] + frozen + lost + change
    short = _fed_by(ledger, "generator", "bus", bus, "generator_p", role="shed") - _fed_by(
        ledger, "generator", "bus", bus, "generator_p", role="dump"
    )
    rest = made + heated + short - used
    return (
        could,
        could - made,
        heated,
        out["csp_turbine"],
        out["csp_start"],
        frozen,
        lost,
        change,
        rest,
        electricity,
    )


_FIELD = ("generator_p_max_mw", "generator_p")


def _fed_by(ledger: Ledger, component: str, end: str, bus: str, variable: str, role: str = "") -> float:
    """Return the energy of the components at one bus, of one role or of the solar field [MWh]."""
    results = ledger.results
    wanted = {end: bus}
    if component == "generator":
        wanted["role"] = role or "solar_field"
    elif role:
        wanted["role"] = role
    chosen = having(results, component, **wanted)
    return float(energy(results, results[variable]).to_numpy()[chosen].sum())


def _store_of(results: xr.Dataset, bus: str) -> tuple[float, float]:
    """Return what the heat store of a bus loses, and by how much it rises [MWh]."""
    chosen = having(results, "store", bus=bus)
    level = results["store_e"].transpose("snapshot", "store").to_numpy()[:, chosen]
    cyclic = attribute(results, "store", "e_cyclic", 0.0).to_numpy().astype(bool)[chosen]
    initial = attribute(results, "store", "e_initial").to_numpy().astype(float)[chosen]
    before = np.vstack([np.where(cyclic, level[-1], initial)[None, :], level[:-1]])
    kept = (1.0 - series(results, "store", "standing_loss").to_numpy()[:, chosen]) ** (
        results["snapshot_weighting_stores"].to_numpy()[:, None]
    )
    return float((before * (1.0 - kept)).sum()), float((level - before).sum())
