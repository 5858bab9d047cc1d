"""What a paper is made of before it is written, and the rule that no number stands in it without a key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from qhgrid.errors import Fault, ReportError
from qhgrid.papers.cited import Cited, with_unit
from qhgrid.sourced import ASSUMED_MARK

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Name:
    """Words that hold digits but no figure of ours: names, headings, quoted words with their source."""

    text: str


@dataclass(frozen=True)
class Unknown:
    """What the register does not hold and the responsible unit has to fill in; printed 待定 and counted."""

    label: str


Piece = str | Name | Cited | Unknown
"""A part of a sentence: plain words without digits, a name, a figure with its key, or a gap with its name."""


Row = tuple[tuple[Piece, ...], ...]
"""A row of a table: cells, each some pieces."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `style` is ``body``, ``note`` (small, under a table) or ``item`` (of a list)."""

    pieces: tuple[Piece, ...]
    style: str = "body"


@dataclass(frozen=True)
class TableBlock:
    """A table.

    Parameters
    ----------
    title : str
        Title, printed above with a running number.
    head : tuple of str
        Heading of each column, units in brackets.
    rows : tuple of tuple of tuple of Piece
        Rows of cells, each a tuple of pieces; the first cell is the label of the row.
    note : tuple of Piece
        Printed below; may be empty.
    widths : tuple of float
        Relative widths of the columns; equal when empty.
    wide : bool
        Whether it needs small letters.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    note: tuple[Piece, ...] = ()
    widths: tuple[float, ...] = ()
    wide: bool = False


@dataclass(frozen=True)
class Picture:
    """A chart or a map, with the figures that it shows; `draw` makes the PNG when it is written."""

    title: str
    draw: Callable[[], bytes]
    cited: tuple[Cited, ...]
    width_cm: float = 14.5
    note: tuple[Piece, ...] = ()


Block = Paragraph | TableBlock | Picture


@dataclass
class Paper:
    """One document: its sections by name, in order.

    Parameters
    ----------
    title : str
    sections : dict
        Blocks by the name under which the template asks for them.
    words : dict
        Pieces by the name under which the template asks for them, such as ``name`` on the cover.
    """

    title: str
    sections: dict[str, tuple[Block, ...]] = field(default_factory=dict)
    words: dict[str, tuple[Piece, ...]] = field(default_factory=dict)


def say(*pieces: Piece) -> tuple[Piece, ...]:
    """Return pieces of a sentence, each figure followed by its unit and its mark."""
    said: list[Piece] = []
    for piece in pieces:
        said.append(piece)
        if isinstance(piece, Cited):
            said += [words for words in (with_unit(piece), _mark(piece)) if words]
    return tuple(said)


def _mark(figure: Cited) -> str:
    """Return the mark of an assumption in brackets."""
    return f"（{ASSUMED_MARK}）" if figure.mark and figure.number is not None else ""


def pieces_of(block: Block) -> Iterator[Piece]:
    """Yield every piece of a block."""
    if isinstance(block, Paragraph):
        yield from block.pieces
    elif isinstance(block, TableBlock):
        for row in block.rows:
            for cell in row:
                yield from cell
        yield from block.note
    else:
        yield from (*block.cited, *block.note)


def all_pieces(paper: Paper) -> Iterator[Piece]:
    """Yield every piece of a paper, in the order of print."""
    for pieces in paper.words.values():
        yield from pieces
    for blocks in paper.sections.values():
        for block in blocks:
            yield from pieces_of(block)


def figures_of(paper: Paper) -> tuple[Cited, ...]:
    """Return every figure of a paper, in the order of print."""
    return tuple(piece for piece in all_pieces(paper) if isinstance(piece, Cited))


def gaps_of(paper: Paper) -> tuple[str, ...]:
    """Return what is printed 待定, each once: figures that nobody knows, and gaps of the register."""
    labels = [
        piece.label
        for piece in all_pieces(paper)
        if isinstance(piece, Unknown) or (isinstance(piece, Cited) and not piece.is_known)
    ]
    return tuple(dict.fromkeys(labels))


def check_paper(paper: Paper) -> Paper:
    """Return `paper` if every section says something and every number has a key.

    Raises
    ------
    ReportError
        With each empty section and each number without a citation key.
    """
    faults = [*_empty(paper), *_uncited(paper)]
    if faults:
        raise ReportError(faults)
    return paper


def _empty(paper: Paper) -> Iterator[Fault]:
    """Yield a fault for each section that says nothing."""
    for name, blocks in paper.sections.items():
        if not blocks:
            yield Fault(f"{paper.title}: {name}", "is an empty section", "Say what is known, or print 待定.")


def _uncited(paper: Paper) -> Iterator[Fault]:
    """Yield a fault for each number that stands in plain words."""
    for name, blocks in paper.sections.items():
        for block in blocks:
            yield from _digits(f"{paper.title}: {name}", pieces_of(block))
    for name, pieces in paper.words.items():
        yield from _digits(f"{paper.title}: {name}", pieces)


def _digits(where: str, pieces: Iterable[Piece]) -> Iterator[Fault]:
    """Yield a fault for each of `pieces` that is plain words with a digit."""
    for piece in pieces:
        if isinstance(piece, str) and _DIGIT.search(piece):
            yield Fault(where, f"the number in {piece!r} has no citation key", "Print it as a cited figure.")


def paragraph(*pieces: Piece, style: str = "body") -> Paragraph:
    """Return a paragraph of `pieces`, each figure with its unit and its mark."""
    return Paragraph(say(*pieces), style)


def plain_cells(row: Sequence[Piece]) -> tuple[tuple[Piece, ...], ...]:
    """Return a row whose cells are one piece each."""
    return tuple((piece,) for piece in row)
