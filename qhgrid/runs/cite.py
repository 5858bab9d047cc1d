"""From a citation back to the number, its meaning and everything it was made from."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qhgrid.errors import Fault, RunError
from qhgrid.runs.identity import sha256_of
from qhgrid.runs.run import DEFAULT_OUT, Run, find_run, open_run

_SHAPE = "Write qhgrid:<run id>/<figure>, qhgrid:<run id>/<table>/<row>/<column>, or <run folder>/<figure>."


@dataclass(frozen=True)
class Citation:
    """A number of a run with its meaning and its chain of inputs.

    Parameters
    ----------
    key : str
        Full citation, ``qhgrid:<run id>/<figure>``.
    value : float, str or None
        The number in `unit`.
    unit, label_zh, label_en, definition_zh, definition_en, mark : str
        As in :class:`qhgrid.indicators.tables.Figure`.
    made_from : tuple of str
        Variables and tables the number was made from.
    run_folder, scenario, scenario_sha256 : str
        The run and the scenario behind it.
    facts, profiles : Mapping
        SHA-256 by file of the tables and the hourly series.
    certificate : Mapping
        Cost, lower bound and gap of the dispatch.
    version, code_sha256 : str
        Version and checksum of qhgrid.
    reproduce : tuple of str
        Commands that make the number again.
    """

    key: str
    value: float | str | None
    unit: str
    label_zh: str
    label_en: str
    definition_zh: str
    definition_en: str
    mark: str
    made_from: tuple[str, ...]
    run_folder: str
    scenario: str
    scenario_sha256: str
    facts: Mapping[str, str]
    profiles: Mapping[str, str]
    certificate: Mapping[str, Any]
    version: str
    code_sha256: str
    reproduce: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the citation as a dict of plain values."""
        return asdict(self)


def cite(citation: str, out: Path = DEFAULT_OUT) -> Citation:
    """Return what stands behind a citation.

    Parameters
    ----------
    citation : str
        ``qhgrid:<run id>/<figure>``, ``qhgrid:<run id>/<table>/<row>/<column>``, or the path of a run folder
        followed by either.
    out : Path, optional
        Where runs named by id are looked for.

    Raises
    ------
    RunError
        If there is no such run, or the run has no such figure; names the nearest.
    """
    folder, key = _split(citation, out)
    run = open_run(folder)
    figure = _figure(run, key)
    manifest, inputs = run.manifest, run.manifest.inputs
    return Citation(
        key=f"qhgrid:{run.run_id}/{key}",
        value=figure["value"],
        unit=figure["unit"],
        label_zh=figure["label_zh"],
        label_en=figure["label_en"],
        definition_zh=figure["definition_zh"],
        definition_en=figure["definition_en"],
        mark=figure["mark"],
        made_from=tuple(figure["inputs"]),
        run_folder=str(run.folder),
        scenario=inputs.scenario,
        scenario_sha256=sha256_of(inputs.scenario_text),
        facts=inputs.facts,
        profiles=inputs.profiles,
        certificate=manifest.result.get("certificate", {}),
        version=manifest.version,
        code_sha256=inputs.code,
        reproduce=_reproduce(run),
    )


def _reproduce(run: Run) -> tuple[str, ...]:
    """Return the commands that make the numbers of a run, or of a study of a scenario, again."""
    inputs, scenario = run.manifest.inputs, run.folder / "scenario.yaml"
    if not inputs.kind:
        return (f"qhgrid verify {run.folder}", f"qhgrid run {scenario} --lang {inputs.lang}")
    studied = inputs.settings.get("run") or scenario
    options = "".join(
        _option(name, value) for name, value in sorted(inputs.settings.items()) if name != "run"
    )
    return (f"qhgrid projects {inputs.kind} {studied}{options} --lang {inputs.lang}",)


def _option(name: str, value: object) -> str:
    """Return a setting as the command line takes it: a list one by one, a switch by its name alone."""
    word = f" --{name.replace('_', '-')}"
    if isinstance(value, list | tuple):
        return "".join(f"{word} {one}" for one in value)
    if isinstance(value, bool):
        return word if value else ""
    return "" if value in ("", None) else f"{word} {value}"


def citation_keys(run: Run) -> tuple[str, ...]:
    """Return the key of every figure and every cell of `run`, in the order of the report."""
    content = run.figures()
    figures = [figure["key"] for figure in content["figures"]]
    cells = [
        f"{table['key']}/{row['key']}/{column['key']}"
        for table in content["tables"]
        for row in table["rows"]
        for column in table["columns"]
    ]
    return (*figures, *cells)


def _split(citation: str, out: Path) -> tuple[Path, str]:
    """Return run folder and key of a citation."""
    text = citation.strip()
    if text.startswith("qhgrid:"):
        run, _, key = text.removeprefix("qhgrid:").partition("/")
        if not run or not key:
            raise RunError(Fault(citation, "is not a citation", _SHAPE))
        return find_run(run, out), key
    parts = text.split("/")
    for length in (1, 3):
        folder, key = "/".join(parts[:-length]), "/".join(parts[-length:])
        if folder and Path(folder).is_dir():
            return Path(folder), key
        if folder and (out / folder).is_dir():
            return out / folder, key
    raise RunError(Fault(citation, "is not a citation, and no such run folder exists", _SHAPE))


def _figure(run: Run, key: str) -> dict[str, Any]:
    """Return the figure or cell `key` of `run` as plain values."""
    from qhgrid.indicators import tables

    keys = citation_keys(run)
    if key not in keys:
        raise RunError(Fault(f"{run.name}/{key}", "is not a figure of this run", _nearest_keys(key, keys)))
    content = run.figures()
    figures = [tables.Figure.from_json(figure) for figure in content["figures"]]
    all_tables = [tables.Table.from_json(table) for table in content["tables"]]
    return tables.cite(figures, all_tables, key).to_json()


def _nearest_keys(key: str, keys: tuple[str, ...]) -> str:
    """Return the advice that names the nearest keys."""
    inside = [known for known in keys if key.lower() in known.lower()][:3]
    nearest = list(dict.fromkeys([*difflib.get_close_matches(key, keys, n=3, cutoff=0.5), *inside]))[:3]
    if nearest:
        return f"Did you mean {', '.join(nearest)}?"
    return f"Figures of this run: {', '.join(keys[:8])} …" if keys else "The run has no figures."
