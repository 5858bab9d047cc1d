"""Open a PyPSA network file; whatever is wrong with it, say so in words."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pypsa
import xarray as xr

from qhgrid.errors import Fault, NetworkError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNATURES = (b"CDF\x01", b"CDF\x02", b"CDF\x05", b"\x89HDF")
_MEND = "Give a file written by network.export_to_netcdf."


def read_network(path: str | Path) -> pypsa.Network:
    """Return the network in a netCDF file that PyPSA wrote.

    Parameters
    ----------
    path : str or Path
        The file.

    Raises
    ------
    NetworkError
        If there is no such file, or it is no netCDF file, is damaged, or holds no PyPSA network.
    """
    path = Path(path)
    _check_file(path)
    _check_contents(path)
    loggers = [logging.getLogger(name) for name in ("pypsa.network.io", "pypsa")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            network = pypsa.Network()
            network.import_from_netcdf(str(path))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RuntimeError) as error:
        raise NetworkError(
            Fault(str(path), f"PyPSA cannot read the network in it ({_first_line(error)})", _MEND)
        ) from error
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
    if network.c["Bus"].static.empty:
        raise NetworkError(Fault(str(path), "the network in it has no buses", _MEND))
    return network


def _check_file(path: Path) -> None:
    """Raise unless `path` is a readable file that begins like netCDF."""
    if path.is_dir():
        raise NetworkError(Fault(str(path), "is a folder, not a file", _MEND))
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        reason = (error.strerror or "cannot be opened").lower()
        raise NetworkError(Fault(str(path), reason, "Check the path and its permissions.")) from error
    if head not in _SIGNATURES:
        raise NetworkError(Fault(str(path), "is not a netCDF file", _MEND))


def _check_contents(path: Path) -> None:
    """Raise unless the file can be opened as a data set that says it is a PyPSA network."""
    try:
        with xr.open_dataset(path, decode_times=False, engine="netcdf4") as dataset:
            names = {str(name) for name in (*dataset.attrs, *dataset.sizes)}
    except (OSError, ValueError, RuntimeError, AttributeError) as error:
        raise NetworkError(
            Fault(str(path), f"is damaged ({_first_line(error)})", "Write or copy it again.")
        ) from error
    if not {"network_pypsa_version", "network_name", "snapshots"} & names:
        raise NetworkError(Fault(str(path), "is netCDF, but not a PyPSA network", _MEND))


def _first_line(error: BaseException) -> str:
    """Return the first line of an error, or its kind where it says nothing."""
    lines: Sequence[str] = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
