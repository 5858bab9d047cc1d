"""What was measured, on which machine and with which versions, and its file."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.horizons import Horizon, read_horizon

FOLDER = Path(__file__).resolve().parent / "results"
PACKAGES = (
    "qhgrid",
    "pypsa",
    "linopy",
    "highspy",
    "highspy-extras",
    "numba",
    "numpy",
    "scipy",
    "pandas",
    "xarray",
)

DONE, NOT_DONE, FAILED = "done", "not done", "failed"


@dataclass(frozen=True)
class Stage:
    """What one stage of a measurement took."""

    stage: str
    wall_s: float
    processor_s: float
    peak_mb: float
    """Most memory held by the process until the end of the stage. [MB]"""


@dataclass(frozen=True)
class Measurement:
    """One case by one road, in a process of its own."""

    case: str
    horizon: str
    road: str
    status: str
    """``done``, ``not done`` (within the limit) or ``failed``."""
    limit_s: float
    """Wall time that was given to everything after the making of the network. [s]"""
    load_before: float
    """Processes that ran on the machine in the minute before; above 1 it was not quiet."""
    stages: tuple[Stage, ...] = ()
    outcome: dict[str, Any] = field(default_factory=dict)
    """``objective`` and what else the road says."""
    detail: str = ""
    """Why it is not done, or failed."""

    @property
    def key(self) -> tuple[str, str, str]:
        """Case, horizon, road."""
        return self.case, self.horizon, self.road

    @property
    def is_done(self) -> bool:
        """Whether there is a plan."""
        return self.status == DONE

    @property
    def span(self) -> Horizon:
        """The horizon as numbers."""
        return read_horizon(self.horizon)

    @property
    def objective(self) -> float | None:
        """Cost of the plan, None without one."""
        return float(self.outcome["objective"]) if "objective" in self.outcome else None

    @property
    def peak_mb(self) -> float:
        """Most memory held. [MB]"""
        return max((stage.peak_mb for stage in self.stages), default=0.0)

    def seconds(self, *stages: str, wall: bool) -> float:
        """Return wall or processor time of `stages` together. [s]"""
        return sum(s.wall_s if wall else s.processor_s for s in self.stages if s.stage in stages)


@dataclass(frozen=True)
class Results:
    """Measurements of one machine."""

    name: str
    machine: dict[str, Any]
    versions: dict[str, str]
    measurements: tuple[Measurement, ...] = ()

    def with_measurement(self, new: Measurement) -> Results:
        """Return these results with `new`, in the place of one of the same case, horizon and road."""
        keys = [m.key for m in self.measurements]
        if new.key not in keys:
            return replace(self, measurements=(*self.measurements, new))
        return replace(self, measurements=tuple(new if m.key == new.key else m for m in self.measurements))

    def by_case(self) -> dict[tuple[str, str], list[Measurement]]:
        """Return the measurements of each case and horizon, in the order they were made."""
        groups: dict[tuple[str, str], list[Measurement]] = {}
        for m in self.measurements:
            groups.setdefault((m.case, m.horizon), []).append(m)
        return groups


def new_results(name: str) -> Results:
    """Return results of this machine, still without measurements."""
    return Results(name, describe_machine(), describe_versions())


def describe_machine() -> dict[str, Any]:
    """Return processor, cores, memory and system; nothing that names the machine."""
    return {
        "processor": _first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(int((_first("/proc/meminfo", "MemTotal") or "0").split()[0]) / 1024**2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _first(file: str, key: str) -> str:
    path = Path(file)
    lines = path.read_text().splitlines() if path.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")


def describe_versions() -> dict[str, str]:
    """Return the versions of all packages that matter."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def write_results(results: Results, path: Path) -> None:
    """Write `results` as JSON, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(results), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)


def read_results(path: Path) -> Results:
    """Return the results in the file at `path`."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Results(
        raw["name"], raw["machine"], raw["versions"], tuple(map(_measurement, raw["measurements"]))
    )


def _measurement(raw: dict[str, Any]) -> Measurement:
    return Measurement(**{**raw, "stages": tuple(Stage(**stage) for stage in raw["stages"])})
