"""Quantities read, convert and refuse as written."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgrid.errors import UnitError
from qhgrid.units import BASE_UNITS, UNITS, convert, parse_quantity, to_base, units_of

NUMBERS = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False)
UNIT_NAMES = st.sampled_from(sorted(UNITS))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1.65亿千瓦", "power", 165_000.0),
        ("1.5 亿千瓦", "power", 150_000.0),
        ("3千万千瓦", "power", 30_000.0),
        ("412.44 万千瓦", "power", 4124.4),
        ("8000 MW", "power", 8000.0),
        ("8,000 MW", "power", 8000.0),
        ("165_000MW", "power", 165_000.0),
        ("1485 亿千瓦时", "energy", 148_500_000.0),
        ("5000亿元", "money", 5e11),
        ("1万亿元", "money", 1e12),
        ("0.2277 元/千瓦时", "price", 227.7),
        ("0.55 元/Wh", "storage_investment", 550.0),
        ("-12 °C", "temperature", -12.0),
        ("193.5 亿立方米", "volume", 1.935e10),
        ("85 %", "share", 0.85),
        ("1e3 kW", "power", 1.0),
        (".5 h", "time", 0.5),
        (0.85, "share", 0.85),
        ("0.85", "share", 0.85),
        (2030, "year", 2030.0),
        (3, "count", 3.0),
    ],
)
def test_a_written_quantity_becomes_a_number_in_base_units(text, kind, value):
    assert parse_quantity(text, kind) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        (165_000, "power", "165000 has no unit"),
        ("165000", "power", "165000 has no unit"),
        ("12 MWh", "power", "'12 MWh' is a energy, a power is needed"),
        ("12 MWp", "power", "'MWp' in '12 MWp' is not a known unit"),
        ("MW", "power", "'MW' is not a quantity"),
        ("", "power", "'' is not a quantity"),
        ("nan MW", "power", "is not a quantity"),
        ("1,65亿千瓦", "power", "is not a quantity"),
        ("1,,650 MW", "power", "is not a quantity"),
        ("1e400 MW", "power", "is not a finite number"),
        (math.nan, "share", "nan is not a finite number"),
        (math.inf, "share", "inf is not a finite number"),
        (10**400, "share", "inf is not a finite number"),
        (10**400, "power", "inf has no unit"),
        (True, "share", "True is not a quantity"),
        (None, "power", "None is not a quantity"),
        (["1 MW"], "power", "is not a quantity"),
    ],
)
def test_what_is_no_quantity_is_refused_with_place_and_mend(text, kind, message):
    with pytest.raises(UnitError) as caught:
        parse_quantity(text, kind, "scenario.yaml:7: p_nom")
    (fault,) = caught.value.faults
    assert fault.where == "scenario.yaml:7: p_nom"
    assert message in fault.what
    assert units_of(kind)[0] in fault.mend


@pytest.mark.parametrize("kind", sorted(BASE_UNITS))
def test_each_kind_has_one_base_unit_of_factor_one(kind):
    base = UNITS[BASE_UNITS[kind]]
    assert (base.kind, base.factor) == (kind, 1.0)
    assert BASE_UNITS[kind] in units_of(kind)


@pytest.mark.parametrize("name", sorted(UNITS))
def test_each_unit_is_of_a_known_kind_and_has_a_positive_factor(name):
    assert UNITS[name].kind in BASE_UNITS
    assert UNITS[name].factor > 0


@given(value=NUMBERS, unit=UNIT_NAMES)
def test_a_quantity_survives_the_way_to_words_and_back(value, unit):
    read = parse_quantity(f"{value!r} {unit}", UNITS[unit].kind)
    assert read == to_base(value, unit)


@given(value=NUMBERS, unit=UNIT_NAMES, data=st.data())
def test_converting_there_and_back_changes_nothing(value, unit, data):
    other = data.draw(st.sampled_from(units_of(UNITS[unit].kind)))
    there = convert(value, unit, other)
    assert convert(there, other, unit) == pytest.approx(value, rel=1e-12, abs=1e-300)


@given(value=NUMBERS, unit=UNIT_NAMES)
def test_to_base_is_a_conversion_to_the_base_unit(value, unit):
    base = BASE_UNITS[UNITS[unit].kind]
    assert to_base(value, unit) == pytest.approx(convert(value, unit, base), rel=1e-15)


@given(text=st.text(max_size=30), kind=st.sampled_from(sorted(BASE_UNITS)))
def test_any_text_is_read_as_a_finite_number_or_refused(text, kind):
    try:
        value = parse_quantity(text, kind)
    except UnitError:
        return
    assert math.isfinite(value)


@given(value=NUMBERS, unit=UNIT_NAMES, kind=st.sampled_from(sorted(BASE_UNITS)))
def test_a_unit_of_another_kind_is_never_accepted(value, unit, kind):
    if UNITS[unit].kind != kind:
        with pytest.raises(UnitError):
            parse_quantity(f"{value!r} {unit}", kind)


def test_one_yi_qianwa_is_a_hundred_gigawatts():
    assert convert(1.0, "亿千瓦", "GW") == pytest.approx(100.0)
    assert convert(1.0, "亿千瓦时", "GWh") == pytest.approx(100.0)
    assert convert(1.0, "千万千瓦", "万千瓦") == pytest.approx(1000.0)


def test_converting_between_kinds_or_from_unknown_units_is_refused():
    with pytest.raises(UnitError, match="measure different things"):
        convert(1.0, "MW", "MWh")
    with pytest.raises(UnitError, match="'MWp': is not known"):
        convert(1.0, "MWp", "MW")
    with pytest.raises(UnitError, match="'furlong': is not known"):
        to_base(1.0, "furlong")
