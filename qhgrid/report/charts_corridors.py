"""Charts of the corridor page: schedules, holds, energy against contract, clean share, price."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from qhgrid.indicators.corridors import (
    clean_share_of,
    corridors_in_service,
    receiving_price,
    sending_share,
)
from qhgrid.indicators.corridors_tables import contract_by_month, step_use, stepped_corridors
from qhgrid.indicators.display import ENERGY, POWER, SHARE, shown_all
from qhgrid.indicators.selection import attribute, having
from qhgrid.report.charts_energy import mean_by_month_and_hour, month_labels
from qhgrid.report.document import CategoryChart, Chart, HeatChart, HourChart, Series
from qhgrid.report.study import SPARE_COLOURS, Study

PRICE = "元/MWh"
HOLD_ENDS = (6, 8, 12, 24, 48)
"""Ends of the classes of holding times [h]."""
WEEK_H = 168


def _colour(place: int) -> str:
    """Return the colour of the n-th corridor."""
    return SPARE_COLOURS[place % len(SPARE_COLOURS)]


def _running(study: Study) -> tuple[str, ...]:
    """Return the corridors that run, in the order of the fact table."""
    there = set(study.ledger.corridor_sent["corridor"].to_numpy().astype(str))
    return tuple(id for id in corridors_in_service(study.ledger) if id in there)


def day_schedules(study: Study) -> tuple[Chart, ...]:
    """Return the typical day of each month for each corridor: mean power by month and hour."""
    return tuple(
        HeatChart(
            key=f"corridor_month_hour_{id}",
            title=study.say("corridor.schedule", name=study.corridor_name(id)),
            unit=POWER,
            source=study.say("source.run"),
            columns=month_labels(study),
            rows=tuple(f"{hour}" for hour in range(24)),
            values=mean_by_month_and_hour(study, _power(study, id)),
            column_label=study.say("month"),
            row_label=study.say("hour"),
            row_step=3,
        )
        for id in _running(study)
    )


def _power(study: Study, id: str) -> np.ndarray:
    """Return the power sent over a corridor, shape (snapshot,) [万千瓦]."""
    return np.array(shown_all(study.ledger.of(study.ledger.corridor_sent, id).to_numpy(), POWER))


def step_weeks(study: Study) -> tuple[Chart, ...]:
    """Return a week of each stepped corridor beside its free flow: the one in which they differ most."""
    return tuple(_step_week(study, id, place) for place, id in enumerate(stepped_corridors(study.ledger)))


def _step_week(study: Study, id: str, place: int) -> Chart:
    """Return the week of one stepped corridor."""
    held = _power(study, id)
    free = np.array(
        shown_all(study.results["stepped_free_p0"].sel(stepped_corridor=id).to_numpy(), POWER), dtype=float
    )
    starts = range(0, max(1, len(held) - WEEK_H + 1), 24)
    apart = [float(np.abs(held - free)[start : start + WEEK_H].sum()) for start in starts]
    first = starts[int(np.argmax(apart))]
    hours = slice(first, first + WEEK_H)
    return HourChart(
        key=f"corridor_steps_{id}",
        title=study.say("corridor.steps", name=study.corridor_name(id)),
        unit=POWER,
        source=study.say("source.run"),
        note=study.say("corridor.steps.note"),
        labels=tuple(f"{time:%m-%d %H}" for time in study.times[hours]),
        series=(
            Series(study.say("corridor.stepped"), tuple(held[hours].tolist()), _colour(place), "line"),
            Series(study.say("corridor.free"), tuple(free[hours].tolist()), "#7f7f7f", "dashed"),
        ),
    )


def hold_times(study: Study) -> Chart | None:
    """Return how often set-points are held how long, None where no corridor is stepped."""
    names = stepped_corridors(study.ledger)
    if not names:
        return None
    edges = (0, *HOLD_ENDS, np.inf)
    series = []
    for place, id in enumerate(names):
        counts, _ = np.histogram(step_use(study.ledger, id).holds, bins=np.array(edges) + 0.5)
        series.append(Series(study.corridor_name(id), tuple(float(n) for n in counts), _colour(place)))
    labels = [f"≤{HOLD_ENDS[0]}"]
    labels += [f"{low + 1}–{high}" for low, high in pairwise(HOLD_ENDS)]
    return CategoryChart(
        key="corridor_holds",
        title=study.say("corridor.holds"),
        unit="1",
        source=study.say("source.run"),
        categories=(*labels, f">{HOLD_ENDS[-1]}"),
        series=tuple(series),
    )


def contract_months(study: Study) -> Chart | None:
    """Return energy received against the contract by month, None where no corridor runs."""
    ledger = study.ledger
    names = _running(study)
    series: list[Series] = []
    for place, id in enumerate(names):
        name, colour = study.corridor_name(id), _colour(place)
        arrived = ledger.by_month(ledger.of(ledger.corridor_received, id))[:-1]
        asked = contract_by_month(ledger, id)
        series.append(Series(name, shown_all(arrived, ENERGY), colour, "line"))
        label = study.say("corridor.contract", name=name)
        series.append(Series(label, shown_all(asked, ENERGY), colour, "dashed"))
    if not names:
        return None
    return CategoryChart(
        key="corridor_contract",
        title=study.say("corridor.months"),
        unit=ENERGY,
        source=study.say("source.run"),
        note=study.say("corridor.months.note"),
        categories=month_labels(study),
        series=tuple(series),
    )


def clean_months(study: Study) -> Chart | None:
    """Return the clean share of each corridor by month, flows followed, None where no corridor runs."""
    ledger, months = study.ledger, study.ledger.months
    series = []
    for place, id in enumerate(_running(study)):
        sent, share = ledger.of(ledger.corridor_sent, id), sending_share(ledger, id)
        values = []
        for month in range(len(months.keys)):
            inside = sent.copy(data=np.where(months.codes == month, sent.to_numpy(), 0.0))
            clean = clean_share_of(ledger, inside, share)
            values.append(None if clean is None else 100.0 * clean)
        series.append(Series(study.corridor_name(id), tuple(values), _colour(place), "line"))
    if not series:
        return None
    floor = 100.0 * study.scenario.targets.export_clean_floor
    rule = Series(study.say("corridor.rule"), (floor,) * len(months.keys), "#c8102e", "dashed")
    return CategoryChart(
        key="corridor_clean",
        title=study.say("corridor.clean"),
        unit=SHARE,
        source=study.say("source.run"),
        note=study.say("corridor.clean.note"),
        categories=month_labels(study),
        series=(*series, rule),
    )


def price_days(study: Study) -> Chart | None:
    """Return the mean receiving price by hour of the day, and the price at the sending bus, less losses."""
    names = _running(study)
    if not names:
        return None
    series: list[Series] = []
    for place, id in enumerate(names):
        name, colour = study.corridor_name(id), _colour(place)
        received = _mean_day(study, receiving_price(study.ledger, id).to_numpy())
        series.append(Series(name, received, colour, "line"))
        label = study.say("corridor.sending", name=name)
        series.append(Series(label, _mean_day(study, _delivered_price(study, id)), colour, "dashed"))
    return CategoryChart(
        key="corridor_prices",
        title=study.say("corridor.prices"),
        unit=PRICE,
        source=study.say("source.run"),
        note=study.say("corridor.prices.note"),
        categories=tuple(f"{hour}" for hour in range(24)),
        series=tuple(series),
    )


def _delivered_price(study: Study, id: str) -> np.ndarray:
    """Return the marginal price at the sending bus of a corridor over what arrives of a MWh [CNY/MWh]."""
    results = study.results
    chosen = having(results, "link", role="corridor", corridor=id)
    bus = attribute(results, "link", "bus0", "").to_numpy().astype(str)[chosen][0]
    price = results["bus_marginal_price"].sel(bus=bus).to_numpy()
    return np.asarray(price / (1.0 - study.scenario.corridors[id].loss), dtype=float)


def _mean_day(study: Study, values: np.ndarray) -> tuple[float | None, ...]:
    """Return the mean of hourly values for each hour of the day."""
    hours = study.times.hour.to_numpy()
    sums, hits = np.bincount(hours, weights=values, minlength=24), np.bincount(hours, minlength=24)
    return tuple(float(s / n) if n else None for s, n in zip(sums, hits, strict=True))
