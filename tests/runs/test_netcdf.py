"""netCDF files depend on their content alone."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from qhgrid.errors import RunError
from qhgrid.runs import write_netcdf, write_netcdf_atomically


def make_dataset() -> xr.Dataset:
    """Return a dataset with numbers, Chinese words, flags and an empty component."""
    times = pd.date_range("2030-01-01", periods=24, freq="h", name="snapshot")
    names = ["海西 pv", "haixi wind"]
    return xr.Dataset(
        {
            "generator_p": (
                ("snapshot", "generator"),
                np.arange(48.0).reshape(24, 2),
                {"units": "MW", "a": "1"},
            ),
            "generator_name_zh": (("generator",), np.array(["光伏", ""], dtype=object)),
            "generator_committable": (("generator",), np.array([True, False])),
            "line_p0": (("snapshot", "line"), np.zeros((24, 0))),
            "objective": ((), 1.5),
        },
        coords={"snapshot": times, "generator": names, "line": np.array([], dtype=object)},
        attrs={"z": "last", "a": "first"},
    )


def test_content_comes_back(tmp_path):
    write_netcdf(make_dataset(), tmp_path / "a.nc")
    with xr.open_dataset(tmp_path / "a.nc") as read:
        np.testing.assert_array_equal(read.generator_p, make_dataset().generator_p)
        assert list(read.generator.values) == ["海西 pv", "haixi wind"]
        assert list(read.generator_name_zh.values) == ["光伏", ""]
        assert read.generator_p.attrs["units"] == "MW"
        assert read.sizes["line"] == 0
        assert float(read.objective) == 1.5


def test_order_of_variables_and_attributes_leaves_no_trace(tmp_path):
    dataset = make_dataset()
    turned = dataset[list(reversed(list(dataset.data_vars)))]
    turned.attrs = dict(reversed(dataset.attrs.items()))
    turned.generator_p.attrs = dict(reversed(dataset.generator_p.attrs.items()))
    write_netcdf(dataset, tmp_path / "a.nc")
    write_netcdf(turned, tmp_path / "b.nc")
    assert (tmp_path / "a.nc").read_bytes() == (tmp_path / "b.nc").read_bytes()


def test_bytes_do_not_depend_on_hash_seed_or_process(tmp_path):
    code = (
        "import sys; from pathlib import Path; from tests.runs.test_netcdf import make_dataset;"
        "from qhgrid.runs import write_netcdf; write_netcdf(make_dataset(), Path(sys.argv[1]))"
    )
    for seed in "12":
        path = str(tmp_path / f"{seed}.nc")
        subprocess.run(
            [sys.executable, "-c", code, path], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."}, check=True
        )
    assert (tmp_path / "1.nc").read_bytes() == (tmp_path / "2.nc").read_bytes()


def test_file_in_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(RunError, match="No such file or directory"):
        write_netcdf(make_dataset(), tmp_path / "missing" / "a.nc")


def test_what_the_library_cannot_write_is_refused(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise RuntimeError("NetCDF: HDF error")

    monkeypatch.setattr(xr.Dataset, "to_netcdf", refuse)
    with pytest.raises(RunError, match=r"cannot be written: NetCDF: HDF error\. Free some space"):
        write_netcdf(make_dataset(), tmp_path / "a.nc")


def test_single_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "a.nc"
    write_netcdf_atomically(make_dataset(), path)
    before = path.read_bytes()

    def refuse(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(xr.Dataset, "to_netcdf", refuse)
    with pytest.raises(RunError, match="No space left"):
        write_netcdf_atomically(make_dataset(), path)
    assert path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.nc"]
