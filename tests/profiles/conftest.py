"""The shipped series, the tables they are calibrated to, and a scenario that asks for them."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from qhgrid.facts import read_facts
from qhgrid.profiles.climatology import read_climatology
from qhgrid.profiles.series import SERIES
from qhgrid.profiles.sun import clear_sky
from qhgrid.scenario.model import Hydro, ProfileFiles, Scenario
from qhgrid.shipped import profiles_folder


@pytest.fixture(scope="session")
def climatology():
    """Return the tables as arrays."""
    return read_climatology(read_facts())


@pytest.fixture(scope="session")
def sky(climatology):
    """Return the cloudless sky over the prefecture seats."""
    return clear_sky(climatology.places)


@pytest.fixture(scope="session")
def shipped():
    """Return the shipped variables by name of file, as pandas-labelled arrays with hours first."""
    arrays = {}
    for name, series in SERIES.items():
        with xr.open_dataset(profiles_folder() / f"{name}.nc") as file:
            arrays[name] = file[series.variable].transpose("snapshot", series.axis).astype(np.float64).load()
    return arrays


def make_scenario(water_year: str = "median", **files: str) -> Scenario:
    """Return as much of a scenario as the series need."""
    return Scenario.model_construct(
        profiles=ProfileFiles(**files), hydro=Hydro.model_construct(water_year=water_year)
    )


@pytest.fixture
def scenario():
    """Return a scenario with the shipped series and the median water year."""
    return make_scenario()


def by_month(array: xr.DataArray) -> xr.DataArray:
    """Return an array grouped by calendar month, as pandas counts the months."""
    return array.groupby("snapshot.month")


def fleet_mean(array: xr.DataArray, weights) -> np.ndarray:
    """Return the mean of the prefectures, weighted by today's fleet, shape (8760,)."""
    return (array.to_numpy() * weights).sum(axis=1)
