"""The flow: from the words of a scenario to a finished run folder, each step one call of one room."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import qhgrid
from qhgrid.clock import snapshots
from qhgrid.errors import DispatchError, Fault, RunError
from qhgrid.facts import Facts, read_facts
from qhgrid.runs import (
    DEFAULT_OUT,
    Inputs,
    Run,
    Verification,
    changed_inputs,
    check_checksums,
    code_sha256,
    compare_bytes,
    disk_errors,
    find_run,
    new_file,
    new_folder,
    open_run,
    package_versions,
    read_manifest,
    result_of,
    write_json,
    write_manifest,
    write_tables,
)
from qhgrid.runs.identity import sha256_of
from qhgrid.runs.manifest import TIMING
from qhgrid.scenario import Scenario, check_scenario
from qhgrid.scenario.model import ProfileFiles
from qhgrid.scenario.resolved import canonical_text
from qhgrid.text import DEFAULT_LANG, Lang

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pypsa
    import xarray as xr

    from qhgrid.dispatch import Dispatch, ElasticPrices
    from qhgrid.indicators import Indicators, Table
    from qhgrid.projects import ProjectList
    from qhgrid.report import RunInfo

STAGES = ("scenario", "profiles", "network", "dispatch", "indicators", "projects", "write", "finish")
"""Ids of the stages of a run, in order."""

COMPILE = "compile"
"""What a long first run is told as, within its stage."""

CHATTY = ("fontTools", "linopy", "pypsa")
"""Libraries that log each step."""


class Progress(Protocol):
    """Called with the id of each stage as it begins, and then with the share of it that is done."""

    def __call__(self, stage: str, fraction: float | None = None, /) -> None:
        """Take news of a stage."""


@dataclass(frozen=True)
class Outcome:
    """What a scenario comes to, before it is written.

    Parameters
    ----------
    scenario : Scenario
    facts : Facts
    dispatch : Dispatch
        With the network, whose ``_t`` tables hold the plan.
    results : xarray.Dataset
        The plan as one dataset.
    indicators : Indicators
    projects : ProjectList
    project_tables : tuple of Table
    project_details : tuple of Table
        What the papers of single projects draw on; not printed in the report.
    """

    scenario: Scenario
    facts: Facts
    dispatch: Dispatch
    results: xr.Dataset
    indicators: Indicators
    projects: ProjectList
    project_tables: tuple[Table, ...]
    project_details: tuple[Table, ...]


class Stopwatch:
    """Wall time of each stage [s], told on to whoever shows progress."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._starts: list[tuple[str, float]] = []

    def begin(self, stage: str) -> None:
        """Note that `stage` begins, which ends the one before."""
        self._starts.append((stage, time.perf_counter()))
        if self._progress is not None:
            self._progress(stage)

    def share(self, step: str, fraction: float | None) -> None:
        """Tell how much of the stage that began last is done, from 0 to 1, or that kernels are compiled."""
        if self._progress is not None and step == COMPILE:
            self._progress(COMPILE, 0.0)
        elif self._progress is not None and fraction is not None:
            self._progress(self._starts[-1][0], fraction)

    def seconds(self) -> dict[str, float]:
        """Return the wall time of each stage so far [s]."""
        ends = [start for _, start in self._starts[1:]] + [time.perf_counter()]
        return {stage: round(end - start, 3) for (stage, start), end in zip(self._starts, ends, strict=True)}


def run_study(
    scenario: str,
    overrides: Sequence[str] = (),
    out: Path = DEFAULT_OUT,
    *,
    lang: Lang = DEFAULT_LANG,
    force: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Run a scenario and return its run folder.

    Parameters
    ----------
    scenario : str
        Name of a shipped scenario, or path of a YAML file.
    overrides : sequence of str, optional
        Changes as ``key=value``.
    out : Path, optional
        Folder that holds the run folders.
    lang : str, optional
        Language of the documents.
    force : bool, optional
        Whether to run again and replace a run of the same inputs.
    progress : callable, optional
        Called with the id of each stage as it begins.

    Returns
    -------
    Run
        The finished run; one of the same inputs that was there already is returned as it is.

    Raises
    ------
    QhgridError
        If the scenario, the facts, the series or the disk do not allow the run; nothing is left behind.
    """
    watch = Stopwatch(progress)
    watch.begin("scenario")
    facts = read_facts()
    resolved = check_scenario(scenario, overrides, facts)
    inputs = identify(resolved.scenario, facts, lang)
    folder = out / inputs.folder_name
    if folder.exists() and not force:
        return replace(open_run(folder), is_reused=True)
    with new_folder(out, inputs.folder_name, replace=force) as part, quiet_libraries():
        outcome = compute(resolved.scenario, facts, watch)
        watch.begin("write")
        write_outcome(part, outcome, inputs)
        watch.begin("finish")
        write_manifest(part, inputs, resolved.scenario.title.model_dump(), result_of(outcome.dispatch))
        write_json(part / TIMING, {"seconds": watch.seconds(), "request": [scenario, *overrides]})
    return open_run(folder)


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keep the remarks of the libraries to warnings, since PyPSA turns on those of everybody."""
    loggers = [logging.getLogger(name) for name in CHATTY]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def identify(scenario: Scenario, facts: Facts, lang: Lang) -> Inputs:
    """Return all that decides the bytes of a run.

    Hourly series of the analyst's own are carried in the run folder, so the scenario names them there.
    """
    from qhgrid.profiles import checksums

    own = {name: f"profiles/{name}.nc" for name in own_profiles(scenario)}
    portable = scenario.model_copy(update={"profiles": ProfileFiles(**own)})
    return Inputs(
        scenario=scenario.name,
        scenario_text=canonical_text(portable),
        facts=facts.checksums(),
        profiles=checksums(scenario),
        lang=lang,
        code=code_sha256(),
        packages=package_versions(),
    )


def own_profiles(scenario: Scenario) -> dict[str, Path]:
    """Return the files of hourly series that the scenario brings along, by name."""
    return {name: Path(path) for name, path in scenario.profiles.model_dump(exclude_none=True).items()}


def compute(scenario: Scenario, facts: Facts, watch: Stopwatch | None = None) -> Outcome:
    """Return what a scenario comes to: dispatch, indicators and project list."""
    from qhgrid.dispatch import ElasticPrices, solve
    from qhgrid.indicators import measure
    from qhgrid.network import build_network
    from qhgrid.profiles import load_profiles
    from qhgrid.projects import dispatched_tables, project_list, project_tables, stated_table
    from qhgrid.stepped import annotate, schedule, wants_steps

    watch = watch or Stopwatch()
    watch.begin("profiles")
    profiles = load_profiles(scenario, snapshots(scenario.horizon.start, scenario.horizon.end))
    watch.begin("network")
    network = build_network(scenario, facts, profiles)
    watch.begin("dispatch")
    prices = ElasticPrices(shed=scenario.elastic.shed_price, dump=scenario.elastic.dump_price)
    dispatch = solve(network, elastic=prices, progress=watch.share)
    for _ in range(scenario.hydro.head_passes):
        levels = reservoir_levels(dispatch, facts)
        network = build_network(scenario, facts, profiles, levels)
        dispatch = solve(network, elastic=prices, progress=watch.share, warm_start=dispatch)
    stepped = None
    if wants_steps(scenario):
        stepped = schedule(
            dispatch, scenario, facts, partial(_held, free=dispatch, prices=prices, watch=watch)
        )
        dispatch = stepped.dispatch
    watch.begin("indicators")
    results = dispatch.to_dataset() if stepped is None else annotate(dispatch.to_dataset(), stepped)
    indicators = measure(results, scenario, facts, dispatch.objective, dispatch.shortages)
    watch.begin("projects")
    projects = project_list(facts, scenario)
    tables = project_tables(projects, scenario, facts)
    details = (stated_table(projects, facts), *dispatched_tables(projects, results, scenario, facts))
    return Outcome(scenario, facts, dispatch, results, indicators, projects, tables, details)


def reservoir_levels(dispatch: Dispatch, facts: Facts) -> dict[str, npt.NDArray[np.float64]]:
    """Return the level that each reservoir of the river came to at the end of each hour [m], by plant."""
    from qhgrid.indicators.river import levels

    found = levels(dispatch.to_dataset(), facts)
    return {str(plant): found.sel(plant=plant).to_numpy() for plant in found["plant"].to_numpy()}


def _held(network: pypsa.Network, free: Dispatch, prices: ElasticPrices, watch: Stopwatch) -> Dispatch:
    """Dispatch a network whose corridors are held to a schedule, by HiGHS where our engine comes to a stop.

    Set-points that a system can hardly follow leave prices in the thousands beside prices of hundreds, on
    which an interior point may stall; the certificate is asked of either.
    """
    from qhgrid.dispatch import solve

    try:
        return solve(network, elastic=prices, progress=watch.share, warm_start=free)
    except DispatchError:
        return solve(network, elastic=prices, progress=watch.share, method="highs")


def write_outcome(folder: Path, outcome: Outcome, inputs: Inputs) -> None:
    """Write everything but the manifest into `folder`."""
    from qhgrid.dispatch import write_results
    from qhgrid.network import write_network
    from qhgrid.report import input_tables, write_report

    info = run_info_of(outcome, inputs)
    rests_on = input_tables(outcome.scenario, outcome.facts, info)
    of_projects = (*outcome.project_tables, *outcome.project_details)
    tables = (*outcome.indicators.tables, *of_projects, *rests_on)
    lang: Lang = "en" if inputs.lang == "en" else "zh"
    with disk_errors(folder):
        (folder / "scenario.yaml").write_text(inputs.scenario_text, encoding="utf-8")
        for name, path in own_profiles(outcome.scenario).items():
            (folder / "profiles").mkdir(exist_ok=True)
            shutil.copyfile(path, folder / "profiles" / f"{name}.nc")
        write_network(outcome.dispatch.network, folder / "network.nc")
        write_results(folder / "results.nc", outcome.results)
        write_json(folder / "figures.json", figures_of(outcome, tables))
        write_tables(folder / "tables", tables, lang)
        write_report(
            folder,
            results=outcome.results,
            indicators=outcome.indicators,
            scenario=outcome.scenario,
            facts=outcome.facts,
            project_tables=outcome.project_tables,
            run_info=info,
            lang=lang,
        )


def run_info_of(outcome: Outcome, inputs: Inputs) -> RunInfo:
    """Return what the report says about the run itself."""
    from qhgrid.report import RunInfo

    certificate = outcome.dispatch.certificate
    return RunInfo(
        run_id=inputs.run_id,
        code_version=qhgrid.__version__,
        method=outcome.dispatch.method,
        status=outcome.dispatch.status,
        objective=outcome.dispatch.objective,
        lower_bound=certificate.lower_bound,
        gap=certificate.gap,
        max_violation_mw=certificate.max_violation_mw,
        max_violation_mwh=certificate.max_violation_mwh,
        is_valid=certificate.is_valid,
        scenario_chain=(inputs.scenario,),
        scenario_digest=sha256_of(inputs.scenario_text),
        checksums={**inputs.facts, **inputs.profiles},
        shortages=outcome.dispatch.shortages,
    )


def figures_of(outcome: Outcome, tables: Sequence[Table]) -> dict[str, Any]:
    """Return figures, targets and tables as plain JSON values."""
    return {
        "figures": [figure.to_json() for figure in outcome.indicators.figures],
        "targets": [target.to_json() for target in outcome.indicators.targets],
        "tables": [table.to_json() for table in tables],
    }


def verify_run(
    name: str, out: Path = DEFAULT_OUT, *, quick: bool = False, progress: Progress | None = None
) -> Verification:
    """Check the files of a run against its manifest, then run its scenario again and compare byte by byte.

    Parameters
    ----------
    name : str
        Run folder or run id.
    out : Path, optional
        Where runs named by id are looked for.
    quick : bool, optional
        Whether to stop after the checksums.
    progress : callable, optional
        Called with the id of each stage as it begins.

    Raises
    ------
    RunError
        If there is no such run, it cannot be opened at all, or it is a study and `quick` is not asked for.
    """
    run = Run(find_run(name, out), read_manifest(find_run(name, out)))
    verification = check_checksums(run)
    if quick or not verification.passed:
        return verification
    _refuse_study(run)
    facts = read_facts()
    with tempfile.TemporaryDirectory(prefix="qhgrid-verify-") as folder:
        lang: Lang = "en" if run.manifest.inputs.lang == "en" else "zh"
        again = run_study(str(run.path("scenario.yaml")), (), Path(folder), lang=lang, progress=progress)
        inputs = again.manifest.inputs
        changes = changed_inputs(run, facts.checksums(), dict(inputs.profiles))
        return compare_bytes(run, again, changes)


def _refuse_study(run: Run) -> None:
    """Refuse to run a study of a scenario again as if it were a run of the scenario."""
    kind = run.manifest.inputs.kind
    if kind:
        mend = "Check its files with --quick; qhgrid cite prints the command that makes a figure of it again."
        raise RunError(Fault(run.name, f"is a study ({kind}), not a run of a scenario", mend))


def dispatch_file(path: Path, out: Path | None = None, *, progress: Progress | None = None) -> Dispatch:
    """Dispatch the network in a PyPSA netCDF file, and write the hourly result to `out` if it is given.

    Raises
    ------
    NetworkError
        If there is no such file, or PyPSA cannot read it.
    DispatchError
        If the network cannot be dispatched.
    """
    watch = Stopwatch(progress)
    if out is None:
        return _dispatch(path, watch)
    from qhgrid.dispatch import write_results

    with new_file(out) as part:
        dispatch = _dispatch(path, watch)
        watch.begin("write")
        write_results(part, dispatch.to_dataset())
    return dispatch


def _dispatch(path: Path, watch: Stopwatch) -> Dispatch:
    """Read the network at `path` and dispatch it."""
    from qhgrid.dispatch import read_network, solve

    with quiet_libraries():
        watch.begin("network")
        network = read_network(path)
        watch.begin("dispatch")
        return solve(network, progress=watch.share)
