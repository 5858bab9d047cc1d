"""Grid buses and AC lines, as stations or added up by prefecture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qhgrid.errors import Fault, NetworkError
from qhgrid.network.constants import LINE_R_OVER_X

if TYPE_CHECKING:
    from qhgrid.facts.rows import LineFact
    from qhgrid.network.case import Case
    from qhgrid.network.draft import Draft

BACKBONE_KV = 750.0
"""Voltage of a prefecture bus, to which the reactances of all its lines are referred [kV]."""


@dataclass(frozen=True)
class Branch:
    """All circuits between two grid buses.

    Parameters
    ----------
    bus0, bus1 : str
        Grid buses.
    x : float
        Reactance referred to the voltage of `bus0` [ohm].
    s_nom : float
        Sum of the limits of all circuits [MVA].
    circuits : int
        Circuits in parallel.
    length : float
        Mean length of a circuit [km].
    """

    bus0: str
    bus1: str
    x: float
    s_nom: float
    circuits: int
    length: float


def add_grid_buses(draft: Draft, case: Case) -> None:
    """Add one bus for each prefecture, or for each station in service."""
    for bus in case.grid_buses:
        place = case.stations[bus] if case.is_station_level else case.facts.prefectures[bus]
        draft.add(
            "Bus",
            bus,
            carrier="AC",
            unit="MW",
            x=place.lon,
            y=place.lat,
            v_nom=bus_voltage_kv(case, bus),
            prefecture=case.prefecture_of(bus),
            role="grid",
            shed_price=case.scenario.elastic.shed_price,
            name_zh=place.name_zh,
        )


def bus_voltage_kv(case: Case, bus: str) -> float:
    """Return the voltage of a grid bus: the station's, or 750 kV for a prefecture [kV]."""
    voltage = case.stations[bus].value if case.is_station_level else BACKBONE_KV
    return BACKBONE_KV if voltage is None else voltage


def add_lines(draft: Draft, case: Case) -> None:
    """Add the AC branches as Lines with reactance, or as lossless two-way Links in a transport network."""
    loading = case.scenario.grid.line_loading
    for branch in branches(case):
        name = f"{branch.bus0}-{branch.bus1}"
        name_zh = f"{case.name_of(branch.bus0)}—{case.name_of(branch.bus1)}"
        common: dict[str, object] = {
            "bus0": branch.bus0,
            "bus1": branch.bus1,
            "role": "ac_link",
            "name_zh": name_zh,
        }
        common |= {"carrier": "AC", "length": branch.length}
        if case.scenario.grid.power_flow == "transport":
            limits = {"p_nom": branch.s_nom, "p_min_pu": -loading, "p_max_pu": loading, "efficiency": 1.0}
            draft.add("Link", name, **common, **limits)
        else:
            impedance = {"x": branch.x, "r": branch.x * LINE_R_OVER_X.value}
            limits = {"s_nom": branch.s_nom, "s_max_pu": loading, "circuits": float(branch.circuits)}
            draft.add("Line", name, **common, **impedance, **limits)


def branches(case: Case) -> tuple[Branch, ...]:
    r"""Return the AC branches between grid buses, all circuits between the same two buses as one.

    Lines whose two ends fall on the same bus vanish. Circuits between the same two buses act in parallel:

    .. math:: 1/x = \sum_i n_i / x_i \qquad S = \sum_i n_i S_i

    with each reactance referred to the voltage of the first bus, :math:`x_i (V_0 / V_i)^2`. At prefecture
    resolution the parallel circuits start and end at different stations, so the sum of limits is the limit of
    the section (断面) and an upper bound: within a prefecture nothing is congested.

    Parameters
    ----------
    case : Case
        Facts and scenario.

    Returns
    -------
    tuple of Branch
        In the order of ``lines.csv``.
    """
    groups: dict[tuple[str, str], list[LineFact]] = {}
    for line in case.facts.lines.values():
        if not case.is_in_service(line):
            continue
        ends = _ends(case, line)
        if ends is not None and ends[0] != ends[1]:
            key = ends if ends in groups or ends[::-1] not in groups else ends[::-1]
            groups.setdefault(key, []).append(line)
    return tuple(_parallel(case, *buses, lines) for buses, lines in groups.items())


def _ends(case: Case, line: LineFact) -> tuple[str, str] | None:
    """Return the two buses of a line; None where an end is not in service yet."""
    known = case.facts.stations
    missing = [station for station in (line.station0, line.station1) if station not in known]
    if missing:
        fault = Fault(
            f"line {line.id}", f"station {missing[0]!r} is unknown", "Use an id of data/stations.csv."
        )
        raise NetworkError(fault)
    if line.station0 not in case.stations or line.station1 not in case.stations:
        return None
    if not case.is_station_level:
        return known[line.station0].prefecture, known[line.station1].prefecture
    return line.station0, line.station1


def _parallel(case: Case, bus0: str, bus1: str, lines: list[LineFact]) -> Branch:
    """Return the parallel combination of some lines."""
    voltage = bus_voltage_kv(case, bus0)
    susceptance = limit = length = 0.0
    circuits = 0
    for line in lines:
        x_ohm = line.reactance_ohm_per_km * line.length_km * (voltage / line.voltage_kv) ** 2
        susceptance += line.circuits / x_ohm
        limit += line.circuits * (line.value or 0.0)
        length += line.circuits * line.length_km
        circuits += line.circuits
    return Branch(bus0, bus1, 1.0 / susceptance, limit, circuits, length / circuits)
