"""Sources of papers: one short run for all, and studies made by hand."""

import pytest

from qhgrid.papers.forms import open_sources
from tests.papers.studies import write_finance_study, write_value_study

PROJECT = "warang_phs"


@pytest.fixture(scope="session")
def studies(short_run, tmp_path_factory):
    """Return folders of a value and of a finance study of the short run."""
    out = tmp_path_factory.mktemp("studies")
    value = write_value_study(short_run, out, {PROJECT: 0.567, "qinggui_dc": -0.4, "qaidam_base": 0.05})
    return value, write_finance_study(short_run, out, PROJECT)


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
