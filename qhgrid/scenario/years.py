"""Water and weather years as a scenario names them: one for the whole horizon, or one a calendar year."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from qhgrid.scenario.marks import nearest

TYPICAL_WATER_YEARS = ("dry", "median", "wet")
"""Water years by their frequency, each a year of the record."""
SYNTHETIC = "synthetic-"
"""What the name of a generated water year begins with; its number in the generated sequence follows."""
LAST_SYNTHETIC = 9999
"""Highest number of a generated year."""
LAST_WEATHER = 9999
"""Highest number of a generated weather year."""

_WATER_WORDS = {"dry": ("枯水年", "dry"), "median": ("平水年", "median"), "wet": ("丰水年", "wet")}


def refuse(what: str, mend: str) -> PydanticCustomError:
    """Return the error of a value that is no year, in words meant for the reader."""
    return PydanticCustomError("refused", "{what}. {mend}", {"what": what, "mend": mend})


def _is_number(value: object) -> bool:
    """Return whether a value is a whole number; a truth value is none."""
    return isinstance(value, int) and not isinstance(value, bool)


def synthetic_number(name: str) -> int | None:
    """Return the number of a generated water year, or None where `name` is none."""
    match = re.fullmatch(rf"{SYNTHETIC}([1-9]\d{{0,3}})", name)
    return int(match[1]) if match else None


def _read_water_year(value: object) -> str:
    """Return the name of a water year."""
    name = str(value) if _is_number(value) else value
    if isinstance(name, str):
        is_year = re.fullmatch(r"(18|19|20)\d\d", name)
        if name in TYPICAL_WATER_YEARS or is_year or synthetic_number(name):
            return name
    near = nearest(name, TYPICAL_WATER_YEARS) if isinstance(name, str) else None
    shown = repr(value if not isinstance(value, str) else value[:40])
    what = f"{shown} is not among dry, median, wet, nor a year of the record, nor {SYNTHETIC}1 and on"
    mend = (
        f"Did you mean {near!r}?" if near else f"Use dry, median, wet, a year such as 1998, or {SYNTHETIC}1."
    )
    raise refuse(what, mend)


def _read_weather_year(value: object) -> int:
    """Return the number of a weather year."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAST_WEATHER:
        return value
    mend = f"Use 0 for the calibrated level year, or 1 to {LAST_WEATHER} for a generated year."
    raise refuse(f"{value!r} is not a weather year", mend)


def _read_water_years(value: object) -> str | tuple[str, ...]:
    """Return one water year, or one for each calendar year of the horizon."""
    if isinstance(value, list | tuple):
        if not value:
            raise refuse("the list of water years is empty", "Name one year for each calendar year.")
        return tuple(_read_water_year(item) for item in value)
    return _read_water_year(value)


def _read_weather_years(value: object) -> int | tuple[int, ...]:
    """Return one weather year, or one for each calendar year of the horizon."""
    if isinstance(value, list | tuple):
        if not value:
            raise refuse("the list of weather years is empty", "Name one year for each calendar year.")
        return tuple(_read_weather_year(item) for item in value)
    return _read_weather_year(value)


_WATER_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "enum": list(TYPICAL_WATER_YEARS)},
        {"type": "string", "pattern": rf"^((18|19|20)[0-9]{{2}}|{SYNTHETIC}[1-9][0-9]{{0,3}})$"},
        {"type": "integer", "minimum": 1800, "maximum": 2099},
    ]
}
_WEATHER_SCHEMA: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": LAST_WEATHER}


def _one_or_list(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of one value or a list of them."""
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}


WaterYears = Annotated[
    str | tuple[str, ...], BeforeValidator(_read_water_years), WithJsonSchema(_one_or_list(_WATER_SCHEMA))
]
"""One water year, or one for each calendar year of the horizon."""
WeatherYears = Annotated[
    int | tuple[int, ...], BeforeValidator(_read_weather_years), WithJsonSchema(_one_or_list(_WEATHER_SCHEMA))
]
"""One weather year, or one for each calendar year of the horizon."""


def water_year_words(years: str | tuple[str, ...], lang: str = "zh") -> str:
    """Return water years in words, such as 枯水年, 1998年来水 or 模拟第3年.

    Parameters
    ----------
    years : str or tuple of str
        As a scenario holds them.
    lang : str, optional
        ``zh`` or ``en``.
    """
    names = (years,) if isinstance(years, str) else years
    return _listed([_one_in_words(name, lang) for name in names], lang)


def weather_year_words(years: int | tuple[int, ...], lang: str = "zh") -> str:
    """Return weather years in words: the level year, or the number of a generated one."""
    words = (
        ("水平年（校准）", "模拟第{}年") if lang == "zh" else ("level year, calibrated", "generated year {}")
    )
    numbers = (years,) if isinstance(years, int) else years
    return _listed([words[bool(number)].format(number) for number in numbers], lang)


def _listed(words: list[str], lang: str) -> str:
    """Return words as a list, the middle of a long one left out."""
    shown = [*words[:2], "…", words[-1]] if len(words) > 4 else words
    return ("、" if lang == "zh" else ", ").join(shown)


def _one_in_words(name: str, lang: str) -> str:
    """Return one water year in words."""
    if name in _WATER_WORDS:
        return _WATER_WORDS[name][lang != "zh"]
    number = synthetic_number(name)
    if number is None:
        return f"{name}年来水" if lang == "zh" else f"water of {name}"
    return f"模拟来水第{number}年" if lang == "zh" else f"synthetic year {number}"
