"""The data set of a dispatch: complete, labelled, with units, and the same bytes every time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pypsa
import pytest
import xarray as xr

from qhgrid.dispatch import read_network, read_results, to_dataset, write_results
from qhgrid.errors import NetworkError
from tests.dispatch.systems import Draft

RESULTS = [
    "bus_marginal_price", "generator_p", "load_p", "storage_unit_p", "storage_unit_p_dispatch",
    "storage_unit_p_store", "storage_unit_state_of_charge", "storage_unit_spill", "store_p", "store_e",
    "link_p0", "link_p1", "link_p2", "line_p0", "transformer_p0", "generator_p_max_mw", "generator_p_min_mw",
    "generator_marginal_cost", "link_marginal_cost", "storage_unit_marginal_cost",
    "snapshot_weighting_objective", "snapshot_weighting_generators", "snapshot_weighting_stores",
]  # fmt: skip


@pytest.fixture(scope="module")
def dataset(worked) -> xr.Dataset:
    return worked.to_dataset()


def test_results_are_those_of_the_network(worked, dataset):
    assert set(RESULTS) <= set(dataset.data_vars)
    assert dataset["generator_p"].dims == ("snapshot", "generator")
    assert dataset["generator_p"].sel(generator="merit dear").values.tolist() == pytest.approx([0, 30, 0, 80])
    power = worked.network.generators_t.p
    assert np.array_equal(dataset["generator_p"].values, power[list(dataset.generator.values)].to_numpy())


def test_limits_in_mw_are_per_unit_times_nominal(dataset):
    cheap = dataset["generator_p_max_mw"].sel(generator="storage cheap").values
    assert cheap.tolist() == [100.0, 100.0, 0.0, 0.0]


def test_every_variable_has_a_unit_and_static_columns_are_there(dataset):
    assert [name for name, var in dataset.data_vars.items() if "units" not in var.attrs] == []
    assert dataset["generator_p"].attrs["units"] == "MW"
    assert dataset["store_e"].attrs["units"] == "MWh"
    assert dataset["generator_role"].sel(generator="merit shed").item() == "shed"
    assert dataset["generator_bus"].dtype == object
    assert dataset["bus_v_nom"].attrs["units"] == "kV"


def test_cost_of_the_data_set_is_the_objective(worked, dataset):
    """Generators, links and storage units by their power, spill by its cost."""
    weight = dataset["snapshot_weighting_objective"]
    power = {"generator": "p", "link": "p0", "storage_unit": "p_dispatch", "store": "p", "process": "p"}
    total = sum(
        float((dataset[f"{kind}_{p}"] * dataset[f"{kind}_marginal_cost"] * weight).sum())
        for kind, p in power.items()
    )
    total += float((dataset["storage_unit_spill"] * dataset["storage_unit_spill_cost"] * weight).sum())
    assert total == pytest.approx(worked.objective, rel=1e-9)


def test_kinds_without_members_have_dimensions_of_length_zero():
    draft = Draft(2)
    draft.add("Bus", "a", carrier="AC")
    empty = to_dataset(draft.network())
    for kind in ("generator", "load", "storage_unit", "store", "link", "process", "line", "transformer"):
        assert empty.sizes[kind] == 0
    assert {"generator_p", "storage_unit_state_of_charge", "link_p1", "line_p0"} <= set(empty.data_vars)


def test_file_is_the_same_every_time_and_reads_back_equal(dataset, tmp_path):
    paths = [tmp_path / "first.nc", tmp_path / "second.nc"]
    for path in paths:
        write_results(path, dataset)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    xr.testing.assert_identical(read_results(paths[0]), dataset)


SCRIPT = """
import sys
from qhgrid.dispatch import solve, write_results
from tests.dispatch.systems import random_islands
write_results(sys.argv[1], solve(random_islands(7, 12), threads=2).to_dataset())
"""


def test_bytes_do_not_depend_on_hash_seed_or_thread_count(some_islands, tmp_path):
    """Two threads against one, and meshed lines, so that an order of sets would show in the cycles."""
    theirs, ours = tmp_path / "theirs.nc", tmp_path / "ours.nc"
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, str(theirs)]
    subprocess.run(command, env=environment, cwd=Path(__file__).parents[2], check=True, timeout=300)
    write_results(ours, some_islands.to_dataset())
    assert theirs.read_bytes() == ours.read_bytes()


def test_network_file_comes_back_as_a_network(worked, tmp_path):
    path = tmp_path / "network.nc"
    worked.network.export_to_netcdf(str(path))
    network = read_network(path)
    assert list(network.buses.index) == list(worked.network.buses.index)
    assert network.generators.at["merit cheap", "p_nom"] == 120.0


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(2000))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def other_dataset(path: Path) -> None:
    xr.Dataset({"x": ("t", [1.0, 2.0])}).to_netcdf(path)


def truncated(path: Path) -> None:
    network = pypsa.Network(snapshots=[0, 1])
    network.add("Bus", "a")
    network.export_to_netcdf(str(path))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def no_buses(path: Path) -> None:
    pypsa.Network(snapshots=[0, 1]).export_to_netcdf(str(path))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (garbage, "is not a netCDF file"),
        (empty, "is not a netCDF file"),
        (other_dataset, "is netCDF, but not a PyPSA network"),
        (truncated, "is damaged"),
        (no_buses, "the network in it has no buses"),
        (Path.mkdir, "is a folder, not a file"),
        (lambda path: None, "no such file or directory"),
    ],
)
def test_file_that_is_no_network_is_refused_in_words(make, words, tmp_path):
    path = tmp_path / "case.nc"
    make(path)
    with pytest.raises(NetworkError) as caught:
        read_network(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
