"""Write a network to a netCDF file whose bytes depend on the network alone.

PyPSA exports components in the order of a set, so its own file changes with PYTHONHASHSEED. Here the same
dataset is written in the order of its names; plain PyPSA reads it as ever.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pypsa

COMPRESSION = {"zlib": True, "complevel": 4, "shuffle": True}
"""How numbers are packed."""


def write_network(network: pypsa.Network, path: Path) -> None:
    """Write `network` to a netCDF file that plain PyPSA opens; the same network gives the same bytes.

    Parameters
    ----------
    network : pypsa.Network
        Any network.
    path : pathlib.Path
        File to write; its folder must exist.
    """
    dataset = network.export_to_netcdf(None)
    names = sorted(dataset.variables, key=str)
    dataset = dataset.reset_coords()[names].set_coords([name for name in names if name in dataset.coords])
    encoding = {}
    for name in names:
        if isinstance(dataset[name].dtype, pd.StringDtype):
            dataset[name] = dataset[name].astype(object)
        elif dataset[name].dtype.kind in "fi":
            encoding[name] = COMPRESSION
    dataset.attrs = dict(sorted(dataset.attrs.items()))
    dataset.to_netcdf(path, engine="netcdf4", encoding=encoding)
