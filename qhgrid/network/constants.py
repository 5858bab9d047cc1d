"""Figures that a network needs and no fact table holds, each with its unit, source and range.

Physical constants and round planning values that belong to the way the network is drawn, not to one plant. A
figure of a plant, a price or a limit belongs in ``data/``.
"""

from __future__ import annotations

from qhgrid.sourced import Confidence, Sourced

STANDARD_COAL_HEAT_MWH_PER_T = Sourced(
    8.141, "MWh", "GB/T 2589: standard coal holds 29.3076 GJ/t", Confidence.OFFICIAL
)
"""Heat of a tonne of standard coal [MWh/tce]."""

POND_HOURS = Sourced(
    3.0,
    "h",
    "Choice of model size: the six ponds below it (尼那, 直岗拉卡, 康扬, 苏只, 黄丰, 班多) are worth 0.005 % "
    "of the cost of a winter month",
    Confidence.ASSUMED,
    1.0,
    6.0,
)
"""A pond that full turbine flow empties sooner than this has no Store; its plant runs with the river [h]."""

GRAVITY_M_PER_S2 = Sourced(9.81, "m/s2", "Standard gravity, rounded", Confidence.OFFICIAL)
"""Weight of a kg of water; a m3 of water is 1000 kg [m/s2]."""

FLOOD_M3_PER_S = Sourced(
    6000.0,
    "m3/s",
    "Above the largest flood of the record at 唐乃亥, 5450 m3/s in September 1981 (Yellow River Commission)",
    Confidence.DERIVED,
)
"""Most water that a spillway passes; never binds in a planning year [m3/s]."""

LINE_R_OVER_X = Sourced(
    0.06,
    "1",
    "Six-bundle 750 kV lines: about 0.016 ohm/km beside 0.27 ohm/km; a linear power flow needs none",
    Confidence.ASSUMED,
    0.04,
    0.1,
)
"""Resistance of a line over its reactance."""

COLLECTION_STATIONS = (
    "laxiwa",
    "qingnan",
    "hongqi",
    "kunlunshan",
    "dingzikou",
    "lingyang",
    "songrugou",
    "dongtai",
    "xiangjia",
)
"""Stations that gather wind, solar or hydro power or feed a converter, and serve no load."""
