"""Everything that a run imports and reads from the fact tables, loaded once for the processes of a test."""

import fontTools.subset
import highspy
import linopy
import openpyxl
import pvlib

import qhgrid.dispatch
import qhgrid.indicators.measuring
import qhgrid.network
import qhgrid.profiles
import qhgrid.projects
import qhgrid.report
import qhgrid.study
from qhgrid.facts import read_facts

LOADED = (fontTools.subset, highspy, linopy, openpyxl, pvlib, qhgrid.study)
read_facts()
