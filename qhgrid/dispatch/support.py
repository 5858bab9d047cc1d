"""Which attributes of a PyPSA network a dispatch honours, ignores with good reason, or refuses.

The table stands in ``support.csv``, one row for every attribute of every component of PyPSA:

* ``honoured``: part of the dispatch problem;
* ``neutral``: without influence on a linear dispatch, in PyPSA too (coordinates, capital cost, reactive
  power, and what
  only counts for components that are refused);
* ``refused``: must have its default value, because the certificate does not cover anything else; the table
  says the way out;
* ``result``: written by a dispatch, not read.

An attribute that the table does not know, from a newer PyPSA, fails a test of ours, not a user's case.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qhgrid.dispatch.inputs import Inputs
from qhgrid.errors import DispatchError, Fault

if TYPE_CHECKING:
    import pypsa


class Verdict(StrEnum):
    """What a dispatch does with an attribute."""

    HONOURED = "honoured"
    NEUTRAL = "neutral"
    REFUSED = "refused"
    RESULT = "result"


@dataclass(frozen=True)
class Support:
    """One row of the table."""

    component: str
    attribute: str
    verdict: Verdict
    way_out: str


OPTIONAL = frozenset(
    {
        "p_set", "p_init", "p_dispatch_set", "p_store_set", "state_of_charge_set", "e_set",
        "ramp_limit_up", "ramp_limit_down", "ramp_limit_start_up", "ramp_limit_shut_down",
    }
)  # fmt: skip
"""Honoured attributes that may be not a number, which means not set. The p_set of a load may not."""
CAPACITY_CONSTRAINTS = frozenset(
    {
        "transmission_volume_expansion_limit",
        "transmission_expansion_cost_limit",
        "tech_capacity_expansion_limit",
    }
)
"""Types of global constraint that bind capacities only, and so nothing in a dispatch."""
DISPATCH_CONSTRAINTS = frozenset({"primary_energy", "operational_limit"})
SENSES = frozenset({"<=", "==", ">=", "<", "=", ">"})
PORTED = ("Link", "Process")
BRANCHES = ("Link", "Process", "Line", "Transformer")
ONE_PORTS = ("Generator", "Load", "StorageUnit", "Store")
MOST_SHOWN = 20
"""Faults of one kind that are listed."""


@cache
def support_table() -> tuple[Support, ...]:
    """Return the whole table, in the order of the file."""
    path = Path(__file__).with_name("support.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return tuple(Support(r["component"], r["attribute"], Verdict(r["verdict"]), r["way_out"]) for r in rows)


def check_support(network: pypsa.Network) -> None:
    """Raise unless `network` can be dispatched and certified.

    Raises
    ------
    DispatchError
        With every fault: component, attribute, and the way out.
    """
    shape = list(_shape_faults(network))
    if shape:
        raise DispatchError(shape)
    inputs = Inputs(network)
    faults = [
        *_refused(network),
        *_piecewise(network),
        *_unknown_buses(inputs),
        *_constraint_faults(network),
        *_missing_numbers(inputs),
        *_impossible_numbers(inputs),
    ]
    if faults:
        raise DispatchError(faults)


def _shape_faults(network: pypsa.Network) -> list[Fault]:
    """Return what is wrong with the network as a whole."""
    faults = []
    if network.has_scenarios:
        mend = "Take one scenario out of it with network.get_scenario and dispatch that."
        faults.append(Fault("network scenarios", "a stochastic network is not supported", mend))
    if isinstance(network.snapshots, pd.MultiIndex) or len(network.investment_periods):
        mend = "Dispatch one period at a time, with plain snapshots."
        faults.append(Fault("network investment_periods", "investment periods are not supported", mend))
    if network.c["Bus"].static.empty:
        faults.append(Fault("network buses", "there are none", "Add a bus."))
    weights = network.snapshot_weightings.to_numpy(dtype=float)
    if not (np.isfinite(weights).all() and (weights >= 0.0).all()):
        mend = "Give every snapshot the hours that it stands for."
        faults.append(Fault("network snapshot_weightings", "some are negative or not a number", mend))
    return faults


def _refused(network: pypsa.Network) -> list[Fault]:
    """Return a fault for every refused attribute that has another value than its default."""
    faults = []
    for row in support_table():
        if row.verdict is not Verdict.REFUSED:
            continue
        members = network.c[row.component]
        if row.attribute not in members.static or members.static.empty:
            continue
        default = members.defaults.at[row.attribute, "default"]
        changed = members.static.index[_differs(members.static[row.attribute], default)].tolist()
        frame = members.dynamic.get(row.attribute)
        if frame is not None:
            changed += [name for name in frame.columns if bool(_differs(frame[name], default).any())]
        faults += [
            Fault(
                f"{row.component} {name}: {row.attribute}",
                "is not supported by a certified dispatch",
                row.way_out,
            )
            for name in changed[:MOST_SHOWN]
        ]
    return faults


def _differs(series: pd.Series, default: object) -> np.ndarray:
    """Return where `series` is not at its default, taking two missing values for equal."""
    if isinstance(default, float) and np.isnan(default):
        return series.notna().to_numpy()
    return ((series != default) & series.notna()).to_numpy(dtype=bool)


def _piecewise(network: pypsa.Network) -> list[Fault]:
    """Return a fault for every piecewise cost or efficiency."""
    faults = []
    for component in (*ONE_PORTS, *BRANCHES):
        for attribute, frame in network.c[component].piecewise.items():
            if not frame.empty and attribute != "capital_cost":
                names = sorted({str(c[0]) if isinstance(c, tuple) else str(c) for c in frame.columns})
                where = f"{component} {', '.join(names[:MOST_SHOWN])}: {attribute}"
                mend = "Give one number or a time series; model steps as several components."
                faults.append(Fault(where, "piecewise values are not supported", mend))
    return faults


def _unknown_buses(inputs: Inputs) -> list[Fault]:
    """Return a fault for every member at a bus that does not exist."""
    faults = []
    for component in (*ONE_PORTS, *BRANCHES):
        columns = ["bus"]
        if component in BRANCHES:
            columns = [p.bus for p in inputs.ports(component)] if component in PORTED else ["bus0", "bus1"]
        names = inputs.names(component)
        for column in columns:
            buses = inputs.text(component, column, names)
            may_be_empty = column not in ("bus", "bus0", "bus1")
            wrong = ~buses.isin(inputs.buses) & ~((buses == "") & may_be_empty)
            faults += [
                Fault(
                    f"{component} {name}: {column}",
                    f"there is no bus {bus!r}",
                    "Add the bus or correct the name.",
                )
                for name, bus in buses[wrong].head(MOST_SHOWN).items()
            ]
    return faults


def _constraint_faults(network: pypsa.Network) -> list[Fault]:
    """Return what is wrong with global constraints."""
    faults = []
    carriers = network.c["Carrier"].static
    for name, row in network.c["GlobalConstraint"].static.iterrows():
        where = f"GlobalConstraint {name}"
        if row["type"] not in DISPATCH_CONSTRAINTS | CAPACITY_CONSTRAINTS:
            known = ", ".join(sorted(DISPATCH_CONSTRAINTS))
            faults.append(
                Fault(f"{where}: type", f"{row['type']!r} is not supported", f"Use one of: {known}.")
            )
        if row["sense"] not in SENSES:
            faults.append(Fault(f"{where}: sense", f"{row['sense']!r} is not a sense", "Use <=, == or >=."))
        if not np.isfinite(float(row["constant"])):
            faults.append(Fault(f"{where}: constant", "is not a finite number", "Give a number."))
        if row["type"] == "primary_energy" and row["carrier_attribute"] not in carriers:
            what = f"carriers have no attribute {row['carrier_attribute']!r}"
            faults.append(Fault(f"{where}: carrier_attribute", what, "Add the column to the carriers."))
        elif row["type"] == "primary_energy" and carriers[row["carrier_attribute"]].isna().any():
            missing = ", ".join(str(c) for c in carriers.index[carriers[row["carrier_attribute"]].isna()])
            what = f"{row['carrier_attribute']} of carriers {missing} is not a number"
            faults.append(
                Fault(f"{where}: carrier_attribute", what, "Give 0 for carriers that do not count.")
            )
    return faults


def _missing_numbers(inputs: Inputs) -> list[Fault]:
    """Return a fault for every honoured number that is not a number, with the first place."""
    faults = []
    for component, attribute in _number_attributes(inputs.network):
        names = inputs.names(component) if component in (*ONE_PORTS, *BRANCHES) else pd.Index([])
        if names.empty or attribute not in inputs.network.c[component].static:
            continue
        missing = np.isnan(inputs.series(component, attribute, names))
        if missing.any():
            hour, member = np.argwhere(missing)[0]
            where = f"{component} {names[member]} at {inputs.snapshots[hour]}: {attribute}"
            count = int(missing.sum())
            faults.append(
                Fault(where, f"is not a number ({count} places in all)", "Fill the gap in the data.")
            )
    return faults


def _number_attributes(network: pypsa.Network) -> list[tuple[str, str]]:
    """Return the honoured attributes that must be numbers."""
    chosen = []
    for row in support_table():
        if row.verdict is not Verdict.HONOURED or (row.attribute in OPTIONAL and row.component != "Load"):
            continue
        kind = network.c[row.component].defaults
        if row.attribute in kind.index and kind.at[row.attribute, "dtype"] == np.dtype(float):
            chosen.append((row.component, row.attribute))
    return chosen


def _impossible_numbers(inputs: Inputs) -> list[Fault]:
    """Return a fault for values by which the dispatch would have to divide, and free angles with a limit."""
    faults = []
    names = inputs.names("StorageUnit")
    if len(names):
        faults += _not_positive(inputs, "StorageUnit", "efficiency_dispatch", names)
    constrained = _carriers_of_primary_energy(inputs.network)
    names = inputs.names("Generator")
    names = names[np.flatnonzero(inputs.text("Generator", "carrier", names).isin(constrained))]
    if len(names):
        faults += _not_positive(inputs, "Generator", "efficiency", names)
    has_storage = len(inputs.names("StorageUnit")) + len(inputs.names("Store")) > 0
    if has_storage and not (inputs.weight_stores > 0.0).all():
        mend = "Give every snapshot its length in hours."
        faults.append(
            Fault("network snapshot_weightings: stores", "must be above 0 where there is storage", mend)
        )
    names = inputs.names("Transformer")
    ends = [inputs.static("Transformer", f"phase_shift_{end}", names) for end in ("min", "max")]
    is_limited = np.isfinite(inputs.static("Transformer", "v_ang_max", names))
    for name in names[np.flatnonzero((ends[0] < ends[1]) & is_limited)]:
        what = "a limit on the angle together with a free phase shift is not supported"
        faults.append(
            Fault(f"Transformer {name}: v_ang_max", what, "Fix phase_shift, or set v_ang_max to infinity.")
        )
    return faults


def _carriers_of_primary_energy(network: pypsa.Network) -> set[str]:
    """Return the carriers that count in some limit on primary energy."""
    carriers = network.c["Carrier"].static
    found: set[str] = set()
    for _, row in network.c["GlobalConstraint"].static.iterrows():
        if row["type"] == "primary_energy" and row["carrier_attribute"] in carriers:
            rate = carriers[row["carrier_attribute"]]
            found |= {str(name) for name in rate.index[rate != 0.0]}
    return found


def _not_positive(inputs: Inputs, component: str, attribute: str, names: pd.Index) -> list[Fault]:
    """Return a fault for the members whose `attribute` is not above 0 at some time."""
    wrong = names[np.flatnonzero((inputs.series(component, attribute, names) <= 0.0).any(axis=0))]
    return [
        Fault(
            f"{component} {name}: {attribute}",
            "must be above 0",
            "Correct it, or make the component inactive.",
        )
        for name in wrong[:MOST_SHOWN]
    ]
