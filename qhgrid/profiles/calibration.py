"""How close the series must come to the tables: every tolerance that a test or the notebook uses.

The generator aims at each table exactly; what remains comes from limits (no more than rated power, no more
than a clear sky), from the few days of a month, and from the same hours having to satisfy several tables at
once.
"""

from __future__ import annotations

MONTHLY_HOURS_TOLERANCE = 0.01
"""Full-load hours of each month and prefecture, PV and wind, relative to the table."""
PV_DAILY_QUANTILE_TOLERANCE = 0.03
"""Quantiles p5 to p95 of the province's daily PV yield, per unit of the month's mean."""
PV_DAILY_LAG1_TOLERANCE = 0.06
"""Correlation of the province's daily PV yield with the day before, each month."""
PV_SHAPE_CORRELATION = 0.995
"""Least correlation of the mean day of each month with the table of capacity factors."""
PV_NOON = (13.0, 14.0)
"""Beijing time within which the middle of the PV day falls, every prefecture [h]."""
WIND_QUANTILE_TOLERANCE = 0.12
"""Quantiles p5 to p95 of the province's wind power, per unit of the month's mean."""
WIND_TAIL_TOLERANCE = 0.30
"""The same for p99, which rated power cuts in windy months."""
WIND_COMPARABLE = 0.80
"""Quantiles above this share of rated power are not compared: the table goes beyond what a fleet can."""
WIND_LAG1H_TOLERANCE = 0.015
"""Correlation of the province's wind power with the hour before, each month."""
WIND_LAG24H_TOLERANCE = 0.06
"""Correlation of the province's wind power with the same hour of the day before, each month."""
WIND_DIURNAL_TOLERANCE = 0.10
"""Mean day of the province's wind power by month, per unit of the month's mean, root mean square."""
SPATIAL_RANK_CORRELATION = -0.85
"""Rank correlation of distance and likeness of two prefectures, daily PV and hourly wind: at most this."""
PV_WIND_CORRELATION_TOLERANCE = 0.05
"""Hourly correlation of the province's PV and wind, against the one that the tables of mean days imply."""
INFLOW_MEAN_TOLERANCE = 1e-6
"""Monthly mean inflow, relative to the record."""
DEMAND_MONTH_TOLERANCE = 0.0005
"""Share of each month in the yearly demand, of the total with the reference mix of classes."""
DEMAND_DAY_TOLERANCE = 0.01
"""Mean day of each quarter, per unit of its mean, of the total with the reference mix."""
DEMAND_LOAD_FACTOR = 0.87
"""Mean over peak of the total demand with the reference mix, as observed in 2023."""
DEMAND_LOAD_FACTOR_TOLERANCE = 0.015
"""Distance allowed from `DEMAND_LOAD_FACTOR`."""
TEMPERATURE_TOLERANCE_K = 0.05
"""Mean over the days by month and hour, reduced to the table's altitude [K]."""
CSP_FIELD_HOURS = (1100.0, 1700.0)
"""Range of yearly full-load hours of the solar field in every prefecture (assumed) [h]."""
CSP_TURBINE_HOURS = (2400.0, 3600.0)
"""Range of turbine hours a year in 海西, 12-hour store, solar multiple 2; plants: 2740 to 3200 [h]."""
CSP_BEAM_KWH_PER_M2 = (1700.0, 2100.0)
"""Range of the yearly direct beam in 海西 (assumed; usual for the Qaidam basin) [kWh/m2]."""
