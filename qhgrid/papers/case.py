"""One project with all that a paper may say of it: the register, the run, and the studies that are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qhgrid.errors import Fault, ReportError
from qhgrid.facts import Facts
from qhgrid.facts.rows import Project
from qhgrid.lifecycle import NAMES, Standing
from qhgrid.papers.cited import Cited, Source
from qhgrid.papers.pieces import Name, Piece, Unknown

HYDRO_KINDS = ("hydro", "hydro_uprate")
WEATHER = ("pv", "wind", "csp")
"""Technologies that live on wind and sun."""

NEEDED = ("project_list", "project_register", "project_elements", "project_dispatch", "project_monthly")
"""Tables that a run must hold for papers to be written from it."""


@dataclass(frozen=True)
class Sources:
    """What papers draw on.

    Parameters
    ----------
    run : Source
        The run of the scenario.
    facts : Facts
        The registers, unchanged since the run.
    value, finance : Source or None
        Studies of the same scenario; what only they can tell is 待定 without them.
    standings : dict
        Where each project stands in the procedure, by id; empty without a log.
    """

    run: Source
    facts: Facts
    value: Source | None = None
    finance: Source | None = None
    standings: Mapping[str, Standing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        missing = [key for key in NEEDED if not self.run.has(key)]
        if missing:
            mend = "Run the scenario again with this version of qhgrid."
            raise ReportError(Fault(self.run.run.name, f"holds no table {missing[0]!r}", mend))

    def case(self, project: str) -> Case:
        """Return the project named `project`.

        Raises
        ------
        ReportError
            If the register does not know it.
        """
        row = self.facts.projects.get(project)
        if row is None:
            known = ", ".join(list(self.facts.projects)[:5])
            mend = f"Use an id of the register ({known} …); `qhgrid projects list` prints all."
            raise ReportError(Fault(project, "is no project of the register", mend))
        return Case(row, self)


@dataclass(frozen=True)
class Case:
    """A project and what is known of it."""

    project: Project
    sources: Sources

    @property
    def id(self) -> str:
        """Id of the project."""
        return self.project.id

    @property
    def name(self) -> Name:
        """Chinese name, which may hold digits."""
        return Name(self.project.name_zh)

    def listed(self, column: str) -> Cited:
        """Return a figure of the list."""
        return self.sources.run.cell("project_list", self.id, column)

    def stated(self, column: str) -> Cited:
        """Return a figure of the register."""
        return self.sources.run.cell("project_register", self.id, column)

    def did(self, column: str) -> Cited | None:
        """Return what the project did in the run; None where that means nothing for it."""
        run = self.sources.run
        if not run.has("project_dispatch", self.id):
            return None
        figure = run.cell("project_dispatch", self.id, column)
        return figure if figure.is_known else None

    @property
    def takes_part(self) -> bool:
        """Whether anything of the project counts in the run."""
        return self.sources.run.has("project_dispatch", self.id)

    @property
    def elements(self) -> tuple[str, ...]:
        """Row keys of its elements in ``project_elements``."""
        rows = self.sources.run.tables["project_elements"].row_keys
        return tuple(key for key in rows if key.startswith(f"{self.id}."))

    def of_element(self, key: str, column: str) -> Cited:
        """Return a figure of one of its elements."""
        return self.sources.run.cell("project_elements", key, column)

    def of_finance(self, column: str) -> Cited | None:
        """Return a figure of its finance, None without a study of it."""
        study = self.sources.finance
        if study is None or not study.has("finance_summary", self.id):
            return None
        return study.cell("finance_summary", self.id, column)

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of its elements, such as ``fleet`` or ``corridor``."""
        return frozenset(element.partition(":")[0] for element in self.project.elements)

    @property
    def technologies(self) -> frozenset[str]:
        """Technologies of its plants."""
        fleet = self.sources.facts.fleet
        names = (
            element.partition(":")[2] for element in self.project.elements if element.startswith("fleet:")
        )
        found = {fleet[name].technology for name in names if name in fleet}
        return frozenset(found | ({"hydro"} if self.kinds & set(HYDRO_KINDS) else set()))

    @property
    def is_water(self) -> bool:
        """Whether it is a hydro plant or pumped storage."""
        return bool(self.technologies & {"hydro", "pumped_storage"})

    @property
    def is_weather(self) -> bool:
        """Whether it lives on wind and sun."""
        return bool(self.technologies & set(WEATHER))

    @property
    def is_energy(self) -> bool:
        """Whether it stands for something in the model, so that the headings of energy projects fit."""
        return bool(self.elements)

    def places(self) -> tuple[Piece, ...]:
        """Return the prefectures with their shares, and the county."""
        pieces: list[Piece] = []
        for place, share in self.project.prefecture_shares.items():
            pieces += ["、"] if pieces else []
            pieces.append(place_name(place, self.sources.facts))
            if share != 1.0:
                pieces += [self.stated(f"share_{place}"), "%"]
        if self.project.county:
            pieces.append(Name(f"（{self.project.county}）"))
        return tuple(pieces)

    def stage(self) -> Piece:
        """Return its stage in the procedure."""
        standing = self.sources.standings.get(self.id)
        if standing is None:
            return Unknown("项目所处阶段（流程日志中没有记录）")
        return Name(f"{NAMES[standing.state][0]}（{standing.since.day.isoformat()}起）")

    def batch(self) -> Piece:
        """Return its batch, by the procedure, else by the register."""
        standing = self.sources.standings.get(self.id)
        if standing is not None and standing.batch is not None:
            return Name(f"{standing.batch.year}年第{standing.batch.number}批")
        return Name(f"第{self.project.batch}批") if self.project.batch else Unknown("入库批次")


def place_name(place: str, facts: Facts) -> str:
    """Return the Chinese name of a prefecture, or of what lies beyond the province."""
    return "省外" if place == "outside" else facts.prefectures[place].name_zh
