"""Components on their way into a PyPSA network.

PyPSA is quick when a whole component class is added at once and slow when thousands of calls add one each. So
the rooms below write into a :class:`Draft`, one row a component, and the draft is added in bulk.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pypsa

from qhgrid.errors import Fault, NetworkError
from qhgrid.network.attributes import custom_defaults

pypsa.options.api.legacy_string_dtype = False

FloatArray = npt.NDArray[np.float64]

COMPONENTS = (
    "Carrier",
    "Bus",
    "Load",
    "Generator",
    "StorageUnit",
    "Store",
    "Link",
    "Line",
    "GlobalConstraint",
)
"""Component classes in the order in which they are added."""

SHARE_COLUMN = "clean_share_"
"""How the columns of the carriers begin that count in the rule of a corridor's clean share; 0 by default."""


class Draft:
    """Rows and series of components, by class and name, in the order in which they were added."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, dict[str, object]]] = {component: {} for component in COMPONENTS}
        self.series: dict[str, dict[str, dict[str, FloatArray]]] = {component: {} for component in COMPONENTS}

    def add(self, component: str, name: str, **attributes: object) -> None:
        """Add one component; an array becomes a series, unless it is the same in every snapshot.

        Parameters
        ----------
        component : str
            PyPSA's class name.
        name : str
            Name, unique in its class.
        **attributes
            PyPSA's attributes and those of ``attributes.csv``; arrays have shape (snapshot,).

        Raises
        ------
        NetworkError
            If the class already has a component of that name.
        """
        if name in self.rows[component]:
            fault = Fault(
                f"{component} {name!r}", "exists already", "Give each row of the fact tables its own id."
            )
            raise NetworkError(fault)
        row: dict[str, object] = {}
        for attribute, value in attributes.items():
            if not isinstance(value, np.ndarray):
                row[attribute] = value
            elif (value == value[0]).all():
                row[attribute] = float(value[0])
            else:
                self.series[component].setdefault(attribute, {})[name] = value
        self.rows[component][name] = row

    def fill(self, network: pypsa.Network) -> None:
        """Add everything to `network`, one bulk call a class."""
        for component in COMPONENTS:
            rows = self.rows[component]
            if rows:
                defaults = _defaults(network, component, rows)
                network.add(component, list(rows), **_columns(rows, defaults))
                self._fill_series(network, component)

    def _fill_series(self, network: pypsa.Network, component: str) -> None:
        """Set the time series of one class, only for the components that have one."""
        for attribute, columns in self.series[component].items():
            table = pd.DataFrame(columns, index=network.snapshots)
            network.c[component].dynamic[attribute] = table.rename_axis(columns="name")


def _defaults(
    network: pypsa.Network, component: str, rows: Mapping[str, Mapping[str, object]]
) -> dict[str, Any]:
    """Return the default of every column that `rows` use, and of all columns that qhgrid adds."""
    said = dict.fromkeys(attribute for row in rows.values() for attribute in row)
    own = custom_defaults(component)
    table = network.c[component].defaults["default"]
    defaults: dict[str, Any] = {}
    for attribute in said:
        if attribute in own:
            continue
        if attribute in table.index:
            defaults[attribute] = table[attribute]
        elif attribute.startswith(SHARE_COLUMN):
            defaults[attribute] = 0.0
        else:
            defaults[attribute] = _PORT_DEFAULTS[attribute.rstrip("0123456789")]
    return defaults | own


_PORT_DEFAULTS: dict[str, object] = {"bus": "", "efficiency": 1.0, "delay": 0, "cyclic_delay": True}
"""Defaults of the further ports of a Link (``bus2``, ``delay3``), which PyPSA adds when they are used."""


def _columns(
    rows: Mapping[str, Mapping[str, object]], defaults: Mapping[str, object]
) -> dict[str, list[object]]:
    """Return one list a column, in the order of `rows`."""
    return {
        column: [row.get(column, default) for row in rows.values()] for column, default in defaults.items()
    }
