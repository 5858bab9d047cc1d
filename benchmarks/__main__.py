"""The command line of the benchmarks; ``python -m benchmarks --help`` explains it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.horizons import read_horizon
from benchmarks.measure import child, measure
from benchmarks.results import (
    FOLDER,
    NOT_DONE,
    Measurement,
    Results,
    new_results,
    read_results,
    write_results,
)

LIMITS = {"quick": 15.0, "full": 900.0}
"""Wall time for each measurement, the making of the network not counted. [s]"""

EPILOG = """\
examples:
  python -m benchmarks list
      what there is to measure
  python -m benchmarks run
      the quick set, under a quarter of an hour
  python -m benchmarks run --set full --resume
      the full set, many hours; goes on where it stopped
  python -m benchmarks run --name try --cases plan-20 --horizons 168,720 --roads pypsa-simplex-1,exact-1
      what is asked for, into benchmarks/results/try.json
  python -m benchmarks run --set full --cases plan-20 --roads exact-1,exact-2,engine-1,engine-2 --again
      ours again, the others as they were measured before
  python -m benchmarks report benchmarks/results/full.json
      tables and plots into benchmarks/README.md
  python -m benchmarks compare benchmarks/results/quick.before.json benchmarks/results/quick.json
      which ratios fell by more than 10 %; exit code 1 if any did

Every measurement is a process of its own, one at a time. Leave the machine alone meanwhile: the load of the
minute before is written beside each. A horizon is hours, or hours and repeats: 8760x4 is one year four times
over, as one horizon. A road is named group-algorithm-threads; nox means without crossover. A road that was
not done within the limit is not tried at longer horizons of the same case.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.do(chosen))
    except FileNotFoundError as error:
        print(f"benchmarks: there is no file {error.filename}; `run` makes them.", file=sys.stderr)
    except ValueError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure dispatch, ours beside PyPSA with HiGHS.",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    commands.add_parser("list", help="say which cases, horizons and roads there are").set_defaults(do=_list)
    _add_run(commands.add_parser("run", help="measure, and write benchmarks/results/NAME.json"))
    report = commands.add_parser("report", help="lay tables and plots into benchmarks/README.md")
    report.add_argument("file", type=Path)
    report.set_defaults(do=_report)
    compare = commands.add_parser("compare", help="say which ratios got worse; exit code 1 if any did")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    compare.set_defaults(do=_compare)
    one = commands.add_parser("measure", help="measure one road in this process and print lines of JSON")
    for name in ("case", "horizon", "road"):
        one.add_argument(name)
    one.add_argument("--limit", type=float, default=LIMITS["full"], metavar="S")
    one.set_defaults(do=_measure)
    return parser


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("--set", choices=tuple(LIMITS), default="quick", help="which horizons, roads and limit")
    run.add_argument("--cases", type=_words, help="only these, as a,b,c")
    run.add_argument("--horizons", type=_words, help="these instead of those of the set, as 168,8760,8760x4")
    run.add_argument("--roads", type=_words, help="these instead of those of the set")
    run.add_argument("--limit", type=float, metavar="S", help="wall seconds for each measurement")
    run.add_argument("--name", help="name of the results; by default that of the set")
    run.add_argument("--folder", type=Path, default=FOLDER, help="where results are kept")
    kept = run.add_mutually_exclusive_group()
    kept.add_argument("--resume", action="store_true", help="keep what is measured already, and do the rest")
    kept.add_argument("--again", action="store_true", help="measure again, and keep all others of the file")
    run.set_defaults(do=_run)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split(",") if word)


def _list(_: argparse.Namespace) -> int:
    from benchmarks.cases import CASES
    from benchmarks.cases import QUICK as QUICK_CASES
    from benchmarks.roads import FULL, QUICK, ROADS

    print("cases, each with its short horizon and those of the full set in hours; * in the quick set:")
    for case in CASES.values():
        mark = "*" if case.name in QUICK_CASES else " "
        print(f"{mark} {case.name:16} {case.about} ({case.quick}; {' '.join(map(str, case.full))})")
    print("roads:")
    for name in ROADS:
        sets = [label for label, roads in (("quick", QUICK), ("full", FULL)) if name in roads]
        print(f"  {name:18} {', '.join(sets)}".rstrip())
    return 0


def _run(chosen: argparse.Namespace) -> int:
    path = chosen.folder / f"{chosen.name or chosen.set}.json"
    results = _begin(path, keep=chosen.resume or chosen.again)
    measured = {m.key for m in results.measurements} if chosen.resume else set()
    limit = LIMITS[chosen.set] if chosen.limit is None else chosen.limit
    jobs = [job for job in _jobs(chosen) if job not in measured]
    start = time.perf_counter()
    for number, job in enumerate(jobs, 1):
        m = _skip(results, job, limit) or measure(*job, limit)
        results = results.with_measurement(m)
        write_results(results, path)
        print(f"[{number}/{len(jobs)}, {time.perf_counter() - start:.0f} s] {in_words(m)}", flush=True)
    _print_ratios(results)
    return 0


def _skip(results: Results, job: tuple[str, str, str], limit: float) -> Measurement | None:
    """Return what to say of a job that has no hope: the same road did not manage a shorter horizon."""
    case, horizon, road = job
    for m in results.measurements:
        shorter = m.span.total < read_horizon(horizon).total
        if shorter and (m.case, m.road, m.status) == (case, road, NOT_DONE) and m.limit_s >= limit:
            detail = f"not tried: {m.horizon} h not done after {m.limit_s:g} s"
            return Measurement(case, horizon, road, NOT_DONE, limit, m.load_before, detail=detail)
    return None


def _begin(path: Path, *, keep: bool) -> Results:
    """Return the results to go on with: those of `path` if they are to be kept, else none.

    An older file of the name is set aside as NAME.before.json, to compare with.
    """
    fresh = new_results(path.stem)
    if not path.exists():
        return fresh
    if not keep:
        path.replace(path.with_suffix(".before.json"))
        return fresh
    old = read_results(path)
    others = {name: number for name, number in old.versions.items() if name != "qhgrid"}
    if old.machine != fresh.machine or others != {k: v for k, v in fresh.versions.items() if k != "qhgrid"}:
        raise ValueError(f"{path.name} is of another machine or other versions. Choose another --name.")
    return old


def _jobs(chosen: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    """Yield case, horizon and road of every measurement to make."""
    from benchmarks.cases import CASES
    from benchmarks.cases import QUICK as QUICK_CASES
    from benchmarks.roads import FULL, QUICK, ROADS

    roads = chosen.roads or (QUICK if chosen.set == "quick" else FULL)
    for kind, names, known in (("case", chosen.cases or (), CASES), ("road", roads, ROADS)):
        for name in names:
            if name not in known:
                raise ValueError(f"there is no {kind} {name!r}. Use some of: {', '.join(known)}.")
    for name in chosen.cases or (QUICK_CASES if chosen.set == "quick" else CASES):
        case = CASES[name]
        of_set = (case.quick,) if chosen.set == "quick" else case.full
        horizons = tuple(map(read_horizon, chosen.horizons)) if chosen.horizons else of_set
        for horizon in horizons:
            for road in roads:
                yield name, str(horizon), road


def in_words(m: Measurement) -> str:
    """Return a measurement as a line to read."""
    head = f"{m.case} {m.horizon} h {m.road}: {m.status}"
    if not m.is_done:
        return f"{head}, {m.detail}"
    parts = [f"{s.stage} {s.wall_s:.2f} s" for s in m.stages]
    return f"{head}, {', '.join(parts)}, {m.peak_mb:.0f} MB, objective {m.objective:.9g}"


def _print_ratios(results: Results) -> None:
    from benchmarks.ratios import ratios_of

    for (case, horizon, kind), ratio in ratios_of(results).items():
        print(f"{case:16} {horizon:>8} h  {kind:17} {ratio!s:>9}  against {ratio.against}")


def _report(chosen: argparse.Namespace) -> int:
    from benchmarks.report import README, write_report

    write_report(read_results(chosen.file))
    print(f"wrote {README.parent.name}/{README.name}")
    return 0


def _compare(chosen: argparse.Namespace) -> int:
    from benchmarks.ratios import changes

    found = changes(read_results(chosen.before), read_results(chosen.after))
    if not found:
        raise ValueError("the two files have no ratio in common, so there is nothing to compare.")
    for change in found:
        print(change.in_words())
    worse = sum(change.is_worse for change in found)
    print(f"{worse} of {len(found)} ratios got worse by more than 10 %")
    return int(worse > 0)


def _measure(chosen: argparse.Namespace) -> int:
    child(chosen.case, chosen.horizon, chosen.road, chosen.limit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
