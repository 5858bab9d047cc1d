"""Sources of papers: one short run for all, and studies made by hand."""

import pytest

from qhgrid.finance.study import run_finance
from qhgrid.papers.forms import open_sources
from tests.papers.studies import write_value_study

PROJECT = "warang_phs"


@pytest.fixture(scope="session")
def studies(short_run, tmp_path_factory):
    """Return folders of a value study made by hand and of a finance study of the short run."""
    out = tmp_path_factory.mktemp("studies")
    value = write_value_study(short_run, out, {PROJECT: 0.567, "qinggui_dc": -0.4, "qaidam_base": 0.05})
    finance = run_finance(str(short_run.folder), out, projects=[PROJECT], scale_to_year=True)
    return value, finance


@pytest.fixture(scope="session")
def bare(short_run):
    """Return sources without any study."""
    return open_sources(str(short_run.folder))


@pytest.fixture(scope="session")
def full(short_run, studies):
    """Return sources with both studies."""
    value, finance = studies
    return open_sources(str(short_run.folder), value=str(value.folder), finance=str(finance.folder))


@pytest.fixture
def call(capsys):
    """Return a function that calls the command line with words."""
    from tests.cli.conftest import caller

    return caller(capsys)
