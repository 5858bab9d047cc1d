"""Time and memory of the stages of one measurement, told line by line as they end."""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Tell = Callable[[dict[str, Any]], None]


class Clock:
    """Wall and processor time of each stage; what a killed process had finished is told already."""

    def __init__(self, tell: Tell, limit: float | None = None) -> None:
        self._tell = tell
        self._limit = limit
        self._stage = ""
        self._wall = self._processor = 0.0

    def begin(self, stage: str) -> None:
        """End the stage before, and begin `stage`, unless it is under way."""
        if stage == self._stage:
            return
        self.end()
        self._stage = stage
        self._wall, self._processor = time.perf_counter(), time.process_time()
        self._tell({"begins": stage})
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def end(self) -> None:
        """End the stage that is under way and tell what it took."""
        wall, processor = time.perf_counter() - self._wall, time.process_time() - self._processor
        if self._stage:
            seconds = {"wall_s": round(wall, 4), "processor_s": round(processor, 4)}
            self._tell({"stage": self._stage, **seconds, "peak_mb": peak_mb()})
        self._stage = ""

    def arm(self) -> None:
        """Let the system end this process when it has had as much wall time as the limit says."""
        if self._limit is not None:
            signal.setitimer(signal.ITIMER_REAL, self._limit)


def peak_mb() -> float:
    """Return the most memory that this process has held at a time. [MB]"""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024, 1)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
