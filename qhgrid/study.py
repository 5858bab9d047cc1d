"""The flow: from the words of a scenario to a finished run folder, each step one call of one room."""

from __future__ import annotations

import json
import math
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhgrid.clock import snapshots
from qhgrid.errors import Fault, NetworkError
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
    new_folder,
    open_run,
    package_versions,
    read_manifest,
    write_manifest,
    write_netcdf,
    write_netcdf_atomically,
    write_tables,
)
from qhgrid.scenario import ResolvedScenario, check_scenario
from qhgrid.text import DEFAULT_LANG, Lang

if TYPE_CHECKING:
    import pypsa

    from qhgrid.dispatch import Dispatch
    from qhgrid.indicators import Indicators
    from qhgrid.projects import ProjectList

STAGES = ("scenario", "profiles", "network", "dispatch", "indicators", "projects", "write", "finish")
"""Ids of the stages of a run, in order."""

Progress = Callable[[str], None]
"""Called with the id of each stage as it begins."""


@dataclass(frozen=True)
class Study:
    """Everything a run knows before it is written.

    Parameters
    ----------
    resolved : ResolvedScenario
    facts : Facts
    network : pypsa.Network
        With the plan in its ``_t`` tables.
    dispatch : Dispatch
    indicators : Indicators
    projects : ProjectList
    """

    resolved: ResolvedScenario
    facts: Facts
    network: pypsa.Network
    dispatch: Dispatch
    indicators: Indicators
    projects: ProjectList


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
    inputs = identify(resolved, facts, lang)
    folder = out / inputs.folder_name
    if folder.exists() and not force:
        return replace(open_run(folder), is_reused=True)
    with new_folder(out, inputs.folder_name, replace=force) as part:
        study = compute(resolved, facts, watch)
        watch.begin("write")
        write_study(part, study, inputs)
        watch.begin("finish")
        write_manifest(part, inputs, resolved.scenario.title.model_dump(), result_of(study.dispatch))
        _write_json(part / "timing.json", {"seconds": watch.seconds(), "request": [scenario, *overrides]})
    return open_run(folder)


def identify(resolved: ResolvedScenario, facts: Facts, lang: Lang) -> Inputs:
    """Return all that decides the bytes of a run."""
    from qhgrid.profiles import checksums

    return Inputs(
        scenario=resolved.scenario.name,
        scenario_text=resolved.text,
        facts=facts.checksums(),
        profiles=checksums(resolved.scenario),
        lang=lang,
        code=code_sha256(),
        packages=package_versions(),
    )


def compute(resolved: ResolvedScenario, facts: Facts, watch: Stopwatch | None = None) -> Study:
    """Return what a scenario comes to: network, dispatch, indicators and project list."""
    from qhgrid.dispatch import ElasticPrices, solve
    from qhgrid.indicators import measure
    from qhgrid.network import build_network
    from qhgrid.profiles import load_profiles
    from qhgrid.projects import project_list

    watch = watch or Stopwatch()
    scenario = resolved.scenario
    watch.begin("profiles")
    profiles = load_profiles(scenario, snapshots(scenario.horizon.start, scenario.horizon.end))
    watch.begin("network")
    network = build_network(scenario, facts, profiles)
    watch.begin("dispatch")
    prices = ElasticPrices(shed=scenario.elastic.shed_price, dump=scenario.elastic.dump_price)
    dispatch = solve(network, elastic=prices)
    watch.begin("indicators")
    indicators = measure(dispatch.to_dataset(), scenario, facts, dispatch.certificate)
    watch.begin("projects")
    projects = project_list(facts, scenario)
    return Study(resolved, facts, network, dispatch, indicators, projects)


def write_study(folder: Path, study: Study, inputs: Inputs) -> None:
    """Write everything but the manifest into `folder`."""
    from qhgrid.network import write_network

    lang: Lang = "en" if inputs.lang == "en" else "zh"
    with disk_errors(folder):
        (folder / "scenario.yaml").write_text(study.resolved.text, encoding="utf-8")
        write_network(study.network, folder / "network.nc")
    write_netcdf(study.dispatch.to_dataset(), folder / "results.nc")
    _write_json(folder / "figures.json", study.indicators.to_json())
    write_tables(folder / "tables", study.indicators.tables, lang)
    _write_reports(folder, study, inputs, lang)


def _write_reports(folder: Path, study: Study, inputs: Inputs, lang: Lang) -> None:
    """Write the workbooks and the report."""
    from qhgrid.projects import write_project_list_xlsx
    from qhgrid.report import write_report

    with disk_errors(folder):
        write_project_list_xlsx(folder / "projects.xlsx", study.projects, lang)
        write_report(folder, study, inputs.run_id, lang)


def result_of(dispatch: Dispatch) -> dict[str, Any]:
    """Return status, objective, certificate and shortages of a dispatch as plain JSON values."""
    return {
        "status": dispatch.status,
        "objective": dispatch.objective,
        "certificate": _plain(asdict(dispatch.certificate)) | {"is_valid": dispatch.certificate.is_valid},
        "shortages": [_plain(asdict(shortage)) for shortage in dispatch.shortages],
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values that JSON holds: numbers and words as they are, lists of them, times as text."""
    return {key: _plain_value(value) for key, value in values.items()}


def _plain_value(value: object) -> object:
    """Return one value as JSON holds it; a number that is not finite becomes None."""
    if isinstance(value, bool | str | int) or value is None:
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, tuple | list):
        return [_plain_value(item) for item in value]
    return _plain(value) if isinstance(value, Mapping) else str(value)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON text, the same for the same content."""
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    with disk_errors(path):
        path.write_text(text + "\n", encoding="utf-8")


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
        If there is no such run, or it cannot be opened at all.
    """
    run = Run(find_run(name, out), read_manifest(find_run(name, out)))
    verification = check_checksums(run)
    if quick or not verification.passed:
        return verification
    facts = read_facts()
    with tempfile.TemporaryDirectory(prefix="qhgrid-verify-") as folder:
        lang: Lang = "en" if run.manifest.inputs.lang == "en" else "zh"
        again = run_study(str(run.path("scenario.yaml")), (), Path(folder), lang=lang, progress=progress)
        inputs = again.manifest.inputs
        changes = changed_inputs(run, facts.checksums(), dict(inputs.profiles))
        return compare_bytes(run, again, changes)


def dispatch_file(path: Path, out: Path | None = None, *, progress: Progress | None = None) -> Dispatch:
    """Dispatch the network in a PyPSA netCDF file, and write the hourly result to `out` if it is given.

    Raises
    ------
    NetworkError
        If there is no such file, or PyPSA cannot read it.
    DispatchError
        If the network cannot be dispatched.
    """
    from qhgrid.dispatch import solve

    watch = Stopwatch(progress)
    watch.begin("network")
    network = read_network(path)
    watch.begin("dispatch")
    dispatch = solve(network)
    if out is not None:
        watch.begin("write")
        write_netcdf_atomically(dispatch.to_dataset(), out)
    return dispatch


def read_network(path: Path) -> pypsa.Network:
    """Return the network in a PyPSA netCDF file.

    Raises
    ------
    NetworkError
        If there is no such file, or it holds no network.
    """
    mend = "Give a netCDF file written by PyPSA's export_to_netcdf."
    if not path.is_file():
        raise NetworkError(Fault(str(path), "is a folder" if path.is_dir() else "does not exist", mend))
    import pypsa

    pypsa.options.api.legacy_string_dtype = False
    pypsa.options.general.allow_network_requests = False
    try:
        network = pypsa.Network(path.resolve())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        what = " ".join(f"is not a network: {error}".split())[:300]
        raise NetworkError(Fault(str(path), what, mend)) from error
    if len(network.buses) == 0:
        raise NetworkError(Fault(str(path), "holds no bus", mend))
    return network
