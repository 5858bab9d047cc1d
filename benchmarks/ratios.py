"""How many times faster we are, and whether that got worse between two files of results."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.results import Measurement, Results

WORSE = 0.10
"""Share by which a ratio may fall before it counts as worse. [1]"""
TOTAL = ("model", "solve", "read back")
"""Stages from a network to its results."""
OURS = ("engine-", "exact-")
KINDS = {
    "solve": "solve, one thread: fastest HiGHS algorithm / our engine, processor time",
    "total": "network in to results out, one thread: fastest n.optimize / our solve, processor time",
    "solve, 2 threads": "solve, two threads allowed: fastest HiGHS algorithm / our engine, wall time",
    "second thread": "our engine: one thread / two threads, wall time",
}


@dataclass(frozen=True)
class Ratio:
    """Time of another over time of ours: above 1 we are faster."""

    value: float
    against: str
    """The road we are compared with."""
    at_least: bool = False
    """Whether the other was not done within its limit, so that the true ratio is higher."""

    def __str__(self) -> str:
        return f"{'> ' if self.at_least else ''}{self.value:.3g}"


Key = tuple[str, str, str]
"""Case, horizon, kind of ratio."""


def ratios_of(results: Results) -> dict[Key, Ratio]:
    """Return all ratios that the measurements of `results` allow."""
    found: dict[Key, Ratio] = {}
    for (case, horizon), group in results.by_case().items():
        for kind, ratio in _ratios_of_case({m.road: m for m in group}).items():
            found[case, horizon, kind] = ratio
    return found


def _ratios_of_case(by_road: dict[str, Measurement]) -> dict[str, Ratio]:
    engine, exact = ([_done(by_road, f"{group}-{i}") for i in (1, 2)] for group in ("engine", "exact"))
    one, two = (engine[i] or exact[i] for i in (0, 1))
    alone, both = engine if all(engine) else exact
    highs = {name: m for name, m in by_road.items() if name.startswith(("pypsa-", "raw-"))}
    single = {name: m for name, m in highs.items() if name.endswith("-1")}
    pypsa = {name: m for name, m in single.items() if name.startswith("pypsa-")}
    candidates = {
        "solve": _ratio(single, one, ("solve",), wall=False),
        "total": _ratio(pypsa, exact[0], TOTAL, wall=False),
        "solve, 2 threads": _ratio(highs, two, ("solve",), wall=True),
        "second thread": _ratio({alone.road: alone} if alone else {}, both, ("solve",), wall=True),
    }
    return {kind: ratio for kind, ratio in candidates.items() if ratio is not None}


def _done(by_road: dict[str, Measurement], road: str) -> Measurement | None:
    """Return the measurement of `road` if it has a plan."""
    found = by_road.get(road)
    return found if found is not None and found.is_done else None


def _ratio(
    others: dict[str, Measurement], ours: Measurement | None, stages: tuple[str, ...], *, wall: bool
) -> Ratio | None:
    """Return the time of the fastest of `others` over ours."""
    if ours is None or not others:
        return None
    mine = max(ours.seconds(*stages, wall=wall), 1e-4)
    done = {name: m.seconds(*stages, wall=wall) for name, m in others.items() if m.is_done}
    if done:
        fastest = min(done, key=lambda name: done[name])
        return Ratio(done[fastest] / mine, fastest)
    late = [m for m in others.values() if m.status == "not done"]
    if not late:
        return None
    last = max(late, key=lambda m: m.limit_s)
    return Ratio((last.limit_s - _spent_before(last, stages)) / mine, last.road, at_least=True)


def _spent_before(m: Measurement, stages: tuple[str, ...]) -> float:
    """Return what of the limit went into stages that do not count. [s]"""
    return m.seconds(*(stage for stage in TOTAL if stage not in stages), wall=True)


@dataclass(frozen=True)
class Change:
    """A ratio in two files of results."""

    key: Key
    before: Ratio
    after: Ratio | None
    is_broken: bool = False
    """Whether the ratio is missing because a road of ours found no plan."""

    @property
    def is_worse(self) -> bool:
        """Whether the ratio fell by more than a tenth, or we found no plan any more."""
        if self.after is None:
            return self.is_broken
        if self.before.at_least or self.after.at_least:
            return False
        return self.after.value < (1.0 - WORSE) * self.before.value

    def in_words(self) -> str:
        """Return the change as a line to read."""
        case, horizon, kind = self.key
        gone = "no plan" if self.is_broken else "not measured"
        after = gone if self.after is None else f"{self.after} ({self.after.against})"
        before = f"{self.before} ({self.before.against})"
        mark = "WORSE" if self.is_worse else ""
        return f"{case:16} {horizon:>8} h  {kind:17} {before:>28} -> {after:<28} {mark}".rstrip()


def changes(before: Results, after: Results) -> list[Change]:
    """Return what became of every ratio of `before` whose case is in `after` too."""
    old, new = ratios_of(before), ratios_of(after)
    cases = after.by_case()
    broken = {(m.case, m.horizon) for m in after.measurements if m.road.startswith(OURS) and not m.is_done}
    return [Change(key, old[key], new.get(key), key[:2] in broken) for key in sorted(old) if key[:2] in cases]
