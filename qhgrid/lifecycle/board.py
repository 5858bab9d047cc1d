"""The board: what is on the list against the two cuts of the campaign's target, by place and by sector.

The quotas of the eight prefectures and of the eight sectors both add up to 13,500 亿元, but neither follows
from the other: with every prefecture on its quota a sector may still be short. So each is checked by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import fsum

from qhgrid.facts import Facts
from qhgrid.facts.rows.projects import LEVELS, OUTSIDE, SECTORS
from qhgrid.indicators.tables import Column, Table, TableRow, Value
from qhgrid.projects import words
from qhgrid.projects.elements import TODAY
from qhgrid.projects.register import ListedProject, ProjectList, Tier
from qhgrid.projects.words import UNKNOWN
from qhgrid.units import convert

SECTOR_KEYS = (
    "ecology", "transport", "water", "energy", "information", "industry", "urban", "livelihood",
)  # fmt: skip
"""Keys of the sectors in ``targets.csv``, in the order of :data:`qhgrid.facts.rows.projects.SECTORS`."""
SECTOR_NAMES = dict(
    zip(
        SECTOR_KEYS,
        ("Ecology", "Transport", "Water", "Energy", "Information", "Industry", "Urban", "Livelihood"),
        strict=True,
    )
)
SECTOR_QUOTA, PREFECTURE_QUOTA = "TGT-13-{}", "TGT-12-{}"
SUM, QUOTA, GAP = ("合计", "Sum"), ("目标", "Quota"), ("缺口", "Gap")
MET, MISSED = "达到", "未达到"
SOURCE = ("来源：data/projects/、data/targets.csv", "Source: data/projects/, data/targets.csv")
KNOWN_ONLY = (
    "只计已知投资；未公布的投资不计入，其项目数另列。已含于其他项目、在运项目的投资不计。",
    "Known investment alone; projects whose investment is not published are counted beside. Investment held "
    "by another project, and projects in operation, are left out.",
)
INDEPENDENT = (
    "市州与领域两种口径相互独立：各市州都达到目标时，某一领域仍可能不足，反之亦然，故分别核对，互不代替。",
    "The two cuts are independent: with every prefecture on its quota a sector may still be short, and the "
    "other way round; so each is checked by itself and neither stands in for the other.",
)


def adds(listed: ListedProject) -> bool:
    """Return whether a project's investment counts in the library: not yet finished, held by no other."""
    return listed.project.grade != TODAY and not listed.project.part_of


def yi(cny: float) -> float:
    """Return money in 亿元."""
    return convert(cny, "CNY", "亿元")


def quota(facts: Facts, target: str) -> float:
    """Return a target of the campaign [亿元]; 0 where there is none of the name."""
    row = facts.targets.get(target)
    return 0.0 if row is None or row.value is None else yi(row.value)


def known(projects: Iterable[ListedProject], place: str = "") -> float:
    """Return the known investment of projects, or of their share in a place [亿元]."""
    parts = (
        (listed.project.value or 0.0) * (listed.share_of(place) if place else 1.0)
        for listed in projects
        if adds(listed)
    )
    return yi(fsum(parts))


def board_tables(projects: ProjectList, facts: Facts) -> tuple[Table, ...]:
    """Return the board of a list: both cuts, their checks, tiers and levels.

    Returns
    -------
    tuple of Table
        ``board_matrix`` (8 × 8), ``board_checks``, ``board_prefectures``, ``board_sectors``, ``board_tiers``
        and ``board_levels``; money in 亿元.
    """
    return (
        matrix_table(projects, facts),
        check_table(projects, facts),
        prefecture_table(projects, facts),
        sector_table(projects, facts),
        tier_table(projects),
        level_table(projects, facts),
    )


def _table(
    key: str,
    titles: tuple[str, str],
    columns: tuple[Column, ...],
    rows: Iterable[TableRow],
    note: tuple[str, str] = KNOWN_ONLY,
    unit: str = "亿元",
) -> Table:
    """Return a table of the board."""
    return Table(key, *titles, unit, columns, tuple(rows), *SOURCE, *note)


def places(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Yield id and names of the eight prefectures and of what lies outside."""
    for name, row in facts.prefectures.items():
        yield name, row.name_zh, row.name_en
    yield (OUTSIDE, *words.OUTSIDE)


def of_sector(projects: ProjectList, sector: str) -> list[ListedProject]:
    """Return the projects of a sector, given by its Chinese name."""
    return [listed for listed in projects.projects if listed.project.sector == sector]


def matrix_table(projects: ProjectList, facts: Facts) -> Table:
    """Return known investment by prefecture and sector, with both margins, their quotas and gaps [亿元]."""
    columns = [
        Column(key, zh, SECTOR_NAMES[key], "亿元") for key, zh in zip(SECTOR_KEYS, SECTORS, strict=True)
    ]
    columns += [Column(key, *pair, "亿元") for key, pair in (("sum", SUM), ("quota", QUOTA), ("gap", GAP))]
    by_sector = [of_sector(projects, sector) for sector in SECTORS]

    def row(place: str, zh: str, en: str) -> TableRow:
        cells = [known(members, place) for members in by_sector]
        total, goal = fsum(cells), quota(facts, PREFECTURE_QUOTA.format(place))
        margin: tuple[Value, ...] = (goal, max(0.0, goal - total)) if place != OUTSIDE else (None, None)
        return TableRow(place, zh, en, (*cells, total, *margin))

    rows = [row(*place) for place in places(facts)]
    return _table(
        "board_matrix",
        ("市州×领域已知投资", "Known investment by prefecture and sector"),
        tuple(columns),
        (*rows, *_margins(by_sector, rows, facts)),
        (KNOWN_ONLY[0] + INDEPENDENT[0], f"{KNOWN_ONLY[1]} {INDEPENDENT[1]}"),
    )


def _margins(by_sector: list[list[ListedProject]], rows: list[TableRow], facts: Facts) -> Iterator[TableRow]:
    """Yield sum, quota and gap of each sector; the corner holds those of the whole, both ways."""
    goals, short = (fsum(float(row.values[at] or 0.0) for row in rows) for at in (-2, -1))
    sums = [known(members) for members in by_sector]
    quotas = [quota(facts, SECTOR_QUOTA.format(key)) for key in SECTOR_KEYS]
    gaps = [max(0.0, goal - total) for goal, total in zip(quotas, sums, strict=True)]
    yield TableRow("sum", *SUM, (*sums, fsum(sums), goals, short), bold=True)
    yield TableRow("quota", *QUOTA, (*quotas, fsum(quotas), None, None))
    yield TableRow("gap", *GAP, (*gaps, fsum(gaps), None, None), bold=True)


def check_table(projects: ProjectList, facts: Facts) -> Table:
    """Return each check of the library against the campaign's target, by itself."""
    columns = (
        Column("value", "数值", "Value", "亿元"),
        Column("target", "目标", "Target", "亿元"),
        Column("gap", "缺口", "Gap", "亿元"),
        Column("verdict", "判定", "Verdict", ""),
    )
    checks = (
        ("total", "谋划储备投资总量", "Library in all", known(projects.projects), quota(facts, "TGT-11")),
        (
            "prefectures",
            "市州口径：达到目标的部分",
            "Prefectures, up to their quotas",
            *_by_place(projects, facts),
        ),
        ("sectors", "领域口径：达到目标的部分", "Sectors, up to their quotas", *_by_sector(projects, facts)),
        (
            "energy",
            "能源领域",
            "Energy sector",
            known(of_sector(projects, SECTORS[3])),
            quota(facts, SECTOR_QUOTA.format("energy")),
        ),
    )

    def row(key: str, zh: str, en: str, value: float, target: float) -> TableRow:
        verdict = MET if value >= target else MISSED
        return TableRow(key, zh, en, (value, target, max(0.0, target - value), verdict))

    return _table(
        "board_checks",
        ("目标核对", "Checks against the target"),
        columns,
        [row(*c) for c in checks],
        INDEPENDENT,
    )


def _by_place(projects: ProjectList, facts: Facts) -> tuple[float, float]:
    """Return what the prefectures have up to their quotas, and the sum of the quotas [亿元]."""
    quotas = {name: quota(facts, PREFECTURE_QUOTA.format(name)) for name in facts.prefectures}
    return fsum(min(goal, known(projects.projects, name)) for name, goal in quotas.items()), fsum(
        quotas.values()
    )


def _by_sector(projects: ProjectList, facts: Facts) -> tuple[float, float]:
    """Return what the sectors have up to their quotas, and the sum of the quotas [亿元]."""
    quotas = [quota(facts, SECTOR_QUOTA.format(key)) for key in SECTOR_KEYS]
    have = [known(of_sector(projects, sector)) for sector in SECTORS]
    return fsum(map(min, quotas, have)), fsum(quotas)


COUNTS = (
    Column("projects", "项目数", "Projects", "unit"),
    Column("unknown", "其中投资待定", "of which unknown", "unit"),
)


def counts(projects: Iterable[ListedProject], place: str = "") -> tuple[float, float]:
    """Return how many open projects there are (with a share in a place), and of how many nothing is known."""
    members = [listed for listed in projects if adds(listed) and (not place or listed.share_of(place) > 0)]
    return float(len(members)), float(sum(listed.project.value is None for listed in members))


def _cut_columns() -> tuple[Column, ...]:
    """Return the columns of a cut: known, quota, gap, share, numbers."""
    return (
        Column("known", "已知投资", "Known", "亿元"),
        Column("quota", *QUOTA, "亿元"),
        Column("gap", *GAP, "亿元"),
        Column("share", "完成", "Reached", "%"),
        *COUNTS,
    )


def _cut_row(key: str, names: tuple[str, str], have: float, goal: float, n: tuple[float, float]) -> TableRow:
    """Return a row of a cut."""
    share = 100 * have / goal if goal else None
    return TableRow(key, *names, (have, goal, max(0.0, goal - have), share, *n), bold=key == "sum")


def prefecture_table(projects: ProjectList, facts: Facts) -> Table:
    """Return known investment of each prefecture against its quota over all sectors [亿元]."""
    rows = [
        _cut_row(
            name,
            (row.name_zh, row.name_en),
            known(projects.projects, name),
            quota(facts, PREFECTURE_QUOTA.format(name)),
            counts(projects.projects, name),
        )
        for name, row in facts.prefectures.items()
    ]
    return _table("board_prefectures", ("市州", "Prefectures"), _cut_columns(), rows)


def sector_table(projects: ProjectList, facts: Facts) -> Table:
    """Return known investment of each sector against its quota, out-of-province shares included [亿元]."""
    rows = [
        _cut_row(
            key,
            (sector, SECTOR_NAMES[key]),
            known(of_sector(projects, sector)),
            quota(facts, SECTOR_QUOTA.format(key)),
            counts(of_sector(projects, sector)),
        )
        for key, sector in zip(SECTOR_KEYS, SECTORS, strict=True)
    ]
    return _table("board_sectors", ("领域", "Sectors"), _cut_columns(), rows)


def tier_table(projects: ProjectList) -> Table:
    """Return number and known investment of all open projects by tier [亿元]."""
    columns = (Column("projects", "项目数", "Projects", "unit"), Column("known", "已知投资", "Known", "亿元"))

    def row(tier: Tier) -> TableRow:
        members = [listed for listed in projects.projects if adds(listed) and listed.tier is tier]
        return TableRow(tier.value, *words.TIERS[tier], (float(len(members)), known(members)))

    return _table("board_tiers", ("分档", "Tiers"), columns, [row(tier) for tier in Tier])


def level_table(projects: ProjectList, facts: Facts) -> Table:
    """Return number and known investment of all open projects by level, with the level's target [亿元]."""
    columns = (
        *COUNTS,
        Column("known", "已知投资", "Known", "亿元"),
        Column("target", "要求", "Target", "亿元"),
    )

    def row(level: str) -> TableRow:
        members = [listed for listed in projects.projects if listed.project.level == level]
        names = words.LEVELS.get(level, (UNKNOWN, "not known"))
        target = quota(facts, f"TGT-10-{level}") if level else None
        return TableRow(level or "unknown", *names, (*counts(members), known(members), target))

    note = (
        "要求为“省级万亿、市州级千亿、县级百亿”，市州、县各自计算。",
        "The targets are those of the province, of each prefecture and of each county.",
    )
    return _table("board_levels", ("级别", "Levels"), columns, [row(level) for level in (*LEVELS, "")], note)
