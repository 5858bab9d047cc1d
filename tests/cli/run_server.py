"""A process that has loaded everything and forks a run of one day for each folder named on its stdin.

So a test can kill ten runs without waiting ten times for the libraries. Prints the process id of each run as
it starts, and its exit code when it has ended.
"""

import os
import sys
from pathlib import Path

import fontTools.subset
import highspy
import linopy
import openpyxl
import pvlib

import qhgrid.dispatch
import qhgrid.indicators.measuring
import qhgrid.network
import qhgrid.projects
import qhgrid.report
from qhgrid.facts import read_facts
from qhgrid.study import run_study
from tests.conftest import ONE_DAY

LOADED = (fontTools.subset, highspy, linopy, openpyxl, pvlib, qhgrid)


def say(number: int) -> None:
    """Tell the test a number."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def serve() -> None:
    """Fork a run for each line of stdin."""
    read_facts()
    for line in sys.stdin:
        run = os.fork()
        if run == 0:
            run_study("2030-plan", ONE_DAY, Path(line.strip()))
            os._exit(0)
        say(run)
        say(os.waitstatus_to_exitcode(os.waitpid(run, 0)[1]))


if __name__ == "__main__":
    serve()
