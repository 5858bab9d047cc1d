"""Past years run again with one set of parameters, and compared with what was published of them."""

from qhgrid.backcast.calibration import CALIBRATED, HELD_OUT, YEARS
from qhgrid.backcast.run import Backcast, run_backcast, write_report

__all__ = ["CALIBRATED", "HELD_OUT", "YEARS", "Backcast", "run_backcast", "write_report"]
