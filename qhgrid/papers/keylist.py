"""The visible list of keys at the end of a paper, and the lists of what is unknown and what is assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qhgrid.papers.cited import Cited
from qhgrid.papers.pieces import (
    Block,
    Name,
    Paper,
    Paragraph,
    Picture,
    Piece,
    TableBlock,
    figures_of,
    gaps_of,
    paragraph,
    pieces_of,
)

ASSUMED = "assumptions"
"""Section with the list of assumptions, whose figures stand elsewhere as well."""


def key_blocks(paper: Paper, number: Callable[[Cited], int]) -> tuple[Block, ...]:
    """Return the list of keys: each figure of the text on a line, the cells of tables by their row.

    Parameters
    ----------
    paper : Paper
    number : callable
        Returns the number under which a figure stands in the document.
    """
    single, grouped = _split(paper)
    intro = Paragraph(
        (
            "正文与表格中的每个数值都带有内容控件（标题为“引用”加编号），对应下列引用键；键可用",
            " qhgrid cite ",
            "查回数值、定义与全部输入，整个文件可用 qhgrid cite verify 复算核对。",
        )
    )
    rows: list[tuple[tuple[Piece, ...], ...]] = [
        ((Name(str(number(figure))),), (Name(figure.key),), (figure,), (Name(figure.unit),))
        for figure in single
    ]
    rows += [
        ((Name(_span([number(figure) for figure in figures])),), (Name(key),), ("见表",), (Name(""),))
        for key, figures in grouped.items()
    ]
    table = TableBlock(
        "引用键", ("编号", "引用键", "数值", "单位"), tuple(rows), widths=(1.3, 6.2, 1.9, 1.0), wide=True
    )
    return intro, table


def _span(numbers: list[int]) -> str:
    """Return numbers as a reader writes them: 3–9 where they follow one another."""
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low}–{high}"


def _split(paper: Paper) -> tuple[list[Cited], dict[str, list[Cited]]]:
    """Return the figures of sentences, and those of tables and pictures alone by row of their table."""
    single: dict[tuple[str, str], Cited] = {}
    for figure in _in_sentences(paper):
        single.setdefault((figure.key, figure.text), figure)
    grouped: dict[str, list[Cited]] = {}
    for figure in figures_of(paper):
        if (figure.key, figure.text) not in single:
            grouped.setdefault(_row_key(figure.key), []).append(figure)
    return list(single.values()), grouped


def _in_sentences(paper: Paper) -> Iterable[Cited]:
    """Yield the figures of words and paragraphs."""
    pieces: list[Piece] = [piece for words in paper.words.values() for piece in words]
    for name, blocks in paper.sections.items():
        for block in blocks:
            if isinstance(block, Paragraph) and name != ASSUMED:
                pieces += pieces_of(block)
    return (piece for piece in pieces if isinstance(piece, Cited))


def _row_key(key: str) -> str:
    """Return the key of the row of a cell, with a mark where the column goes; a figure as it is."""
    return f"{key.rpartition('/')[0]}/<列>" if key.count("/") == 3 else key


def unknown_blocks(paper: Paper) -> tuple[Block, ...]:
    """Return the list of what is not known yet, counted."""
    labels = gaps_of(paper)
    if not labels:
        return (paragraph("没有待定事项。"),)
    lines = [Paragraph((Name(label),), "item") for label in labels]
    return Paragraph((Name(f"下列事项公开资料未见，共 {len(labels)} 项，由责任单位填报后复核："),)), *lines


MANY = 12
"""How many assumed figures of one table are told together."""


def assumption_blocks(paper: Paper) -> tuple[Block, ...]:
    """Return the list of the figures that rest on an assumption, counted; those of a long table together."""
    single: list[Cited] = [piece for words in paper.words.values() for piece in _assumed(words)]
    tables: list[str] = []
    for block in (block for blocks in paper.sections.values() for block in blocks):
        found = _assumed(pieces_of(block))
        if isinstance(block, TableBlock) and len(found) > MANY:
            tables.append(f"表“{block.title}”：{len(_once(found))} 个数值")
        elif not isinstance(block, Picture):
            single += found
    assumed = _once(figure for figure in figures_of(paper) if figure in _assumed((figure,)))
    if not assumed:
        return (paragraph("没有标注“假设”的数值。"),)
    rows: dict[str, list[str]] = {}
    for figure in _once(single):
        row, _, column = figure.label.partition("·")
        rows.setdefault(row, []).append(column)
    lines = [f"{row}：{'、'.join(columns)}" if any(columns) else row for row, columns in rows.items()]
    intro = Name(f"下列数值含假设成分，共 {len(assumed)} 项，正文中以“假设”标注：")
    return Paragraph((intro,)), *(Paragraph((Name(line),), "item") for line in (*lines, *tables))


def _assumed(pieces: Iterable[Piece]) -> list[Cited]:
    """Return the figures that rest on an assumption."""
    return [piece for piece in pieces if isinstance(piece, Cited) and piece.mark and piece.number is not None]


def _once(figures: Iterable[Cited]) -> list[Cited]:
    """Return each figure once, in order."""
    return list({figure.key: figure for figure in figures}.values())
