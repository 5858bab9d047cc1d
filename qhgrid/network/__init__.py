"""Scenario, facts and hourly series to a standard PyPSA network."""

from __future__ import annotations

from qhgrid.network.attributes import Attribute, attribute_table
from qhgrid.network.build import build, build_network
from qhgrid.network.files import write_network

__all__ = ["Attribute", "attribute_table", "build", "build_network", "write_network"]
