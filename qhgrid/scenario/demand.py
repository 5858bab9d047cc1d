"""What a scenario may say about demand: its size, what of it can move or be cut, computing, hydrogen."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from qhgrid.scenario.quantities import (
    Energy,
    Factor,
    Hours,
    Number,
    Part,
    PositivePrice,
    Power,
    Quantity,
    Share,
    Sorted,
    Switch,
)


class DemandClass(StrEnum):
    """Classes of demand, each with its own shape."""

    BASE = "base"
    ALUMINIUM = "aluminium"
    SILICON = "silicon"
    SALT_LAKE = "salt_lake"
    COMPUTING = "computing"
    HEATING = "heating"
    TRACTION = "traction"
    ELECTROLYSIS = "electrolysis"
    OTHER = "other"


class Demand(Part):
    """Electricity demand of the province."""

    level: Literal["low", "central", "high"]
    """Growth path; picks the row of ``data/demand.csv`` when `energy` is not given."""
    energy: Energy | None = None
    """Yearly demand with grid losses; overrides the row of the level."""
    extra: Annotated[dict[DemandClass, Energy], Sorted] = Field(default_factory=dict)
    """Yearly energy added to a class on top, such as more computing load."""
    published_months: Switch = False
    """Whether each month has its consumption of ``data/demand_monthly.csv``, whatever the total."""


class Shifting(Part):
    """A part of a class of demand that may wait, and is served later."""

    share: Share
    """Share of the class's load in an hour that may be put off."""
    window: Hours
    """How long it may wait."""
    headroom: Factor = 0.2
    """Most that is caught up in an hour, per unit of the class's mean load."""
    loss: Share = 0.0
    """Extra energy of what is caught up: 0.05 where putting off 1 MWh costs 1.05 MWh later."""
    price: PositivePrice = 10.0
    """Paid for energy put off."""


class VirtualPowerPlant(Part):
    """Users, their storage and chargers that an aggregator steers as one (虚拟电厂)."""

    down: Share = 0.0
    """Most that load is lowered in an hour, per unit of the mean load of `classes`; 0 for none."""
    up: Share = 0.0
    """Most that load is raised in an hour, per unit of the mean load of `classes`."""
    duration: Hours = 2.0
    """Hours of the full band that may be put off before it must be caught up."""
    loss: Share = 0.05
    """Extra energy of the rebound, per unit of what was put off."""
    price: PositivePrice = 0.0
    """Paid for energy put off."""
    calls: Number | None = Field(default=None, ge=0.0)
    """Most calls a year, each of the full band for the whole duration; none for as many as pay."""
    classes: tuple[DemandClass, ...] = (DemandClass.BASE, DemandClass.OTHER)
    """Classes whose users take part."""


class Interruption(Part):
    """A part of a class of demand that may be cut for money, and is not caught up."""

    share: Share
    """Share of the class's load in an hour."""
    price: PositivePrice
    """Paid for energy that is not served."""
    hours: Hours | None = None
    """Most hours a year at the full share; none for as many as pay."""


class Flexibility(Part):
    """Load that can move in time or be cut; nothing of it by default."""

    smallest: Power = 50.0
    """Band of a prefecture below which its flexible load counts as firm, to spare small components."""
    shifting: Annotated[dict[DemandClass, Shifting], Sorted] = Field(default_factory=dict)
    """Load that may wait, by class; that of computing stands under `computing`."""
    virtual_power_plant: VirtualPowerPlant = VirtualPowerPlant()
    """Users that an aggregator steers."""
    interruptible: Annotated[dict[DemandClass, Interruption], Sorted] = Field(default_factory=dict)
    """Load that may be cut, by class."""


class Workload(Part):
    """A kind of computing work; the shares of all kinds add up to 1."""

    share: Share
    """Share of all computing work."""
    shiftable: Share = 0.0
    """Share of this kind that may wait."""
    deadline: Hours = 0.0
    """How long it may wait."""


class Computing(Part):
    """Computing load (算力): how much electricity its work takes, and when the work is done."""

    pue: Annotated[dict[int, Annotated[float, Field(ge=1.0, le=3.0)]], Sorted] = Field(default_factory=dict)
    """Power usage effectiveness by year, linear between; those of ``demand_activity.csv`` where empty."""
    workloads: Annotated[dict[str, Workload], Sorted] = Field(default_factory=dict)
    """Kinds of work, such as training, rendering, inference and backup; nothing may wait where empty."""
    headroom: Factor = 0.2
    """Most deferred work done in an hour, per unit of the mean load."""
    shift_price: PositivePrice = 10.0
    """Cost of work put off, per MWh."""
    migration: Share = 0.0
    """Most work of an hour that other provinces may take over (东数西算、青甘宁协同)."""
    migration_price: PositivePrice = 0.0
    """Cost of work that another province does, per MWh that it would have taken here."""


class Hydrogen(Part):
    """Green hydrogen: the electrolysis class as electrolysers, tanks and a demand for hydrogen."""

    is_on: Switch = False
    """Whether electrolysers make the electrolysis class's load, instead of a fixed load."""
    oversize: Factor = Field(default=2.0, ge=1.0)
    """Electrolyser rating per unit of the class's mean load."""
    p_min_pu: Share = 0.1
    """Lowest load of the electrolysers, per unit of rating."""
    efficiency: Annotated[float, Quantity("share", low=0.01, high=1.0)] = 0.64
    """Hydrogen (lower heating value) per unit of electricity."""
    tank: Hours = 24.0
    """Hours of the mean hydrogen demand that the tanks hold."""
    reuse_share: Share = 0.0
    """Rating of re-electrification, per unit of the electrolysers' rating; 0 for none."""
    reuse_efficiency: Annotated[float, Quantity("share", low=0.01, high=1.0)] = 0.5
    """Electricity per unit of hydrogen."""
