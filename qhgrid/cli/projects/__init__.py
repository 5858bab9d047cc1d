"""``qhgrid projects``: the commands of the project list, one module for each kind of work."""

from __future__ import annotations

from collections.abc import Callable

from qhgrid.cli.projects.finance import COMMANDS as FINANCE
from qhgrid.cli.projects.forms import COMMANDS as FORMS
from qhgrid.cli.projects.listing import COMMANDS as LISTING
from qhgrid.cli.projects.procedure import COMMANDS as PROCEDURE
from qhgrid.cli.projects.select import COMMANDS as SELECT
from qhgrid.cli.projects.value import COMMANDS as VALUE

COMMANDS: tuple[Callable[..., None], ...] = (*LISTING, *VALUE, *FINANCE, *SELECT, *PROCEDURE, *FORMS)
"""Functions called ``projects_<command>``, in the order of the help."""
