"""Shipped data lie beside the package in a checkout, and inside it in a wheel."""

from __future__ import annotations

from qhgrid import shipped


def test_a_checkout_has_data_and_scenarios_beside_the_package():
    assert (shipped.data_folder() / "fleet.csv").is_file()
    assert shipped.profiles_folder() == shipped.data_folder() / "profiles"
    assert shipped.scenarios_folder().name == "scenarios"


def test_a_wheel_has_them_inside(tmp_path, monkeypatch):
    inside = tmp_path / "qhgrid" / "_shipped" / "data"
    inside.mkdir(parents=True)
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path / "qhgrid")
    assert shipped.data_folder() == inside
    assert shipped.scenarios_folder() == tmp_path / "scenarios"
