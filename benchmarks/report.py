"""Results for a reader: tables in Markdown and two plots, laid into the README of this folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES
from benchmarks.horizons import read_horizon
from benchmarks.ratios import KINDS, OURS, TOTAL, ratios_of
from benchmarks.results import Measurement, Results
from benchmarks.roads import ROADS

README = Path(__file__).resolve().parent / "README.md"
PLOTS = README.parent / "plots"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
GROWTH = ("plan-20-elastic", "plan-8-elastic", "province")
"""Cases to plot over the horizon: the first one that was measured at two horizons or more."""


def write_report(results: Results, readme: Path = README, plots: Path = PLOTS) -> None:
    """Lay tables and plots of `results` into `readme`, between the markers."""
    figures = draw_plots(results, plots)
    pictures = [f"![{about}]({plots.name}/{file})" for file, about in figures]
    block = "\n\n".join([in_markdown(results), *pictures])
    text = readme.read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(
            f"{readme.name} has no place for results. Put these two lines into it: {BEGIN} {END}"
        )
    readme.write_text(f"{head}{BEGIN}\n\n{block}\n\n{END}{tail}", encoding="utf-8")


def in_markdown(results: Results) -> str:
    """Return machine, ratios and all measurements."""
    machine = results.machine
    versions = ", ".join(f"{name} {number}" for name, number in results.versions.items())
    head = (
        f"Set `{results.name}`: {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}, Python {machine['python']}; {versions}."
    )
    parts = [head, "### Ratios", ratio_table(results), "### Ours alone", own_table(results)]
    parts += ["### All measurements", _legend()]
    for (case, horizon), group in results.by_case().items():
        parts += [f"**{case}**, {horizon} h: {_about(case, group)}", measurement_table(group)]
    return "\n\n".join(parts)


def ratio_table(results: Results) -> str:
    """Return the ratios of each case and horizon, with the road we are compared with."""
    found = ratios_of(results)
    rows = []
    for case, horizon in results.by_case():
        ratios = [found.get((case, horizon, kind)) for kind in KINDS]
        rows.append([case, horizon, *("" if r is None else f"{r} ({_short(r.against)})" for r in ratios)])
    return "\n".join(_table(["case", "hours", *KINDS], rows)) + "\n\n" + _explain_ratios()


def _explain_ratios() -> str:
    lines = [f"- *{kind}*: {about}" for kind, about in KINDS.items()]
    return "Above 1 we are faster; `>`: the other was not done within its limit.\n\n" + "\n".join(lines)


def _short(road: str) -> str:
    return road.removesuffix("-1").removeprefix("pypsa-")


def own_table(results: Results) -> str:
    """Return one row for each measurement of ours: iterations, time for an hour of horizon, memory, start."""
    header = ["case", "hours", "road", "iterations", "gap", "solve", "in all", "peak MB", "first solve"]
    rows = [_own_row(m) for m in results.measurements if m.road.startswith(OURS) and m.is_done]
    about = (
        "*solve*, *in all*: wall milliseconds for an hour of horizon; *first solve*: the miniature at the "
        "start of the process, in which the kernels are fetched or compiled."
    )
    return "\n".join(_table(header, rows)) + "\n\n" + about


def _own_row(m: Measurement) -> list[str]:
    gap = f"{m.outcome['gap']:.1e}" if "gap" in m.outcome else ""
    an_hour = (m.seconds(*stages, wall=True) / m.span.total * 1e3 for stages in (("solve",), TOTAL))
    words = [m.case, m.horizon, m.road, str(m.outcome.get("iterations", "")), gap]
    return [*words, *(f"{ms:.3g}" for ms in an_hour), f"{m.peak_mb:.0f}", _seconds(m, "first solve")]


def _legend() -> str:
    return (
        "Wall seconds, processor seconds in brackets. *model*: from network to what the solver reads; *read "
        "back*: from the solver to the tables of the network, with us the certificate too; *peak*: memory of "
        "the whole process; *objective*: relative difference to the best, which is the lowest among those "
        "who end in a vertex."
    )


def _about(case: str, group: Sequence[Measurement]) -> str:
    about = CASES[case].about if case in CASES else "a case that is no more"
    sizes = [m.outcome for m in group if "lp_columns" in m.outcome]
    if not sizes:
        return about
    columns, rows, entries = (sizes[0][key] for key in ("lp_columns", "lp_rows", "lp_entries"))
    return f"{about}; {columns:,} columns, {rows:,} rows, {entries:,} entries in PyPSA's programme"


def measurement_table(group: Sequence[Measurement]) -> str:
    """Return one row for each road of one case."""
    best = best_objective(group)
    rows = [_row(m, best) for m in group]
    header = [
        "road",
        "network",
        "model",
        "solve",
        "read back",
        "in all",
        "peak MB",
        "iterations",
        "objective",
    ]
    return "\n".join(_table(header, rows))


def _row(m: Measurement, best: float | None) -> list[str]:
    if not m.is_done:
        return [
            m.road,
            *(_seconds(m, stage) for stage in ("network", "model")),
            f"{m.status}: {m.detail}",
            *[""] * 5,
        ]
    stages = [_seconds(m, stage) for stage in ("network", "model", "solve", "read back")]
    iterations = str(m.outcome.get("iterations", ""))
    return [
        m.road,
        *stages,
        _seconds(m, *TOTAL),
        f"{m.peak_mb:.0f}",
        iterations,
        _difference(m.objective, best),
    ]


def _seconds(m: Measurement, *stages: str) -> str:
    if not any(s.stage in stages for s in m.stages):
        return ""
    return f"{m.seconds(*stages, wall=True):.2f} ({m.seconds(*stages, wall=False):.2f})"


def best_objective(group: Sequence[Measurement]) -> float | None:
    """Return the lowest objective of the roads that end in a vertex, or of all without those."""
    done = [m for m in group if m.is_done]
    exact = [m.objective for m in done if m.road in ROADS and ROADS[m.road].ends_in_vertex]
    known = [value for value in exact or [m.objective for m in done] if value is not None]
    return min(known, default=None)


def _difference(objective: float | None, best: float | None) -> str:
    if objective is None or best is None:
        return ""
    return f"{(objective - best) / max(1.0, abs(best)):+.1e}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [header, ["---"] * len(header), *rows]
    return ["| " + " | ".join(cell.replace("|", "/") for cell in line) + " |" for line in lines]


def draw_plots(results: Results, folder: Path) -> list[tuple[str, str]]:
    """Draw what can be drawn; return file name and words of each plot."""
    import matplotlib as mpl

    mpl.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    style: Any = {
        "svg.hashsalt": "qhgrid",
        "svg.fonttype": "none",
        "font.size": 9,
        "axes.grid": True,
        "grid.alpha": 0.3,
    }
    with mpl.rc_context(style):
        return [*_draw_growth(results, folder), *_draw_ratios(results, folder)]


def _draw_growth(results: Results, folder: Path) -> list[tuple[str, str]]:
    from matplotlib import pyplot as plt

    case = next((c for c in GROWTH if len(_horizons(results, c)) > 1), None)
    if case is None:
        return []
    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    roads = dict.fromkeys(m.road for m in results.measurements if m.case == case and m.is_done)
    for road in roads:
        done = [m for m in results.measurements if (m.case, m.road) == (case, road) and m.is_done]
        points = sorted((m.span.total, m.seconds("solve", wall=True)) for m in done)
        ours = road.startswith(("exact", "engine"))
        axes.plot(
            *zip(*points, strict=True),
            marker="o",
            lw=2.2 if ours else 1.0,
            ls="-" if ours else "--",
            label=road,
        )
    axes.set(xscale="log", yscale="log", xlabel="hours of horizon", ylabel="solve [s, wall]", title=case)
    spans = sorted({read_horizon(horizon).total for horizon in _horizons(results, case)})
    axes.set_xticks(spans, map(str, spans))
    axes.minorticks_off()
    axes.legend(fontsize=7)
    return [_save(figure, folder / "solve_time.svg", f"Time of the solve over the horizon, {case}")]


def _horizons(results: Results, case: str) -> set[str]:
    return {m.horizon for m in results.measurements if m.case == case and m.is_done}


def _draw_ratios(results: Results, folder: Path) -> list[tuple[str, str]]:
    from matplotlib import pyplot as plt

    found = ratios_of(results)
    keys = [key for key in results.by_case() if (*key, "solve") in found or (*key, "total") in found]
    if not keys:
        return []
    figure, axes = plt.subplots(figsize=(7, 1.2 + 0.3 * len(keys)), layout="constrained")
    for shift, kind in ((-0.2, "solve"), (0.2, "total")):
        values = [found[(*key, kind)].value if (*key, kind) in found else 1.0 for key in keys]
        # Bars from 1 to the ratio, to the right where we are faster and to the left where we are slower.
        axes.barh([i + shift for i in range(len(keys))], [v - 1 for v in values], 0.38, left=1.0, label=kind)
    axes.set(xscale="log", xlabel="ratio to the fastest of the others (above 1 we are faster)")
    axes.set_yticks(range(len(keys)), [f"{case}, {horizon} h" for case, horizon in keys])
    axes.axvline(1.0, color="black", lw=1)
    axes.invert_yaxis()
    axes.legend()
    return [_save(figure, folder / "ratios.svg", "Ratios of each case")]


def _save(figure: object, path: Path, about: str) -> tuple[str, str]:
    from matplotlib import pyplot as plt
    from matplotlib.figure import Figure

    assert isinstance(figure, Figure)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path.name, about
