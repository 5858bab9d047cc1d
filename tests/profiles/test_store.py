"""Same tables, same bytes; a file that was touched is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import netCDF4
import numpy as np
import pytest
import xarray as xr

from qhgrid.errors import ProfileError
from qhgrid.profiles import build_profiles, checksums
from qhgrid.profiles import store as store_module
from qhgrid.profiles.series import ALL_SERIES, SERIES
from qhgrid.profiles.store import CHECKSUM, content_checksum, read_series, write_series
from qhgrid.shipped import profiles_folder


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """Return a folder with all series made anew, and what was told meanwhile."""
    folder, told = tmp_path_factory.mktemp("rebuilt"), []
    paths = build_profiles(folder, told.append)
    assert [path.name for path in paths] == [f"{series.name}.nc" for series in ALL_SERIES]
    assert sorted(told) == sorted(SERIES)
    return folder


def library(path):
    """Return the versions of the netCDF and HDF5 libraries that wrote a file."""
    with netCDF4.Dataset(path) as file:
        return file.getncattr("_NCProperties")


def test_committed_files_equal_a_rebuild(rebuilt):
    """If this fails after a change of a table or of the generator: run `qhgrid profiles build` and commit."""
    for series in ALL_SERIES:
        made, kept = (folder / f"{series.name}.nc" for folder in (rebuilt, profiles_folder()))
        assert xr.open_dataset(made).attrs == xr.open_dataset(kept).attrs, series.name
        if library(made) == library(kept):
            assert made.read_bytes() == kept.read_bytes(), series.name


def test_other_process_with_other_hash_seed_and_threads_makes_the_same_bytes(rebuilt, tmp_path):
    code = (
        "import sys, json, pathlib; from qhgrid.profiles import build_profiles, checksums; "
        "folder = pathlib.Path(sys.argv[1]); build_profiles(folder); print(json.dumps(checksums(folder)))"
    )
    threads = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"}
    environment = {**os.environ, **threads, "PYTHONHASHSEED": "12345", "TZ": "America/New_York"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "made")],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == checksums(rebuilt)


def test_nothing_but_the_series_is_left_in_the_folder(rebuilt):
    assert sorted(path.name for path in rebuilt.iterdir()) == sorted(f"{name}.nc" for name in SERIES)


def test_folder_is_small():
    assert sum(path.stat().st_size for path in profiles_folder().glob("*.nc")) < 8e6


@pytest.mark.parametrize("name", SERIES)
def test_file_says_what_it_is(name):
    series = SERIES[name]
    with netCDF4.Dataset(profiles_folder() / f"{name}.nc") as file:
        attributes = {key: file.getncattr(key) for key in file.ncattrs()}
        time, variable = file["snapshot"], file[series.variable]
        assert attributes["Conventions"] == "CF-1.8"
        assert attributes["summary"].startswith("synthetic, calibrated")
        assert attributes["time_zone"] == time.time_zone == "UTC+08:00"
        assert {"title", "source", "references", "seed", "generator_version"} <= set(attributes)
        assert "history" not in attributes
        assert (time.standard_name, time.units) == ("time", "hours since 2030-01-01 00:00:00")
        assert (variable.units, variable.long_name) == (series.unit, series.long_name)
        assert variable.dtype == np.float32
        assert (file["snapshot_bounds"][:, 1] - file["snapshot_bounds"][:, 0] == 1).all()


def test_values_are_rounded(rebuilt):
    values = xr.open_dataset(rebuilt / "wind.nc").wind_p_max_pu.to_numpy().astype(float)
    np.testing.assert_allclose(values * 1e5, np.round(values * 1e5), atol=0.01)


def test_changed_value_is_refused(rebuilt, tmp_path):
    path = tmp_path / "pv.nc"
    path.write_bytes((rebuilt / "pv.nc").read_bytes())
    with netCDF4.Dataset(path, "a") as file:
        file["pv_p_max_pu"][13, 0] = 0.5
    with pytest.raises(ProfileError, match="does not fit its checksum") as caught:
        read_series(path, SERIES["pv"])
    assert "qhgrid profiles build" in caught.value.faults[0].mend


def test_shifted_calendar_is_refused(rebuilt, tmp_path):
    """Values right, but an hour late: the checksum covers the calendar."""
    dataset = xr.open_dataset(rebuilt / "pv.nc").load().drop_vars("snapshot_bounds")
    dataset["snapshot"] = dataset.snapshot + np.timedelta64(1, "h")
    dataset.to_netcdf(tmp_path / "pv.nc")
    with pytest.raises(ProfileError, match="does not fit its checksum"):
        read_series(tmp_path / "pv.nc", SERIES["pv"])


def test_relabelled_prefectures_are_refused(rebuilt, tmp_path):
    """Values right, but 海西 called 西宁: the checksum covers the labels."""
    dataset = xr.open_dataset(rebuilt / "pv.nc").load()
    dataset["prefecture"] = dataset.prefecture.to_numpy()[::-1]
    dataset.to_netcdf(tmp_path / "pv.nc")
    with pytest.raises(ProfileError, match="does not fit its checksum"):
        read_series(tmp_path / "pv.nc", SERIES["pv"])


def test_failed_write_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(store_module, "_write_values", fail)
    with pytest.raises(OSError, match="disk full"):
        write_series(tmp_path / "pv.nc", SERIES["pv"], np.zeros((8760, 8)), {})
    assert list(tmp_path.iterdir()) == []


def test_checksum_attribute_is_the_checksum_of_the_content(rebuilt):
    dataset = xr.open_dataset(rebuilt / "inflow.nc")
    assert dataset.attrs[CHECKSUM] == content_checksum(dataset, SERIES["inflow"])
