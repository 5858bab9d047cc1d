"""Peak adequacy of a coalition: the planner's margin in the tightest hours, without a dispatch of its own.

The table 电力平衡表 of the case with all projects says for the tightest hour of each month what a MW of every
technology could give there (可用系数), what was loaded, sent and held in reserve. A coalition is judged by
the same hours: its own capacity times these credits, its own ties and corridors, the same load and reserve.
Its margin is that of its worst month. So the margin of a coalition is exact arithmetic, and a project
changes it by no more than its own credited capacity and its own exports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import fsum
from typing import TYPE_CHECKING, Any

from qhgrid.indicators.capacity import capacity_by_technology
from qhgrid.indicators.display import POWER
from qhgrid.indicators.measuring import open_ledger
from qhgrid.indicators.power_table import power_balance
from qhgrid.scenario.fleet import counted_fleet
from qhgrid.units import convert

if TYPE_CHECKING:
    from qhgrid.dispatch import Dispatch
    from qhgrid.facts import Facts
    from qhgrid.indicators import Table
    from qhgrid.scenario.model import Scenario

Months = tuple[float, ...]


@dataclass(frozen=True)
class PeakHours:
    """The tightest hour of each month, from the dispatch with all projects.

    Parameters
    ----------
    credit : Mapping of str to tuple of float
        Available over installed capacity by technology [1].
    need : tuple of float
        Load with its reserves [MW].
    exports, imports : Mapping of str to tuple of float
        What each corridor or tie sent, and what each tie could have brought [MW].
    """

    credit: Mapping[str, Months]
    need: Months
    exports: Mapping[str, Months]
    imports: Mapping[str, Months]

    def margin(self, scenario: Scenario, facts: Facts) -> float:
        """Return the margin of a scenario in its worst month [MW]; less than 0 where capacity is short."""
        capacity = capacity_by_technology(counted_fleet(scenario, facts), facts)
        used = {name for name, one in scenario.corridors.items() if one.in_service}
        used |= {name for name, one in scenario.ties.items() if one.in_service}
        months = range(len(self.need))
        return min(self._margin(month, capacity, used) for month in months) if self.need else 0.0

    def _margin(self, month: int, capacity: Mapping[str, float], used: set[str]) -> float:
        """Return the margin in one month [MW]."""
        have = [self.credit[name][month] * mw for name, mw in sorted(capacity.items()) if name in self.credit]
        have += [by_month[month] for name, by_month in self.imports.items() if name in used]
        sent = [by_month[month] for name, by_month in self.exports.items() if name in used]
        return fsum([*have, -self.need[month], *(-mw for mw in sent)])

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PeakHours:
        """Return what :meth:`to_json` described."""
        tables = {
            name: {key: tuple(values) for key, values in data[name].items()}
            for name in ("credit", "exports", "imports")
        }
        return cls(need=tuple(data["need"]), **tables)


def read_peak_hours(dispatch: Dispatch, scenario: Scenario, facts: Facts) -> PeakHours:
    """Return the tightest hours of a dispatch, from its table of power."""
    ledger = open_ledger(dispatch.to_dataset(), scenario, facts, dispatch.objective)
    table = power_balance(ledger)
    load, reserve = _mw(table, "load"), _mw(table, "reserve")
    return PeakHours(
        credit={name: _credit(table, name) for name in ledger.technologies},
        need=tuple(a + b for a, b in zip(load, reserve, strict=True)),
        exports=_by_name(table, "export_"),
        imports=_by_name(table, "import_"),
    )


def _mw(table: Table, row: str) -> Months:
    """Return a row of the table [MW]."""
    return tuple(convert(float(value or 0.0), POWER, "MW") for value in table.row(row).values)


def _credit(table: Table, technology: str) -> Months:
    """Return what a MW of a technology could give, by month [1]."""
    pairs = zip(_mw(table, f"available_{technology}"), _mw(table, f"installed_{technology}"), strict=True)
    return tuple(have / built if built > 0.0 else 0.0 for have, built in pairs)


def _by_name(table: Table, prefix: str) -> dict[str, Months]:
    """Return the rows whose key begins with `prefix`, by what follows [MW]."""
    return {key.removeprefix(prefix): _mw(table, key) for key in table.row_keys if key.startswith(prefix)}
