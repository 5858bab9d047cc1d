"""Hourly dispatch of any PyPSA network inside a documented subset, with proof.

``solve`` finds the plan of least cost, ``certify`` proves it from the inputs, the plan and dual prices
alone. Nothing
here knows Qinghai.
"""

import pypsa

from qhgrid.dispatch.certificate import Certificate, Violation, certify
from qhgrid.dispatch.elastic import ElasticPrices, Shortage, add_elastic_layer, shortages
from qhgrid.dispatch.methods import method_names
from qhgrid.dispatch.prices import Prices
from qhgrid.dispatch.reading import read_network
from qhgrid.dispatch.results import read_results, to_dataset, write_results
from qhgrid.dispatch.solve import Dispatch, solve
from qhgrid.dispatch.support import check_support, support_table

pypsa.options.api.legacy_string_dtype = False

__all__ = [
    "Certificate",
    "Dispatch",
    "ElasticPrices",
    "Prices",
    "Shortage",
    "Violation",
    "add_elastic_layer",
    "certify",
    "check_support",
    "method_names",
    "read_network",
    "read_results",
    "shortages",
    "solve",
    "support_table",
    "to_dataset",
    "write_results",
]
