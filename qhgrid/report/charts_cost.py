"""The chart of cost by component."""

from __future__ import annotations

from qhgrid.indicators.costs import cost_by_component as costs_of
from qhgrid.indicators.costs import cost_label
from qhgrid.indicators.display import MONEY, shown
from qhgrid.report.document import CategoryChart, Chart, Series
from qhgrid.report.study import Study

COST_COLOUR, REVENUE_COLOUR = "#8a4b38", "#3f7f5f"
NEGLIGIBLE_CNY = 1e4


def cost_by_component(study: Study) -> Chart:
    """Return the cost of each component, revenues to the left of zero."""
    costs = {key: cost for key, cost in costs_of(study.ledger).items() if abs(cost) > NEGLIGIBLE_CNY}
    keys = list(costs)[::-1]
    labels = [cost_label(study.ledger, key)[0 if study.lang == "zh" else 1] for key in keys]
    paid = tuple(shown(max(costs[key], 0.0), MONEY) for key in keys)
    earned = tuple(shown(min(costs[key], 0.0), MONEY) for key in keys)
    return CategoryChart(
        key="cost_by_component",
        title=study.say("cost"),
        unit=MONEY,
        source=study.say("source.run"),
        categories=tuple(labels),
        series=(
            Series(study.say("cost.paid"), paid, COST_COLOUR),
            Series(study.say("cost.earned"), earned, REVENUE_COLOUR),
        ),
        lying=True,
        height=max(240, 80 + 26 * len(keys)),
    )
