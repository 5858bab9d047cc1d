"""The types of which a scenario is made: quantities with units, days, switches, and a strict model.

Quantities are written with units (``1.65亿千瓦``) and held in base units (MW, MWh, CNY/MWh, h); the kind of
each stands in its type.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from qhgrid.errors import UnitError
from qhgrid.scenario.years import refuse
from qhgrid.units import BASE_UNITS, parse_quantity, units_of

LONGEST_QUANTITY = 80
"""Most characters of a written quantity."""

_NUMBER = r"[+-]?(\d[\d,_]*\.?\d*|\.\d+)([eE][+-]?\d+)?"


@dataclass(frozen=True)
class Quantity:
    """The type of a quantity: written with a unit, held as a float in the base unit of its kind.

    Parameters
    ----------
    kind : str
        Kind of quantity, a key of :data:`qhgrid.units.BASE_UNITS`.
    low, high : float, optional
        Bounds in the base unit, included.
    """

    kind: str
    low: float | None = None
    high: float | None = None

    def read(self, text: object) -> float:
        """Return a written quantity in the base unit; 70 % is 0.7 and not 0.7000000000000001."""
        if isinstance(text, str) and len(text) > LONGEST_QUANTITY:
            raise refuse(
                f"a text of {len(text)} characters is not a quantity", "Write a number with its unit."
            )
        try:
            return float(f"{parse_quantity(text, self.kind):.15g}")
        except UnitError as error:
            raise refuse(error.faults[0].what, error.faults[0].mend) from error

    def write(self, value: float) -> int | float | str:
        """Return the quantity as a scenario file says it; a share is a bare number."""
        number = int(value) if value.is_integer() and abs(value) < 1e15 else value
        return number if self.kind == "share" else f"{number!r} {BASE_UNITS[self.kind]}"

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return how pydantic reads and writes the quantity."""
        bounded = core_schema.float_schema(ge=self.low, le=self.high, allow_inf_nan=False)
        writer = core_schema.plain_serializer_function_ser_schema(self.write, when_used="json")
        return core_schema.no_info_before_validator_function(self.read, bounded, serialization=writer)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return what an editor may accept."""
        units, is_share = units_of(self.kind), self.kind == "share"
        names = "|".join(re.escape(unit) for unit in units)
        return {
            "type": ["string", "number"] if is_share else "string",
            "pattern": rf"^\s*{_NUMBER}\s*({names}){'?' if is_share else ''}\s*$",
            "x-units": f"a {self.kind}, in one of: {' '.join(units)}",
        }


def _read_day(value: object) -> date:
    """Return the day that was written as year-month-day."""
    if isinstance(value, date):
        return value
    mend = "Write year-month-day, such as 2030-01-31."
    match = re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", value) if isinstance(value, str) else None
    if match is None:
        raise refuse(f"{value!r} is not a day", mend)
    year, month, day = (int(part) for part in match.groups())
    if not (1 <= month <= 12 and year >= 1):
        raise refuse(f"{value} does not exist: there is no month {month}", mend)
    length = monthrange(year, month)[1]
    if not 1 <= day <= length:
        raise refuse(
            f"{value}: this day does not exist",
            f"{year}-{month:02d} ends on day {length}; write a day from 1 to {length}.",
        )
    return date(year, month, day)


Power = Annotated[float, Quantity("power", low=0.0)]
Hours = Annotated[float, Quantity("time", low=0.0)]
Energy = Annotated[float, Quantity("energy", low=0.0)]
PositivePrice = Annotated[float, Quantity("price", low=0.0)]
FuelPrice = Annotated[float, Quantity("fuel_price", low=0.0)]
WaterPrice = Annotated[float, Quantity("water_price", low=0.0)]
Level = Annotated[float, Quantity("level", low=0.0)]
Metres = Annotated[float, Quantity("level", low=0.0)]
Share = Annotated[float, Quantity("share", low=0.0, high=1.0)]
Factor = Annotated[float, Quantity("share", low=0.0)]
Day = Annotated[date, BeforeValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})]
Switch = Annotated[bool, Field(strict=True)]
Number = Annotated[float, Field(strict=True)]
MonthDay = Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}$")]

_Key = TypeVar("_Key", bound=str)
_Value = TypeVar("_Value")


def _sort_keys(mapping: dict[_Key, _Value]) -> dict[_Key, _Value]:
    """Return `mapping` in the order of its keys, so that files in any order make one scenario."""
    return dict(sorted(mapping.items()))


Sorted = AfterValidator(_sort_keys)


class Part(BaseModel):
    """A part of a scenario: unknown keys are refused, values cannot be changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)
