"""The network as a file: plain PyPSA reads it back, and its bytes depend on the network alone."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pypsa
import pytest

from qhgrid.network import attribute_table, build_network, write_network
from tests.network.systems import small_facts, small_profiles, small_scenario

pypsa.options.api.legacy_string_dtype = False


def built(**changes):
    scenario = small_scenario(**changes)
    return build_network(scenario, small_facts(), small_profiles(scenario))


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
    network = built()
    write_network(network, tmp_path / "network.nc")
    back = pypsa.Network(tmp_path / "network.nc")
    for n in (network, back):
        n.optimize(solver_name="highs", include_objective_constant=False, log_to_console=False)
    assert back.objective == pytest.approx(network.objective, rel=1e-9)


def test_two_builds_in_two_processes_give_the_same_bytes(tmp_path):
    """PyPSA writes components in the order of a set, which changes with PYTHONHASHSEED."""
    script = (
        "import sys; from pathlib import Path; from qhgrid.network import write_network\n"
        "from tests.network.test_files import built\n"
        "write_network(built(), Path(sys.argv[1]))\n"
    )
    root = Path(__file__).resolve().parents[2]
    contents = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.nc"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        subprocess.run([sys.executable, "-c", script, str(path)], check=True, env=environment, cwd=root)
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]
