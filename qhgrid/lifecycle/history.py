"""What has happened to one project, and what may happen next, as a table."""

from __future__ import annotations

from qhgrid.indicators.tables import Column, Table, TableRow
from qhgrid.lifecycle.log import Log
from qhgrid.lifecycle.machine import may_follow
from qhgrid.lifecycle.states import NAMES


def history_table(log: Log, project: str) -> Table:
    """Return ``project_history``: each step of a project; the note says where it may go next."""
    standing = log.standings.get(project)
    events = () if standing is None else standing.events
    columns = (
        Column("when", "时间", "When", ""),
        Column("who", "经办", "Who", ""),
        Column("batch", "批次", "Batch", ""),
        Column("reason", "理由", "Reason", ""),
        Column("evidence", "材料（校验和前12位）", "Documents (first 12 digits of checksum)", ""),
    )
    rows = []
    for event in events:
        papers = "、".join(f"{one.name} {one.sha256[:12]}" for one in event.evidence)
        values = (str(event.when), event.who, str(event.batch or ""), event.reason, papers)
        rows.append(TableRow(f"e{event.number}", *NAMES[event.after], values))
    following = [NAMES[state] for state in may_follow(standing)]
    next_zh, next_en = ("、".join(names[lang] for names in following) for lang in (0, 1))
    return Table(
        "project_history",
        "流程记录",
        "Steps taken",
        "",
        columns,
        tuple(rows),
        f"来源：{log.path.name} {log.last_checksum[:12]}",
        f"Source: {log.path.name} {log.last_checksum[:12]}",
        f"下一步可为：{next_zh or '无'}",
        f"May go next to: {next_en or 'nothing'}",
    )
