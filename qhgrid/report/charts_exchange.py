"""Charts of exchange and price: duration curves of corridors, ties and marginal prices."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qhgrid.indicators.display import POWER, shown, shown_all
from qhgrid.indicators.selection import attribute, having
from qhgrid.report.charts_energy import mean_by_month_and_hour, month_labels
from qhgrid.report.document import CategoryChart, Chart, Curve, CurveChart, HeatChart, Series
from qhgrid.report.study import SPARE_COLOURS, Study

FloatArray = npt.NDArray[np.float64]
POINTS = 240
"""Points of a duration curve; the highest and the lowest hour are always among them."""

PRICE = "元/MWh"


def duration_curve(label: str, values: FloatArray, colour: str, shape: str = "line") -> Curve:
    """Return `values` sorted from high to low over hours, thinned to :data:`POINTS`."""
    ranked = np.sort(values)[::-1]
    places = np.unique(np.linspace(0, len(ranked) - 1, min(POINTS, len(ranked))).round().astype(int))
    xs = tuple(float(place) for place in places)
    return Curve(label, xs, tuple(float(value) for value in ranked[places]), colour, shape)


def _flat(label: str, level: float, hours: int, colour: str) -> Curve:
    """Return a level line."""
    return Curve(label, (0.0, float(max(hours - 1, 1))), (level, level), colour, "dashed")


def _colour(place: int) -> str:
    """Return the colour of the n-th curve."""
    return SPARE_COLOURS[place % len(SPARE_COLOURS)]


def corridor_durations(study: Study) -> Chart | None:
    """Return the duration curve of each corridor with its rating, None where no corridor runs."""
    sent = study.ledger.corridor_sent
    names = [str(name) for name in sent["corridor"].to_numpy()]
    if not names:
        return None
    ratings = _ratings(study)
    curves: list[Curve] = []
    for place, name in enumerate(_by_facts(names, study.facts.corridors)):
        label, colour = study.corridor_name(name), _colour(place)
        values = np.array(shown_all(sent.sel(corridor=name).to_numpy(), POWER))
        curves.append(duration_curve(label, values, colour))
        level = shown(ratings.get(name, 0.0), POWER)
        curves.append(_flat(study.say("rating", name=label), level, len(study.times), colour))
    return _durations(study, "corridor_durations", "corridors", curves, note=study.say("corridors.note"))


def _by_facts(names: list[str], table: object) -> list[str]:
    """Return `names` in the order of a fact table."""
    order = list(table) if isinstance(table, dict) else []
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))


def _ratings(study: Study) -> dict[str, float]:
    """Return the rating of each corridor [MW]."""
    chosen = having(study.results, "link", role="corridor")
    names = attribute(study.results, "link", "corridor", "").to_numpy().astype(str)[chosen]
    values = attribute(study.results, "link", "p_nom").to_numpy()[chosen]
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def corridor_days(study: Study) -> Chart | None:
    """Return the mean power of each corridor by hour of the day, None where no corridor runs."""
    sent = study.ledger.corridor_sent
    names = _by_facts([str(name) for name in sent["corridor"].to_numpy()], study.facts.corridors)
    if not names:
        return None
    hours = study.times.hour.to_numpy()
    hits = np.bincount(hours, minlength=24)
    lines: list[Series] = []
    for place, name in enumerate(names):
        sums = np.bincount(hours, weights=sent.sel(corridor=name).to_numpy(), minlength=24)
        means = [shown(float(s / n), POWER) if n else None for s, n in zip(sums, hits, strict=True)]
        lines.append(Series(study.corridor_name(name), tuple(means), _colour(place), "line"))
    return CategoryChart(
        key="corridor_days",
        title=study.say("corridor.day"),
        unit=POWER,
        source=study.say("source.run"),
        categories=tuple(f"{hour}" for hour in range(24)),
        series=tuple(lines),
    )


def tie_durations(study: Study) -> Chart | None:
    """Return the duration curve of the net import over each tie, None where no tie runs."""
    imports, exports = study.ledger.imports, study.ledger.exports
    names = sorted({str(name) for name in (*imports["tie"].to_numpy(), *exports["tie"].to_numpy())})
    curves = []
    for place, name in enumerate(_by_facts(names, study.facts.ties)):
        net = study.ledger.of(imports, name) - study.ledger.of(exports, name)
        values = np.array(shown_all(net.to_numpy(), POWER))
        curves.append(duration_curve(study.tie_name(name), values, _colour(place)))
    return _durations(study, "tie_durations", "ties", curves) if curves else None


def _durations(study: Study, key: str, title: str, curves: list[Curve], note: str = "") -> Chart:
    """Return curves of power over hours."""
    return CurveChart(
        key=key,
        title=study.say(title),
        unit=POWER,
        source=study.say("source.run"),
        note=note,
        x_label=study.say("duration"),
        x_unit="h",
        curves=tuple(curves),
    )


def _grid_prices(study: Study) -> tuple[list[str], FloatArray]:
    """Return the grid buses and their marginal prices, shape (snapshot, bus) [CNY/MWh]."""
    buses = study.results["bus"].to_numpy().astype(str)
    chosen = having(study.results, "bus", role="grid")
    prices = study.results["bus_marginal_price"].transpose("snapshot", "bus").to_numpy()[:, chosen]
    return list(buses[chosen]), np.asarray(prices, dtype=float)


def price_durations(study: Study) -> Chart:
    """Return the duration curve of the marginal price at each bus, cut to its 1st and 99th percentile."""
    buses, prices = _grid_prices(study)
    low, high = (float(np.quantile(prices, share)) for share in (0.01, 0.99))
    curves = [
        duration_curve(study.bus_name(bus), np.clip(prices[:, place], low, high), _colour(place))
        for place, bus in enumerate(buses[:_MOST_CURVES])
    ]
    return CurveChart(
        key="price_durations",
        title=study.say("prices"),
        unit=PRICE,
        source=study.say("source.run"),
        note=study.say("prices.note", low=float(prices.min()), high=float(prices.max())),
        x_label=study.say("duration"),
        x_unit="h",
        curves=tuple(curves),
    )


_MOST_CURVES = 8
"""Buses drawn in the price chart; more cannot be told apart."""


def prices_by_month_and_hour(study: Study) -> Chart:
    """Return the marginal price by month and hour of the day, weighted by the demand of each bus."""
    return HeatChart(
        key="price_month_hour",
        title=study.say("price.day"),
        unit=PRICE,
        source=study.say("source.run"),
        columns=month_labels(study),
        rows=tuple(f"{hour}" for hour in range(24)),
        values=mean_by_month_and_hour(study, weighted_price(study)),
        column_label=study.say("month"),
        row_label=study.say("hour"),
        row_step=3,
    )


def weighted_price(study: Study) -> FloatArray:
    """Return the hourly marginal price weighted by the demand of each bus, shape (snapshot,) [CNY/MWh]."""
    buses, prices = _grid_prices(study)
    loads = study.results["load_p"].transpose("snapshot", "load")
    owners = attribute(study.results, "load", "bus", "").to_numpy().astype(str)
    weights = loads.to_numpy() @ (owners[:, None] == np.array(buses)[None, :]).astype(float)
    whole = weights.sum(axis=1)
    even = np.where(whole > 0, 0.0, 1.0)
    shares = (weights + even[:, None]) / (whole + even * len(buses))[:, None]
    return np.asarray((prices * shares).sum(axis=1), dtype=float)
