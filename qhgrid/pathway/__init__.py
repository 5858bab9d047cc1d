"""A scenario year by year: which plants stand when, what each year comes to, whether CO2 peaks in time."""

from qhgrid.pathway.run import Path as YearPath
from qhgrid.pathway.run import run_path
from qhgrid.pathway.years import parse_years, scenario_of_year

__all__ = ["YearPath", "parse_years", "run_path", "scenario_of_year"]
