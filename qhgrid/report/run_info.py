"""What the report says about the run itself: who made it, and how far it is proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Shortage(Protocol):
    """A spell in which a bus is short or has too much, as the dispatch reports it."""

    @property
    def energy_mwh(self) -> float:
        """Energy [MWh, or the unit of the bus times hours]."""

    def in_words(self, lang: str) -> str:
        """Return place, time and size as a planner would say it."""


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """The run behind a report.

    Parameters
    ----------
    run_id : str
        Id of the run, hash of its inputs.
    code_version : str
        Version of qhgrid.
    method : str
        What solved it, such as ``highs``.
    status : str
        Status of the solution, one word.
    objective : float
        Cost of the horizon [CNY].
    lower_bound : float
        Cost that no plan can beat, proved from prices alone [CNY].
    gap : float
        Distance of the two, share of the cost [1].
    max_violation_mw : float
        Largest violation of a power limit or balance [MW].
    max_violation_mwh : float
        Largest violation of an energy limit or balance [MWh].
    is_valid : bool
        Whether the certificate holds.
    scenario_chain : tuple of str
        Scenario files, base first.
    scenario_digest : str
        SHA-256 of the resolved scenario.
    checksums : Mapping
        SHA-256 by name of fact tables and hourly series.
    shortages : tuple of Shortage
        Where, when and how much the elastic layer helped.
    """

    run_id: str
    code_version: str
    method: str
    status: str
    objective: float
    lower_bound: float
    gap: float
    max_violation_mw: float
    max_violation_mwh: float
    is_valid: bool = True
    scenario_chain: tuple[str, ...] = ()
    scenario_digest: str = ""
    checksums: Mapping[str, str] = field(default_factory=dict)
    shortages: tuple[Shortage, ...] = ()
