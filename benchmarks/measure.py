"""One measurement in one process: the parent that starts it and reads what it tells, and the child."""

from __future__ import annotations

import json
import logging
import os
import re
import resource
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

from benchmarks.results import DONE, FAILED, NOT_DONE, Measurement, Stage

ROOT = Path(__file__).resolve().parent.parent
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def measure(case: str, horizon: str, road: str, limit_s: float) -> Measurement:
    """Return the measurement of `case` over `horizon` by `road`, made in a new process."""
    load = os.getloadavg()[0]
    threads = road.rpartition("-")[2]
    environment = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, threads), "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "benchmarks", "measure", case, horizon, road, "--limit", str(limit_s)]
    child = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    told = [json.loads(line) for line in child.stdout.splitlines() if line.startswith("{")]
    stages = tuple(Stage(**line) for line in told if "stage" in line)
    outcome: dict[str, Any] = next((line["outcome"] for line in told if "outcome" in line), {})
    status, detail = _how_it_ended(child.returncode, told, child.stderr, limit_s)
    return Measurement(case, horizon, road, status, limit_s, round(load, 2), stages, outcome, detail)


def _how_it_ended(code: int, told: list[dict[str, Any]], errors: str, limit_s: float) -> tuple[str, str]:
    """Return status and detail of a child that ended with `code`."""
    began = [line["begins"] for line in told if "begins" in line]
    if code == 0 and any("outcome" in line for line in told):
        return DONE, ""
    if code == -signal.SIGALRM:
        return NOT_DONE, f"after {limit_s:g} s in stage {began[-1] if began else 'start'}"
    failure = [line["failed"] for line in told if "failed" in line]
    if failure:
        return FAILED, without_paths(failure[0])
    name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    last = errors.strip().splitlines()[-1:] or [""]
    return FAILED, without_paths(f"{name}: {last[0]}")[:300]


def without_paths(text: str) -> str:
    """Return `text` with folders left out, so that results say nothing of where they were made."""
    return re.sub(r"(/[\w.@+-]+)+/", "", text)


def child(case: str, horizon: str, road: str, limit_s: float) -> None:
    """Measure in this very process, and tell what happens as lines of JSON."""
    be_quiet()
    _spare_the_machine()
    from benchmarks.cases import CASES
    from benchmarks.clock import Clock
    from benchmarks.horizons import read_horizon
    from benchmarks.roads import ROADS, NoPlanError
    from qhgrid.errors import QhgridError

    try:
        outcome = ROADS[road].run(CASES[case], read_horizon(horizon), Clock(tell, limit_s))
    except (NoPlanError, QhgridError) as error:
        tell({"failed": f"{type(error).__name__}: {error}".splitlines()[0][:300]})
        return
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
    tell({"outcome": outcome})


def tell(line: dict[str, Any]) -> None:
    """Print one line of JSON at once."""
    print(json.dumps(line), flush=True)


def be_quiet() -> None:
    """Keep libraries from writing while the clock runs."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)


def _spare_the_machine() -> None:
    """Fail rather than take memory that is not there."""
    free = [line for line in _lines("/proc/meminfo") if line.startswith("MemAvailable")]
    if free:
        soft = int(free[0].split()[1]) * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (soft, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def _lines(file: str) -> list[str]:
    path = Path(file)
    return path.read_text().splitlines() if path.exists() else []
