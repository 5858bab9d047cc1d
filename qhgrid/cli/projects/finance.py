"""Finance of the projects of a run."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from qhgrid.cli.commands import (
    DEFAULT_OUT,
    DebugOption,
    JsonOption,
    LangOption,
    OutOption,
    RunArgument,
    _speech,
)
from qhgrid.cli.progress import progress


class Price(StrEnum):
    """Prices that energy is sold at."""

    MARKET = "market"
    CONTRACT = "contract"


class Repayment(StrEnum):
    """How the loan is paid back."""

    EQUAL_PRINCIPAL = "equal-principal"
    EQUAL_INSTALMENT = "equal-instalment"


def projects_finance(
    context: typer.Context,
    run: RunArgument,
    project: Annotated[
        list[str] | None, typer.Option("--project", help="opt.finance.project", metavar="ID")
    ] = None,
    value: Annotated[str, typer.Option("--value", help="opt.finance.value", metavar="STUDY")] = "",
    price: Annotated[Price, typer.Option("--price", help="opt.finance.price")] = Price.MARKET,
    repayment: Annotated[
        Repayment, typer.Option("--repayment", help="opt.finance.repayment")
    ] = Repayment.EQUAL_PRINCIPAL,
    tax_holiday: Annotated[bool, typer.Option("--tax-holiday", help="opt.finance.holiday")] = False,
    scale_to_year: Annotated[bool, typer.Option("--scale-to-year", help="opt.finance.scale")] = False,
    out: OutOption = DEFAULT_OUT,
    force: Annotated[bool, typer.Option("--force", help="opt.force")] = False,
    lang: LangOption = None,
    json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Evaluate the projects of a run."""
    from qhgrid.cli import show
    from qhgrid.cli.interrupt import call_interruptibly
    from qhgrid.finance.parameters import Options
    from qhgrid.finance.study import STAGES, run_finance
    from qhgrid.finance.tables import brief
    from qhgrid.indicators.tables import Table, find_table

    speech, names = _speech(context), tuple(project or ())
    options = Options(price=price.value, repayment=repayment.value, tax_holiday=tax_holiday)
    with progress(speech, STAGES) as report:
        study = call_interruptibly(
            lambda: run_finance(
                run,
                out,
                projects=names,
                value=value,
                options=options,
                scale_to_year=scale_to_year,
                lang=speech.lang,
                force=force,
                progress=report,
            )
        )
    tables = [Table.from_json(table) for table in study.figures()["tables"]]
    if not json:
        tables = [brief(find_table(tables, "finance_summary")), find_table(tables, "finance_states")]
    show.tables(speech, tables, study.folder)


COMMANDS = (projects_finance,)
