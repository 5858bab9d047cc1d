"""Stations, lines, corridors and ties."""

from __future__ import annotations

from dataclasses import dataclass

from qhgrid.facts.rows.row import Row


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
class CorridorYear(Row):
    """``corridors_by_year.csv``: the power that a corridor can carry from a year on [MW]."""

    corridor: str
    """Id of ``corridors.csv``."""
    year: int
    """Level year from which it counts."""


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
class TieYear(Row):
    """``ties_by_year.csv``: what a tie can carry into the province from a year on [MW]."""

    tie: str
    """Id of ``ties.csv``."""
    year: int
    """Level year from which it counts."""
    export_mw: float
    """What it can carry out of the province [MW]."""
