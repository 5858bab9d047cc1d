"""What a file of hourly series says about itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qhgrid.errors import Fault, ProfileError
from qhgrid.scenario.marks import suggest
from qhgrid.shipped import profiles_folder


def describe_profile(name: str) -> dict[str, Any]:
    """Return attributes and variables of a file of series, with mean, least and largest value of each.

    Parameters
    ----------
    name : str
        Path of a netCDF file, or name of a shipped one, such as ``pv.nc`` or ``pv``.

    Raises
    ------
    ProfileError
        If there is no such file, or it is not netCDF.
    """
    import xarray as xr

    path = _find(name)
    try:
        with xr.open_dataset(path, engine="netcdf4") as dataset:
            variables = [_describe(dataset[variable]) for variable in sorted(map(str, dataset.data_vars))]
            return {"file": str(path), "attributes": _plain(dataset.attrs), "variables": variables}
    except (OSError, ValueError) as error:
        raise ProfileError(
            Fault(str(path), "is not a netCDF file", "Build it with `qhgrid profiles build`.")
        ) from error


def _find(name: str) -> Path:
    """Return the file that `name` means."""
    for path in (Path(name), profiles_folder() / name, profiles_folder() / f"{name}.nc"):
        if path.is_file():
            return path
    known = [path.name for path in sorted(profiles_folder().glob("*.nc"))]
    raise ProfileError(Fault(name, "is not a file of hourly series", suggest(name, known)))


def _describe(variable: Any) -> dict[str, Any]:  # noqa: ANN401  an xarray.DataArray; xarray is not imported here
    """Return name, dimensions, unit and range of a variable."""
    return {
        "name": str(variable.name),
        "dims": [str(dim) for dim in variable.dims],
        "unit": str(variable.attrs.get("units", "")),
        "mean": float(variable.mean()),
        "min": float(variable.min()),
        "max": float(variable.max()),
    }


def _plain(attributes: dict[Any, Any]) -> dict[str, str]:
    """Return attributes as text by name."""
    return {str(name): str(value) for name, value in attributes.items()}
