"""The network as a file: plain PyPSA reads it back, and its bytes depend on the network alone."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pypsa
import pytest

from qhgrid.network import attribute_table, write_network
from tests.network.systems import built, fresh

pypsa.options.api.legacy_string_dtype = False


@pytest.mark.parametrize("resolution", ["prefecture", "station"])
def test_file_reads_back_equal_in_plain_pypsa(tmp_path, resolution):
    network = built(grid={"resolution": resolution})
    write_network(network, tmp_path / "network.nc")
    back = pypsa.Network(tmp_path / "network.nc")
    assert back.name == "small"
    assert back.meta == network.meta
    assert back.snapshots.equals(network.snapshots)
    for component in network.components:
        other = back.c[component.name]
        assert list(other.static.index) == list(component.static.index)
        pd.testing.assert_frame_equal(
            other.static[sorted(other.static)], component.static[sorted(component.static)], check_dtype=False
        )
        for attribute, table in component.dynamic.items():
            pd.testing.assert_frame_equal(
                other.dynamic[attribute].sort_index(axis=1),
                table.sort_index(axis=1),
                check_freq=False,
                check_index_type=False,
                check_column_type=False,
            )


def test_all_own_columns_survive_the_file(tmp_path):
    write_network(built(), tmp_path / "network.nc")
    back = pypsa.Network(tmp_path / "network.nc")
    for row in attribute_table():
        assert row.attribute in back.c[row.component].static.columns
    assert back.buses.name_zh["hainan"] == "海南州"


def test_file_has_the_same_objective_as_the_network(tmp_path):
    network = fresh(horizon={"start": "2030-07-01", "end": "2030-07-01"})
    write_network(network, tmp_path / "network.nc")
    back = pypsa.Network(tmp_path / "network.nc")
    for n in (network, back):
        n.optimize(solver_name="highs", include_objective_constant=False, log_to_console=False)
    assert back.objective == pytest.approx(network.objective, rel=1e-9)
    write_network(network, tmp_path / "solved.nc")
    solved = pypsa.Network(tmp_path / "solved.nc")
    assert solved.generators_t.p["hainan pv"].equals(network.generators_t.p["hainan pv"])
    assert solved.objective == network.objective


def test_another_process_writes_the_same_bytes(tmp_path):
    """PyPSA writes components in the order of a set, which changes with PYTHONHASHSEED."""
    script = (
        "import sys; from pathlib import Path; from qhgrid.network import write_network\n"
        "from tests.network.systems import built\n"
        "write_network(built(), Path(sys.argv[1]))\n"
    )
    root = Path(__file__).resolve().parents[2]
    here, there = tmp_path / "here.nc", tmp_path / "there.nc"
    write_network(built(), here)
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, "-c", script, str(there)], check=True, env=environment, cwd=root)
    assert here.read_bytes() == there.read_bytes()
