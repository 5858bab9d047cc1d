"""What the elements of each project did in a run: energy, hours, curtailment, month by month.

Wind, PV, CSP and batteries are added up by place in the network, and like is treated alike there; so a plant
takes part in what its technology did in its prefecture by its capacity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from qhgrid.indicators import energy as en
from qhgrid.indicators.display import ENERGY, HOURS, POWER, SHARE, shown
from qhgrid.indicators.selection import Months, coverage, hours, months
from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.projects.elements import element_of_plant
from qhgrid.projects.register import ListedProject, ProjectList
from qhgrid.scenario import Scenario, counted_fleet
from qhgrid.scenario.exchange import limits_of, rating_of
from qhgrid.scenario.fleet import UPRATE
from qhgrid.sourced import ASSUMED_MARK

if TYPE_CHECKING:
    import xarray as xr

    from qhgrid.facts import Facts
    from qhgrid.scenario.fleet import CountedPlant

Hours = npt.NDArray[np.float64]
"""Power in each hour, shape (snapshot,) [MW]."""


@dataclass(frozen=True)
class ElementUse:
    """What an element did in a run.

    Parameters
    ----------
    p_nom_mw : float
        Power that counts [MW].
    output_mw : numpy.ndarray or None
        What it made, brought to the far end of a corridor, or in over a tie, shape (snapshot,) [MW].
    available_mw : numpy.ndarray or None
        What wind and sun offered it.
    discharge_mw, charge_mw : numpy.ndarray or None
        What a storage gave and took.
    sent_mw : numpy.ndarray or None
        What a tie took out of the province.
    """

    p_nom_mw: float
    output_mw: Hours | None = None
    available_mw: Hours | None = None
    discharge_mw: Hours | None = None
    charge_mw: Hours | None = None
    sent_mw: Hours | None = None

    def times(self, share: float) -> ElementUse:
        """Return the part of a project that carries a share of the element."""
        if share == 1.0:
            return self
        flows = (self.output_mw, self.available_mw, self.discharge_mw, self.charge_mw, self.sent_mw)
        return ElementUse(self.p_nom_mw * share, *(None if flow is None else flow * share for flow in flows))


def element_uses(results: xr.Dataset, scenario: Scenario, facts: Facts) -> dict[str, ElementUse]:
    """Return what each counted element did in a run, by its name in the register.

    Plants, extra turbines, corridors and ties; an element that does not count is left out.
    """
    sources, stores = en.local_sources(results), en.storage(results)
    fleet = counted_fleet(scenario, facts)
    uses = {element_of_plant(plant.id, facts): _plant_use(plant, fleet, sources, stores) for plant in fleet}
    uses |= _corridor_uses(results, scenario, facts)
    return uses | _tie_uses(results, scenario, facts)


def _plant_use(
    plant: CountedPlant, fleet: tuple[CountedPlant, ...], sources: xr.Dataset, stores: xr.Dataset
) -> ElementUse:
    """Return what a plant did: its own component, or its part of those of its kind in its prefecture."""
    made, share = _own_or_alike(plant, fleet, sources)
    held, part = _own_or_alike(plant, fleet, stores)
    if held.any() and not made.any():
        given, taken = (_added(stores[name], held) * part for name in ("discharge", "charge"))
        return ElementUse(plant.p_nom, discharge_mw=given, charge_mw=taken)
    by_weather = plant.technology in en.WEATHER_DRIVEN
    offered = _added(sources["available"], made) * share if by_weather else None
    return ElementUse(plant.p_nom, _added(sources["power"], made) * share, offered)


def _own_or_alike(
    plant: CountedPlant, fleet: tuple[CountedPlant, ...], flows: xr.Dataset
) -> tuple[npt.NDArray[np.bool_], float]:
    """Return which sources hold a plant, and how much of them is the plant's."""
    names = flows["plant"].to_numpy().astype(str)
    root = plant.id.removesuffix(UPRATE)
    own = names == root
    if own.any():
        whole = sum(other.p_nom for other in fleet if other.id.removesuffix(UPRATE) == root)
        return own, plant.p_nom / whole if whole else 0.0
    kinds, places = (flows[name].to_numpy().astype(str) for name in ("technology", "prefecture"))
    alike = (names == "") & (kinds == plant.technology) & (places == plant.prefecture)
    named = set(names)
    whole = sum(
        other.p_nom
        for other in fleet
        if other.technology == plant.technology
        and other.prefecture == plant.prefecture
        and other.id.removesuffix(UPRATE) not in named
    )
    return alike, plant.p_nom / whole if whole else 0.0


def _added(power: xr.DataArray, chosen: npt.NDArray[np.bool_]) -> Hours:
    """Return the power of the chosen sources added up, shape (snapshot,) [MW]."""
    values = power.transpose("snapshot", "source").to_numpy()[:, chosen]
    return np.asarray(values.sum(axis=1), dtype=np.float64)


def _corridor_uses(results: xr.Dataset, scenario: Scenario, facts: Facts) -> dict[str, ElementUse]:
    """Return what each corridor in service received at its far end."""
    received = en.corridor_received(results)
    return {
        f"corridor:{name}": ElementUse(
            rating_of(scenario, facts, name), np.asarray(received.sel(corridor=name).to_numpy(), dtype=float)
        )
        for name in received["corridor"].to_numpy().astype(str)
        if name in scenario.corridors and scenario.corridors[name].in_service
    }


def _tie_uses(results: xr.Dataset, scenario: Scenario, facts: Facts) -> dict[str, ElementUse]:
    """Return what each tie brought into the province and took out of it."""
    brought, taken = en.tie_import(results), en.tie_export(results)
    names = set(brought["tie"].to_numpy().astype(str)) & set(taken["tie"].to_numpy().astype(str))
    uses = {}
    for name in sorted(names & set(scenario.ties)):
        into, out = (np.asarray(flow.sel(tie=name).to_numpy(), dtype=float) for flow in (brought, taken))
        uses[f"tie:{name}"] = ElementUse(max(limits_of(scenario, facts, name)), into, sent_mw=out)
    return uses


_ELEMENT_COLUMNS = (
    ("technology", "类别", "Kind", ""),
    ("place", "所在地", "Place", ""),
    ("share", "本项目所占份额", "Share of this project", SHARE),
    ("registered", "在册容量", "Registered capacity", POWER),
    ("in_service", "投运年份", "In service", "year"),
    ("storage", "储能时长", "Hours of storage", HOURS),
    ("counted", "本情景计入容量", "Counted in the scenario", POWER),
    ("output", "发电（受入）电量", "Energy made, or received", ENERGY),
    ("hours", "利用小时", "Full-load hours", HOURS),
    ("utilisation", "利用率", "Share used of what wind and sun offered", SHARE),
    ("discharge", "放电电量", "Energy discharged", ENERGY),
    ("charge", "充电电量", "Energy charged", ENERGY),
    ("sent", "送出电量", "Energy sent out", ENERGY),
)
_STATED = 6
"""How many of the columns the registers fill."""


def dispatched_tables(
    projects: ProjectList, results: xr.Dataset, scenario: Scenario, facts: Facts
) -> tuple[Table, ...]:
    """Return what the projects did in a run.

    Returns
    -------
    tuple of Table
        ``project_elements`` (a row for each element of a project), ``project_dispatch`` (a row a project) and
        ``project_monthly`` (energy of each project by month).
    """
    uses = element_uses(results, scenario, facts)
    return (
        _element_table(projects, uses, results, facts),
        _dispatch_table(projects, uses, results, facts),
        _month_table(projects, uses, results, facts),
    )


def _table(
    key: str, titles: tuple[str, str], columns: tuple[Column, ...], rows: list[TableRow], results: xr.Dataset
) -> Table:
    """Return a table that says which hours it covers and how energy is shared."""
    covered = coverage(results)
    return Table(
        key,
        *titles,
        "",
        columns,
        tuple(rows),
        "来源：本次运行逐小时结果与 data/ 登记数据",
        "Source: hourly results of the run and the registers in data/",
        f"{covered[0]}同一市州同类电源、储能按容量分摊；通道为受端电量，联络线为受入电量。",
        f"{covered[1]} Plants of a kind in a prefecture share by capacity; corridors as received.",
    )


def row_key(project: str, element: str) -> str:
    """Return the key of an element's row in ``project_elements``."""
    return f"{project}.{element.replace(':', '.')}"


def _element_table(
    projects: ProjectList, uses: Mapping[str, ElementUse], results: xr.Dataset, facts: Facts
) -> Table:
    """Return a row for each element of each project."""
    rows = []
    for listed in projects.projects:
        for element, share in facts.carried_by(listed.project.id).items():
            words = _describe(element, facts)
            if words is not None:
                technology, place, registered, year, storage_h = words.values
                stated = (technology, place, 100.0 * share, _part(registered, share), year, storage_h)
                use = uses.get(element)
                values = (*stated, *_used(None if use is None else use.times(share), results))
                key = row_key(listed.project.id, element)
                rows.append(TableRow(key, *words.names, values, mark=ASSUMED_MARK if words.assumed else ""))
    columns = tuple(Column(*column) for column in _ELEMENT_COLUMNS)
    titles = ("项目所含设施及其运行", "Elements of the projects and what they did")
    return _table("project_elements", titles, columns, rows, results)


def _part(value: Value, share: float) -> Value:
    """Return a share of a number, None where it is not known."""
    return value * share if isinstance(value, float) else None


@dataclass(frozen=True)
class _Words:
    """Names of an element, its first columns but the share, and whether it is assumed."""

    names: tuple[str, str]
    values: tuple[Value, ...]
    assumed: bool


def _describe(element: str, facts: Facts) -> _Words | None:
    """Return what the registers say of an element, None for one that is no single facility."""
    kind, _, name = element.partition(":")
    if kind == "fleet" and name in facts.fleet:
        plant = facts.fleet[name]
        technology = facts.technologies[plant.technology].name_zh
        place, power, year = plant.prefecture, plant.value, plant.in_service_year
        return _words(plant, technology, _place(place, facts), power, year, plant.storage_h)
    if kind in ("hydro", "hydro_uprate") and name in facts.hydro_plants:
        dam = facts.hydro_plants[name]
        is_new = kind == "hydro"
        power = dam.value if is_new else dam.uprate_mw
        technology = "水电" if is_new else "水电增容"
        year = dam.in_service_year if is_new else 0
        return _words(dam, technology, _place(dam.prefecture, facts), power, year, 0.0)
    return _describe_grid(kind, name, facts)


def _describe_grid(kind: str, name: str, facts: Facts) -> _Words | None:
    """Return what the registers say of a corridor, a tie or a line."""
    if kind == "corridor" and name in facts.corridors:
        corridor = facts.corridors[name]
        ends = f"{_place(corridor.sending_prefecture, facts)}—{corridor.receiving_zh}"
        return _words(corridor, "直流外送通道", ends, corridor.value, corridor.in_service_year, 0.0)
    if kind == "tie" and name in facts.ties:
        tie = facts.ties[name]
        ends = f"{_place(tie.prefecture, facts)}—{tie.neighbour_zh}"
        return _words(tie, "省际联络线", ends, tie.value, tie.in_service_year, 0.0)
    if kind == "line" and name in facts.lines:
        line = facts.lines[name]
        limit = (line.value or 0.0) * line.circuits
        ends = "—".join(facts.stations[one].name_zh for one in (line.station0, line.station1))
        return _words(line, f"{line.voltage_kv:.0f}千伏线路", ends, limit, line.in_service_year, 0.0)
    return None


def _words(
    row: object, technology: str, place: str, power: float | None, year: int, storage_h: float
) -> _Words:
    """Return the words of a row of a register."""
    from qhgrid.facts.rows import Row

    assert isinstance(row, Row)
    values: tuple[Value, ...] = (
        technology,
        place,
        None if power is None else shown(power, POWER),
        float(year) if year else None,
        storage_h or None,
    )
    return _Words((row.name_zh, row.name_en), values, row.is_assumed)


def _place(prefecture: str, facts: Facts) -> str:
    """Return the Chinese name of a prefecture."""
    row = facts.prefectures.get(prefecture)
    return prefecture if row is None else row.name_zh


def _used(use: ElementUse | None, results: xr.Dataset) -> tuple[Value, ...]:
    """Return what counts of an element and what it did; nothing where it does not count."""
    if use is None:
        return (None,) * (len(_ELEMENT_COLUMNS) - _STATED)
    weights = hours(results).to_numpy()
    output, offered, given, taken, sent = (
        None if power is None else float(power @ weights)
        for power in (use.output_mw, use.available_mw, use.discharge_mw, use.charge_mw, use.sent_mw)
    )
    made = given if output is None else output
    return (
        shown(use.p_nom_mw, POWER),
        _shown(output),
        None if made is None or not use.p_nom_mw else made / use.p_nom_mw,
        None if output is None or not offered else 100.0 * output / offered,
        *(_shown(energy) for energy in (given, taken, sent)),
    )


def _shown(energy_mwh: float | None) -> float | None:
    """Return an energy in 亿千瓦时, None where there is none."""
    return None if energy_mwh is None else shown(energy_mwh, ENERGY)


def _project_use(listed: ListedProject, uses: Mapping[str, ElementUse], facts: Facts) -> ElementUse | None:
    """Return what all elements of a project did together, None where it has none that counts.

    Hours mean something only where all elements are of one kind, and the share used only where wind and sun
    drive all that makes electricity; else the part is left out.
    """
    shares = facts.carried_by(listed.project.id)
    parts = [uses[name].times(share) for name, share in shares.items() if name in uses]
    if not parts:
        return None
    makers = [part for part in parts if part.output_mw is not None]
    offered = [part.available_mw for part in makers]
    return ElementUse(
        sum(part.p_nom_mw for part in parts),
        _together([part.output_mw for part in makers]),
        None if any(power is None for power in offered) else _together(offered),
        *(_together([getattr(part, name) for part in parts]) for name in _OTHER_FLOWS),
    )


_OTHER_FLOWS = ("discharge_mw", "charge_mw", "sent_mw")


def _together(powers: Sequence[Hours | None]) -> Hours | None:
    """Return powers added up, None where there is none."""
    known = [power for power in powers if power is not None]
    return np.asarray(np.sum(known, axis=0), dtype=np.float64) if known else None


def _dispatch_table(
    projects: ProjectList, uses: Mapping[str, ElementUse], results: xr.Dataset, facts: Facts
) -> Table:
    """Return a row for each project whose elements do anything in the run."""
    columns = tuple(Column(*column) for column in _ELEMENT_COLUMNS[_STATED:])
    rows = []
    for listed in projects.projects:
        use = _project_use(listed, uses, facts)
        if use is not None:
            values = list(_used(use, results))
            if use.output_mw is not None and use.discharge_mw is not None:
                values[2] = None
            names = (listed.project.name_zh, listed.project.name_en)
            rows.append(TableRow(listed.project.id, *names, tuple(values)))
    titles = ("项目在本情景中的运行", "What the projects did in the scenario")
    return _table("project_dispatch", titles, columns, rows, results)


def _month_table(
    projects: ProjectList, uses: Mapping[str, ElementUse], results: xr.Dataset, facts: Facts
) -> Table:
    """Return the energy that each project made, or gave out of storage, by month."""
    touched = months(results)
    columns = tuple(
        Column(key, zh, en, ENERGY)
        for key, zh, en in zip(touched.keys, touched.labels_zh, touched.labels_en, strict=True)
    )
    rows = []
    for listed in projects.projects:
        use = _project_use(listed, uses, facts)
        power = None if use is None else use.discharge_mw if use.output_mw is None else use.output_mw
        if power is not None:
            names = (listed.project.name_zh, listed.project.name_en)
            rows.append(TableRow(listed.project.id, *names, _by_month(power, touched, results)))
    titles = ("项目逐月电量", "Energy of the projects by month")
    return _table("project_monthly", titles, columns, rows, results)


def _by_month(power: Hours, touched: Months, results: xr.Dataset) -> tuple[float, ...]:
    """Return the energy of a power in each month [亿千瓦时]."""
    energy = np.bincount(
        touched.codes, weights=power * hours(results).to_numpy(), minlength=len(touched.keys)
    )
    return tuple(shown(float(value), ENERGY) for value in energy)
